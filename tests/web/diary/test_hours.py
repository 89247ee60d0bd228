"""Hours on the pages: entered by who works, said of a day, warned of before and after booking."""

from dataclasses import replace
from datetime import datetime

from storno.clients.save import amend_client
from storno.diary.change import BookingChanges, change_booking
from storno.diary.models import Booking, OtherHours, WorkingWeek
from tests.diary.practice import Practice
from tests.web.cast import count_of, member_as, row_of
from tests.web.diary.test_new import typed
from tests.web.papers.member import Member

WEEK = {"first_on": "2026-06-01", "monday": "9-12", "thursday": "9.00–12.00, 13-16"}


def test_a_week_is_entered_changed_and_removed(clinic: Practice, paula: Member) -> None:
    mine = clinic.paula.id
    assert paula.client.get(paula.url("own_hours")).headers["Location"] == paula.url("hours", mine)
    opened = paula.get("hours", mine)
    assert "Nothing is entered yet: Monday to Friday from 8 to 16 is offered." in opened.text
    assert opened.field("monday") == "08:00–16:00"
    seen = paula.post("hours", mine, **WEEK)
    assert seen.said == "The working hours are saved."
    assert "From 1 June 2026 on Remove Monday 09:00–12:00 Tuesday – Wednesday –" in seen.text
    wrong = paula.post("hours", mine, **WEEK | {"friday": "noon", "sunday": "12-9"})
    assert wrong.status == 422
    assert "Write hours like 9:00–12:00, 13:00–16:00." in wrong.text
    assert (wrong.field("friday"), count_of(WorkingWeek, clinic.world)) == ("noon", 1)
    week = row_of(WorkingWeek, clinic.world)
    removed = paula.post("week_remove", mine, week.id)
    assert (removed.said, count_of(WorkingWeek, clinic.world)) == (
        "Removed. The hours from before hold on.",
        0,
    )
    paula.post("hours", mine, **removed.put_back)
    assert row_of(WorkingWeek, clinic.world).week == week.week


def test_days_away_are_entered_once(clinic: Practice, paula: Member) -> None:
    mine = clinic.paula.id
    seen = paula.post("hours_other", mine, first_on="2026-06-18", last_on="", hours="")
    assert seen.said == "The other hours are saved."
    assert "18 June 2026 Away Remove" in seen.text
    again = paula.post(
        "hours_other", mine, first_on="2026-06-17", last_on="2026-06-20", hours="9-10"
    )
    assert again.status == 422
    assert "Other hours are kept for some of these days already." in again.text
    away = row_of(OtherHours, clinic.world)
    assert "Thursday 18 June 2026 Away" in paula.get("diary", on="2026-06-18").text
    removed = paula.post("other_hours_remove", mine, away.id)
    assert removed.said == "Removed. The usual hours hold again."
    assert count_of(OtherHours, clinic.world) == 0
    paula.post("hours_other", mine, **removed.put_back)
    assert (row_of(OtherHours, clinic.world).first_on, away.hours) == (away.first_on, "")


def test_others_read_the_hours_and_keep_none(clinic: Practice, paula: Member) -> None:
    paula.post("hours", clinic.paula.id, **WEEK)
    otto = member_as(clinic.world, "office")
    seen = otto.get("hours", clinic.paula.id)
    assert "Monday 09:00–12:00" in seen.text
    assert "Enter a week" not in seen.text
    assert otto.post("hours", clinic.paula.id, **WEEK).status == 403
    administrator = Member(clinic.world)
    kept = administrator.post("hours", clinic.paula.id, **WEEK | {"monday": "10-11"})
    assert "Monday 10:00–11:00" in kept.text


def test_booking_says_the_hours_before_and_warns_after(clinic: Practice, paula: Member) -> None:
    paula.post("hours", clinic.paula.id, **WEEK)
    before = paula.get("session_new", on="2026-06-18", who=str(clinic.paula.id))
    assert "Working hours on this day: 09:00–12:00, 13:00–16:00" in before.text
    assert "This is no working day." in paula.get("session_new", on="2026-06-19").text
    assert "25 Dec 2026 is a public holiday: Christmas Day." in (
        paula.get("activity_new", on="2026-12-25").text
    )
    seen = paula.post("session_new", **typed(clinic, time="11:30"))
    warning = "This is outside the working hours of 18 Jun 2026: 09:00–12:00, 13:00–16:00."
    assert (seen.said, seen.text.count(warning)) == ("It is booked.", 1)
    booking = row_of(Booking, clinic.world)
    assert "Working hours on this day" in paula.get("booking_change", booking.id).text
    agenda = paula.get("diary", on="2026-12-24")
    assert "Friday 25 December 2026 Closed: Christmas Day" in agenda.text
    assert "Working hours 09:00–12:00, 13:00–16:00" in agenda.text


def test_free_times_are_offered_and_taken(clinic: Practice, paula: Member) -> None:
    paula.post("hours", clinic.paula.id, **WEEK)
    paula.post("session_new", **typed(clinic, time="09:00"))
    asked = typed(clinic, time="09:00", minutes="90", place="Room 2", suit="1")
    offered = paula.post("session_new", **asked)
    times = "18 June at 10:00 18 June at 13:00 18 June at 14:30 22 June at 09:00 22 June at 10:30"
    assert f"Next free times {times}" in offered.text
    taken = paula.post("session_new", **asked | {"suit": "", "take": "2026-06-18T10:15"})
    assert [taken.field(name) for name in ("day", "time", "minutes", "place")] == [
        "2026-06-18",
        "10:15",
        "90",
        "Room 2",
    ]
    assert count_of(Booking, clinic.world) == 1
    mistyped = paula.post("session_new", **asked | {"take": "x\x00"})
    assert mistyped.field("time") == "09:00"


def test_a_client_elsewhere_is_told_their_time(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    amend_client(
        clinic.daisy.id,
        lambda said: replace(said, time_zone="Europe/Helsinki"),
        who=clinic.world.who(),
        at=at,
    )
    seen = paula.post("session_new", **typed(clinic))
    assert "Where the client lives 11:00 in Helsinki" in seen.text
    told = "10:00–11:00 Daisy Duck 11:00 in Helsinki · 60 min"
    assert told in paula.get("diary", on="2026-06-18").text
    here = BookingChanges(place="Room 1")
    change_booking(row_of(Booking, clinic.world).id, here, who=clinic.who(), at=at)
    assert "Helsinki" not in paula.get("diary", on="2026-06-18").text


def test_closed_days_are_entered_by_administrators(clinic: Practice, paula: Member) -> None:
    alice = Member(clinic.world)
    assert "25 December 2026 Christmas Day" in alice.get("settings_closed").text
    closed = {"name": "Fair", "first_on": "2026-06-18", "last_on": "2026-06-19"}
    assert (
        alice.post("settings_closed", **closed).said == "Closed. What is booked then stays booked."
    )
    wrong = alice.post("settings_closed", **closed | {"last_on": "2026-06-01"})
    assert (wrong.status, wrong.field("name")) == (422, "Fair")
    assert "The last day comes before the first one." in wrong.text
    assert paula.post("settings_closed", **closed).status == 403
    assert "Friday 19 June 2026 Closed: Fair" in paula.get("diary", on="2026-06-18").text
    worked = alice.post("settings_holidays", kept="no")
    assert "You work on public holidays." in worked.text
    assert "Christmas" not in paula.get("diary", on="2026-12-25").text
