"""Finding clients: by id, by name in pages, as one types, and who pays for whom.

All of it needs the scope.
"""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from storno.clients.models import Client, ClientWord, Contact
from storno.clients.sight import looked_after
from storno.core.folding import LAST, words_sought
from storno.core.pages import Page, Place, checked_limit, page_of
from storno.core.refusals import Absent
from storno.organizations.roles import Actor


def client_with(client_id: UUID, *, organization_id: UUID) -> Client:
    """The client with this id. Raises Absent."""
    found = Client.objects.filter(organization_id=organization_id, id=client_id).first()
    if found is None:
        raise Absent
    return found


def client_looked_after(client_id: UUID, *, who: Actor) -> Client:
    """The client with this id, of whom the actor may know and do all. Raises Absent."""
    mine = Client.objects.filter(looked_after(who), organization_id=who.organization_id)
    found = mine.filter(id=client_id).first()
    if found is None:
        raise Absent
    return found


def clients_by_name(
    *,
    organization_id: UUID,
    who: Actor | None = None,
    served: bool = True,
    archived: bool = False,
    after: Place | None = None,
    limit: int = 50,
) -> Page[Client]:
    """The clients on offer, of them those who only pay, or all in the archive, by name.

    For `who` sees their own clients only, all others are among those who only pay.
    Raises Invalid for a limit out of range.
    """
    rows = Client.objects.filter(
        organization_id=organization_id, archived_at__isnull=not archived, erasing_at=None
    )
    if not archived:
        clients = Q(served=True)
        if who is not None:
            clients &= looked_after(who)
        rows = rows.filter(clients if served else ~clients)
    if after is not None:
        # The first condition alone can be a range of the index; the second drops its first rows.
        rows = rows.filter(sort_key__gte=after.key).filter(
            Q(sort_key__gt=after.key) | Q(id__gt=after.id)
        )
    return page_of(
        rows.order_by("sort_key", "id")[: checked_limit(limit) + 1],
        limit=limit,
        place=lambda client: Place(client.sort_key, client.id),
    )


def search_clients(
    text: str,
    *,
    organization_id: UUID,
    who: Actor | None = None,
    archived: bool = False,
    limit: int = 10,
) -> list[Client]:
    """The clients in whom every word begins a word of name, contact, e-mail, ids or number.

    Those on offer, whether served or not, or those in the archive; without a word the first by name
    of the served. Raises Invalid for a limit out of range.
    """
    sought = words_sought(text)
    if not sought:
        page = clients_by_name(
            organization_id=organization_id, who=who, archived=archived, limit=limit
        )
        return list(page.items)
    words = ClientWord.objects.filter(organization_id=organization_id, archived=archived)
    same = words.filter(client_id=OuterRef("client_id"))
    # The longest word leads through the index; a client stands at the first word that fits.
    found = words.filter(_begins(sought[0])).exclude(
        Exists(same.filter(_begins(sought[0]), word__lt=OuterRef("word")))
    )
    for other in sought[1:]:
        found = found.filter(Exists(same.filter(_begins(other))))
    # Cut off before the clients are read, so that no plan can go through all of them.
    hits = found.order_by("word", "client_id").values("client_id")[: checked_limit(limit)]
    clients = Client.objects.filter(organization_id=organization_id, id__in=hits)
    return list(clients.order_by("sort_key", "id"))


def contacts_of(client_id: UUID, *, organization_id: UUID) -> list[Contact]:
    """The contacts of a client with their parties: who usually pays first, then by name."""
    beside = _contacts(organization_id).filter(client_id=client_id).select_related("party")
    return list(beside.order_by("-recipient", "party__sort_key", "party_id"))


def contact_with(contact_id: UUID, *, client_id: UUID, who: Actor) -> Contact:
    """This contact of a client that the actor looks after, with both its sides. Raises Absent."""
    found = (
        _contacts(who.organization_id)
        .filter(looked_after(who, "client_id"), client_id=client_id, id=contact_id)
        .select_related("client", "party")
        .first()
    )
    if found is None:
        raise Absent
    return found


def standing_recipient(client: Client) -> Client:
    """Who pays for a client where nothing else is said: a contact on offer, or the client."""
    standing = (
        _contacts(client.organization_id)
        .filter(client_id=client.id, recipient=True, party__archived_at=None)
        .select_related("party")
        .first()
    )
    return client if standing is None else standing.party


def recipients_of(client: Client, *, most_shared: int = 8) -> list[Client]:
    """Who may pay for a client: itself, its contacts, then shared payers; none twice.

    Only those on offer, but for the client itself. Of shared payers so many at most, by name.
    """
    beside = contacts_of(client.id, organization_id=client.organization_id)
    own = [client, *(each.party for each in beside if each.party.archived_at is None)]
    shared = Client.objects.filter(
        organization_id=client.organization_id, shared=True, archived_at=None
    ).exclude(id__in=[each.id for each in own])
    return [*own, *shared.order_by("sort_key", "id")[:most_shared]]


def case_number_of(client_id: UUID, party_id: UUID, *, organization_id: UUID) -> str:
    """What a payer calls the matter by which it pays for a client; empty where nothing is known."""
    beside = _contacts(organization_id).filter(client_id=client_id, party_id=party_id)
    return beside.values_list("case_number", flat=True).first() or ""


def served_beside(party: Client, *, most: int = 2) -> list[Client]:
    """The first clients by name who have this party as a contact."""
    beside = _contacts(party.organization_id).filter(party_id=party.id)
    rows = Client.objects.filter(
        organization_id=party.organization_id, id__in=beside.values("client_id")
    )
    return list(rows.order_by("sort_key", "id")[:most])


def _contacts(organization_id: UUID) -> QuerySet[Contact]:
    return Contact.objects.filter(organization_id=organization_id)


def _begins(word: str) -> Q:
    return Q(word__gte=word, word__lt=word + LAST)
