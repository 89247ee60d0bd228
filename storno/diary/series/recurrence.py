"""When a series recurs (RFC 5545 §3.3.10): days by a rule, and a time of day in a zone.

What recurs is local time, so ten o'clock stays ten o'clock through summer time. Of the parts of a
rule those are taken that a diary needs, and a rule has an end: it is written out when it is booked.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Invalid, Words, invalid
from storno.core.zones import is_zone

MOST = 200
"""So many times a series has at most."""

LONGEST = timedelta(days=731)
"""Two years: from the first day of a series to its last."""

LONGEST_RULE = 200

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

_PART = re.compile(r"([A-Z]+)=([A-Z0-9,+-]+)")
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
_WEEKDAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_MONTH_DAY = re.compile(r"[+-]?([1-9]|[12][0-9]|3[01])")
_DAY = re.compile(r"[0-9]{8}")
_MOMENT = re.compile(r"[0-9]{8}T[0-9]{6}Z")


class Frequency(StrEnum):
    """How long a rule's step is (FREQ)."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


_KNOWN = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL"}

Weekday = tuple[int, int]
"""Which of the month, counted from its end below zero, each for 0; and the weekday from Monday."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that ends: by `count`, or with the day `until`, one of them."""

    frequency: Frequency
    interval: int = 1
    weekdays: tuple[Weekday, ...] = ()
    month_days: tuple[int, ...] = ()
    count: int | None = None
    until: date | None = None

    def __str__(self) -> str:
        """The rule as RFC 5545 writes it, in one spelling."""
        parts = {
            "FREQ": self.frequency.value,
            "INTERVAL": str(self.interval) if self.interval > 1 else "",
            "BYDAY": ",".join(f"{which or ''}{WEEKDAYS[day]}" for which, day in self.weekdays),
            "BYMONTHDAY": ",".join(map(str, self.month_days)),
            "COUNT": str(self.count or ""),
            "UNTIL": f"{self.until:%Y%m%d}" if self.until else "",
        }
        return ";".join(f"{name}={value}" for name, value in parts.items() if value)

    def days(self, first: date) -> tuple[date, ...]:
        """The days of a series that begins on its first one."""
        return tuple(islice(self._days(first), self.count))

    def _days(self, first: date) -> Iterator[date]:
        """Without an end by count; a day that a month lacks is left out (RFC 5545 §3.3.10)."""
        every = (first + timedelta(days=each) for each in range(LONGEST.days + 1))
        found = (day for day in every if self._has(day, first))
        return takewhile(lambda day: self.until is None or day <= self.until, found)

    def _has(self, day: date, first: date) -> bool:
        match self.frequency:
            case Frequency.DAILY:
                return self._in_step((day - first).days) and self._is_named(day)
            case Frequency.WEEKLY:
                weeks = (_monday(day) - _monday(first)).days // 7
                usual = self.weekdays or ((0, first.weekday()),)
                return self._in_step(weeks) and (0, day.weekday()) in usual
            case Frequency.MONTHLY:
                months = (day.year - first.year) * 12 + day.month - first.month
                named = bool(self.weekdays or self.month_days) or day.day == first.day
                return self._in_step(months) and named and self._is_named(day)

    def _in_step(self, steps: int) -> bool:
        return steps % self.interval == 0

    def _is_named(self, day: date) -> bool:
        """Whether BYDAY and BYMONTHDAY have the day, as far as they are there."""
        length = (_next_month(day) - day.replace(day=1)).days
        from_end = day.day - length - 1
        nth, nth_from_end = (day.day + 6) // 7, -((-from_end + 6) // 7)
        return (
            not self.weekdays
            or any((which, day.weekday()) in self.weekdays for which in (0, nth, nth_from_end))
        ) and (not self.month_days or not {day.day, from_end}.isdisjoint(self.month_days))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def moment_of(day: date, begins: time, zone: str) -> datetime:
    """The moment of a local time.

    One that the clocks leave out is told by the offset before, one that they show twice is the
    first of the two (RFC 5545 §3.3.5), or with `fold` the second.
    """
    local = datetime.combine(day, begins.replace(fold=0), ZoneInfo(zone))
    again = local.replace(fold=1)
    was, then = local.utcoffset(), again.utcoffset()
    assert was is not None, "a zone has an offset"
    assert then is not None, "a zone has an offset"
    return (again if begins.fold and then < was else local).astimezone(UTC)


def checked_zone(zone: str) -> str:
    """The name of a time zone that there is. Raises Invalid."""
    if is_zone(zone):
        return zone
    raise invalid("time_zone", "unknown_zone", _("Name a time zone, like Europe/Oslo."))


def checked_rule(text: str, *, first_on: date, begins: time, zone: str) -> Rule:
    """A rule as somebody wrote it, for a series that begins at this local time.

    An UNTIL in UTC becomes the last local day. Raises Invalid.
    """
    rule = _read(text, begins=begins, zone=zone)
    if rule.count is None and rule.until is None:
        raise _wrong("endless", _("Say when it ends: with COUNT or UNTIL."))
    if rule.until is not None and rule.until < first_on:
        raise _wrong("ends_before_it_begins", _("The series ends before it begins."))
    days = replace(rule, count=None).days(first_on) if rule.count else rule.days(first_on)
    if days[:1] != (first_on,):
        words = _("The first time is none of the rule's. Begin on a day that the rule has.")
        raise invalid("starts_at", "not_in_rule", words)
    if max(rule.count or 0, len(rule.days(first_on))) > MOST:
        raise _wrong("too_many", _("A series has at most %(most)d times.") % {"most": MOST})
    if len(days) < (rule.count or 0) or (rule.until or first_on) > first_on + LONGEST:
        raise _wrong("too_long", _("A series lasts two years at most."))
    return rule


def _read(text: str, *, begins: time, zone: str) -> Rule:
    parts = _parts(text)
    frequency = parts["FREQ"]
    if frequency not in list(Frequency):
        words = _("A series recurs by days, weeks or months: DAILY, WEEKLY or MONTHLY.")
        raise _wrong("unknown_frequency", words)
    if "COUNT" in parts and "UNTIL" in parts:
        raise _wrong("two_ends", _("Say with COUNT or with UNTIL when it ends, not with both."))
    rule = Rule(
        Frequency(frequency),
        interval=_number(parts.get("INTERVAL", "1")),
        weekdays=tuple(sorted(set(_weekdays(parts)))),
        month_days=tuple(sorted(set(_month_days(parts)))),
        count=_number(parts["COUNT"]) if "COUNT" in parts else None,
        until=_until(parts["UNTIL"], begins=begins, zone=zone) if "UNTIL" in parts else None,
    )
    if rule.frequency is not Frequency.MONTHLY and any(which for which, _day in rule.weekdays):
        words = _("Weekdays are counted only in a month, like 1MO with FREQ=MONTHLY.")
        raise _wrong("counted_weekday", words)
    if rule.frequency is Frequency.WEEKLY and rule.month_days:
        raise _wrong("day_of_month_in_week", _("A week has no days of the month."))
    return rule


def _parts(text: str) -> Mapping[str, str]:
    """The parts of a rule by their names. Raises Invalid."""
    found: dict[str, str] = {}
    for part in text[: LONGEST_RULE + 1].upper().split(";"):
        matched = _PART.fullmatch(part)
        if matched is None or matched[1] in found or len(text) > LONGEST_RULE:
            raise _not_understood()
        found[matched[1]] = matched[2]
    if found.keys() - _KNOWN:
        words = _("A rule says FREQ, INTERVAL, BYDAY, BYMONTHDAY, and COUNT or UNTIL; no more.")
        raise _wrong("unknown_part", words)
    if "FREQ" not in found:
        raise _not_understood()
    return found


def _number(text: str) -> int:
    if _NUMBER.fullmatch(text) is None:
        raise _not_understood()
    return int(text)


def _weekdays(parts: Mapping[str, str]) -> Iterator[Weekday]:
    for text in parts["BYDAY"].split(",") if "BYDAY" in parts else ():
        found = _WEEKDAY.fullmatch(text)
        if found is None:
            raise _not_understood()
        yield int(found[1] or 0), WEEKDAYS.index(found[2])


def _month_days(parts: Mapping[str, str]) -> Iterator[int]:
    for text in parts["BYMONTHDAY"].split(",") if "BYMONTHDAY" in parts else ():
        if _MONTH_DAY.fullmatch(text) is None:
            raise _not_understood()
        yield int(text)


def _until(text: str, *, begins: time, zone: str) -> date:
    """The last local day that an end lets in."""
    try:
        if _DAY.fullmatch(text):
            return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 -- a day, no moment
        if _MOMENT.fullmatch(text):
            end = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            day = end.astimezone(ZoneInfo(zone)).date()
            return day if moment_of(day, begins, zone) <= end else day - timedelta(days=1)
    except (ValueError, OverflowError):
        pass
    raise _wrong("not_a_day", _("Write UNTIL like 20261231, or as a moment: 20261231T230000Z."))


def _wrong(code: str, words: Words) -> Invalid:
    return invalid("rule", code, words)


def _not_understood() -> Invalid:
    words = _("Write the rule as RFC 5545 does, like FREQ=WEEKLY;COUNT=10.")
    return _wrong("not_understood", words)
