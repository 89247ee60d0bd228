"""The settings: who sells, how they work, how numbers run, and the keys to the API."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from storno.administration.seller import change_seller
from storno.administration.tokens import create_token, revoke_token
from storno.core.refusals import Invalid
from storno.diary.usual import change_way_of_working
from storno.numbering.plan import (
    NumbersGiven,
    NumbersTooLongForKid,
    plan_numbers,
    plans_of,
)
from storno.organizations.once import AnsweredBefore, StillInFlight
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.methods import say_followed
from storno.web.once import once
from storno.web.settings.keys import TokenForm
from storno.web.settings.numbers import NumbersForm
from storno.web.settings.pages import show_numbers, show_seller, show_tokens, show_working
from storno.web.settings.seller import SellerForm
from storno.web.settings.working import WorkingForm
from storno.web.take import take_invalid, take_refused, take_typed, typed_in


@require_GET
@member_page
def settings(_request: HttpRequest, here: Here) -> HttpResponse:
    """Lead to the first part."""
    return redirect(here.url("settings_seller"))


@require_http_methods(["GET", "POST"])
@member_page
def seller(request: HttpRequest, here: Here) -> HttpResponse:
    """What stands about the seller on new documents."""
    typed = take_typed(request, here, Deed.CHANGE_SETTINGS)
    with here.reading():
        form = SellerForm(here.now.seller, typed)
    if form.is_valid():
        try:
            change_seller(form.entered(), who=here.who, at=here.at)
        except Invalid as wrong:
            take_invalid(form, wrong)
        else:
            messages.success(request, _("Your details are saved. New invoices bear them."))
            return redirect(f"{here.url('settings_seller')}#main")
    return show_seller(request, here, form)


@require_http_methods(["GET", "POST"])
@member_page
def working(request: HttpRequest, here: Here) -> HttpResponse:
    """How the organization works."""
    typed = take_typed(request, here, Deed.CHANGE_SETTINGS)
    with here.reading():
        now = here.now.settings
    form = WorkingForm(now, here.organization, typed)
    if form.is_valid():
        try:
            followed = change_way_of_working(form.entered(), who=here.who, at=here.at)
        except Invalid as wrong:
            take_invalid(form, wrong)
        else:
            messages.success(request, _("From now on you work like this."))
            say_followed(request, followed)
            return redirect(here.url("settings_working"))
    return show_working(request, here, form, now)


@require_http_methods(["GET", "POST"])
@member_page
def numbers(request: HttpRequest, here: Here) -> HttpResponse:
    """How numbers look and where they begin."""
    typed = take_typed(request, here, Deed.CHANGE_SETTINGS)
    with here.reading():
        form = NumbersForm(plans_of(here.organization.id), typed, year=here.at.year)
    if form.is_valid():
        try:
            plan_numbers(form.entered(), who=here.who, at=here.at)
        except Invalid as wrong:
            take_invalid(form, wrong)
        except (NumbersGiven, NumbersTooLongForKid) as refused:
            take_refused(form, refused)
        else:
            messages.success(request, _("The next numbers look as shown below."))
            return redirect(here.url("settings_numbers"))
    return show_numbers(request, here, form)


@never_cache
@require_http_methods(["GET", "POST"])
@member_page
def tokens(request: HttpRequest, here: Here) -> HttpResponse:
    """Keys to the API; a new one is shown this once and never again."""
    form = TokenForm(typed_in(request), label_suffix="")
    if not form.is_valid():
        return show_tokens(request, here, form)
    try:
        fresh = create_token(
            person_id=here.person.id,
            label=form.cleaned_data["label"],
            scopes=form.cleaned_data["scopes"],
            expires_at=form.expires_at(here.at),
            who=once(request, here),
            at=here.at,
        )
    except (AnsweredBefore, StillInFlight):
        messages.info(request, _("This token was made before; it is not shown a second time."))
        return redirect(here.url("settings_tokens"))
    except Invalid as wrong:
        take_invalid(form, wrong)
        return show_tokens(request, here, form)
    return show_tokens(request, here, TokenForm(label_suffix=""), fresh.text)


@require_POST
@member_page
def token_revoke(request: HttpRequest, here: Here, token_id: UUID) -> HttpResponse:
    """End a token."""
    revoke_token(token_id, who=here.who, at=here.at)
    messages.success(request, _("The token is revoked. It opens nothing any more."))
    return redirect(here.url("settings_tokens"))
