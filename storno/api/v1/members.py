"""Members: who acts for the organization."""

from uuid import UUID

from ninja import Query, Router

from storno.api.answers import Told, doing, reading
from storno.api.bearer import Caller, Request
from storno.api.pages import AskedByPlace, Next, next_after
from storno.api.values import Body, Id, Shown
from storno.clients.hand_over import hand_over_clients, left_behind
from storno.core.pages import Place
from storno.organizations.queries import members_of
from storno.organizations.roles import Deed, Role

router = Router(tags=["members"])


class MemberShown(Shown):
    """A member; the id is the membership's."""

    id: UUID
    name: str
    email: str
    roles: list[Role]


class MemberPage(Shown):
    """Members, those who joined first at the top."""

    items: list[MemberShown]
    next: Next


class LeftShown(Shown):
    """Somebody who has left and still looks after clients: a person's id, and how many."""

    person: UUID
    clients: int


class LeftList(Shown):
    """Whose clients wait to be handed over."""

    items: list[LeftShown]


class HandOverIn(Body):
    """Who is responsible from now on: a member's id."""

    member: Id


class HandedOver(Shown):
    """How many clients were handed over."""

    clients: int


def _handed_over(_caller: Caller, count: int) -> Told:
    return Told(200, HandedOver(clients=count))


@router.get("/left", response=LeftList)
@reading
def list_left(request: Request) -> LeftList:
    """Who has left and still looks after clients; empty for who is no administrator."""
    who = request.auth.who
    left = left_behind(who.organization_id) if who.may(Deed.INVITE) else []
    return LeftList(items=[LeftShown(person=each.person_id, clients=each.clients) for each in left])


@router.post("/left/{person_id}/transfer", response=HandedOver)
@doing(_handed_over)
def post_clients_transfer(request: Request, person_id: Id, body: HandOverIn) -> int:
    """Hand all clients of somebody who has left over to a member."""
    return hand_over_clients(person_id, body.member, who=request.auth.who, at=request.auth.at)


@router.get("", response=MemberPage)
@reading
def list_members(request: Request, asked: Query[AskedByPlace]) -> MemberPage:
    """The members of the organization and their roles."""
    page = members_of(
        request.auth.who.organization_id,
        after=Place.read(asked.after) if asked.after else None,
        limit=asked.limit,
    )
    return MemberPage(
        items=[
            MemberShown(
                id=membership.id,
                name=membership.person.name,
                email=membership.person.email,
                roles=[Role(role) for role in membership.roles],
            )
            for membership in page.items
        ],
        next=next_after(request, page.next),
    )
