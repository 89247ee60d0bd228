"""Changing a booking: its time, its place, who came, and what it bills, until an invoice stands."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from storno.catalogue.models import Message
from storno.clients.care import cares_of
from storno.corrections.credit import credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.finalise import finalise_draft
from storno.corrections.plan import CreditRequest
from storno.corrections.undo import undo_credit
from storno.diary.amend import amend_draft
from storno.diary.book import ActivityInput, book_activity
from storno.diary.cancel import cancel_booking
from storno.diary.change import BookingChanges, change_booking, draft_session
from storno.diary.drop import delete_draft
from storno.diary.models import Booking, BookingState, Sight
from storno.diary.series.cancel import cancel_series
from storno.diary.sight import open_diary
from storno.documents.content import DraftInput, for_recipient, with_prices
from storno.documents.draft import entered_in
from storno.documents.external import ExternalInput, externalise_draft
from storno.documents.models import FollowUp, Reason, Standing
from storno.organizations.models import Method
from storno.organizations.scope import scope
from tests.deeds import HOLD
from tests.diary.practice import HOUR, Practice, practice
from tests.diary.recurring import recur
from tests.observe import drafts, everything, history, letters, refused

TEN = datetime(2026, 6, 17, 8, 0, tzinfo=UTC)
PAST = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)
WRONG = CreditRequest(Reason.WRONG_PRICE)


@pytest.fixture
def paula() -> Practice:
    return practice()


def change(paula: Practice, booking: Booking, at: datetime, **changes: object) -> Booking:
    return change_booking(
        booking.id,
        BookingChanges(**changes),  # type: ignore[arg-type]
        who=paula.who(),
        at=at,
    )


def issued_after_its_hold(paula: Practice, booked: Booking, at: datetime) -> Standing:
    draft = paula.billing(booked).draft
    assert draft is not None
    finalise_draft(draft.id, who=paula.who(), at=at)
    depart_due(paula.id, at=at + HOLD)
    invoice = paula.billing(booked).invoice
    assert invoice is not None
    return invoice


def test_a_booking_moves_and_its_draft_with_it(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at)
    change(paula, booked, at, starts_at=TEN + timedelta(days=1), minutes=45)
    now = paula.now(booked)
    assert (now.starts_at, now.ends_at - now.starts_at) == (
        TEN + timedelta(days=1),
        timedelta(minutes=45),
    )
    draft = paula.billing(booked).draft
    assert draft is not None
    assert draft.delivered_on == datetime(2026, 6, 18, tzinfo=UTC).date()
    assert history(paula.world, booked.id) == [
        "booking.made",
        "booking.time_changed",
        "booking.length_changed",
    ]


def test_it_is_given_to_somebody_else_and_its_client_hears_nothing(
    paula: Practice, at: datetime
) -> None:
    otto, actor = paula.member("otto")
    made = recur(paula, TEN, "FREQ=WEEKLY;COUNT=2", at=at, messages=(Message.CHANGE,))
    series, booked = made.series, made.sessions[0]
    with refused(paula.world, "diary_closed"):
        change(paula, booked, at, practitioner=otto.id)
    open_diary(paula.paula.id, Sight.BOOK, who=actor, at=at)
    with refused(paula.world, "practitioner: unknown_practitioner"):
        change(paula, booked, at, practitioner=uuid4())
    block = ActivityInput(title="Away", practitioner=otto.id, starts_at=TEN, minutes=60)
    away = book_activity(block, who=actor, at=at)
    with refused(paula.world, "time_is_taken"):
        change(paula, booked, at, practitioner=otto.id)
    cancel_booking(away.id, who=actor, at=at)
    change(paula, booked, at, practitioner=otto.id)
    now = paula.now(booked)
    assert (now.practitioner_id, now.starts_at) == (otto.person_id, TEN)
    cancel_series(series.id, who=paula.who(), at=at)
    states = [paula.now(each).state for each in made.sessions]
    assert states == ["booked", "cancelled"], "it is left alone"
    assert paula.book(TEN, at=at).state == "booked", "the time it had is free"
    assert history(paula.world, booked.id)[-1] == "booking.practitioner_changed"
    assert letters(paula.world) == []
    with scope(paula.id):
        assert cares_of(paula.daisy.id, paula.id).filter(person_id=otto.person_id).exists()


def test_moved_it_may_overlap_where_it_was(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at)
    change(paula, booked, at, starts_at=TEN + HOUR / 2)
    assert paula.now(booked).ends_at == TEN + HOUR * 1.5


def test_it_does_not_move_onto_another(paula: Practice, at: datetime) -> None:
    paula.block(TEN + HOUR, at=at)
    booked = paula.book(TEN, at=at)
    with refused(paula.world, "time_is_taken"):
        change(paula, booked, at, minutes=61)


def test_place_and_link_change(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at, place="Room 1")
    before = drafts(paula.world)[0].version
    change(paula, booked, at, place="", video="https://video.example.com/r/1")
    now = paula.now(booked)
    assert (now.place, now.video) == ("", "https://video.example.com/r/1")
    assert drafts(paula.world)[0].version == before, "the draft has nothing of it"


def test_the_draft_says_the_price_of_the_diary(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at)
    change(paula, booked, at, price=Decimal(990))
    (draft,) = drafts(paula.world)
    with scope(paula.id):
        (line,) = entered_in(draft).lines
    assert line.unit_price == 990
    assert paula.billing(booked).terms.unit_price == 990


def test_the_diary_says_the_price_of_the_draft(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at)
    (draft,) = drafts(paula.world)
    amend_draft(draft.id, lambda now: with_prices(now, [Decimal(850)]), who=paula.who(), at=at)
    assert paula.billing(booked).terms.unit_price == 850
    change(paula, booked, at, starts_at=TEN + HOUR)
    assert paula.billing(booked).terms.unit_price == 850, "a move changes no price"


def test_another_pays(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at)
    employer = paula.company()
    change(paula, booked, at, recipient=employer.id)
    (draft,) = drafts(paula.world)
    assert (draft.recipient_id, draft.language) == (employer.id, "nb")
    assert paula.billing(booked).terms.recipient_id == employer.id


def test_an_invoice_locks_what_it_bills_and_nothing_else(paula: Practice, at: datetime) -> None:
    booked = paula.book(PAST, at=at)
    paula.invoice(booked, at=at)
    assert paula.billing(booked).price_locked
    for changes in ({"price": Decimal(990)}, {"recipient": paula.company().id}):
        with refused(paula.world, "credit_first"):
            change(paula, booked, at, **changes)
    change(paula, booked, at, starts_at=PAST + HOUR, place="Room 3", state=BookingState.NO_SHOW)
    now = paula.now(booked)
    assert (now.starts_at, now.place, now.state) == (PAST + HOUR, "Room 3", "no_show")


def test_credited_it_is_open_again(paula: Practice, at: datetime) -> None:
    booked = paula.book(PAST, at=at)
    invoice = paula.invoice(booked, at=at)
    credit_invoice(invoice.id, WRONG, who=paula.who(), at=at)
    billing = paula.billing(booked)
    assert (billing.invoice, billing.price_locked) == (None, False)
    change(paula, booked, at, price=Decimal(990))
    (draft,) = drafts(paula.world)
    with scope(paula.id):
        assert entered_in(draft).lines[0].unit_price == 990
    assert paula.billing(booked).terms.unit_price == 990


def test_credited_without_a_draft_it_keeps_the_price_of_the_invoice(
    paula: Practice, at: datetime
) -> None:
    booked = paula.book(PAST, at=at)
    (draft,) = drafts(paula.world)
    employer = paula.company()

    def other(now: DraftInput) -> DraftInput:
        return for_recipient(with_prices(now, [Decimal(850)]), employer.id)

    amend_draft(draft.id, other, who=paula.who(), at=at)
    invoice = paula.invoice(booked, at=at)
    request = CreditRequest(Reason.WRONG_PRICE, follow_up=FollowUp.NOTHING)
    credit_invoice(invoice.id, request, who=paula.who(), at=at)
    billing = paula.billing(booked)
    assert (billing.draft, billing.invoice) == (None, None)
    assert (billing.terms.unit_price, billing.terms.recipient_id) == (Decimal(850), employer.id)


def test_while_the_credit_note_is_on_hold_the_draft_counts(at: datetime) -> None:
    paula = practice(hold_seconds=1200)
    booked = paula.book(PAST, at=at)
    invoice, later = issued_after_its_hold(paula, booked, at), at + HOLD * 2
    credit_invoice(invoice.id, WRONG, who=paula.who(), at=later)
    assert not paula.billing(booked).price_locked
    change(paula, booked, later, price=Decimal(990))
    assert paula.billing(booked).terms.unit_price == 990
    undo_credit(invoice.id, changed_draft="discard", who=paula.who(), at=later)
    billing = paula.billing(booked)
    assert (billing.price_locked, billing.terms.unit_price) == (True, Decimal(1190))


def test_a_draft_kept_after_an_undo_bills_the_session_no_more(at: datetime) -> None:
    paula = practice(hold_seconds=1200)
    booked = paula.book(PAST, at=at)
    invoice, later = issued_after_its_hold(paula, booked, at), at + HOLD * 2
    credit_invoice(invoice.id, WRONG, who=paula.who(), at=later)
    change(paula, booked, later, price=Decimal(990))
    undo_credit(invoice.id, changed_draft="keep", who=paula.who(), at=later)
    billing = paula.billing(booked)
    assert (billing.price_locked, billing.draft) == (True, None)
    assert len(drafts(paula.world)) == 1


def test_who_came_is_noted_and_taken_back(paula: Practice, at: datetime) -> None:
    booked = paula.book(PAST, at=at)
    for state in (BookingState.HELD, BookingState.NO_SHOW, BookingState.BOOKED):
        change(paula, booked, at, state=state)
        assert paula.now(booked).state == state
    assert history(paula.world, booked.id) == [
        "booking.made",
        "session.held",
        "session.no_show",
        "session.attendance_open",
    ]


def test_what_cannot_be_noted(paula: Practice, at: datetime) -> None:
    coming = paula.book(TEN, at=at)
    with refused(paula.world, "state: yet_to_come"):
        change(paula, coming, at, state=BookingState.HELD)
    with refused(paula.world, "state: cancel_instead"):
        change(paula, coming, at, state=BookingState.CANCELLED)
    blocked = paula.block(PAST, at=at)
    with refused(paula.world, "state: only_of_sessions"):
        change(paula, blocked, at, state=BookingState.HELD)


def test_what_was_changed_meanwhile_is_refused(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at)
    change(paula, booked, at, place="Room 1")
    with refused(paula.world, "booking_changed_meanwhile"):
        change_booking(booked.id, BookingChanges(place="Room 2"), version=1, who=paula.who(), at=at)
    with refused(paula.world, "absent"):
        change_booking(uuid4(), BookingChanges(), who=paula.who(), at=at)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"minutes": 0}, "minutes: not_positive"),
        ({"starts_at": datetime(1999, 1, 1, tzinfo=UTC)}, "starts_at: out_of_range"),
        ({"price": Decimal(-1)}, "price: negative"),
        ({"recipient": uuid4()}, "recipient: unknown_recipient"),
        ({"video": "http://x"}, "video: not_an_address"),
    ],
)
def test_bad_input_changes_nothing(
    changes: dict[str, object], code: str, paula: Practice, at: datetime
) -> None:
    booked = paula.book(TEN, at=at)
    with refused(paula.world, code):
        change(paula, booked, at, **changes)


def test_a_session_that_nothing_bills_is_drafted_anew(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at)
    (draft,) = drafts(paula.world)
    change(paula, booked, at, price=Decimal(700))
    with refused(paula.world, "billed_already"):
        draft_session(booked.id, who=paula.who(), at=at)
    delete_draft(draft.id, who=paula.who(), at=at)
    again = draft_session(booked.id, who=paula.who(), at=at)
    with scope(paula.id):
        assert entered_in(again).lines[0].unit_price == 700
    block = paula.block(TEN + HOUR * 5, at=at)
    with refused(paula.world, "absent"):
        draft_session(block.id, who=paula.who(), at=at)


def test_nothing_else_moves(paula: Practice, at: datetime) -> None:
    other = paula.book(TEN + HOUR * 2, at=at)
    booked = paula.book(TEN, at=at)
    before = {row["id"]: row for row in everything(paula.world)["diary_booking"]}
    change(paula, booked, at, starts_at=TEN + HOUR)
    after = {row["id"]: row for row in everything(paula.world)["diary_booking"]}
    assert after[other.id] == before[other.id]


def test_the_method_of_a_session_is_that_of_its_draft(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at)
    change(paula, booked, at, method=Method.EXTERNAL)
    assert drafts(paula.world)[0].external_at == at
    change(paula, booked, at, method=Method.MANUAL)
    assert drafts(paula.world)[0].external_at is None
    assert paula.now(booked).method == "manual"


def test_what_is_invoiced_elsewhere_moves_and_changes_its_price(
    paula: Practice, at: datetime
) -> None:
    booked = paula.book(TEN, at=at, method=Method.EXTERNAL)
    change(paula, booked, at, starts_at=TEN + timedelta(days=1), price=Decimal(990))
    (draft,) = drafts(paula.world)
    assert (draft.external_at, draft.delivered_on) == (at, (TEN + timedelta(days=1)).date())
    assert paula.billing(booked).terms.unit_price == 990


def test_a_payment_that_is_noted_keeps_it_elsewhere(paula: Practice, at: datetime) -> None:
    booked = paula.book(PAST, at=at, method=Method.EXTERNAL)
    (draft,) = drafts(paula.world)
    externalise_draft(draft.id, ExternalInput(paid_on=PAST.date()), who=paula.who(), at=at)
    with refused(paula.world, "external_payment_noted"):
        change(paula, booked, at, method=Method.MANUAL)
