"""Sharing a client with a colleague, handing it over, and taking access back.

Administrators decide it, and whoever is responsible for the client. All of it happens under the
lock of the client.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from storno.clients.care import CareWithdrawn, cares_of, let_last
from storno.clients.models import Care, CareKind, Client
from storno.clients.save import lock_clients
from storno.clients.sight import looked_after
from storno.core.refusals import Absent, NotAllowed, Refused, invalid
from storno.history.record import Happening, record
from storno.organizations.models import Membership
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed, deeds_of


class NotResponsible(NotAllowed):
    """Neither an administrator nor responsible for the client."""

    code = "not_responsible"
    message = _("Only who is responsible for the client, or an administrator, decides this.")
    remedy = _("Ask one of them.")


class IsResponsible(Refused):
    """The member is responsible for the client, which somebody must be."""

    code = "is_responsible"
    message = _("This member is responsible for the client.")
    remedy = _("Hand the client over to somebody else first.")


@dataclass(frozen=True)
class CareShared(Happening):
    """A member was given access to a client."""

    kind: ClassVar = "client.shared"
    sentence: ClassVar = _("Access to this client was shared with %(member_person)s.")
    member_person: str


@dataclass(frozen=True)
class ClientHandedOver(Happening):
    """From now on another member is responsible for a client."""

    kind: ClassVar = "client.handed_over"
    sentence: ClassVar = _("This client was handed over to %(member_person)s.")
    member_person: str


@deed
def share_client(client_id: UUID, membership_id: UUID, *, who: Actor, at: datetime) -> Care:
    """Give a member access to a client, which lasts; sharing twice is sharing.

    Raises Absent, Invalid, NotAllowed, ClientIsForgotten.
    """
    cares = _lock(client_id, who)
    person_id = colleague_with(membership_id, organization_id=who.organization_id)
    care = cares.get(person_id)
    if care is not None and not let_last(care):
        return care
    care = care or _new(client_id, person_id, CareKind.SHARED, who=who, at=at)
    record(CareShared(str(person_id)), subject_id=client_id, who=who, at=at)
    return care


@deed
def withdraw_access(client_id: UUID, care_id: UUID, *, who: Actor, at: datetime) -> None:
    """Take a member's access to a client back; one's own gives up who has it.

    What was held in the member's own diary stays in their sight. Raises Absent, NotAllowed,
    IsResponsible, ClientIsForgotten.
    """
    cares = _lock(client_id, who, of=care_id)
    care = next((each for each in cares.values() if each.id == care_id), None)
    if care is None:
        raise Absent
    if care.kind == CareKind.PRIMARY:
        raise IsResponsible
    record(CareWithdrawn(str(care.person_id)), subject_id=client_id, who=who, at=at)
    care.delete()


@deed
def transfer_client(
    client_id: UUID,
    membership_id: UUID,
    *,
    keep_access: bool = False,
    who: Actor,
    at: datetime,
) -> None:
    """Hand a client over to a member, who is responsible from now on.

    `keep_access`: whoever was so far keeps access. Raises Absent, Invalid, NotAllowed,
    ClientIsForgotten.
    """
    cares = _lock(client_id, who)
    person_id = colleague_with(membership_id, organization_id=who.organization_id)
    _hand_over(client_id, cares, person_id, keep_access, who=who, at=at)


@deed
def hand_over_clients(
    person_id: UUID, membership_id: UUID | None, *, who: Actor, at: datetime
) -> int:
    """Hand all clients of somebody who has left over to a member; return how many there were.

    Raises Absent, Invalid, NotAllowed.
    """
    who.must(Deed.INVITE)
    if _is_member(person_id, who):
        raise Absent
    ids = set(_of_person(person_id, who).values_list("client_id", flat=True))
    if not ids:
        raise Absent
    new_id = colleague_with(membership_id, organization_id=who.organization_id)
    lock_clients(ids, who=who)
    for client_id in sorted(ids):
        cares = {each.person_id: each for each in cares_of(client_id, who.organization_id)}
        if cares[person_id].kind == CareKind.PRIMARY:
            _hand_over(client_id, cares, new_id, False, who=who, at=at)
        else:
            cares[person_id].delete()
    return len(ids)


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Whose clients wait to be handed over, and for how many they were responsible or not."""

    person_id: UUID
    clients: int


def left_behind(organization_id: UUID) -> list[LeftBehind]:
    """Who has left and still looks after clients; inside a scope."""
    members = Membership.objects.filter(organization_id=organization_id)
    cares = Care.objects.filter(organization_id=organization_id, client__erasing_at=None)
    left = cares.exclude(person_id__in=members.values("person_id"))
    counted: dict[UUID, int] = defaultdict(int)
    for person_id in left.values_list("person_id", flat=True):
        counted[person_id] += 1
    return [LeftBehind(person_id, count) for person_id, count in sorted(counted.items())]


def may_share(cares: Mapping[UUID, Care], who: Actor) -> bool:
    """Whether the actor decides who looks after a client, of whom these do now."""
    mine = cares.get(who.person_id) if who.person_id else None
    responsible = mine is not None and mine.kind == CareKind.PRIMARY
    return who.may(Deed.INVITE) or (responsible and who.may(Deed.KEEP_CLIENTS))


def colleagues(organization_id: UUID) -> list[Membership]:
    """The members who may look after clients; no scope needed."""
    members = Membership.objects.filter(organization_id=organization_id).select_related("person")
    return [member for member in members.order_by("id") if _keeps_clients(member)]


def must_share(client_id: UUID, *, of: UUID | None = None, who: Actor) -> None:
    """Raise unless the actor decides who looks after a client, or has the access `of`; in a scope.

    Raises Absent, NotAllowed.
    """
    who.must(Deed.KEEP_CLIENTS)
    theirs = Client.objects.filter(looked_after(who), organization_id=who.organization_id)
    if not theirs.filter(id=client_id).exists():
        raise Absent
    cares = {each.person_id: each for each in cares_of(client_id, who.organization_id)}
    own = who.person_id in cares and cares[who.person_id].id == of
    if not may_share(cares, who) and not own:
        raise NotResponsible


def _lock(client_id: UUID, who: Actor, *, of: UUID | None = None) -> dict[UUID, Care]:
    """Lock a client that the actor decides about; who looks after it, by their persons' ids."""
    must_share(client_id, of=of, who=who)
    lock_clients([client_id], who=who)
    return {each.person_id: each for each in cares_of(client_id, who.organization_id)}


def _hand_over(
    client_id: UUID,
    cares: Mapping[UUID, Care],
    person_id: UUID,
    keep_access: bool,
    *,
    who: Actor,
    at: datetime,
) -> None:
    """Make a person responsible for a locked client."""
    former = next((each for each in cares.values() if each.kind == CareKind.PRIMARY), None)
    if former is not None and former.person_id == person_id:
        return
    if former is not None:
        former.kind = CareKind.SHARED
        former.save(update_fields=["kind"])
    if person_id in cares:
        let_last(cares[person_id])
        cares[person_id].kind = CareKind.PRIMARY
        cares[person_id].save(update_fields=["kind"])
    else:
        _new(client_id, person_id, CareKind.PRIMARY, who=who, at=at)
    record(ClientHandedOver(str(person_id)), subject_id=client_id, who=who, at=at)
    if former is not None and not keep_access:
        former.delete()  # last, for with it the client may leave the actor's sight


def _new(client_id: UUID, person_id: UUID, kind: CareKind, *, who: Actor, at: datetime) -> Care:
    return Care.objects.create(
        organization_id=who.organization_id,
        client_id=client_id,
        person_id=person_id,
        kind=kind,
        since=at,
    )


def colleague_with(
    membership_id: UUID | None, *, organization_id: UUID, field: str = "member"
) -> UUID:
    """The person who is this member and may look after clients. Raises Invalid, about `field`."""
    chosen = [] if membership_id is None else [membership_id]
    members = Membership.objects.filter(organization_id=organization_id, id__in=chosen)
    for member in members:
        if _keeps_clients(member):
            return member.person_id
    raise invalid(field, "unknown_member", _("Choose one of your colleagues."))


def _keeps_clients(member: Membership) -> bool:
    return Deed.KEEP_CLIENTS in deeds_of(member.roles, office_may_credit=False)


def _is_member(person_id: UUID, who: Actor) -> bool:
    members = Membership.objects.filter(organization_id=who.organization_id, person_id=person_id)
    return members.exists()


def _of_person(person_id: UUID, who: Actor) -> QuerySet[Care]:
    mine = Care.objects.filter(organization_id=who.organization_id, person_id=person_id)
    return mine.filter(client__erasing_at=None)
