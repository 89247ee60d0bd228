"""When somebody works: read as typed, and right where the clocks are moved."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storno.core.refusals import Invalid
from storno.diary.hours.plan import (
    DAY,
    OFFICE_WEEK,
    Plan,
    Span,
    Spans,
    read_spans,
    read_week,
    say_spans,
    write_spans,
)
from tests.properties.depth import proof

OSLO = ZoneInfo("Europe/Oslo")


def plan(text: str, zone: ZoneInfo = OSLO) -> Plan:
    """Somebody who works the same each day."""
    return Plan(zone, ((date.min, (read_spans(text, "hours"),) * 7),), {}, {})


def lasting(text: str, day: date, zone: ZoneInfo = OSLO) -> list[tuple[str, str]]:
    """When there is work on a day, in UTC."""
    since = datetime.combine(day, time(), zone).astimezone(UTC)
    until = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    found = plan(text, zone).open_times(since, until)
    return [(f"{begins:%H:%M}", f"{ends:%H:%M}") for begins, ends in found]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("9-12", "09:00-12:00"),
        ("13.00 – 16.30; 9:00-12", "09:00-12:00,13:00-16:30"),
        ("9-12, 12-14", "09:00-14:00"),
        ("0-24", "00:00-24:00"),
    ],
)
def test_hours_are_read_as_people_write_them(typed: str, kept: str) -> None:
    assert write_spans(read_spans(typed, "monday")) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("all day", "not_understood"),
        ("9", "not_understood"),
        ("9:60-12", "not_understood"),
        ("9-25", "not_understood"),
        ("-1-9", "not_understood"),
        ("12-9", "ends_first"),
        ("9-9", "ends_first"),
        ("9-12, 11-13", "overlaps"),
        (",".join(f"{hour}-{hour + 1}" for hour in range(0, 14, 2)), "too_many"),
        ("9" * 10_000, "too_many"),
        ("\x00", "not_understood"),
    ],
)
def test_what_are_no_hours_is_refused_in_words(typed: str, code: str) -> None:
    with pytest.raises(Invalid) as wrong:
        read_spans(typed, "monday")
    assert [(error.field, error.code) for error in wrong.value.errors] == [("monday", code)]


def test_every_wrong_day_of_a_week_is_named() -> None:
    with pytest.raises(Invalid) as wrong:
        read_week({"monday": "9-12", "tuesday": "x", "sunday": "12-9"})
    assert [error.field for error in wrong.value.errors] == ["tuesday", "sunday"]
    assert read_week({})[0] == ()


def test_nine_stays_nine_through_summer_time() -> None:
    assert lasting("9-12, 13-16", date(2026, 3, 27)) == [("08:00", "11:00"), ("12:00", "15:00")]
    assert lasting("9-12, 13-16", date(2026, 3, 30)) == [("07:00", "10:00"), ("11:00", "14:00")]


@pytest.mark.parametrize(
    ("typed", "day", "found"),
    [
        ("0-24", date(2026, 3, 29), [("23:00", "22:00")]),  # 23 hours
        ("0-24", date(2026, 10, 25), [("22:00", "23:00")]),  # 25 hours
        ("1-2:30", date(2026, 3, 29), [("00:00", "01:00")]),
        ("2:15-2:45", date(2026, 3, 29), []),
        ("2:30-4", date(2026, 3, 29), [("01:00", "02:00")]),
        ("1-2, 3-4", date(2026, 3, 29), [("00:00", "02:00")]),  # 2 is 3
        ("1-2", date(2026, 10, 25), [("23:00", "00:00")]),
        ("2-3", date(2026, 10, 25), [("00:00", "02:00")]),
        ("2:30-4", date(2026, 10, 25), [("00:30", "03:00")]),
    ],
)
def test_the_nights_in_which_the_clocks_are_moved(
    typed: str, day: date, found: list[tuple[str, str]]
) -> None:
    assert lasting(typed, day) == found


def test_where_midnight_is_left_out() -> None:
    beirut = ZoneInfo("Asia/Beirut")
    assert lasting("0-2", date(2026, 3, 29), beirut) == [("22:00", "23:00")]


def test_whoever_has_said_nothing_is_offered_office_hours() -> None:
    unsaid = Plan(OSLO, (), {}, {})
    hours = unsaid.on(date(2026, 6, 19))
    assert (say_spans(hours.spans, "en"), hours.said) == ("08:00–16:00", False)
    assert say_spans((Span(8 * 60, 12 * 60), Span(22 * 60 + 30, DAY)), "fi") == (
        "8.00–12.00, 22.30–24.00"
    )
    assert unsaid.on(date(2026, 6, 20)).spans == OFFICE_WEEK[5] == ()


@st.composite
def hours(draw: st.DrawFn) -> Spans:
    """Up to three spans, in order, none touching."""
    marks = sorted(draw(st.sets(st.integers(0, DAY // 5), min_size=2, max_size=6)))
    return tuple(
        Span(begins * 5, ends * 5) for begins, ends in zip(marks[::2], marks[1::2], strict=False)
    )


ZONES = st.sampled_from(
    ["Europe/Oslo", "Europe/Helsinki", "Asia/Beirut", "Australia/Lord_Howe", "UTC"]
)


@proof(60, 5000)
@given(
    spans=hours(),
    zone=ZONES.map(ZoneInfo),
    since=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 28)),
    moved=st.booleans(),
    lasts=st.integers(1, 72 * 12),
)
def test_somebody_works_when_the_clocks_say_so(
    spans: Spans, zone: ZoneInfo, since: datetime, moved: bool, lasts: int
) -> None:
    if moved:  # around the nights that matter
        since = since.replace(month=3 if since.month < 7 else 10, day=24 + since.day % 4)
    begin = since.replace(second=0, microsecond=0, minute=0, tzinfo=UTC)
    until = begin + timedelta(minutes=5 * lasts)
    same = Plan(zone, ((date.min, (spans,) * 7),), {}, {})
    found = list(same.open_times(begin, until))
    assert all(begin <= one < other <= until for one, other in found)
    assert all(before[1] < after[0] for before, after in pairwise(found))
    for step in range(lasts):
        moment = begin + timedelta(minutes=5 * step)
        local = moment.astimezone(zone)
        if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
            continue  # shown twice: between the first and the last of it there is work
        clock = local.hour * 60 + local.minute
        said = any(span.begins <= clock < span.ends for span in spans)
        assert any(one <= moment < other for one, other in found) == said, moment
