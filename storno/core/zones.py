"""The time zones that there are, by their IANA names."""

import zoneinfo
from functools import cache


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name, that of a place or UTC.

    What else the database has is no place to be in: `Factory`, `localtime`, `posixrules`, old
    abbreviations (tz database, `backward`).
    """
    return (name == "UTC" or "/" in name) and name in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())
