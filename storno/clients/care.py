"""Who looks after a client: one member is responsible, others have access.

Where practitioners see their own clients only, these are theirs. Changed under the lock of the
client, but for the first booking, which only adds.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from storno.clients.models import Care, CareKind
from storno.history.record import Happening, record
from storno.organizations.roles import Actor


@dataclass(frozen=True)
class CareTaken(Happening):
    """Somebody looks after a client from now on, because it was booked with them."""

    kind: ClassVar = "client.care_taken"
    sentence: ClassVar = _("%(member_person)s looks after this client from now on.")
    member_person: str


def cares_of(client_id: UUID, organization_id: UUID) -> QuerySet[Care]:
    """Who looks after a client; the responsible member first. Inside a scope."""
    mine = Care.objects.filter(organization_id=organization_id, client_id=client_id)
    return mine.order_by("kind", "since", "id")


def take_into_care(client_id: UUID, person_id: UUID, *, who: Actor, at: datetime) -> None:
    """Let somebody look after a client with whom it is booked, if they do not yet.

    Responsible is who comes first. Within the caller's transaction; of two at once the database
    lets one be responsible, and the other has access.
    """
    known = dict(cares_of(client_id, who.organization_id).values_list("person_id", "kind"))
    if person_id in known:
        return
    first = CareKind.SHARED if CareKind.PRIMARY in known.values() else CareKind.PRIMARY
    for kind in (first, CareKind.SHARED):
        care = Care(
            organization_id=who.organization_id,
            client_id=client_id,
            person_id=person_id,
            kind=kind,
            since=at,
        )
        Care.objects.bulk_create([care], ignore_conflicts=True)
        if (
            kind is CareKind.SHARED
            or cares_of(client_id, who.organization_id).filter(person_id=person_id).exists()
        ):
            break
    record(CareTaken(str(person_id)), subject_id=client_id, who=who, at=at)
