"""When a practitioner is free: in working hours, beside what is booked, whoever it is."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from storno.core.refusals import Invalid
from storno.diary.cancel import cancel_booking
from storno.diary.free import Free, free_starts, starts_in, without
from storno.diary.hours.keep import keep_week
from storno.diary.hours.plan import read_week
from storno.diary.queries import Range
from storno.organizations.queries import settings_of
from storno.organizations.scope import scope
from tests.diary.practice import Practice, practice
from tests.properties.depth import proof

WED = datetime(2026, 6, 17, 8, 0, tzinfo=UTC)
"""Ten o'clock in Oslo."""
DAY = timedelta(days=1)


@pytest.fixture
def paula() -> Practice:
    return practice()


def free(paula: Practice, minutes: int, *, most: int = 100, days: int = 1) -> Free:
    """When Paula is free, from the morning of a Wednesday on."""
    midnight = WED - timedelta(hours=10)
    asked = Range(midnight, midnight + days * DAY)
    with scope(paula.id):
        settings = settings_of(paula.id)
        person = paula.paula.person_id
        return free_starts(person, minutes, asked, settings=settings, most=most)


def clocks(found: Free) -> list[str]:
    return [f"{moment:%H:%M}" for moment in found.starts]


def test_times_are_free_beside_what_is_booked(paula: Practice, at: datetime) -> None:
    week = read_week({"wednesday": "9-12"})
    keep_week(paula.paula.id, date(2026, 1, 1), week, who=paula.who(), at=at)
    paula.book(WED - timedelta(minutes=30), at=at, minutes=50)  # 09:30–10:20 in Oslo
    assert clocks(free(paula, 60)) == ["08:20", "08:30", "08:45", "09:00"]
    assert clocks(free(paula, 30)) == [
        "07:00", "08:20", "08:30", "08:45", "09:00", "09:15", "09:30",
    ]  # fmt: skip
    assert free(paula, 60, most=2).more
    assert clocks(free(paula, 180)) == []
    assert clocks(free(paula, 180, days=8)) == ["07:00"]
    with CaptureQueriesContext(connection) as captured:
        free(paula, 60, days=60)
    assert len(captured) <= 7  # the scope and the settings with them


def test_what_was_cancelled_is_free(paula: Practice, at: datetime) -> None:
    session = paula.book(WED, at=at)
    assert "08:00" not in clocks(free(paula, 60))
    cancel_booking(session.id, who=paula.who(), at=at)
    assert "08:00" in clocks(free(paula, 60))


def test_who_has_said_no_hours_is_free_in_office_hours(paula: Practice) -> None:
    found = clocks(free(paula, 60))
    assert (found[0], found[-1], len(found)) == ("06:00", "13:00", 29)


@pytest.mark.parametrize("minutes", [0, -1, 24 * 60 + 1, 10**18])
def test_a_length_that_cannot_be_is_refused(paula: Practice, minutes: int) -> None:
    with pytest.raises(Invalid) as wrong:
        free(paula, minutes)
    assert wrong.value.errors[0].code == "out_of_range"


@st.composite
def stretches(draw: st.DrawFn) -> list[tuple[datetime, datetime]]:
    marks = sorted(draw(st.sets(st.integers(0, 300), max_size=12)))
    pairs = zip(marks[::2], marks[1::2], strict=False)
    return [(WED + timedelta(minutes=one), WED + timedelta(minutes=two)) for one, two in pairs]


@proof(100, 5000)
@given(work=stretches(), busy=stretches(), lasts=st.integers(1, 60))
def test_what_is_offered_is_work_and_not_taken(
    work: list[tuple[datetime, datetime]], busy: list[tuple[datetime, datetime]], lasts: int
) -> None:
    def inside(minute: int, times: list[tuple[datetime, datetime]]) -> bool:
        return any(one <= WED + timedelta(minutes=minute) < two for one, two in times)

    left = list(without(work, busy))
    for minute in range(301):
        assert inside(minute, left) == (inside(minute, work) and not inside(minute, busy))
    found = list(starts_in(iter(left), timedelta(minutes=lasts)))
    assert found == sorted(set(found))
    for start in found:
        first = int((start - WED).total_seconds()) // 60
        assert all(inside(minute, left) for minute in range(first, first + lasts))
    for minute in range(0, 301 - lasts, 15):
        fits = all(inside(each, left) for each in range(minute, minute + lasts))
        assert (WED + timedelta(minutes=minute) in found) == fits
