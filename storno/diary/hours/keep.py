"""Saying when one works: a usual week from a day on, and single days that are otherwise.

Everybody keeps their own hours; administrators keep those of all. What is booked stays booked.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Absent, Invalid, NotAllowed, Refused
from storno.diary.hours.closed import days_errors
from storno.diary.hours.plan import Spans, Week, write_spans, write_week
from storno.diary.models import OtherHours, WorkingWeek
from storno.diary.slot import lock_diary
from storno.history.record import Happening, record
from storno.organizations.models import Membership
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed


class DaysAreSaid(Refused):
    """Something else is said of some of these days already."""

    code = "days_are_said"
    message = _("Other hours are kept for some of these days already.")
    remedy = _("Remove those first, or choose other days.")
    field = "first_on"


@dataclass(frozen=True)
class WeekKept(Happening):
    """A practitioner's usual week was said. Subject: the practitioner."""

    kind: ClassVar = "hours.week_kept"
    sentence: ClassVar = _("Working hours from %(first_on)s on were entered.")
    first_on: str


@dataclass(frozen=True)
class WeekDropped(Happening):
    """A usual week was removed: the one before it holds on. Subject: the practitioner."""

    kind: ClassVar = "hours.week_dropped"
    sentence: ClassVar = _("Working hours from %(first_on)s on were removed.")
    first_on: str


@dataclass(frozen=True)
class OtherHoursKept(Happening):
    """A practitioner works otherwise on some days, or not at all. Subject: the practitioner."""

    kind: ClassVar = "hours.other_kept"
    sentence: ClassVar = _("Other hours from %(first_on)s to %(last_on)s were entered.")
    first_on: str
    last_on: str


@dataclass(frozen=True)
class OtherHoursDropped(Happening):
    """On some days the usual hours hold again. Subject: the practitioner."""

    kind: ClassVar = "hours.other_dropped"
    sentence: ClassVar = _("Other hours from %(first_on)s to %(last_on)s were removed.")
    first_on: str
    last_on: str


@deed
def keep_week(
    membership_id: UUID, first_on: date, week: Week, *, who: Actor, at: datetime
) -> WorkingWeek:
    """Say the usual week of a member from a day on; what held before stays as it was.

    Raises Absent, Invalid, NotAllowed.
    """
    person_id = whose_hours(membership_id, who)
    if errors := list(days_errors(first_on, first_on, at=at)):
        raise Invalid(errors[:1])
    kept, _made = WorkingWeek.objects.update_or_create(
        organization_id=who.organization_id,
        practitioner_id=person_id,
        first_on=first_on,
        defaults={"week": write_week(week)},
    )
    record(WeekKept(first_on.isoformat()), subject_id=person_id, who=who, at=at)
    return kept


@deed
def drop_week(membership_id: UUID, week_id: UUID, *, who: Actor, at: datetime) -> WorkingWeek:
    """Take a week back: the one before it holds on. Return it, to be kept again.

    Raises Absent, NotAllowed.
    """
    person_id = whose_hours(membership_id, who)
    mine = WorkingWeek.objects.filter(
        organization_id=who.organization_id, practitioner_id=person_id, id=week_id
    )
    for each in mine.select_for_update():
        each.delete()
        dropped = WeekDropped(each.first_on.isoformat())
        record(dropped, subject_id=person_id, who=who, at=at)
        return each
    raise Absent


@deed
def keep_other_hours(
    membership_id: UUID,
    first_on: date,
    last_on: date,
    spans: Spans,
    *,
    who: Actor,
    at: datetime,
) -> OtherHours:
    """Say what a member works from a day to another instead; without spans they are away.

    Raises Absent, Invalid, NotAllowed, DaysAreSaid.
    """
    person_id = whose_hours(membership_id, who)
    if errors := list(days_errors(first_on, last_on, at=at)):
        raise Invalid(errors)
    lock_diary(who.organization_id, person_id)
    mine = OtherHours.objects.filter(organization_id=who.organization_id, practitioner_id=person_id)
    if mine.filter(first_on__lte=last_on, last_on__gte=first_on).exists():
        raise DaysAreSaid
    kept = OtherHours.objects.create(
        organization_id=who.organization_id,
        practitioner_id=person_id,
        first_on=first_on,
        last_on=last_on,
        hours=write_spans(spans),
    )
    said = OtherHoursKept(first_on.isoformat(), last_on.isoformat())
    record(said, subject_id=person_id, who=who, at=at)
    return kept


@deed
def drop_other_hours(
    membership_id: UUID, other_hours_id: UUID, *, who: Actor, at: datetime
) -> OtherHours:
    """Let the usual hours hold again on some days; return the others, to be kept again.

    Raises Absent, NotAllowed.
    """
    person_id = whose_hours(membership_id, who)
    mine = OtherHours.objects.filter(
        organization_id=who.organization_id, practitioner_id=person_id, id=other_hours_id
    )
    for each in mine.select_for_update():
        each.delete()
        dropped = OtherHoursDropped(each.first_on.isoformat(), each.last_on.isoformat())
        record(dropped, subject_id=person_id, who=who, at=at)
        return each
    raise Absent


def may_keep(person_id: UUID, who: Actor) -> bool:
    """Whether the actor keeps the hours of a person: their own, or as administrator anybody's."""
    return who.may(Deed.BOOK) and (who.person_id in (None, person_id) or who.may(Deed.INVITE))


def weeks_of(person_id: UUID, *, organization_id: UUID) -> list[WorkingWeek]:
    """The weeks that a person has said, by the day from which each holds."""
    rows = WorkingWeek.objects.filter(organization_id=organization_id, practitioner_id=person_id)
    return list(rows.order_by("first_on"))


def other_hours_of(
    person_id: UUID, *, organization_id: UUID, since: date, most: int = 200
) -> list[OtherHours]:
    """What a person has said of single days, from those on that end on a day or later."""
    rows = OtherHours.objects.filter(
        organization_id=organization_id,
        practitioner_id=person_id,
        last_on__gte=since,
    )
    return list(rows.order_by("first_on")[:most])


def whose_hours(membership_id: UUID, who: Actor) -> UUID:
    """The person whose hours the actor keeps; no scope needed. Raises Absent, NotAllowed."""
    who.must(Deed.BOOK)
    person_id = person_of(membership_id, who)
    if not may_keep(person_id, who):
        raise NotAllowed
    return person_id


def person_of(membership_id: UUID, who: Actor) -> UUID:
    """The person who is this member. Raises Absent."""
    members = Membership.objects.filter(organization_id=who.organization_id, id=membership_id)
    for person_id in members.values_list("person_id", flat=True):
        return person_id
    raise Absent
