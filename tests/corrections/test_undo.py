"""Undoing a cancellation: nothing has happened, and the deadline decides."""

from datetime import datetime, timedelta

import pytest

from storno.corrections.credit import credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.finalise import finalise_draft
from storno.corrections.undo import TooLateToUndo, undo_credit
from storno.diary.amend import amend_draft
from storno.diary.drop import delete_draft
from storno.documents.external import ExternalInput, externalise_draft
from storno.documents.models import Kind
from tests.deeds import (
    CANCELLED,
    CORRECT,
    HOLD,
    MOMENT,
    amount,
    credit,
    hold_credit,
    lines_of,
    part,
    pay,
    quantity,
)
from tests.observe import (
    documents,
    drafts,
    everything,
    held_credit,
    history,
    numbers,
    refused,
    stands,
)
from tests.world import found, line

NINETEEN = timedelta(minutes=19)


def test_undone_the_invoice_is_what_it_was(at: datetime) -> None:
    """Row for row, but for the history, which says what happened."""
    world = found()
    invoice = world.invoice(at=at)
    before = everything(world)
    hold_credit(world, invoice, at=at)
    undo_credit(invoice.id, who=world.who(), at=at + HOLD - MOMENT)
    after = everything(world)
    assert {table for table, rows in after.items() if rows != before[table]} == {"history_event"}
    assert history(world, invoice.id) == ["invoice.issued", "credit.held", "credit.undone"]
    assert depart_due(world.id, at=at + timedelta(days=1)) == 0


def test_undone_it_can_be_cancelled_again(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    hold_credit(world, invoice, at=at)
    undo_credit(invoice.id, who=world.who(), at=at + NINETEEN)
    hold_credit(world, invoice, at=at + NINETEEN)
    assert depart_due(world.id, at=at + HOLD) == 0
    assert depart_due(world.id, at=at + NINETEEN + HOLD) == 1
    assert numbers(world, Kind.CREDIT_NOTE) == ["2026-K1"]


def test_at_the_deadline_it_is_too_late_even_if_the_worker_sleeps(at: datetime) -> None:
    """The credit note is issued first, then the press is refused."""
    world = found()
    invoice = world.invoice(at=at)
    hold_credit(world, invoice, at=at)
    with pytest.raises(TooLateToUndo):
        undo_credit(invoice.id, who=world.who(), at=at + HOLD)
    (note,) = documents(world, Kind.CREDIT_NOTE)
    assert (note.number, note.issued_at) == ("2026-K1", at + HOLD)
    assert stands(world, invoice) == {"state": "credited", "credited": 125_500}
    with refused(world, "too_late_to_undo"):
        undo_credit(invoice.id, who=world.who(), at=at + HOLD)


def test_what_was_taken_back_after_a_part_credit_has_not_gone_out(at: datetime) -> None:
    """Pressed once more, or after a payment stopped it: the invoice stands, and so it is told."""
    world = found()
    invoice = world.invoice(at=at)
    (only,) = lines_of(world, invoice)
    hold_credit(world, invoice, part(amount(only, 100)), at=at)
    later = at + HOLD
    depart_due(world.id, at=later)
    with refused(world, "nothing_to_undo"):
        undo_credit(invoice.id, who=world.who(), at=later)
    hold_credit(world, invoice, at=later)
    undo_credit(invoice.id, who=world.who(), at=later)
    with refused(world, "nothing_to_undo"):
        undo_credit(invoice.id, who=world.who(), at=later)
    hold_credit(world, invoice, at=later)
    pay(world, invoice, 125_500 - 126, at=later)
    assert stands(world, invoice)["state"] == "paid"
    with refused(world, "nothing_to_undo"):
        undo_credit(invoice.id, who=world.who(), at=later)


def test_a_free_invoice_that_was_credited(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(line("0"), at=at)
    credit(world, invoice, at=at)
    with refused(world, "too_late_to_undo"):
        undo_credit(invoice.id, who=world.who(), at=at)


def test_there_may_be_nothing_to_undo(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    with refused(world, "nothing_to_undo"):
        undo_credit(invoice.id, who=world.who(), at=at)
    hold_credit(world, invoice, at=at)
    undo_credit(invoice.id, who=world.who(), at=at)
    with refused(world, "nothing_to_undo"):
        undo_credit(invoice.id, who=world.who(), at=at)


def test_undoing_the_second_part_leaves_the_first(at: datetime) -> None:
    world = found()
    invoice = world.invoice(line("10.10", "3"), at=at)
    (only,) = lines_of(world, invoice)
    hold_credit(world, invoice, part(quantity(only, "1")), at=at)
    depart_due(world.id, at=at + HOLD)
    hold_credit(world, invoice, part(quantity(only, "1")), at=at + HOLD)
    undo_credit(invoice.id, who=world.who(), at=at + HOLD)
    assert stands(world, invoice) == {
        "state": "part_credited",
        "credited": 1_268,
        "open": 2_535,
    }


def test_who_may_not_undo(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    hold_credit(world, invoice, at=at)
    for role in ("reader", "office"):
        with refused(world, "not_allowed"):
            undo_credit(invoice.id, who=world.who(role), at=at)


def test_another_organizations_cancellation_is_absent(at: datetime) -> None:
    alices, charlies = found(), found()
    invoice = alices.invoice(at=at)
    hold_credit(alices, invoice, at=at)
    with refused(alices, "absent"):
        undo_credit(invoice.id, who=charlies.who(), at=at)


# The corrected draft


def test_an_untouched_corrected_draft_goes_with_it(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    before = everything(world)
    hold_credit(world, invoice, CORRECT, at=at)
    assert len(drafts(world)) == 1
    undo_credit(invoice.id, who=world.who(), at=at + NINETEEN)
    after = everything(world)
    assert {table for table, rows in after.items() if rows != before[table]} == {"history_event"}


def test_a_changed_draft_is_asked_about(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    corrected = hold_credit(world, invoice, CORRECT, at=at).corrected
    assert corrected is not None
    amend_draft(corrected.id, lambda now: now, who=world.who(), at=at)
    with refused(world, "draft_was_changed"):
        undo_credit(invoice.id, who=world.who(), at=at + NINETEEN)
    assert held_credit(world, invoice) is not None


def test_a_finalised_draft_is_asked_about(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    corrected = hold_credit(world, invoice, CORRECT, at=at).corrected
    assert corrected is not None
    finalise_draft(corrected.id, who=world.who(), at=at)
    with refused(world, "draft_was_changed"):
        undo_credit(invoice.id, who=world.who(), at=at + NINETEEN)


def test_a_changed_draft_can_be_discarded(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    corrected = hold_credit(world, invoice, CORRECT, at=at).corrected
    assert corrected is not None
    amend_draft(corrected.id, lambda now: now, who=world.who(), at=at)
    undo_credit(invoice.id, changed_draft="discard", who=world.who(), at=at)
    assert (drafts(world), held_credit(world, invoice)) == ([], None)


def test_a_changed_draft_can_be_kept_as_a_plain_one(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    corrected = hold_credit(world, invoice, CORRECT, at=at).corrected
    assert corrected is not None
    amend_draft(corrected.id, lambda now: now, who=world.who(), at=at)
    finalise_draft(corrected.id, who=world.who(), at=at)
    undo_credit(invoice.id, changed_draft="keep", who=world.who(), at=at)
    (kept,) = drafts(world)
    assert (kept.id, kept.replaces_id, kept.waits_for_id, kept.goes_at) == (
        corrected.id,
        None,
        None,
        None,
    )
    assert depart_due(world.id, at=at + timedelta(days=1)) == 0


def test_keeping_concerns_only_a_changed_draft(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    hold_credit(world, invoice, CORRECT, at=at)
    undo_credit(invoice.id, changed_draft="keep", who=world.who(), at=at)
    assert drafts(world) == []


def test_a_deleted_draft_is_not_missed(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    corrected = hold_credit(world, invoice, CORRECT, at=at).corrected
    assert corrected is not None
    delete_draft(corrected.id, who=world.who(), at=at)
    undo_credit(invoice.id, who=world.who(), at=at)
    assert held_credit(world, invoice) is None


def test_a_stale_cancel_after_an_undo_elsewhere_cancels_anew(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    first = hold_credit(world, invoice, at=at)
    undo_credit(invoice.id, who=world.who(), at=at)
    again = hold_credit(world, invoice, at=at + NINETEEN)
    assert again.draft.id != first.draft.id
    assert credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at + NINETEEN)


def test_a_payment_noted_of_the_corrected_draft_outlives_the_undo(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    corrected = hold_credit(world, invoice, CORRECT, at=at).corrected
    assert corrected is not None
    known = ExternalInput("F-77", at.date(), "cash")
    externalise_draft(corrected.id, known, who=world.who(), at=at)
    with refused(world, "external_payment_noted"):
        undo_credit(invoice.id, changed_draft="discard", who=world.who(), at=at)
    undo_credit(invoice.id, changed_draft="keep", who=world.who(), at=at)
    (kept,) = drafts(world)
    assert (kept.external_number, kept.external_paid_on, kept.external_paid_by) == (
        "F-77",
        at.date(),
        "cash",
    )
    assert (kept.external_at, kept.waits_for_id, kept.replaces_id) == (at, None, None)
