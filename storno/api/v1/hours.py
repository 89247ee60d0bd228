"""When members work and when they are free, and on which days the house is closed."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from ninja import Query, Router
from pydantic import Field

from storno.api.answers import Told, doing, nothing, reading
from storno.api.bearer import Caller, Request
from storno.api.pages import Limit
from storno.api.values import (
    Asked,
    Body,
    Day,
    Id,
    Moment,
    Shown,
    ShownMoment,
    Text,
    moment_text,
    unsent,
)
from storno.diary.book import practitioner
from storno.diary.free import when_free
from storno.diary.hours.closed import close_days, closed_days_of, open_again
from storno.diary.hours.keep import (
    drop_other_hours,
    drop_week,
    keep_other_hours,
    keep_week,
    other_hours_of,
    person_of,
    weeks_of,
    whose_hours,
)
from storno.diary.hours.opening import open_times
from storno.diary.hours.plan import (
    WEEKDAYS,
    Spans,
    Week,
    kept_spans,
    kept_week,
    read_spans,
    read_week,
)
from storno.diary.models import ClosedDays, OtherHours, WorkingWeek
from storno.diary.queries import checked_range
from storno.organizations.queries import settings_of

router = Router(tags=["diaries"])
closed_days = Router(tags=["closed days"])

ShownSpan = str
"""From one local time up to another: 09:00-12:00."""


class TimesOfDay(Shown):
    """The work of a week, each day as spans of local time like 09:00-12:00."""

    monday: list[ShownSpan]
    tuesday: list[ShownSpan]
    wednesday: list[ShownSpan]
    thursday: list[ShownSpan]
    friday: list[ShownSpan]
    saturday: list[ShownSpan]
    sunday: list[ShownSpan]


class WeekShown(TimesOfDay):
    """The usual week from a day on, until another one holds."""

    id: UUID
    first_on: date


class OtherHoursShown(Shown):
    """What is worked on single days instead; without `hours` the member is away."""

    id: UUID
    first_on: date
    last_on: date
    hours: list[ShownSpan]


class HoursShown(Shown):
    """What a member has said of their hours; with no week they are offered in office hours."""

    weeks: list[WeekShown]
    other_hours: list[OtherHoursShown]


class WeekIn(Body):
    """The usual week from a day on, each day as spans of local time like 09:00-12:00.

    What held before stays for the days before; a week from the same day on is replaced.
    """

    first_on: Day
    monday: list[Text] = Field(default_factory=list)
    tuesday: list[Text] = Field(default_factory=list)
    wednesday: list[Text] = Field(default_factory=list)
    thursday: list[Text] = Field(default_factory=list)
    friday: list[Text] = Field(default_factory=list)
    saturday: list[Text] = Field(default_factory=list)
    sunday: list[Text] = Field(default_factory=list)

    def week(self) -> Week:
        """The week as the room takes it. Raises Invalid."""
        return read_week({name: ",".join(getattr(self, name)) for name in WEEKDAYS})


class OtherHoursIn(Body):
    """From a day to another, that one too (left out: the first alone); without `hours` away."""

    first_on: Day
    last_on: Day = unsent()
    hours: list[Text] = Field(default_factory=list)

    def spans(self) -> Spans:
        """The hours as the room takes them. Raises Invalid."""
        return read_spans(",".join(self.hours), "hours")


class ClosedDaysIn(Body):
    """Days on which nobody works, from one to another (left out: the first alone)."""

    name: Text
    first_on: Day
    last_on: Day = unsent()


class ClosedDaysShown(Shown):
    """Days on which nobody works."""

    id: UUID
    name: str
    first_on: date
    last_on: date


class ClosedDaysList(Shown):
    """The closed days of the house, by time; public holidays are not among them."""

    items: list[ClosedDaysShown]


class OpenAsked(Asked):
    """Of a member, from a moment up to another, 62 days at most."""

    practitioner: Id
    since: Moment
    until: Moment


class FreeAsked(OpenAsked):
    """For which service, or for how many minutes; `minutes` goes first."""

    service: Id | None = None
    minutes: int | None = None
    limit: Limit = 50


class OpenTime(Shown):
    """Some time of work."""

    starts_at: ShownMoment
    ends_at: ShownMoment


class OpenTimes(Shown):
    """When a member works, whether or not something is booked."""

    items: list[OpenTime]


class FreeTimes(Shown):
    """When something could begin, the earliest first; `more` if there are more than are told."""

    items: list[ShownMoment]
    more: bool


def _spans(spans: Spans) -> list[ShownSpan]:
    return list(map(str, spans))


def _week(kept: WorkingWeek) -> WeekShown:
    days = zip(WEEKDAYS, map(_spans, kept_week(kept.week)), strict=True)
    return WeekShown(id=kept.id, first_on=kept.first_on, **dict(days))


def _other(kept: OtherHours) -> OtherHoursShown:
    return OtherHoursShown(
        id=kept.id,
        first_on=kept.first_on,
        last_on=kept.last_on,
        hours=_spans(kept_spans(kept.hours)),
    )


def _closed(kept: ClosedDays) -> ClosedDaysShown:
    return ClosedDaysShown(id=kept.id, name=kept.name, first_on=kept.first_on, last_on=kept.last_on)


def _hours(weeks: Iterable[WorkingWeek], other: Iterable[OtherHours]) -> HoursShown:
    return HoursShown(weeks=list(map(_week, weeks)), other_hours=list(map(_other, other)))


def _week_kept(_caller: Caller, kept: WorkingWeek) -> Told:
    return Told(200, _week(kept))


def _other_kept(_caller: Caller, kept: OtherHours) -> Told:
    return Told(201, _other(kept))


def _days_closed(_caller: Caller, kept: ClosedDays) -> Told:
    return Told(201, _closed(kept))


@router.get("/availability", response=FreeTimes)
@reading
def list_free_times(request: Request, asked: Query[FreeAsked]) -> FreeTimes:
    """When a member is free within their hours, also where their diary is closed to you.

    Each quarter of an hour, and where something else ends.
    """
    who = request.auth.who
    free = when_free(
        asked.practitioner,
        checked_range(asked.since, asked.until),
        service=asked.service,
        minutes=asked.minutes,
        most=asked.limit,
        settings=settings_of(who.organization_id),
        who=who,
    )
    return FreeTimes(items=list(map(moment_text, free.starts)), more=free.more)


@router.get("/{member_id}/hours", response=HoursShown)
@reading
def get_hours(request: Request, member_id: Id) -> HoursShown:
    """What a member has said of their hours: all weeks, and single days of the last year on."""
    mine = request.auth.who.organization_id
    person_id, today = person_of(member_id, request.auth.who), request.auth.at.date()
    since = date(today.year - 1, 1, 1)
    return _hours(
        weeks_of(person_id, organization_id=mine),
        other_hours_of(person_id, organization_id=mine, since=since),
    )


@router.get("/open-times", response=OpenTimes)
@reading
def list_open_times(request: Request, asked: Query[OpenAsked]) -> OpenTimes:
    """When a member works: their hours without holidays and closed days."""
    who = request.auth.who
    person_id = practitioner(asked.practitioner, who)
    asked_for = checked_range(asked.since, asked.until)
    settings = settings_of(who.organization_id)
    found = open_times([person_id], asked_for.since, asked_for.until, settings=settings)
    return OpenTimes(
        items=[
            OpenTime(starts_at=moment_text(begins), ends_at=moment_text(ends))
            for begins, ends in found[person_id]
        ]
    )


@router.put("/{member_id}/hours", response=WeekShown)
@doing(_week_kept)
def put_week(request: Request, member_id: Id, body: WeekIn) -> WorkingWeek:
    """Say the usual week from a day on: your own, or as an administrator anybody's."""
    who, at = request.auth.who, request.auth.at
    whose_hours(member_id, who)  # is told before what is wrong with the week
    return keep_week(member_id, body.first_on, body.week(), who=who, at=at)


@router.delete("/{member_id}/hours/{week_id}", response={204: None})
@doing(nothing)
def remove_week(request: Request, member_id: Id, week_id: Id) -> None:
    """Take a week back: the one before it holds on."""
    drop_week(member_id, week_id, who=request.auth.who, at=request.auth.at)


@router.post("/{member_id}/other-hours", response={201: OtherHoursShown})
@doing(_other_kept)
def post_other_hours(request: Request, member_id: Id, body: OtherHoursIn) -> OtherHours:
    """Say what is worked on single days instead, or that the member is away."""
    who, at = request.auth.who, request.auth.at
    whose_hours(member_id, who)
    last_on = body.last_on or body.first_on
    return keep_other_hours(member_id, body.first_on, last_on, body.spans(), who=who, at=at)


@router.delete("/{member_id}/other-hours/{other_hours_id}", response={204: None})
@doing(nothing)
def remove_other_hours(request: Request, member_id: Id, other_hours_id: Id) -> None:
    """Let the usual hours hold again."""
    drop_other_hours(member_id, other_hours_id, who=request.auth.who, at=request.auth.at)


@closed_days.get("", response=ClosedDaysList)
@reading
def list_closed_days(request: Request) -> ClosedDaysList:
    """The days on which the house is closed, those of the last year on."""
    since = date(request.auth.at.year - 1, 1, 1)
    found = closed_days_of(request.auth.who.organization_id, since=since)
    return ClosedDaysList(items=list(map(_closed, found)))


@closed_days.post("", response={201: ClosedDaysShown})
@doing(_days_closed)
def post_closed_days(request: Request, body: ClosedDaysIn) -> ClosedDays:
    """Close the house; what is booked stays booked."""
    last_on = body.last_on or body.first_on
    return close_days(body.name, body.first_on, last_on, who=request.auth.who, at=request.auth.at)


@closed_days.delete("/{closed_days_id}", response={204: None})
@doing(nothing)
def remove_closed_days(request: Request, closed_days_id: Id) -> None:
    """Open the house again."""
    open_again(closed_days_id, who=request.auth.who, at=request.auth.at)
