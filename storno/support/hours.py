"""When customer service answers: on some days of the week, not on holidays (pure)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from storno.organizations.countries import COUNTRIES

WEEKDAYS = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Hours:
    """From when to when somebody answers, on which days of the week, and when not.

    `country` is where customer service is: its clock and its holidays count. Days count as in ISO
    (Monday is 1), and there is at least one; `closes` is later than `opens`.
    """

    days: Collection[int] = WEEKDAYS
    opens: time = time(8)
    closes: time = time(16)
    closed: Collection[date] = ()
    country: str = "FI"

    @property
    def zone(self) -> ZoneInfo:
        """By which clock customer service works."""
        return ZoneInfo(COUNTRIES[self.country].time_zone)

    def is_open(self, at: datetime) -> bool:
        """Whether somebody answers now."""
        local = at.astimezone(self.zone)
        return self._is_working_day(local.date()) and self.opens <= local.time() < self.closes

    def answers_from(self, at: datetime) -> datetime:
        """From when on somebody answers: now, or when customer service opens next."""
        if self.is_open(at):
            return at
        local = at.astimezone(self.zone)
        day = local.date() if local.time() < self.opens else local.date() + timedelta(days=1)
        while not self._is_working_day(day):
            day += timedelta(days=1)
        return datetime.combine(day, self.opens, self.zone)

    def _is_working_day(self, day: date) -> bool:
        off = day in self.closed or day in _holidays(self.country, day.year)
        return day.isoweekday() in self.days and not off


@lru_cache(maxsize=8)
def _holidays(country: str, year: int) -> Collection[date]:
    return holidays.country_holidays(country, years=year)
