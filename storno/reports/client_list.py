"""All clients as a table, and who stands beside whom as another.

Headings are the names of the fields: they stay the same in every language, and the import of
clients knows them. Whoever was forgotten is not in it.
"""

from collections.abc import Iterator
from itertools import islice

from storno.clients.models import Client, Contact
from storno.clients.sight import as_seen, looked_after
from storno.core.sheet import Row, safe_cell
from storno.organizations.roles import Actor, Deed

AT_ONCE = 1000
"""Rows that are read with one statement."""

CLIENT_COLUMNS = (
    *("number", "name", "kind", "email", "phone", "business_id", "contact"),
    *("street", "postcode", "city", "country", "language", "term_days", "term_agreed"),
    *("channel", "method", "buyer_reference", "time_zone", "told_by"),
    *("wants_reminders", "served", "shared", "archived"),
)
CONTACT_COLUMNS = (
    *("client_number", "client", "contact_number", "contact", "relation"),
    *("case_number", "told", "recipient"),
)


def client_rows(*, who: Actor) -> Iterator[Row]:
    """Clients by their numbers, below a heading; in a scope. Raises NotAllowed."""
    who.must(Deed.EXPORT)
    yield CLIENT_COLUMNS
    mine = Client.objects.filter(
        organization_id=who.organization_id, forgotten_at=None, erasing_at=None
    )
    rows = mine.order_by("number").iterator(AT_ONCE)
    while some := as_seen(islice(rows, AT_ONCE), who):
        yield from map(client_row, some)


def client_row(client: Client) -> Row:
    """A client as a row under `CLIENT_COLUMNS`."""
    texts = (
        *(client.name, client.kind, client.email, client.phone, client.business_id),
        *(client.contact, client.street, client.postcode, client.city, client.country),
        client.language,
        "" if client.term_days is None else str(client.term_days),
        yes_or_no(client.term_agreed),
        *(client.channel, client.method, client.buyer_reference),
        *(client.time_zone, client.told_by),
    )
    ticks = (
        *(client.wants_reminders, client.served, client.shared),
        client.archived_at is not None,
    )
    return [str(client.number), *map(safe_cell, texts), *map(yes_or_no, ticks)]


def contact_rows(*, who: Actor) -> Iterator[Row]:
    """Contacts by the numbers of their clients, below a heading; in a scope. Raises NotAllowed."""
    who.must(Deed.EXPORT)
    yield CONTACT_COLUMNS
    mine = Contact.objects.filter(
        looked_after(who, "client_id"), organization_id=who.organization_id
    )
    beside = mine.select_related("client", "party").order_by("client__number", "party__number")
    for contact in beside.iterator(AT_ONCE):
        yield contact_row(contact)


def contact_row(contact: Contact) -> Row:
    """A contact as a row under `CONTACT_COLUMNS`."""
    return [
        str(contact.client.number),
        safe_cell(contact.client.name),
        str(contact.party.number),
        safe_cell(contact.party.name),
        safe_cell(contact.relation),
        safe_cell(contact.case_number),
        yes_or_no(contact.told),
        yes_or_no(contact.recipient),
    ]


def yes_or_no(tick: bool) -> str:
    """A tick as a word that programs read."""
    return "yes" if tick else "no"
