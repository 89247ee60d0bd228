"""What stands above each tab of a client."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from storno.clients.consents import keeps_consents
from storno.clients.looks import note_look
from storno.clients.models import Client
from storno.clients.sight import as_seen, looked_after_among
from storno.diary.erase import foresee_erasure
from storno.organizations.roles import Deed
from storno.web.access import Here
from storno.web.papers.menus import Item
from storno.web.say import say_date


def head_of(here: Here, found: Client, current: str) -> dict[str, Any]:
    """The client as the member sees it, and the tabs of which one is the current; inside a scope.

    Who opens one of them has looked at the client, which is noted. Of a client that they do not
    look after there is nothing but what its papers need.
    """
    theirs, diary = is_looked_after(here, found), here.keeps_diary
    (found,) = as_seen([found], here.who)
    names = [("client", _("Profile"))]
    if diary and theirs:
        names.append(("client_sessions", _("Sessions")))
    names.append(("client_invoices", _("Invoices")))
    may_ask = found.served and here.who.may(Deed.KEEP_CONSENTS)
    if may_ask and keeps_consents(here.organization.id):
        names.append(("client_consents", _("Consents")))
    # Who has looked, administrators may be told where there is more to see than papers.
    looks = diary and here.who.may(Deed.INVITE)
    if found.served and (here.organization.own_clients or looks):
        names.append(("client_access", _("Access")))
    note_look(found.id, who=here.who, at=here.at)
    tabs = [
        {"label": label, "url": here.url(name, found.id), "current": name == current}
        for name, label in names
    ]
    return {
        "client": found,
        "tabs": tabs,
        "became": _became(here, found, theirs),
        "statement_url": here.url("client_statement", found.id) if theirs else "",
        "may_keep": may_keep(here, found),
        "client_items": list(_items(here, found)) if theirs else [],
    }


def _became(here: Here, found: Client, theirs: bool) -> str:
    """What became of the client: erased, with the day until which books need the rest, or away."""
    if found.forgotten_at is not None:
        return _("Erased: the time is over for which invoices and the address had to be kept.")
    if found.erasing_at is not None:
        until = foresee_erasure(found.id, who=here.who, at=here.at).until if theirs else None
        if until is None:
            return _(
                "Erased, and locked: only what must be kept for the books is left, and goes by "
                "itself when its time is over."
            )
        words = _(
            "Erased, and locked: only what must be kept for the books is left. The last of it goes "
            "by itself after %(day)s."
        )
        return words % {"day": say_date(until)}
    if found.archived_at is not None:
        return _("Archived: not offered on invoices any more. The invoices stay.")
    return ""


def _items(here: Here, found: Client) -> Iterator[Item]:
    """What is seldom done with a client."""
    keeps = may_keep(here, found)
    if keeps and found.archived_at is None:
        url = here.url("client_archive", found.id)
        yield Item(_("Archive"), icon="archive", url=url, method="post")
    if here.who.may(Deed.EXPORT):
        yield Item(_("All of it as a ZIP"), icon="download", url=here.url("client_zip", found.id))
    if keeps:
        url = here.url("client_delete", found.id)
        yield Item(_("Delete"), icon="delete", url=url, method="dialog", tone="danger", apart=True)
    if here.who.may(Deed.ERASE_CLIENTS) and not found.is_erased:
        url = here.url("client_erasure", found.id)
        yield Item(_("Erase"), icon="delete", url=url, tone="danger")


def may_keep(here: Here, found: Client) -> bool:
    """Whether this member may change a client of whom more than the number is left."""
    may = here.who.may(Deed.KEEP_CLIENTS) and not found.is_erased
    return may and is_looked_after(here, found)


def is_looked_after(here: Here, found: Client) -> bool:
    """Whether a client is this member's: not in sight for the sake of papers only."""
    return found.id in looked_after_among([found.id], here.who)
