"""Deleting the draft of a session on its page: the booking goes with it, or stays."""

from datetime import UTC, datetime, timedelta

import pytest

from storno.corrections.credit import credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.finalise import finalise_draft
from storno.corrections.plan import CreditRequest
from storno.diary.drop import delete_draft
from storno.diary.models import BookingState, Sight
from storno.diary.sight import open_diary
from storno.documents.models import Draft, FollowUp, Reason
from tests.diary.practice import HOUR, Practice, practice
from tests.observe import letters
from tests.web.cast import count_of
from tests.web.papers.member import Member
from tests.world import found

OVER = datetime(2026, 6, 16, 8, 0, tzinfo=UTC)


def test_the_question_names_the_booking_and_both_ways(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    draft = clinic.billing(clinic.book(OVER, at=at)).draft
    assert draft is not None
    seen = paula.get("draft_delete", draft.id)
    assert "It bills the booking of Daisy Duck, Tuesday 16 June 2026, 10:00–11:00." in seen.text
    assert (
        "Cancel booking Its time is free again. Nothing is charged. "
        "Keep booking It stays without an invoice; a new draft can be made from it. "
        "If it is cancelled, send a message about it Delete Keep the draft"
    ) in seen.text
    assert 'value="keep" checked' in seen.html
    assert 'name="tell">' in seen.html, "what is over is told of by nobody unless ticked"


@pytest.mark.parametrize(
    ("session", "state", "said", "remains"),
    [
        (
            "cancel",
            BookingState.CANCELLED,
            "The booking is cancelled, and its time is free again. Take that back there",
            "The cancelled booking of Daisy Duck, Tuesday 16 June 2026, 10:00–11:00",
        ),
        (
            "keep",
            BookingState.BOOKED,
            "The booking is kept, and nothing bills it. Make a new draft there",
            "The booking of Daisy Duck, Tuesday 16 June 2026, 10:00–11:00",
        ),
        (
            "nonsense",
            BookingState.BOOKED,
            "The booking is kept, and nothing bills it. Make a new draft there",
            "The booking of Daisy Duck, Tuesday 16 June 2026, 10:00–11:00",
        ),
    ],
)
def test_the_booking_goes_with_its_draft_or_stays(
    clinic: Practice,
    paula: Member,
    at: datetime,
    session: str,
    state: BookingState,
    said: str,
    remains: str,
) -> None:
    booking = clinic.book(OVER, at=at)
    draft = clinic.billing(booking).draft
    assert draft is not None
    seen = paula.post("draft_delete", draft.id, session=session)
    assert seen.said == f"The draft is deleted. No number was used. {said}"
    assert seen.path == paula.url("diary") + "?view=day&on=2026-06-16"
    assert f'<a href="{paula.url("booking", booking.id)}">' in seen.html
    assert clinic.now(booking).state == state
    assert count_of(Draft, clinic.world) == 0
    gone = paula.get("draft", draft.id)
    assert gone.status == 410
    assert "Paula deleted this draft today at 11:12." in gone.text
    assert f"What remains {remains}" in gone.text
    assert f'href="{paula.url("booking", booking.id)}"' in gone.html
    again = paula.post("draft_delete", draft.id, session="cancel")
    assert again.status == 410
    assert clinic.now(booking).state == state


def test_after_a_credit_the_papers_stay_and_the_link_says_so(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    """Scenario 2: INV-1 is credited, its corrected draft deleted, the booking cancelled."""
    booking = clinic.book(OVER, at=at)
    invoice = clinic.invoice(booking, at=at)
    asked = CreditRequest(Reason.CANCELLED, follow_up=FollowUp.DRAFT)
    credit_invoice(invoice.id, asked, who=clinic.who("administrator"), at=at)
    draft = clinic.billing(booking).draft
    assert draft is not None
    paula.post("draft_delete", draft.id, session="cancel")
    assert clinic.now(booking).state == BookingState.CANCELLED
    gone = paula.get("draft", draft.id)
    assert f"What remains Invoice {invoice.number}, which it should replace" in gone.text
    seen = paula.get("booking", booking.id)
    assert f"Invoice {invoice.number} NOK 1,190.00" in seen.text
    assert "Credit note" in seen.text
    assert "Make a draft" not in seen.text


def test_on_hold_the_booking_is_cancelled_with_the_credit_note(at: datetime, clock: object) -> None:
    clinic = practice(hold_seconds=1200)
    paula = Member(clinic.world, clinic.paula.person)
    booking = clinic.book(OVER, at=at)
    draft = clinic.billing(booking).draft
    assert draft is not None
    issued = finalise_draft(draft.id, send_now=True, who=clinic.who(), at=at)
    asked = CreditRequest(Reason.CANCELLED, follow_up=FollowUp.DRAFT)
    credit_invoice(issued.id, asked, who=clinic.who("administrator"), at=at)
    corrected = clinic.billing(booking).draft
    assert corrected is not None
    assert (
        "Its time is free once the credit note is issued."
        in paula.get("draft_delete", corrected.id).text
    )
    told = {"tell_asked": "1", "tell": "on"}
    seen = paula.post("draft_delete", corrected.id, session="cancel", **told)
    assert "The booking is cancelled when the credit note is issued. See the booking" in seen.said
    assert clinic.now(booking).state == BookingState.BOOKED
    follows = "Then the booking is cancelled, and nothing is charged for it."
    page = paula.get("booking", booking.id)
    assert follows in page.text
    assert "Credit the invoice first" not in page.text
    assert paula.url("invoice_undo", issued.id) in page.html
    assert follows in paula.get("invoice", issued.id).text
    assert "The credit note of this session's invoice is on its way." in (
        paula.get("booking_change", booking.id).text
    )
    assert letters(clinic.world) == []
    depart_due(clinic.id, at=at + timedelta(seconds=1200))
    assert clinic.now(booking).state == BookingState.CANCELLED
    assert letters(clinic.world) == [("session_cancellation", "daisy@example.com")]


def test_on_hold_the_draft_says_what_follows(at: datetime, clock: object) -> None:
    clinic = practice(hold_seconds=1200)
    paula = Member(clinic.world, clinic.paula.person)
    booking = clinic.book(OVER, at=at)
    draft = clinic.billing(booking).draft
    assert draft is not None
    issued = finalise_draft(draft.id, send_now=True, who=clinic.who(), at=at)
    asked = CreditRequest(Reason.OTHER, follow_up=FollowUp.EXTERNAL)
    credit_invoice(issued.id, asked, who=clinic.who("administrator"), at=at)
    follows = "Then it is marked as invoiced externally."
    assert follows in paula.get("invoice", issued.id).text
    assert follows in paula.get("booking", booking.id).text
    corrected = clinic.billing(booking).draft
    assert corrected is not None
    page = paula.get("draft", corrected.id)
    assert "It is marked as invoiced externally when the credit note leaves, at 11:32." in page.text
    assert paula.url("invoice_undo", issued.id) in page.html


def test_who_may_not_book_there_can_only_keep_it(clinic: Practice, at: datetime) -> None:
    booking = clinic.book(OVER, at=at)
    draft = clinic.billing(booking).draft
    assert draft is not None
    alice = Member(clinic.world)
    seen = alice.get("draft_delete", draft.id)
    assert (
        "It cannot be brought back. It bills a booking in another diary. "
        "The booking is kept: only who may book in that diary can cancel it. Delete"
    ) in seen.text
    assert "Daisy" not in seen.text
    assert "16 June" not in seen.text
    assert 'name="session"' not in seen.html
    refused = alice.post("draft_delete", draft.id, session="cancel")
    assert refused.status == 403
    assert clinic.now(booking).state == BookingState.BOOKED
    assert count_of(Draft, clinic.world) == 1


def test_who_may_look_there_reads_which_booking_it_is(clinic: Practice, at: datetime) -> None:
    draft = clinic.billing(clinic.book(OVER, at=at)).draft
    assert draft is not None
    mine = clinic.world.organization.memberships.get(person=clinic.world.alice)
    open_diary(mine.id, Sight.VIEW, who=clinic.who(), at=at)
    seen = Member(clinic.world).get("draft_delete", draft.id)
    assert (
        "It bills the booking of Daisy Duck, Tuesday 16 June 2026, 10:00–11:00. "
        "The booking is kept: only who may book in that diary can cancel it. Delete"
    ) in seen.text
    assert "another diary" not in seen.text


def test_what_remains_is_told_to_those_who_may_see_it(clinic: Practice, at: datetime) -> None:
    draft = clinic.billing(clinic.book(OVER + HOUR, at=at)).draft
    assert draft is not None
    delete_draft(draft.id, who=clinic.who(), at=at)
    gone = Member(clinic.world).get("draft", draft.id)
    assert gone.status == 410
    assert "Paula deleted this draft today at 11:12." in gone.text
    assert "What remains" not in gone.text
    assert "Daisy" not in gone.text


def test_a_plain_draft_is_asked_about_as_before(at: datetime, clock: object) -> None:
    world = found()
    seen = Member(world).get("draft_delete", world.draft(at=at).id)
    assert "It cannot be brought back. Delete Keep the draft" in seen.text
