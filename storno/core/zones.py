"""The time zones that there are, by their IANA names."""

import zoneinfo
from functools import cache


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    return name in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())
