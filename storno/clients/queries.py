"""Finding clients: by id, by name in pages, and as one types. All of it needs the scope."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from storno.clients.models import Client, ClientWord
from storno.core.folding import LAST, words_sought
from storno.core.pages import Page, Place, checked_limit, page_of
from storno.core.refusals import Absent


def client_with(client_id: UUID, *, organization_id: UUID) -> Client:
    """The client with this id. Raises Absent."""
    found = Client.objects.filter(organization_id=organization_id, id=client_id).first()
    if found is None:
        raise Absent
    return found


def clients_by_name(
    *,
    organization_id: UUID,
    archived: bool = False,
    after: Place | None = None,
    limit: int = 50,
) -> Page[Client]:
    """The clients on offer, or those in the archive, by name.

    Raises Invalid for a limit out of range.
    """
    rows = Client.objects.filter(organization_id=organization_id, archived_at__isnull=not archived)
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
    text: str, *, organization_id: UUID, archived: bool = False, limit: int = 10
) -> list[Client]:
    """The clients in whom every word begins a word of name, contact, e-mail, ids or number.

    Those on offer, or those in the archive; without a word the first by name. Raises Invalid for a
    limit out of range.
    """
    sought = words_sought(text)
    if not sought:
        page = clients_by_name(organization_id=organization_id, archived=archived, limit=limit)
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


def _begins(word: str) -> Q:
    return Q(word__gte=word, word__lt=word + LAST)
