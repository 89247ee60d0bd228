"""What a client owes, and how it came to that: all that moved its receivables in a period.

It is read from the ledger alone, so it says what the books say, whatever moves them; a happening
that leaves the balance as it was, like money that is kept as owed back, stands in no row.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from storno.clients.models import Client
from storno.core.refusals import Words, invalid
from storno.documents.models import Document, Standing
from storno.ledger.journal import RECEIVABLE, REFUND, UNAPPLIED
from storno.ledger.models import Transfer

OWED = (RECEIVABLE, UNAPPLIED, REFUND)
"""What clients owe, less what is owed to them."""

KINDS: dict[str, Words] = {
    "issue": _("Invoice"),
    "credit": _("Credit note"),
    "payment": _("Payment"),
    "reversal": _("Payment taken back"),
    "refund": _("Paid back, or used for another invoice"),
    "refund_reversal": _("Paid back, taken back"),
    "write_off": _("Not asked for any more"),
    "write_off_reversal": _("Asked for again"),
}
"""What moved the balance, by the kind of its posting."""

OTHER: Words = _("Settled otherwise")


@dataclass(frozen=True, slots=True)
class Entry:
    """What moved the balance on a day: `amount_minor` > 0 if more is owed since.

    `number` is that of the credit note where there is one, else of the invoice.
    """

    on: date
    kind: str
    invoice_id: UUID
    number: str
    amount_minor: int
    balance_minor: int

    @property
    def words(self) -> Words:
        """What it was."""
        return KINDS.get(self.kind, OTHER)


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice of which something is open today."""

    id: UUID
    number: str
    due_on: date
    open_minor: int


@dataclass(frozen=True, slots=True)
class Account:
    """The statement in one currency, with what is open now whatever the period."""

    currency: str
    opening_minor: int
    entries: tuple[Entry, ...]
    closing_minor: int
    open: tuple[OpenInvoice, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """What one client owed on the day before a period, what moved it, and what it owes since."""

    client: Client
    first: date
    last: date
    accounts: tuple[Account, ...]


def read_statement(client: Client, first: date, last: date, *, currency: str) -> Statement:
    """The statement of a client for a period, inside a scope; with nothing moved, in `currency`.

    Raises Invalid.
    """
    if first > last:
        raise invalid("from", "after_the_end", _("The period ends before it begins."))
    client_id, organization_id = client.id, client.organization_id
    theirs = {"organization_id": organization_id, "recipient_id": client_id}
    papers = Document.objects.filter(**theirs).values_list("id", "number", "currency")
    named = {id_: (number, code) for id_, number, code in papers}
    standings = list(Standing.objects.filter(**theirs, open_minor__gt=0).order_by("due_on", "id"))
    moved = list(_moved(client_id, last, organization_id))
    found = [*(move.currency for move in moved), *(named[each.id][1] for each in standings)]
    accounts = []
    for code in dict.fromkeys(found or [currency]):
        of_it = [move for move in moved if move.currency == code]
        opening = sum(move.amount_minor for move in of_it if move.on < first)
        entries = tuple(_entries((each for each in of_it if each.on >= first), opening, named))
        still_open = tuple(
            OpenInvoice(each.id, named[each.id][0], each.due_on, each.open_minor)
            for each in standings
            if named[each.id][1] == code
        )
        closing = entries[-1].balance_minor if entries else opening
        accounts.append(Account(code, opening, entries, closing, still_open))
    return Statement(client, first, last, tuple(accounts))


@dataclass(frozen=True, slots=True)
class _Move:
    """What one posting did to the balance."""

    on: date
    kind: str
    posting_id: UUID
    invoice_id: UUID
    currency: str
    amount_minor: int


def _moved(client_id: UUID, last: date, organization_id: UUID) -> Iterator[_Move]:
    """What moved the balance until a day, in its order, with one statement."""
    theirs = Standing.objects.filter(organization_id=organization_id, recipient_id=client_id)
    more = Sum("amount_minor", filter=Q(debit__in=OWED), default=0)
    less = Sum("amount_minor", filter=Q(credit__in=OWED), default=0)
    postings = (
        Transfer.objects.filter(
            organization_id=organization_id, subject_id__in=theirs.values("id"), booked_on__lte=last
        )
        .values_list("booked_on", "kind", "posting_id", "subject_id", "currency")
        .annotate(amount=more - less)
        .exclude(amount=0)
        .order_by("booked_on", "posting_id")
    )
    return (_Move(*row) for row in postings)


def _entries(
    moves: Iterable[_Move], balance_minor: int, named: Mapping[UUID, tuple[str, str]]
) -> Iterator[Entry]:
    for move in moves:
        balance_minor += move.amount_minor
        number, _code = named.get(move.posting_id) or named[move.invoice_id]
        yield Entry(move.on, move.kind, move.invoice_id, number, move.amount_minor, balance_minor)
