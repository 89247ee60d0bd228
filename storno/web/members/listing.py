"""Who belongs to the organization, and who is asked to, as the page shows them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from storno.administration.invite import LASTS
from storno.administration.members import parting_blockers
from storno.core.pages import Place
from storno.core.refusals import Absent, Blocker, Invalid
from storno.organizations.models import Invitation, Membership
from storno.organizations.queries import invitations_of, members_of
from storno.organizations.roles import Deed
from storno.web.access import Here
from storno.web.members.forms import say_roles
from storno.web.say import say_date


def members_page(request: HttpRequest, here: Here) -> dict[str, Any]:
    """All that the page shows; inside a scope."""
    may_invite = here.who.may(Deed.INVITE)
    page = members_of(here.organization.id, after=_place(request.GET.get("after", "")))
    open_ones = invitations_of(here.organization.id) if may_invite else []
    return {
        "rows": [_member_row(member, here, may_invite=may_invite) for member in page.items],
        "older_url": here.url("members", after=page.next) if page.next else "",
        "invitations": [_invitation_row(each, here) for each in open_ones],
        "may_invite": may_invite,
        "invite_url": here.url("member_invite"),
    }


def member_with(membership_id: UUID, here: Here) -> Membership:
    """One member of this organization. Raises Absent."""
    after = None
    while True:
        page = members_of(here.organization.id, after=after, limit=100)
        for member in page.items:
            if member.id == membership_id:
                return member
        if not page.next:
            raise Absent
        after = Place.read(page.next)


def _place(after: str) -> Place | None:
    try:
        return Place.read(after) if after else None
    except Invalid:
        return None


def _member_row(member: Membership, here: Here, *, may_invite: bool) -> dict[str, Any]:
    is_me = member.person_id == here.person.id
    items = []
    if may_invite:
        url = here.url("member_roles", member.id)
        items.append({"label": _("Change roles"), "icon": "edit", "url": url, "method": "dialog"})
    if is_me:
        items.append(_leave_item(member, here))
    elif may_invite:
        url = here.url("member_remove", member.id)
        item = {"label": _("Remove"), "icon": "delete", "url": url, "method": "dialog"}
        items.append(item | {"tone": "danger"})
    return {
        "name": str(member.person),
        "is_me": is_me,
        "email": member.person.email,
        "roles": say_roles(member.roles),
        "since": say_date(member.since.date()),
        "items": items,
    }


def _leave_item(me: Membership, here: Here) -> dict[str, Any]:
    """Leaving; greyed for whom the organization cannot do without."""
    if blocked := say_blockers(parting_blockers(me)):
        return {"label": _("Leave"), "blocked": blocked[0]}
    url = here.url("member_leave")
    item = {"label": _("Leave"), "icon": "leave", "url": url, "method": "dialog"}
    return item | {"tone": "danger"}


def say_blockers(blockers: Iterable[Blocker]) -> list[dict[str, str]]:
    """Blockers as components show them, the way out in the sentence: it leads to no other page."""
    return [{"message": f"{blocker.message} {blocker.remedy}"} for blocker in blockers]


def _invitation_row(invitation: Invitation, here: Here) -> dict[str, Any]:
    ends_at = invitation.invited_at + LASTS
    day = say_date(ends_at.date())
    until = _("has run out on %(day)s") if ends_at <= here.at else _("open until %(day)s")
    return {
        "email": invitation.email,
        "told": f"{say_roles(invitation.roles)} · {until % {'day': day}}",
        "withdraw_url": here.url("invitation_withdraw", invitation.id),
    }
