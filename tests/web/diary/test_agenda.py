"""The agenda: days, what stands on each, and of whom one sees what."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from storno.catalogue.models import Charge
from storno.diary.cancel import cancel_booking
from storno.diary.change import BookingChanges, change_booking
from storno.diary.models import BookingState, Sight
from storno.diary.sight import open_diary
from tests.diary.practice import HOUR, Practice
from tests.web.cast import member_as, stranger
from tests.web.papers.member import Member
from tests.world import found

TODAY = datetime(2026, 6, 16, 8, 0, tzinfo=UTC)
"""10:00 on the Tuesday on which the tests happen."""
DAY = timedelta(days=1)


def test_a_week_shows_its_days_with_what_stands_on_each(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    clinic.book(TODAY, at=at, place="Room 2")
    clinic.book(TODAY + DAY, at=at, video="https://video.example.com/daisy")
    clinic.block(TODAY + 3 * HOUR, at=at)
    seen = paula.get("diary")
    assert seen.status == 200
    assert "Week 25, 15–21 June 2026" in seen.text
    assert "Times as the clocks show them in Oslo." in seen.text
    assert (
        "Tuesday 16 June 2026 today Book , Tuesday 16 June 2026 "
        "10:00–11:00 Daisy Duck 60 min · Room 2 Draft 13:00–14:00 Supervision "
        "Wednesday 17 June 2026 Book , Wednesday 17 June 2026 "
        "10:00–11:00 Daisy Duck 60 min · video Draft "
        "Thursday 18 June 2026 Book , Thursday 18 June 2026 Nothing is booked."
    ) in seen.text


def test_day_and_month_are_the_same_diary(clinic: Practice, paula: Member, at: datetime) -> None:
    clinic.book(TODAY + DAY, at=at)
    day = paula.get("diary", view="day")
    assert "16 June 2026" in day.text
    assert "Nothing is booked." in day.text
    assert "Daisy Duck" not in day.text
    month = paula.get("diary", view="month", on="2026-06-30")
    assert "1–30 June 2026" in month.text
    assert "Wednesday 17 June 2026 Book , Wednesday 17 June 2026 10:00–11:00 Daisy" in month.text
    assert "Thursday 18 June" not in month.text
    assert (
        "Nothing is booked in this month" in paula.get("diary", view="month", on="2027-02-01").text
    )


@pytest.mark.parametrize(
    "query",
    [
        {"view": "year"},
        {"on": "yesterday"},
        {"on": "0001-01-01"},
        {"on": "9999-12-31"},
        {"on": "2026-02-30"},
        {"who": "paula"},
        {"cancelled": "perhaps"},
        {"on": "\x00"},
    ],
)
def test_a_mistyped_address_shows_this_week(paula: Member, query: dict[str, str]) -> None:
    seen = paula.get("diary", **query)
    assert seen.status == 200
    assert "Week 25, 15–21 June 2026" in seen.text


@pytest.mark.parametrize("on", ["2000-01-01", "2100-12-31"])
def test_the_ends_of_the_calendar_are_shown(paula: Member, on: str) -> None:
    for view in ("day", "week", "month"):
        assert paula.get("diary", view=view, on=on).status == 200


def test_one_leafs_by_links(paula: Member) -> None:
    seen = paula.get("diary", on="2026-07-08")
    assert 'href="' + paula.url("diary") + '?on=2026-07-05" rel="prev"' in seen.html
    assert 'href="' + paula.url("diary") + '?on=2026-07-13" rel="next"' in seen.html
    assert "Today" in seen.text
    assert "Today" not in paula.get("diary").text


@pytest.mark.parametrize(
    ("monday", "says"),
    [
        ("2026-03-23", "The clocks go forward on this day."),
        ("2026-10-19", "The clocks go back on this day."),
    ],
)
def test_in_weeks_of_summer_time_each_session_stands_at_its_time(
    clinic: Practice, paula: Member, at: datetime, monday: str, says: str
) -> None:
    """10:00 in Oslo on Saturday and on Monday: an hour apart in UTC."""
    spring = monday == "2026-03-23"
    saturday = datetime(2026, 3, 28, 9, 0, tzinfo=UTC)
    following = datetime(2026, 3, 30, 8, 0, tzinfo=UTC)
    if not spring:
        saturday = datetime(2026, 10, 24, 8, 0, tzinfo=UTC)
        following = datetime(2026, 10, 26, 9, 0, tzinfo=UTC)
    clinic.book(saturday, at=at)
    clinic.book(following, at=at)
    clinic.block(saturday.replace(hour=21 if not spring else 22) + timedelta(minutes=30), at=at)
    seen = paula.get("diary", on=monday)
    assert seen.text.count("10:00–11:00 Daisy Duck") == 1
    assert f"{says} Book" in seen.text
    assert seen.text.count("The clocks") == 1
    next_week = (following + DAY).date().isoformat()
    assert "10:00–11:00 Daisy Duck" in paula.get("diary", on=next_week).text


def test_a_time_that_the_clocks_show_twice_is_told_by_its_name(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    night = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    clinic.block(night, at=at, minutes=60)
    assert "02:30 CEST–02:30 CET Supervision" in paula.get("diary", on="2026-10-25").text


def test_what_lasts_into_a_day_stands_on_it(clinic: Practice, paula: Member, at: datetime) -> None:
    late = datetime(2026, 6, 14, 20, 0, tzinfo=UTC)
    clinic.block(late, at=at, minutes=300)
    seen = paula.get("diary")
    assert "22:00 – 15 June at 03:00 Supervision" in seen.text
    assert seen.text.index("Monday 15 June 2026") < seen.text.index("Supervision")


def test_states_stand_in_words(clinic: Practice, paula: Member, at: datetime) -> None:
    held = clinic.book(TODAY - DAY, at=at)
    missed = clinic.book(TODAY - DAY + 2 * HOUR, at=at)
    gone = clinic.book(TODAY + DAY, at=at)
    billed = clinic.book(TODAY, at=at)
    who = clinic.who()
    change_booking(held.id, BookingChanges(state=BookingState.HELD), who=who, at=at)
    change_booking(missed.id, BookingChanges(state=BookingState.NO_SHOW), who=who, at=at)
    cancel_booking(gone.id, Charge.HALF, who=who, at=at)
    clinic.invoice(billed, at=at)
    seen = paula.get("diary")
    assert "10:00–11:00 Daisy Duck 60 min Held Draft" in seen.text
    assert "12:00–13:00 Daisy Duck 60 min Did not come Draft" in seen.text
    assert "10:00–11:00 Daisy Duck 60 min Invoice: Unpaid price locked" in seen.text
    assert "Cancelled" not in seen.text
    assert "Daisy Duck 60 min Cancelled late Draft" in paula.get("diary", cancelled="1").text


def test_of_others_one_sees_that_they_are_busy_until_they_open_their_diary(
    clinic: Practice, at: datetime
) -> None:
    clinic.book(TODAY, at=at, place="Room 2")
    alice = Member(clinic.world)
    theirs = {"who": str(clinic.paula.id)}
    seen = alice.get("diary", **theirs)
    assert "10:00–11:00 Busy" in seen.text
    assert "Paula only when busy" in seen.text
    for secret in ("Daisy", "60 min", "Room 2", "Draft"):
        assert secret not in seen.text
    mine = clinic.world.organization.memberships.get(person=clinic.world.alice)
    open_diary(mine.id, Sight.VIEW, who=clinic.who(), at=at)
    seen = alice.get("diary", **theirs)
    assert "10:00–11:00 Daisy Duck 60 min · Room 2 Draft" in seen.text
    assert "Paula you may look" in seen.text


def test_what_was_cancelled_in_a_closed_diary_leaves_no_trace(
    clinic: Practice, at: datetime
) -> None:
    cancel_booking(clinic.book(TODAY, at=at).id, who=clinic.who(), at=at)
    seen = Member(clinic.world).get("diary", who=str(clinic.paula.id), cancelled="1")
    assert "Busy" not in seen.text
    assert "10:00" not in seen.text


def test_several_diaries_stand_together_with_their_names(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    peter, who = clinic.member("peter")
    open_diary(clinic.paula.id, Sight.BOOK, who=who, at=at)
    clinic.book(TODAY, at=at)
    seen = paula.client.get(
        paula.url("diary"), {"who": [str(clinic.paula.id), str(peter.id)], "view": "day"}
    ).content.decode()
    assert "Paula" in seen
    assert seen.count("Daisy Duck") == 1
    assert "you may book" in seen


def test_many_sessions_cost_as_many_statements_as_one(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert paula.get("diary", cancelled="1").status == 200
        return len(captured)

    clinic.invoice(clinic.book(TODAY, at=at), at=at)
    few = asked()
    for number in range(1, 5):
        clinic.invoice(clinic.book(TODAY + number * HOUR, at=at), at=at)
        clinic.book(TODAY + DAY + number * HOUR, at=at)
        clinic.block(TODAY + 2 * DAY + number * HOUR, at=at)
        cancel_booking(clinic.book(TODAY + 3 * DAY, at=at).id, who=clinic.who(), at=at)
    assert asked() == few


def test_a_reader_looks_but_finds_no_way_to_book(clinic: Practice, at: datetime) -> None:
    seen = member_as(clinic.world, "reader").get("diary")
    assert seen.status == 200
    assert "New event" not in seen.text
    assert "Book ," not in seen.text


def test_strangers_find_no_diary(clinic: Practice) -> None:
    assert stranger(clinic.world).get("diary").status == 404


def test_the_diary_is_a_place_only_where_sessions_are_booked(
    clinic: Practice, paula: Member
) -> None:
    assert f'href="{paula.url("diary")}"' in paula.get("home").html
    assert "New event" in paula.get("jump").html
    alice = Member(found())
    assert f'href="{alice.url("diary")}"' not in alice.get("home").html
    assert "New event" not in alice.get("jump").html
