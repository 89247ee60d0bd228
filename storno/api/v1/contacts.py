"""Contacts of a client: who is told of things, and who may pay."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Router

from storno.api.answers import Told, doing, nothing, reading
from storno.api.bearer import Caller, Request
from storno.api.v1.address import FIELDS
from storno.api.v1.clients import ClientIn, ClientShown, show_client
from storno.api.values import Body, Id, Shown, Text
from storno.clients.contacts import (
    ContactInput,
    add_contact,
    change_contact,
    remove_contact,
)
from storno.clients.looks import own_client_looked_at
from storno.clients.models import Client, Contact
from storno.clients.queries import contacts_of
from storno.clients.save import ClientInput
from storno.clients.sight import as_seen
from storno.core.refusals import invalid
from storno.organizations.roles import Actor

router = Router(tags=["clients"])

_OF_PARTY = {name: f"new_party.{name}" for name in ClientIn.model_fields}
_OF_PARTY |= {name: f"new_party.{place}" for name, place in FIELDS.items()}
"""What is wrong with a party that is entered in the same act, and where it stands in a body."""


class ContactFields(Body):
    """What is said of a contact.

    `told`: it gets the client's notifications. `recipient`: it usually pays for the client; whoever
    did so before does so no more. `case_number` is what it calls the matter by which it pays.
    """

    relation: Text = ""
    case_number: Text = ""
    told: bool = False
    recipient: bool = False

    def put_into(self, said: ContactInput) -> ContactInput:
        """A contact with the fields that were sent."""
        own = self.model_fields_set & set(ContactFields.model_fields)
        changes: dict[str, Any] = {name: getattr(self, name) for name in own}
        return replace(said, **changes)


class ContactIn(ContactFields):
    """A new contact: a `party` that is entered already, by its id, or a `new_party`.

    A `new_party` is not `served` unless that is sent: it is there for this client and goes with it.
    """

    party: Id | None = None
    new_party: ClientIn | None = None

    def who_it_is(self) -> UUID | ClientInput:
        """The party as the room takes it. Raises Invalid."""
        if (self.party is None) == (self.new_party is None):
            words = _("Send either party or new_party.")
            raise invalid("party", "either_or", words)
        if self.party is not None:
            return self.party
        assert self.new_party is not None
        served = "served" in self.new_party.model_fields_set and self.new_party.served
        return replace(self.new_party.entered(), served=served)


class ContactPatch(ContactFields):
    """What shall be other than it is; the party itself is changed as a client."""


class ContactShown(Shown):
    """A contact, with its party as it is now."""

    id: UUID
    party: ClientShown
    relation: str
    case_number: str
    told: bool
    recipient: bool


class Contacts(Shown):
    """The contacts of a client: who usually pays first, then by name."""

    items: list[ContactShown]


def _show(contact: Contact, party: Client) -> ContactShown:
    return ContactShown(
        id=contact.id,
        party=show_client(party),
        relation=contact.relation,
        case_number=contact.case_number,
        told=contact.told,
        recipient=contact.recipient,
    )


def _show_all(contacts: list[Contact], who: Actor) -> list[ContactShown]:
    return list(map(_show, contacts, as_seen([each.party for each in contacts], who)))


def _created(caller: Caller, contact: Contact) -> Told:
    return Told(201, *_show_all([contact], caller.who))


def _saved(caller: Caller, contact: Contact) -> Told:
    return Told(200, *_show_all([contact], caller.who))


@router.get("/{client_id}/contacts", response=Contacts)
@reading
def list_contacts(request: Request, client_id: Id) -> Contacts:
    """The contacts of a client; at most 30."""
    client = own_client_looked_at(client_id, who=request.auth.who, at=request.auth.at)
    found = contacts_of(client.id, organization_id=client.organization_id)
    return Contacts(items=_show_all(found, request.auth.who))


@router.post("/{client_id}/contacts", response={201: ContactShown})
@doing(_created, fields=_OF_PARTY)
def post_contact(request: Request, client_id: Id, body: ContactIn) -> Contact:
    """Put somebody beside a client, entered already or in the same act."""
    party, said = body.who_it_is(), body.put_into(ContactInput())
    return add_contact(client_id, party, said, who=request.auth.who, at=request.auth.at)


@router.patch("/{client_id}/contacts/{contact_id}", response=ContactShown)
@doing(_saved)
def patch_contact(request: Request, client_id: Id, contact_id: Id, body: ContactPatch) -> Contact:
    """Change the fields that are sent."""
    return change_contact(
        client_id, contact_id, body.put_into, who=request.auth.who, at=request.auth.at
    )


@router.delete("/{client_id}/contacts/{contact_id}", response={204: None})
@doing(nothing)
def delete_contact(request: Request, client_id: Id, contact_id: Id) -> None:
    """Take a contact away. A party that was there for this client only is deleted with it."""
    remove_contact(client_id, contact_id, who=request.auth.who, at=request.auth.at)
