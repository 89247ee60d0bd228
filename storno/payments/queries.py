"""Reading payments and refunds, inside an open scope."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from storno.core.refusals import Absent
from storno.online.models import SendingState
from storno.payments.by_card import states_of
from storno.payments.models import (
    Payment,
    Refund,
    RefundReversal,
    Reversal,
    WriteOff,
    WriteOffReversal,
)


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment, and its reversal if it was taken back."""

    payment: Payment
    reversal: Reversal | None

    @property
    def is_by_hand(self) -> bool:
        """Whether somebody entered it, who may have been mistaken."""
        return self.payment.offset_id is None and self.payment.source_id is None

    @property
    def source(self) -> UUID | None:
        """The invoice from which this money came, if it came from one and that is in sight."""
        return source_of(self.payment)


@dataclass(frozen=True, slots=True)
class RefundRow:
    """A refund, its reversal if it was taken back, and the invoice that it paid, if it paid one.

    `progress` is how far the money is that goes back by the provider; None in other ways.
    """

    refund: Refund
    reversal: RefundReversal | None
    paid: UUID | None
    progress: SendingState | None


@dataclass(frozen=True, slots=True)
class WriteOffRow:
    """A write-off, and its reversal if it was taken back."""

    write_off: WriteOff
    reversal: WriteOffReversal | None


def source_of(payment: Payment) -> UUID | None:
    """The invoice on which this money was owed back, or had been entered, before it came here."""
    elsewhere = payment.offset or payment.moved_from
    if elsewhere is None:
        return None
    source: UUID = elsewhere.invoice_id
    return source


def payment_with(payment_id: UUID, *, organization_id: UUID) -> Payment:
    """The payment with this id. Raises Absent."""
    found = Payment.objects.filter(organization_id=organization_id, id=payment_id).first()
    if found is None:
        raise Absent
    return found


def payments_of(invoice_id: UUID, organization_id: UUID) -> list[PaymentRow]:
    """The payments of an invoice, oldest first."""
    return payments_on([invoice_id], organization_id)


def payments_on(invoice_ids: Iterable[UUID], organization_id: UUID) -> list[PaymentRow]:
    """The payments of several invoices, oldest first."""
    return _rows(
        list(
            Payment.objects.filter(
                organization_id=organization_id, invoice_id__in=list(invoice_ids)
            )
            .select_related("offset", "moved_from")
            .order_by("id")
        ),
        organization_id,
    )


def payments_between(organization_id: UUID, first: date, last: date) -> list[PaymentRow]:
    """The payments of a period by their day of payment, oldest first."""
    return _rows(
        list(
            Payment.objects.filter(
                organization_id=organization_id, paid_on__gte=first, paid_on__lte=last
            ).order_by("paid_on", "id")
        ),
        organization_id,
    )


def _rows(payments: list[Payment], organization_id: UUID) -> list[PaymentRow]:
    reversals = {
        reversal.payment_id: reversal
        for reversal in Reversal.objects.filter(
            organization_id=organization_id,
            payment_id__in=[payment.id for payment in payments],
        )
    }
    return [PaymentRow(payment, reversals.get(payment.id)) for payment in payments]


def refund_with(refund_id: UUID, *, organization_id: UUID) -> Refund:
    """The refund with this id. Raises Absent."""
    found = Refund.objects.filter(organization_id=organization_id, id=refund_id).first()
    if found is None:
        raise Absent
    return found


def refunds_on(invoice_ids: Iterable[UUID], organization_id: UUID) -> list[RefundRow]:
    """The refunds of several invoices, oldest first; with one statement where there is none."""
    mine = Refund.objects.filter(organization_id=organization_id, invoice_id__in=list(invoice_ids))
    refunds = list(mine.order_by("id"))
    if not refunds:
        return []
    ids = [refund.id for refund in refunds]
    reversals = {
        reversal.refund_id: reversal
        for reversal in RefundReversal.objects.filter(
            organization_id=organization_id, refund_id__in=ids
        )
    }
    paid = dict(
        Payment.objects.filter(organization_id=organization_id, offset_id__in=ids).values_list(
            "offset_id", "invoice_id"
        )
    )
    sent = [refund.source_id for refund in refunds if refund.source_id is not None]
    progress = states_of(sent, organization_id) if sent else {}
    return [
        RefundRow(
            each, reversals.get(each.id), paid.get(each.id), progress.get(each.source_id or each.id)
        )
        for each in refunds
    ]


def write_off_with(write_off_id: UUID, *, organization_id: UUID) -> WriteOff:
    """The write-off with this id. Raises Absent."""
    found = WriteOff.objects.filter(organization_id=organization_id, id=write_off_id).first()
    if found is None:
        raise Absent
    return found


def settled_with(payment: Payment) -> WriteOff | None:
    """The cent difference that was settled with a payment and still is."""
    mine = WriteOff.objects.filter(organization_id=payment.organization_id, payment_id=payment.id)
    gone = WriteOffReversal.objects.filter(organization_id=payment.organization_id)
    return mine.exclude(id__in=gone.values("write_off_id")).first()


def write_offs_on(invoice_ids: Iterable[UUID], organization_id: UUID) -> list[WriteOffRow]:
    """The write-offs of several invoices, oldest first; one statement where there is none."""
    mine = WriteOff.objects.filter(
        organization_id=organization_id, invoice_id__in=list(invoice_ids)
    )
    rows = list(mine.order_by("id"))
    if not rows:
        return []
    reversals = {
        reversal.write_off_id: reversal
        for reversal in WriteOffReversal.objects.filter(
            organization_id=organization_id, write_off_id__in=[row.id for row in rows]
        )
    }
    return [WriteOffRow(row, reversals.get(row.id)) for row in rows]
