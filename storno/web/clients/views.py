"""Clients: found as one types, entered, changed, put away; and their invoices."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from storno.clients.models import Client
from storno.clients.queries import client_with
from storno.clients.save import (
    archive_client,
    create_client,
    restore_client,
)
from storno.clients.sight import as_seen
from storno.core.refusals import Invalid
from storno.diary.usual import change_client
from storno.organizations.once import AnsweredBefore, StillInFlight
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.clients.beside import contacts_shown
from storno.web.clients.consents import wanting_shown
from storno.web.clients.forms import ClientForm, initial_of, parts_of
from storno.web.clients.head import head_of, may_keep
from storno.web.clients.listing import clients_page
from storno.web.methods import say_followed
from storno.web.once import new_once, once
from storno.web.papers.of_client import papers_of_client
from storno.web.sections import sections, told
from storno.web.show import show
from storno.web.take import take_invalid, take_typed


@require_GET
@member_page
def clients(request: HttpRequest, here: Here) -> HttpResponse:
    """All clients by name, or those that what was typed finds."""
    with here.reading():
        wording = here.now.settings.wording
        return show(request, here, "clients/clients.html", **clients_page(request, here, wording))


@require_http_methods(["GET", "POST"])
@member_page
def client_new(request: HttpRequest, here: Here) -> HttpResponse:
    """Enter a client."""
    here.who.must(Deed.KEEP_CLIENTS)
    form = ClientForm(take_typed(request, here, Deed.KEEP_CLIENTS), label_suffix="")
    if form.is_valid():
        try:
            client = create_client(form.entered(), who=once(request, here), at=here.at)
        except (AnsweredBefore, StillInFlight):
            return redirect(here.url("clients"))
        except Invalid as wrong:
            take_invalid(form, wrong)
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": client.name})
            return redirect(here.url("client", client.id))
    with here.reading():
        seller = here.now.seller
        if not form.is_bound:
            form.initial = {
                "language": seller.language,
                "country": seller.country,
                "only_pays": request.GET.get("state") == "others",
            }
        form.suit(seller)
        parts = parts_of(here.now.settings.wording)
        context = {"form": form, "sections": sections(form, parts), "once": new_once()}
        return show(request, here, "clients/form.html", status=_status(form), **context)


@require_http_methods(["GET", "POST"])
@member_page
def client(request: HttpRequest, here: Here, client_id: UUID) -> HttpResponse:
    """A client's profile, to read and to change."""
    form = ClientForm(take_typed(request, here, Deed.KEEP_CLIENTS), label_suffix="")
    if form.is_valid():
        try:
            changed, followed = change_client(client_id, form.put_into, who=here.who, at=here.at)
        except Invalid as wrong:
            take_invalid(form, wrong)
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": changed.name})
            say_followed(request, followed)
            return redirect(here.url("client", client_id))
    with here.reading():
        (found,) = as_seen([client_with(client_id, organization_id=here.organization.id)], here.who)
        if not form.is_bound:
            form.initial = initial_of(found)
        form.suit(here.now.seller)
        context = head_of(here, found, "client") | _profile(here, found, form)
        context |= contacts_shown(found, here) | {"wanting": wanting_shown(found, here)}
        return show(request, here, "clients/client.html", status=_status(form), **context)


@require_GET
@member_page
def client_invoices(request: HttpRequest, here: Here, client_id: UUID) -> HttpResponse:
    """A client's invoices and drafts: the newest, and the way to all of them."""
    with here.reading():
        found = client_with(client_id, organization_id=here.organization.id)
        now = here.now
        return show(
            request,
            here,
            "clients/invoices.html",
            **head_of(here, found, "client_invoices"),
            **papers_of_client(client_id, here, now),
            new_url=here.url("draft_new", recipient=str(client_id))
            if here.who.may(Deed.WRITE_DRAFTS) and not found.archived_at
            else "",
        )


@require_POST
@member_page
def client_archive(request: HttpRequest, here: Here, client_id: UUID) -> HttpResponse:
    """Offer a client no more; the papers stay."""
    archive_client(client_id, who=here.who, at=here.at)
    messages.success(request, _("Archived. The invoices stay; you can restore it at any time."))
    return redirect(here.url("client", client_id))


@require_POST
@member_page
def client_restore(request: HttpRequest, here: Here, client_id: UUID) -> HttpResponse:
    """Offer an archived client again."""
    restore_client(client_id, who=here.who, at=here.at)
    messages.success(request, _("Restored."))
    return redirect(here.url("client", client_id))


def _profile(here: Here, found: Client, form: ClientForm) -> dict[str, object]:
    """The profile to change, or to read for who may not, or where little is left."""
    parts = parts_of(here.now.settings.wording)
    if may_keep(here, found):
        return {"form": form, "sections": sections(form, parts)}
    return {"told": told(form, parts)}


def _status(form: ClientForm) -> int:
    return 422 if form.errors else 200
