"""The page of what is invoiced in another system: what is known of it, and no paper."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from storno.documents.content import LineInput, total_up
from storno.documents.draft import entered_in
from storno.documents.models import Draft
from storno.organizations.roles import Deed
from storno.web.access import Here
from storno.web.papers.booked import booked_in
from storno.web.papers.draft_story import chain_of_draft, history_of_draft, waits, way_back
from storno.web.papers.menus import Item, menu_of_draft
from storno.web.papers.states import state_of_draft
from storno.web.say import say_date, say_money


def record_story(draft: Draft, here: Here) -> dict[str, Any]:
    """All that the page of a record shows; inside a scope."""
    now = here.now
    lines = entered_in(draft).lines
    state, words = state_of_draft(draft, seller=now.seller, at=here.at)
    return {
        "title": _title(draft),
        "back_url": here.url("invoices", state="external"),
        "state": state,
        "words": words,
        "items": menu_of_draft(draft, lines, here),
        "details": _details(draft, here),
        "told": [_known(draft), _billed(draft, lines)],
        "waits": waits(draft, now, here),
        "undo": way_back(draft, now, here),
        "bookings": booked_in(lines, here),
        "chain": chain_of_draft(draft, here),
        "happenings": history_of_draft(draft, now, here),
    }


def _title(draft: Draft) -> str:
    if draft.recipient is None:
        return _("Invoiced externally")
    return _("Invoiced externally: %(name)s") % {"name": draft.recipient.name}


def _details(draft: Draft, here: Here) -> Item | None:
    """The way to note what is known; for who may."""
    if not here.who.may(Deed.WRITE_DRAFTS):
        return None
    known = draft.external_number or draft.external_paid_on or draft.external_paid_by
    label = _("Change payment details") if known else _("Add payment details")
    return Item(label, "payment", here.url("draft_external_details", draft.id), "dialog")


def _known(draft: Draft) -> dict[str, Any]:
    paid_on = say_date(draft.external_paid_on) if draft.external_paid_on else ""
    return {
        "title": _("External invoice"),
        "facts": [
            _fact(_("Number of the invoice"), draft.external_number),
            _fact(_("Paid on"), paid_on),
            _fact(_("How it was paid"), draft.external_paid_by),
        ],
    }


def _fact(label: str, value: str) -> dict[str, str]:
    return {"label": label, "value": value or _("not noted")}


def _billed(draft: Draft, lines: Sequence[LineInput]) -> dict[str, Any]:
    """What it would have said, to compare with the invoice in the other system."""
    totals, nobody = total_up(lines), _("Nobody chosen yet")
    payable = say_money(totals.breakdown.payable_minor, draft.currency)
    amounts = (say_money(minor, draft.currency) for minor in totals.amounts)
    return {
        "title": _("What is invoiced"),
        "facts": [
            {"label": _("Recipient"), "value": draft.recipient.name if draft.recipient else nobody},
            *(
                {"label": line.description, "value": amount}
                for line, amount in zip(lines, amounts, strict=True)
            ),
            {"label": _("Total"), "value": payable},
        ],
    }
