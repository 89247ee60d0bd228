"""`storno remit`: from what is reserved to the batch for the tax office, at a terminal."""

import json
from typing import Any

from click.testing import CliRunner

from storno.cli.remit import command
from storno.payouts.approve import drop_batch
from tests.bank.told import told
from tests.cli.test_payout import member
from tests.cli.test_payout import run as payout
from tests.conftest import Clock
from tests.custody.house import in_custody
from tests.custody.test_cross import bring, key
from tests.observe import balances
from tests.payouts.test_pay_out import person


def run(*words: str) -> Any:
    done = CliRunner().invoke(command, [*words, "--json"], standalone_mode=False)
    return json.loads(done.stdout) if done.stdout else done.exception


def test_a_batch_for_the_tax_office(clock: Clock) -> None:
    at = clock.now
    world = in_custody("tax_reference=1232")
    invoice = world.invoice(at=at)
    bring(told("1255.00", key(), reference=invoice.payment_reference), at=at)
    ann, day = member("ann"), at.date().isoformat()
    office = run("office", "Tax Administration", "FI56 8919 9710 0007 24", "--as", ann)
    assert office == {"name": "Tax Administration", "account": "FI5689199710000724"}
    expected = {"vat": "255.00", "prepayment": "200.00", "reference": "1232", "why_not": None}
    due = [each | {"seller": None} for each in run("due", "--until", day)]
    assert expected | {"seller": None} in due
    batch = run("propose", "--until", day, "--as", ann)
    assert (batch["state"], batch["until"], batch["pay_on"]) == ("proposed", day, day)
    _code, batches = payout("list")
    assert [each["until"] for each in batches if each["id"] == batch["id"]] == [day]
    assert balances(world)["ONWAY"] == -45_500
    drop_batch(batch["id"], who=person(), at=at)
    assert balances(world)["VATRES"] == -25_500
