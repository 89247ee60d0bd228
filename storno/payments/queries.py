"""Reading payments, inside an open scope."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from storno.core.refusals import Absent
from storno.payments.models import Payment, Reversal


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment, and its reversal if it was taken back."""

    payment: Payment
    reversal: Reversal | None


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
            ).order_by("id")
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
