"""On which days notices go: pure, in the local days of the organization."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NINE = time(9)
"""When notices of a later day go, local time."""

FROM_HOUR, TO_HOUR = 8, 21
"""The local hours in which a late worker still sends them."""


def at_nine(day: date, zone: str) -> datetime:
    """Nine o'clock of a day in a zone, in UTC."""
    return datetime.combine(day, NINE, ZoneInfo(zone)).astimezone(UTC)


def days_after(first: datetime, days: Sequence[int], zone: str) -> list[datetime]:
    """When the later ones go, counted in local days from the first; summer time moves no hour."""
    since = first.astimezone(ZoneInfo(zone)).date()
    return [at_nine(since + timedelta(days=day), zone) for day in days if day]


def later_by(due_at: datetime, days: int, zone: str) -> datetime:
    """The same hour so many local days later."""
    local = due_at.astimezone(ZoneInfo(zone))
    return (
        (local.replace(tzinfo=None) + timedelta(days=days))
        .replace(tzinfo=ZoneInfo(zone))
        .astimezone(UTC)
    )


def next_nine(at: datetime, zone: str) -> datetime:
    """The first nine o'clock after a moment."""
    local = at.astimezone(ZoneInfo(zone)).date()
    today = at_nine(local, zone)
    return today if today > at else at_nine(local + timedelta(days=1), zone)


def is_daytime(at: datetime, zone: str) -> bool:
    """Whether it is an hour at which a message wakes nobody."""
    return FROM_HOUR <= at.astimezone(ZoneInfo(zone)).hour < TO_HOUR
