"""Reading what belongs together, in batches: an invoice, its credit notes, and all their rows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from storno.custody.models import Return, SetAside, SetAsideReversal, ToPayer, ToPayerReversal
from storno.documents.models import (
    Document,
    Draft,
    Erasure,
    HandedOver,
    Kind,
    Line,
    Particulars,
    Standing,
    TaxSubtotal,
)
from storno.history.models import Event
from storno.ledger.models import Transfer
from storno.numbering.models import Series
from storno.organizations.models import Seller
from storno.organizations.tenant import TenantModel
from storno.payments.models import (
    Payment,
    Refund,
    RefundReversal,
    Reversal,
    WriteOff,
    WriteOffReversal,
)
from storno.tax.breakdown import GroupKey, PricedLine, TaxGroup
from storno.tax.category import TaxCategory

BATCH = 500
"""Invoices read at a time: memory stays the same however many there are."""

Row = TypeVar("Row", bound=TenantModel)


@dataclass(slots=True)
class Paper:
    """A document with its rows, lines and subtotals in their order."""

    document: Document
    lines: list[Line]
    subtotals: list[TaxSubtotal]
    particulars: list[Particulars]
    erasures: list[Erasure]
    handed_over: list[HandedOver]

    def groups(self) -> tuple[TaxGroup, ...]:
        """The tax groups as stored. Raises ValueError for a category that there is not."""
        return tuple(
            TaxGroup(
                GroupKey(TaxCategory(row.tax_category), row.tax_rate, row.includes_tax),
                row.net_minor,
                row.tax_minor,
            )
            for row in self.subtotals
        )

    def priced(self) -> list[PricedLine]:
        """The lines as the breakdown sees them. Raises ValueError for what cannot be taxed."""
        return [
            PricedLine(
                amount_minor=line.amount_minor,
                includes_tax=line.includes_tax,
                category=TaxCategory(line.tax_category),
                rate=line.tax_rate,
            )
            for line in self.lines
        ]


@dataclass(slots=True)
class Dossier:
    """An invoice with what happened to it, each in the order in which it was done.

    Every deed on an invoice takes its turn under the lock of the standing, so the turns are the
    order of the deeds. Ids are not: they rise with the clock of the host that made them.
    """

    invoice: Paper
    credit_notes: list[Paper]
    payments: list[Payment]
    reversals: list[Reversal]
    refunds: list[Refund]
    refund_reversals: list[RefundReversal]
    set_asides: list[SetAside]
    set_aside_reversals: list[SetAsideReversal]
    to_payers: list[ToPayer]
    to_payer_reversals: list[ToPayerReversal]
    returns: list[Return]
    write_offs: list[WriteOff]
    write_off_reversals: list[WriteOffReversal]
    transfers: list[Transfer]
    standing: Standing | None
    held: list[Draft]
    happenings: list[Event]

    def papers(self) -> list[Paper]:
        """The invoice and its credit notes."""
        return [self.invoice, *self.credit_notes]


@dataclass(slots=True)
class Books:
    """One organization's rows, and through which of the two log-ins they are read.

    The counts are of what has been gone through: `documents`, those `erased` lawfully, and by
    currency, in minor units, what the standings say is `open` and `owed_back`.
    """

    organization_id: UUID
    database: str
    series: dict[UUID, Series] = field(default_factory=dict)
    zone: tzinfo | None = None
    documents: int = 0
    erased: int = 0
    open: Counter[str] = field(default_factory=Counter)
    owed_back: Counter[str] = field(default_factory=Counter)

    def rows(self, model: type[Row]) -> QuerySet[Row]:
        """All rows of a room's table that belong to the organization."""
        rows = model._meta.default_manager
        assert rows is not None
        return rows.using(self.database).filter(organization_id=self.organization_id)


def open_books(organization_id: UUID, *, database: str) -> Books:
    """Read what every document of an organization is held against."""
    books = Books(organization_id, database)
    books.series = {series.id: series for series in books.rows(Series)}
    seller = books.rows(Seller).first()
    books.zone = ZoneInfo(seller.time_zone) if seller else None
    return books


def read_dossiers(books: Books) -> Iterator[list[Dossier]]:
    """All dossiers, oldest first, a batch at a time."""
    invoices = books.rows(Document).filter(kind=Kind.INVOICE).order_by("id")
    batch = list(invoices[:BATCH])
    while batch:
        yield _read(batch, books)
        batch = list(invoices.filter(id__gt=batch[-1].id)[:BATCH])


def _read(invoices: list[Document], books: Books) -> list[Dossier]:
    ids = [invoice.id for invoice in invoices]
    credit_notes = _by(
        "corrects_id",
        books.rows(Document)
        .filter(corrects_id__in=ids)
        .exclude(kind=Kind.INVOICE)
        .order_by("turn"),
    )
    papers = _papers(
        [*invoices, *(note for notes in credit_notes.values() for note in notes)], books
    )
    payments = _by("invoice_id", books.rows(Payment).filter(invoice_id__in=ids).order_by("turn"))
    reversals = _taken_back(Reversal, "payment_id", payments, books)
    refunds = _by("invoice_id", books.rows(Refund).filter(invoice_id__in=ids).order_by("turn"))
    taken_back = _taken_back(RefundReversal, "refund_id", refunds, books)
    set_asides = _by("invoice_id", books.rows(SetAside).filter(invoice_id__in=ids))
    given_up = _by("invoice_id", books.rows(SetAsideReversal).filter(invoice_id__in=ids))
    to_payers, off_the_list = _to_payers(refunds, books)
    returns = _by("invoice_id", books.rows(Return).filter(invoice_id__in=ids))
    write_offs = _by("invoice_id", books.rows(WriteOff).filter(invoice_id__in=ids).order_by("turn"))
    asked_again = _taken_back(WriteOffReversal, "write_off_id", write_offs, books)
    transfers = _by(
        "subject_id",
        books.rows(Transfer)
        .filter(subject_id__in=ids)
        .order_by("subject_id", "posting_id", "position"),
    )
    standings = books.rows(Standing).in_bulk(ids)
    held = _by("credits_id", books.rows(Draft).filter(credits_id__in=ids))
    happenings = _by("subject_id", books.rows(Event).filter(subject_id__in=ids))
    return [
        Dossier(
            invoice=papers[id_],
            credit_notes=[papers[note.id] for note in credit_notes[id_]],
            payments=payments[id_],
            reversals=[back for payment in payments[id_] for back in reversals[payment.id]],
            refunds=refunds[id_],
            refund_reversals=[back for each in refunds[id_] for back in taken_back[each.id]],
            set_asides=set_asides[id_],
            set_aside_reversals=given_up[id_],
            to_payers=to_payers[id_],
            to_payer_reversals=off_the_list[id_],
            returns=returns[id_],
            write_offs=write_offs[id_],
            write_off_reversals=[back for row in write_offs[id_] for back in asked_again[row.id]],
            transfers=transfers[id_],
            standing=standings.get(id_),
            held=held[id_],
            happenings=happenings[id_],
        )
        for id_ in ids
    ]


def _to_payers(
    refunds: Mapping[UUID, list[Refund]], books: Books
) -> tuple[defaultdict[UUID, list[ToPayer]], defaultdict[UUID, list[ToPayerReversal]]]:
    """What goes back to payers by these refunds, and what does not after all, by the invoice."""
    invoices = {each.id: each.invoice_id for rows in refunds.values() for each in rows}
    listed: defaultdict[UUID, list[ToPayer]] = defaultdict(list)
    off: defaultdict[UUID, list[ToPayerReversal]] = defaultdict(list)
    rows = books.rows(ToPayer).filter(refund_id__in=invoices)
    for row in rows:
        listed[invoices[row.refund_id]].append(row)
    whose = {row.id: invoices[row.refund_id] for row in rows}
    for back in books.rows(ToPayerReversal).filter(to_payer_id__in=whose):
        off[whose[back.to_payer_id]].append(back)
    return listed, off


def _papers(documents: list[Document], books: Books) -> dict[UUID, Paper]:
    ids = [document.id for document in documents]
    lines = _by(
        "document_id",
        books.rows(Line).filter(document_id__in=ids).order_by("document_id", "position"),
    )
    subtotals = _by(
        "document_id",
        books.rows(TaxSubtotal).filter(document_id__in=ids).order_by("document_id", "position"),
    )
    particulars = _by("document_id", books.rows(Particulars).filter(document_id__in=ids))
    erasures = _by("document_id", books.rows(Erasure).filter(document_id__in=ids))
    handed_over = _by("document_id", books.rows(HandedOver).filter(document_id__in=ids))
    return {
        document.id: Paper(
            document,
            lines[document.id],
            subtotals[document.id],
            particulars[document.id],
            erasures[document.id],
            handed_over[document.id],
        )
        for document in documents
    }


def _taken_back(
    model: type[Row], name: str, moved: Mapping[UUID, list[Any]], books: Books
) -> defaultdict[UUID, list[Row]]:
    """The reversals of what was moved on invoices, by the column that names it."""
    ids = [row.id for rows in moved.values() for row in rows]
    return _by(name, books.rows(model).filter(**{f"{name}__in": ids}).order_by("turn"))


def _by(name: str, rows: Iterable[Row]) -> defaultdict[UUID, list[Row]]:
    """The rows gathered by a column that holds an id."""
    key = attrgetter(name)
    found: defaultdict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found
