"""Entries in words: what moved, what became of it and why, and which invoice is likely."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from storno.bank.models import Entry, EntryState, EntryWhy
from storno.banking.amount import written_amount
from storno.documents.models import Document
from storno.matching.queries import invoices_met
from storno.matching.rank import Likeness
from storno.matching.suggest import Suggestion
from storno.money.currency import UnknownCurrency
from storno.organizations.roles import Deed
from storno.web.access import Here
from storno.web.say import say_date, say_day, say_money

_ICONS = {
    EntryState.NEW: "clock",
    EntryState.QUEUED: "warning",
    EntryState.MATCHED: "check",
    EntryState.RETURNED: "undo",
    EntryState.PAYOUT: "check",
    EntryState.ASIDE: "archive",
}


def entry_rows(
    entries: Sequence[Entry], here: Here, likely: Mapping[UUID, list[Suggestion]]
) -> list[dict[str, Any]]:
    """The rows of a list of entries, each with its likeliest invoice where it waits."""
    invoices = invoices_met(entries, here.organization.id)
    may = here.who.may(Deed.REGISTER_PAYMENT)
    rows = []
    for entry in entries:
        found = likely.get(entry.id, []) if may else []
        invoice = invoices.get(entry.id)
        rows.append(
            {
                "id": entry.id,
                "title": title_of(entry),
                "url": here.url("bank_entry", entry.id),
                "icon": _ICONS[EntryState(entry.state)],
                "kind": "waits" if entry.state == EntryState.QUEUED else "",
                "day": say_day(entry.booked_on, here.now.today),
                "said": said_by_payer(entry),
                "why": why_of(entry),
                "invoice": shown_invoice(invoice, here) if invoice else None,
                "likely": shown_suggestion(found[0], entry, here) if found else None,
                "more": len(found) - 1 if found else 0,
            }
        )
    return rows


def say_amount(entry: Entry) -> str:
    """How much moved, also in a currency in which no invoice is."""
    try:
        return say_money(entry.amount_minor, entry.currency)
    except UnknownCurrency:
        return f"{written_amount(entry.amount_minor, entry.currency)} {entry.currency}"


def title_of(entry: Entry) -> str:
    """How much moved, and from or to whom."""
    amount = say_amount(entry)
    if not entry.party:
        return amount
    words = _("%(amount)s from %(name)s") if entry.amount_minor > 0 else _("%(amount)s to %(name)s")
    return words % {"amount": amount, "name": entry.party}


def said_by_payer(entry: Entry) -> str:
    """What was written with it: the reference, or else a text."""
    if entry.reference:
        return _("reference %(reference)s") % {"reference": entry.reference}
    return entry.text


def why_of(entry: Entry) -> str:
    """Why the entry is where it is, in words; empty while nothing has become of it."""
    if entry.note:
        return entry.note
    return capfirst(str(EntryWhy(entry.why).label)) if entry.why else ""


def shown_invoice(invoice: Document, here: Here) -> dict[str, str]:
    """An invoice by its number and its recipient."""
    return {
        "number": invoice.number,
        "name": invoice.recipient.name,
        "url": here.url("invoice", invoice.id),
    }


def shown_suggestion(suggestion: Suggestion, entry: Entry, here: Here) -> dict[str, Any]:
    """A likely invoice, why it is, what would come of it, and the form that confirms it."""
    payment = suggestion.payment
    named = "payment" if payment else "invoice"
    return {
        **shown_invoice(suggestion.invoice, here),
        "why": capfirst(", ".join(likenesses_in_words(suggestion.likenesses))) + ".",
        "outcome": outcome_of(suggestion, entry),
        "action": here.url("entry_match", entry.id),
        "field": named,
        "value": str(payment.id if payment else suggestion.invoice.id),
        "label": _("This is that payment") if payment else _("Match"),
    }


def outcome_of(suggestion: Suggestion, entry: Entry) -> str:
    """What the match would do."""
    payment, currency = suggestion.payment, entry.currency
    if payment is not None:
        return _("Registered by hand on %(day)s; it is not paid twice.") % {
            "day": say_date(payment.paid_on)
        }
    return outcome(entry.amount_minor, suggestion.standing.open_minor, currency)


def outcome(amount_minor: int, open_minor: int, currency: str) -> str:
    """What a payment of so much would do to an invoice on which so much is open."""
    left = say_money(abs(open_minor - amount_minor), currency)
    if amount_minor == open_minor:
        return _("Pays it in full.")
    if amount_minor < open_minor:
        return _("Pays a part; %(left)s stays to pay.") % {"left": left}
    return _("%(left)s of it would be owed back.") % {"left": left}


def likenesses_in_words(likenesses: Iterable[Likeness]) -> Iterator[str]:
    """Why an invoice is likely, each reason in words."""
    words = {
        Likeness.REGISTERED: _("the same amount was registered by hand"),
        Likeness.REFERENCE: _("its reference is in the text"),
        Likeness.NUMBER: _("its number is in the text"),
        Likeness.AMOUNT: _("the same amount"),
        Likeness.ACCOUNT: _("paid from this account before"),
        Likeness.NAME: _("the name is the recipient's"),
    }
    return (words[each] for each in likenesses)
