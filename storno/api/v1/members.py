"""Members: who acts for the organization."""

from uuid import UUID

from ninja import Query, Router

from storno.api.answers import reading
from storno.api.bearer import Request
from storno.api.pages import AskedByPlace, Next, next_after
from storno.api.values import Shown
from storno.core.pages import Place
from storno.organizations.queries import members_of
from storno.organizations.roles import Role

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
