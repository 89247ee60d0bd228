"""Payments that came in, entered by hand, and their reversal."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Router

from storno.api.answers import Told, doing, reading
from storno.api.bearer import Caller, Request
from storno.api.pages import Next
from storno.api.values import (
    Amount,
    Body,
    Day,
    Id,
    Shown,
    ShownAmount,
    ShownMoment,
    Text,
    moment_text,
)
from storno.core.refusals import Absent, invalid
from storno.corrections.facts import read_standing
from storno.corrections.move_payment import move_payment
from storno.corrections.settle import register_payment, reverse_payment
from storno.documents.queries import document
from storno.money.currency import decimal_text
from storno.organizations.scope import scope_of
from storno.payments.methods import how_paid
from storno.payments.models import Payment, Reversal
from storno.payments.queries import payment_with, payments_of, source_of
from storno.payments.register import PaymentInput

invoices = Router(tags=["payments"])
router = Router(tags=["payments"])


class PaymentIn(Body):
    """Money received; more than is open is owed back.

    `method` is the code of one that `/payment-methods` offers, like `bank_transfer` or `cash`. With
    `settle` the cents that then stay open are settled as a cent difference.
    """

    amount: Amount
    paid_on: Day
    method: Text
    settle: bool = False

    def entered(self) -> PaymentInput:
        """The payment as the room takes it."""
        return PaymentInput(self.amount, self.paid_on, self.method)


class ReversalIn(Body):
    """Why a payment is taken back."""

    reason: Text


class MoveIn(Body):
    """The invoice to which a payment belongs: an open one of the same recipient."""

    target: Id


class ReversalShown(Shown):
    """That a payment was taken back."""

    id: UUID
    reason: str
    reversed_at: ShownMoment


class PaymentShown(Shown):
    """A payment; `reversal` is set once it was taken back.

    `method_label` is the word under which it was registered. An offset names its `source`, the
    invoice on which this money was owed back; what was moved, that from which it was moved.
    """

    id: UUID
    invoice: UUID
    amount: ShownAmount
    currency: str
    paid_on: date
    method: str
    method_label: str
    source: UUID | None
    registered_at: ShownMoment
    reversal: ReversalShown | None


class PaymentPage(Shown):
    """The payments of an invoice, the oldest first."""

    items: list[PaymentShown]
    next: Next


def _show(payment: Payment, reversal: Reversal | None, currency: str) -> PaymentShown:
    return PaymentShown(
        id=payment.id,
        invoice=payment.invoice_id,
        amount=decimal_text(payment.amount_minor, currency),
        currency=currency,
        paid_on=payment.paid_on,
        method=payment.method,
        method_label=str(how_paid(payment)),
        source=source_of(payment),
        registered_at=moment_text(payment.registered_at),
        reversal=None if reversal is None else _show_reversal(reversal),
    )


def _show_reversal(reversal: Reversal) -> ReversalShown:
    return ReversalShown(
        id=reversal.id,
        reason=reversal.reason,
        reversed_at=moment_text(reversal.reversed_at),
    )


def _registered(caller: Caller, payment: Payment) -> Told:
    invoice = document(payment.invoice_id, caller.who.organization_id)
    return Told(201, _show(payment, None, invoice.currency))


def _reversed(caller: Caller, reversal: Reversal) -> Told:
    invoice = document(reversal.payment.invoice_id, caller.who.organization_id)
    return Told(201, _show(reversal.payment, reversal, invoice.currency))


@invoices.get("/{invoice_id}/payments", response=PaymentPage)
@reading
def list_payments(request: Request, invoice_id: Id) -> PaymentPage:
    """All payments of an invoice, those that were reversed too."""
    mine = request.auth.who.organization_id
    read_standing(invoice_id, mine)
    currency = document(invoice_id, mine).currency
    return PaymentPage(
        items=[_show(row.payment, row.reversal, currency) for row in payments_of(invoice_id, mine)],
        next=None,
    )


@invoices.post("/{invoice_id}/payments", response={201: PaymentShown})
@doing(_registered)
def post_payment(request: Request, invoice_id: Id, body: PaymentIn) -> Payment:
    """Register money received. It stops a credit note that is on hold."""
    who, at = request.auth.who, request.auth.at
    return register_payment(invoice_id, body.entered(), settle=body.settle, who=who, at=at)


@router.post("/{payment_id}/reversal", response={201: PaymentShown})
@doing(_reversed)
def post_reversal(request: Request, payment_id: Id, body: ReversalIn) -> Reversal:
    """Take a payment back that was entered by mistake; needs a token with the scope `money`."""
    return reverse_payment(payment_id, body.reason, who=request.auth.who, at=request.auth.at)


@router.post("/{payment_id}/move", response={201: PaymentShown})
@doing(_registered)
def post_move(request: Request, payment_id: Id, body: MoveIn) -> Payment:
    """Move a payment that was entered on the wrong invoice; needs a token with the scope `money`.

    It is taken back there, and the new one on the target is answered; both stay in the history.
    """
    who, at = request.auth.who, request.auth.at
    try:
        return move_payment(payment_id, body.target, who=who, at=at)
    except Absent:
        with scope_of(who):
            payment_with(payment_id, organization_id=who.organization_id)
        words = _("There is no such invoice.")
        raise invalid("target", "unknown_invoice", words) from None
