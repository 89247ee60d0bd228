"""A credit that cancels the session it billed: at once, or when the credit note is issued."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from storno.catalogue.models import Charge
from storno.corrections.credit import credit_invoice, read_plan
from storno.corrections.depart import depart_due
from storno.corrections.finalise import finalise_draft
from storno.corrections.give_credit import Credited
from storno.corrections.plan import CreditRequest
from storno.corrections.take_lines import CreditLine
from storno.corrections.undo import undo_credit
from storno.diary.amend import amend_draft
from storno.diary.cancel import cancel_booking
from storno.diary.change import BookingChanges, change_booking
from storno.diary.drop import delete_draft
from storno.diary.models import Booking
from storno.documents.models import Document, DraftLine, FollowUp, Reason
from storno.organizations.scope import scope
from storno.tax.category import TaxCategory
from tests.deeds import HOLD, lines_of
from tests.diary.practice import Practice, practice
from tests.observe import drafts, history, refused, stands
from tests.reports.books import codes
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


@pytest.mark.parametrize("charge", list(Charge))
def test_while_the_credit_note_is_on_hold_nothing_else_is_decided(
    charge: Charge, at: datetime
) -> None:
    paula = practice(hold_seconds=1200)
    booked, invoice = invoiced(paula, at)
    for request in (CANCEL, CORRECT):
        credit_invoice(invoice.id, request, who=paula.who(), at=at)
        with refused(paula.world, "credit_on_its_way"):
            cancel_booking(booked.id, charge, who=paula.who(), at=at)
        undo_credit(invoice.id, who=paula.who(), at=at)
    assert paula.billing(booked).price_locked


def test_a_part_on_hold_opens_no_price(at: datetime) -> None:
    paula = practice(hold_seconds=1200)
    booked, invoice = invoiced(paula, at)
    credit_invoice(invoice.id, a_part_of(paula, invoice), who=paula.who(), at=at)
    billing = paula.billing(booked)
    assert (billing.price_locked, billing.draft, billing.terms.unit_price) == (
        True,
        None,
        Decimal(1190),
    )
    with refused(paula.world, "credit_first"):
        change_booking(booked.id, BookingChanges(price=Decimal(500)), who=paula.who(), at=at)


def test_parts_bill_a_session_once(at: datetime) -> None:
    paula = practice()
    booked, invoice = invoiced(paula, at)
    credit_invoice(invoice.id, a_part_of(paula, invoice), who=paula.who(), at=at)
    assert paula.billing(booked).draft is None
    credit_invoice(invoice.id, CORRECT, who=paula.who(), at=at)
    part, rest = drafts(paula.world)
    billing = paula.billing(booked)
    assert billing.draft is not None
    assert (billing.draft.id, billing.terms.unit_price) == (rest.id, Decimal(990))
    cancel_booking(booked.id, who=paula.who(), at=at)
    assert drafts(paula.world) == [part]


@pytest.mark.parametrize(
    ("price", "found"), [("200.00", set()), ("200.01", {"session_invoiced_twice"})]
)
def test_what_is_left_and_its_rest_bill_no_more_than_the_session_costs(
    price: str, found: set[str], at: datetime
) -> None:
    """As no deed would make it: a second invoice, of the rest, that bills the session as well."""
    paula = practice()
    booked, invoice = invoiced(paula, at)
    credit_invoice(invoice.id, a_part_of(paula, invoice), who=paula.who(), at=at)
    (rest,) = drafts(paula.world)
    with scope(paula.id):
        DraftLine.objects.filter(organization_id=paula.id, draft_id=rest.id).update(
            source_kind="session", source_id=booked.id, unit_price=Decimal(price)
        )
    finalise_draft(rest.id, who=paula.who(), at=at)
    assert codes(paula.world) == found


def test_a_line_credited_whole_frees_its_session(at: datetime) -> None:
    paula = practice()
    booked = paula.book(PAST, at=at)
    draft = paula.billing(booked).draft
    assert draft is not None
    book = line("200.00", category=TaxCategory.OUTSIDE_SCOPE, description="Book")
    amend_draft(
        draft.id, lambda now: replace(now, lines=(*now.lines, book)), who=paula.who(), at=at
    )
    issued = paula.invoice(booked, at=at)
    assert paula.billing(booked).price_locked
    session, _book = lines_of(paula.world, issued)
    whole = CreditRequest(
        Reason.CANCELLED,
        follow_up=FollowUp.CANCEL_SESSION,
        lines=(CreditLine(session.id, amount_minor=session.amount_minor),),
    )
    credit_invoice(issued.id, whole, who=paula.who(), at=at)
    billing = paula.billing(booked)
    assert (billing.invoice, billing.draft, paula.now(booked).state) == (None, None, "cancelled")
    assert stands(paula.world, issued)["state"] == "part_credited"


def test_the_corrected_draft_has_the_day_to_which_the_session_was_moved(at: datetime) -> None:
    paula = practice()
    booked, invoice = invoiced(paula, at)
    moved = BookingChanges(starts_at=PAST + timedelta(days=5))
    change_booking(booked.id, moved, who=paula.who(), at=at)
    credit_invoice(invoice.id, CORRECT, who=paula.who(), at=at)
    (draft,) = drafts(paula.world)
    assert draft.delivered_on == (PAST + timedelta(days=5)).date()


def a_part_of(paula: Practice, invoice: Document) -> CreditRequest:
    """A credit of 200.00, with a draft of it."""
    (sold,) = lines_of(paula.world, invoice)
    return CreditRequest(
        Reason.GOODWILL,
        follow_up=FollowUp.DRAFT,
        lines=(CreditLine(sold.id, amount_minor=20_000),),
    )


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
