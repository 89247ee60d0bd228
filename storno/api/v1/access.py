"""Who looks after a client, sharing it, handing it over; and who has looked."""

from uuid import UUID

from ninja import Router

from storno.api.answers import Told, doing, nothing, reading
from storno.api.bearer import Caller, Request
from storno.api.values import Body, Id, Shown, ShownMoment, moment_text
from storno.clients.care import cares_of
from storno.clients.hand_over import share_client, transfer_client, withdraw_access
from storno.clients.looks import looks_at
from storno.clients.models import Care, CareKind, Look
from storno.clients.queries import client_looked_after
from storno.organizations.queries import tokens_named
from storno.organizations.roles import Deed

router = Router(tags=["clients"])


class AccessIn(Body):
    """Whom to give access: a member's id."""

    member: Id


class TransferIn(Body):
    """Who is responsible from now on; `keep_access` leaves access to whoever was so far."""

    member: Id
    keep_access: bool = False


class AccessShown(Shown):
    """That somebody looks after a client: `primary` is responsible, `shared` has access.

    `person` is a person's id.
    """

    id: UUID
    person: UUID
    kind: CareKind
    since: ShownMoment


class AccessList(Shown):
    """Who looks after a client, the responsible member first; nobody: it is everybody's."""

    items: list[AccessShown]


class LookShown(Shown):
    """That a person looked at a client; `token` is the label of the API token, null on a page."""

    person: UUID
    at: ShownMoment
    token: str | None


class LookList(Shown):
    """The last hundred looks, the last first; each person once in ten minutes."""

    items: list[LookShown]


def _show(care: Care) -> AccessShown:
    return AccessShown(
        id=care.id, person=care.person_id, kind=CareKind(care.kind), since=moment_text(care.since)
    )


def _shared(_caller: Caller, care: Care) -> Told:
    return Told(201, _show(care))


@router.get("/{client_id}/access", response=AccessList)
@reading
def list_access(request: Request, client_id: Id) -> AccessList:
    """Who looks after a client."""
    mine = request.auth.who.organization_id
    client = client_looked_after(client_id, who=request.auth.who)
    return AccessList(items=[_show(care) for care in cares_of(client.id, mine)])


@router.post("/{client_id}/access", response={201: AccessShown})
@doing(_shared)
def post_access(request: Request, client_id: Id, body: AccessIn) -> Care:
    """Give a member access."""
    return share_client(client_id, body.member, who=request.auth.who, at=request.auth.at)


@router.delete("/{client_id}/access/{access_id}", response={204: None})
@doing(nothing)
def remove_access(request: Request, client_id: Id, access_id: Id) -> None:
    """Take an access back. What was held in the member's own diary stays in their sight."""
    withdraw_access(client_id, access_id, who=request.auth.who, at=request.auth.at)


@router.post("/{client_id}/transfer", response={204: None})
@doing(nothing)
def post_transfer(request: Request, client_id: Id, body: TransferIn) -> None:
    """Hand the client over to a member, who is responsible from now on."""
    transfer_client(
        client_id,
        body.member,
        keep_access=body.keep_access,
        who=request.auth.who,
        at=request.auth.at,
    )


@router.get("/{client_id}/looks", response=LookList)
@reading
def list_looks(request: Request, client_id: Id) -> LookList:
    """Who has looked at a client; for administrators, and empty for others."""
    mine = request.auth.who.organization_id
    client = client_looked_after(client_id, who=request.auth.who)
    looks = looks_at(client.id, mine) if request.auth.who.may(Deed.INVITE) else []
    labels = tokens_named({look.token_id for look in looks if look.token_id}, mine)
    return LookList(items=[_look(look, labels) for look in looks])


def _look(look: Look, labels: dict[UUID, str]) -> LookShown:
    token = None if look.token_id is None else labels.get(look.token_id, "")
    return LookShown(person=look.person_id, at=moment_text(look.at), token=token)
