"""Days on which the house is closed: those that it names, and the holidays of its country.

The holidays are computed and nothing is fetched; who does not keep them says so in the settings.
Order of locks: the settings, which everybody locks who closes days.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import ClassVar
from uuid import UUID

import holidays
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from storno.core.entered import text_errors, tidy
from storno.core.refusals import Absent, FieldError, Invalid, Refused
from storno.diary.models import ClosedDays
from storno.history.record import Happening, record
from storno.organizations.models import Settings
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed

LONGEST = timedelta(days=366)
"""So long somebody is away, or a house closed, by one word."""

YEARS_AHEAD = 5

_OF_THE_COUNTRY = {"FI": "fi", "NO": "no"}
"""In which language the holidays have their names; in English they are known everywhere."""


class AlreadyClosed(Refused):
    """Some of these days are closed already: opening one would leave them closed by the other."""

    code = "already_closed"
    message = _("You are closed on some of these days already.")
    remedy = _("Remove those first, or choose other days.")
    field = "first_on"


@dataclass(frozen=True)
class HouseClosed(Happening):
    """The house is closed on some days. The subject is the organization."""

    kind: ClassVar = "organization.closed_days"
    sentence: ClassVar = _("Closed from %(first_on)s to %(last_on)s.")
    first_on: str
    last_on: str


@dataclass(frozen=True)
class HouseOpenAgain(Happening):
    """The house is not closed on these days after all. The subject is the organization."""

    kind: ClassVar = "organization.closed_days_removed"
    sentence: ClassVar = _("Not closed from %(first_on)s to %(last_on)s after all.")
    first_on: str
    last_on: str


@deed
def close_days(name: str, first_on: date, last_on: date, *, who: Actor, at: datetime) -> ClosedDays:
    """Close the house from a day to another, both of them too; what is booked stays booked.

    Raises Invalid, NotAllowed, AlreadyClosed.
    """
    who.must(Deed.CHANGE_SETTINGS)
    name = tidy(name)
    errors = [
        *text_errors("name", name, longest=100, required=True),
        *days_errors(first_on, last_on, at=at),
    ]
    if errors:
        raise Invalid(errors)
    Settings.objects.select_for_update().get(organization_id=who.organization_id)
    mine = ClosedDays.objects.filter(organization_id=who.organization_id)
    if mine.filter(first_on__lte=last_on, last_on__gte=first_on).exists():
        raise AlreadyClosed
    made = ClosedDays.objects.create(
        organization_id=who.organization_id, name=name, first_on=first_on, last_on=last_on
    )
    closed = HouseClosed(first_on.isoformat(), last_on.isoformat())
    record(closed, subject_id=who.organization_id, who=who, at=at)
    return made


@deed
def open_again(closed_days_id: UUID, *, who: Actor, at: datetime) -> ClosedDays:
    """Open the house again on days on which it was closed; return them, to be closed again.

    Raises Absent, NotAllowed.
    """
    who.must(Deed.CHANGE_SETTINGS)
    mine = ClosedDays.objects.filter(organization_id=who.organization_id, id=closed_days_id)
    for each in mine.select_for_update():
        each.delete()
        opened = HouseOpenAgain(each.first_on.isoformat(), each.last_on.isoformat())
        record(opened, subject_id=who.organization_id, who=who, at=at)
        return each
    raise Absent


def days_errors(first_on: date, last_on: date, *, at: datetime) -> Iterator[FieldError]:
    """What is wrong with a run of days."""
    for name, day in (("first_on", first_on), ("last_on", last_on)):
        if not 2013 <= day.year <= at.year + YEARS_AHEAD:
            words = _("The day is too far away. Check the year.")
            yield FieldError(name, "out_of_range", words)
    if last_on < first_on:
        yield FieldError("last_on", "ends_first", _("The last day comes before the first one."))
    elif last_on - first_on > LONGEST:
        yield FieldError("last_on", "too_long", _("At most a year at once."))


def closed_days_of(organization_id: UUID, *, since: date, most: int = 200) -> list[ClosedDays]:
    """The days on which a house is closed, from those on that end on a day or later."""
    rows = ClosedDays.objects.filter(organization_id=organization_id, last_on__gte=since)
    return list(rows.order_by("first_on", "id")[:most])


def holidays_between(country: str, first: date, last: date) -> dict[date, str]:
    """The public holidays of a country from a day to another, by name, in English or as there."""
    language = (get_language() or "en")[:2]
    return {
        day: name
        for year in range(first.year, last.year + 1)
        for day, name in _holidays(country, year, language).items()
        if first <= day <= last
    }


@lru_cache(maxsize=256)
def _holidays(country: str, year: int, language: str) -> Mapping[date, str]:
    known = "en_US" if language == "en" else _OF_THE_COUNTRY[country]
    return dict(holidays.country_holidays(country, years=year, language=known))
