"""What the accountant books: the documents and the payments of a period, a line each.

Clients appear by their number, never by name. What takes something back is negative, so that a
column adds up: credit notes, reversals, refunds. What was used for another invoice stands there
twice, as it left the one and came to the other. Rows come one after another out of an open scope:
memory does not grow with them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import invalid
from storno.documents.models import Document, Kind, TaxSubtotal
from storno.organizations.queries import seller_of
from storno.organizations.roles import Actor, Deed
from storno.payments.methods import OFFSET
from storno.payments.models import (
    Payment,
    Refund,
    RefundReversal,
    Reversal,
    WriteOff,
    WriteOffReversal,
)

T = TypeVar("T")

AT_ONCE = 1000
"""Rows that are read with one statement."""

LONGEST = timedelta(days=366 * 11)
"""The longest period: all the years that must be kept, and the running one."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both included. Raises Invalid."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise invalid("last", "before_first", _("This day is before the first."))
        if self.last - self.first > LONGEST:
            raise invalid("last", "too_long", _("Choose a period of at most eleven years."))


@dataclass(frozen=True, slots=True, order=True)
class TaxGroup:
    """A category with its rate in percent: what the accountant has an account for."""

    category: str
    rate: Decimal


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A document to be booked, in minor units; `taxes` gives net and tax of each group."""

    kind: str
    number: str
    issued_on: date
    corrects: str
    client_number: int
    currency: str
    net_minor: int
    tax_minor: int
    gross_minor: int
    taxes: dict[TaxGroup, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class PaymentEntry:
    """Money that came in (payment, refund_reversal) or went (refund, reversal) on its day.

    In minor units, negative where it went. What came from or went to another invoice has the method
    `offset`. What was written off (write_off, its write_off_reversal) takes as much off its invoice
    as a payment would, and no bank has seen it: the method says as what.
    """

    kind: str
    on: date
    invoice: str
    client_number: int
    method: str
    currency: str
    amount_minor: int
    id: UUID


def tax_groups(period: Period, *, who: Actor) -> list[TaxGroup]:
    """The tax groups of a period's documents, those with tax first. Raises NotAllowed."""
    who.must(Deed.EXPORT)
    found = (
        TaxSubtotal.objects.filter(
            organization_id=who.organization_id,
            document__issued_on__gte=period.first,
            document__issued_on__lte=period.last,
        )
        .values_list("tax_category", "tax_rate")
        .distinct()
    )
    groups = [TaxGroup(category, rate) for category, rate in found]
    return sorted(groups, key=lambda group: (-group.rate, group.category))


def document_entries(period: Period, *, who: Actor) -> Iterator[DocumentEntry]:
    """The documents of a period by their day, in the order of issue. Raises NotAllowed."""
    who.must(Deed.EXPORT)
    mine = who.organization_id
    documents = (
        Document.objects.filter(
            organization_id=mine, issued_on__gte=period.first, issued_on__lte=period.last
        )
        .order_by("issued_on", "id")
        .values_list(
            *("id", "kind", "number", "issued_on", "corrects__number", "recipient__number"),
            *("currency", "net_minor", "tax_minor", "payable_minor"),
        )
    )
    for some in _in_parts(documents.iterator(AT_ONCE)):
        taxes = _taxes([id_ for id_, *_rest in some], mine)
        for id_, kind, number, issued_on, corrects, client, currency, *amounts in some:
            sign = -1 if kind == Kind.CREDIT_NOTE else 1
            net, tax, gross = (sign * amount for amount in amounts)
            yield DocumentEntry(
                kind=kind,
                number=number,
                issued_on=issued_on,
                corrects=corrects or "",
                client_number=client,
                currency=currency,
                net_minor=net,
                tax_minor=tax,
                gross_minor=gross,
                taxes={
                    group: (sign * net, sign * tax)
                    for group, (net, tax) in taxes.get(id_, {}).items()
                },
            )


def payment_entries(period: Period, *, who: Actor) -> Iterator[PaymentEntry]:
    """Payments, refunds and write-offs with their reversals, each by its day; of a period.

    Raises NotAllowed.
    """
    who.must(Deed.EXPORT)
    mine = who.organization_id
    zone = ZoneInfo(seller_of(mine).time_zone)
    taken_back = {
        "organization_id": mine,
        "reversed_at__gte": _begins(period.first, zone),
        "reversed_at__lt": _begins(period.last + timedelta(days=1), zone),
    }
    days = (period.first, period.last)
    payments = Payment.objects.filter(organization_id=mine, paid_on__range=days)
    payments = payments.select_related("invoice__recipient").order_by("paid_on", "id")
    for payment in payments.iterator(AT_ONCE):
        yield _entry("payment", payment, payment.paid_on, payment.amount_minor, payment.id)
    reversals = Reversal.objects.filter(**taken_back).order_by("reversed_at", "id")
    for back in reversals.select_related("payment__invoice__recipient").iterator(AT_ONCE):
        on = back.reversed_at.astimezone(zone).date()
        yield _entry("reversal", back.payment, on, -back.payment.amount_minor, back.id)
    refunds = Refund.objects.filter(organization_id=mine, refunded_on__range=days)
    refunds = refunds.select_related("invoice__recipient").order_by("refunded_on", "id")
    for refund in refunds.iterator(AT_ONCE):
        yield _entry("refund", refund, refund.refunded_on, -refund.amount_minor, refund.id)
    came_back = RefundReversal.objects.filter(**taken_back).order_by("reversed_at", "id")
    for again in came_back.select_related("refund__invoice__recipient").iterator(AT_ONCE):
        on = again.reversed_at.astimezone(zone).date()
        yield _entry("refund_reversal", again.refund, on, again.refund.amount_minor, again.id)
    yield from _written_off(mine, days, taken_back, zone)


def _written_off(
    organization_id: UUID,
    days: tuple[date, date],
    taken_back: dict[str, Any],
    zone: ZoneInfo,
) -> Iterator[PaymentEntry]:
    """What was written off in a period, and what was asked for again."""
    rows = WriteOff.objects.filter(organization_id=organization_id, written_on__range=days)
    for row in rows.select_related("invoice__recipient").order_by("written_on", "id"):
        yield _entry("write_off", row, row.written_on, row.amount_minor, row.id)
    again = WriteOffReversal.objects.filter(**taken_back).order_by("reversed_at", "id")
    for back in again.select_related("write_off__invoice__recipient"):
        on = back.reversed_at.astimezone(zone).date()
        row = back.write_off
        yield _entry("write_off_reversal", row, on, -row.amount_minor, back.id)


def _begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _in_parts(rows: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(rows)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _taxes(
    documents: list[UUID], organization_id: UUID
) -> dict[UUID, dict[TaxGroup, tuple[int, int]]]:
    """Net and tax of each document by group; net and gross priced lines of one group as one."""
    found: dict[UUID, dict[TaxGroup, tuple[int, int]]] = {}
    subtotals = TaxSubtotal.objects.filter(
        organization_id=organization_id, document_id__in=documents
    ).values_list("document_id", "tax_category", "tax_rate", "net_minor", "tax_minor")
    for document_id, category, rate, net_minor, tax_minor in subtotals:
        groups = found.setdefault(document_id, {})
        group = TaxGroup(category, rate)
        net, tax = groups.get(group, (0, 0))
        groups[group] = (net + net_minor, tax + tax_minor)
    return found


def _entry(
    kind: str, moved: Payment | Refund | WriteOff, on: date, amount_minor: int, id_: UUID
) -> PaymentEntry:
    return PaymentEntry(
        kind=kind,
        on=on,
        invoice=moved.invoice.number,
        client_number=moved.invoice.recipient.number,
        method=moved.kind if isinstance(moved, WriteOff) else moved.method or OFFSET.code,
        currency=moved.invoice.currency,
        amount_minor=amount_minor,
        id=id_,
    )
