"""Times of a diary: typed and read as the clocks of the organization show them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from storno.diary.hours.plan import Spans, say_spans
from storno.printing.labels import format_time
from storno.web.say import reader_language, say_day, say_short

_DAY = timedelta(days=1)


class NoSuchTime(ValueError):
    """The clocks go past this time: in the night in which they go forward it is left out."""


def moment_of(day: date, clock: time, time_zone: str) -> datetime:
    """The moment at which the clocks show this; of two, in autumn, the first. Raises NoSuchTime."""
    zone = ZoneInfo(time_zone)
    moment = datetime.combine(day, clock, zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != datetime.combine(day, clock):
        raise NoSuchTime
    return moment


def midnight(day: date, time_zone: str) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(), ZoneInfo(time_zone)).astimezone(UTC)


def day_and_clock(at: datetime, time_zone: str) -> tuple[date, time]:
    """What calendar and clock show at a moment, to the minute."""
    local = at.astimezone(ZoneInfo(time_zone))
    return local.date(), local.time().replace(second=0, microsecond=0)


def say_span(starts_at: datetime, ends_at: datetime, time_zone: str) -> str:
    """From when to when: 10:00–11:00; with the day where it ends on another one."""
    zone = ZoneInfo(time_zone)
    first, last = starts_at.astimezone(zone).date(), ends_at.astimezone(zone).date()
    end = _clock(ends_at, zone)
    if last != first:
        end = _("%(day)s at %(time)s") % {"day": say_short(last, first), "time": end}
        return f"{_clock(starts_at, zone)} – {end}"
    return f"{_clock(starts_at, zone)}–{end}"


def say_when(starts_at: datetime, ends_at: datetime, now: datetime, time_zone: str) -> str:
    """The day in full, and from when to when."""
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    return _("%(day)s, %(time)s") % {
        "day": say_day(starts_at.astimezone(zone).date(), today).full,
        "time": say_span(starts_at, ends_at, time_zone),
    }


def _clock(at: datetime, zone: ZoneInfo) -> str:
    """The time of day; with the name of its time where the clocks show it twice."""
    shown = format_time(at, zone, reader_language())
    local = at.astimezone(zone)
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return shown
    return f"{shown} {local.tzname()}"


def say_hours(spans: Spans) -> str:
    """Hours of work: 09:00–12:00, 13:00–16:00; empty for none."""
    return say_spans(spans, reader_language())


def clock_change(day: date, time_zone: str) -> str:
    """That the clocks are changed on a day, in a sentence; empty on all others."""
    lasts = midnight(day + _DAY, time_zone) - midnight(day, time_zone)
    if lasts < _DAY:
        return _("The clocks go forward on this day.")
    if lasts > _DAY:
        return _("The clocks go back on this day.")
    return ""
