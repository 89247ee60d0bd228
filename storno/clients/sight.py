"""Who sees which client, and what bears on it.

Where an organization's setting `own_clients` says so, a practitioner sees the clients that they
look after, those that nobody looks after, and who stands beside these or pays for them; of papers
and sessions, those of these clients and what was held in the own diary. All else is absent.

Nothing here has to be asked for: the scope of such an actor (`scope_of`) shows no other rows, by
the policies of the database (see `storno.sight`). Only bookings are rows that take others' time
also where they may not be read: of them `session_in_sight` says so.
"""

from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Func, Q

from storno.organizations.roles import Actor


class _LookedAfter(Func):
    """The database's own answer about one client."""

    function = "looked_after"
    output_field = BooleanField()


class _SessionInSight(Func):
    """The database's own answer about one session."""

    function = "session_in_sight"
    output_field = BooleanField()


def looked_after(who: Actor) -> Q:
    """Which clients somebody may book and change: of those in sight, not who only pays for one."""
    return Q() if who.clients_of is None else Q(_LookedAfter("id"))


def session_in_sight(who: Actor) -> Q:
    """Which rows with a practitioner and a client may be read, as a condition on them."""
    if who.clients_of is None:
        return Q()
    return Q(_SessionInSight("practitioner_id", "client_id"))


def pays_for_somebody(party_id: UUID) -> bool:
    """Whether a client on offer usually has this one pay, be it in sight or not; inside a scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pays_for_somebody(%s)", [party_id])
        (pays,) = cursor.fetchone()
    return bool(pays)
