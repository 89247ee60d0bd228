"""A practitioner's diary as a calendar that other programs fetch by a secret link (RFC 5545).

The link is shown once and only its hash is kept. Without `names` a session is just that: whoever
keeps a calendar for others learns neither who comes nor where.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar

from django.utils import translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Absent, NotAllowed
from storno.diary.calendar import Words, calendar_of
from storno.diary.models import Booking, BookingState, DiaryFeed
from storno.diary.slot import LONGEST
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
    with translation.override(seller.language):
        return calendar_of(bookings, partial(_words, names=feed.names), name=_now("Diary"))


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


def _words(booking: Booking, *, names: bool) -> Words:
    if booking.client is None:
        summary = booking.title
    else:
        summary = booking.client.name if names else _now("Session")
    return Words(summary, booking.place, booking.video) if names else Words(summary)
