"""What drafts, documents and plans have in common: totals, tax groups, and what came of a press."""

from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from storno.api.values import Shown, ShownAmount, ShownMoment, ShownNumber, number_text
from storno.documents.models import Document, Kind, Work
from storno.money.currency import decimal_text
from storno.tax.breakdown import Breakdown
from storno.tax.category import TaxCategory


class Totals(Shown):
    """What a paper adds up to."""

    net: ShownAmount
    tax: ShownAmount
    payable: ShownAmount


class TaxGroupShown(Shown):
    """The net amount and the tax of all lines with one category, rate and kind of price."""

    tax_category: TaxCategory
    tax_rate: ShownNumber | None
    price_includes_tax: bool
    net: ShownAmount
    tax: ShownAmount


class DocumentLink(Shown):
    """An issued document in brief."""

    id: UUID
    kind: Kind
    number: str
    issued_on: date
    due_on: date | None
    currency: str
    payable: ShownAmount
    payment_reference: str


class DraftLink(Shown):
    """A draft in brief."""

    id: UUID


class Held(Shown):
    """The draft waits until `goes_at` and can be taken back until then."""

    state: Literal["held"]
    goes_at: ShownMoment
    draft: DraftLink


class Issued(Shown):
    """The document has been issued."""

    state: Literal["issued"]
    document: DocumentLink


def totals_of(breakdown: Breakdown, currency: str) -> Totals:
    """The totals of a breakdown."""
    return totals(breakdown.net_minor, breakdown.tax_minor, breakdown.payable_minor, currency)


def totals(net_minor: int, tax_minor: int, payable_minor: int, currency: str) -> Totals:
    """Totals in minor units as they are shown."""
    return Totals(
        net=decimal_text(net_minor, currency),
        tax=decimal_text(tax_minor, currency),
        payable=decimal_text(payable_minor, currency),
    )


def groups_of(breakdown: Breakdown, currency: str) -> list[TaxGroupShown]:
    """The tax groups of a breakdown."""
    return [
        tax_group(
            group.category,
            group.rate,
            includes_tax=group.includes_tax,
            net_minor=group.net_minor,
            tax_minor=group.tax_minor,
            currency=currency,
        )
        for group in breakdown.groups
    ]


def tax_group(
    category: TaxCategory,
    rate: Decimal,
    *,
    includes_tax: bool,
    net_minor: int,
    tax_minor: int,
    currency: str,
) -> TaxGroupShown:
    """One tax group as it is shown."""
    return TaxGroupShown(
        tax_category=category,
        tax_rate=rate_text(category, rate),
        price_includes_tax=includes_tax,
        net=decimal_text(net_minor, currency),
        tax=decimal_text(tax_minor, currency),
    )


def rate_text(category: TaxCategory, rate: Decimal) -> str | None:
    """The rate of a category that bears tax; the others have none."""
    return number_text(rate) if category.bears_tax else None


def document_link(document: Document) -> DocumentLink:
    """A document in brief."""
    return DocumentLink(
        id=document.id,
        kind=Kind(document.kind),
        number=document.number,
        issued_on=document.issued_on,
        due_on=document.due_on,
        currency=document.currency,
        payable=decimal_text(document.payable_minor, document.currency),
        payment_reference=document.payment_reference,
    )


def work_shown(work: str) -> Literal["work", "material"] | None:
    """The mark for the household deduction."""
    return None if work == Work.NONE else "work" if work == Work.WORK else "material"
