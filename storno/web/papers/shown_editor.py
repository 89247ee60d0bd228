"""The editor as its page shows it: who can be chosen, what the catalogue offers, the totals."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from storno.catalogue.queries import services_by_name
from storno.clients.models import Client
from storno.clients.queries import client_with
from storno.core.refusals import Absent
from storno.documents.models import Draft
from storno.documents.payer import client_billed
from storno.organizations.roles import Deed
from storno.web.access import Here
from storno.web.once import new_once
from storno.web.papers.editor import Editor
from storno.web.papers.offered import Offered, offered_for, offered_to_all
from storno.web.papers.reckoned import reckon

MOST_SERVICES = 100


def asked_recipient(query: Mapping[str, str], here: Here) -> Client | None:
    """The recipient that the address of a new draft names, if it does."""
    try:
        return client_with(UUID(query.get("recipient", "")), organization_id=here.organization.id)
    except (ValueError, Absent):
        return None


def shown_editor(editor: Editor, draft_id: UUID | None, here: Here) -> dict[str, Any]:
    """All that the editor shows; inside a scope."""
    now = here.now
    totals = reckon(editor.lines, now, editor.texts())
    amounts = dict(totals["amounts"])
    here_url = here.url("draft_edit", draft_id) if draft_id else here.url("draft_new")
    return {
        "title": _("Edit draft") if draft_id else _("New invoice"),
        "form": editor.form,
        "faults": [line for line in editor.lines if line.is_bound and line.errors],
        "lines": [
            {
                "form": line,
                "number": place + 1,
                "amount": amounts.get(line.prefix, ""),
                "more": list(line.more()),
                "remove": {"name": "remove_line", "value": place},
            }
            for place, line in enumerate(editor.lines)
        ],
        "beyond": editor.beyond,
        "version": editor.version,
        "instead_of": editor.instead_of,
        "once": new_once(),
        "totals": totals,
        "post_url": here_url,
        "back_url": here.url("draft", draft_id) if draft_id else here.url("invoices"),
        "services": _services(here),
        **recipient_shown(editor.recipient, editor.sought, here),
    }


def recipient_shown(recipient: Client | None, sought: str, here: Here) -> dict[str, Any]:
    """Who is chosen, or who can be."""
    return {
        "recipient": recipient,
        "sought": sought,
        "offered": offered_to_all(sought, here) if recipient is None else [],
        "new_client_url": _new_client_url(None, here),
    }


def other_recipient_shown(draft: Draft, sought: str, here: Here) -> dict[str, Any]:
    """Who a saved draft can be for instead: near the client whom it bills, or found."""
    near = client_billed(draft) or draft.recipient
    offered: list[Offered] = (
        offered_to_all(sought, here)
        if sought or near is None
        else offered_for(near, draft.recipient, here)
    )
    return {
        "sought": sought,
        "offered": offered,
        "new_client_url": _new_client_url(draft.id, here),
    }


def _new_client_url(draft_id: UUID | None, here: Here) -> str:
    if not here.who.may(Deed.KEEP_CLIENTS):
        return ""
    return here.url("draft_client", **({"draft": str(draft_id)} if draft_id else {}))


def _services(here: Here) -> list[dict[str, str]]:
    found = services_by_name(organization_id=here.organization.id, limit=MOST_SERVICES)
    return [{"id": str(service.id), "name": service.name} for service in found.items]
