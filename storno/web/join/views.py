"""Accepting an invitation: whoever holds the link signs in or up first, and is then a member."""

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from storno.administration.invite import InvitationOver, Offer, accept_invitation, offer_behind
from storno.core.clock import read_clock
from storno.core.refusals import Absent
from storno.people.models import Person
from storno.web.members.forms import say_roles
from storno.web.public.limit import refuse_too_often


@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, signed: str) -> HttpResponse:
    """What is offered, and the one press that takes it."""
    if refusal := refuse_too_often(request, signed, read_clock()):
        return refusal
    try:
        if request.method == "POST" and isinstance(request.user, Person):
            joined = accept_invitation(signed, person=request.user, at=read_clock())
            messages.success(request, _("Welcome. You are a member now."))
            return redirect("home", joined.organization.slug)
        return _show(request, offer_behind(signed, at=read_clock()))
    except Absent as absent:
        raise Http404 from absent
    except InvitationOver as over:
        return render(request, "join/over.html", {"over": over}, status=410)


def _show(request: HttpRequest, offer: Offer) -> HttpResponse:
    """The offer. The link came by letter to this very address, so signing up with it needs no code.

    A browser that sends other addresses gains nothing: only this one counts as proved.
    """
    if not isinstance(request.user, Person):
        get_adapter().stash_verified_email(request, offer.email)
    onward = urlencode({"next": request.path})
    response = render(
        request,
        "join/offer.html",
        {
            "name": offer.organization_name,
            "roles": say_roles(offer.roles),
            "email": offer.email,
            "person": request.user if isinstance(request.user, Person) else None,
            "sign_in_url": f"{reverse('account_login')}?{onward}",
            "sign_up_url": f"{reverse('account_signup')}?{onward}",
        },
    )
    response["Referrer-Policy"] = "same-origin"
    return response
