"""Who has looked at a client: noted when somebody reads its page, its papers or its file.

At most once in ten minutes for each person and client, with one INSERT. What was noted cannot be
changed; it is forgotten after two years.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from storno.clients.models import Client, Look
from storno.clients.queries import client_with
from storno.clients.sight import looked_after_among
from storno.core.ids import new_id
from storno.core.refusals import Absent
from storno.organizations.roles import Actor
from storno.organizations.scope import scope

SLOT = timedelta(minutes=10)
KEPT_FOR = timedelta(days=2 * 365)

_NOTE_AND_READ = """
    WITH noted AS (
        INSERT INTO clients_look (id, organization_id, client_id, person_id, slot, token_id, at)
        SELECT %(id)s, organization_id, id, %(person_id)s, %(slot)s, %(token_id)s, %(at)s
        FROM clients_client WHERE organization_id = %(organization_id)s AND id = %(client_id)s
        ON CONFLICT DO NOTHING
    )
    SELECT * FROM clients_client WHERE organization_id = %(organization_id)s AND id = %(client_id)s
"""
"""Both in one statement: that reads are noted makes none of them slower."""


def note_look(*client_ids: UUID, who: Actor, at: datetime) -> None:
    """Note that the actor looks at clients now; of what happens by itself nothing is noted."""
    if who.person_id is not None:
        looks = [Look(**_noted(client_id, who, at)) for client_id in client_ids]
        Look.objects.bulk_create(looks, ignore_conflicts=True)


def client_looked_at(client_id: UUID, *, who: Actor, at: datetime) -> Client:
    """The client with this id, and that the actor has looked at it. Raises Absent."""
    if who.person_id is None:
        return client_with(client_id, organization_id=who.organization_id)
    for client in Client.objects.raw(_NOTE_AND_READ, _noted(client_id, who, at)):
        return client
    raise Absent


def own_client_looked_at(client_id: UUID, *, who: Actor, at: datetime) -> Client:
    """The same of a client that the actor looks after: for what is its own. Raises Absent."""
    if not looked_after_among([client_id], who):
        raise Absent
    return client_looked_at(client_id, who=who, at=at)


def _noted(client_id: UUID, who: Actor, at: datetime) -> dict[str, Any]:
    """What a row of a look says."""
    return {
        "id": new_id(),
        "organization_id": who.organization_id,
        "client_id": client_id,
        "person_id": who.person_id,
        "slot": int(at.timestamp()) // int(SLOT.total_seconds()),
        "token_id": who.token_id,
        "at": at,
    }


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
