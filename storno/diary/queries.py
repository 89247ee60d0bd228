"""Reading diaries; inside a scope. Always a range of time, never all of it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from storno.core.pages import Page, Place, checked_limit, page_of
from storno.core.refusals import Absent, FieldError, Invalid, invalid
from storno.diary.bill import drafted_in
from storno.diary.models import Booking, BookingKind, BookingState, Grant
from storno.diary.sight import Diaries, DiaryClosed, DiaryOpened, diaries_of
from storno.diary.slot import taking_time
from storno.documents.models import Line
from storno.history.models import Event
from storno.organizations.models import Membership
from storno.organizations.roles import Actor

LONGEST_RANGE = timedelta(days=62)
"""Two months with a day at each end for the zones: what a page or a program may ask for at once."""


_FOLLOWS = Q(series__isnull=False, series__practitioner_id=F("practitioner_id"))
"""Which sessions follow a series, as a condition on rows (`Booking.follows_series`)."""


@dataclass(frozen=True, slots=True)
class Range:
    """From a moment up to, not including, another."""

    since: datetime
    until: datetime


def checked_range(since: datetime, until: datetime) -> Range:
    """A range that may be asked for. Raises Invalid."""
    if until <= since:
        raise invalid("until", "before_since", _("The end comes before the beginning."))
    if not 1900 <= since.year <= until.year <= 9000:
        words = _("The day is too far away. Check the year.")
        raise invalid("since", "out_of_range", words)
    if until - since > LONGEST_RANGE:
        raise invalid("until", "too_long", _("Ask for 62 days at most."))
    return Range(since, until)


def booking_with(
    booking_id: UUID,
    *,
    diaries: Diaries | None = None,
    who: Actor,
    kind: BookingKind | None = None,
) -> Booking:
    """A booking whose diary the actor may look into. Raises Absent."""
    mine = Booking.objects.filter(organization_id=who.organization_id, id=booking_id)
    if kind is not None:
        mine = mine.filter(kind=kind)
    for booking in mine.select_related("client", "service", "recipient", "series"):
        (diaries or diaries_of(who)).must_see([booking])
        return booking
    raise Absent


def bookings_with(ids: Collection[UUID], *, who: Actor) -> list[Booking]:
    """Those of some bookings whose diaries are open to the actor, by time."""
    rows = _open_to(diaries_of(who)).filter(id__in=ids)
    return list(rows.select_related("client").order_by("starts_at", "id"))


def bookings_in(
    asked: Range,
    *,
    who: Actor,
    kind: BookingKind,
    practitioner_id: UUID | None = None,
    client_id: UUID | None = None,
    after: Place | None = None,
    limit: int = 50,
) -> Page[Booking]:
    """A page of what begins in a range, the earliest first, in the diaries open to the actor.

    Cancelled ones are there as well. Raises Invalid for a limit out of range.
    """
    rows = _open_to(diaries_of(who)).filter(
        kind=kind, starts_at__gte=asked.since, starts_at__lt=asked.until
    )
    if practitioner_id is not None:
        rows = rows.filter(practitioner_id=practitioner_id)
    if client_id is not None:
        rows = rows.filter(client_id=client_id)
    if after is not None:
        since = _moment_in(after)
        rows = rows.filter(Q(starts_at__gt=since) | Q(starts_at=since, id__gt=after.id))
    found = rows.select_related("client", "service", "recipient").order_by("starts_at", "id")
    return page_of(
        found[: checked_limit(limit) + 1],
        limit=limit,
        place=lambda booking: Place(booking.starts_at.isoformat(), booking.id),
    )


def sessions_of(
    client_id: UUID,
    *,
    diaries: Diaries | None = None,
    who: Actor,
    at: datetime,
    before: Place | None = None,
    limit: int = 50,
) -> Page[Booking]:
    """A page of a client's sessions, the newest first, in the diaries open to the actor.

    Cancelled ones are there as well. What of a series is to come is not (`series_to_come`), but for
    what was cancelled of one that goes on. `diaries` where the caller has them already. Raises
    Invalid for a limit out of range.
    """
    rows = _open_to(diaries or diaries_of(who)).filter(
        kind=BookingKind.SESSION, client_id=client_id
    )
    to_come = Booking.objects.filter(
        organization_id=who.organization_id, series_id=OuterRef("series_id"), starts_at__gt=at
    )
    goes_on = Exists(to_come.exclude(state=BookingState.CANCELLED))
    hole = Q(goes_on, state=BookingState.CANCELLED)
    rows = rows.filter(~_FOLLOWS | Q(starts_at__lte=at) | hole)
    if before is not None:
        until = _moment_in(before)
        rows = rows.filter(starts_at__lte=until).filter(
            Q(starts_at__lt=until) | Q(id__lt=before.id)
        )
    found = rows.select_related("client", "service", "recipient").order_by("-starts_at", "-id")
    return page_of(
        found[: checked_limit(limit) + 1],
        limit=limit,
        place=lambda booking: Place(booking.starts_at.isoformat(), booking.id),
    )


def series_to_come(
    client_id: UUID, *, diaries: Diaries | None = None, who: Actor, at: datetime
) -> list[Booking]:
    """Of each series of a client the next session, by time, in the diaries open to the actor.

    Of a series that was cancelled it is the next of those that were cancelled. `diaries` where the
    caller has them already.
    """
    rows = _open_to(diaries or diaries_of(who)).filter(
        _FOLLOWS, kind=BookingKind.SESSION, client_id=client_id, starts_at__gt=at
    )
    off = ExpressionWrapper(Q(state=BookingState.CANCELLED), BooleanField())
    each = rows.order_by("series_id", off, "starts_at").distinct("series_id")
    return sorted(each.select_related("client", "series"), key=lambda next_: next_.starts_at)


def place_in_series(session: Booking) -> tuple[int, int]:
    """Which session of its series one is by the days of the rule, from 1, and of how many."""
    rows = Booking.objects.filter(
        organization_id=session.organization_id, series=session.series, series__isnull=False
    )
    days = list(rows.order_by("recurrence_on").values_list("recurrence_on", flat=True))
    return days.index(session.recurrence_on) + 1, len(days)


def _open_to(diaries: Diaries) -> QuerySet[Booking]:
    """The bookings that the actor may read; of the administrators also those of who has left."""
    rows = Booking.objects.filter(organization_id=diaries.who.organization_id)
    return rows.filter(diaries.readable)


def _moment_in(place: Place) -> datetime:
    try:
        moment = datetime.fromisoformat(place.key)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        words = _("This page does not exist. Begin at the first one.")
        raise Invalid([FieldError("after", "unknown_place", words)])
    return moment


@dataclass(frozen=True, slots=True)
class Entry:
    """Some time in a diary as the actor may see it: without `booking` it is only taken."""

    practitioner_id: UUID
    starts_at: datetime
    ends_at: datetime
    booking: Booking | None


def entries_in(
    asked: Range,
    practitioner_ids: Collection[UUID],
    *,
    diaries: Diaries | None = None,
    who: Actor,
    cancelled: bool = False,
) -> list[Entry]:
    """What takes time in these persons' diaries, by time; of closed ones only that it is taken.

    `cancelled` adds, in open diaries, what was called off. `diaries` where the caller has them
    already.
    """
    diaries = diaries or diaries_of(who)
    taken = taking_time(who.organization_id, since=asked.since, until=asked.until)
    rows = taken.filter(practitioner_id__in=practitioner_ids)
    found = list(rows.select_related("client", "service", "recipient"))
    if cancelled:
        found += _called_off(asked, practitioner_ids, diaries)
    readable = diaries.readable_among(found)
    return sorted(
        (_entry(booking, readable) for booking in found),
        key=lambda entry: (entry.starts_at, entry.ends_at, entry.practitioner_id),
    )


def _called_off(
    asked: Range, practitioner_ids: Collection[UUID], diaries: Diaries
) -> Iterator[Booking]:
    rows = _open_to(diaries).filter(
        practitioner_id__in=practitioner_ids,
        state=BookingState.CANCELLED,
        starts_at__gte=asked.since,
        starts_at__lt=asked.until,
    )
    yield from rows.select_related("client", "service", "recipient")


def _entry(booking: Booking, readable: Collection[UUID]) -> Entry:
    seen = booking if booking.id in readable else None
    return Entry(booking.practitioner_id, booking.starts_at, booking.ends_at, seen)


def memberships_of(
    organization_id: UUID, person_ids: Collection[UUID] | None = None
) -> Mapping[UUID, Membership]:
    """The members by their persons' ids, in the order of joining; no scope needed."""
    rows = Membership.objects.filter(organization_id=organization_id).select_related("person")
    if person_ids is not None:
        rows = rows.filter(person_id__in=person_ids)
    return {member.person_id: member for member in rows.order_by("id")}


def invoices_of(session: Booking, *, most: int = 10) -> list[UUID]:
    """The invoices in which a session stands, credited or not, the newest first."""
    lines = Line.objects.filter(
        organization_id=session.organization_id, source_id=session.id, document__corrects=None
    )
    ids = lines.order_by("-document_id").values_list("document_id", flat=True)
    return list(dict.fromkeys(ids[:most]))


def billed_by(draft_id: UUID, *, organization_id: UUID) -> list[Booking]:
    """The sessions that a draft bills and that are not cancelled, by time."""
    rows = drafted_in(draft_id, organization_id=organization_id).select_related("client")
    return list(rows.order_by("starts_at", "id"))


def grants_told(owner_id: UUID, *, organization_id: UUID, most: int = 50) -> list[Event]:
    """How a person's diary was opened and closed to others, the newest first."""
    kinds = [DiaryOpened.kind, DiaryClosed.kind]
    events = Event.objects.filter(organization_id=organization_id, kind__in=kinds)
    return list(events.filter(facts__owner_id=str(owner_id)).order_by("-at", "-id")[:most])


def given_by(owner_id: UUID, *, organization_id: UUID) -> Mapping[UUID, Grant]:
    """To whom a person has opened the own diary, by those persons' ids."""
    grants = Grant.objects.filter(organization_id=organization_id, owner_id=owner_id)
    return {grant.to_id: grant for grant in grants}
