"""Letting what of a series comes from one of its days on be a series of its own."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from storno.core.ids import new_id
from storno.core.insert import insert
from storno.diary.models import Booking, Series
from storno.diary.series.find import rule_of
from storno.diary.series.recurrence import Rule
from storno.history.record import Happening, record
from storno.organizations.roles import Actor


@dataclass(frozen=True)
class SeriesSplit(Happening):
    """What of a series comes from one day on became a series of its own."""

    kind: ClassVar = "series.split"
    sentence: ClassVar = _("From %(since_on)s on it is a series of its own.")
    since_on: str
    series_id: str


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
