"""Bookings that meet bookings, invoices and credits: nobody twice, and one price for both."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from storno.administration.change_settings import SettingsChanges
from storno.clients.delete import delete_client
from storno.clients.save import ClientInput
from storno.corrections.credit import credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.finalise import finalise_draft
from storno.corrections.plan import CreditRequest
from storno.diary.amend import amend_draft
from storno.diary.book import book_session
from storno.diary.cancel import cancel_booking, restore_booking
from storno.diary.change import BookingChanges, change_booking, draft_session
from storno.diary.drop import delete_draft
from storno.diary.erase import erase_client
from storno.diary.models import Booking, Sight
from storno.diary.sight import open_diary
from storno.diary.usual import change_client, change_way_of_working
from storno.documents.content import DraftInput
from storno.documents.draft import create_draft
from storno.documents.models import Document, DraftLine, FollowUp, Kind, Reason
from storno.organizations.models import Method
from storno.organizations.scope import scope
from storno.tax.category import TaxCategory
from tests.deeds import HOLD
from tests.diary.practice import HOUR, Practice, practice
from tests.observe import documents, drafts
from tests.properties.invariants import prove_books, verify_finds_nothing
from tests.races.together import TIMES, together
from tests.world import line

TEN = datetime(2026, 6, 17, 8, 0, tzinfo=UTC)
PAST = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)

RACES = pytest.mark.parametrize("again", range(TIMES))


def outcomes(results: list[Any]) -> list[str]:
    """What came of each deed: done, or the codes of its refusal."""
    return sorted(" ".join(each) if isinstance(each, list) else "done" for each in results)


def standing(paula: Practice) -> list[Booking]:
    with scope(paula.id):
        mine = Booking.objects.filter(organization_id=paula.id).exclude(state="cancelled")
        return list(mine.order_by("starts_at"))


@RACES
def test_one_time_is_booked_once(again: int, at: datetime) -> None:
    paula = practice()
    deeds = [
        lambda minutes=minutes: paula.book(TEN + timedelta(minutes=minutes), at=at)
        for minutes in (0, 15, 30, 45)
    ]
    results = outcomes(together(*deeds))
    assert results == ["done", *["time_is_taken"] * 3]
    assert (len(standing(paula)), len(drafts(paula.world))) == (1, 1)


@RACES
def test_two_give_each_other_what_stands_at_one_time(again: int, at: datetime) -> None:
    """Each waits for both diaries in one order; whoever comes last finds the time free or taken."""
    paula = practice()
    otto, actor = paula.member("otto")
    open_diary(paula.paula.id, Sight.BOOK, who=actor, at=at)
    open_diary(otto.id, Sight.BOOK, who=paula.who(), at=at)
    mine = paula.book(TEN, at=at)
    theirs = book_session(paula.asked(TEN + HOUR, practitioner=otto.id), who=actor, at=at)
    to_otto = BookingChanges(practitioner=otto.id)
    to_paula = BookingChanges(practitioner=paula.paula.id, starts_at=TEN)
    results = outcomes(
        together(
            lambda: change_booking(mine.id, to_otto, who=paula.who(), at=at),
            lambda: change_booking(theirs.id, to_paula, who=actor, at=at),
            lambda: change_booking(mine.id, to_otto, who=actor, at=at),
        )
    )
    assert set(results) <= {"booking_changed_meanwhile", "done", "time_is_taken"}
    assert paula.now(mine).practitioner_id == otto.person_id
    swapped = paula.now(theirs).practitioner_id == paula.paula.person_id
    assert swapped == ("time_is_taken" not in results)


@RACES
def test_a_freed_time_goes_to_one(again: int, at: datetime) -> None:
    paula = practice()
    gone = paula.book(TEN, at=at)
    cancel_booking(gone.id, who=paula.who(), at=at)
    results = outcomes(
        together(
            lambda: restore_booking(gone.id, who=paula.who(), at=at),
            lambda: paula.book(TEN, at=at),
            lambda: paula.block(TEN + HOUR / 2, at=at),
        )
    )
    assert results == ["done", "time_is_taken", "time_is_taken"]
    assert len(standing(paula)) == 1


@RACES
def test_a_price_is_changed_before_the_invoice_or_not_at_all(again: int, at: datetime) -> None:
    paula = practice()
    booked = paula.book(PAST, at=at)
    draft = paula.billing(booked).draft
    assert draft is not None
    results = together(
        lambda: finalise_draft(draft.id, who=paula.who(), at=at),
        lambda: change_booking(
            booked.id, BookingChanges(price=Decimal(990)), who=paula.who(), at=at
        ),
    )
    (invoice,) = documents(paula.world, Kind.INVOICE)
    price = paula.billing(booked).terms.unit_price
    assert invoice.payable_minor == price * 100
    assert outcomes(results) == (["done", "done"] if price == 990 else ["credit_first", "done"])


@RACES
def test_a_session_is_cancelled_with_its_draft_or_kept_with_its_invoice(
    again: int, at: datetime
) -> None:
    paula = practice()
    booked = paula.book(PAST, at=at)
    draft = paula.billing(booked).draft
    assert draft is not None
    results = outcomes(
        together(
            lambda: finalise_draft(draft.id, who=paula.who(), at=at),
            lambda: cancel_booking(booked.id, who=paula.who(), at=at),
            lambda: delete_draft(draft.id, session="cancel", who=paula.who(), at=at),
        )
    )
    papers, state = documents(paula.world, Kind.INVOICE), paula.now(booked).state
    assert (len(papers), state) in [(1, "booked"), (0, "cancelled")], results
    assert drafts(paula.world) == []


@RACES
def test_diary_and_draft_say_the_price_of_the_later_change(again: int, at: datetime) -> None:
    paula = practice()
    booked = paula.book(PAST, at=at)
    draft = paula.billing(booked).draft
    assert draft is not None

    def priced(now: DraftInput) -> DraftInput:
        return replace(now, lines=(replace(now.lines[0], unit_price=Decimal(880)),))

    results = together(
        lambda: amend_draft(draft.id, priced, who=paula.who(), at=at),
        lambda: change_booking(
            booked.id, BookingChanges(price=Decimal(990)), who=paula.who(), at=at
        ),
        gate=("diary_booking", booked.id),
    )
    assert outcomes(results) == ["done", "done"]
    (kept,) = drafts(paula.world)
    with scope(paula.id):
        (billed,) = DraftLine.objects.filter(organization_id=paula.id, draft_id=kept.id)
    assert paula.billing(booked).terms.unit_price == billed.unit_price
    assert billed.unit_price in (880, 990)
    assert (billed.source_id, paula.now(booked).version, kept.version) == (booked.id, 2, 3)


@RACES
def test_a_usual_way_meets_what_is_booked_and_changed(again: int, at: datetime) -> None:
    paula = practice()
    ahead = paula.book(TEN, at=at)
    usual = SettingsChanges(method=Method.AUTOMATIC)
    results = together(
        lambda: change_way_of_working(usual, who=paula.world.who(), at=at),
        lambda: change_booking(
            ahead.id, BookingChanges(price=Decimal(990)), who=paula.who(), at=at
        ),
        gate=("diary_booking", ahead.id),
    )
    assert outcomes(results) == ["done", "done"]
    (draft,) = drafts(paula.world)
    assert draft.issues_at == ahead.ends_at + timedelta(minutes=15)
    assert paula.billing(ahead).terms.unit_price == 990


@RACES
def test_what_is_booked_beside_another_usual_way_goes_by_it(again: int, at: datetime) -> None:
    paula = practice()
    by_all = SettingsChanges(method=Method.AUTOMATIC)
    by_payer: Callable[[ClientInput], ClientInput] = partial(replace, method=Method.EXTERNAL)
    results = together(
        lambda: paula.book(TEN, at=at),
        lambda: paula.book(TEN + HOUR, at=at),
        lambda: change_way_of_working(by_all, who=paula.world.who(), at=at),
        lambda: change_client(paula.daisy.id, by_payer, who=paula.world.who(), at=at),
        gate=("clients_client", paula.daisy.id),
    )
    assert outcomes(results) == ["done"] * 4
    assert [bool(draft.external_at) for draft in drafts(paula.world)] == [True, True]
    by_payer = partial(replace, method=None)
    results = together(
        lambda: paula.book(TEN + 2 * HOUR, at=at),
        lambda: change_client(paula.daisy.id, by_payer, who=paula.world.who(), at=at),
        gate=("clients_client", paula.daisy.id),
    )
    assert outcomes(results) == ["done"] * 2
    timed = {draft.issues_at for draft in drafts(paula.world)}
    ends = [TEN + hours * HOUR for hours in (1, 2, 3)]
    assert timed == {end + timedelta(minutes=15) for end in ends}


@RACES
def test_who_is_deleted_is_not_booked(again: int, at: datetime) -> None:
    paula = practice()
    results = together(
        lambda: delete_client(paula.daisy.id, who=paula.world.who(), at=at),
        lambda: paula.book(TEN, at=at),
        gate=("clients_client", paula.daisy.id),
    )
    booked = len(drafts(paula.world))
    assert outcomes(results) == [
        ["client: unknown_client", "done"], ["client_has_papers", "done"]
    ][booked]  # fmt: skip


@RACES
def test_who_is_erased_is_on_no_draft(again: int, at: datetime) -> None:
    paula = practice()
    untaxed = replace(line(), tax_category=TaxCategory.OUTSIDE_SCOPE, tax_rate=None)
    entered = DraftInput(paula.daisy.id, lines=(untaxed,))
    results = together(
        lambda: erase_client(paula.daisy.id, number=1, who=paula.world.who(), at=at),
        lambda: create_draft(entered, who=paula.who(), at=at),
        gate=("clients_client", paula.daisy.id),
    )
    came = (outcomes(results), len(drafts(paula.world)))
    assert came in ((["done", "recipient: unknown_recipient"], 0), (["done", "has_drafts"], 1))


@RACES
def test_one_draft_is_made_of_a_session(again: int, at: datetime) -> None:
    paula = practice()
    booked = paula.book(TEN, at=at)
    delete_draft(drafts(paula.world)[0].id, who=paula.who(), at=at)
    deed: Callable[[], Any] = lambda: draft_session(booked.id, who=paula.who(), at=at)  # noqa: E731
    assert outcomes(together(deed, deed, deed)) == ["billed_already", "billed_already", "done"]
    assert len(drafts(paula.world)) == 1


@RACES
def test_the_departing_credit_note_meets_whoever_changes_the_session(
    again: int, at: datetime
) -> None:
    paula = practice(hold_seconds=1200)
    booked = paula.book(PAST, at=at)
    draft = paula.billing(booked).draft
    assert draft is not None
    invoice = finalise_draft(draft.id, send_now=True, who=paula.who(), at=at)
    assert isinstance(invoice, Document)
    request = CreditRequest(Reason.CANCELLED, follow_up=FollowUp.DRAFT)
    credit_invoice(invoice.id, request, who=paula.who(), at=at)
    corrected = paula.billing(booked).draft
    assert corrected is not None
    later = at + HOLD
    together(
        lambda: depart_due(paula.id, at=later),
        lambda: change_booking(
            booked.id, BookingChanges(price=Decimal(990)), who=paula.who(), at=later
        ),
        lambda: delete_draft(corrected.id, session="cancel", who=paula.who(), at=later),
        lambda: cancel_booking(booked.id, who=paula.who(), at=later),
    )
    depart_due(paula.id, at=later)
    assert len(documents(paula.world, Kind.CREDIT_NOTE)) == 1
    assert paula.now(booked).state == "cancelled"
    assert drafts(paula.world) == []
    prove_books(paula.world)
    verify_finds_nothing(paula.world)


@RACES
def test_the_session_of_a_credit_meets_its_own_cancellation(again: int, at: datetime) -> None:
    paula = practice()
    booked = paula.book(PAST, at=at)
    invoice = paula.invoice(booked, at=at)
    request = CreditRequest(Reason.CANCELLED, follow_up=FollowUp.CANCEL_SESSION)
    results = outcomes(
        together(
            lambda: credit_invoice(invoice.id, request, who=paula.who(), at=at),
            lambda: change_booking(
                booked.id, BookingChanges(starts_at=PAST + HOUR), who=paula.who(), at=at
            ),
            lambda: cancel_booking(booked.id, who=paula.who(), at=at),
        )
    )
    assert results[-1] == "done"
    assert paula.now(booked).state == "cancelled"
    assert len(documents(paula.world, Kind.CREDIT_NOTE)) == 1
