"""Refund cases: a paid invoice whose client is paid back, before customer service credits it."""

from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Query, Router

from storno.api.answers import Told, doing, reading
from storno.api.bearer import Caller, Request
from storno.api.pages import AskedById, Next, next_before
from storno.api.v1.conversations import FileIn
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
from storno.cases.approve import approve_case, decline_case
from storno.cases.ask import ask_for_refund, case_with
from storno.cases.confirm import PaidBack, confirm_refund
from storno.cases.look import look_into_case
from storno.cases.models import RefundedBy
from storno.cases.queries import list_cases
from storno.cases.state import CaseNow, CaseState, read_case
from storno.core.refusals import Absent, invalid
from storno.documents.queries import document
from storno.money.currency import decimal_text
from storno.organizations.roles import Actor
from storno.staff.enlist import must_have_second_step, staff_of

router = Router(tags=["refund cases"])
desk = Router(tags=["customer service"])


class RefundCaseIn(Body):
    """The paid `invoice` whose client is to be paid back."""

    invoice: Id


class ConfirmationIn(Body):
    """That the client was paid back on `paid_on`: all that was paid, from the seller's own money.

    With a `receipt` if there is one. Customer service checks it.
    """

    paid_on: Day
    amount: Amount
    way: Chosen[RefundedBy]
    receipt: FileIn | None = None

    def paid(self) -> PaidBack:
        """What is confirmed, as the room takes it."""
        return PaidBack(self.paid_on, self.amount, self.way)


class ApprovalIn(Body):
    """The `version` that was shown, if one was."""

    version: int | None = None


class RefusalIn(ApprovalIn):
    """Why a case is declined; its members read it."""

    reason: Text


class RefundCaseShown(Shown):
    """A refund case and how far it is.

    `is_stale`: money came or went since it was confirmed, so it has to be confirmed again.
    `to_pay_back` is what the client has paid and not got back; `goes_at` when the credit note on
    hold leaves; `returned` what was withheld for taxes and goes back to the seller.
    """

    id: UUID
    invoice: UUID
    state: CaseState
    is_stale: bool
    version: int
    to_pay_back: ShownAmount
    currency: str
    asked_at: ShownMoment
    confirmed_at: ShownMoment | None
    goes_at: ShownMoment | None
    credit_note: UUID | None
    returned: ShownAmount | None
    reason: str


class RefundCasePage(Shown):
    """Refund cases, the newest first."""

    items: list[RefundCaseShown]
    next: Next


def _show(now: CaseNow) -> RefundCaseShown:
    case = now.case
    currency = document(case.invoice_id, case.organization_id).currency
    returned = now.returned
    confirmed = now.confirmed
    return RefundCaseShown(
        id=case.id,
        invoice=case.invoice_id,
        state=now.state,
        is_stale=now.is_stale,
        version=case.version,
        to_pay_back=decimal_text(now.held_minor, currency),
        currency=currency,
        asked_at=moment_text(case.asked_at),
        confirmed_at=None if confirmed is None else moment_text(confirmed.confirmed_at),
        goes_at=None if now.goes_at is None else moment_text(now.goes_at),
        credit_note=None if now.credit_note is None else now.credit_note.id,
        returned=None
        if returned is None
        else decimal_text(returned.shares.set_aside_minor, currency),
        reason=case.reason,
    )


def _told(_caller: Caller, now: CaseNow) -> Told:
    return Told(201, _show(now))


@router.get("", response=RefundCasePage)
@reading
def list_refund_cases(request: Request, asked: Query[AskedById]) -> RefundCasePage:
    """The refund cases of the organization."""
    mine = request.auth.who.organization_id
    found = list_cases(mine, before=asked.before, limit=asked.limit + 1)
    rows = found[: asked.limit]
    more = rows[-1].case.id if len(found) > asked.limit else None
    return RefundCasePage(items=[_show(each) for each in rows], next=next_before(request, more))


@router.get("/{case_id}", response=RefundCaseShown)
@reading
def get_refund_case(request: Request, case_id: Id) -> RefundCaseShown:
    """One refund case."""
    return _show(read_case(case_with(case_id, request.auth.who)))


@router.post("", response={201: RefundCaseShown})
@doing(_told, fields={"invoice_id": "invoice"})
def post_refund_case(request: Request, body: RefundCaseIn) -> CaseNow:
    """Open the refund case of a paid invoice; an open one is answered again."""
    try:
        return ask_for_refund(body.invoice, who=request.auth.who, at=request.auth.at)
    except Absent:
        raise invalid("invoice", "unknown_invoice", _("There is no such invoice.")) from None


@router.post("/{case_id}/confirmation", response={201: RefundCaseShown})
@doing(_told, fields={"files": "receipt"})
def post_confirmation(request: Request, case_id: Id, body: ConfirmationIn) -> CaseNow:
    """Confirm that the client was paid back. Another amount than was paid is refused (409)."""
    who, at = request.auth.who, request.auth.at
    receipt = [] if body.receipt is None else [body.receipt.upload()]
    return confirm_refund(case_id, body.paid(), receipt=receipt, who=who, at=at)


@desk.post("/{case_id}/approval", response={201: RefundCaseShown})
@doing(_told)
def post_approval(request: Request, case_id: Id, body: ApprovalIn) -> CaseNow:
    """Credit the invoice as customer service: its client was paid back."""
    who = _visitor(request, case_id)
    return approve_case(case_id, version=body.version, who=who, at=request.auth.at)


@desk.post("/{case_id}/refusal", response={201: RefundCaseShown})
@doing(_told)
def post_refusal(request: Request, case_id: Id, body: RefusalIn) -> CaseNow:
    """Decline the case as customer service."""
    who = _visitor(request, case_id)
    return decline_case(case_id, body.reason, version=body.version, who=who, at=request.auth.at)


def _visitor(request: Request, case_id: UUID) -> Actor:
    """The caller on a visit to the organization of a case; nobody else can tell that it is there.

    It moves money, so the token bears the scope `money`, and its person signs in with a second
    step. Raises Absent, NoSecondStep, SignInAgain.
    """
    caller = request.auth
    person_id = caller.who.person_id
    if person_id is None or staff_of(person_id) is None:
        raise Absent
    must_have_second_step(person_id)
    caller.who.must_be_fresh()
    who = look_into_case(case_id, person_id, at=caller.at)
    return replace(who, once=caller.who.once)
