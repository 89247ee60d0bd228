"""Clients: who is served, and who pays."""

from dataclasses import replace
from datetime import date
from typing import Any, Literal
from uuid import UUID

from ninja import Query, Router

from storno.api.answers import Told, doing, nothing, reading
from storno.api.bearer import Caller, Request
from storno.api.pages import AskedByPlace, Next, next_after
from storno.api.v1.address import FIELDS, AddressIn, AddressShown
from storno.api.values import Body, Chosen, Id, Search, Shown, ShownMoment, Text, moment_or_none
from storno.clients.delete import delete_client
from storno.clients.looks import client_looked_at
from storno.clients.models import Client, ClientKind, ToldBy
from storno.clients.queries import clients_by_name, search_clients
from storno.clients.save import ClientInput, create_client
from storno.clients.sight import as_seen
from storno.core.pages import Place
from storno.diary.usual import change_client
from storno.organizations.models import Channel, Method

router = Router(tags=["clients"])

Language = Literal["en", "fi", "nb"]


class ClientFields(Body):
    """What is known of a client.

    `term_days` is its usual term, null for the organization's; `term_agreed` says that a longer one
    was agreed. `channel` is its usual way to get documents, `method` the way in which sessions that
    it pays are invoiced; null for the organization's. `buyer_reference` (BT-10) is what it asks to
    see on documents. `time_zone` is an IANA name, empty for the organization's. Not `served` is who
    only pays or is told; `shared` is such a recipient that is offered to every client. `told_by` is
    how alone it wants messages about sessions, and how what it has to pay is told, which is never
    kept back; null for the organization's way. `wants_reminders`: whether it wants reminders of
    sessions, which its contacts are not sent either where it wants none.
    """

    kind: Chosen[ClientKind] = ClientKind.PERSON
    name: Text = ""
    contact: Text = ""
    email: Text = ""
    language: Language = "en"
    business_id: Text = ""
    address: AddressIn = AddressIn()
    term_days: int | None = None
    term_agreed: bool = False
    channel: Chosen[Channel] | None = None
    served: bool = True
    shared: bool = False
    phone: Text = ""
    method: Chosen[Method] | None = None
    buyer_reference: Text = ""
    time_zone: Text = ""
    told_by: Chosen[ToldBy] | None = None
    wants_reminders: bool = True

    def put_into(self, entered: ClientInput) -> ClientInput:
        """A client with the fields that were sent."""
        changes: dict[str, Any] = {
            name: getattr(self, name) for name in self.model_fields_set - {"address"}
        }
        if "address" in self.model_fields_set:
            changes |= self.address.model_dump()
        if "term_days" in changes:
            changes["term_agreed"] = self.term_agreed
        return replace(entered, **changes)


class ClientIn(ClientFields):
    """A new client."""

    kind: Chosen[ClientKind]
    name: Text
    language: Language

    def entered(self) -> ClientInput:
        """The client as the room takes it."""
        return self.put_into(ClientInput(kind=self.kind, name=self.name))


class ClientPatch(ClientFields):
    """What shall be other than it is; the address is replaced as a whole."""


class ClientShown(Shown):
    """A client; `number` is what stands for it in the books."""

    id: UUID
    number: int
    kind: ClientKind
    name: str
    contact: str
    email: str
    language: str
    business_id: str
    address: AddressShown
    term_days: int | None
    channel: Channel | None
    served: bool
    shared: bool
    phone: str
    method: Method | None
    buyer_reference: str
    time_zone: str
    told_by: ToldBy | None
    wants_reminders: bool
    keep_until: date | None
    archived_at: ShownMoment | None
    erased_at: ShownMoment | None


class ClientPage(Shown):
    """Clients by name."""

    items: list[ClientShown]
    next: Next


class ClientsAsked(AskedByPlace):
    """Which clients to list; with `q` those who are found, without further pages.

    `served` false lists those who only pay or are told. A search, and the archive, hold both.
    """

    q: Search = ""
    served: bool = True
    archived: bool = False


def show_client(client: Client) -> ClientShown:
    """A client as it is shown."""
    return ClientShown(
        id=client.id,
        number=client.number,
        kind=ClientKind(client.kind),
        name=client.name,
        contact=client.contact,
        email=client.email,
        language=client.language,
        business_id=client.business_id,
        address=_address(client),
        term_days=client.term_days,
        channel=Channel(client.channel) if client.channel else None,
        served=client.served,
        shared=client.shared,
        phone=client.phone,
        method=Method(client.method) if client.method else None,
        buyer_reference=client.buyer_reference,
        time_zone=client.time_zone,
        told_by=ToldBy(client.told_by) if client.told_by else None,
        wants_reminders=client.wants_reminders,
        keep_until=client.keep_until,
        archived_at=moment_or_none(client.archived_at),
        erased_at=moment_or_none(client.erasing_at),
    )


def _address(client: Client) -> AddressShown:
    return AddressShown(
        street=client.street,
        postcode=client.postcode,
        city=client.city,
        country=client.country,
    )


def _created(_caller: Caller, client: Client) -> Told:
    return Told(201, show_client(client))


def _saved(_caller: Caller, client: Client) -> Told:
    return Told(200, show_client(client))


def _changed(caller: Caller, changed: tuple[Client, int]) -> Told:
    client, _followed = changed
    return _saved(caller, client)


@router.get("", response=ClientPage)
@reading
def list_clients(request: Request, asked: Query[ClientsAsked]) -> ClientPage:
    """Clients by name, or those in whom every word of `q` begins a word."""
    who = request.auth.who
    mine = who.organization_id
    if asked.q:
        found = search_clients(
            asked.q, organization_id=mine, who=who, archived=asked.archived, limit=asked.limit
        )
        return ClientPage(items=list(map(show_client, as_seen(found, who))), next=None)
    page = clients_by_name(
        organization_id=mine,
        who=who,
        served=asked.served,
        archived=asked.archived,
        after=Place.read(asked.after) if asked.after else None,
        limit=asked.limit,
    )
    return ClientPage(
        items=list(map(show_client, as_seen(page.items, who))),
        next=next_after(request, page.next),
    )


@router.post("", response={201: ClientShown})
@doing(_created, fields=FIELDS)
def post_client(request: Request, body: ClientIn) -> Client:
    """Enter a client; it gets the next number."""
    return create_client(body.entered(), who=request.auth.who, at=request.auth.at)


@router.get("/{client_id}", response=ClientShown)
@reading
def get_client(request: Request, client_id: Id) -> ClientShown:
    """A client; of one that you do not look after what its papers need. The look is noted."""
    who = request.auth.who
    (seen,) = as_seen([client_looked_at(client_id, who=who, at=request.auth.at)], who)
    return show_client(seen)


@router.patch("/{client_id}", response=ClientShown)
@doing(_changed, fields=FIELDS)
def patch_client(request: Request, client_id: Id, body: ClientPatch) -> tuple[Client, int]:
    """Change the fields that are sent. Issued documents keep what they say.

    Drafts of sessions to come that it pays follow another `method`; those of sessions that are
    over, and those that would leave at once, keep their way.
    """
    return change_client(client_id, body.put_into, who=request.auth.who, at=request.auth.at)


@router.delete("/{client_id}", response={204: None})
@doing(nothing)
def remove_client(request: Request, client_id: Id) -> None:
    """Delete a client that no invoice, draft or session names, with contacts of it alone."""
    delete_client(client_id, who=request.auth.who, at=request.auth.at)
