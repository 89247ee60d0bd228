"""Showing a page: the template with what every page of an organization needs around it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from storno.mailroom.mailbox import is_kept_here
from storno.organizations.customer_service import has_customer_service
from storno.organizations.models import Settings
from storno.organizations.roles import Deed
from storno.people.models import Person
from storno.support.queries import unread
from storno.web.access import Here
from storno.web.words import WORDS, Words

Place = tuple[str, Words | None, str]
"""The name of an address, what it is called (None: as the house calls its clients), its sign."""

PLACES: tuple[Place, ...] = (
    ("home", _("Home"), "home"),
    ("invoices", _("Invoices"), "invoices"),
    ("clients", None, "clients"),
    ("catalogue", _("Catalogue"), "catalogue"),
)
DIARY: Place = ("diary", _("Diary"), "diary")
"""Where sessions are booked, it stands after the first place."""

OTHERS: tuple[Place, ...] = (
    ("bank", _("Bank"), "bank"),
    ("money", _("My money"), "payment"),
    ("settings", _("Settings"), "settings"),
    ("members", _("Members"), "members"),
    ("conversations", _("Customer service"), "chat"),
    ("exports", _("Accountant"), "download"),
    ("mailbox", _("Mailbox"), "mailbox"),
)

_BELONGS = {
    "invoices": ("drafts", "credit-notes", "documents", "payments", "letters"),
    "money": ("payouts",),
}
"""What has an address of its own beside the place to which it belongs."""


def show(
    request: HttpRequest, here: Here, template: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """Render a page of an organization; inside `here.reading()`."""
    seller, settings = here.now.seller, here.now.settings
    wording = WORDS[settings.wording]
    frame = {
        "here": here,
        "organization": {"name": seller.name, "slug": here.organization.slug},
        "organizations": here.organizations,
        "seller": seller,
        "settings": settings,
        "wording": wording,
        "member": person_shown(here.person),
        "nav": navigation(here, settings, request.path),
        "now": here.at,
    }
    return render(request, template, frame | context, status=status)


def person_shown(person: Person) -> dict[str, str]:
    """Who is signed in, as the bar shows them."""
    return {"name": str(person), "email": person.email, "initials": _initials(str(person))}


def _initials(name: str) -> str:
    """The first letter or digit of each word, of two words at most."""
    firsts = (next(filter(str.isalnum, word), "") for word in name.split())
    return "".join(firsts)[:2].upper()


def navigation(here: Here, settings: Settings, path: str) -> dict[str, Any]:
    """The places that the member may go to; that of the path is the current one."""
    clients = WORDS[settings.wording].clients
    hidden = {"mailbox"} if not is_kept_here() else set()
    if not here.who.may(Deed.EXPORT):
        hidden.add("exports")
    if not has_customer_service(settings):
        hidden.add("conversations")
    if here.who.clients_of is not None or settings.organization.in_custody:
        # An account tells of everybody who pays; the operator's is not the seller's.
        hidden.add("bank")
    if here.who.clients_of is not None or not settings.organization.in_custody:
        hidden.add("money")
    first, others = PLACES, OTHERS
    if here.keeps_diary:
        # A telephone has room for four; the catalogue is gone to least.
        first, others = (*PLACES[:1], DIARY, *PLACES[1:-1]), (*PLACES[-1:], *OTHERS)
    places, more = (
        [_place(here, place, clients, path) for place in all_ if place[0] not in hidden]
        for all_ in (first, others)
    )
    news = 0
    if "conversations" not in hidden and here.who.may(Deed.ASK):
        news, chat_url = unread(here.who), here.url("conversations")
        for each in more:
            if each["url"] == chat_url:
                each["count"] = news
    return {
        "home_url": here.url("home"),
        "places": places,
        "others": more,
        "news": news,
        "account": [
            {"label": _("Your account"), "url": reverse("account"), "icon": "person"},
            {"label": _("Switch organization"), "url": reverse("organizations"), "icon": "chooser"},
        ],
        "help_url": here.url("help"),
        "jump_url": here.url("jump"),
    }


def _also(here: Here, name: str) -> list[str]:
    home = here.url("home")
    return [f"{home}{part}/" for part in _BELONGS.get(name, ())]


def _place(here: Here, place: Place, clients: Words, path: str) -> dict[str, Any]:
    name, label, icon = place
    url = here.url(name)
    current = path == url if name == "home" else path.startswith((url, *_also(here, name)))
    return {"label": label or clients, "url": url, "icon": icon, "current": current}
