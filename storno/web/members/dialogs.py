"""What is asked before a deed about members."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from storno.administration.members import parting_blockers
from storno.core.refusals import Refused
from storno.organizations.models import Membership
from storno.web.access import Here
from storno.web.members.forms import InvitationForm, RolesForm
from storno.web.members.listing import say_blockers
from storno.web.once import new_once
from storno.web.show import show


def show_invitation(request: HttpRequest, here: Here, form: InvitationForm) -> HttpResponse:
    """Whom to ask, and as what."""
    return _show(
        request,
        here,
        "invite",
        status=422 if form.errors else 200,
        form=form,
        once=new_once(),
        post_url=here.url("member_invite"),
    )


def show_roles(
    request: HttpRequest, here: Here, member: Membership, form: RolesForm
) -> HttpResponse:
    """What a member is to be; beforehand, who must go on administering."""
    needed = [each["message"] for each in say_blockers(parting_blockers(member))]
    form.fields["roles"].help_text = " ".join(needed)
    return _show(
        request,
        here,
        "roles",
        status=422 if form.errors else 200,
        form=form,
        name=str(member.person),
        post_url=here.url("member_roles", member.id),
    )


def show_parting(
    request: HttpRequest, here: Here, member: Membership, refused: Refused | None = None
) -> HttpResponse:
    """What ends when somebody goes; or why that cannot be, also before it is tried."""
    leaving = member.person_id == here.person.id
    url = here.url("member_leave") if leaving else here.url("member_remove", member.id)
    return _show(
        request,
        here,
        "part",
        status=409 if refused else 200,
        name=str(member.person),
        leaving=leaving,
        post_url=url,
        blockers=say_blockers(refused.blockers if refused else parting_blockers(member)),
    )


def _show(
    request: HttpRequest, here: Here, page: str, *, status: int, **context: Any
) -> HttpResponse:
    with here.reading():
        return show(
            request,
            here,
            f"members/{page}.html",
            status=status,
            back_url=here.url("members"),
            back_label=_("Members"),
            **context,
        )
