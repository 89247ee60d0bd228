"""The list of clients as its page shows it."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from storno.clients.models import Client, ClientKind
from storno.clients.queries import clients_by_name, search_clients
from storno.core.pages import Page, Place
from storno.core.refusals import Invalid
from storno.organizations.roles import Deed
from storno.web.access import Here
from storno.web.words import WordsOfAHouse

MOST_FOUND = 50


def clients_page(request: HttpRequest, here: Here, wording: WordsOfAHouse) -> dict[str, Any]:
    """All that the page shows: who was found, and where the next page begins."""
    text = request.GET.get("q", "").strip()
    archived = request.GET.get("state") == "archived"
    page = _found(text, archived, request.GET.get("after", ""), here)
    state = {"state": "archived"} if archived else {}
    older = here.url("clients", after=page.next, **state) if page.next else ""
    return {
        "query": text,
        "archived": archived,
        "kept": list(state.items()),
        "rows": _rows(page.items, here),
        "older_url": older,
        "tabs": [
            {"label": wording.clients, "url": here.url("clients"), "current": not archived},
            {
                "label": _("Archived"),
                "url": here.url("clients", state="archived"),
                "current": archived,
            },
        ],
        "new_url": here.url("client_new") if here.who.may(Deed.KEEP_CLIENTS) else "",
        "clients_url": here.url("clients"),
    }


def _found(text: str, archived: bool, after: str, here: Here) -> Page[Client]:
    mine = here.organization.id
    if text:
        found = search_clients(text, organization_id=mine, archived=archived, limit=MOST_FOUND)
        return Page(tuple(found), "")
    try:
        place = Place.read(after) if after else None
    except Invalid:
        place = None
    return clients_by_name(organization_id=mine, archived=archived, after=place)


def _rows(found: Iterable[Client], here: Here) -> list[dict[str, str]]:
    return [
        {
            "name": client.name,
            "url": here.url("client", client.id),
            "told": " · ".join(
                part
                for part in (
                    client.contact if client.kind == ClientKind.COMPANY else "",
                    client.email,
                    client.city,
                )
                if part
            ),
            "invoices_url": here.url("client_invoices", client.id),
        }
        for client in found
    ]
