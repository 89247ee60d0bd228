"""A practitioner's diary as a calendar that other programs fetch by a secret link (RFC 5545).

The link is shown once and only its hash is kept. Without `names` a session is just that: whoever
keeps a calendar for others learns neither who comes nor where.
"""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from icalendar import Calendar, Event

from storno.core.refusals import Absent, NotAllowed
from storno.diary.models import Booking, BookingState, DiaryFeed
from storno.diary.slot import LONGEST
from storno.history.models import Event as Happened
from storno.history.record import Happening, record
from storno.organizations.actors import hash_of
from storno.organizations.models import Membership
from storno.organizations.once import deed
from storno.organizations.queries import seller_of
from storno.organizations.roles import Actor, Deed
from storno.organizations.scope import scope

BEHIND = timedelta(days=30)
"""So much of the past is in a feed, and so long what was cancelled is told as such."""

AHEAD = timedelta(days=180)


@dataclass(frozen=True)
class FeedMade(Happening):
    """A practitioner got a new link to their diary; one from before opens nothing any more."""

    kind: ClassVar = "feed.made"
    sentence: ClassVar = _("A calendar link to the diary was made.")
    names: bool


@dataclass(frozen=True)
class FeedWithdrawn(Happening):
    """The link to a diary opens nothing any more."""

    kind: ClassVar = "feed.withdrawn"
    sentence: ClassVar = _("The calendar link to the diary was withdrawn.")


@dataclass(frozen=True, slots=True)
class FreshFeed:
    """A feed, and the secret of its link, which is nowhere else."""

    feed: DiaryFeed
    secret: str


@deed
def make_feed(*, names: bool, who: Actor, at: datetime) -> FreshFeed:
    """Make a link to one's own diary; the one from before ends. Raises NotAllowed."""
    who.must(Deed.BOOK)
    membership = _mine(who)
    secret = secrets.token_urlsafe(32)
    feed, _made = DiaryFeed.objects.update_or_create(
        membership=membership,
        defaults={"hash": hash_of(secret), "names": names, "made_at": at},
    )
    record(FeedMade(names), subject_id=membership.person_id, who=who, at=at)
    return FreshFeed(feed, secret)


@deed
def withdraw_feed(*, who: Actor, at: datetime) -> None:
    """End the link to one's own diary; ending it twice is ending it. Raises NotAllowed."""
    who.must(Deed.BOOK)
    membership = _mine(who)
    gone, _by_model = DiaryFeed.objects.filter(membership=membership).delete()
    if gone:
        record(FeedWithdrawn(), subject_id=membership.person_id, who=who, at=at)


def feed_of(who: Actor) -> DiaryFeed | None:
    """The link to one's own diary, if there is one."""
    mine = Membership.objects.filter(organization_id=who.organization_id)
    if who.person_id is None:
        return None
    return DiaryFeed.objects.filter(membership__in=mine.filter(person_id=who.person_id)).first()


def calendar_behind(secret: str, *, at: datetime) -> bytes:
    """The calendar that a link opens, at a moment. Raises Absent, whatever is wrong with it."""
    if not secret.isascii() or len(secret) > 100:
        raise Absent
    found = DiaryFeed.objects.select_related("membership").filter(
        hash=hash_of(secret), membership__person__is_active=True
    )
    for feed in found:
        with scope(feed.membership.organization_id):
            return _written(feed, at)
    raise Absent


def _mine(who: Actor) -> Membership:
    """The actor's own membership. Raises NotAllowed of who is no person."""
    if who.person_id is None:
        raise NotAllowed
    mine = Membership.objects.filter(organization_id=who.organization_id)
    return mine.get(person_id=who.person_id)


def _written(feed: DiaryFeed, at: datetime) -> bytes:
    bookings = list(_bookings(feed.membership, at))
    seller = seller_of(feed.membership.organization_id)
    calendar = Calendar()
    calendar.add("PRODID", "-//Storno//Storno//EN")
    calendar.add("VERSION", "2.0")
    with translation.override(seller.language):
        calendar.add("X-WR-CALNAME", _now("Diary"))
        for event in _events(bookings, names=feed.names):
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def _bookings(membership: Membership, at: datetime) -> Iterable[Booking]:
    """What is in the diary some time before and after a moment, and what was cancelled lately."""
    rows = Booking.objects.filter(
        organization_id=membership.organization_id,
        practitioner_id=membership.person_id,
        starts_at__gt=at - BEHIND - LONGEST,
        starts_at__lt=at + AHEAD,
        ends_at__gt=at - BEHIND,
    ).exclude(state=BookingState.CANCELLED, cancelled_at__lt=at - BEHIND)
    return rows.select_related("client").order_by("starts_at", "id")


def _events(bookings: list[Booking], *, names: bool) -> Iterator[Event]:
    changed = _changed(bookings)
    for booking in bookings:
        event = Event()
        event.add("UID", str(booking.id))
        event.add("DTSTAMP", changed.get(booking.id, booking.created_at).astimezone(UTC))
        event.add("SEQUENCE", booking.version - 1)
        event.add("DTSTART", booking.starts_at.astimezone(UTC))
        event.add("DTEND", booking.ends_at.astimezone(UTC))
        event.add("SUMMARY", _summary(booking, names=names))
        cancelled = booking.state == BookingState.CANCELLED
        event.add("STATUS", "CANCELLED" if cancelled else "CONFIRMED")
        if names and booking.place:
            event.add("LOCATION", booking.place)
        if names and booking.video:
            event.add("URL", booking.video)
        yield event


def _summary(booking: Booking, *, names: bool) -> str:
    if booking.client is None:
        return booking.title
    return booking.client.name if names else _now("Session")


def _changed(bookings: list[Booking]) -> dict[UUID, datetime]:
    """When each was changed last, as its history has it (DTSTAMP, RFC 5545 §3.8.7.2)."""
    if not bookings:
        return {}
    rows = Happened.objects.filter(
        organization_id=bookings[0].organization_id, subject_id__in=[each.id for each in bookings]
    )
    return dict(rows.values_list("subject_id").annotate(Max("at")))
