"""Any rule in any zone: the days that RFC 5545 says, and the same local time on each of them.

The oracle steps through days, weeks or months and writes each one out from a calendar; the code
under test asks of each day whether the rule has it.
"""

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrule, weekday
from hypothesis import assume, given
from hypothesis import strategies as st

from storno.core.refusals import Invalid
from storno.diary.series.recurrence import (
    LONGEST,
    MOST,
    Frequency,
    Rule,
    checked_rule,
    moment_of,
)
from storno.diary.series.split import counted
from tests.properties.depth import proof

ZONES = [
    "Europe/Oslo",
    "Europe/Helsinki",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "UTC",
]

DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
TIMES = st.times().map(lambda drawn: drawn.replace(second=0, microsecond=0))
WEEKDAYS = st.integers(0, 6)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Rules as people write them; some have no day at all."""
    frequency = draw(st.sampled_from(list(Frequency)))
    which = st.integers(-5, 5) if frequency is Frequency.MONTHLY else st.just(0)
    weekdays = draw(st.sets(st.tuples(which, WEEKDAYS), max_size=3))
    month_days = st.sets(st.integers(1, 31) | st.integers(-31, -1), max_size=3)
    of_week = frequency is Frequency.WEEKLY
    return Rule(
        frequency,
        interval=draw(st.integers(1, 4)),
        weekdays=tuple(sorted(weekdays)),
        month_days=() if of_week else tuple(sorted(draw(month_days))),
        count=draw(st.integers(1, 60)),
    )


def steps(rule: Rule, first: date) -> Iterator[list[date]]:
    """The days of each step, in the order of time."""
    for step in range(0, 1000, rule.interval):
        match rule.frequency:
            case Frequency.DAILY:
                yield [first + timedelta(days=step)]
            case Frequency.WEEKLY:
                monday = first - timedelta(days=first.weekday()) + timedelta(weeks=step)
                yield [monday + timedelta(days=each) for each in range(7)]
            case Frequency.MONTHLY:
                year, month = divmod(first.year * 12 + first.month - 1 + step, 12)
                _starts, length = calendar.monthrange(year, month + 1)
                yield [date(year, month + 1, each + 1) for each in range(length)]


def kept(rule: Rule, first: date, days: list[date]) -> list[date]:
    """What of a step the rule names."""
    chosen = days
    if rule.month_days:
        numbered = {day.day: day for day in days}
        if rule.frequency is Frequency.DAILY:
            length = calendar.monthrange(days[0].year, days[0].month)[1]
        else:
            length = len(days)
        wanted = {each if each > 0 else length + 1 + each for each in rule.month_days}
        chosen = [day for number, day in numbered.items() if number in wanted]
    if rule.weekdays:
        wanted_days = set()
        for which, weekday in rule.weekdays:
            same = [day for day in days if day.weekday() == weekday]
            if which == 0:
                wanted_days.update(same)
            elif len(same) >= abs(which):
                wanted_days.add(same[which - 1 if which > 0 else which])
        chosen = [day for day in chosen if day in wanted_days]
    if not rule.weekdays and not rule.month_days:
        match rule.frequency:
            case Frequency.WEEKLY:
                chosen = [day for day in days if day.weekday() == first.weekday()]
            case Frequency.MONTHLY:
                chosen = [day for day in days if day.day == first.day]
    return chosen


def by_the_book(rule: Rule, first: date) -> list[date]:
    """All days of a rule that has no end, within two years."""
    last = first + LONGEST
    within = takewhile(lambda step: step[0] <= last, steps(rule, first))
    return [day for step in within for day in kept(rule, first, step) if first <= day <= last]


def begun(rule: Rule, first: date) -> date:
    """A day on which the rule can begin: its first one from a day on."""
    found = by_the_book(rule, first)
    assume(found)
    begins = found[0]
    assume(by_the_book(rule, begins)[:1] == [begins])
    return begins


@given(rules(), DAYS)
@proof(150, 20_000)
def test_a_rule_has_the_days_of_the_book(rule: Rule, day: date) -> None:
    first = begun(rule, day)
    expected = by_the_book(rule, first)
    assert list(counted(rule, 10_000).days(first)) == expected
    assert list(rule.days(first)) == expected[: rule.count]


@given(rules(), DAYS, TIMES, st.sampled_from(ZONES))
@proof(150, 20_000)
def test_written_and_read_it_is_the_same_rule(rule: Rule, day: date, at: time, zone: str) -> None:
    first = begun(rule, day)
    if len(by_the_book(rule, first)) < (rule.count or 0):
        with pytest.raises(Invalid, match="two years"):
            checked_rule(str(rule), first_on=first, begins=at, zone=zone)
        return
    read = checked_rule(str(rule), first_on=first, begins=at, zone=zone)
    assert read == rule
    assert read.days(first) == rule.days(first)
    assert len(read.days(first)) == rule.count


@given(rules(), DAYS, TIMES, st.sampled_from(ZONES))
@proof(150, 20_000)
def test_an_end_in_utc_lets_in_what_begins_until_then(
    rule: Rule, day: date, at: time, zone: str
) -> None:
    first = begun(rule, day)
    days = rule.days(first)
    moments = [moment_of(each, at, zone) for each in days]
    endless = str(rule).replace(f"COUNT={rule.count}", "UNTIL=")
    for end, through in ((moments[-1], len(days)), (moments[-1] - timedelta(seconds=1), -1)):
        if through == -1 and len(days) == 1:
            continue
        read = checked_rule(endless + f"{end:%Y%m%dT%H%M%SZ}", first_on=first, begins=at, zone=zone)
        assert list(read.days(first)) == list(days[:through])


@given(rules(), DAYS, TIMES, st.sampled_from(ZONES))
@proof(150, 20_000)
def test_the_local_time_is_the_same_on_every_day(
    rule: Rule, day: date, at: time, zone: str
) -> None:
    there = ZoneInfo(zone)
    for each in rule.days(begun(rule, day)):
        moment = moment_of(each, at, zone)
        shown = moment.astimezone(there)
        if exists(each, at, there):
            assert (shown.date(), shown.time()) == (each, at)
            assert shown.fold == (at.fold if is_shown_twice(each, at, there) else 0)
        else:
            before = datetime.combine(each, at.replace(fold=0), there).utcoffset()
            assert moment == datetime.combine(each, at, UTC) - (before or timedelta())
            assert shown.replace(tzinfo=None) > datetime.combine(each, at)


def is_shown_twice(day: date, at: time, zone: ZoneInfo) -> bool:
    """Whether the clocks of a zone show this time two times on this day."""
    local = datetime.combine(day, at, zone)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def exists(day: date, at: time, zone: ZoneInfo) -> bool:
    """Whether the clocks of a zone show this time on this day."""
    local = datetime.combine(day, at, zone)
    return local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None)


@given(rules(), DAYS, st.data())
@proof(150, 20_000)
def test_both_parts_of_a_series_have_the_days_of_the_whole(
    rule: Rule, day: date, data: st.DataObject
) -> None:
    first = begun(rule, day)
    days = rule.days(first)
    place = data.draw(st.integers(0, len(days) - 1), label="split")
    head, tail = counted(rule, place), counted(rule, len(days) - place)
    assert (head.days(first) if place else ()) + tail.days(days[place]) == days


@given(st.text(alphabet="FREQ=DAILYWKMONTHCUBSPXV;,0123456789+-TZ", max_size=60))
@proof(300, 50_000)
def test_any_text_is_a_rule_or_refused(text: str) -> None:
    first = date(2026, 6, 17)
    for asked in (text, f"FREQ=WEEKLY;{text}", f"FREQ=MONTHLY;COUNT=3;{text}"):
        try:
            rule = checked_rule(asked, first_on=first, begins=time(10), zone="Europe/Oslo")
        except Invalid:
            continue
        assert 1 <= len(rule.days(first)) <= MOST


_STEPS: dict[Frequency, Literal[1, 2, 3]] = {
    Frequency.DAILY: 3,
    Frequency.WEEKLY: 2,
    Frequency.MONTHLY: 1,
}
"""The library's own constants, whose types it does not tell: MONTHLY, WEEKLY, DAILY."""


def for_the_library(rule: Rule) -> list[weekday] | None:
    """Of a month, each by its number: "MO,2TU" means to the library what is Monday and Tuesday."""
    each = [0] if rule.frequency is not Frequency.MONTHLY else [1, 2, 3, 4, 5]
    return [
        weekday(day, number or None)
        for which, day in rule.weekdays
        for number in ([which] if which else each)
    ] or None


@given(rules(), DAYS)
@proof(60, 3_000)
def test_the_days_are_those_of_the_library(rule: Rule, day: date) -> None:
    """Not one day more is asked for: where a rule has no further, it looks till year 9999."""
    first = begun(rule, day)
    days = rule.days(first)
    library = rrule(
        _STEPS[rule.frequency],
        dtstart=datetime.combine(first, time()),
        interval=rule.interval,
        byweekday=for_the_library(rule),
        bymonthday=rule.month_days or None,
    )
    assert days == tuple(moment.date() for moment in islice(library, len(days)))
