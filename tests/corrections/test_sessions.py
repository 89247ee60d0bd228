"""A credit that cancels the session it billed: at once, or when the credit note is issued."""

from datetime import UTC, datetime

import pytest

from storno.catalogue.models import Charge
from storno.corrections.credit import credit_invoice, read_plan
from storno.corrections.depart import depart_due
from storno.corrections.finalise import finalise_draft
from storno.corrections.give_credit import Credited
from storno.corrections.plan import CreditLine, CreditRequest
from storno.corrections.undo import undo_credit
from storno.diary.cancel import cancel_booking
from storno.diary.drop import delete_draft
from storno.diary.models import Booking
from storno.documents.models import Document, FollowUp, Kind, Reason
from storno.organizations.scope import scope
from storno.tax.category import TaxCategory
from tests.deeds import HOLD, lines_of
from tests.diary.practice import Practice, practice
from tests.observe import documents, drafts, history, refused, stands
from tests.world import line

PAST = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)
CANCEL = CreditRequest(Reason.CANCELLED, follow_up=FollowUp.CANCEL_SESSION)
CORRECT = CreditRequest(Reason.CANCELLED, follow_up=FollowUp.DRAFT)


def invoiced(paula: Practice, at: datetime) -> tuple[Booking, Document]:
    """A session of yesterday, and its invoice."""
    booked = paula.book(PAST, at=at)
    draft = paula.billing(booked).draft
    assert draft is not None
    issued = finalise_draft(draft.id, send_now=True, who=paula.who(), at=at)
    assert isinstance(issued, Document)
    return booked, issued


def test_the_session_is_cancelled_with_its_invoice(at: datetime) -> None:
    paula = practice()
    booked, invoice = invoiced(paula, at)
    credited = credit_invoice(invoice.id, CANCEL, who=paula.who(), at=at)
    assert isinstance(credited, Credited)
    now = paula.now(booked)
    assert (now.state, now.charge, now.cancelled_at) == ("cancelled", "nothing", at)
    assert now.cancelled_by == paula.paula.person_id
    assert (credited.corrected, drafts(paula.world)) == (None, [])
    assert stands(paula.world, invoice)["state"] == "credited"
    assert history(paula.world, booked.id)[-1] == "booking.cancelled"
    paula.book(PAST, at=at)


def test_with_a_hold_it_is_cancelled_when_the_credit_note_is_issued(at: datetime) -> None:
    paula = practice(hold_seconds=1200)
    booked, invoice = invoiced(paula, at)
    credit_invoice(invoice.id, CANCEL, who=paula.who(), at=at)
    assert paula.now(booked).state == "booked"
    depart_due(paula.id, at=at + HOLD)
    now = paula.now(booked)
    assert (now.state, now.cancelled_at) == ("cancelled", at + HOLD)
    assert now.cancelled_by == paula.paula.person_id


def test_undone_the_session_stands(at: datetime) -> None:
    paula = practice(hold_seconds=1200)
    booked, invoice = invoiced(paula, at)
    credit_invoice(invoice.id, CANCEL, who=paula.who(), at=at)
    undo_credit(invoice.id, who=paula.who(), at=at)
    depart_due(paula.id, at=at + HOLD)
    assert paula.now(booked).state == "booked"
    assert paula.billing(booked).price_locked


def test_cancelled_meanwhile_it_stays_as_it_was_cancelled(at: datetime) -> None:
    paula = practice(hold_seconds=1200)
    booked, invoice = invoiced(paula, at)
    credit_invoice(invoice.id, CANCEL, who=paula.who(), at=at)
    cancel_booking(booked.id, Charge.FULL, who=paula.who(), at=at)
    depart_due(paula.id, at=at + HOLD)
    assert paula.now(booked).charge == "full"
    assert len(documents(paula.world, Kind.CREDIT_NOTE)) == 1


def test_an_invoice_without_a_session_cancels_none(at: datetime) -> None:
    paula = practice()
    plain = paula.world.invoice(line("100.00", category=TaxCategory.OUTSIDE_SCOPE), at=at)
    with scope(paula.id):
        _, plan = read_plan(plain.id, CANCEL, who=paula.who(), at=at)
    assert [blocker.code for blocker in plan.blockers] == ["no_session"]
    with refused(paula.world, "no_session"):
        credit_invoice(plain.id, CANCEL, who=paula.who(), at=at)


def test_a_session_is_not_cancelled_by_a_part(at: datetime) -> None:
    paula = practice()
    _, invoice = invoiced(paula, at)
    (sold,) = lines_of(paula.world, invoice)
    part = CreditRequest(
        Reason.GOODWILL,
        follow_up=FollowUp.CANCEL_SESSION,
        lines=(CreditLine(sold.id, amount_minor=20_000),),
    )
    with refused(paula.world, "session_still_billed"):
        credit_invoice(invoice.id, part, who=paula.who(), at=at)


@pytest.mark.parametrize("hold", [0, 1200])
def test_who_may_not_book_there_does_not_cancel_by_a_credit(hold: int, at: datetime) -> None:
    paula = practice(hold_seconds=hold)
    _, invoice = invoiced(paula, at)
    _, otto = paula.member("otto")
    with refused(paula.world, "diary_closed"):
        credit_invoice(invoice.id, CANCEL, who=otto, at=at)
    credit_invoice(invoice.id, CORRECT, who=otto, at=at)


def test_the_draft_of_a_held_credit_note_takes_the_session_along(at: datetime) -> None:
    paula = practice(hold_seconds=1200)
    booked, invoice = invoiced(paula, at)
    credit_invoice(invoice.id, CORRECT, who=paula.who(), at=at)
    draft = paula.billing(booked).draft
    assert draft is not None
    delete_draft(draft.id, session="cancel", who=paula.who(), at=at)
    assert paula.now(booked).state == "booked"
    with scope(paula.id):
        assert not Booking.objects.filter(organization_id=paula.id, state="cancelled").exists()
    depart_due(paula.id, at=at + HOLD)
    assert (paula.now(booked).state, drafts(paula.world)) == ("cancelled", [])


def test_undone_the_held_credit_note_cancels_nothing(at: datetime) -> None:
    paula = practice(hold_seconds=1200)
    booked, invoice = invoiced(paula, at)
    credit_invoice(invoice.id, CORRECT, who=paula.who(), at=at)
    draft = paula.billing(booked).draft
    assert draft is not None
    delete_draft(draft.id, session="cancel", who=paula.who(), at=at)
    undo_credit(invoice.id, who=paula.who(), at=at)
    assert paula.now(booked).state == "booked"
    assert paula.billing(booked).terms.unit_price == 1190


def test_a_session_that_is_invoiced_in_part_outlives_its_draft(at: datetime) -> None:
    paula = practice()
    booked, invoice = invoiced(paula, at)
    (sold,) = lines_of(paula.world, invoice)
    part = CreditRequest(
        Reason.GOODWILL,
        follow_up=FollowUp.DRAFT,
        lines=(CreditLine(sold.id, amount_minor=20_000),),
    )
    credit_invoice(invoice.id, part, who=paula.who(), at=at)
    (draft,) = drafts(paula.world)
    with refused(paula.world, "credit_first"):
        delete_draft(draft.id, session="cancel", who=paula.who(), at=at)
    delete_draft(draft.id, session="keep", who=paula.who(), at=at)
    assert paula.now(booked).state == "booked"
