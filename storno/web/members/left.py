"""The clients of members who have left: how many wait, and handing them over together."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from storno.clients.hand_over import colleagues, hand_over_clients, left_behind
from storno.core.refusals import Invalid
from storno.organizations.roles import Deed
from storno.people.queries import names_of
from storno.web.access import Here, member_page
from storno.web.go import go


@require_POST
@member_page
def member_clients(request: HttpRequest, here: Here, person_id: UUID) -> HttpResponse:
    """Hand the clients of somebody who has left over to a colleague."""
    try:
        member = UUID(request.POST.get("member", ""))
    except ValueError:
        member = None
    try:
        count = hand_over_clients(person_id, member, who=here.who, at=here.at)
    except Invalid as wrong:
        messages.warning(request, " ".join(str(error.message) for error in wrong.errors))
    else:
        messages.success(request, _say_handed_over(count))
    return go(request, here.url("members"))


def left_shown(here: Here) -> dict[str, Any]:
    """Whose clients wait, for administrators; inside a scope."""
    left = left_behind(here.organization.id) if here.who.may(Deed.INVITE) else []
    names = names_of(each.person_id for each in left)
    return {
        "left": [
            {
                "id": each.person_id,
                "name": names.get(each.person_id, _("somebody who has left")),
                "told": _say_clients(each.clients),
                "url": here.url("member_clients", each.person_id),
            }
            for each in left
        ],
        "colleagues": [
            {"id": str(member.id), "name": str(member.person)}
            for member in (colleagues(here.organization.id) if left else ())
        ],
    }


def _say_clients(count: int) -> str:
    return ngettext("%(count)d client", "%(count)d clients", count) % {"count": count}


def _say_handed_over(count: int) -> str:
    words = ngettext(
        "%(count)d client is handed over.", "%(count)d clients are handed over.", count
    )
    return words % {"count": count}
