"""When a session is, in words, for letters and for its own page."""

from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, get_timezone_location

from storno.diary.models import Booking
from storno.organizations.models import Seller
from storno.printing.labels import Language, format_day, format_time

_LOCALES: dict[Language, str] = {"en": "en_GB", "fi": "fi", "nb": "nb"}


def zone_of(session: Booking, seller: Seller) -> ZoneInfo:
    """By whose clocks a client is told the time: by video their own, in person the clinic's."""
    there = session.client.time_zone if session.video and session.client else ""
    return ZoneInfo(there or seller.time_zone)


def zone_called(zone: ZoneInfo, language: Language) -> str:
    """A zone by its town, "Oslo"."""
    return get_timezone_location(zone, locale=_LOCALES[language], return_city=True)


def short_day(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """The day with its weekday, in few characters: Wed 17 Jun, ke 17.6., ons. 17. juni."""
    return format_skeleton("MMMEd", at.astimezone(zone).date(), locale=_LOCALES[language])


def full_day(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """The day with its weekday: Wednesday 17 June 2026."""
    day = at.astimezone(zone).date()
    weekday = format_date(day, "cccc", locale=_LOCALES[language])
    return f"{weekday} {format_day(day, language)}"


def clock(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """The time of day; with the name of its time where the clocks show it twice."""
    shown, local = format_time(at, zone, language), at.astimezone(zone)
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return shown
    return f"{shown} {local.tzname()}"


class Spanning(Protocol):
    """Whatever takes time."""

    @property
    def starts_at(self) -> datetime:
        """When it begins."""

    @property
    def ends_at(self) -> datetime:
        """When it is over."""


def from_to(session: Spanning, zone: ZoneInfo, language: Language) -> str:
    """From when to when: 10:00–11:00; with the day where it ends on another one."""
    starts, ends = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    end = clock(session.ends_at, zone, language)
    if ends.date() != starts.date():
        end = f"{short_day(session.ends_at, zone, language)} {end}"
    return f"{clock(session.starts_at, zone, language)}–{end}"
