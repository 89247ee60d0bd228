"""What jumping offers: deeds and pages by their names, invoices and clients by what is typed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from storno.clients.queries import search_clients
from storno.core.folding import fold, words_sought
from storno.core.refusals import Words
from storno.documents.queries import Filter, list_invoices
from storno.organizations.models import Settings
from storno.organizations.queries import Circumstances
from storno.organizations.roles import Deed
from storno.web.access import Here
from storno.web.papers.states import state_in_list
from storno.web.show import navigation
from storno.web.words import WORDS

LONGEST = 100
MOST_FOUND = 5


@dataclass(frozen=True, slots=True)
class Jump:
    """A place to go to; `told` is what tells it from its likes."""

    label: Words
    url: str
    icon: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Places of one kind."""

    title: Words
    jumps: list[Jump]


def jumps(text: str, here: Here) -> list[Group]:
    """Where the words lead, or all deeds and pages without a word; inside a scope."""
    now = here.now
    words = WORDS[now.settings.wording]
    groups = [
        Group(_("Invoices"), list(_invoices(text, here, now))),
        Group(words.clients, list(_clients(text, here))),
        Group(_("Begin"), _named(text, _deeds(here, now))),
        Group(_("Pages"), _named(text, _pages(here, now.settings))),
    ]
    return [group for group in groups if group.jumps]


def _invoices(text: str, here: Here, now: Circumstances) -> Iterator[Jump]:
    if not text:
        return
    wanted = Filter(text=text)
    page = list_invoices(here.organization.id, wanted, today=now.today, limit=MOST_FOUND)
    for row in page.rows:
        state = state_in_list(
            row.state,
            row.standing,
            seller=now.seller,
            settings=now.settings,
            at=here.at,
            today=now.today,
        )
        url = here.url("invoice", row.document.id)
        yield Jump(row.document.number, url, "invoices", f"{row.recipient_name} · {state}")


def _clients(text: str, here: Here) -> Iterator[Jump]:
    if not words_sought(text):
        return
    for client in search_clients(text, organization_id=here.organization.id, limit=MOST_FOUND):
        yield Jump(client.name, here.url("client", client.id), "person", client.city)


def _deeds(here: Here, now: Circumstances) -> Iterator[Jump]:
    words = WORDS[now.settings.wording]
    for deed, label, name in (
        (Deed.WRITE_DRAFTS, _("New invoice"), "draft_new"),
        *(((Deed.BOOK, _("New event"), "session_new"),) if here.keeps_diary else ()),
        (Deed.KEEP_CLIENTS, words.new_client, "client_new"),
        (Deed.KEEP_CATALOGUE, _("New service or product"), "service_new"),
        (Deed.INVITE, _("Invite somebody"), "member_invite"),
    ):
        if here.who.may(deed):
            yield Jump(label, here.url(name), "add")


def _pages(here: Here, settings: Settings) -> Iterator[Jump]:
    nav = navigation(here, settings, "")
    for place in (*nav["places"], *nav["others"], *nav["account"]):
        yield Jump(place["label"], place["url"], place["icon"])
    yield Jump(_("Help"), nav["help_url"], "help")


def _named(text: str, offered: Iterable[Jump]) -> list[Jump]:
    """Those in whose names every typed word begins a word."""
    sought = fold(text).split()
    return [jump for jump in offered if _is_meant(sought, fold(str(jump.label)).split())]


def _is_meant(sought: list[str], named: list[str]) -> bool:
    return all(any(word.startswith(part) for word in named) for part in sought)
