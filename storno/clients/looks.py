"""Who has looked at a client: noted when somebody reads its page, its papers or its file.

At most once in ten minutes for each person and client, with one INSERT. What was noted cannot be
changed; it is forgotten after two years.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from storno.clients.models import Client, Look
from storno.clients.queries import client_with
from storno.organizations.roles import Actor
from storno.organizations.scope import scope

SLOT = timedelta(minutes=10)
KEPT_FOR = timedelta(days=2 * 365)


def note_look(*client_ids: UUID, who: Actor, at: datetime) -> None:
    """Note that the actor looks at clients now; of what happens by itself nothing is noted."""
    if who.person_id is None:
        return
    looks = [
        Look(
            organization_id=who.organization_id,
            client_id=client_id,
            person_id=who.person_id,
            slot=int(at.timestamp()) // int(SLOT.total_seconds()),
            token_id=who.token_id,
            at=at,
        )
        for client_id in client_ids
    ]
    Look.objects.bulk_create(looks, ignore_conflicts=True)


def client_looked_at(client_id: UUID, *, who: Actor, at: datetime) -> Client:
    """The client with this id, and that the actor has looked at it. Raises Absent."""
    client = client_with(client_id, organization_id=who.organization_id)
    note_look(client.id, who=who, at=at)
    return client


def looks_at(client_id: UUID, organization_id: UUID, *, most: int = 100) -> list[Look]:
    """Who has looked at a client, the last first; inside a scope."""
    rows = Look.objects.filter(organization_id=organization_id, client_id=client_id)
    return list(rows.order_by("-at", "-id")[:most])


def forget_looks(organization_id: UUID, *, at: datetime) -> int:
    """Delete what was noted longer ago than it is kept; return how much it was.

    The application may not delete it otherwise.
    """
    with scope(organization_id), connection.cursor() as cursor:
        cursor.execute("SELECT forget_looks(%s)", [at - KEPT_FOR])
        (gone,) = cursor.fetchone()
    return int(gone)
