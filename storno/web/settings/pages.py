"""The parts of the settings as pages, with the tabs that lead from one to the other."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from storno.numbering.take import NumberTooLong
from storno.numbering.upcoming import Upcoming, upcoming_numbers
from storno.organizations.countries import COUNTRIES
from storno.organizations.customer_service import way_to_service
from storno.organizations.models import Settings
from storno.organizations.queries import tokens_of
from storno.organizations.roles import Deed
from storno.web.access import Here
from storno.web.once import new_once
from storno.web.sections import Parts, sections, told
from storno.web.settings import numbers, seller, working
from storno.web.settings.keys import TokenForm, shown_tokens_of, token_rows
from storno.web.show import show


def show_seller(request: HttpRequest, here: Here, form: forms.Form) -> HttpResponse:
    """The seller's details."""
    return show_part(request, here, "form", form, **_parts(here, form, seller.PARTS))


def show_working(request: HttpRequest, here: Here, form: forms.Form, now: Settings) -> HttpResponse:
    """How the organization works, and what only customer service changes."""
    parts = _parts(here, form, working.PARTS)
    bound, way = working.bound_facts(now), way_to_service(now)
    return show_part(request, here, "working", form, bound=bound, way=way, **parts)


def show_numbers(request: HttpRequest, here: Here, form: numbers.NumbersForm) -> HttpResponse:
    """How numbers run, and what the next ones are."""
    with here.reading():
        upcoming = _upcoming(here)
    parts = _parts(here, form, numbers.PARTS)
    if form.shut >= set(form.fields):
        parts = {"told": told(form, numbers.PARTS), "running": True}
    return show_part(request, here, "numbers", form, upcoming=upcoming, **parts)


def show_tokens(request: HttpRequest, here: Here, form: TokenForm, fresh: str = "") -> HttpResponse:
    """The tokens, and the form for a further one."""
    rows = token_rows(tokens_of(here.organization.id, **shown_tokens_of(here)), here)
    return show_part(request, here, "tokens", form, rows=rows, fresh=fresh, once=new_once())


def _parts(here: Here, form: forms.Form, parts: Parts) -> dict[str, Any]:
    """The form for who may change it; for others the same to read."""
    if here.who.may(Deed.CHANGE_SETTINGS):
        return {"sections": sections(form, parts)}
    return {"told": told(form, parts)}


def _upcoming(here: Here) -> Upcoming | None:
    mine = here.organization.id
    try:
        return upcoming_numbers(mine, year=here.now.today.year)
    except NumberTooLong:
        return None


def show_part(
    request: HttpRequest, here: Here, page: str, form: forms.Form, **context: Any
) -> HttpResponse:
    """A part of the settings, below the tabs that lead to the others."""
    tabs = (
        ("settings_seller", _("Your details")),
        ("settings_working", _("How you work")),
        ("settings_numbers", _("Numbers")),
        ("settings_payment_methods", _("Payment methods")),
        ("settings_payouts", _("Taxes and payouts")),
        ("settings_card", _("Online payment")),
        ("settings_kid", _("KID")),
        ("settings_closed", _("Closed days")),
        ("settings_consents", _("Consents")),
        ("settings_tokens", _("API tokens")),
    )
    status = 422 if form.errors else 200
    with here.reading():
        hidden = set() if COUNTRIES[here.now.seller.country].kid_used else {"settings_kid"}
        if not here.organization.in_custody or here.who.clients_of is not None:
            hidden.add("settings_payouts")
        shown = [
            {
                "label": label,
                "url": here.url(name),
                "current": request.path.startswith(here.url(name)),
            }
            for name, label in tabs
            if name not in hidden
        ]
        return show(
            request,
            here,
            f"settings/{page}.html",
            form=form,
            tabs=shown,
            status=status,
            **context,
        )
