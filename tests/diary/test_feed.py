"""A diary as a calendar: what is in it, what is not told, and what its link opens."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from storno.core.refusals import Absent
from storno.diary.book import ActivityInput, book_activity
from storno.diary.cancel import cancel_booking
from storno.diary.change import BookingChanges, change_booking
from storno.diary.feed import calendar_behind, make_feed, withdraw_feed
from storno.diary.models import DiaryFeed
from tests.diary.practice import HOUR, Practice, practice
from tests.diary.recurring import recur
from tests.observe import history, refused

WED = datetime(2026, 6, 17, 8, 0, tzinfo=UTC)
"""Ten o'clock in Oslo."""
DAY = timedelta(days=1)


@pytest.fixture
def paula() -> Practice:
    return practice()


def feed(paula: Practice, at: datetime, *, names: bool = False) -> str:
    return make_feed(names=names, who=paula.who(), at=at).secret


def events(secret: str, at: datetime) -> list[Any]:
    return list(Calendar.from_ical(calendar_behind(secret, at=at)).walk("VEVENT"))


def test_it_tells_only_times_unless_names_are_chosen(paula: Practice, at: datetime) -> None:
    session = paula.book(WED, at=at, place="Home of Daisy", video="https://meet.example.com/d")
    paula.block(WED + 2 * HOUR, at=at)
    found = events(feed(paula, at), at)
    assert [(str(each["SUMMARY"]), each.start, each.end) for each in found] == [
        ("Session", WED, WED + HOUR),
        ("Supervision", WED + 2 * HOUR, WED + 3 * HOUR),
    ]
    whole = calendar_behind(feed(paula, at), at=at).decode()
    assert not [word for word in ("Daisy", "60 min", "meet", "LOCATION") if word in whole]
    assert f"UID:{session.id}" in whole
    assert "DTSTART:20260617T080000Z" in whole
    named = events(feed(paula, at, names=True), at)[0]
    assert (named["SUMMARY"], named["LOCATION"], named["URL"]) == (
        "Daisy Duck",
        "Home of Daisy",
        "https://meet.example.com/d",
    )


def test_what_is_changed_or_cancelled_is_told_as_such(paula: Practice, at: datetime) -> None:
    session, secret = paula.book(WED, at=at), feed(paula, at)
    first = events(secret, at)[0]
    later = at + HOUR
    changes = BookingChanges(starts_at=WED + DAY)
    change_booking(session.id, changes, who=paula.who(), at=later)
    moved = events(secret, later)[0]
    assert (first["UID"], moved["UID"]) == (str(session.id), str(session.id))
    assert (first["SEQUENCE"], moved["SEQUENCE"]) == (0, 1)
    assert (first.stamp, moved.stamp, moved.start) == (at, later, WED + DAY)
    cancel_booking(session.id, who=paula.who(), at=later)
    gone = events(secret, later)[0]
    assert (gone["STATUS"], gone["SEQUENCE"]) == ("CANCELLED", 2)
    assert events(secret, later + 32 * DAY) == []


def test_it_reaches_from_last_month_into_half_a_year(paula: Practice, at: datetime) -> None:
    first = datetime(2026, 5, 1, 8, tzinfo=UTC)
    booked = recur(paula, first, "FREQ=WEEKLY;COUNT=60", at=at, book_closed=True)
    secret = feed(paula, at)
    with CaptureQueriesContext(connection) as captured:
        found = events(secret, at)
    days = [each.start.date() for each in found]
    assert (days[0], days[-1], len(days)) == (date(2026, 5, 22), date(2026, 12, 11), 30)
    assert len({each["UID"] for each in found}) == 30
    assert len(booked.sessions) == 60
    assert len(captured) <= 7


def test_hostile_words_stay_words(paula: Practice, at: datetime) -> None:
    entered = ActivityInput(
        title="x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nATTACH:file;y,\\n" + "ø" * 40,
        practitioner=paula.paula.id,
        starts_at=WED,
        minutes=30,
    )
    book_activity(entered, who=paula.who(), at=at)
    (event,) = events(feed(paula, at), at)
    assert event["SUMMARY"] == "x END:VEVENT BEGIN:VEVENT ATTACH:file;y,\\n" + "ø" * 40
    lines = calendar_behind(feed(paula, at), at=at).split(b"\r\n")
    assert sum(line.startswith(b"BEGIN:VEVENT") for line in lines) == 1
    assert max(map(len, lines)) <= 75


def test_a_link_opens_one_diary_until_it_is_replaced(paula: Practice, at: datetime) -> None:
    _, nils = paula.member("nils")
    paula.book(WED, at=at)
    first = feed(paula, at)
    assert events(make_feed(names=True, who=nils, at=at).secret, at) == []
    second = feed(paula, at, names=True)
    assert len(events(second, at)) == 1
    for wrong in (first, "", "x" * 10_000, "é", "\x00", second.lower()):
        with pytest.raises(Absent):
            calendar_behind(wrong, at=at)
    assert not DiaryFeed.objects.filter(hash=second).exists()
    withdraw_feed(who=paula.who(), at=at)
    withdraw_feed(who=paula.who(), at=at)
    with pytest.raises(Absent):
        calendar_behind(second, at=at)
    assert history(paula.world, paula.paula.person_id) == [
        "feed.made",
        "feed.made",
        "feed.withdrawn",
    ]
    with refused(paula.world, "not_allowed"):
        make_feed(names=False, who=paula.who("reader"), at=at)


def test_who_has_left_is_read_no_more(paula: Practice, at: datetime) -> None:
    secret = feed(paula, at)
    paula.paula.delete()
    with pytest.raises(Absent):
        calendar_behind(secret, at=at)
