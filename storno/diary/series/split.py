"""Letting what of a series comes from one of its days on be a series of its own.

History keeps which came of which, so that behind the address of one the others are found.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storno.core.ids import new_id
from storno.core.insert import insert
from storno.diary.models import Booking, Series
from storno.diary.series.find import rule_of
from storno.diary.series.recurrence import Rule
from storno.history.models import Event
from storno.history.record import Happening, record
from storno.organizations.roles import Actor

MOST_PARTS = 50
"""So many other parts are told; of more, those that came first."""


@dataclass(frozen=True)
class SeriesSplit(Happening):
    """What of a series comes from one day on became a series of its own."""

    kind: ClassVar = "series.split"
    sentence: ClassVar = _("From %(since_on)s on it is a series of its own.")
    since_on: str
    series_id: str


@dataclass(frozen=True, slots=True)
class Part:
    """Another series that was one with this; `since` it was let go, the later of them began."""

    series: Series
    since: date
    follows: bool


def parts_of(series: Series) -> list[Part]:
    """The series that came of this one, or of which it came, by their days; inside a scope."""
    mine, own = series.organization_id, str(series.id)
    of_it = Q(subject_id=series.id) | Q(facts__series_id=own)
    split = Event.objects.filter(of_it, organization_id=mine, kind=SeriesSplit.kind)
    others: dict[UUID, tuple[date, bool]] = {}
    for event in split.order_by("id")[:MOST_PARTS]:
        follows = event.subject_id == series.id
        other = UUID(event.facts["series_id"]) if follows else event.subject_id
        others[other] = (date.fromisoformat(event.facts["since_on"]), follows)
    found = Series.objects.filter(organization_id=mine, id__in=others) if others else ()
    return sorted((Part(each, *others[each.id]) for each in found), key=lambda part: part.since)


def leaves_some(series: Series, since: date) -> bool:
    """Whether a series has sessions before one of its days; all else of it is the series itself."""
    before = Booking.objects.filter(organization_id=series.organization_id, series_id=series.id)
    return before.filter(recurrence_on__lt=since).exists()


def split_series(series: Series, since: date, *, who: Actor, at: datetime) -> Series:
    """Let a locked series end before one of its days; return what comes from that day on.

    Both count their days, so neither has more or fewer than they had together.
    """
    rule = rule_of(series)
    days = rule.days(series.first_on)
    kept = sum(day < since for day in days)
    copied = {
        field.attname: getattr(series, field.attname) for field in Series._meta.concrete_fields
    }
    copied |= {"id": new_id(), "first_on": since, "version": 1, "created_at": at}
    copied |= {"created_by": who.person_id, "rule": str(counted(rule, len(days) - kept))}
    following = Series(**copied)
    insert([following])
    Booking.objects.filter(
        organization_id=series.organization_id, series_id=series.id, recurrence_on__gte=since
    ).update(series=following)
    series.rule, series.version = str(counted(rule, kept)), series.version + 1
    series.save(force_update=True)
    split = SeriesSplit(since.isoformat(), str(following.id))
    record(split, subject_id=series.id, who=who, at=at)
    return following


def counted(rule: Rule, count: int) -> Rule:
    """A rule that ends after so many days."""
    return replace(rule, count=count, until=None)
