"""Crediting: the plan, carried out. Held for a while, or issued at once.

Order of locks: the invoice's standing, the series, then inserts. A credit note on hold is created
under the lock of the standing, so there is never more than one.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.entered import email_errors, text_errors
from storno.core.ids import new_id
from storno.core.refusals import Absent, Blocked, Invalid, NotAllowed, Refused, SignInAgain
from storno.corrections.depart import after_due_credit
from storno.corrections.facts import (
    Case,
    HeldCreditIsDue,
    gather,
    lock_standing,
    read_standing,
)
from storno.corrections.give_credit import Credited, give_credit
from storno.corrections.held import lines_stored, refund_of, request_of
from storno.corrections.plan import CreditPlan, CreditRequest, plan_credit
from storno.corrections.redraft import write_corrected_draft
from storno.corrections.refund import given_back
from storno.corrections.seen import Seen, must_be_as_shown, seen_by_creditor
from storno.corrections.sessions import lock_credited_sessions
from storno.custody.to_payer import payers_money
from storno.diary.bill import outlive
from storno.documents.models import Document, Draft, Kind, Standing
from storno.documents.standing import save_standing
from storno.history.record import Happening, record
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed


class CreditNoteCannotBeCredited(Refused):
    """The id is that of a credit note, which takes an invoice back and is not taken back itself."""

    code = "credit_note_cannot_be_credited"
    message = _("A credit note cannot be cancelled.")
    remedy = _("Make a new invoice if it shall be paid after all.")


@dataclass(frozen=True)
class CreditHeld(Happening):
    """A credit, in full or in part, was pressed and waits for its hold to end."""

    kind: ClassVar = "credit.held"
    sentence: ClassVar = _(
        "A credit note over %(amount_minor)s is on its way; it goes out %(goes_at)s."
    )
    goes_at: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Held:
    """A credit note on hold, and the corrected draft that is ready beside it."""

    draft: Draft
    plan: CreditPlan
    corrected: Draft | None


def read_plan(
    invoice_id: UUID, request: CreditRequest, *, who: Actor, at: datetime
) -> tuple[Case, CreditPlan]:
    """The plan of a credit without doing it; inside an open scope.

    Raises Absent, CreditNoteCannotBeCredited, Invalid.
    """
    _check(request)
    try:
        standing = read_standing(invoice_id, who.organization_id)
    except Absent:
        raise _not_an_invoice(invoice_id, who) from None
    case = gather(standing, who=who, at=at)
    request = replace(request, refund=given_back(request.refund, case))
    return case, plan_credit(case.facts, request, at=at)


@after_due_credit
@deed
def credit_invoice(
    invoice_id: UUID,
    request: CreditRequest,
    *,
    seen: Seen | None = None,
    who: Actor,
    at: datetime,
) -> Held | Credited:
    """Credit an invoice in full or in part, at once or after the hold.

    While a credit note is on hold, the same request is answered with it. `seen` is what the plan
    was shown from: what has changed since is refused. Raises Absent, Invalid, NotAsShown, Blocked,
    CreditNoteCannotBeCredited, NotAllowed, SignInAgain.
    """
    who.must(Deed.CREDIT)
    _check(request)
    try:
        standing = lock_standing(invoice_id, who.organization_id)
    except Absent:
        raise _not_an_invoice(invoice_id, who) from None
    if standing.cancelling_at is not None:
        if standing.cancelling_at <= at:
            raise HeldCreditIsDue(invoice_id, who.organization_id)
        return _already_held(standing, request, who=who, at=at)
    case = gather(standing, who=who, at=at)
    must_be_as_shown(seen, seen_by_creditor(case))
    request = replace(request, refund=given_back(request.refund, case))
    return _press(case, request, who=who, at=at)


def credit_for_desk(
    standing: Standing, request: CreditRequest, case_id: UUID, *, who: Actor, at: datetime
) -> Held | Credited:
    """Credit a paid invoice whose money has gone back, as customer service has checked.

    Within the deed on the refund case, with the standing locked. Raises Blocked.
    """
    case = gather(standing, who=who, at=at)
    checked = case.facts.checked(payers_money(standing.id, standing.organization_id))
    case = replace(case, facts=replace(checked, may_credit=True))
    return _press(case, request, desk_case_id=case_id, who=who, at=at)


def _press(
    case: Case,
    request: CreditRequest,
    *,
    desk_case_id: UUID | None = None,
    who: Actor,
    at: datetime,
) -> Held | Credited:
    """Credit a locked invoice at once, or put the credit note on hold. Raises as `refuse` does."""
    plan = plan_credit(case.facts, request, at=at)
    refuse(plan)
    invoice = case.facts.invoice
    credited = [planned.facts.line for planned in plan.lines]
    outlive(credited, invoice.recipient_id, who.organization_id)
    if plan.goes_at is None:
        return give_credit(case, plan, draft_id=new_id(), issued_by=who.person_id, who=who, at=at)
    lock_credited_sessions(plan, who=who)
    return _hold(case, plan, plan.goes_at, desk_case_id=desk_case_id, who=who, at=at)


def refuse(plan: CreditPlan) -> None:
    """Raise what the plan's blockers amount to, if there are any."""
    codes = {blocker.code for blocker in plan.blockers}
    if codes == {"not_allowed"}:
        raise NotAllowed
    if codes == {"recent_sign_in_required"}:
        raise SignInAgain
    if codes:
        raise Blocked(plan.blockers)


def _not_an_invoice(document_id: UUID, who: Actor) -> Absent | CreditNoteCannotBeCredited:
    """What to raise for an id that is no invoice's."""
    is_credit_note = Document.objects.filter(
        organization_id=who.organization_id, id=document_id, kind=Kind.CREDIT_NOTE
    ).exists()
    return CreditNoteCannotBeCredited() if is_credit_note else Absent()


def _check(request: CreditRequest) -> None:
    errors = (
        *text_errors("reason_text", request.reason_text, longest=500),
        *email_errors("deliver_to", request.deliver_to),
    )
    if errors:
        raise Invalid(errors)


def _hold(
    case: Case,
    plan: CreditPlan,
    goes_at: datetime,
    *,
    desk_case_id: UUID | None,
    who: Actor,
    at: datetime,
) -> Held:
    invoice, request = case.facts.invoice, plan.request
    draft = Draft(
        id=new_id(),
        organization_id=invoice.organization_id,
        kind=Kind.CREDIT_NOTE,
        recipient_id=invoice.recipient_id,
        currency=invoice.currency,
        language=invoice.language,
        channel=invoice.channel,
        deliver_to=request.deliver_to,
        credits_id=invoice.id,
        credit_request=lines_stored(request),
        reason=request.reason,
        reason_text=request.reason_text,
        reason_text_printed=request.reason_text_printed,
        follow_up=plan.follow_up,
        tells=request.tell,
        refunded_on=request.refund.refunded_on if request.refund else None,
        refund_method=request.refund.method if request.refund else "",
        desk_case_id=desk_case_id,
        goes_at=goes_at,
        finalised_by=who.person_id,
        created_by=who.person_id,
        created_at=at,
        changed_at=at,
    )
    draft.save(force_insert=True)
    corrected = None
    if plan.follow_up.has_draft:
        corrected = write_corrected_draft(case, plan, waits_for_id=draft.id, who=who, at=at)
    case.standing.cancelling_at, case.standing.cancelling_minor = goes_at, plan.payable_minor
    save_standing(case.standing)
    happened = CreditHeld(goes_at.isoformat(), plan.payable_minor, invoice.currency)
    record(happened, subject_id=invoice.id, who=who, at=at)
    return Held(draft, plan, corrected)


def _already_held(standing: Standing, request: CreditRequest, *, who: Actor, at: datetime) -> Held:
    """The credit note on hold if it is the one asked for; else the refusal."""
    draft = Draft.objects.get(organization_id=who.organization_id, credits_id=standing.id)
    case = gather(standing, who=who, at=at)
    same = (
        lines_stored(request) == draft.credit_request
        and request.reason == draft.reason
        and request.reason_text == draft.reason_text
        and request.reason_text_printed == draft.reason_text_printed
        and request.deliver_to == draft.deliver_to
        and request.tell == draft.tells
        and request.refund == refund_of(draft)
        and (request.follow_up or case.facts.settings.after_credit) == draft.follow_up
    )
    if not same:
        refuse(plan_credit(case.facts, request, at=at))
    plan = plan_credit(case.facts.released(), request_of(draft), at=at)
    corrected = Draft.objects.filter(
        organization_id=who.organization_id, waits_for_id=draft.id
    ).first()
    return Held(draft, replace(plan, goes_at=draft.goes_at), corrected)
