"""What is owed back, giving it back, and taking that back."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Query, Router

from storno.api.answers import Told, doing, reading
from storno.api.bearer import Caller, Request
from storno.api.pages import AskedById, Next, next_before
from storno.api.v1.invoices import InvoicePage, show_row
from storno.api.values import (
    Amount,
    Body,
    Chosen,
    Day,
    Id,
    Shown,
    ShownAmount,
    ShownMoment,
    Text,
    moment_text,
)
from storno.core.refusals import Absent, FieldError, Invalid, invalid
from storno.corrections.facts import read_standing
from storno.corrections.refund import offset_invoice, refund_invoice, reverse_refund
from storno.custody.barred import RefundNeedsDesk
from storno.documents.queries import Filter, Tab, document, list_invoices
from storno.money.currency import decimal_text
from storno.online.models import SendingState
from storno.organizations.queries import circumstances
from storno.organizations.roles import Actor
from storno.organizations.scope import scope_of
from storno.payments.methods import CARD, how_paid
from storno.payments.models import Refund, RefundReversal, Why
from storno.payments.queries import RefundRow, refunds_on
from storno.payments.refund import GivenBack
from storno.payments.reverse_refund import Grounds

invoices = Router(tags=["refunds"])
owed_back = Router(tags=["refunds"])
router = Router(tags=["refunds"])

_NO_TARGET = _("Only an offset names another invoice.")
_BY_ITSELF = _("It goes back to the card from today on; name no day and no method.")
_NO_DAY = _("An offset is of today and has no method.")

FIELDS = {"refunded_on": "paid_on"}
"""What the rooms call a field, and where it stands in a body."""


class Way(StrEnum):
    """How money goes back: marked as paid back, used for another invoice, or back to the card.

    Out of client money (`custody`) it is customer service that gives it back; what pays fees and
    interest (`charges`) does so by itself.
    """

    OUTSIDE = "outside"
    OFFSET = "offset"
    PROVIDER = "provider"
    CUSTODY = "custody"
    CHARGES = "charges"


class RefundIn(Body):
    """Money that goes back on an invoice; without `amount` all that is owed back.

    `outside`: it was paid back on `paid_on` by `method`, the code of one that `/payment-methods`
    offers. `offset`: it pays the `target`, another invoice of the same recipient; without `amount`
    as much as that asks for. `provider`: it goes back to the card it came from, at most what one
    payment brought; without `amount` as much as that.
    """

    invoice: Id
    way: Chosen[Way]
    amount: Amount | None = None
    target: Id | None = None
    paid_on: Day | None = None
    method: Text = ""

    def given(self) -> GivenBack:
        """How it was paid back outside. Raises Invalid."""
        errors = []
        if self.paid_on is None:
            errors.append(
                FieldError("paid_on", "required", _("Say on which day it was paid back."))
            )
        if self.target is not None:
            errors.append(FieldError("target", "not_here", _NO_TARGET))
        if errors:
            raise Invalid(errors)
        assert self.paid_on is not None
        return GivenBack(self.paid_on, self.method)

    def to_the_card(self, today: date) -> GivenBack:
        """That it goes back by the provider. Raises Invalid."""
        errors = []
        if self.target is not None:
            errors.append(FieldError("target", "not_here", _NO_TARGET))
        if self.paid_on is not None:
            errors.append(FieldError("paid_on", "not_here", _BY_ITSELF))
        if self.method:
            errors.append(FieldError("method", "not_here", _BY_ITSELF))
        if errors:
            raise Invalid(errors)
        return GivenBack(today, CARD.code)

    def offset_to(self) -> UUID:
        """The invoice that is paid. Raises Invalid."""
        errors = []
        if self.target is None:
            errors.append(FieldError("target", "required", _("Name the invoice that is paid.")))
        if self.paid_on is not None:
            errors.append(FieldError("paid_on", "not_here", _NO_DAY))
        if self.method:
            errors.append(FieldError("method", "not_here", _NO_DAY))
        if errors:
            raise Invalid(errors)
        assert self.target is not None
        return self.target


class RefundReversalIn(Body):
    """Why a refund is taken back: it was a mistake, or the money came back."""

    reason: Text
    why: Chosen[Why] = Why.MISTAKE


class RefundReversalShown(Shown):
    """That a refund was taken back."""

    id: UUID
    why: Why
    reason: str
    reversed_at: ShownMoment


class RefundShown(Shown):
    """Money that went back; `reversal` is set once it was taken back.

    An offset has no method: its `target` is the invoice that it paid. By the provider it has its
    `progress`, null otherwise.
    """

    id: UUID
    invoice: UUID
    amount: ShownAmount
    currency: str
    way: Way
    paid_on: date
    method: str | None
    method_label: str
    target: UUID | None
    progress: SendingState | None
    registered_at: ShownMoment
    reversal: RefundReversalShown | None


class RefundPage(Shown):
    """The refunds on an invoice, the oldest first."""

    items: list[RefundShown]
    next: Next


def _show(row: RefundRow, currency: str) -> RefundShown:
    refund = row.refund
    return RefundShown(
        id=refund.id,
        invoice=refund.invoice_id,
        amount=decimal_text(refund.amount_minor, currency),
        currency=currency,
        way=Way(refund.way),
        paid_on=refund.refunded_on,
        method=refund.method or None,
        method_label=str(how_paid(refund)),
        target=row.paid,
        progress=row.progress,
        registered_at=moment_text(refund.registered_at),
        reversal=None if row.reversal is None else _show_reversal(row.reversal),
    )


def _show_reversal(reversal: RefundReversal) -> RefundReversalShown:
    return RefundReversalShown(
        id=reversal.id,
        why=Why(reversal.why),
        reason=reversal.reason,
        reversed_at=moment_text(reversal.reversed_at),
    )


def _told(caller: Caller, refund: Refund) -> Told:
    mine = caller.who.organization_id
    currency = document(refund.invoice_id, mine).currency
    (row,) = (row for row in refunds_on([refund.invoice_id], mine) if row.refund.id == refund.id)
    return Told(201, _show(row, currency))


def _taken_back(caller: Caller, reversal: RefundReversal) -> Told:
    return _told(caller, reversal.refund)


@owed_back.get("", response=InvoicePage)
@reading
def list_owed_back(request: Request, asked: Query[AskedById]) -> InvoicePage:
    """The invoices on which money is owed back, the newest first."""
    mine = request.auth.who.organization_id
    now = circumstances(mine, request.auth.at)
    page = list_invoices(
        mine, Filter(Tab.OWED_BACK), today=now.today, before=asked.before, limit=asked.limit
    )
    return InvoicePage(
        items=[show_row(row, now.settings.wording) for row in page.rows],
        next=next_before(request, page.next),
    )


@invoices.get("/{invoice_id}/refunds", response=RefundPage)
@reading
def list_refunds(request: Request, invoice_id: Id) -> RefundPage:
    """All refunds on an invoice, those that were taken back too."""
    mine = request.auth.who.organization_id
    read_standing(invoice_id, mine)
    currency = document(invoice_id, mine).currency
    return RefundPage(
        items=[_show(row, currency) for row in refunds_on([invoice_id], mine)], next=None
    )


@router.post("", response={201: RefundShown})
@doing(_told, fields=FIELDS)
def post_refund(request: Request, body: RefundIn) -> Refund:
    """Mark what was owed back as refunded, use it for another invoice, or pay it back to the card.

    Only the last moves money: `progress` says how far it is; what fails is owed back again.
    """
    who, at = request.auth.who, request.auth.at
    try:
        if body.way is Way.CUSTODY:
            raise RefundNeedsDesk
        if body.way is Way.CHARGES:
            raise invalid(
                "way", "by_itself", _("What comes in beyond an invoice pays them by itself.")
            )
        if body.way is Way.OFFSET:
            target = body.offset_to()
            return offset_invoice(body.invoice, target, amount_minor=body.amount, who=who, at=at)
        by_card = body.way is Way.PROVIDER
        given = body.to_the_card(at.date()) if by_card else body.given()
        return refund_invoice(body.invoice, given, amount_minor=body.amount, who=who, at=at)
    except Absent:
        raise _unknown(body, who) from None


def _unknown(body: RefundIn, who: Actor) -> Invalid:
    """Which of the invoices that a body names is not there."""
    field = "target"
    with scope_of(who):
        try:
            read_standing(body.invoice, who.organization_id)
        except Absent:
            field = "invoice"
    return invalid(field, "unknown_invoice", _("There is no such invoice."))


@router.post("/{refund_id}/reversal", response={201: RefundShown})
@doing(_taken_back)
def post_refund_reversal(request: Request, refund_id: Id, body: RefundReversalIn) -> RefundReversal:
    """Take a refund back; needs a token with the scope `money`. It is owed back again."""
    grounds = Grounds(body.why, body.reason)
    return reverse_refund(refund_id, grounds, who=request.auth.who, at=request.auth.at)
