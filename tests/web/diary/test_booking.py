"""A booking on its page: what bills it, changing it, attendance, cancelling, taking that back."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from storno.catalogue.models import Charge, Message
from storno.catalogue.save import told_of
from storno.clients.models import Care, Client
from storno.corrections.credit import credit_invoice
from storno.corrections.finalise import finalise_draft
from storno.corrections.plan import CreditRequest
from storno.diary.cancel import cancel_booking
from storno.diary.change import BookingChanges, change_booking
from storno.diary.drop import delete_draft
from storno.diary.models import Booking, BookingState, Sight
from storno.diary.sight import open_diary
from storno.diary.version import version_of
from storno.documents.models import Draft, FollowUp, Reason
from storno.organizations.models import Method, Organization
from storno.organizations.scope import scope
from tests.conftest import Clock
from tests.diary.practice import HOUR, Practice, practice
from tests.web.cast import count_of, happened, row_of, stranger
from tests.web.papers.member import Member

TEN = datetime(2026, 6, 18, 8, 0, tzinfo=UTC)
OVER = datetime(2026, 6, 16, 8, 0, tzinfo=UTC)
STALE = (
    "This booking was changed in another window after you opened it. "
    "Nothing was done. Look at it as it is now, and decide again."
)
LOCKED = (
    "This session is invoiced, so its price and recipient can no longer be changed. "
    "Credit the invoice first; the session is then open again. View Invoice"
)


def test_a_session_says_all_about_it(clinic: Practice, paula: Member, at: datetime) -> None:
    session = clinic.book(TEN, at=at, place="Room 2", video="https://video.example.com/daisy")
    seen = paula.get("booking", session.id)
    assert (
        "Daisy Duck Thursday 18 June 2026, 10:00–11:00 Change What can be done: Daisy Duck "
        "Cancel booking Booked Practitioner Paula Service 60 min Place Room 2 "
        "Video link https://video.example.com/daisy Time zone Oslo Book another "
        "Invoicing Draft See draft Price NOK 1,190.00 Invoice recipient Daisy Duck "
        "How it is invoiced A draft to finalise by hand History"
    ) in seen.text
    assert "Held" not in seen.text
    draft = clinic.billing(session).draft
    assert draft is not None
    assert paula.url("draft", draft.id) in seen.html


def test_a_session_leads_to_its_invoice_the_very_same_page(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    session = clinic.book(OVER, at=at)
    invoice = clinic.invoice(session, at=at)
    seen = paula.get("booking", session.id)
    assert "Invoice: Unpaid View Invoice" in seen.text
    assert f"Price and recipient are locked {LOCKED}" in seen.text
    assert f'href="{paula.url("invoice", invoice.id)}"' in seen.html
    assert f"Invoice {invoice.number} NOK 1,190.00" in seen.text
    assert "Make a draft" not in seen.text


def test_draft_and_invoice_lead_back_to_the_session(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    session = clinic.book(OVER, at=at)
    draft = clinic.billing(session).draft
    assert draft is not None
    link = "The booking of Daisy Duck, Tuesday 16 June 2026, 10:00–11:00"
    assert link in paula.get("draft", draft.id).text
    assert link not in Member(clinic.world).get("draft", draft.id).text
    invoice = clinic.invoice(session, at=at)
    seen = paula.get("invoice", invoice.id)
    assert link in seen.text
    assert f'href="{paula.url("booking", session.id)}"' in seen.html
    assert link not in Member(clinic.world).get("invoice", invoice.id).text


def test_what_is_invoiced_elsewhere_says_so_and_leads_there(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    session = clinic.book(OVER, at=at, method=Method.EXTERNAL)
    seen = paula.get("booking", session.id)
    assert "Invoicing Invoiced externally" in seen.text
    assert "How it is invoiced Externally" in seen.text
    assert "Invoiced externally" in paula.get("diary").text
    record = clinic.billing(session).draft
    assert record is not None
    back = "The booking of Daisy Duck, Tuesday 16 June 2026, 10:00–11:00"
    assert back in paula.get("draft", record.id).text


def test_after_the_credit_the_whole_chain_stands_on_the_page(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    session = clinic.book(OVER, at=at)
    invoice = clinic.invoice(session, at=at)
    asked = CreditRequest(Reason.WRONG_PRICE, follow_up=FollowUp.DRAFT)
    credit_invoice(invoice.id, asked, who=clinic.who("administrator"), at=at)
    seen = paula.get("booking", session.id)
    assert "See draft" in seen.text
    assert "locked" not in seen.text
    chain = seen.part('class="chain".*?</section>')
    assert f"Invoice {invoice.number} NOK 1,190.00" in chain
    assert "Credit note" in chain
    assert "Corrected draft NOK 1,190.00" in chain


def test_price_and_time_are_changed_and_the_draft_follows(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    session = clinic.book(TEN, at=at)
    form = paula.get("booking_change", session.id).filled
    assert form == form | {
        "day": "2026-06-18",
        "time": "10:00",
        "minutes": "60",
        "price": "1190.00",
    }
    changed = {"price": "990", "time": "11:30", "minutes": "45", "place": "Room 3"}
    seen = paula.post("booking_change", session.id, **form | changed)
    assert seen.path == paula.url("booking", session.id)
    assert seen.said == "The changes are saved."
    assert "11:30–12:15" in seen.text
    assert "Price NOK 990.00" in seen.text
    draft = clinic.billing(session).draft
    assert draft is not None
    assert "990,00" in paula.get("draft", draft.id).text
    booking = clinic.now(session)
    assert (booking.starts_at, booking.place) == (TEN + timedelta(minutes=90), "Room 3")


def test_who_pays_and_how_it_is_invoiced_are_changed(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    session = clinic.book(TEN, at=at)
    employer = clinic.company()
    form = paula.get("booking_change", session.id).filled
    refused = paula.post("booking_change", session.id, **form | {"recipient": str(employer.id)})
    assert refused.error_of("recipient").startswith("Select a valid choice.")
    seen = paula.post("booking_change", session.id, **form | {"method": "external"})
    assert "How it is invoiced Externally" in seen.text
    assert clinic.now(session).method == Method.EXTERNAL


def test_what_was_stopped_is_set_going_again_by_choosing_so(at: datetime, clock: Clock) -> None:
    """Its form starts from what will happen, so the method that was stored can be chosen anew."""
    clinic = practice(method=Method.AUTOMATIC)
    session = clinic.book(TEN, at=at, method=Method.AUTOMATIC)
    with scope(clinic.id):
        Draft.objects.filter(organization_id=clinic.id).update(issues_at=None)
    paula = Member(clinic.world, clinic.paula.person)
    form = paula.get("booking_change", session.id).filled
    assert form["method"] == "manual"
    paula.post("booking_change", session.id, **form)
    assert clinic.now(session).version == session.version
    paula.post("booking_change", session.id, **form | {"method": "automatic"})
    draft = clinic.billing(session).draft
    assert draft is not None
    assert draft.issues_at == session.ends_at + timedelta(minutes=15)


def test_the_client_is_called_by_a_press_by_who_looks_after_it(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    session = clinic.book(TEN, at=at)
    with scope(clinic.id):
        clients = Client.objects.filter(organization_id=clinic.id, id=clinic.daisy.id)
        clients.update(phone="040 123 4567")
    seen = paula.get("booking", session.id)
    assert 'href="tel:+358401234567"' in seen.html
    assert "Practitioner Paula Phone 040 123 4567 Service" in seen.text
    Organization.objects.filter(id=clinic.id).update(own_clients=True)
    assert "Phone" in paula.get("booking", session.id).text
    other, _actor = clinic.member("other")
    with scope(clinic.id):
        cares = Care.objects.filter(organization_id=clinic.id, client_id=clinic.daisy.id)
        cares.update(person_id=other.person_id)
    seen = paula.get("booking", session.id)
    assert seen.status == 200
    assert "Daisy Duck" in seen.text
    assert "Phone" not in seen.text


def test_an_untouched_form_changes_nothing(clinic: Practice, paula: Member, at: datetime) -> None:
    session = clinic.book(TEN, at=at)
    before = happened(clinic.world)
    seen = paula.post(
        "booking_change", session.id, **paula.get("booking_change", session.id).filled
    )
    assert seen.said == "Nothing was changed."
    assert happened(clinic.world) == before
    assert clinic.now(session).version == session.version


def test_a_session_in_the_hour_that_comes_twice_stays_where_it_is(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    """02:30 in winter time, which the form shows as the first 02:30 as well."""
    night = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    session = clinic.book(night, at=at)
    form = paula.get("booking_change", session.id).filled
    assert (form["day"], form["time"]) == ("2026-10-25", "02:30")
    paula.post("booking_change", session.id, **form | {"place": "Room 3"})
    assert (clinic.now(session).starts_at, clinic.now(session).place) == (night, "Room 3")


def test_what_is_invoiced_is_locked_with_the_way_out(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    session = clinic.book(OVER, at=at)
    clinic.invoice(session, at=at)
    form = paula.get("booking_change", session.id)
    assert LOCKED in form.text
    assert not {"price", "recipient", "method"} & form.filled.keys()
    assert 'value="NOK\u00a01,190.00" readonly' in form.html
    sent = form.filled | {"place": "Room 3"}
    assert paula.post("booking_change", session.id, **sent).said == "The changes are saved."
    assert clinic.billing(session).terms.unit_price == Decimal(1190)
    assert clinic.now(session).place == "Room 3"


def test_an_invoice_that_came_meanwhile_locks_the_price(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    session = clinic.book(OVER, at=at)
    form = paula.get("booking_change", session.id).filled
    clinic.invoice(session, at=at)
    seen = paula.post("booking_change", session.id, **form | {"price": "990", "place": "Room 3"})
    assert seen.status == 422
    assert LOCKED.removesuffix(" View Invoice") in seen.part('role="alert".*?</ul>')
    assert seen.field("place") == "Room 3"
    assert clinic.billing(session).terms.unit_price == Decimal(1190)
    assert clinic.now(session).place == ""


def test_a_stale_form_changes_nothing(clinic: Practice, paula: Member, at: datetime) -> None:
    session = clinic.book(TEN, at=at, messages=(Message.REMINDER, Message.CONFIRMATION))
    form = paula.get("booking_change", session.id).filled
    paula.post("booking_change", session.id, **form | {"place": "Room 2", "messages": ["change"]})
    typed = {"place": "Room 3", "time": "12:30"}
    seen = paula.post("booking_change", session.id, **form | typed)
    assert seen.status == 422
    assert STALE in seen.part('role="alert".*?</ul>')
    assert clinic.now(session).place == "Room 2"
    # What was typed is kept beside what holds; sent once more, it is decided anew.
    assert seen.error_of("place") == "It is Room 2 now."
    assert seen.html.count("id_time_error") == 0, "nobody else touched it"
    assert (seen.field("place"), seen.field("time")) == ("Room 3", "12:30")
    again = paula.post("booking_change", session.id, **seen.filled)
    assert again.said == "The changes are saved."
    now = clinic.now(session)
    assert (now.place, now.starts_at) == ("Room 3", TEN + timedelta(hours=2.5))
    assert told_of(now.messages) == ("change",)


def test_moving_onto_another_names_it(clinic: Practice, paula: Member, at: datetime) -> None:
    session = clinic.book(TEN, at=at)
    clinic.block(TEN + 2 * HOUR, at=at)
    form = paula.get("booking_change", session.id).filled
    seen = paula.post("booking_change", session.id, **form | {"time": "11:30"})
    assert seen.status == 422
    assert seen.error_of("time").startswith("Supervision is booked then: Thursday 18 June 2026")
    assert seen.field("time") == "11:30"
    assert clinic.now(session).starts_at == TEN


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2031-01-01", "", "tomorrow"])
def test_a_day_that_no_diary_has_is_refused(
    clinic: Practice, paula: Member, at: datetime, day: str
) -> None:
    session = clinic.book(TEN, at=at)
    form = paula.get("booking_change", session.id).filled
    seen = paula.post("booking_change", session.id, **form | {"day": day})
    assert seen.status == 422
    assert seen.error_of("day")
    assert clinic.now(session).starts_at == TEN


def test_an_activity_is_renamed(clinic: Practice, paula: Member, at: datetime) -> None:
    block = clinic.block(TEN, at=at)
    form = paula.get("booking_change", block.id).filled
    seen = paula.post("booking_change", block.id, **form | {"title": "Lunch", "minutes": "30"})
    assert "Lunch Thursday 18 June 2026, 10:00–10:30" in seen.text
    assert paula.post("booking_change", block.id, **form | {"title": ""}).status == 422


@pytest.mark.parametrize(
    ("state", "said", "shown"),
    [
        ("held", "Noted: the session was held.", "Held"),
        ("no_show", "Noted: the client did not come.", "Did not come"),
    ],
)
def test_whether_somebody_came_is_noted_and_taken_back(
    clinic: Practice, paula: Member, at: datetime, state: str, said: str, shown: str
) -> None:
    session = clinic.book(OVER, at=at)
    first = str(clinic.version(session))
    seen = paula.post("booking_attendance", session.id, state=state, version=first)
    assert seen.said == said
    assert clinic.now(session).state == state
    assert f"Cancel booking {shown} Practitioner" in seen.text
    assert "Take back what was noted" in seen.text
    stale = paula.post("booking_attendance", session.id, state="booked", version=first)
    assert stale.said == STALE
    then = str(clinic.version(session))
    assert f'name="version" value="{then}"' in seen.html
    back = paula.post("booking_attendance", session.id, state="booked", version=then)
    assert back.said == "What was noted of this session was taken back."
    assert clinic.now(session).state == BookingState.BOOKED


@pytest.mark.parametrize("state", ["", "cancelled", "nonsense"])
def test_nothing_else_is_noted(clinic: Practice, paula: Member, at: datetime, state: str) -> None:
    session = clinic.book(OVER, at=at)
    assert paula.post("booking_attendance", session.id, state=state).status == 200
    assert clinic.now(session).state == BookingState.BOOKED


def test_of_what_is_yet_to_come_nothing_is_noted(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    session = clinic.book(TEN, at=at)
    seen = paula.post("booking_attendance", session.id, state="held")
    assert seen.said == "This session is yet to come."
    assert clinic.now(session).state == BookingState.BOOKED


def test_cancelling_asks_what_is_charged_in_money(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    early = paula.get("booking_cancel", clinic.book(TEN, at=at).id)
    assert (
        "Cancel this booking? Daisy Duck Thursday 18 June 2026, 10:00–11:00 Its time will be free "
        "again. The booking stays in the history, and you can take the cancellation back. "
        "What is charged "
        "Charge it in full: NOK 1,190.00 The draft becomes the charge; it can still be changed. "
        "Charge half: NOK 595.00 The draft becomes the charge; it can still be changed. "
        "Charge nothing The draft is deleted. "
        "Send a message about it to daisy@example.com Cancel booking Keep booking"
    ) in early.text
    assert 'value="nothing" checked' in early.html
    assert "for free is over" not in early.text
    late = paula.get("booking_cancel", clinic.book(at + 2 * HOUR, at=at).id)
    assert 'value="half" checked' in late.html
    assert "The time in which it is cancelled for free is over." in late.text


@pytest.mark.parametrize(
    ("charge", "drafts", "price"),
    [("nothing", 0, "nothing"), ("half", 1, "NOK 595.00"), ("full", 1, "NOK 1,190.00")],
)
def test_a_cancelled_session_stays_readable_and_is_taken_back(
    clinic: Practice, paula: Member, at: datetime, charge: str, drafts: int, price: str
) -> None:
    session = clinic.book(TEN, at=at)
    asked = paula.get("booking_cancel", session.id).filled
    seen = paula.post("booking_cancel", session.id, **asked | {"charge": charge})
    assert seen.path == paula.url("booking", session.id)
    stands = " What is charged stands on its draft." if drafts else ""
    assert seen.said == f"The booking is cancelled, and its time is free again.{stands}"
    assert "Paula cancelled it today at 11:12. The time is free again." in seen.text
    assert count_of(Draft, clinic.world) == drafts
    assert f"Charged {price} Invoice recipient Daisy Duck" in seen.text
    assert "Change" not in seen.part('class="page-head".*?class="booking"')
    assert "Daisy" not in paula.get("diary").text
    back = paula.post("booking_restore", session.id)
    assert back.said == "The cancellation is taken back: it is booked again."
    assert clinic.now(session).state == BookingState.BOOKED
    assert clinic.billing(session).terms.unit_price == Decimal(1190)
    assert count_of(Draft, clinic.world) == 1
    assert paula.post("booking_restore", session.id).status == 200


def test_a_time_that_was_given_away_is_not_taken_back(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    session = clinic.book(TEN, at=at)
    cancel_booking(session.id, Charge.NOTHING, who=clinic.who(), at=at)
    clinic.block(TEN, at=at)
    seen = paula.post("booking_restore", session.id)
    assert seen.said.startswith("Supervision is booked then: Thursday 18 June 2026, 10:00–11:00.")
    assert clinic.now(session).state == BookingState.CANCELLED


@pytest.mark.parametrize("charge", ["", "double", "1190"])
def test_what_is_charged_must_be_chosen(
    clinic: Practice, paula: Member, at: datetime, charge: str
) -> None:
    session = clinic.book(TEN, at=at)
    seen = paula.post("booking_cancel", session.id, charge=charge)
    assert seen.status == 422
    assert clinic.now(session).state == BookingState.BOOKED


def test_an_invoice_is_kept_as_the_charge_or_credited_first(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    session = clinic.book(OVER, at=at)
    invoice = clinic.invoice(session, at=at)
    asked = paula.get("booking_cancel", session.id)
    assert 'value="full" checked' in asked.html
    assert asked.html.count("disabled") == 2
    assert "It is invoiced. To charge less, credit the invoice first. View Invoice" in asked.text
    refused = paula.post("booking_cancel", session.id, charge="half")
    assert refused.status == 422
    assert (
        "This session is invoiced. Credit the invoice first, or keep it: "
        "charge the session in full."
    ) in refused.text
    assert clinic.now(session).state == BookingState.BOOKED
    done = paula.post("booking_cancel", session.id, charge="full")
    assert done.said == "The booking is cancelled, and its time is free again."
    assert clinic.now(session).state == BookingState.CANCELLED
    assert f'href="{paula.url("invoice", invoice.id)}"' in done.html


@pytest.mark.parametrize("follow_up", [FollowUp.CANCEL_SESSION, FollowUp.EXTERNAL])
def test_while_the_credit_note_is_on_hold_nothing_is_offered_that_is_refused(
    clock: Clock, at: datetime, follow_up: FollowUp
) -> None:
    clinic = practice(hold_seconds=1200)
    paula = Member(clinic.world, clinic.paula.person)
    session = clinic.book(OVER, at=at)
    draft = clinic.billing(session).draft
    assert draft is not None
    invoice = finalise_draft(draft.id, send_now=True, who=clinic.who(), at=at)
    asked = CreditRequest(Reason.OTHER, follow_up=follow_up)
    credit_invoice(invoice.id, asked, who=clinic.who(), at=at)
    chain = "Corrected draft NOK 1,190.00 marked as invoiced externally then"
    is_drafted = follow_up is FollowUp.EXTERNAL
    assert (chain in paula.get("invoice", invoice.id).text) is is_drafted
    seen = paula.get("booking_cancel", session.id)
    assert (
        "The credit note of this session's invoice is on its way. Wait until it has gone out, or "
        "take it back. Its draft can be deleted meanwhile. View Invoice"
    ) in seen.text
    for untrue in (
        "Its time will be free",
        "The invoice stays as it is",
        "credit the invoice first",
        'name="charge"',
    ):
        assert untrue not in seen.html
    assert 'class="button danger"' not in seen.html


def test_a_stale_question_cancels_nothing(clinic: Practice, paula: Member, at: datetime) -> None:
    session = clinic.book(TEN, at=at)
    form = paula.get("booking_change", session.id).filled
    paula.post("booking_change", session.id, **form | {"place": "Room 2"})
    seen = paula.post("booking_cancel", session.id, charge="nothing", version="1")
    assert seen.said == STALE
    assert clinic.now(session).state == BookingState.BOOKED


def test_cancelling_twice_says_so(clinic: Practice, paula: Member, at: datetime) -> None:
    session = clinic.book(TEN, at=at)
    cancel_booking(session.id, who=clinic.who(), at=at)
    for name in ("booking_cancel", "booking_change"):
        seen = Member(clinic.world, clinic.paula.person).client.get(
            paula.url(name, session.id), follow=True
        )
        assert seen.redirect_chain[-1][0] == paula.url("booking", session.id)
        assert "This booking is cancelled." in seen.content.decode()


def test_an_activity_is_cancelled_without_a_charge(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    block = clinic.block(TEN, at=at)
    assert "What is charged" not in paula.get("booking_cancel", block.id).text
    paula.post("booking_cancel", block.id, version=str(version_of(block)))
    assert clinic.now(block).state == BookingState.CANCELLED


def test_a_draft_is_made_where_nothing_bills_it(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    session = clinic.book(TEN, at=at)
    draft = clinic.billing(session).draft
    assert draft is not None
    delete_draft(draft.id, who=clinic.who(), at=at)
    seen = paula.get("booking", session.id)
    assert "Not invoiced Make a draft" in seen.text
    made = paula.post("booking_draft", session.id)
    assert made.path == paula.url("draft", row_of(Draft, clinic.world).id)
    again = paula.post("booking_draft", session.id)
    assert again.said.startswith("There is a draft or an invoice of this session.")
    assert count_of(Draft, clinic.world) == 1


def test_what_is_closed_is_absent_and_what_may_be_seen_is_not_changed(
    clinic: Practice, at: datetime
) -> None:
    session = clinic.book(OVER, at=at)
    alice = Member(clinic.world)
    pages = ("booking", "booking_change", "booking_cancel")
    deeds = ("booking_attendance", "booking_restore", "booking_draft", *pages[1:])
    assert [alice.get(name, session.id).status for name in pages] == [404] * 3
    sent = {"state": "held", "charge": "nothing"}
    assert {alice.post(name, session.id, **sent).status for name in deeds} == {404}
    mine = clinic.world.organization.memberships.get(person=clinic.world.alice)
    open_diary(mine.id, Sight.VIEW, who=clinic.who(), at=at)
    seen = alice.get("booking", session.id)
    assert "Daisy Duck" in seen.text
    assert "Change" not in seen.part('class="page-head".*?class="booking"')
    assert "Held" not in seen.text
    assert {alice.post(name, session.id, **sent).status for name in deeds} == {403}
    assert clinic.now(session).version == 1
    open_diary(mine.id, Sight.BOOK, who=clinic.who(), at=at)
    assert alice.post("booking_attendance", session.id, state="held").status == 200
    assert clinic.now(session).state == BookingState.HELD


def test_strangers_find_no_booking(clinic: Practice, at: datetime) -> None:
    session = clinic.book(TEN, at=at)
    assert stranger(clinic.world).get("booking", session.id).status == 404
    assert count_of(Booking, clinic.world) == 1


def test_it_is_given_to_somebody_whose_diary_is_open(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    session = clinic.book(TEN, at=at)
    otto, actor = clinic.member("otto")
    assert "Otto" not in paula.get("booking_change", session.id).html
    open_diary(clinic.paula.id, Sight.BOOK, who=actor, at=at)
    form = paula.get("booking_change", session.id)
    assert f'value="{clinic.paula.id}" selected>Paula<' in form.html
    sent = form.filled | {"practitioner": str(otto.id)}
    done = paula.post("booking_change", session.id, **sent)
    said = "It is in the diary of Otto now. The client is not told of that."
    assert (done.said, "Practitioner Otto" in done.text) == (said, True)


def test_the_history_says_what_was_changed(clinic: Practice, paula: Member, at: datetime) -> None:
    employer = clinic.company()
    session = clinic.book(TEN, at=at)
    changes = BookingChanges(
        starts_at=TEN + 2 * HOUR,
        minutes=45,
        place="Room 2",
        price=Decimal(990),
        recipient=employer.id,
    )
    change_booking(session.id, changes, who=clinic.who(), at=at)
    told = paula.get("booking", session.id).text
    for sentence in (
        "Moved: it was on 18 June 2026 at 10:00, and is now on 18 June 2026 at 12:00.",
        "Length changed from 60 to 45 minutes.",
        "Place changed.",
        "Price changed from NOK 1,190.00 to NOK 990.00.",
        "Invoice recipient changed.",
    ):
        assert sentence in told
    assert "Booking changed" not in told


def test_an_activity_is_cancelled_under_its_own_name(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    asked = paula.get("booking_cancel", clinic.block(TEN, at=at).id).text
    assert "Cancel this activity?" in asked
    assert "Cancel activity Keep activity" in asked


def test_the_copy_of_a_draft_says_that_it_bills_no_session(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    session = clinic.book(TEN, at=at)
    draft = clinic.billing(session).draft
    assert draft is not None
    seen = paula.post("draft_copy", draft.id)
    assert seen.said == "This is the copy. It bills no session: the first draft does."
    assert clinic.billing(session).draft == draft
    again = paula.post("draft_copy", UUID(seen.path.rstrip("/").rpartition("/")[2]))
    assert again.said == "This is the copy."
