"""Who sees which client, and what bears on it.

Where an organization's setting `own_clients` says so, a practitioner sees the clients that they
look after, those that nobody looks after, and who stands beside these or pays for them; of papers
and sessions, those of these clients and what was held in the own diary. All else is absent.

Of a client that is in sight for the sake of papers only (it stands beside an own client, pays for
one, or was handed over), they see what papers need (`as_seen`) and change nothing: what it has of
its own as a client is `looked_after`, or absent.

Nothing here has to be asked for: the scope of such an actor (`scope_of`) shows no other rows, by
the policies of the database (see `storno.sight`). Only bookings are rows that take others' time
also where they may not be read: of them `session_in_sight` says so.
"""

from collections.abc import Collection, Iterable
from copy import copy
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Func, Q

from storno.clients.models import Client, Contact
from storno.organizations.roles import Actor


class _LookedAfter(Func):
    """The database's own answer about one client."""

    function = "looked_after"
    output_field = BooleanField()


class _SessionInSight(Func):
    """The database's own answer about one session."""

    function = "session_in_sight"
    output_field = BooleanField()


def looked_after(who: Actor, client: str = "id") -> Q:
    """Which clients somebody may book and change: of those in sight, not who only pays for one.

    `client` is the column that names the client in other tables.
    """
    return Q() if who.clients_of is None else Q(_LookedAfter(client))


def looked_after_among(ids: Collection[UUID], who: Actor) -> set[UUID]:
    """Of these clients, those that somebody may book and change; inside a scope."""
    if who.clients_of is None:
        return set(ids)
    mine = Client.objects.filter(looked_after(who), organization_id=who.organization_id)
    return set(mine.filter(id__in=ids).values_list("id", flat=True))


def as_seen(clients: Iterable[Client], who: Actor) -> list[Client]:
    """Clients as somebody may see them; inside a scope.

    Of whom they do not look after that is a copy with what papers need, not to be saved: whether
    and how it is served is not told, and how to reach it only where it stands beside an own client.
    """
    clients = list(clients)
    if who.clients_of is None:
        return clients
    ids = [each.id for each in clients]
    theirs = looked_after_among(ids, who)
    beside = Contact.objects.filter(
        looked_after(who, "client_id"), organization_id=who.organization_id, party_id__in=ids
    )
    reachable = set(beside.values_list("party_id", flat=True))
    return [
        each if each.id in theirs else _for_papers(each, reachable=each.id in reachable)
        for each in clients
    ]


def _for_papers(client: Client, *, reachable: bool) -> Client:
    seen = copy(client)
    seen.served, seen.time_zone, seen.told_by, seen.keep_until = False, "", "", None
    seen.wants_reminders = True
    if not reachable:
        seen.email = seen.phone = ""
    return seen


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
