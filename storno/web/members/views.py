"""Members: who belongs here and as what; asking somebody in, and parting."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from storno.administration.invite import (
    AlreadyMember,
    TooManyInvitations,
    invite_member,
    withdraw_invitation,
)
from storno.administration.members import (
    LastAdministrator,
    change_roles,
    leave_organization,
    remove_member,
)
from storno.core.refusals import Invalid
from storno.organizations.once import AnsweredBefore, StillInFlight
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.go import go
from storno.web.members.dialogs import show_invitation, show_parting, show_roles
from storno.web.members.forms import InvitationForm, RolesForm
from storno.web.members.left import left_shown
from storno.web.members.listing import member_with, members_page
from storno.web.once import once
from storno.web.show import show
from storno.web.take import take_invalid, take_refused, take_typed


@require_GET
@member_page
def members(request: HttpRequest, here: Here) -> HttpResponse:
    """Who belongs here."""
    with here.reading():
        page = members_page(request, here) | left_shown(here)
        return show(request, here, "members/members.html", **page)


@require_http_methods(["GET", "POST"])
@member_page
def member_invite(request: HttpRequest, here: Here) -> HttpResponse:
    """Ask somebody to join."""
    here.who.must(Deed.INVITE)
    form = InvitationForm(take_typed(request, here, Deed.INVITE), label_suffix="")
    if not form.is_valid():
        return show_invitation(request, here, form)
    email = form.cleaned_data["email"]
    try:
        invite_member(
            email=email, roles=form.cleaned_data["roles"], who=once(request, here), at=here.at
        )
    except (AnsweredBefore, StillInFlight):
        return go(request, here.url("members"))
    except Invalid as wrong:
        take_invalid(form, wrong)
        return show_invitation(request, here, form)
    except (AlreadyMember, TooManyInvitations) as refused:
        take_refused(form, refused)
        return show_invitation(request, here, form)
    messages.success(request, _("A letter with a link is on its way to %(to)s.") % {"to": email})
    return go(request, here.url("members"))


@require_http_methods(["GET", "POST"])
@member_page
def member_roles(request: HttpRequest, here: Here, membership_id: UUID) -> HttpResponse:
    """Give a member other roles."""
    here.who.must(Deed.INVITE)
    member = member_with(membership_id, here)
    form = RolesForm(
        take_typed(request, here, Deed.INVITE), initial={"roles": member.roles}, label_suffix=""
    )
    if not form.is_valid():
        return show_roles(request, here, member, form)
    try:
        change_roles(membership_id, form.cleaned_data["roles"], who=here.who, at=here.at)
    except LastAdministrator as refused:
        take_refused(form, refused)
        return show_roles(request, here, member, form)
    messages.success(request, _("The roles of %(name)s are changed.") % {"name": member.person})
    return go(request, here.url("members"))


@require_http_methods(["GET", "POST"])
@member_page
def member_remove(request: HttpRequest, here: Here, membership_id: UUID) -> HttpResponse:
    """End a membership, after a word about what that means."""
    here.who.must(Deed.INVITE)
    member = member_with(membership_id, here)
    if request.method == "GET":
        return show_parting(request, here, member)
    try:
        remove_member(membership_id, who=here.who, at=here.at)
    except LastAdministrator as refused:
        return show_parting(request, here, member, refused)
    messages.success(request, _("%(name)s is no longer a member.") % {"name": member.person})
    return go(request, here.url("members"))


@require_http_methods(["GET", "POST"])
@member_page
def member_leave(request: HttpRequest, here: Here) -> HttpResponse:
    """End one's own membership."""
    if request.method == "GET":
        return show_parting(request, here, here.membership)
    try:
        leave_organization(who=here.who, at=here.at)
    except LastAdministrator as refused:
        return show_parting(request, here, here.membership, refused)
    messages.success(request, _("You have left. Nothing of your work there is lost."))
    return go(request, "/")


@require_POST
@member_page
def invitation_withdraw(request: HttpRequest, here: Here, invitation_id: UUID) -> HttpResponse:
    """Take an invitation back."""
    withdraw_invitation(invitation_id, who=here.who, at=here.at)
    messages.success(request, _("The invitation is withdrawn; its link opens nothing any more."))
    return go(request, here.url("members"))
