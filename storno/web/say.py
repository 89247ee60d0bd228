"""Saying figures and days to the reader: in the reader's language, in words near today.

Papers and letters have words of their own (`printing.labels`); a page speaks the language of who
reads it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.utils.translation import get_language, ngettext, npgettext, pgettext
from django.utils.translation import gettext as _

from storno.money.currency import NotWholeMinorUnits, to_minor
from storno.printing.labels import (
    WORDS,
    Language,
    format_day,
    format_money,
    format_percent,
    format_price,
    format_quantity,
    format_time,
)

_MINUS = "−"
_LOCALES: dict[Language, str] = {"en": "en_GB", "fi": "fi_FI", "nb": "nb_NO"}
_SHORT: dict[Language, str] = {"en": "d MMMM", "fi": "d.M.", "nb": "d. MMMM"}
_FULL: dict[Language, str] = {"en": "EEEE d MMMM y", "fi": "cccc d.M.y", "nb": "EEEE d. MMMM y"}
_NEAR = 14
"""Days within which a day is told by its distance."""


@dataclass(frozen=True, slots=True)
class Said:
    """A day or moment as it is read: in words, and in full for hover and print."""

    day: date
    words: str
    full: str


def reader_language() -> Language:
    """The language of this page; English where it has none of ours."""
    code = (get_language() or "en")[:2]
    return code if code in WORDS else "en"


def say_money(amount_minor: int, currency: str) -> str:
    """An amount with its currency; one that is taken off bears a true minus sign."""
    money = format_money(abs(amount_minor), currency, reader_language())
    return f"{_MINUS}{money}" if amount_minor < 0 else money


def say_price(price: Decimal, currency: str) -> str:
    """A price with its currency; one that is finer than money keeps all its decimals."""
    try:
        return say_money(to_minor(price, currency), currency)
    except NotWholeMinorUnits:
        return f"{format_price(price, reader_language())} {currency}"


def say_quantity(quantity: Decimal) -> str:
    """A quantity with no more decimals than it has."""
    return format_quantity(quantity, reader_language())


def say_percent(percent: Decimal) -> str:
    """A percentage."""
    return format_percent(percent, reader_language())


def say_date(day: date) -> str:
    """A day with its year: 3 November 2026."""
    return format_day(day, reader_language())


def say_short(day: date, today: date) -> str:
    """A day without the year where that is this year's: 3 November."""
    language = reader_language()
    if day.year != today.year:
        return format_day(day, language)
    return format_date(day, _SHORT[language], locale=_LOCALES[language])


def say_on(day: date, today: date) -> str:
    """When something happens or happened, as part of a sentence: today, in 3 days, on 3 November.

    What lies behind is told by its date but for yesterday.
    """
    if day >= today - timedelta(days=1) and (near := _near(day, today)):
        return near
    return _("on %(day)s") % {"day": say_short(day, today)}


def say_day(day: date, today: date) -> Said:
    """A day by its distance from today where it is near: tomorrow, in 3 days, 5 days ago."""
    return Said(day, _near(day, today) or say_short(day, today), _in_full(day))


def say_moment(at: datetime, now: datetime, time_zone: str) -> Said:
    """A moment: today at 14:12, yesterday at 9:15, 3 November at 9:14."""
    zone = ZoneInfo(time_zone)
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    time = say_time(at, time_zone)
    days = (today - local.date()).days
    if days == 0:
        words = _("today at %(time)s") % {"time": time}
    elif days == 1:
        words = _("yesterday at %(time)s") % {"time": time}
    elif days == -1:
        words = _("tomorrow at %(time)s") % {"time": time}
    else:
        day = say_short(local.date(), today)
        words = _("%(day)s at %(time)s") % {"day": day, "time": time}
    return Said(local, words, f"{_in_full(local.date())}, {time}")


def say_time(at: datetime, time_zone: str) -> str:
    """The time of day where the organization is: 14:32, klo 14.32, kl. 14:32."""
    time = format_time(at, ZoneInfo(time_zone), reader_language())
    # Translators: a time of day as it stands in a sentence, with the word for "clock" if it has one
    return pgettext("time of day", "%(time)s") % {"time": time}


def say_departure(at: datetime, now: datetime, time_zone: str) -> str:
    """When something leaves: at 14:32, or tomorrow at 0:05, on 3 November at 9:14."""
    days, time = _days_between(now, at, time_zone), say_time(at, time_zone)
    if days == 0:
        return _("at %(time)s") % {"time": time}
    if days == 1:
        return _("tomorrow at %(time)s") % {"time": time}
    zone = ZoneInfo(time_zone)
    day = say_short(at.astimezone(zone).date(), now.astimezone(zone).date())
    return _("on %(day)s at %(time)s") % {"day": day, "time": time}


def say_until(at: datetime, now: datetime, time_zone: str) -> str:
    """Until when something can be taken back: until 14:32, until tomorrow at 0:05."""
    time = say_time(at, time_zone)
    if _days_between(now, at, time_zone):
        time = say_moment(at, now, time_zone).words
    return _("until %(time)s") % {"time": time}


def _days_between(now: datetime, at: datetime, time_zone: str) -> int:
    zone = ZoneInfo(time_zone)
    return (at.astimezone(zone).date() - now.astimezone(zone).date()).days


def say_days(count: int) -> str:
    """A number of days: 1 day, 5 days."""
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def _in_full(day: date) -> str:
    language = reader_language()
    return format_date(day, _FULL[language], locale=_LOCALES[language])


def _near(day: date, today: date) -> str:
    days = (day - today).days
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    if days == -1:
        return _("yesterday")
    if 1 < days <= _NEAR:
        return npgettext("distance", "in %(count)d day", "in %(count)d days", days) % {
            "count": days
        }
    if -_NEAR <= days < -1:
        return npgettext("distance", "%(count)d day ago", "%(count)d days ago", -days) % {
            "count": -days
        }
    return ""
