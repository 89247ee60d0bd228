"""`storno invoice`: how an invoice stands, in words and for programs."""

import json
from datetime import datetime, timedelta
from typing import Any

from click.testing import CliRunner

from storno.cli.invoice import command
from storno.documents.models import Document
from tests.conftest import Clock
from tests.deeds import CORRECT, hold_credit, pay
from tests.world import World, found

PAID = "The credit note over €1,255.00 was stopped because a payment came in."
DROPPED = "The corrected draft over €1,255.00 was dropped."


def shown(world: World, invoice: Document, *options: str) -> str:
    """What `storno invoice show` prints."""
    words = ("--organization", world.organization.slug, "--as", world.alice.email)
    done = CliRunner().invoke(command, ["show", invoice.number, *words, *options])
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout


def shown_as_json(world: World, invoice: Document) -> Any:
    """The same for programs."""
    return json.loads(shown(world, invoice, "--json"))


def test_an_invoice_is_told_with_what_hangs_together_with_it(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    hold_credit(world, invoice, CORRECT, at=at)
    assert shown(world, invoice) == (
        "number     2026-0001\n"
        "state      Being cancelled\n"
        "issued_on  2026-06-16\n"
        "due_on     2026-06-30\n"
        "payable    1255.00\n"
        "open       1255.00\n"
        "owed_back  0.00\n"
        "- invoice 2026-0001 Being cancelled\n"
        "- credit_note (no number) Processing\n"
        "- draft (no number) Draft\n"
    )
    assert shown_as_json(world, invoice)["stopped"] == []


def test_a_credit_note_that_was_stopped_is_told_with_its_reason(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    hold_credit(world, invoice, CORRECT, at=at)
    clock.now = at + timedelta(minutes=5)
    pay(world, invoice, 100, at=clock.now)
    assert f"stopped    The credit note was not sent. {PAID} {DROPPED}\n" in shown(world, invoice)
    moment = "2026-06-16T09:17:00+00:00"
    assert shown_as_json(world, invoice)["stopped"] == [
        {"kind": "credit.stopped", "at": moment, "sentence": PAID},
        {"kind": "credit.draft_dropped", "at": moment, "sentence": DROPPED},
    ]
    hold_credit(world, invoice, CORRECT, at=clock.now + timedelta(minutes=1))
    clock.now += timedelta(minutes=2)
    assert shown_as_json(world, invoice)["stopped"] == []
    assert "stopped" not in shown(world, invoice)


def test_what_is_owed_back_is_marked_as_refunded(at: datetime, clock: Clock) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    words = ("--organization", world.organization.slug, "--as", world.alice.email)

    def refund(*options: str) -> tuple[int, str]:
        asked = ["refund", invoice.number, *words, "--method", "cash", *options]
        done = CliRunner().invoke(command, asked)
        return done.exit_code, done.output

    code, said = refund()
    assert (code, "Nothing is owed back on this invoice." in said) == (3, True)
    pay(world, invoice, 130_000, at=at)
    code, said = refund("--amount", "4.005")
    assert (code, "Write an amount like 45.00." in said) == (2, True)
    assert refund("--amount", "5.00") == (0, "Invoice 2026-0001: 5.00 EUR marked as refunded.\n")
    code, said = refund("--json", "--on", "2026-06-16")
    answer = json.loads(said)
    assert (answer["amount"], answer["paid_on"]) == ("40.00", "2026-06-16")
