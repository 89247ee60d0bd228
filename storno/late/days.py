"""Business days: from when somebody who has not paid may be reminded. Pure; nothing is fetched."""

from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache

import holidays

FIRST_REMINDER = 3
"""Business days that money has to arrive before anybody is reminded: a transfer takes one or two,
and over a weekend none comes."""

_SATURDAY = 5


def business_day_after(day: date, count: int, country: str) -> date:
    """The day so many business days of a country (ISO 3166) after another one."""
    while count:
        day += timedelta(days=1)
        if day.weekday() < _SATURDAY and day not in _holidays(country, day.year):
            count -= 1
    return day


def reminded_from(due_on: date, country: str) -> date:
    """The first day on which an invoice that was due may be reminded of."""
    return business_day_after(due_on, FIRST_REMINDER, country)


@lru_cache(maxsize=32)
def _holidays(country: str, year: int) -> Collection[date]:
    return frozenset(holidays.country_holidays(country, years=year))
