"""When a practitioner works: spans of local days, read out as moments. Pure.

Hours are said in local time, so nine o'clock stays nine o'clock through summer time, and a day may
have 23 or 25 hours. A time that the clocks leave out is the moment at which they are moved; of one
that they show twice, hours begin with the first and end with the last.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import FieldError, Invalid, Words, invalid
from storno.printing.labels import Language, format_clock

DAY = 24 * 60
"""Minutes that the clocks show in a day, however long it lasts."""

MOST_SPANS = 6
"""So many spans of work a day has at most."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_SPAN = re.compile(
    r"([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*[-\u2010-\u2014]\s*([0-9]{1,2})(?:[:.]([0-9]{2}))?"
)
_MINUTE = timedelta(minutes=1)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From a minute of the local day up to, not including, another; 24:00 is its end."""

    begins: int
    ends: int

    def __str__(self) -> str:
        """The span as it is kept and as the API writes it: 09:00-12:00."""
        return f"{_clock(self.begins)}-{_clock(self.ends)}"


Spans = tuple[Span, ...]
"""The work of one day, in order, none touching another."""

Week = tuple[Spans, ...]
"""The work of seven days, from Monday on."""


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def say_spans(spans: Spans, language: Language) -> str:
    """Spans for people: 09:00–12:00, 13:00–16:00; in Finnish 9.00–12.00, 13.00–16.00."""
    times = ((format_clock(each, language) for each in (span.begins, span.ends)) for span in spans)
    return ", ".join("–".join(both) for both in times)


def read_spans(text: str, field: str) -> Spans:
    """The spans of a day as somebody typed them: 9–12, 13:00–16:30; none in none. Raises Invalid.

    Those that touch become one.
    """
    found: list[Span] = []
    parts = [part.strip() for part in re.split("[,;]", text[:200]) if part.strip()]
    if len(parts) > MOST_SPANS or len(text) > 200:
        words = _("At most %(most)d spans of time a day.") % {"most": MOST_SPANS}
        raise invalid(field, "too_many", words)
    for span in sorted(_read_span(part, field) for part in parts):
        if found and span.begins < found[-1].ends:
            raise invalid(field, "overlaps", _("These times overlap."))
        touches = bool(found) and span.begins == found[-1].ends
        found.append(Span(found.pop().begins, span.ends) if touches else span)
    return tuple(found)


def _read_span(text: str, field: str) -> Span:
    matched = _SPAN.fullmatch(text)
    if matched is not None:
        hour, minute, until_hour, until_minute = (int(part or 0) for part in matched.groups())
        span = Span(hour * 60 + minute, until_hour * 60 + until_minute)
        if max(minute, until_minute) < 60 and span.begins < span.ends <= DAY:
            return span
        if max(minute, until_minute) < 60 and span.ends <= span.begins < DAY:
            raise invalid(field, "ends_first", _("The end comes before the beginning."))
    raise invalid(field, "not_understood", _("Write hours like 9:00–12:00, 13:00–16:00."))


def write_spans(spans: Spans) -> str:
    """Spans as they are kept."""
    return ",".join(map(str, spans))


def kept_spans(text: str) -> Spans:
    """Spans as they were kept."""
    return read_spans(text, "hours")


def write_week(week: Week) -> str:
    """A week as it is kept."""
    return ";".join(map(write_spans, week))


def kept_week(text: str) -> Week:
    """A week as it was kept."""
    return tuple(map(kept_spans, text.split(";")))


def read_week(typed: Mapping[str, str]) -> Week:
    """A week as it was typed, day by day under its name. Raises Invalid with every wrong day."""
    errors: list[FieldError] = []
    week: list[Spans] = []
    for name in WEEKDAYS:
        try:
            week.append(read_spans(typed.get(name, ""), name))
        except Invalid as wrong:
            errors += wrong.errors
    if errors:
        raise Invalid(errors)
    return tuple(week)


_OFFICE: Spans = (Span(8 * 60, 16 * 60),)
OFFICE_WEEK: Week = (*[_OFFICE] * 5, (), ())
"""Of whoever has said nothing: Monday to Friday, 8 to 16. It is offered, and never warned about."""


class Why(StrEnum):
    """Why nobody is there on a day."""

    HOLIDAY = "holiday"
    CLOSED_DAY = "closed_day"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Shut:
    """That a day is none of work, and why; `name` is the holiday's or the closed day's."""

    why: Why
    name: str

    def __str__(self) -> str:
        """The day in a few words, for people."""
        return str(self.words)

    @property
    def words(self) -> Words:
        """The same, while the reader's language is not known."""
        if self.why is Why.AWAY:
            return _("Away")
        return _("Closed: %(name)s") % {"name": self.name}


@dataclass(frozen=True, slots=True)
class Hours:
    """The work of one day. Where nobody has `said` it, the spans are only what is usual."""

    spans: Spans
    said: bool = True
    shut: Shut | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides when one practitioner works on some days.

    `weeks` by the day from which each holds; `other` are the spans of single days, none for a day
    away; `closed` are days on which nobody works, by name. What a practitioner says of a single day
    goes before all else: somebody may work on a holiday.
    """

    zone: ZoneInfo
    weeks: tuple[tuple[date, Week], ...]
    other: Mapping[date, Spans]
    closed: Mapping[date, Shut]

    def on(self, day: date) -> Hours:
        """The work of a day."""
        said = [week for since, week in self.weeks if since <= day]
        if day in self.other:
            spans = self.other[day]
            return Hours(spans, shut=None if spans else Shut(Why.AWAY, ""))
        if day in self.closed:
            return Hours((), shut=self.closed[day])
        if not said:
            return Hours(OFFICE_WEEK[day.weekday()], said=False)
        return Hours(said[-1][day.weekday()])

    def open_times(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """When work is done from a moment up to another: in UTC, in order, none touching."""
        last: tuple[datetime, datetime] | None = None
        for day in days_between(since, until, self.zone):
            for span in self.on(day).spans:
                begins, ends = span_on(day, span, self.zone)
                begins, ends = max(begins, since), min(ends, until)
                if begins >= ends:
                    continue
                if last is not None and begins <= last[1]:
                    last = last[0], max(ends, last[1])
                    continue
                if last is not None:
                    yield last
                last = begins, ends
        if last is not None:
            yield last


def days_between(since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[date]:
    """The local days that have some of the time from a moment up to another."""
    day, last = since.astimezone(zone).date(), (until - timedelta.resolution).astimezone(zone)
    while day <= last.date():
        yield day
        day += _ONE_DAY


def span_on(day: date, span: Span, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A span of a local day in UTC; in the night in which it is left out it is empty."""
    begins = _moment(day, span.begins, zone, last=False)
    final = _moment(day, span.ends - 1, zone, last=True)
    is_there = _is_shown(day, span.ends - 1, zone)
    return begins, final + _MINUTE if is_there else final


def _local(day: date, minute: int, zone: ZoneInfo, fold: int) -> datetime:
    shown = datetime.combine(day, time()) + minute * _MINUTE
    return shown.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _is_shown(day: date, minute: int, zone: ZoneInfo) -> bool:
    return _local(day, minute, zone, 0) <= _local(day, minute, zone, 1)


def _moment(day: date, minute: int, zone: ZoneInfo, *, last: bool) -> datetime:
    """The first or last moment at which the clocks show a minute, or at which they skip it."""
    first, second = (_local(day, minute, zone, fold) for fold in (0, 1))
    if first <= second:
        return second if last else first
    before, after = second, first  # left out: the clocks are moved somewhere between these
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
