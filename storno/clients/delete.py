"""Deleting clients that no paper names.

With a client go those of its contacts that were there for its sake only: that are not served, not
shared, beside no other client, and on no paper.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from storno.clients.models import Client, Contact
from storno.clients.save import lock_clients
from storno.core.refusals import Refused
from storno.history.record import Happening, record
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed


class ClientHasPapers(Refused):
    """The client stands on drafts, documents or sessions."""

    code = "client_has_papers"
    message = _("There are invoices, drafts or sessions of it, so it cannot be deleted.")
    remedy = _("Archive it: it is then no longer offered, and the papers stay readable.")


class ClientIsAContact(Refused):
    """The client stands beside others as their contact."""

    code = "client_is_a_contact"
    message = _("It is a contact of others, so it cannot be deleted.")
    remedy = _("Remove the contact there first.")


@dataclass(frozen=True)
class ClientDeleted(Happening):
    """A client that was never billed was deleted."""

    kind: ClassVar = "client.deleted"
    sentence: ClassVar = _("Recipient %(number)s was deleted.")
    number: int


@deed
def delete_client(client_id: UUID, *, who: Actor, at: datetime) -> None:
    """Delete a client that stands on no paper; its number is not given again.

    Raises Absent, NotAllowed, ClientHasPapers, ClientIsAContact, ClientIsForgotten.
    """
    who.must(Deed.KEEP_CLIENTS)
    mine = who.organization_id
    beside = Contact.objects.filter(organization_id=mine, client_id=client_id)
    parties = set(beside.values_list("party_id", flat=True))
    locked = lock_clients([client_id], beside=parties, who=who)
    client = locked.pop(client_id)
    if Contact.objects.filter(organization_id=mine, party_id=client_id).exists():
        raise ClientIsAContact
    if not _delete(client, who=who, at=at):
        raise ClientHasPapers
    drop_unneeded(locked.values(), who=who, at=at)


def drop_unneeded(parties: Iterable[Client], *, who: Actor, at: datetime) -> None:
    """Delete, of locked parties, those that were there only for clients who have let them go."""
    for party in parties:
        if not (party.served or party.shared or _is_beside_somebody(party)):
            _delete(party, who=who, at=at)


def _is_beside_somebody(party: Client) -> bool:
    beside = Contact.objects.filter(organization_id=party.organization_id, party_id=party.id)
    return beside.exists()


def _delete(client: Client, *, who: Actor, at: datetime) -> bool:
    """Delete a locked client, with its contacts, unless anything names it; say whether."""
    client_id, number = client.id, client.number
    try:
        with transaction.atomic():
            client.delete()
    except IntegrityError:
        return False
    record(ClientDeleted(number), subject_id=client_id, who=who, at=at)
    return True
