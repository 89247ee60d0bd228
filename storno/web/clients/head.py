"""What stands above each tab of a client."""

from typing import Any

from django.utils.translation import gettext as _

from storno.clients.consents import keeps_consents
from storno.clients.models import Client
from storno.organizations.roles import Deed
from storno.web.access import Here
from storno.web.show import keeps_diary


def head_of(here: Here, found: Client, current: str) -> dict[str, Any]:
    """The client, and the tabs of which one is the current; inside a scope."""
    names = [("client", _("Profile"))]
    if keeps_diary(here):
        names.append(("client_sessions", _("Sessions")))
    names.append(("client_invoices", _("Invoices")))
    if found.served and keeps_consents(here.organization.id):
        names.append(("client_consents", _("Consents")))
    tabs = [
        {"label": label, "url": here.url(name, found.id), "current": name == current}
        for name, label in names
    ]
    return {"client": found, "tabs": tabs, "may_keep": may_keep(here, found)}


def may_keep(here: Here, found: Client) -> bool:
    """Whether this member may change a client of whom more than the number is left."""
    return here.who.may(Deed.KEEP_CLIENTS) and found.forgotten_at is None
