"""A credit note on hold: nothing has happened, and pressing again changes nothing."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from storno.corrections.credit import Held, credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.plan import CreditRequest
from storno.documents.models import FollowUp, Kind, Particulars, Reason
from storno.organizations.scope import scope
from tests.deeds import CANCELLED, HOLD, amount, lines_of, part, quantity
from tests.observe import (
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
from tests.world import found, line


def test_on_hold_nothing_has_happened_but_that_it_was_pressed(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    before = everything(world)
    held = credit_invoice(
        invoice.id,
        replace(CANCELLED, reason_text="Called off.", reason_text_printed=True),
        who=world.who(),
        at=at,
    )
    assert isinstance(held, Held)
    assert (held.draft.goes_at, held.plan.goes_at, held.corrected) == (at + HOLD, at + HOLD, None)
    changed = {table for table, rows in everything(world).items() if rows != before[table]}
    assert changed == {"documents_draft", "documents_standing", "history_event"}
    assert standing(world, invoice).cancelling_at == at + HOLD
    assert stands(world, invoice) == {"state": "sent", "open": 125_500}
    assert history(world, invoice.id)[-1] == "credit.held"
    assert (numbers(world), next_numbers(world)) == (["2026-0001"], {"invoice": 2})


def test_the_same_press_again_is_answered_with_the_credit_on_hold(at: datetime) -> None:
    world = found(after_credit="draft")
    invoice = world.invoice(at=at)
    first = credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at)
    before = everything(world)
    again = credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at + timedelta(minutes=19))
    assert isinstance(first, Held)
    assert isinstance(again, Held)
    assert first.corrected is not None
    assert again.corrected is not None
    assert (again.draft.id, again.corrected.id) == (first.draft.id, first.corrected.id)
    assert (again.plan.blockers, again.plan.goes_at) == ((), at + HOLD)
    assert everything(world) == before


def test_the_same_part_in_other_digits_is_the_same(at: datetime) -> None:
    world = found()
    invoice = world.invoice(line("10.10", "3"), at=at)
    (only,) = lines_of(world, invoice)
    first = part(quantity(only, "1"))
    again = part(quantity(only, "1.0000"))
    credit_invoice(invoice.id, first, who=world.who(), at=at)
    assert isinstance(credit_invoice(invoice.id, again, who=world.who(), at=at), Held)


@pytest.mark.parametrize(
    "other",
    [
        replace(CANCELLED, reason=Reason.OTHER),
        replace(CANCELLED, reason_text="?"),
        replace(CANCELLED, reason_text_printed=True),
        replace(CANCELLED, deliver_to="x@example.com"),
        replace(CANCELLED, follow_up=FollowUp.DRAFT),
    ],
)
def test_another_content_is_refused_while_one_is_on_hold(
    other: CreditRequest, at: datetime
) -> None:
    world = found()
    invoice = world.invoice(at=at)
    credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at)
    with refused(world, "credit_already_on_hold"):
        credit_invoice(invoice.id, other, who=world.who(), at=at)


def test_a_part_is_another_content_than_the_whole(at: datetime) -> None:
    world = found()
    invoice = world.invoice(line("10.10", "3"), at=at)
    (only,) = lines_of(world, invoice)
    credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at)
    with refused(world, "credit_already_on_hold"):
        credit_invoice(invoice.id, part(quantity(only, "3")), who=world.who(), at=at)


def test_pressed_again_after_the_deadline_the_credit_note_goes_and_there_is_nothing_left(
    at: datetime,
) -> None:
    """The worker sleeps: the credit note that is due is issued first, then the press is refused."""
    world = found()
    invoice = world.invoice(at=at)
    credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at)
    with pytest.raises(Exception, match="already been cancelled"):
        credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at + HOLD)
    (note,) = documents(world, Kind.CREDIT_NOTE)
    assert (note.issued_at, note.issued_by) == (at + HOLD, world.alice.id)
    with refused(world, "already_credited"):
        credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at + HOLD)


def test_a_part_on_hold_then_the_rest_after_the_deadline(at: datetime) -> None:
    world = found()
    invoice = world.invoice(line("10.10", "3"), at=at)
    (only,) = lines_of(world, invoice)
    one = part(quantity(only, "1"))
    credit_invoice(invoice.id, one, who=world.who(), at=at)
    held = credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at + HOLD)
    assert isinstance(held, Held)
    assert held.plan.payable_minor == 2_535
    assert stands(world, invoice)["state"] == "part_credited"
    depart_due(world.id, at=at + 2 * HOLD)
    assert [note.payable_minor for note in documents(world, Kind.CREDIT_NOTE)] == [1_268, 2_535]


def test_what_was_asked_is_what_goes_out(at: datetime) -> None:
    world = found()
    invoice = world.invoice(line("10.10", "3"), line("5.00"), at=at)
    ten, five = lines_of(world, invoice)
    request = part(
        amount(five, 125),
        quantity(ten, "1.5"),
        reason_text="Half of it.",
        reason_text_printed=True,
        deliver_to="x@example.com",
    )
    held = credit_invoice(invoice.id, request, who=world.who(), at=at)
    assert isinstance(held, Held)
    depart_due(world.id, at=at + HOLD)
    (note,) = documents(world, Kind.CREDIT_NOTE)
    assert (note.draft_id, note.reason, note.payable_minor) == (
        held.draft.id,
        "goodwill",
        held.plan.payable_minor,
    )
    assert [(row.corrects_line_id, row.amount_minor) for row in lines_of(world, note)] == [
        (five.id, 125),
        (ten.id, 1_515),
    ]
    with scope(world.id):
        parts = Particulars.objects.get(document_id=note.id).parts
    assert (parts["reason_text"], parts["reason_text_printed"]) == ("Half of it.", True)
    assert letters(world)[-1] == ("document", "x@example.com")
