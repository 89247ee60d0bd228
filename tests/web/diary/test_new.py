"""A new event: whom it is with, when, and what it costs; what is in the way."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from storno.clients.contacts import ContactInput, add_contact
from storno.clients.models import Client
from storno.diary.models import Booking, BookingKind
from storno.documents.models import Draft
from tests.diary.practice import Practice
from tests.web.cast import count_of, member_as, row_of
from tests.web.papers.member import Member
from tests.world import found

TEN = datetime(2026, 6, 18, 8, 0, tzinfo=UTC)
"""10:00 in Oslo, two days ahead."""


def typed(clinic: Practice, **more: str) -> dict[str, str]:
    """The form filled in with no more than is needed."""
    usual = {
        "client": str(clinic.daisy.id),
        "service": str(clinic.service.id),
        "practitioner": str(clinic.paula.id),
        "day": "2026-06-18",
        "time": "10:00",
        "method": "",
        "recipient": str(clinic.daisy.id),
        "once": uuid4().hex,
    }
    return usual | more


def _put_beside(clinic: Practice, party: Client, at: datetime, *, recipient: bool = False) -> None:
    beside = ContactInput(recipient=recipient)
    add_contact(clinic.daisy.id, party.id, beside, who=clinic.world.who(), at=at)


def test_a_session_is_booked_with_what_is_usual(clinic: Practice, paula: Member) -> None:
    seen = paula.post("session_new", **typed(clinic))
    booking = row_of(Booking, clinic.world)
    assert seen.path == paula.url("booking", booking.id)
    assert seen.said == "It is booked."
    assert (booking.starts_at, booking.ends_at) == (TEN, TEN + timedelta(hours=1))
    assert booking.practitioner_id == clinic.paula.person_id
    assert booking.unit_price == Decimal(1190)
    assert "Daisy Duck Thursday 18 June 2026, 10:00–11:00" in seen.text
    assert "Price NOK 1,190.00 Invoice recipient Daisy Duck" in seen.text
    assert count_of(Draft, clinic.world) == 1


def test_everything_typed_is_booked(clinic: Practice, paula: Member, at: datetime) -> None:
    employer = clinic.company()
    _put_beside(clinic, employer, at)
    paula.post(
        "session_new",
        **typed(
            clinic,
            minutes="45",
            price="990,50",
            recipient=str(employer.id),
            place=" Room 2 ",
            video="https://video.example.com/daisy",
            method="external",
        ),
    )
    booking = row_of(Booking, clinic.world)
    assert booking.ends_at == TEN + timedelta(minutes=45)
    assert (booking.unit_price, booking.recipient_id) == (Decimal("990.5"), employer.id)
    assert (booking.place, booking.method) == ("Room 2", "external")
    assert booking.video == "https://video.example.com/daisy"


def test_the_same_form_books_once(clinic: Practice, paula: Member) -> None:
    form = typed(clinic)
    first = paula.post("session_new", **form)
    assert paula.post("session_new", **form).path == first.path
    assert count_of(Booking, clinic.world) == 1


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"time": ""}, "time", "This field is required."),
        ({"time": "25:00"}, "time", "Enter a valid time."),
        ({"day": "2026-02-30"}, "day", "Enter a valid date."),
        ({"day": "2031-01-01"}, "day", "The day is too far away. Check the year."),
        ({"day": "0001-01-01", "time": "00:00"}, "day", "The day is too far away."),
        ({"day": "9999-12-31", "time": "23:59"}, "day", "The day is too far away."),
        ({"day": "2012-12-31"}, "day", "The day is too far away. Check the year."),
        (
            {"day": "2027-03-28", "time": "02:30"},
            "time",
            "The clocks go forward in this night: there is no such time.",
        ),
        ({"minutes": "0"}, "minutes", "Enter how many minutes it takes."),
        ({"minutes": "-60"}, "minutes", "Enter how many minutes it takes."),
        ({"minutes": "1441"}, "minutes", "A booking lasts 24 hours at most."),
        ({"minutes": "9" * 30}, "minutes", "A booking lasts 24 hours at most."),
        ({"minutes": "1 h"}, "minutes", "Enter a whole number."),
        ({"price": "-1"}, "price", "Enter"),
        ({"price": "1.2.3"}, "price", "Enter a number, like 125.50."),
        ({"price": "NaN"}, "price", "Enter a number, like 125.50."),
        ({"video": "http://video.example.com"}, "video", "Enter an address that begins with"),
        ({"place": "x" * 201}, "place", ""),
        ({"service": ""}, "service", "This field is required."),
        ({"service": str(uuid4())}, "service", "Select a valid choice."),
        ({"practitioner": str(uuid4())}, "practitioner", "Select a valid choice."),
        ({"recipient": str(uuid4())}, "recipient", "Select a valid choice."),
        ({"method": "einvoice"}, "method", "Select a valid choice."),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    clinic: Practice, paula: Member, wrong: dict[str, str], field: str, says: str
) -> None:
    seen = paula.post("session_new", **typed(clinic, place="Room 2") | wrong)
    assert seen.status == 422
    assert says in (
        seen.error_of(field) or seen.part(r'class="callout waits" role="alert".*?</ul>')
    )
    assert seen.field("place") == wrong.get("place", "Room 2")
    assert count_of(Booking, clinic.world) == 0
    assert count_of(Draft, clinic.world) == 0


def test_who_comes_is_asked_for(clinic: Practice, paula: Member) -> None:
    form = typed(clinic)
    del form["client"]
    seen = paula.post("session_new", **form)
    assert seen.status == 422
    assert "Choose who comes." in seen.text
    assert seen.field("time") == "10:00"
    assert count_of(Booking, clinic.world) == 0


def test_a_name_alone_chooses_nobody(clinic: Practice, paula: Member) -> None:
    form = typed(clinic, sought="Dai") | {"client": ""}
    seen = paula.post("session_new", **form)
    assert seen.status == 422
    assert "Choose one of those who are found, or somebody new." in seen.text
    assert seen.field("sought") == "Dai"
    assert f'value="{clinic.daisy.id}"' in seen.html
    assert seen.field("time") == "10:00"
    assert count_of(Booking, clinic.world) == 0
    assert paula.post("session_new", **form, find="1").status == 200


def test_enter_in_the_search_chooses_the_only_one_and_never_books(
    clinic: Practice, paula: Member
) -> None:
    form = typed(clinic, place="Room 2") | {"client": "", "enter": "1"}
    one = paula.post("session_new", **form, sought="dai")
    assert (one.status, one.field("client")) == (200, str(clinic.daisy.id))
    assert (one.field("place"), one.filled["recipient"]) == ("Room 2", str(clinic.daisy.id))
    clinic.company(name="Daily News AS")
    several = paula.post("session_new", **form, sought="dai")
    assert (several.status, several.field("sought")) == (200, "dai")
    assert 'name="client"' not in several.html
    assert "Daisy Duck" in several.text
    nobody = paula.post("session_new", **form, sought="xyz")
    assert (nobody.status, "Nobody was found." in nobody.text) == (200, True)
    assert "Choose who comes." in paula.post("session_new", **form).text
    assert count_of(Booking, clinic.world) == 0


def test_a_client_is_sought_and_chosen_without_a_script(clinic: Practice, paula: Member) -> None:
    form = typed(clinic, price="900", place="Room 2")
    del form["client"], form["recipient"]
    sought = paula.post("session_new", **form, sought="dai", find="1")
    assert sought.status == 200
    assert "Daisy Duck" in sought.text
    nobody = paula.post("session_new", **form, sought="xyz")
    assert "Nobody was found." in nobody.text
    chosen = paula.post("session_new", **form, choose=str(clinic.daisy.id))
    assert chosen.field("client") == str(clinic.daisy.id)
    kept = {name: chosen.filled[name] for name in ("time", "price", "place", "recipient")}
    assert kept == {
        "time": "10:00", "price": "900", "place": "Room 2", "recipient": str(clinic.daisy.id)
    }  # fmt: skip
    again = paula.post("session_new", **chosen.filled, forget="1")
    assert 'name="client"' not in again.html
    assert count_of(Booking, clinic.world) == 0
    booked = paula.post("session_new", **chosen.filled)
    assert booked.said == "It is booked."


def test_a_client_of_another_house_is_nobody(clinic: Practice, paula: Member) -> None:
    other = found().daisy
    seen = paula.post("session_new", **typed(clinic, client=str(other.id)))
    assert seen.status == 422
    assert "Choose who comes." in seen.text


def test_who_usually_pays_is_chosen_already(clinic: Practice, paula: Member, at: datetime) -> None:
    employer = clinic.company()
    _put_beside(clinic, employer, at, recipient=True)
    seen = paula.get("session_new", client=str(clinic.daisy.id))
    assert seen.filled["recipient"] == str(employer.id)
    assert "Daisy Duck Duck Industries AS" in seen.part('<select name="recipient".*?</select>')


def test_another_is_booked_like_one_a_week_on(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    like = clinic.book(
        TEN - timedelta(days=21),
        at=at,
        minutes=45,
        place="Room 2",
        video="https://video.example.com/daisy",
        price=Decimal(0),
    )
    link = f"?client={clinic.daisy.id}&amp;like={like.id}"
    assert paula.url("session_new") + link in paula.get("booking", like.id).html
    form = paula.get("session_new", client=str(clinic.daisy.id), like=str(like.id)).filled
    when = {"day": "2026-06-18", "time": "10:00", "minutes": "45"}
    where = {"place": "Room 2", "video": "https://video.example.com/daisy"}
    assert form | when | where == form
    paula.post("session_new", **form)
    assert row_of(Booking, clinic.world, starts_at=TEN).unit_price == Decimal(1190)
    ahead = clinic.book(TEN + timedelta(days=28), at=at)
    assert paula.get("session_new", like=str(ahead.id)).filled["day"] == "2026-07-23"
    assert paula.get("session_new", like="never").filled["day"] == "2026-06-16"
    assert Member(clinic.world).get("session_new", like=str(like.id)).status == 404


def test_the_day_of_the_diary_is_proposed(clinic: Practice, paula: Member) -> None:
    assert paula.get("session_new", on="2026-07-01").filled["day"] == "2026-07-01"
    assert paula.get("session_new", on="never").filled["day"] == "2026-06-16"
    assert paula.get("activity_new", on="2026-07-01").filled["day"] == "2026-07-01"


def test_beside_a_closed_diary_one_books_in_the_own(clinic: Practice, at: datetime) -> None:
    alice = Member(clinic.world)
    assert f"who={clinic.paula.id}" in alice.get("diary", who=str(clinic.paula.id)).html
    form = alice.get("session_new", who=str(clinic.paula.id), client=str(clinic.daisy.id)).filled
    booked = alice.post("session_new", **form | {"time": "10:00"})
    assert booked.said == "It is booked."
    assert "Practitioner Alice" in booked.text


def test_what_is_in_the_way_is_named_and_what_was_typed_is_kept(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    clinic.book(TEN + timedelta(minutes=30), at=at)
    seen = paula.post("session_new", **typed(clinic, place="Room 2"))
    assert seen.status == 422
    assert seen.error_of("time") == (
        "Daisy Duck is booked then: Thursday 18 June 2026, 10:30–11:30. "
        "Choose another time, or move the other booking first."
    )
    assert (seen.field("time"), seen.field("place")) == ("10:00", "Room 2")
    assert count_of(Booking, clinic.world) == 1
    block = paula.post("activity_new", **typed(clinic, title="Lunch", minutes="60"))
    assert "Daisy Duck is booked then" in block.error_of("time")
    assert count_of(Booking, clinic.world) == 1


def test_an_activity_keeps_a_time_free(clinic: Practice, paula: Member) -> None:
    form = typed(clinic, title="Supervision", minutes="90", place="Library")
    seen = paula.post("activity_new", **form)
    booking = row_of(Booking, clinic.world)
    assert (booking.kind, booking.title) == (BookingKind.ACTIVITY, "Supervision")
    assert booking.ends_at - booking.starts_at == timedelta(minutes=90)
    assert "Supervision Thursday 18 June 2026, 10:00–11:30" in seen.text
    assert "Invoicing" not in seen.text
    assert paula.post("activity_new", **form).path == seen.path
    assert count_of(Booking, clinic.world) == 1
    assert count_of(Draft, clinic.world) == 0


def test_an_activity_needs_a_name_and_a_length(clinic: Practice, paula: Member) -> None:
    seen = paula.post("activity_new", **typed(clinic, title="", minutes=""))
    assert seen.status == 422
    assert seen.error_of("title") == seen.error_of("minutes") == "This field is required."
    assert count_of(Booking, clinic.world) == 0


def test_in_a_closed_diary_nobody_books(clinic: Practice) -> None:
    alice = Member(clinic.world)
    seen = alice.post("session_new", **typed(clinic))
    assert seen.status == 422
    assert "Select a valid choice." in seen.text
    assert count_of(Booking, clinic.world) == 0


def test_a_reader_books_nothing(clinic: Practice) -> None:
    reader = member_as(clinic.world, "reader")
    assert reader.get("session_new").status == 403
    assert reader.post("session_new", **typed(clinic)).status == 403
    assert reader.post("activity_new", **typed(clinic, title="X")).status == 403
    assert count_of(Booking, clinic.world) == 0


def test_without_a_service_to_book_the_form_says_where_it_is_made(clinic: Practice) -> None:
    alice = Member(found(wording="practice"))
    seen = alice.get("session_new")
    assert seen.status == 200
    assert "No service can be booked yet." in seen.text
