"""Time zones to choose from, by the name of their town in the reader's language.

A select leads to a town by its first letters, with and without a script.
"""

import zoneinfo
from functools import cache
from zoneinfo import ZoneInfo

from babel.core import get_global
from babel.dates import get_timezone_location

from storno.core.folding import fold
from storno.web.say import reader_language

Choices = list[tuple[str, str]]

_NEAR = ("Europe/", "Atlantic/", "Arctic/")
"""Parts of the world in which a house here stands."""


def zones_near(present: str) -> Choices:
    """The zones of this part of the world, and the present one, which another door may have set."""
    near = [each for each in _all(reader_language()) if each[0].startswith(_NEAR)]
    return sorted({*near, _named(present, reader_language())}, key=_by_town)


def all_zones(present: str = "") -> Choices:
    """Every zone under its present name, and the present one by whatever name it was set."""
    known = {*_all(reader_language())}
    if present:
        known.add(_named(present, reader_language()))
    return sorted(known, key=_by_town)


@cache
def _all(language: str) -> tuple[tuple[str, str], ...]:
    offered = zoneinfo.available_timezones() - get_global("zone_aliases").keys()
    return tuple(_named(zone, language) for zone in offered if "/" in zone)


def town_of(zone: str) -> str:
    """A zone as people speak of it: Oslo."""
    return _named(zone, reader_language())[1]


def _named(zone: str, language: str) -> tuple[str, str]:
    return zone, get_timezone_location(ZoneInfo(zone), locale=language, return_city=True)


def _by_town(choice: tuple[str, str]) -> str:
    return fold(choice[1])
