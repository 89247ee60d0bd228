"""`storno payout`: from what is payable to the file for the bank, at a terminal."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from storno.cli.payout import command
from storno.organizations.models import Membership
from storno.organizations.roles import Role
from storno.people.models import Person
from tests.bank.told import told
from tests.conftest import Clock
from tests.custody.house import in_custody, the_operator
from tests.custody.test_cross import bring, key
from tests.observe import balances
from tests.world import FOUNDED


def run(*words: str) -> tuple[int, Any]:
    done = CliRunner().invoke(command, [*words, "--json"], standalone_mode=False)
    return done.exit_code, json.loads(done.stdout) if done.stdout else done.exception


def member(name: str) -> str:
    """Somebody who signs in to the operator's books."""
    email = f"{name}-{key()}@example.com"
    person = Person.objects.create_user(email, "correct horse", name=name)
    Membership.objects.create(
        organization=the_operator(), person=person, roles=[Role.ADMINISTRATOR], since=FOUNDED
    )
    return email


def test_a_batch_from_due_to_the_file(clock: Clock, tmp_path: Path) -> None:
    at = clock.now
    world = in_custody("payout_account=FI2112345600000785")
    invoice = world.invoice(at=at)
    bring(told("1255.00", key(), reference=invoice.payment_reference), at=at)
    ann, ben = member("ann"), member("ben")
    code, due = run("due")
    assert code == 0
    assert {"73725"} <= {each["payable"].replace(".", "") for each in due}
    _code, batch = run("propose", "--as", ann)
    assert batch["state"] == "proposed"
    run("limit", "0.01", "--as", ann)
    path = tmp_path / "payouts.xml"
    run("file", batch["id"], str(path), "--as", ann)
    assert not path.exists()
    _code, approved = run("approve", batch["id"], "--as", ben)
    assert approved["state"] == "approved"
    run("file", batch["id"], str(path), "--as", ann)
    assert b'<InstdAmt Ccy="EUR">737.25</InstdAmt>' in path.read_bytes()
    _code, shown = run("show", batch["id"])
    assert [(each["amount"], each["state"]) for each in shown if each["amount"] == "737.25"]
    _code, dropped = run("drop", batch["id"], "--bank-has-none", "--as", ben)
    assert dropped["state"] == "dropped"
    assert balances(world)["PAYABLE"] == -73_725
    _code, wished = run("limit", "10000.00", "--as", ann)
    assert wished == {"limit": "0.01", "wished": "10000.00"}
    _code, agreed = run("limit", "10000.00", "--as", ben)
    assert agreed == {"limit": "10000.00", "wished": None}
