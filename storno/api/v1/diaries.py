"""Diaries: what takes whose time, blocks of time, and who may look into one's own."""

from uuid import UUID

from ninja import Query, Router

from storno.api.answers import Told, doing, nothing, reading
from storno.api.bearer import Caller, Request
from storno.api.errors import FieldErrorShown, field_errors_shown
from storno.api.values import (
    Asked,
    Body,
    Chosen,
    Id,
    Moment,
    Shown,
    ShownMoment,
    Text,
    moment_text,
    unsent,
)
from storno.diary.book import ActivityInput, book_activity, practitioner
from storno.diary.cancel import cancel_booking, restore_booking
from storno.diary.change import BookingChanges, change_booking
from storno.diary.hours.warn import warnings_of
from storno.diary.models import Booking, BookingKind, BookingState, Grant, Sight
from storno.diary.queries import (
    Entry,
    booking_with,
    checked_range,
    entries_in,
    given_by,
    memberships_of,
)
from storno.diary.sight import close_diary, open_diary
from storno.diary.version import version_of
from storno.organizations.queries import settings_of

router = Router(tags=["diaries"])
activities = Router(tags=["activities"])


class TimesAsked(Asked):
    """What takes time from `since` up to `until`, 62 days at most; of one member, or of all."""

    since: Moment
    until: Moment
    practitioner: Id | None = None


class TimeShown(Shown):
    """Some time that is taken; `booking` is null in a diary that is not open to you."""

    practitioner: UUID
    starts_at: ShownMoment
    ends_at: ShownMoment
    kind: BookingKind | None
    booking: UUID | None


class TimesShown(Shown):
    """What takes time, by its beginning."""

    items: list[TimeShown]


class GrantIn(Body):
    """What a member may do in your diary."""

    sight: Chosen[Sight]


class GrantShown(Shown):
    """That your diary is open to a member."""

    member: UUID
    sight: Sight
    since: ShownMoment


class GrantsShown(Shown):
    """To whom your diary is open."""

    items: list[GrantShown]


class ActivityIn(Body):
    """A block of time in a member's diary."""

    title: Text
    practitioner: Id
    starts_at: Moment
    minutes: int
    place: Text = ""

    def entered(self) -> ActivityInput:
        """The activity as the room takes it."""
        return ActivityInput(
            title=self.title,
            practitioner=self.practitioner,
            starts_at=self.starts_at,
            minutes=self.minutes,
            place=self.place,
        )


class ActivityPatch(Body):
    """What shall be other than it is; with `version`, what was changed since is left alone."""

    title: Text = unsent()
    practitioner: Id = unsent()
    starts_at: Moment = unsent()
    minutes: int = unsent()
    place: Text = unsent()
    version: int | None = None

    def changes(self) -> BookingChanges:
        """The changes as the room takes them."""
        sent = {name: getattr(self, name) for name in self.model_fields_set - {"version"}}
        return BookingChanges(**sent)


class ActivityShown(Shown):
    """A block of time; `practitioner` is null for somebody who has left.

    `warnings` say why it is at no time of work, if it is not.
    """

    id: UUID
    title: str
    practitioner: UUID | None
    starts_at: ShownMoment
    ends_at: ShownMoment
    place: str
    state: BookingState
    warnings: list[FieldErrorShown]
    version: int


def _activity(caller: Caller, booking: Booking) -> ActivityShown:
    members = memberships_of(caller.who.organization_id, {booking.practitioner_id})
    member = members.get(booking.practitioner_id)
    settings = settings_of(caller.who.organization_id)
    return ActivityShown(
        id=booking.id,
        title=booking.title,
        practitioner=None if member is None else member.id,
        starts_at=moment_text(booking.starts_at),
        ends_at=moment_text(booking.ends_at),
        place=booking.place,
        state=BookingState(booking.state),
        warnings=field_errors_shown(warnings_of([booking], settings=settings)[booking.id]),
        version=version_of(booking),
    )


def _booked(caller: Caller, booking: Booking) -> Told:
    return Told(201, _activity(caller, booking))


def _saved(caller: Caller, booking: Booking) -> Told:
    return Told(200, _activity(caller, booking))


def _granted(caller: Caller, grant: Grant) -> Told:
    members = memberships_of(caller.who.organization_id, {grant.to_id})
    return Told(200, _grant(grant, members[grant.to_id].id))


def _grant(grant: Grant, member_id: UUID) -> GrantShown:
    since = moment_text(grant.since)
    return GrantShown(member=member_id, sight=Sight(grant.sight), since=since)


def _time(entry: Entry, member_id: UUID) -> TimeShown:
    return TimeShown(
        practitioner=member_id,
        starts_at=moment_text(entry.starts_at),
        ends_at=moment_text(entry.ends_at),
        kind=None if entry.booking is None else BookingKind(entry.booking.kind),
        booking=None if entry.booking is None else entry.booking.id,
    )


@router.get("/times", response=TimesShown)
@reading
def list_times(request: Request, asked: Query[TimesAsked]) -> TimesShown:
    """What takes time in the members' diaries; of those that are closed to you, only that it does.

    What is left is free.
    """
    who = request.auth.who
    wanted = None if asked.practitioner is None else {practitioner(asked.practitioner, who)}
    members = memberships_of(who.organization_id, wanted)
    entries = entries_in(checked_range(asked.since, asked.until), list(members), who=who)
    return TimesShown(items=[_time(entry, members[entry.practitioner_id].id) for entry in entries])


@router.get("/grants", response=GrantsShown)
@reading
def list_grants(request: Request) -> GrantsShown:
    """To whom your own diary is open."""
    who = request.auth.who
    if who.person_id is None:
        return GrantsShown(items=[])
    given = given_by(who.person_id, organization_id=who.organization_id)
    members = memberships_of(who.organization_id, given)
    return GrantsShown(
        items=[_grant(given[person_id], member.id) for person_id, member in members.items()]
    )


@router.put("/grants/{member_id}", response=GrantShown)
@doing(_granted)
def put_grant(request: Request, member_id: Id, body: GrantIn) -> Grant:
    """Open your own diary to a member, to look or to book as well."""
    return open_diary(member_id, body.sight, who=request.auth.who, at=request.auth.at)


@router.delete("/grants/{member_id}", response={204: None})
@doing(nothing)
def remove_grant(request: Request, member_id: Id) -> None:
    """Close your own diary to a member again."""
    close_diary(member_id, who=request.auth.who, at=request.auth.at)


@activities.post("", response={201: ActivityShown})
@doing(_booked)
def post_activity(request: Request, body: ActivityIn) -> Booking:
    """Keep a time free of sessions."""
    return book_activity(body.entered(), who=request.auth.who, at=request.auth.at)


@activities.get("/{activity_id}", response=ActivityShown)
@reading
def get_activity(request: Request, activity_id: Id) -> ActivityShown:
    """A block of time."""
    found = booking_with(activity_id, who=request.auth.who, kind=BookingKind.ACTIVITY)
    return _activity(request.auth, found)


@activities.patch("/{activity_id}", response=ActivityShown)
@doing(_saved)
def patch_activity(request: Request, activity_id: Id, body: ActivityPatch) -> Booking:
    """Change what is sent."""
    return change_booking(
        activity_id,
        body.changes(),
        version=body.version,
        kind=BookingKind.ACTIVITY,
        who=request.auth.who,
        at=request.auth.at,
    )


@activities.post("/{activity_id}/cancellation", response=ActivityShown)
@doing(_saved)
def post_activity_cancellation(request: Request, activity_id: Id) -> Booking:
    """Free the time again."""
    return cancel_booking(
        activity_id, kind=BookingKind.ACTIVITY, who=request.auth.who, at=request.auth.at
    )


@activities.delete("/{activity_id}/cancellation", response=ActivityShown)
@doing(_saved)
def remove_activity_cancellation(request: Request, activity_id: Id) -> Booking:
    """Take the cancellation back, if the time is still free."""
    return restore_booking(
        activity_id, kind=BookingKind.ACTIVITY, who=request.auth.who, at=request.auth.at
    )
