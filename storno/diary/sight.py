"""Whose diary somebody may look into or book in: their own, and those opened to them.

Nobody stands above it: an administrator sees of others when they are busy, until they are let in.
Only the diary of somebody who has left is kept by the administrators.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from storno.clients.sight import session_in_sight
from storno.core.refusals import Absent, NotAllowed, invalid
from storno.diary.models import Booking, Grant, Series, Sight
from storno.history.record import Happening, record
from storno.organizations.models import Membership
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed


@dataclass(frozen=True)
class DiaryOpened(Happening):
    """A practitioner let a member look into their diary, or book in it. Subject: that member."""

    kind: ClassVar = "diary.opened"
    sentence: ClassVar = _("A diary was opened to this member.")
    owner_id: str
    sight: str


@dataclass(frozen=True)
class DiaryClosed(Happening):
    """A practitioner closed their diary to a member. Subject: that member."""

    kind: ClassVar = "diary.closed"
    sentence: ClassVar = _("A diary was closed to this member.")
    owner_id: str


@deed
def open_diary(membership_id: UUID, sight: Sight, *, who: Actor, at: datetime) -> Grant:
    """Open one's own diary to another member, or open it otherwise than so far.

    Raises Absent, Invalid, NotAllowed.
    """
    who.must(Deed.BOOK)
    owner_id, to_id = _parties(membership_id, who)
    if to_id == owner_id:
        raise invalid("member", "yourself", _("Your own diary is open to you."))
    given, _made = Grant.objects.update_or_create(
        organization_id=who.organization_id,
        owner_id=owner_id,
        to_id=to_id,
        defaults={"sight": sight},
        create_defaults={"sight": sight, "since": at},
    )
    record(DiaryOpened(str(owner_id), str(sight)), subject_id=to_id, who=who, at=at)
    return given


@deed
def close_diary(membership_id: UUID, *, who: Actor, at: datetime) -> None:
    """Close one's own diary to another member; closing twice is closing.

    Raises Absent, NotAllowed.
    """
    who.must(Deed.BOOK)
    owner_id, to_id = _parties(membership_id, who)
    gone, _by_model = Grant.objects.filter(
        organization_id=who.organization_id, owner_id=owner_id, to_id=to_id
    ).delete()
    if gone:
        record(DiaryClosed(str(owner_id)), subject_id=to_id, who=who, at=at)


def _parties(membership_id: UUID, who: Actor) -> tuple[UUID, UUID]:
    """Whose diary it is, and the person to whom. Raises Absent, NotAllowed."""
    if who.person_id is None:
        raise NotAllowed
    members = Membership.objects.filter(organization_id=who.organization_id, id=membership_id)
    for to_id in members.values_list("person_id", flat=True):
        return who.person_id, to_id
    raise Absent


@dataclass(frozen=True, slots=True)
class Diaries:
    """What somebody may do in whose diary, by persons' ids; asked once, in a scope."""

    who: Actor
    opened: dict[UUID, Sight]
    members: frozenset[UUID]

    def sight_of(self, practitioner_id: UUID) -> Sight | None:
        """What may be done in a diary; None where it shows only when somebody is busy."""
        if self.who.person_id in (None, practitioner_id):
            return Sight.BOOK
        if practitioner_id not in self.members and self.who.may(Deed.INVITE):
            return Sight.BOOK
        return self.opened.get(practitioner_id)

    @property
    def readable(self) -> Q:
        """Which bookings may be read, as a condition on their rows: all by who is no person."""
        return _readable(self.who, Q(practitioner_id__in=self.opened), self.members)

    def must_book(self, practitioner_id: UUID) -> None:
        """Raise NotAllowed unless this diary may be written in."""
        if self.sight_of(practitioner_id) != Sight.BOOK:
            raise DiaryIsClosed

    def must_see(self, bookings: Collection[Booking]) -> None:
        """Raise Absent unless what stands in all these bookings may be read."""
        if len(self.readable_among(bookings)) < len(bookings):
            raise Absent

    def readable_among(self, bookings: Collection[Booking]) -> frozenset[UUID]:
        """The ids of those bookings that may be read.

        With one more statement for who sees their own clients only.
        """
        open_ = frozenset(each.id for each in bookings if self.sight_of(each.practitioner_id))
        if self.who.clients_of is None or not open_:
            return open_
        rows = Booking.objects.filter(organization_id=self.who.organization_id, id__in=open_)
        return frozenset(rows.filter(session_in_sight(self.who)).values_list("id", flat=True))


def _readable(who: Actor, opened: Q, members: Collection[UUID] | QuerySet[Any]) -> Q:
    """Which bookings somebody may read to whom these diaries are open; `members`: by persons."""
    if who.person_id is None:
        return Q()
    mine = Q(practitioner_id=who.person_id) | opened
    if who.may(Deed.INVITE):
        mine |= ~Q(practitioner_id__in=members)
    return mine & session_in_sight(who)


class DiaryIsClosed(NotAllowed):
    """The diary is another's, who has not let the actor book in it."""

    code = "diary_closed"
    message = _("You may not book in this diary.")
    remedy = _("Ask whose diary it is to open it to you.")


def must_book_for(bookings: Collection[Booking], who: Actor) -> None:
    """Raise NotAllowed unless the actor may write in the diaries of all these bookings."""
    if not bookings:
        return
    who.must(Deed.BOOK)
    diaries = diaries_of(who)
    for booking in bookings:
        diaries.must_book(booking.practitioner_id)


def told_of_open_diaries(who: Actor) -> Q:
    """Which happenings may be told: of bookings only those in diaries open to the actor.

    A condition on rows with a `subject_id`, which asks nothing by itself; inside a scope.
    """
    grants, members = _grants_and_members(who)
    opened = Q(practitioner_id__in=grants.values("owner_id"))
    subjects = {"organization_id": who.organization_id, "id": OuterRef("subject_id")}
    bookings, series = Booking.objects.filter(**subjects), Series.objects.filter(**subjects)
    readable = _readable(who, opened, members.values("person_id"))
    closed = Exists(bookings.exclude(readable)) | Exists(series.exclude(readable))
    return Q() if not readable else ~Q(closed)


def diaries_of(who: Actor, members: Collection[UUID] | None = None) -> Diaries:
    """The diaries of an organization as this actor may see them; inside a scope.

    `members` are all persons who belong to it, where the caller has them already.
    """
    grants, rows = _grants_and_members(who)
    persons = rows.values_list("person_id", flat=True) if members is None else members
    opened = {grant.owner_id: Sight(grant.sight) for grant in grants}
    return Diaries(who, opened, frozenset(persons))


def _grants_and_members(who: Actor) -> tuple[QuerySet[Grant], QuerySet[Membership]]:
    """What was opened to somebody, and who belongs to the organization."""
    grants = Grant.objects.filter(organization_id=who.organization_id)
    if who.person_id is not None:
        grants = grants.filter(to_id=who.person_id)
    return grants, Membership.objects.filter(organization_id=who.organization_id)
