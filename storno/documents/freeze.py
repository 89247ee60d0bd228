"""Freezing: from the content of papers to rows that can never change again.

One call freezes any number of papers of one organization with a fixed number of statements, in the
transaction of its caller. The lock on the series' row is held from the first number to the commit,
so numbers have no gap and rise with time.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from storno.core.canonical import salted_hash
from storno.core.ids import new_id
from storno.core.insert import insert
from storno.documents.models import Document, Kind, Line, Particulars, TaxSubtotal
from storno.documents.seal import FORM, seal_of
from storno.numbering.models import SeriesKind
from storno.numbering.references import Wanted, bears_finnish_reference, give_references
from storno.numbering.take import Number, lock_series, next_number, save_series, set_moment
from storno.references.kid import KidForm
from storno.tax.breakdown import Breakdown
from storno.tax.category import TaxCategory


@dataclass(frozen=True, slots=True)
class ContentLine:
    """A line as it will be frozen; `amount_minor` in its own pricing, see `LineFields`."""

    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    includes_tax: bool
    discount_percent: Decimal
    tax_category: TaxCategory
    tax_rate: Decimal
    delivered_on: date
    work: str
    amount_minor: int
    source_kind: str = ""
    source_id: UUID | None = None
    corrects_line_id: UUID | None = None
    credited_quantity: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that one document will say. `parts` holds what is personal in it.

    `turn` is the place of a credit note among the deeds on its invoice; an invoice has none. `kid`
    says how the KID of an invoice is made, perhaps with its recipient's `client_number`.
    """

    kind: Kind
    draft_id: UUID
    corrects_id: UUID | None
    replaces_id: UUID | None
    recipient_id: UUID
    issued_by: UUID | None
    delivered_on: date
    due_on: date | None
    currency: str
    language: str
    channel: str
    vat_on: str
    seller: dict[str, Any]
    payment_account: str
    reason: str
    effect: dict[str, Any] | None
    retain_until: date
    lines: tuple[ContentLine, ...]
    breakdown: Breakdown
    parts: dict[str, Any]
    turn: int = 0
    kid: KidForm | None = None
    client_number: int = 0


def freeze(
    contents: Sequence[Content], *, organization_id: UUID, at: datetime, on: date
) -> list[Document]:
    """Number, seal and write papers of one kind; return the documents in the given order.

    `on` is the day of issue in the organization's zone; a series never goes back in time. Payment
    references are given where the payment can carry one. Raises NumberTooLong, KidsUsedUp.
    """
    kinds = {content.kind for content in contents}
    assert len(kinds) == 1, "one call freezes papers of one kind"
    series = lock_series(
        SeriesKind(kinds.pop().value), year=on.year, organization_id=organization_id
    )
    issued_at, issued_on = set_moment(series, at=at, on=on)
    numbers = [next_number(series, year=issued_on.year) for _content in contents]
    references = give_references(
        [_wanted(content, number) for content, number in zip(contents, numbers, strict=True)]
    )
    documents: list[Document] = []
    lines: list[Line] = []
    subtotals: list[TaxSubtotal] = []
    particulars: list[Particulars] = []
    for content, number, reference in zip(contents, numbers, references, strict=True):
        salt = os.urandom(32)
        parts = content.parts | {"lines": [line.description for line in content.lines]}
        document = _document(
            content, number, reference, organization_id=organization_id, at=issued_at, on=issued_on
        )
        if document.due_on:
            document.due_on += issued_on - on
        document.personal = salted_hash(salt, parts)
        document.previous_seal = bytes(series.head)
        its_lines = _lines(document, content)
        its_subtotals = _subtotals(document, content.breakdown)
        document.seal = seal_of(document, its_lines, its_subtotals)
        series.head = document.seal
        documents.append(document)
        lines += its_lines
        subtotals += its_subtotals
        particulars.append(
            Particulars(
                id=document.id,
                organization_id=organization_id,
                document_id=document.id,
                salt=salt,
                parts=parts,
            )
        )
    insert(documents)
    insert(lines)
    insert(subtotals)
    insert(particulars)
    save_series(series)
    return documents


def _wanted(content: Content, number: Number) -> Wanted:
    """With which reference the paper is to be paid, if with any."""
    account = content.payment_account
    bears = content.kid or bears_finnish_reference(account, content.currency)
    return Wanted(
        account=account if bears and content.breakdown.payable_minor else "",
        kid=content.kid,
        client_number=content.client_number,
        invoice_number=number.text,
    )


def _document(
    content: Content,
    number: Number,
    reference: str,
    *,
    organization_id: UUID,
    at: datetime,
    on: date,
) -> Document:
    return Document(
        id=new_id(),
        organization_id=organization_id,
        kind=content.kind,
        series_id=number.series_id,
        sequence=number.sequence,
        number=number.text,
        draft_id=content.draft_id,
        corrects_id=content.corrects_id,
        turn=content.turn,
        replaces_id=content.replaces_id,
        recipient_id=content.recipient_id,
        issued_at=at,
        issued_on=on,
        issued_by=content.issued_by,
        delivered_on=content.delivered_on,
        due_on=content.due_on,
        currency=content.currency,
        language=content.language,
        channel=content.channel,
        vat_on=content.vat_on,
        seller=content.seller,
        net_minor=content.breakdown.net_minor,
        tax_minor=content.breakdown.tax_minor,
        payable_minor=content.breakdown.payable_minor,
        payment_account=content.payment_account,
        payment_reference=reference,
        reason=content.reason,
        effect=content.effect,
        retain_until=content.retain_until,
        form=FORM,
    )


def _lines(document: Document, content: Content) -> list[Line]:
    return [
        Line(
            id=new_id(),
            organization_id=document.organization_id,
            document_id=document.id,
            position=position,
            quantity=line.quantity,
            unit=line.unit,
            unit_price=line.unit_price,
            includes_tax=line.includes_tax,
            discount_percent=line.discount_percent,
            tax_category=line.tax_category.value,
            tax_rate=line.tax_rate,
            delivered_on=line.delivered_on,
            work=line.work,
            source_kind=line.source_kind,
            source_id=line.source_id,
            corrects_line_id=line.corrects_line_id,
            amount_minor=line.amount_minor,
            net_minor=net_minor,
            credited_quantity=line.credited_quantity,
        )
        for position, (line, net_minor) in enumerate(
            zip(content.lines, content.breakdown.line_nets, strict=True)
        )
    ]


def _subtotals(document: Document, breakdown: Breakdown) -> list[TaxSubtotal]:
    return [
        TaxSubtotal(
            id=new_id(),
            organization_id=document.organization_id,
            document_id=document.id,
            position=position,
            tax_category=group.category.value,
            tax_rate=group.rate,
            includes_tax=group.includes_tax,
            net_minor=group.net_minor,
            tax_minor=group.tax_minor,
        )
        for position, group in enumerate(breakdown.groups)
    ]
