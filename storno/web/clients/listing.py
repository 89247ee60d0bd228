"""The list of clients as its page shows it."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from storno.clients.models import Client, ClientKind
from storno.clients.queries import clients_by_name, search_clients
from storno.clients.sight import as_seen
from storno.core.pages import Page, Place
from storno.core.refusals import Invalid
from storno.organizations.models import Wording
from storno.organizations.roles import Deed
from storno.web.access import Here
from storno.web.papers.menus import Item
from storno.web.words import WORDS

MOST_FOUND = 50


def clients_page(request: HttpRequest, here: Here, wording_of: str) -> dict[str, Any]:
    """All that the page shows: who was found, and where the next page begins."""
    wording, practice = WORDS[wording_of], wording_of == Wording.PRACTICE
    text = request.GET.get("q", "").strip()
    archived = request.GET.get("state") == "archived"
    others = request.GET.get("state") == "others" and not text
    page = _found(text, archived, others, request.GET.get("after", ""), here)
    state = {"state": "archived"} if archived else {"state": "others"} if others else {}
    older = here.url("clients", after=page.next, **state) if page.next else ""
    return {
        "query": text,
        "archived": archived,
        "others": others,
        "kept": list(state.items()) if archived else [],
        "rows": _rows(page.items, here, marked=not others),
        "older_url": older,
        "tabs": [
            {
                "label": wording.clients,
                "url": here.url("clients"),
                "current": not (archived or others),
            },
            *(_others_tab(here, others) if practice else ()),
            {
                "label": _("Archived"),
                "url": here.url("clients", state="archived"),
                "current": archived,
            },
        ],
        "new_url": here.url("client_new", **({"state": "others"} if others else {}))
        if here.who.may(Deed.KEEP_CLIENTS)
        else "",
        "clients_url": here.url("clients"),
        "items": list(_files(here)),
    }


def _files(here: Here) -> Iterator[Item]:
    """What can be done with all of them at once."""
    if here.who.may(Deed.KEEP_CLIENTS):
        yield Item(_("Import from a file"), icon="add", url=here.url("client_import"))
    if here.who.may(Deed.EXPORT):
        yield Item(_("All of them as CSV"), icon="download", url=here.url("clients_csv"))
        yield Item(_("Their contacts as CSV"), icon="download", url=here.url("contacts_csv"))
    if here.who.may(Deed.ERASE_CLIENTS):
        yield Item(_("To be erased"), icon="clock", url=here.url("erasures"), apart=True)


def _others_tab(here: Here, current: bool) -> Iterator[dict[str, Any]]:
    url = here.url("clients", state="others")
    yield {"label": _("Other recipients"), "url": url, "current": current}


def _found(text: str, archived: bool, others: bool, after: str, here: Here) -> Page[Client]:
    mine = here.organization.id
    if text:
        found = search_clients(
            text, organization_id=mine, who=here.who, archived=archived, limit=MOST_FOUND
        )
        return Page(tuple(found), "")
    try:
        place = Place.read(after) if after else None
    except Invalid:
        place = None
    return clients_by_name(
        organization_id=mine, who=here.who, served=not others, archived=archived, after=place
    )


def _rows(found: Iterable[Client], here: Here, *, marked: bool) -> list[dict[str, str]]:
    return [
        {
            "name": client.name,
            "url": here.url("client", client.id),
            "told": " · ".join(
                part
                for part in (
                    _("Other recipient") if marked and not client.served else "",
                    client.contact if client.kind == ClientKind.COMPANY else "",
                    client.email,
                    client.city,
                )
                if part
            ),
            "invoices_url": here.url("client_invoices", client.id),
        }
        for client in as_seen(found, here.who)
    ]
