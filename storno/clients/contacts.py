"""Contacts: who stands beside a client, is told of things, and may pay.

The party of a contact is a client as well, so it can be on a paper; most are not served. Both are
locked in the order of their ids, and a client's standing recipient changes under the lock of the
client: of two at once the later one counts. Whoever is told no more has no way to the sessions any
more: what waits to be sent is not, and the links that they got open nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from storno.clients.delete import drop_unneeded
from storno.clients.models import Client, Contact
from storno.clients.save import ClientInput, lock_clients, write_new_client
from storno.clients.sight import looked_after
from storno.core.entered import text_errors, tidy
from storno.core.refusals import Absent, FieldError, Invalid, Refused, invalid
from storno.history.record import Happening, record
from storno.organizations.links import take_back_links
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed

MOST_CONTACTS = 30

_LONGEST = {"relation": 60, "case_number": 70}


class AlreadyAContact(Refused):
    """The party stands beside this client already."""

    code = "already_a_contact"
    message = _("This contact is there already.")
    remedy = _("Change the contact that is there already.")


class TooManyContacts(Refused):
    """The client has as many contacts as anybody can look through."""

    code = "too_many_contacts"
    message = _("There are 30 contacts already; more cannot be added.")
    remedy = _("Remove one that is no longer needed.")


@dataclass(frozen=True)
class ContactSaved(Happening):
    """A contact was added or changed."""

    kind: ClassVar = "contact.saved"
    sentence: ClassVar = _("Recipient %(party)s was saved as a contact of %(number)s.")
    number: int
    party: int


@dataclass(frozen=True)
class ContactRemoved(Happening):
    """A contact was removed."""

    kind: ClassVar = "contact.removed"
    sentence: ClassVar = _("Recipient %(party)s is no longer a contact of %(number)s.")
    number: int
    party: int


@dataclass(frozen=True)
class StandingRecipientChanged(Happening):
    """From now on somebody else usually pays for a client."""

    kind: ClassVar = "client.recipient_changed"
    sentence: ClassVar = _("Recipient %(party)s usually pays for %(number)s now.")
    number: int
    party: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactInput:
    """What is said of a contact. `told`: it gets the client's notifications.

    `recipient`: it usually pays; whoever did so before does so no more. `case_number` is what it
    calls the matter by which it pays.
    """

    relation: str = ""
    case_number: str = ""
    told: bool = False
    recipient: bool = False


@deed
def add_contact(
    client_id: UUID,
    party: UUID | ClientInput,
    entered: ContactInput,
    *,
    who: Actor,
    at: datetime,
) -> Contact:
    """Put a party beside a client: one that is there, or one that is entered in the same act.

    Raises Absent, Invalid, NotAllowed, ClientIsForgotten, AlreadyAContact, TooManyContacts.
    """
    who.must(Deed.KEEP_CLIENTS)
    if isinstance(party, UUID):
        client, found = _lock_pair(client_id, party, who)
    else:
        client = lock_clients([client_id], who=who)[client_id]
        found = None
    beside = _beside(client)
    if found is not None and beside.filter(party_id=found.id).exists():
        raise AlreadyAContact
    if beside.count() >= MOST_CONTACTS:
        raise TooManyContacts
    entered = _checked(entered)
    if not isinstance(party, UUID):
        found = write_new_client(party, who=who, at=at)
    assert found is not None
    _check_payer(entered, found)
    contact = Contact(organization_id=who.organization_id, client=client, party=found)
    return _write(contact, entered, is_new=True, who=who, at=at)


@deed
def change_contact(
    client_id: UUID,
    contact_id: UUID,
    amend: Callable[[ContactInput], ContactInput],
    *,
    who: Actor,
    at: datetime,
) -> Contact:
    """Say other things of a contact: `amend` gets what is said and returns what shall be.

    Raises Absent, Invalid, NotAllowed, ClientIsForgotten.
    """
    who.must(Deed.KEEP_CLIENTS)
    contact = _lock_contact(client_id, contact_id, who)
    entered = _checked(amend(said_of(contact)))
    if not contact.recipient:
        _check_payer(entered, contact.party)
    return _write(contact, entered, is_new=False, who=who, at=at)


@deed
def remove_contact(client_id: UUID, contact_id: UUID, *, who: Actor, at: datetime) -> None:
    """Take a party away from a client; one that was there for its sake only is deleted.

    Papers for it stay, and it with them. Raises Absent, NotAllowed, ClientIsForgotten.
    """
    who.must(Deed.KEEP_CLIENTS)
    contact = _lock_contact(client_id, contact_id, who)
    client, party = contact.client, contact.party
    take_back_links(contact.id, organization_id=who.organization_id)
    contact.delete()
    removed = ContactRemoved(client.number, party.number)
    record(removed, subject_id=client.id, who=who, at=at)
    drop_unneeded([party], who=who, at=at)


def said_of(contact: Contact) -> ContactInput:
    """What is said of a contact, in the form in which it is entered."""
    return ContactInput(
        relation=contact.relation,
        case_number=contact.case_number,
        told=contact.told,
        recipient=contact.recipient,
    )


def _lock_pair(client_id: UUID, party_id: UUID, who: Actor) -> tuple[Client, Client]:
    """Lock a client and the party to be put beside it. Raises Absent, Invalid."""
    mine = Client.objects.filter(looked_after(who), organization_id=who.organization_id)
    if not mine.filter(id=client_id).exists():
        raise Absent
    if party_id == client_id:
        raise invalid("party", "same", _("Nobody is a contact of their own."))
    try:
        locked = lock_clients([client_id], beside=[party_id], who=who)
    except Absent:
        raise invalid("party", "unknown_party", _("Choose somebody who is there.")) from None
    return locked[client_id], locked[party_id]


def _lock_contact(client_id: UUID, contact_id: UUID, who: Actor) -> Contact:
    """Lock a contact with both its sides. Raises Absent, ClientIsForgotten."""
    mine = Contact.objects.filter(
        organization_id=who.organization_id, client_id=client_id, id=contact_id
    )
    party_id = mine.values_list("party_id", flat=True).first()
    if party_id is None:
        raise Absent
    locked = lock_clients([client_id], beside=[party_id], who=who)
    contact = mine.first()
    if contact is None:
        raise Absent
    contact.client, contact.party = locked[client_id], locked[party_id]
    return contact


def _checked(entered: ContactInput) -> ContactInput:
    """What was entered, tidied. Raises Invalid."""
    texts = {name: tidy(getattr(entered, name)) for name in _LONGEST}
    if errors := list(_errors(texts)):
        raise Invalid(errors)
    return replace(entered, **texts)  # type: ignore[arg-type]


def _errors(texts: dict[str, str]) -> Iterator[FieldError]:
    for name, longest in _LONGEST.items():
        yield from text_errors(name, texts[name], longest=longest)


def _check_payer(entered: ContactInput, party: Client) -> None:
    """Refuse a standing recipient that is not offered. Raises Invalid."""
    if entered.recipient and party.archived_at is not None:
        words = _("It is archived. Take it out of the archive first.")
        raise invalid("recipient", "archived", words)


def _write(
    contact: Contact, entered: ContactInput, *, is_new: bool, who: Actor, at: datetime
) -> Contact:
    """Write a contact whose sides are locked; a new standing recipient ends the former one."""
    if contact.told and not entered.told:
        take_back_links(contact.id, organization_id=who.organization_id)
    takes_over = entered.recipient and not contact.recipient
    if takes_over:
        _beside(contact.client).filter(recipient=True).update(recipient=False)
    for field in fields(entered):
        setattr(contact, field.name, getattr(entered, field.name))
    contact.save(force_insert=is_new, force_update=not is_new)
    numbers = contact.client.number, contact.party.number
    record(ContactSaved(*numbers), subject_id=contact.client_id, who=who, at=at)
    if takes_over:
        changed = StandingRecipientChanged(*numbers)
        record(changed, subject_id=contact.client_id, who=who, at=at)
    return contact


def _beside(client: Client) -> QuerySet[Contact]:
    return Contact.objects.filter(organization_id=client.organization_id, client_id=client.id)
