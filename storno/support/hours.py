"""When customer service answers: weekdays from 8 to 16 in Helsinki, not on Finnish holidays."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

ZONE = ZoneInfo("Europe/Helsinki")
OPENS, CLOSES = time(8), time(16)
_SATURDAY = 5


def is_open(at: datetime) -> bool:
    """Whether somebody answers now."""
    local = at.astimezone(ZONE)
    return _is_working_day(local.date()) and OPENS <= local.time() < CLOSES


def answers_from(at: datetime) -> datetime:
    """From when on somebody answers: now, or when customer service opens next."""
    if is_open(at):
        return at
    local = at.astimezone(ZONE)
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    while not _is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, OPENS, ZONE)


def _is_working_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in _holidays(day.year)


@lru_cache(maxsize=8)
def _holidays(year: int) -> Collection[date]:
    return holidays.country_holidays("FI", years=year)
