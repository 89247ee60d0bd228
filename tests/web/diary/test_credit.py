"""Cancelling the booking with the credit of its invoice: offered to who may book in that diary."""

from datetime import UTC, datetime

import pytest

from storno.diary.models import BookingState, Sight
from storno.diary.sight import open_diary
from storno.documents.models import Document
from storno.web.once import new_once
from tests.diary.practice import Practice
from tests.observe import letters
from tests.web.cast import count_of, row_of
from tests.web.papers.member import Member

OVER = datetime(2026, 6, 16, 8, 0, tzinfo=UTC)
OFFER = "Cancel the booking; its time is free again"
CLOSED = "You may not book in this diary. Ask whose diary it is to open it to you."


@pytest.mark.parametrize("sight", [None, Sight.VIEW])
def test_who_may_not_book_there_is_not_offered_it_and_reads_why(
    clinic: Practice, at: datetime, sight: Sight | None
) -> None:
    booking = clinic.book(OVER, at=at)
    invoice = clinic.invoice(booking, at=at)
    if sight is not None:
        mine = clinic.world.organization.memberships.get(person=clinic.world.alice)
        open_diary(mine.id, sight, who=clinic.who(), at=at)
    alice = Member(clinic.world)
    seen = alice.get("invoice_credit", invoice.id)
    assert "Nothing more" in seen.text
    assert OFFER not in seen.text
    sent = {"reason": "cancelled", "next": "cancel_session", "once": new_once()}
    refused = alice.post("invoice_credit", invoice.id, **sent)
    assert refused.status == 422
    assert refused.error_of("next") == CLOSED
    assert count_of(Document, clinic.world) == 1
    assert clinic.now(booking).state == BookingState.BOOKED


def test_who_may_book_there_cancels_it_with_the_credit(clinic: Practice, at: datetime) -> None:
    booking = clinic.book(OVER, at=at)
    invoice = clinic.invoice(booking, at=at)
    mine = clinic.world.organization.memberships.get(person=clinic.world.alice)
    open_diary(mine.id, Sight.BOOK, who=clinic.who(), at=at)
    alice = Member(clinic.world)
    asked = alice.get("invoice_credit", invoice.id)
    assert OFFER in asked.text
    assert 'name="tell" id="id_tell">' in asked.html, "of what is over nobody is told unless ticked"
    sent = {"reason": "cancelled", "next": "cancel_session", "once": new_once()}
    done = alice.post("invoice_credit", invoice.id, **sent)
    assert done.path == alice.url("invoice", invoice.id)
    assert clinic.now(booking).state == BookingState.CANCELLED
    assert clinic.billing(booking).invoice is None
    assert letters(clinic.world) == [], "a form without the tick leaves it to the session"
    assert row_of(Document, clinic.world, kind="credit_note").corrects_id == invoice.id


@pytest.mark.parametrize("ticked", [True, False])
def test_the_client_is_told_if_that_is_ticked(
    clinic: Practice, paula: Member, at: datetime, ticked: bool
) -> None:
    invoice = clinic.invoice(clinic.book(OVER, at=at), at=at)
    sent = {"reason": "cancelled", "next": "cancel_session", "once": new_once()}
    sent |= {"tell_asked": "True"} | ({"tell": "on"} if ticked else {})
    foreseen = paula.post("invoice_credit", invoice.id, look="1", **sent)
    going = "A message about it goes to daisy@example.com."
    assert (going if ticked else "No message about it is sent.") in foreseen.text
    assert (foreseen.status, count_of(Document, clinic.world)) == (200, 1), "it was only looked at"
    done = paula.post("invoice_credit", invoice.id, **sent)
    assert done.said.startswith(
        "Credit note 2026-K1 is made. The booking is cancelled, and its time is free again."
    )
    assert letters(clinic.world) == [("session_cancellation", "daisy@example.com")] * ticked
