"""Who looks after a client: one member is responsible, others have access.

Where practitioners see their own clients only, these are theirs. Changed under the lock of the
client; by bookings under that of the member's diary, while the client is held.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from storno.clients.models import Care, CareKind
from storno.clients.save import hold_clients
from storno.clients.sight import looked_after_among
from storno.core.refusals import NotAllowed
from storno.history.record import Happening, record
from storno.organizations.models import Membership
from storno.organizations.roles import Actor
from storno.organizations.scope import unlimited


class NotYoursToOpen(NotAllowed):
    """Whoever gives a session away does not look after its client any more."""

    code = "client_not_yours"
    message = _("You do not look after this client, so you cannot open it to a colleague.")
    remedy = _("Ask who is responsible for the client to share it with them.")


@dataclass(frozen=True)
class CareTaken(Happening):
    """Somebody looks after a client from now on, because it was booked with them."""

    kind: ClassVar = "client.care_taken"
    sentence: ClassVar = _("%(member_person)s looks after this client from now on.")
    member_person: str


@dataclass(frozen=True)
class CareWithdrawn(Happening):
    """A member's access to a client was taken back."""

    kind: ClassVar = "client.access_withdrawn"
    sentence: ClassVar = _("The access of %(member_person)s to this client was taken back.")
    member_person: str


def cares_of(client_id: UUID, organization_id: UUID) -> QuerySet[Care]:
    """Who looks after a client; the responsible member first. Inside a scope."""
    mine = Care.objects.filter(organization_id=organization_id, client_id=client_id)
    return mine.order_by("kind", "since", "id")


def take_into_care(
    client_id: UUID, person_id: UUID, *, given: bool = False, who: Actor, at: datetime
) -> None:
    """Let somebody look after a client with whom it is booked, if they do not yet.

    Whoever may book in a member's diary gives the access that treating somebody needs, of a client
    that they look after themselves. Responsible is who comes first. Access that comes with a
    `given` session lasts as long as that is theirs (`leave_care`); a booking of their own lets it
    last. Within the caller's transaction; of two at once the database lets one be responsible, and
    the other has access. Raises NotYoursToOpen.
    """
    with (
        unlimited()
    ):  # a session may be given to who is responsible by now, also out of one's sight
        known = {each.person_id: each for each in cares_of(client_id, who.organization_id)}
    if person_id in known:
        if not given:
            let_last(known[person_id])
        return
    if not looked_after_among([client_id], who):
        raise NotYoursToOpen
    some_is = any(each.kind == CareKind.PRIMARY for each in known.values())
    first = CareKind.SHARED if some_is else CareKind.PRIMARY
    for kind in (first, CareKind.SHARED):
        care = Care(
            organization_id=who.organization_id,
            client_id=client_id,
            person_id=person_id,
            kind=kind,
            given=given and kind is CareKind.SHARED,
            since=at,
        )
        Care.objects.bulk_create([care], ignore_conflicts=True)
        if (
            kind is CareKind.SHARED
            or cares_of(client_id, who.organization_id).filter(person_id=person_id).exists()
        ):
            break
    record(CareTaken(str(person_id)), subject_id=client_id, who=who, at=at)


def take_back_into_care(client_id: UUID, person_id: UUID, *, who: Actor, at: datetime) -> None:
    """Let who has a session again look after its client, if they do not by now.

    As if the session were given to them anew. Where that is not the actor's to give, or they are no
    member any more, nothing is: what was done is taken back all the same.
    """
    members = Membership.objects.filter(organization_id=who.organization_id, person_id=person_id)
    if members.exists() and looked_after_among([client_id], who):
        take_into_care(client_id, person_id, given=True, who=who, at=at)


def let_last(care: Care) -> bool:
    """Let access last that came with a given session; tell whether it did."""
    if not care.given:
        return False
    care.given = False
    care.save(update_fields=["given"])
    return True


def leave_care(client_id: UUID, person_id: UUID, *, who: Actor, at: datetime) -> None:
    """Take back the access that came with given sessions, now that none of these is theirs.

    Held, the client is shared with nobody meanwhile. Within the caller's transaction, under the
    lock of the member's diary. Raises ClientIsErased.
    """
    hold_clients([client_id], organization_id=who.organization_id)
    theirs = cares_of(client_id, who.organization_id).filter(person_id=person_id, given=True)
    for care in theirs:
        record(CareWithdrawn(str(person_id)), subject_id=client_id, who=who, at=at)
        care.delete()
