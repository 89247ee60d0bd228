"""The light entrepreneur's story: a customer cancels an order that is not yet paid.

Alice works with a hold of twenty minutes; paid invoices are customer service's. Her invoice to
Daisy is sent on Tuesday at 12:12 in Helsinki and due on 30 June.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

from storno.corrections.credit import credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.queries import actions_on, chain_of
from storno.corrections.undo import TooLateToUndo, undo_credit
from storno.documents.models import Document, Kind
from storno.documents.queries import state_on
from storno.organizations.models import Settings
from storno.organizations.scope import scope
from tests.deeds import CANCELLED, CORRECT, hold_credit, pay
from tests.observe import (
    balances,
    documents,
    everything,
    history,
    letters,
    next_numbers,
    numbers,
    refused,
    standing,
    stands,
)
from tests.world import World, found

PRESSED = datetime(2026, 6, 16, 11, 12, tzinfo=UTC)
DEADLINE = PRESSED + timedelta(minutes=20)


@pytest.fixture
def world() -> World:
    return found(paid_credit="desk", support_contact="Chat, weekdays 8-16")


@pytest.fixture
def invoice(world: World, at: datetime) -> Document:
    return world.invoice(at=at)


def offers(world: World, invoice: Document, *, at: datetime) -> dict[str, list[str]]:
    """What the invoice's menu offers Alice, and why not."""
    row = standing(world, invoice)
    with scope(world.id):
        settings = Settings.objects.get(organization_id=world.id)
    return {
        action.name: [blocker.code for blocker in action.blockers]
        for action in actions_on(row, settings, who=world.who(), at=at)
        if action.name in ("credit", "undo")
    }


def shown(world: World, invoice: Document, day: date = date(2026, 6, 16)) -> str:
    return state_on(standing(world, invoice), day)


def test_cancelled_and_left_alone(world: World, invoice: Document) -> None:
    assert offers(world, invoice, at=PRESSED) == {"credit": [], "undo": ["nothing_to_undo"]}
    hold_credit(world, invoice, at=PRESSED)
    assert shown(world, invoice) == "cancelling"
    last = DEADLINE - timedelta(microseconds=1)
    for moment in (PRESSED, last):
        assert offers(world, invoice, at=moment) == {
            "credit": ["credit_already_on_hold"],
            "undo": [],
        }
    with scope(world.id):
        pending = chain_of(invoice, who=world.who(), at=PRESSED, today=date(2026, 6, 16))[1]
    assert (pending.kind, pending.state, pending.number, pending.goes_at) == (
        "credit_note",
        "held",
        None,
        DEADLINE,
    )
    assert depart_due(world.id, at=DEADLINE) == 1
    (note,) = documents(world, Kind.CREDIT_NOTE)
    assert (note.number, note.payable_minor, note.effect) == (
        "2026-K1",
        125_500,
        {"kind": "nothing_to_pay", "cancelled": True},
    )
    assert letters(world) == [("document", "daisy@example.com")] * 2
    assert (shown(world, invoice), balances(world)) == ("credited", {})
    assert offers(world, invoice, at=DEADLINE) == {
        "credit": ["already_credited"],
        "undo": ["too_late_to_undo"],
    }
    assert history(world, invoice.id) == ["invoice.issued", "credit.held", "invoice.credited"]


def test_undone_at_19_59(world: World, invoice: Document) -> None:
    before = everything(world)
    hold_credit(world, invoice, at=PRESSED)
    undo_credit(invoice.id, who=world.who(), at=PRESSED + timedelta(minutes=19, seconds=59))
    after = everything(world)
    assert {table for table in after if after[table] != before[table]} == {"history_event"}
    assert depart_due(world.id, at=DEADLINE) == 0
    assert shown(world, invoice) == "sent"
    assert (numbers(world), next_numbers(world)) == (["2026-0001"], {"invoice": 2})


def test_undone_after_the_due_day_it_is_overdue(world: World, invoice: Document) -> None:
    night = datetime(2026, 6, 30, 20, 50, tzinfo=UTC)
    hold_credit(world, invoice, at=night)
    undo_credit(invoice.id, who=world.who(), at=night + timedelta(minutes=15))
    assert shown(world, invoice, date(2026, 6, 30)) == "sent"
    assert shown(world, invoice, date(2026, 7, 1)) == "overdue"


def test_at_20_00_it_is_too_late(world: World, invoice: Document) -> None:
    hold_credit(world, invoice, at=PRESSED)
    depart_due(world.id, at=DEADLINE)
    with refused(world, "too_late_to_undo"):
        undo_credit(invoice.id, who=world.who(), at=DEADLINE)


def test_while_the_worker_sleeps_the_deadline_counts_all_the_same(
    world: World, invoice: Document
) -> None:
    hold_credit(world, invoice, at=PRESSED)
    assert offers(world, invoice, at=DEADLINE) == {
        "credit": ["credit_is_leaving"],
        "undo": ["too_late_to_undo"],
    }
    with pytest.raises(TooLateToUndo):
        undo_credit(invoice.id, who=world.who(), at=DEADLINE)
    assert numbers(world) == ["2026-0001", "2026-K1"]
    assert depart_due(world.id, at=DEADLINE) == 0


def test_a_payment_in_the_window_keeps_the_invoice(world: World, invoice: Document) -> None:
    hold_credit(world, invoice, CORRECT, at=PRESSED)
    pay(world, invoice, 125_500, at=PRESSED + timedelta(minutes=19, seconds=59))
    assert shown(world, invoice) == "paid"
    assert letters(world)[-1] == ("credit_stopped", world.alice.email)
    assert offers(world, invoice, at=DEADLINE) == {
        "credit": ["paid_credit_needs_desk"],
        "undo": ["nothing_to_undo"],
    }
    assert depart_due(world.id, at=DEADLINE) == 0
    assert numbers(world) == ["2026-0001"]


def test_a_payment_at_the_deadline_is_owed_back(world: World, invoice: Document) -> None:
    hold_credit(world, invoice, at=PRESSED)
    pay(world, invoice, 125_500, at=DEADLINE)
    assert stands(world, invoice) == {
        "state": "credited",
        "credited": 125_500,
        "received": 125_500,
        "owed_back": 125_500,
        "unapplied": 125_500,
    }
    assert not [kind for kind, _to in letters(world) if kind == "credit_stopped"]


def test_a_stale_page_cancels_nothing_twice(world: World, invoice: Document) -> None:
    """Two tabs: the second press is answered with the credit note on hold; later it is refused."""
    first = hold_credit(world, invoice, at=PRESSED)
    before = everything(world)
    again = hold_credit(world, invoice, at=PRESSED + timedelta(minutes=10))
    assert (again.draft.id, again.draft.goes_at) == (first.draft.id, DEADLINE)
    assert everything(world) == before
    with refused(world, "credit_already_on_hold"):
        credit_invoice(invoice.id, CORRECT, who=world.who(), at=PRESSED)
    depart_due(world.id, at=DEADLINE)
    with refused(world, "already_credited"):
        credit_invoice(invoice.id, CANCELLED, who=world.who(), at=PRESSED + timedelta(hours=1))


def test_a_paid_invoice_is_customer_services(world: World, invoice: Document) -> None:
    pay(world, invoice, 125_500, at=PRESSED)
    with refused(world, "paid_credit_needs_desk"):
        credit_invoice(invoice.id, CANCELLED, who=world.who(), at=PRESSED)
