"""Until when clients are kept, and erasing them."""

from datetime import date
from uuid import UUID

from ninja import Router

from storno.api.answers import Told, doing, reading
from storno.api.bearer import Caller, Request
from storno.api.errors import BlockerShown
from storno.api.v1.clients import ClientShown, show_client
from storno.api.values import Body, Day, Id, Shown
from storno.clients.looks import note_look
from storno.clients.models import Client
from storno.diary.erase import ForeseenErasure, erase_client, foresee_erasure
from storno.diary.retention import due_clients, keep_client
from storno.organizations.queries import settings_of

router = Router(tags=["clients"])


class ErasureShown(Shown):
    """What erasing a client does: how many of each go at once, and what stays until which day.

    `until` is the last day on which a name and an address are still kept; null where nothing is.
    """

    client: UUID
    consents: int
    contacts: int
    sessions: int
    papers: int
    papers_until: date | None
    bookings: int
    bookings_until: date | None
    until: date | None
    blockers: list[BlockerShown]


class ErasureIn(Body):
    """That it is meant: the client's own number."""

    number: int


class RetentionIn(Body):
    """Until when a client is kept; null leaves it to the organization's setting."""

    keep_until: Day | None


class DueClient(Shown):
    """A client whose time is over: the last day of a session, a paper or a change."""

    client: ClientShown
    last_on: date
    until: date


class DueClients(Shown):
    """The clients whose time is over, by name; at most 200."""

    items: list[DueClient]


def _show(foreseen: ForeseenErasure) -> ErasureShown:
    return ErasureShown(
        client=foreseen.client.id,
        consents=foreseen.consents,
        contacts=foreseen.contacts,
        sessions=foreseen.sessions,
        papers=foreseen.papers,
        papers_until=foreseen.papers_until,
        bookings=foreseen.bookings,
        bookings_until=foreseen.bookings_until,
        until=foreseen.until,
        blockers=[
            BlockerShown(
                code=each.code,
                message=str(each.message),
                remedy=str(each.remedy),
                field=each.field,
            )
            for each in foreseen.blockers
        ],
    )


def _erased(_caller: Caller, foreseen: ForeseenErasure) -> Told:
    return Told(200, _show(foreseen))


def _kept(_caller: Caller, client: Client) -> Told:
    return Told(200, show_client(client))


@router.get("/erasures", response=DueClients)
@reading
def list_due_clients(request: Request) -> DueClients:
    """The clients that are to be erased."""
    who = request.auth.who
    found = due_clients(settings_of(who.organization_id), who=who, at=request.auth.at)
    return DueClients(
        items=[
            DueClient(client=show_client(each.client), last_on=each.last_on, until=each.until)
            for each in found
        ]
    )


@router.get("/{client_id}/erasure", response=ErasureShown)
@reading
def get_erasure(request: Request, client_id: Id) -> ErasureShown:
    """What erasing a client would do, and what stands in the way."""
    who, at = request.auth.who, request.auth.at
    foreseen = foresee_erasure(client_id, who=who, at=at)
    note_look(foreseen.client.id, who=who, at=at)
    return _show(foreseen)


@router.post("/{client_id}/erasure", response=ErasureShown)
@doing(_erased)
def post_erasure(request: Request, client_id: Id, body: ErasureIn) -> ForeseenErasure:
    """Erase a client for good; what books must keep is locked, and goes by itself."""
    return erase_client(client_id, number=body.number, who=request.auth.who, at=request.auth.at)


@router.put("/{client_id}/retention", response=ClientShown)
@doing(_kept)
def put_retention(request: Request, client_id: Id, body: RetentionIn) -> Client:
    """Choose until when a client is kept."""
    return keep_client(client_id, body.keep_until, who=request.auth.who, at=request.auth.at)
