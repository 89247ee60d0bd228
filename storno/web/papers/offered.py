"""Who is offered as a draft's recipient: who stands near, and whoever is found."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from storno.clients.models import Client, Contact
from storno.clients.queries import client_with, contacts_of, recipients_of, search_clients
from storno.clients.sight import looked_after_among
from storno.core.refusals import Absent
from storno.web.access import Here
from storno.web.papers.asked import LONGEST_SEARCH

MOST_OFFERED = 8


@dataclass(frozen=True, slots=True)
class Offered:
    """Somebody who can be chosen; what tells them apart, of whom the member looks after."""

    id: UUID
    name: str
    told: str


def sought_in(sent: Mapping[str, str]) -> str:
    """Whom a form looks for."""
    return sent.get("sought", "").replace("\x00", "").strip()[:LONGEST_SEARCH]


def seeks_by_enter(sent: Mapping[str, str]) -> bool:
    """Whether Enter was pressed on a form whose client is still being looked for."""
    return "enter" in sent and bool(sought_in(sent))


def chosen_in(sent: Mapping[str, str], field: str, here: Here) -> Client | None:
    """Who was chosen in a form now, or before; one that is not there is nobody.

    Enter in the search chooses whom it finds, if that is one.
    """
    if "forget" in sent:
        return None
    if seeks_by_enter(sent):
        found = search_clients(sought_in(sent), organization_id=here.organization.id, limit=2)
        return found[0] if len(found) == 1 else None
    try:
        id_ = UUID(sent.get("choose") or sent.get(field, ""))
        return client_with(id_, organization_id=here.organization.id)
    except (ValueError, Absent):
        return None


def offered_to_all(sought: str, here: Here) -> list[Offered]:
    """Those who are found; while nothing is sought, the first by name."""
    found = search_clients(sought, organization_id=here.organization.id, limit=MOST_OFFERED)
    theirs = looked_after_among([client.id for client in found], here.who)
    return [_plain(client, theirs) for client in found]


def offered_for(client: Client, present: Client | None, here: Here) -> list[Offered]:
    """Who may pay for a client: itself, its contacts, shared payers; all others are sought.

    Without the `present` recipient.
    """
    near = _near(client, here)
    return [each for each in near if present is None or each.id != present.id]


def _near(client: Client, here: Here) -> Iterator[Offered]:
    relations = _relations(contacts_of(client.id, organization_id=here.organization.id))
    payers = recipients_of(client)
    theirs = looked_after_among([each.id for each in payers], here.who)
    for each in payers:
        relation = relations.get(each.id, "")
        yield Offered(each.id, each.name, relation) if relation else _plain(each, theirs)


def _relations(contacts: Iterable[Contact]) -> dict[UUID, str]:
    return {each.party_id: each.relation or _("Contact") for each in contacts}


def _plain(client: Client, theirs: Container[UUID]) -> Offered:
    told = (client.city or client.email) if client.id in theirs else ""
    return Offered(client.id, client.name, told)
