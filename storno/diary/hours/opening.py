"""When practitioners work: read with one statement, however many they are and however long."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import CharField, F, UUIDField, Value
from django.db.models.functions import Cast

from storno.diary.hours.closed import holidays_between
from storno.diary.hours.plan import Plan, Shut, Spans, Week, Why, kept_spans, kept_week
from storno.diary.models import ClosedDays, OtherHours, WorkingWeek
from storno.organizations.models import Settings

_ONE_DAY = timedelta(days=1)


class _Said(NamedTuple):
    """Something that is said of some days: a week that begins, other hours, or closed days."""

    what: str
    practitioner_id: UUID | None
    first_on: date
    last_on: date
    text: str


def plans_of(
    practitioner_ids: Collection[UUID], since: datetime, until: datetime, *, settings: Settings
) -> dict[UUID, Plan]:
    """What decides when these persons work from a moment up to another.

    `settings` were read with their seller. Whoever has said nothing is there as well.
    """
    zone = ZoneInfo(settings.seller.time_zone)
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    said = list(_said(practitioner_ids, first, last, settings.organization_id))
    closed: dict[date, Shut] = {}
    if settings.closed_on_holidays:
        named = holidays_between(settings.seller.country, first, last)
        closed |= {day: Shut(Why.HOLIDAY, name) for day, name in named.items()}
    for each in said:
        if each.what == "closed":
            shut = Shut(Why.CLOSED_DAY, each.text)
            closed |= dict.fromkeys(_days(each, first, last), shut)
    return {
        person_id: Plan(zone, _weeks(said, person_id), _other(said, person_id, first, last), closed)
        for person_id in practitioner_ids
    }


def open_times(
    practitioner_ids: Collection[UUID], since: datetime, until: datetime, *, settings: Settings
) -> dict[UUID, list[tuple[datetime, datetime]]]:
    """When these persons work from a moment up to another: in UTC, in order, none touching."""
    plans = plans_of(practitioner_ids, since, until, settings=settings)
    return {person_id: list(plan.open_times(since, until)) for person_id, plan in plans.items()}


def _said(
    practitioner_ids: Collection[UUID], first: date, last: date, organization_id: UUID
) -> Iterator[_Said]:
    """All that is said of some days; of weeks also those that begin before."""
    weeks = WorkingWeek.objects.filter(
        organization_id=organization_id,
        practitioner_id__in=practitioner_ids,
        first_on__lte=last,
    )
    other = OtherHours.objects.filter(
        organization_id=organization_id,
        practitioner_id__in=practitioner_ids,
        first_on__lte=last,
        last_on__gte=first,
    )
    closed = ClosedDays.objects.filter(
        organization_id=organization_id, first_on__lte=last, last_on__gte=first
    )
    columns = ("what", "whose", "first_on", "until_on", "text")
    whose = Cast(F("practitioner_id"), UUIDField())
    rows = (
        weeks.annotate(
            what=_named("week"), whose=whose, until_on=F("first_on"), text=F("week")
        ).values_list(*columns),
        other.annotate(
            what=_named("other"), whose=whose, until_on=F("last_on"), text=F("hours")
        ).values_list(*columns),
        closed.annotate(
            what=_named("closed"),
            whose=Cast(Value(None), UUIDField()),
            until_on=F("last_on"),
            text=F("name"),
        ).values_list(*columns),
    )
    yield from map(_Said._make, rows[0].union(*rows[1:], all=True).order_by("first_on", "text"))


def _named(what: str) -> Value:
    return Value(what, output_field=CharField())


def _weeks(said: Collection[_Said], person_id: UUID) -> tuple[tuple[date, Week], ...]:
    return tuple(
        (each.first_on, kept_week(each.text))
        for each in said
        if each.what == "week" and each.practitioner_id == person_id
    )


def _other(said: Collection[_Said], person_id: UUID, first: date, last: date) -> dict[date, Spans]:
    return {
        day: kept_spans(each.text)
        for each in said
        if each.what == "other" and each.practitioner_id == person_id
        for day in _days(each, first, last)
    }


def _days(each: _Said, first: date, last: date) -> Iterator[date]:
    """Those of its days that are asked for."""
    day = max(each.first_on, first)
    while day <= min(each.last_on, last):
        yield day
        day += _ONE_DAY
