"""Who looks after a client, sharing it with colleagues, handing it over; and who has looked."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from storno.clients.care import cares_of
from storno.clients.hand_over import (
    colleagues,
    may_share,
    must_share,
    share_client,
    transfer_client,
    withdraw_access,
)
from storno.clients.looks import looks_at
from storno.clients.models import CareKind
from storno.clients.queries import client_looked_after
from storno.core.refusals import Invalid, NotAllowed, Refused
from storno.organizations.models import Membership
from storno.organizations.queries import tokens_named
from storno.organizations.roles import Deed
from storno.people.queries import names_of
from storno.web.access import Here, member_page
from storno.web.clients.head import head_of
from storno.web.go import go
from storno.web.say import say_moment
from storno.web.show import show


@require_GET
@member_page
def client_access(request: HttpRequest, here: Here, client_id: UUID) -> HttpResponse:
    """Who looks after a client, and for administrators who has looked."""
    with here.reading():
        found = client_looked_after(client_id, who=here.who)
        return show(
            request,
            here,
            "clients/access.html",
            **head_of(here, found, "client_access"),
            **_shown(found.id, here),
        )


@require_POST
@member_page
def client_share(request: HttpRequest, here: Here, client_id: UUID) -> HttpResponse:
    """Give a colleague access."""
    _must_share(client_id, here)
    if (member := _member(request)) is not None:
        try:
            share_client(client_id, member, who=here.who, at=here.at)
        except Invalid as wrong:
            messages.warning(request, " ".join(str(error.message) for error in wrong.errors))
        else:
            messages.success(request, _("The access is shared."))
    return go(request, here.url("client_access", client_id))


@require_POST
@member_page
def client_transfer(request: HttpRequest, here: Here, client_id: UUID) -> HttpResponse:
    """Hand the client over to a colleague."""
    _must_share(client_id, here)
    back = here.url("client_access", client_id)
    if (member := _member(request)) is None:
        return go(request, back)
    keep = "keep" in request.POST
    try:
        transfer_client(client_id, member, keep_access=keep, who=here.who, at=here.at)
    except Invalid as wrong:
        messages.warning(request, " ".join(str(error.message) for error in wrong.errors))
        return go(request, back)
    messages.success(request, _("The client is handed over."))
    return go(request, here.url("clients") if here.who.clients_of and not keep else back)


@require_POST
@member_page
def client_withdraw(
    request: HttpRequest, here: Here, client_id: UUID, care_id: UUID
) -> HttpResponse:
    """Take somebody's access back."""
    try:
        withdraw_access(client_id, care_id, who=here.who, at=here.at)
    except NotAllowed:
        raise
    except Refused as refused:
        messages.warning(request, f"{refused.message} {refused.remedy}")
    else:
        messages.success(request, _("The access is taken back."))
    return go(request, here.url("client_access", client_id))


def _must_share(client_id: UUID, here: Here) -> None:
    """Who may not, hears that before what is missing. Raises Absent, NotAllowed."""
    with here.reading():
        must_share(client_id, who=here.who)


def _member(request: HttpRequest) -> UUID | None:
    """The member that was chosen; None for none, which does nothing."""
    try:
        return UUID(request.POST.get("member", ""))
    except ValueError:
        messages.warning(request, _("Choose a colleague."))
        return None


def _shown(client_id: UUID, here: Here) -> dict[str, Any]:
    mine = here.organization.id
    cares = list(cares_of(client_id, mine))
    by_person = {care.person_id: care for care in cares}
    decides = may_share(by_person, here.who)
    others = colleagues(mine) if decides else []
    responsible = {care.person_id for care in cares if care.kind == CareKind.PRIMARY}
    looks = looks_at(client_id, mine) if here.who.may(Deed.INVITE) else []
    names = names_of({*by_person, *(look.person_id for look in looks)})
    keys = tokens_named({look.token_id for look in looks if look.token_id}, mine)
    zone, left = here.now.seller.time_zone, _("somebody who has left")

    def moment(at: Any) -> str:
        return say_moment(at, here.at, zone).words

    return {
        "rows": [
            {
                "name": names.get(care.person_id, left),
                "responsible": care.kind == CareKind.PRIMARY,
                "since": moment(care.since),
                "withdraw_url": here.url("client_withdraw", client_id, care.id)
                if care.kind == CareKind.SHARED and (decides or care.person_id == here.person.id)
                else "",
            }
            for care in cares
        ],
        "to_share": _choices(others, but=set(by_person)),
        "to_hand_over": _choices(others, but=responsible),
        "looks": [
            {
                "name": names.get(look.person_id, left),
                "when": moment(look.at),
                "key": keys.get(look.token_id, "") if look.token_id else "",
                "by_key": look.token_id is not None,
            }
            for look in looks
        ],
        "administers": here.who.may(Deed.INVITE),
    }


def _choices(members: Sequence[Membership], *, but: Collection[UUID]) -> list[dict[str, str]]:
    return [
        {"id": str(member.id), "name": str(member.person)}
        for member in members
        if member.person_id not in but
    ]
