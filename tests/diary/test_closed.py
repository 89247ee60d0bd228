"""Hours, holidays and closed days: read as open times, warned of, and asked about in a series."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from storno.administration.change_settings import SettingsChanges, change_settings
from storno.core.refusals import Absent, Invalid, NotAllowed
from storno.diary.hours.closed import close_days, closed_days_of, open_again
from storno.diary.hours.keep import (
    DaysAreSaid,
    drop_other_hours,
    drop_week,
    keep_other_hours,
    keep_week,
    other_hours_of,
    weeks_of,
)
from storno.diary.hours.opening import open_times
from storno.diary.hours.plan import read_spans, read_week
from storno.diary.hours.warn import warnings_of
from storno.diary.models import Booking
from storno.diary.series.book import Skip
from storno.organizations.queries import settings_of
from storno.organizations.scope import scope
from tests.diary.practice import HOUR, Practice, practice
from tests.diary.recurring import days, recur
from tests.observe import everything, history, refused

CHRISTMAS = date(2026, 12, 25)
WED = datetime(2026, 6, 17, 8, 0, tzinfo=UTC)
"""Ten o'clock in Oslo."""
OFFICE = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday"), "9-12, 13-16")


@pytest.fixture
def paula() -> Practice:
    return practice()


def said(paula: Practice, *bookings: Booking) -> list[tuple[str, str]]:
    """What there is to warn of."""
    with scope(paula.id):
        found = warnings_of(bookings, settings=settings_of(paula.id))
    return [(error.code, str(error.message)) for each in bookings for error in found[each.id]]


def open_on(paula: Practice, day: date) -> list[str]:
    """When Paula works on a day, in UTC."""
    since = datetime(day.year, day.month, day.day, tzinfo=UTC) - 2 * HOUR
    with scope(paula.id):
        person = paula.paula.person_id
        found = open_times([person], since, since + 24 * HOUR, settings=settings_of(paula.id))
    return [f"{begins:%H:%M}-{ends:%H:%M}" for begins, ends in found[person]]


def test_a_change_next_month_leaves_the_past_as_it_was(paula: Practice, at: datetime) -> None:
    who, id_ = paula.who(), paula.paula.id
    keep_week(id_, date(2026, 1, 1), read_week(OFFICE), who=who, at=at)
    keep_week(id_, date(2026, 7, 1), read_week({"wednesday": "8-20"}), who=who, at=at)
    assert open_on(paula, date(2026, 6, 24)) == ["07:00-10:00", "11:00-14:00"]
    assert open_on(paula, date(2026, 7, 1)) == ["06:00-18:00"]
    assert open_on(paula, date(2026, 7, 2)) == []
    again = keep_week(id_, date(2026, 7, 1), read_week({"wednesday": "8-9"}), who=who, at=at)
    assert open_on(paula, date(2026, 7, 8)) == ["06:00-07:00"]
    drop_week(id_, again.id, who=who, at=at)
    assert open_on(paula, date(2026, 7, 8)) == ["07:00-10:00", "11:00-14:00"]
    with scope(paula.id):
        kept = weeks_of(paula.paula.person_id, organization_id=paula.id)
    assert [each.first_on for each in kept] == [date(2026, 1, 1)]
    assert history(paula.world, paula.paula.person_id)[-4:] == [
        "hours.week_kept",
        "hours.week_kept",
        "hours.week_kept",
        "hours.week_dropped",
    ]
    with pytest.raises(Absent):
        drop_week(id_, again.id, who=who, at=at)


def test_single_days_are_otherwise_holidays_too(paula: Practice, at: datetime) -> None:
    who, id_ = paula.who(), paula.paula.id
    away = keep_other_hours(id_, date(2026, 6, 15), date(2026, 6, 19), (), who=who, at=at)
    assert open_on(paula, date(2026, 6, 17)) == []
    assert open_on(paula, CHRISTMAS) == []
    keep_other_hours(id_, CHRISTMAS, CHRISTMAS, read_spans("10-12", "hours"), who=who, at=at)
    assert open_on(paula, CHRISTMAS) == ["09:00-11:00"]
    before = everything(paula.world)
    with pytest.raises(DaysAreSaid):
        keep_other_hours(id_, date(2026, 6, 19), date(2026, 6, 22), (), who=who, at=at)
    assert everything(paula.world) == before
    drop_other_hours(id_, away.id, who=who, at=at)
    assert open_on(paula, date(2026, 6, 17)) == ["06:00-14:00"]
    with scope(paula.id):
        kept = other_hours_of(
            paula.paula.person_id, organization_id=paula.id, since=date(2026, 1, 1)
        )
    assert [each.first_on for each in kept] == [CHRISTMAS]


def test_only_administrators_keep_the_hours_of_others(paula: Practice, at: datetime) -> None:
    _, otto = paula.member("otto", "office")
    _, rita = paula.member("rita", "reader")
    week = read_week(OFFICE)
    before = everything(paula.world)
    for who in (otto, rita):
        with pytest.raises(NotAllowed):
            keep_week(paula.paula.id, date(2026, 6, 1), week, who=who, at=at)
        with pytest.raises(NotAllowed):
            close_days("Summer", CHRISTMAS, CHRISTMAS, who=who, at=at)
    with pytest.raises(Absent):
        keep_week(paula.id, date(2026, 6, 1), week, who=paula.who(), at=at)
    assert everything(paula.world) == before
    keep_week(paula.paula.id, date(2026, 6, 1), week, who=paula.world.who(), at=at)
    assert open_on(paula, date(2026, 6, 17)) == ["07:00-10:00", "11:00-14:00"]


@pytest.mark.parametrize(
    ("first_on", "last_on", "code"),
    [
        (date(2026, 6, 2), date(2026, 6, 1), "ends_first"),
        (date(2026, 6, 2), date(2027, 6, 30), "too_long"),
        (date(1, 1, 1), date(1, 1, 1), "out_of_range"),
        (date(9999, 12, 31), date(9999, 12, 31), "out_of_range"),
    ],
)
def test_days_that_cannot_be_are_refused(
    paula: Practice, at: datetime, first_on: date, last_on: date, code: str
) -> None:
    before = everything(paula.world)
    with pytest.raises(Invalid) as wrong:
        close_days("Summer", first_on, last_on, who=paula.world.who(), at=at)
    assert {error.code for error in wrong.value.errors} == {code}
    with pytest.raises(Invalid):
        keep_other_hours(paula.paula.id, first_on, last_on, (), who=paula.who(), at=at)
    assert everything(paula.world) == before


def test_booking_is_open_at_any_time_and_warned_of(paula: Practice, at: datetime) -> None:
    keep_week(paula.paula.id, date(2026, 1, 1), read_week(OFFICE), who=paula.who(), at=at)
    closed = close_days(
        "Staff day", date(2026, 6, 22), date(2026, 6, 23), who=paula.world.who(), at=at
    )
    away = date(2026, 6, 24)
    keep_other_hours(paula.paula.id, away, away, (), who=paula.who(), at=at)
    found = {
        starts_at: said(paula, paula.book(starts_at, at=at))
        for starts_at in (
            WED,
            WED + 90 * timedelta(minutes=1),
            WED + timedelta(days=2),
            WED + timedelta(days=5),
            WED + timedelta(days=7),
            datetime(2026, 12, 25, 9, tzinfo=UTC),
            datetime(2020, 6, 17, 3, tzinfo=UTC),
        )
    }
    outside = "This is outside the working hours of 17 Jun 2026: 09:00–12:00, 13:00–16:00."
    assert list(found.values()) == [
        [],
        [("outside_hours", outside)],
        [("outside_hours", "19 Jun 2026 is no working day.")],
        [("closed_day", "You are closed on 22 Jun 2026: Staff day.")],
        [("away", "The practitioner is away on 24 Jun 2026.")],
        [("holiday", "25 Dec 2026 is a public holiday: Christmas Day.")],
        [],
    ]
    open_again(closed.id, who=paula.world.who(), at=at)
    with scope(paula.id):
        assert closed_days_of(paula.id, since=date(2026, 1, 1)) == []
    assert history(paula.world, paula.id)[-2:] == [
        "organization.closed_days",
        "organization.closed_days_removed",
    ]


def test_holidays_bear_names_of_the_reader_and_can_be_left(paula: Practice, at: datetime) -> None:
    session = paula.book(datetime(2026, 12, 25, 9, tzinfo=UTC), at=at)
    with translation.override("nb"):
        assert "Første juledag" in said(paula, session)[0][1]
    with translation.override("fi"):
        assert "Første juledag" in said(paula, session)[0][1]
    changes = SettingsChanges(closed_on_holidays=False)
    change_settings(changes, who=paula.world.who(), at=at)
    assert said(paula, session) == []


def test_a_series_asks_about_closed_days(paula: Practice, at: datetime) -> None:
    fridays = datetime(2026, 12, 18, 9, tzinfo=UTC)
    rule = "FREQ=WEEKLY;COUNT=4"
    paula.block(fridays, at=at)
    with refused(paula.world, "day_is_closed", "day_is_closed"):
        recur(paula, fridays, rule, at=at, skip=frozenset({Skip.TAKEN}))
    with refused(paula.world, "time_is_taken"):
        recur(paula, fridays, rule, at=at, skip=frozenset({Skip.CLOSED}))
    with refused(paula.world, "time_is_taken", "day_is_closed", "day_is_closed"):
        recur(paula, fridays, rule, at=at)
    left = recur(paula, fridays, rule, at=at, skip=frozenset(Skip))
    assert left.left_out == (date(2026, 12, 18), CHRISTMAS, date(2027, 1, 1))
    assert days(left.sessions) == [date(2027, 1, 8)]
    later = fridays + 2 * HOUR
    all_ = recur(paula, later, rule, at=at, book_closed=True)
    assert len(all_.sessions) == 4
    assert [code for code, _ in said(paula, *all_.sessions)] == ["holiday", "holiday"]
    lonely = datetime(2026, 12, 25, 20, tzinfo=UTC)
    with refused(paula.world, "day_is_closed"):
        recur(paula, lonely, "FREQ=DAILY;COUNT=1", at=at, skip=frozenset(Skip))


def test_twenty_diaries_of_six_weeks_cost_one_statement(paula: Practice, at: datetime) -> None:
    people = [paula.member(f"p{number}") for number in range(20)]
    for member, who in people:
        keep_week(member.id, date(2026, 1, 1), read_week(OFFICE), who=who, at=at)
        keep_other_hours(member.id, date(2026, 6, 22), date(2026, 6, 26), (), who=who, at=at)
    ids = [member.person_id for member, _who in people]
    with scope(paula.id):
        settings = settings_of(paula.id)
        with CaptureQueriesContext(connection) as captured:
            found = open_times(ids, WED, WED + timedelta(weeks=6), settings=settings)
    assert len(captured) == 1
    assert {len(found[id_]) for id_ in ids} == {2 + 2 + 4 * 8 + 2 + 2 + 1}
