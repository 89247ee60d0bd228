"""Messages on the pages: chosen with the service, the session and the cancellation, and told of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from storno.catalogue.models import Message
from storno.catalogue.save import amend_service
from storno.clients.save import amend_client
from storno.diary.models import Booking
from storno.mailroom.models import Letter
from storno.organizations.scope import scope
from tests.conftest import Clock
from tests.diary.practice import Practice
from tests.web.cast import count_of, member_as, row_of
from tests.web.papers.member import Member

TEN = datetime(2026, 6, 18, 8, 0, tzinfo=UTC)
"""10:00 in Oslo, two days ahead."""


@pytest.fixture(autouse=True)
def service(clinic: Practice, at: datetime) -> None:
    """The service confirms and reminds; Daisy has a number."""
    who = clinic.world.who()
    tells = (Message.CONFIRMATION, Message.REMINDER, Message.CANCELLATION)
    clinic.service = amend_service(
        clinic.service.id, lambda entered: replace(entered, messages=tells), who=who, at=at
    )
    amend_client(
        clinic.daisy.id,
        lambda entered: replace(entered, phone="400 00 123", country="NO"),
        who=who,
        at=at,
    )


def typed(clinic: Practice, **more: object) -> dict[str, object]:
    """The form filled in with no more than is needed."""
    return {
        "client": str(clinic.daisy.id),
        "service": str(clinic.service.id),
        "practitioner": str(clinic.paula.id),
        "day": "2026-06-18",
        "time": "10:00",
        "method": "",
        "recipient": str(clinic.daisy.id),
        "once": uuid4().hex,
    } | more


def test_the_service_says_what_is_sent(clinic: Practice) -> None:
    alice = Member(clinic.world)
    seen = alice.get("service", clinic.service.id)
    ticks = seen.html.split('name="messages"')[1:]
    assert ["checked" in tick.split(">")[0] for tick in ticks] == [True, True, False, True]
    form = {
        "name": "60 min",
        "name_on_papers": "",
        "unit": "",
        "unit_price": "1190",
        "tax": "outside_scope",
        "minutes": "60",
        "free_until_hours": "24",
        "late_charge": "half",
        "messages": ["change", "reminder"],
    }
    alice.post("service", clinic.service.id, **form)
    with scope(clinic.id):
        clinic.service.refresh_from_db()
    assert clinic.service.messages == ["reminder", "change"]


def test_a_session_sends_as_usual_or_as_ticked(clinic: Practice, paula: Member) -> None:
    asked = paula.post("session_new", **typed(clinic, suit="1"))
    ticks = asked.html.split('name="messages"')[1:]
    assert ["checked" in tick.split(">")[0] for tick in ticks] == [True, True, False, True]
    assert "They go to daisy@example.com, +47 40 00 01 23." in asked.text
    paula.post("session_new", **typed(clinic))
    session = row_of(Booking, clinic.world)
    assert session.messages == ["confirmation", "reminder", "cancellation"]
    seen = paula.get("booking", session.id)
    assert "Confirmation when it is booked e-mail · daisy@example.com · waiting" in seen.text
    assert "Confirmation when it is booked SMS · +47 40 00 01 23 · waiting to be sent" in seen.text
    assert "The reminder leaves" in seen.text
    form = {
        "version": session.version,
        "practitioner": str(clinic.paula.id),
        "day": "2026-06-18",
        "time": "10:00",
        "minutes": "60",
        "place": "",
        "video": "",
        "price": "1190",
        "recipient": str(clinic.daisy.id),
        "method": "",
        "messages_of": str(clinic.service.id),
        "messages": ["change"],
    }
    paula.post("booking_change", session.id, **form | {"version": _shown(paula, session)})
    assert clinic.now(session).messages == ["change"]
    assert clinic.now(session).remind_at is None
    unshown = {name: value for name, value in form.items() if not name.startswith("messages")}
    unshown |= {"place": "Room 2", "version": _shown(paula, session)}
    paula.post("booking_change", session.id, **unshown)
    assert (clinic.now(session).messages, clinic.now(session).place) == (["change"], "Room 2")
    own = {"messages": ["cancellation"], "messages_of": str(clinic.service.id), "time": "12:00"}
    paula.post("session_new", **typed(clinic, **own))
    with scope(clinic.id):
        latest = Booking.objects.filter(organization_id=clinic.id).latest("id")
    assert latest.messages == ["cancellation"]


def _shown(member: Member, session: Booking) -> str:
    """The version that the form shows."""
    html = member.get("booking_change", session.id).html
    return html.split('name="version" value="')[1].split('"')[0]


def test_who_cancels_decides_whether_the_client_is_told(
    clinic: Practice, paula: Member, clock: Clock
) -> None:
    coming = clinic.book(TEN, messages=(Message.CANCELLATION,), at=clock.now)
    past = clinic.book(TEN - timedelta(days=7), messages=(Message.CANCELLATION,), at=clock.now)
    for session, ticked in ((coming, True), (past, False)):
        html = paula.get("booking_cancel", session.id).html
        assert ("checked" in html.split('name="tell"')[1].split(">")[0]) is ticked
    form = {"charge": "nothing", "tell_asked": "1"}
    paula.post("booking_cancel", coming.id, **form)
    assert clinic.now(coming).state == "cancelled"
    assert count_of(Letter, clinic.world) == 0
    paula.post("booking_cancel", past.id, **form, tell="on")
    assert count_of(Letter, clinic.world) == 2


def test_what_failed_is_on_home_and_sent_again_from_the_session(
    clinic: Practice, paula: Member, clock: Clock
) -> None:
    session = clinic.book(TEN, messages=(Message.CONFIRMATION,), at=clock.now)
    with scope(clinic.id):
        sms = Letter.objects.get(organization_id=clinic.id, medium="sms")
        Letter.objects.filter(organization_id=clinic.id, id=sms.id).update(
            state="failed", next_attempt_at=None, failure="sms_refused", reply="400 no"
        )
    said = "A message about the session of Daisy Duck could not be delivered"
    assert said in paula.get("home").text
    assert said not in Member(clinic.world).get("home").text  # the diary is not open to her
    seen = paula.get("booking", session.id)
    assert "could not be delivered · The SMS provider refused the message. 400 no" in seen.text
    reader = member_as(clinic.world, "reader")
    assert reader.post("booking_letter", session.id, sms.id).status == 403
    assert paula.post("booking_letter", session.id, sms.id).said == "The message is sent again."
    with scope(clinic.id):
        assert Letter.objects.get(organization_id=clinic.id, id=sms.id).state == "queued"
    assert paula.post("booking_letter", session.id, sms.id).status == 200
    clock.now = TEN
    assert said not in paula.get("home").text


def test_a_client_that_cannot_be_reached_is_said(
    clinic: Practice, paula: Member, clock: Clock
) -> None:
    def change(**fields: str) -> None:
        amend_client(
            clinic.daisy.id,
            lambda entered: replace(entered, **fields),  # type: ignore[arg-type]
            who=clinic.world.who(),
            at=clock.now,
        )

    session = clinic.book(TEN, at=clock.now)
    change(phone="123 000")
    seen = paula.get("booking", session.id)
    assert "The client's phone number cannot get an SMS. Check it." in seen.text
    change(email="", phone="")
    seen = paula.get("booking", session.id)
    assert "The client has no address for messages, so none is sent." in seen.text
