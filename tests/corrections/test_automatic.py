"""Invoices that go out by themselves: when, to whom they are told, and what keeps them back."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from storno.catalogue.models import Charge
from storno.clients.models import Client
from storno.corrections.automatic import finalise_due
from storno.corrections.credit import credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.finalise import finalise_draft, withdraw_draft
from storno.diary.amend import amend_draft
from storno.diary.automatic import bill_by_hand
from storno.diary.cancel import cancel_booking, restore_booking
from storno.diary.change import BookingChanges, change_booking, draft_session
from storno.diary.drop import delete_draft
from storno.diary.models import Booking
from storno.diary.series.book import SeriesInput, book_series
from storno.diary.series.change import SeriesChanges, change_series
from storno.documents.external import externalise_draft
from storno.documents.models import Document, Draft
from storno.organizations.models import AutomaticAt, Method, Settings
from storno.organizations.scope import scope
from tests.deeds import CORRECT
from tests.diary.practice import Practice, practice
from tests.observe import documents, drafts, everything, history, letters, refused

HOUR, AFTER = timedelta(hours=1), timedelta(minutes=15)


@pytest.fixture
def clinic() -> Practice:
    """A practice whose invoices go out by themselves a quarter of an hour after the session."""
    return practice(method=Method.AUTOMATIC)


def draft_of(clinic: Practice, session: Booking) -> Draft:
    draft = clinic.billing(session).draft
    assert draft is not None
    return draft


def go(clinic: Practice, at: datetime) -> int:
    """What the worker does, as often as it likes."""
    finalise_due(clinic.id, at=at)
    gone = depart_due(clinic.id, at=at)
    assert (finalise_due(clinic.id, at=at), depart_due(clinic.id, at=at)) == (0, 0)
    return gone


def test_it_is_issued_and_told_a_quarter_of_an_hour_after_the_session(
    clinic: Practice, at: datetime
) -> None:
    session = clinic.book(at + HOUR, at=at)
    draft = draft_of(clinic, session)
    due = session.ends_at + AFTER
    assert (draft.issues_at, draft.goes_at) == (due, None)
    amend_draft(
        draft.id,
        lambda entered: replace(
            entered, lines=(replace(entered.lines[0], unit_price=Decimal("990.00")),)
        ),
        who=clinic.who(),
        at=at,
    )
    before = everything(clinic.world)
    assert go(clinic, due - timedelta(microseconds=1)) == 0
    assert everything(clinic.world) == before
    assert go(clinic, due) == 1
    (invoice,) = documents(clinic.world)
    assert (invoice.payable_minor, invoice.issued_at, invoice.issued_by) == (99000, due, None)
    assert letters(clinic.world) == [("payment_notification", "daisy@example.com")]
    assert history(clinic.world, invoice.id) == ["invoice.issued", "notification.sent"]
    assert drafts(clinic.world) == []


def test_the_moment_follows_the_session_and_its_method(clinic: Practice, at: datetime) -> None:
    session = clinic.book(at + HOUR, at=at)

    def moment(**changes: object) -> datetime | None:
        asked = BookingChanges(**changes)  # type: ignore[arg-type]
        change_booking(session.id, asked, who=clinic.who(), at=at)
        return draft_of(clinic, session).issues_at

    assert moment(starts_at=at + 5 * HOUR) == at + 6 * HOUR + AFTER
    assert moment(minutes=30) == at + 5 * HOUR + 3 * AFTER
    assert moment(method=Method.MANUAL) is None
    assert moment(starts_at=at + HOUR) is None
    assert moment(method=Method.EXTERNAL) is None
    assert moment(method=Method.AUTOMATIC) == at + HOUR + 3 * AFTER
    own = clinic.company()
    with scope(clinic.id):
        Client.objects.filter(organization_id=clinic.id, id=own.id).update(method=Method.MANUAL)
    usual = clinic.book(at + 9 * HOUR, at=at)
    assert draft_of(clinic, usual).issues_at == usual.ends_at + AFTER
    change_booking(usual.id, BookingChanges(recipient=own.id), who=clinic.who(), at=at)
    assert draft_of(clinic, usual).issues_at is None
    cancel_booking(session.id, Charge.HALF, who=clinic.who(), at=at)
    assert draft_of(clinic, session).issues_at is None
    restore_booking(session.id, who=clinic.who(), at=at)
    assert draft_of(clinic, session).issues_at == at + HOUR + 3 * AFTER
    cancel_booking(session.id, who=clinic.who(), at=at)
    assert clinic.billing(session).draft is None


def test_a_series_goes_out_session_by_session(clinic: Practice, at: datetime) -> None:
    entered = SeriesInput(session=clinic.asked(at + HOUR), rule="FREQ=WEEKLY;COUNT=3")
    made = book_series(entered, who=clinic.who(), at=at)
    ends = [session.ends_at + AFTER for session in made.sessions]
    assert [draft.issues_at for draft in drafts(clinic.world)] == ends
    change_series(made.series.id, SeriesChanges(minutes=90), who=clinic.who(), at=at)
    later = [each + HOUR / 2 for each in ends]
    assert sorted(str(draft.issues_at) for draft in drafts(clinic.world)) == [
        str(each) for each in later
    ]
    assert go(clinic, later[1]) == 2


def test_right_after_booking(at: datetime) -> None:
    clinic = practice(method=Method.AUTOMATIC, automatic_at=AutomaticAt.BOOKING)
    session = clinic.book(at + 30 * HOUR, at=at)
    assert draft_of(clinic, session).issues_at == at
    assert go(clinic, at) == 1
    assert letters(clinic.world) == [("payment_notification", "daisy@example.com")]


def test_now_or_not_by_itself(clinic: Practice, at: datetime) -> None:
    first, second = clinic.book(at + HOUR, at=at), clinic.book(at + 3 * HOUR, at=at)
    issued = finalise_draft(draft_of(clinic, first).id, who=clinic.who(), at=at)
    assert isinstance(issued, Document)
    assert letters(clinic.world) == [("payment_notification", "daisy@example.com")]
    by_hand = bill_by_hand(draft_of(clinic, second).id, who=clinic.who(), at=at)
    assert (by_hand.issues_at, clinic.now(second).method) == (None, Method.MANUAL)
    with refused(clinic.world, "not_automatic"):
        bill_by_hand(by_hand.id, who=clinic.who(), at=at)
    assert go(clinic, at + 30 * HOUR) == 0
    finalise_draft(by_hand.id, who=clinic.who(), at=at)
    assert letters(clinic.world) == [("payment_notification", "daisy@example.com")]


def test_what_cannot_go_stays_a_draft_and_says_why_once(clinic: Practice, at: datetime) -> None:
    mute, going = clinic.company(), clinic.book(at, at=at)
    with scope(clinic.id):
        Client.objects.filter(organization_id=clinic.id, id=mute.id).update(email="")
    stays = clinic.book(at + 2 * HOUR, recipient=mute.id, at=at)
    free = clinic.book(at + 4 * HOUR, recipient=mute.id, price=Decimal(0), at=at)
    assert go(clinic, at + 9 * HOUR) == 2
    draft = draft_of(clinic, stays)
    assert (draft.issues_at, draft.goes_at, draft.failure) == (
        None,
        None,
        "recipient_has_no_address",
    )
    assert history(clinic.world, draft.id)[-1] == "draft.issue_failed"
    assert letters(clinic.world) == [("payment_notification", "daisy@example.com")]
    settled, due = clinic.billing(free).invoice, clinic.billing(going).invoice
    assert settled is not None and due is not None
    assert (settled.state, due.state) == ("paid", "sent")
    assert go(clinic, at + 10 * HOUR) == 0


def test_a_hold_begins_when_it_would_be_issued(clinic: Practice, at: datetime) -> None:
    with scope(clinic.id):
        Settings.objects.filter(organization_id=clinic.id).update(hold_seconds=1200)
    session = clinic.book(at, at=at)
    due = session.ends_at + AFTER
    assert go(clinic, due) == 0
    draft = draft_of(clinic, session)
    assert draft.goes_at == due + timedelta(minutes=20)
    assert history(clinic.world, draft.id)[-1] == "draft.finalised"
    withdraw_draft(draft.id, who=clinic.who(), at=due)
    assert go(clinic, due + HOUR) == 0
    change_booking(session.id, BookingChanges(minutes=90), who=clinic.who(), at=due)
    later = due + HOUR / 2
    assert go(clinic, later) == 0
    assert go(clinic, later + timedelta(minutes=20)) == 1
    assert letters(clinic.world) == [("payment_notification", "daisy@example.com")]


def test_a_corrected_draft_awaits_a_decision(clinic: Practice, at: datetime) -> None:
    session = clinic.book(at, at=at)
    due = session.ends_at + AFTER
    go(clinic, due)
    (invoice,) = documents(clinic.world)
    credit_invoice(invoice.id, CORRECT, who=clinic.who(), at=due)
    assert draft_of(clinic, session).issues_at is None
    change_booking(session.id, BookingChanges(minutes=90), who=clinic.who(), at=due)
    assert draft_of(clinic, session).issues_at is None
    asked = BookingChanges(method=Method.AUTOMATIC)
    change_booking(session.id, asked, who=clinic.who(), at=due)
    assert draft_of(clinic, session).issues_at == due + HOUR / 2


def test_what_somebody_drafts_after_its_moment_waits(clinic: Practice, at: datetime) -> None:
    session = clinic.book(at, at=at)
    due = session.ends_at + AFTER
    for moment, issues_at, method in ((at, due, ""), (due, None, Method.MANUAL)):
        delete_draft(draft_of(clinic, session).id, who=clinic.who(), at=moment)
        made = draft_session(session.id, who=clinic.who(), at=moment)
        assert (made.issues_at, clinic.now(session).method) == (issues_at, method)
    assert history(clinic.world, made.id) == ["draft.saved", "draft.automatic_stopped"]
    assert go(clinic, due + HOUR) == 0
    change_booking(session.id, BookingChanges(price=Decimal(9)), who=clinic.who(), at=due + HOUR)
    assert go(clinic, due + 2 * HOUR) == 0


def test_no_draft_is_made_until_asked(at: datetime) -> None:
    clinic = practice(draft_at_booking=False)
    session = clinic.book(at + HOUR, at=at)
    assert clinic.billing(session).draft is None
    by_itself = clinic.book(at + 3 * HOUR, method=Method.AUTOMATIC, at=at)
    assert draft_of(clinic, by_itself).issues_at == by_itself.ends_at + AFTER
    cancel_booking(session.id, who=clinic.who(), at=at)
    restore_booking(session.id, who=clinic.who(), at=at)
    assert clinic.billing(session).draft is None
    draft = draft_session(session.id, who=clinic.who(), at=at)
    assert draft_of(clinic, session).id == draft.id
    externalise_draft(draft_of(clinic, by_itself).id, who=clinic.who(), at=at)
    assert draft_of(clinic, by_itself).issues_at is None


class TestOnHold:
    """The hold that began by itself is no more than the automatic moment; a person's stays."""

    HOLD = timedelta(minutes=20)

    @pytest.fixture
    def clinic(self) -> Practice:
        return practice(
            method=Method.AUTOMATIC, automatic_at=AutomaticAt.BOOKING, hold_seconds=1200
        )

    def held(self, clinic: Practice, at: datetime, day: int) -> Booking:
        """A session of another day, booked and on hold by itself."""
        session = clinic.book(at + day * 24 * HOUR, at=at)
        assert go(clinic, at) == 0
        draft = draft_of(clinic, session)
        assert (draft.issues_at, draft.goes_at) == (at, at + self.HOLD)
        return session

    def stays(self, clinic: Practice, session: Booking, at: datetime) -> None:
        """Nothing goes out, however long one waits, and history says that it was taken back."""
        draft = draft_of(clinic, session)
        assert (draft.issues_at, draft.goes_at) == (None, None)
        assert go(clinic, at + 9 * HOUR) == 0
        assert (documents(clinic.world), letters(clinic.world)) == ([], [])

    def test_what_nobody_finalised_is_kept_back(self, clinic: Practice, at: datetime) -> None:
        stopped, manual, elsewhere = (self.held(clinic, at, day) for day in (1, 2, 3))
        bill_by_hand(draft_of(clinic, stopped).id, who=clinic.who(), at=at)
        change_booking(manual.id, BookingChanges(method=Method.MANUAL), who=clinic.who(), at=at)
        payer = clinic.company()
        with scope(clinic.id):
            Client.objects.filter(organization_id=clinic.id, id=payer.id).update(
                method=Method.MANUAL
            )
        amend_draft(
            draft_of(clinic, elsewhere).id,
            lambda entered: replace(entered, recipient_id=payer.id),
            who=clinic.who(),
            at=at,
        )
        for session in (stopped, manual, elsewhere):
            self.stays(clinic, session, at)
        for session in (manual, elsewhere):
            assert history(clinic.world, draft_of(clinic, session).id)[-1] == "draft.withdrawn"

    def test_what_moves_away_waits_for_its_new_time(self, at: datetime) -> None:
        clinic = practice(method=Method.AUTOMATIC, hold_seconds=1200)
        session = clinic.book(at, at=at)
        due = session.ends_at + AFTER
        assert go(clinic, due) == 0
        clinic.move(session, due + HOUR, at=due)
        draft, later = draft_of(clinic, session), due + 2 * HOUR + AFTER
        assert (draft.issues_at, draft.goes_at) == (later, None)
        assert go(clinic, later) == 0
        assert go(clinic, later + self.HOLD) == 1
        assert letters(clinic.world) == [("payment_notification", "daisy@example.com")]

    def test_a_charge_waits_and_taken_back_goes_again(self, clinic: Practice, at: datetime) -> None:
        session = self.held(clinic, at, 1)
        cancel_booking(session.id, Charge.HALF, tell=False, who=clinic.who(), at=at)
        self.stays(clinic, session, at)
        restored = at + 9 * HOUR
        restore_booking(session.id, who=clinic.who(), at=restored)
        draft = draft_of(clinic, session)
        assert (draft.issues_at, draft.goes_at) == (restored, None)
        assert go(clinic, restored) == 0
        assert go(clinic, restored + self.HOLD) == 1
        assert ("payment_notification", "daisy@example.com") in letters(clinic.world)

    def test_a_charge_leaves_no_hold_of_a_person(self, clinic: Practice, at: datetime) -> None:
        session = clinic.book(at + 24 * HOUR, method=Method.MANUAL, at=at)
        draft = draft_of(clinic, session)
        finalise_draft(draft.id, who=clinic.who(), at=at)
        cancel_booking(session.id, Charge.FULL, tell=False, who=clinic.who(), at=at)
        self.stays(clinic, session, at)
        assert history(clinic.world, draft.id) == [
            "draft.saved",
            "draft.finalised",
            "draft.saved",
            "draft.withdrawn",
        ]
        restore_booking(session.id, who=clinic.who(), at=at)
        assert draft_of(clinic, session).goes_at is None

    def test_what_a_person_finalised_goes(self, clinic: Practice, at: datetime) -> None:
        session = self.held(clinic, at, 1)
        draft = draft_of(clinic, session)
        soon = at + self.HOLD / 2
        for _press in range(2):
            finalise_draft(draft.id, who=clinic.who(), at=soon)
        finalised = draft_of(clinic, session)
        assert (finalised.goes_at, finalised.finalised_by) == (
            at + self.HOLD,
            clinic.paula.person_id,
        )
        assert history(clinic.world, draft.id).count("draft.finalised") == 2
        with refused(clinic.world, "not_automatic"):
            bill_by_hand(draft.id, who=clinic.who(), at=soon)
        change_booking(session.id, BookingChanges(method=Method.MANUAL), who=clinic.who(), at=soon)
        assert go(clinic, soon + self.HOLD) == 1
        (invoice,) = documents(clinic.world)
        assert (invoice.issued_by, letters(clinic.world)) == (clinic.paula.person_id, [])

    def test_who_withdrew_it_does_not_issue_it(self, clinic: Practice, at: datetime) -> None:
        session = clinic.book(at + 24 * HOUR, method=Method.MANUAL, at=at)
        draft = draft_of(clinic, session)
        finalise_draft(draft.id, who=clinic.who(), at=at)
        withdraw_draft(draft.id, who=clinic.who(), at=at)
        asked = BookingChanges(method=Method.AUTOMATIC)
        change_booking(session.id, asked, who=clinic.who(), at=at)
        assert go(clinic, at) == 0
        assert go(clinic, at + self.HOLD) == 1
        assert [document.issued_by for document in documents(clinic.world)] == [None]
