"""The list of invoices and drafts as its page shows it."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from storno.clients.queries import client_with
from storno.core.refusals import Absent
from storno.documents.find import MOST_NAMED, clients_called
from storno.documents.queries import (
    COUNTED_TO,
    PAGE,
    Page,
    Tab,
    count_drafts,
    count_tabs,
    list_drafts,
    list_invoices,
)
from storno.documents.read_lines import lines_of
from storno.documents.words import state_words
from storno.organizations.models import Wording
from storno.organizations.queries import Circumstances
from storno.organizations.roles import Deed
from storno.web.access import Here
from storno.web.papers.asked import AWAITING, DRAFTS, EXTERNAL, OF_DRAFTS, PROCESSING, Asked
from storno.web.papers.rows import Row, draft_rows, invoice_rows, sums_of

MOST_IN_FILE = 10_000
"""Rows of a file that is made while somebody waits."""

_NOTHING_NARROWED = {"q": "", "recipient": "", "from": "", "to": ""}


def list_page(asked: Asked, here: Here, now: Circumstances) -> dict[str, Any]:
    """All that the page of a list shows."""
    rows, sums, older, more_named = _found(asked, here, now)
    return {
        "asked": asked,
        "tabs": _tabs(asked, here, now),
        "rows": rows,
        "sums": sums,
        "too_many": too_many_named() if more_named else "",
        "recipient": _recipient(asked, here),
        "kept": list(asked.query(q="").items()),
        "kept_beside_period": list(asked.query(**{"from": "", "to": ""}).items()),
        "empty": None if rows else _empty(asked),
        "older_url": here.url("invoices", **asked.query(before=older)) if older else "",
        "csv_url": here.url("invoices_csv", **asked.query()) if sums else "",
        "clear_url": here.url("invoices", **asked.query(**_NOTHING_NARROWED)),
        "remind_url": _remind_url(asked, rows, here),
        "new_url": here.url("draft_new") if here.who.may(Deed.WRITE_DRAFTS) else "",
        "invoices_url": here.url("invoices"),
    }


def _remind_url(asked: Asked, rows: list[Row], here: Here) -> str:
    """The page on which what is overdue is reminded of, where that is what is listed."""
    offered = asked.tab == Tab.OVERDUE and rows and here.who.may(Deed.SEND)
    return here.url("invoices_remind") if offered else ""


def _found(asked: Asked, here: Here, now: Circumstances) -> tuple[list[Row], Any, str, bool]:
    mine = here.organization.id
    if asked.of_drafts:
        recipients, more_named = _recipients(asked, mine)
        drafts, older = list_drafts(
            mine,
            state=OF_DRAFTS[asked.tab],
            recipient_ids=recipients,
            numbered=asked.text if asked.tab == EXTERNAL else "",
            before=asked.before,
        )
        rows = draft_rows(drafts, lines_of(drafts), here, now)
        return rows, None, str(older or ""), more_named
    page = invoices_asked(asked, here, now)
    rows = invoice_rows(page.rows, here, now)
    return rows, sums_of(page.rows), str(page.next or ""), page.more_named


def _recipients(asked: Asked, organization_id: UUID) -> tuple[set[UUID] | None, bool]:
    """Whose drafts are asked for (None: everybody's), and whether more are called so."""
    chosen = None if asked.recipient_id is None else {asked.recipient_id}
    if not asked.text:
        return chosen, False
    called = clients_called(asked.text, organization_id)
    ids = set(called.ids)
    return ids if chosen is None else ids & chosen, called.more_named


def invoices_asked(asked: Asked, here: Here, now: Circumstances, *, limit: int = PAGE) -> Page:
    """The invoices of a page, and where the next one begins."""
    return list_invoices(
        here.organization.id, asked.filter(), today=now.today, before=asked.before, limit=limit
    )


def too_many_named() -> str:
    """Why a search by name does not find all that it could."""
    return _(
        "More than %(count)d names fit; the invoices of the first %(count)d are shown. "
        "Type more of the name."
    ) % {"count": MOST_NAMED}


def _tabs(asked: Asked, here: Here, now: Circumstances) -> list[dict[str, Any]]:
    counts = {} if asked.narrowed else _counts(here, now)
    labels = [
        (Tab.ALL, _("All")),
        (DRAFTS, _("Drafts")),
        (AWAITING, _("To decide")),
        (PROCESSING, _("Processing")),
        (Tab.SENT, _("Unpaid")),
        (Tab.OVERDUE, _("Overdue")),
        (Tab.CANCELLING, state_words("cancelling", now.settings.wording)),
        (Tab.WRITTEN_OFF, _("Written off")),
        (Tab.PAID, _("Paid")),
        (Tab.CREDITED, state_words("credited", now.settings.wording)),
        (Tab.OWED_BACK, _("Owed back")),
        (EXTERNAL, state_words("external", now.settings.wording)),
    ]
    return [
        {
            "label": label,
            "count": counts.get(tab),
            "url": here.url("invoices", **asked.query(state="" if tab == Tab.ALL else tab)),
            "current": tab == asked.tab,
        }
        for tab, label in labels
        if _is_shown(tab, asked, here, now, counts.get(tab))
    ]


def _is_shown(
    tab: str, asked: Asked, here: Here, now: Circumstances, count: str | int | None
) -> bool:
    """Whether a tab is shown: one of what few have only where there is some of it.

    `count` is how many there are, where they have been counted. A practice always sees where it
    finds what it invoices in another system.
    """
    if tab not in (AWAITING, EXTERNAL, Tab.WRITTEN_OFF) or tab == asked.tab:
        return True
    if tab == Tab.WRITTEN_OFF:
        return count != 0
    if tab == EXTERNAL and now.settings.wording == Wording.PRACTICE:
        return True
    if count is None:
        count = count_drafts(here.organization.id, state=OF_DRAFTS[tab])
    return count != 0


def _counts(here: Here, now: Circumstances) -> dict[str, str | int]:
    """How many there are of each state; not said of a part of them."""
    mine = here.organization.id
    counts = {
        **{str(tab): count for tab, count in count_tabs(mine, today=now.today).items()},
        **{tab: count_drafts(mine, state=state) for tab, state in OF_DRAFTS.items()},
    }
    return {
        tab: f"{COUNTED_TO - 1}+" if count >= COUNTED_TO else count for tab, count in counts.items()
    }


def _recipient(asked: Asked, here: Here) -> dict[str, str] | None:
    """Whose invoices are shown, and the way back to everybody's."""
    if asked.recipient_id is None:
        return None
    try:
        client = client_with(asked.recipient_id, organization_id=here.organization.id)
    except Absent:
        return None
    return {"name": client.name, "everybody": here.url("invoices", **asked.query(recipient=""))}


def _empty(asked: Asked) -> dict[str, str]:
    """What an empty list teaches."""
    if asked.text and asked.tab == EXTERNAL:
        return {
            "title": _("Nothing was found."),
            "text": _(
                "Search by the beginning of a name, an e-mail address or the number of the "
                "external invoice."
            ),
        }
    if asked.text and asked.of_drafts:
        return {
            "title": _("Nothing was found."),
            "text": _("Search by the beginning of a name, an e-mail address or a number."),
        }
    if asked.text:
        return {
            "title": _("Nothing was found."),
            "text": _(
                "A search finds whole numbers and references, amounts like 125.50, and the "
                "beginnings of names and invoice numbers."
            ),
        }
    if asked.narrowed:
        return {
            "title": _("Nothing in this selection."),
            "text": _("Choose another period or another recipient."),
        }
    title, text = _TEACH[asked.tab]()
    return {"title": title, "text": text}


_TEACH = {
    Tab.ALL: lambda: (
        _("No invoices yet."),
        _("Each invoice stands here with its state, from the moment it has its number."),
    ),
    DRAFTS: lambda: (
        _("No drafts."),
        _("What you save without sending waits here. A draft has no number and binds nobody."),
    ),
    AWAITING: lambda: (
        _("Nothing awaits a decision."),
        _("The draft that follows a credit note stands here until you finish or delete it."),
    ),
    PROCESSING: lambda: (
        _("Nothing is on its way."),
        _("An invoice waits here before it leaves. Until then you can change it or take it back."),
    ),
    EXTERNAL: lambda: (
        _("Nothing is invoiced externally."),
        _("What you invoice externally stands here, so that you find it again."),
    ),
    Tab.SENT: lambda: (
        _("Nobody owes you anything."),
        _("Invoices stand here until they are paid or cancelled."),
    ),
    Tab.OVERDUE: lambda: (
        _("No overdue invoices. Well done."),
        _("An invoice stands here from the day after its due date until it is paid or cancelled."),
    ),
    Tab.CANCELLING: lambda: (
        _("No invoice is being cancelled."),
        _("While a credit note waits to leave, its invoice stands here and you can undo it."),
    ),
    Tab.WRITTEN_OFF: lambda: (
        _("Nothing is written off."),
        _("What you ask for no more stands here. If it is paid after all, it moves to the paid."),
    ),
    Tab.PAID: lambda: (
        _("No paid invoices yet."),
        _("Register a payment on an invoice, and it moves here once all of it is paid."),
    ),
    Tab.CREDITED: lambda: (
        _("No cancelled invoices."),
        _("A cancelled invoice stays readable here, together with its credit note."),
    ),
    Tab.OWED_BACK: lambda: (
        _("You owe nobody anything."),
        _("When more was paid than is to be paid, the invoice stands here until it is settled."),
    ),
}
