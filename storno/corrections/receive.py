"""Money that came in by itself on many invoices at once, all untouched since they were issued.

Where anything has happened on an invoice before, or a credit note is on hold, `settle.receive`
books the money, one by one.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storno.corrections.facts import claim_of
from storno.documents.models import Document, Standing, TaxSubtotal
from storno.organizations.roles import Actor
from storno.overdue.models import Charge
from storno.payments.models import Payment, PaymentMethod
from storno.payments.register import Origin, Paid, PaymentInput, write_payments
from storno.tax.breakdown import GroupKey, TaxGroup
from storno.tax.category import TaxCategory


@dataclass(frozen=True, slots=True)
class Untouched:
    """An invoice on which nothing has happened since it was issued, under its lock."""

    invoice: Document
    standing: Standing


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that came in for an untouched invoice, and what brought it."""

    untouched: Untouched
    entered: PaymentInput
    source_id: UUID


def lock_untouched(invoice_ids: Collection[UUID], organization_id: UUID) -> dict[UUID, Untouched]:
    """Lock those of the invoices that are untouched, in the order of their ids.

    What is charged on an invoice beside it touches it as well.
    """
    charged = Charge.objects.filter(organization_id=organization_id, invoice_id__in=invoice_ids)
    locked = Standing.objects.select_for_update().filter(
        organization_id=organization_id, id__in=invoice_ids, deeds=0, cancelling_at=None
    )
    locked = locked.exclude(id__in=charged.values("invoice_id"))
    standings = list(locked.order_by("id"))
    invoices = (
        Document.objects.only("id", "organization_id", "currency", "vat_on")
        .filter(organization_id=organization_id, id__in=[each.id for each in standings])
        .in_bulk()
    )
    return {each.id: Untouched(invoices[each.id], each) for each in standings}


def receive_all(
    receipts: Sequence[Receipt], *, method: PaymentMethod, who: Actor, at: datetime
) -> list[Payment]:
    """Book money on untouched invoices, one receipt each, as `receive` does on any."""
    groups = _groups([each.untouched.invoice.id for each in receipts], who.organization_id)
    paid = [
        Paid(
            invoice=each.untouched.invoice,
            standing=each.untouched.standing,
            claim=claim_of(each.untouched.standing, groups[each.untouched.invoice.id], ()),
            entered=each.entered,
            origin=Origin(source_id=each.source_id),
        )
        for each in receipts
    ]
    return write_payments(paid, method=method, who=who, at=at)


def _groups(
    invoice_ids: Collection[UUID], organization_id: UUID
) -> dict[UUID, tuple[TaxGroup, ...]]:
    """The tax groups of invoices."""
    found: dict[UUID, tuple[TaxGroup, ...]] = defaultdict(tuple)
    rows = TaxSubtotal.objects.filter(
        organization_id=organization_id, document_id__in=invoice_ids
    ).order_by("position")
    for row in rows:
        key = GroupKey(TaxCategory(row.tax_category), row.tax_rate, row.includes_tax)
        found[row.document_id] += (TaxGroup(key, row.net_minor, row.tax_minor),)
    return found
