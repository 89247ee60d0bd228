"""What is open and asked for no more: written off as bad debt, or settled as a cent difference."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Router

from storno.api.answers import Told, doing, reading
from storno.api.bearer import Caller, Request
from storno.api.pages import Next
from storno.api.v1.payments import ReversalIn, ReversalShown
from storno.api.values import (
    Body,
    Chosen,
    Id,
    Shown,
    ShownAmount,
    ShownMoment,
    moment_text,
)
from storno.core.refusals import Absent, invalid
from storno.corrections.facts import read_standing
from storno.corrections.write_off import reverse_write_off, settle_difference, write_off_invoice
from storno.documents.queries import document
from storno.money.currency import decimal_text
from storno.payments.models import WriteOff, WriteOffKind, WriteOffReversal
from storno.payments.queries import WriteOffRow, write_offs_on

invoices = Router(tags=["write-offs"])
router = Router(tags=["write-offs"])


class What(StrEnum):
    """Bad debt, or the cents by which a payment fell short."""

    BAD_DEBT = "bad_debt"
    CENT_DIFFERENCE = "cent_difference"


class WriteOffIn(Body):
    """All that is open on an invoice, which is asked for no more.

    `vat_relief`: of bad debt the VAT is taken back as well.
    """

    invoice: Id
    kind: Chosen[What]
    vat_relief: bool = False


class WriteOffShown(Shown):
    """What was written off; `reversal` is set once it was taken back.

    `payment` is the one with which a cent difference was settled.
    """

    id: UUID
    invoice: UUID
    kind: What
    vat_relief: bool
    amount: ShownAmount
    currency: str
    written_on: date
    payment: UUID | None
    registered_at: ShownMoment
    reversal: ReversalShown | None


class WriteOffPage(Shown):
    """What was written off on an invoice, the oldest first."""

    items: list[WriteOffShown]
    next: Next


def _show(row: WriteOffRow, currency: str) -> WriteOffShown:
    write_off, back = row.write_off, row.reversal
    is_cents = write_off.kind == WriteOffKind.CENT_DIFFERENCE
    return WriteOffShown(
        id=write_off.id,
        invoice=write_off.invoice_id,
        kind=What.CENT_DIFFERENCE if is_cents else What.BAD_DEBT,
        vat_relief=write_off.kind == WriteOffKind.BAD_DEBT_RELIEVED,
        amount=decimal_text(write_off.amount_minor, currency),
        currency=currency,
        written_on=write_off.written_on,
        payment=write_off.payment_id,
        registered_at=moment_text(write_off.registered_at),
        reversal=None
        if back is None
        else ReversalShown(
            id=back.id, reason=back.reason, reversed_at=moment_text(back.reversed_at)
        ),
    )


def _told(caller: Caller, written: WriteOff) -> Told:
    mine = caller.who.organization_id
    currency = document(written.invoice_id, mine).currency
    rows = write_offs_on([written.invoice_id], mine)
    (row,) = (row for row in rows if row.write_off.id == written.id)
    return Told(201, _show(row, currency))


def _taken_back(caller: Caller, reversal: WriteOffReversal) -> Told:
    return _told(caller, reversal.write_off)


@invoices.get("/{invoice_id}/write-offs", response=WriteOffPage)
@reading
def list_write_offs(request: Request, invoice_id: Id) -> WriteOffPage:
    """All that was written off on an invoice, what was taken back too."""
    mine = request.auth.who.organization_id
    read_standing(invoice_id, mine)
    currency = document(invoice_id, mine).currency
    return WriteOffPage(
        items=[_show(row, currency) for row in write_offs_on([invoice_id], mine)], next=None
    )


@router.post("", response={201: WriteOffShown})
@doing(_told)
def post_write_off(request: Request, body: WriteOffIn) -> WriteOff:
    """Write off what is open on an invoice, or settle it as a cent difference."""
    who, at = request.auth.who, request.auth.at
    if body.kind is What.CENT_DIFFERENCE and body.vat_relief:
        words = _("A cent difference keeps its VAT.")
        raise invalid("vat_relief", "not_here", words)
    try:
        if body.kind is What.CENT_DIFFERENCE:
            return settle_difference(body.invoice, who=who, at=at)
        return write_off_invoice(body.invoice, relieved=body.vat_relief, who=who, at=at)
    except Absent:
        words = _("There is no such invoice.")
        raise invalid("invoice", "unknown_invoice", words) from None


@router.post("/{write_off_id}/reversal", response={201: WriteOffShown})
@doing(_taken_back)
def post_write_off_reversal(
    request: Request, write_off_id: Id, body: ReversalIn
) -> WriteOffReversal:
    """Ask again for what was written off; needs a token with the scope `money`."""
    return reverse_write_off(write_off_id, body.reason, who=request.auth.who, at=request.auth.at)
