"""The page of one entry."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from storno.bank.models import Entry, EntryState
from storno.bank.queries import entry_with
from storno.diary.looks import note_look_at_paper
from storno.documents.models import Document
from storno.documents.queries import Filter, list_invoices
from storno.matching.queries import invoices_met
from storno.matching.suggest import suggest
from storno.organizations.roles import Deed
from storno.web.access import Here
from storno.web.bank.rows import (
    outcome,
    shown_invoice,
    shown_suggestion,
    title_of,
    why_of,
)
from storno.web.papers.asked import LONGEST_SEARCH
from storno.web.say import say_date, say_money

MOST_FOUND = 10


def entry_page(entry: Entry, query: Mapping[str, str], here: Here) -> dict[str, Any]:
    """All that the page of an entry shows."""
    mine = here.organization.id
    may = here.who.may(Deed.REGISTER_PAYMENT)
    waits = may and entry.state == EntryState.QUEUED
    text = query.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    likely = suggest([entry], mine).get(entry.id, []) if waits else []
    met = _met(entry, here)
    return {
        "entry": entry,
        "title": title_of(entry),
        "facts": list(_facts(entry, here)),
        "why": why_of(entry),
        "state": EntryState(entry.state).label,
        "invoice": shown_invoice(met, here) if met else None,
        "returned": _returned(entry, here),
        "waits": waits,
        "takes_invoice": waits and entry.amount_minor > 0,
        "likely": [shown_suggestion(each, entry, here) for each in likely],
        "query": text,
        "found": _found(entry, text, here) if waits and text else [],
        "entry_url": here.url("bank_entry", entry.id),
        "aside_url": here.url("entry_aside", entry.id) if waits else "",
        "taking_up_url": _taking_up(entry, here) if may else "",
        "undoing_url": _undoing(entry, here),
        "bank_url": here.url("bank"),
    }


def undoing_page(entry: Entry, here: Here) -> dict[str, Any]:
    """All that the page shows on which a match is undone."""
    met = _met(entry, here)
    return {
        "title": title_of(entry),
        "number": met.number if met else "",
        "post_url": here.url("entry_undoing", entry.id),
        "back_url": here.url("bank_entry", entry.id),
        "back_label": title_of(entry),
    }


def _met(entry: Entry, here: Here) -> Document | None:
    """The invoice that an entry has paid, which is a look at whom it serves."""
    met = invoices_met([entry], here.organization.id).get(entry.id)
    if met is not None:
        note_look_at_paper(met.id, met.recipient_id, who=here.who, at=here.at)
    return met


def _facts(entry: Entry, here: Here) -> Iterator[dict[str, str]]:
    """What the bank told, in its order; what is empty is left out."""
    came_in = entry.amount_minor > 0
    told = (
        (_("Day"), say_date(entry.booked_on)),
        (_("Paid by") if came_in else _("Paid to"), entry.party),
        (_("Their account"), entry.party_account),
        (_("Your account"), entry.account),
        (_("Reference"), entry.reference),
        (_("Text"), entry.text),
        (_("Reason of the bank"), entry.returned_why),
        (_("Note"), entry.note),
    )
    for label, value in told:
        if value:
            yield {"label": label, "value": value}
    yield {
        "label": _("File"),
        "value": entry.file.name,
        "url": here.url("bank_file", entry.file_id),
    }


def _returned(entry: Entry, here: Here) -> dict[str, str] | None:
    """The entry that this one took back."""
    if entry.returns_entry_id is None:
        return None
    original = entry_with(entry.returns_entry_id, organization_id=here.organization.id)
    return {"title": title_of(original), "url": here.url("bank_entry", original.id)}


def _found(entry: Entry, text: str, here: Here) -> list[dict[str, str]]:
    """The invoices that a search finds, in the entry's currency."""
    page = list_invoices(
        here.organization.id, Filter(text=text), today=here.now.today, limit=MOST_FOUND
    )
    return [
        {
            "number": row.document.number,
            "name": row.recipient_name,
            "url": here.url("invoice", row.document.id),
            "why": _("Left to pay: %(open)s.")
            % {"open": say_money(row.standing.open_minor, row.document.currency)},
            "outcome": outcome(entry.amount_minor, row.standing.open_minor, entry.currency),
            "action": here.url("entry_match", entry.id),
            "field": "invoice",
            "value": str(row.document.id),
            "label": _("Match"),
        }
        for row in page.rows
        if row.document.currency == entry.currency
    ]


def _taking_up(entry: Entry, here: Here) -> str:
    return here.url("entry_taken_up", entry.id) if entry.state == EntryState.ASIDE else ""


def _undoing(entry: Entry, here: Here) -> str:
    """Where a match is undone; what the bank itself took back is not."""
    matched = entry.match_id is not None and here.who.may(Deed.REVERSE_PAYMENT)
    return here.url("entry_undoing", entry.id) if matched else ""
