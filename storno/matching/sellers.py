"""Which invoices of sellers an entry on the operator's account may pay: open ones, ranked.

Read inside the operator's scope. Of the sellers' books a function tells only these few.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from storno.bank.models import Entry, EntryState
from storno.core.folding import words_sought
from storno.matching.rank import Likeness, tokens, weight
from storno.references.written import written_ways

MOST = 5


@dataclass(frozen=True, slots=True)
class SellersInvoice:
    """An invoice of a seller that is to be paid; `open_minor` is what is open on it."""

    organization_id: UUID
    seller: str
    invoice_id: UUID
    number: str
    open_minor: int
    likenesses: tuple[Likeness, ...]


def suggest_sellers(entry: Entry) -> list[SellersInvoice]:
    """The likely invoices of sellers for an entry that waits, the likeliest first."""
    if not takes_invoice(entry):
        return []
    said = tokens(entry.reference, entry.text)
    found = _find(said, entry.party, entry.party_account, entry.amount_minor, entry.currency)
    found.sort(key=lambda each: weight(each.likenesses), reverse=True)
    return found[:MOST]


def find_sellers(entry: Entry, asked: str) -> list[SellersInvoice]:
    """The open invoices of sellers that somebody names by number, reference or the payer's name."""
    if not takes_invoice(entry):
        return []
    return _find((asked.strip(),), asked, "", None, entry.currency)


def takes_invoice(entry: Entry) -> bool:
    """Whether it is money that came in and waits."""
    return entry.state == EntryState.QUEUED and entry.amount_minor > 0


def _find(
    said: Iterable[str], name: str, paid_from: str, amount_minor: int | None, currency: str
) -> list[SellersInvoice]:
    """What each of these finds, at most five by one of them; the newest first."""
    ways = {way for each in said for way in (each, each.upper(), *written_ways(each))}
    asked = [sorted(ways), words_sought(name), paid_from, amount_minor, currency, MOST]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM open_invoices_of_sellers(%s, %s, %s, %s, %s, %s)", asked)
        rows = cursor.fetchall()
    found = [
        SellersInvoice(mine, seller, id_, number, open_minor, _in_order(why))
        for mine, seller, id_, number, open_minor, why in rows
    ]
    return sorted(found, key=lambda each: each.invoice_id, reverse=True)


def _in_order(why: list[str]) -> tuple[Likeness, ...]:
    """The likenesses of these names, the strongest first."""
    return tuple(each for each in Likeness if each in why)
