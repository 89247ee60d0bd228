"""Customer service checks a confirmed refund: the invoice is credited, or the case is declined.

Credit note, refund and the return of what was withheld happen together when the credit note is
issued, never at the press: so what is taken back on hold has not happened. Order of locks: what
`lock_invoice` locks, then the case.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.cases.ask import CaseChanged, case_with, end_case, lock_case, must_be
from storno.cases.letters import (
    CHECKED_LETTER,
    CREDITED_LETTER,
    DECLINED_LETTER,
    tell_of_case,
)
from storno.cases.models import LONGEST_REASON, Approval, HowEnded, RefundCase
from storno.cases.state import CaseNow, CaseState, read_case
from storno.core.entered import text_errors, tidy
from storno.core.ids import new_id
from storno.core.refusals import Invalid, Refused, invalid
from storno.corrections.credit import Held, credit_for_desk
from storno.corrections.depart import after_due_credit
from storno.corrections.facts import lock_invoice
from storno.corrections.plan import CreditRequest
from storno.corrections.stop import remove_held_credit
from storno.corrections.undo import CreditUndone
from storno.documents.models import FollowUp, Reason
from storno.history.record import Happening, record
from storno.mailroom.queue import AT_ONCE
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed
from storno.organizations.sealed import sealed
from storno.payments.refund import GivenBack
from storno.staff.strangers import must_be_a_stranger


class NotConfirmed(Refused):
    """Nobody has confirmed that the client was paid back what is held now."""

    code = "refund_not_confirmed"
    message = _("It is not confirmed that what was paid went back.")
    remedy = _("Wait until it is confirmed, or record what was said in the conversation.")


@dataclass(frozen=True)
class RefundApproved(Happening):
    """Customer service has checked that the client was paid back."""

    kind: ClassVar = "refund_case.approved"
    sentence: ClassVar = _("Customer service has checked the refund.")
    case_id: str


@dataclass(frozen=True)
class RefundDeclined(Happening):
    """Customer service does not credit the invoice."""

    kind: ClassVar = "refund_case.declined"
    sentence: ClassVar = _("Customer service declined the refund case.")
    case_id: str


@dataclass(frozen=True)
class RefundCaseReopened(Happening):
    """Customer service looks at a declined case again."""

    kind: ClassVar = "refund_case.reopened"
    sentence: ClassVar = _("Customer service opened the refund case again.")
    case_id: str


@dataclass(frozen=True)
class ApprovalUndone(Happening):
    """Customer service has taken its credit note back before it went out."""

    kind: ClassVar = "refund_case.approval_undone"
    sentence: ClassVar = _("Customer service has taken its credit note back.")
    case_id: str


@after_due_credit
@deed
def approve_case(case_id: UUID, *, version: int | None = None, who: Actor, at: datetime) -> CaseNow:
    """Credit the invoice whole, for its client was paid back; with the hold of its organization.

    `version` is the one that was shown. Approved before by the same person, it is answered as it is
    now; who was slower than a colleague is told so. Raises Absent, CaseChanged, CaseHasMoved,
    NotConfirmed, OwnOrganization, Blocked, NotAllowed.
    """
    who.must(Deed.SERVE)
    _draft, standing = lock_invoice(case_with(case_id, who).invoice_id, who.organization_id, at=at)
    approved = (CaseState.CHECKED, CaseState.CREDITED, CaseState.CLOSED)
    now = lock_case(case_id, who, CaseState.ASKED, CaseState.CONFIRMED, *approved)
    if now.state in approved:
        if now.approved_by != who.person_id:
            raise CaseChanged
        return now
    must_be(version, now)
    must_be_a_stranger(who)
    confirmed = now.confirmed
    if confirmed is None or now.is_stale:
        raise NotConfirmed
    request = CreditRequest(
        reason=Reason.CANCELLED,
        follow_up=FollowUp.NOTHING,
        refund=GivenBack(confirmed.paid_on, confirmed.way),
    )
    made = credit_for_desk(standing, request, case_id, who=who, at=at)
    press_id = made.draft.id if isinstance(made, Held) else made.credit_note.draft_id
    assert who.person_id is not None, "a person approves"
    approval = Approval(
        id=new_id(),
        organization_id=who.organization_id,
        case_id=case_id,
        invoice_id=now.case.invoice_id,
        confirmation_id=confirmed.id,
        press_id=press_id,
        approved_at=at,
        approved_by=who.person_id,
    )
    sealed(approval).save(force_insert=True)
    if isinstance(made, Held):
        tell_of_case(CHECKED_LETTER, now.case, approval.id, at=at)
        wait = made.draft.goes_at - at if made.draft.goes_at else AT_ONCE
    else:
        wait = AT_ONCE
    tell_of_case(CREDITED_LETTER, now.case, approval.id, at=at, wait=wait)
    return _done(now.case, RefundApproved(str(case_id)), who=who, at=at)


@after_due_credit
@deed
def undo_approval(case_id: UUID, *, who: Actor, at: datetime) -> CaseNow:
    """Take the credit note on hold back that customer service made; the case is confirmed again.

    Raises Absent, CaseHasMoved, OwnOrganization, NotAllowed.
    """
    who.must(Deed.SERVE)
    must_be_a_stranger(who)
    draft, standing = lock_invoice(case_with(case_id, who).invoice_id, who.organization_id, at=at)
    now = lock_case(case_id, who, CaseState.CHECKED)
    assert draft is not None, "what is checked has its credit note on hold"
    undone = CreditUndone(standing.cancelling_minor, draft.currency)
    remove_held_credit(draft, standing, undone, changed="keep", who=who, at=at)
    return _done(now.case, ApprovalUndone(str(case_id)), who=who, at=at)


@deed
def decline_case(
    case_id: UUID, reason: str, *, version: int | None = None, who: Actor, at: datetime
) -> CaseNow:
    """Decline a case, for a reason that its members read.

    Raises Absent, Invalid, CaseChanged, CaseHasMoved, OwnOrganization, NotAllowed.
    """
    who.must(Deed.SERVE)
    must_be_a_stranger(who)
    reason = tidy(reason)
    if not reason:
        raise invalid("reason", "required", _("Say why, so that they know what to do."))
    if errors := tuple(text_errors("reason", reason, longest=LONGEST_REASON)):
        raise Invalid(errors)
    now = lock_case(case_id, who, CaseState.ASKED, CaseState.CONFIRMED)
    must_be(version, now)
    end_case(now.case, HowEnded.DECLINED, reason=reason, at=at)
    tell_of_case(DECLINED_LETTER, now.case, case_id, at=at)
    record(RefundDeclined(str(case_id)), subject_id=now.case.invoice_id, who=who, at=at)
    return read_case(now.case)


@after_due_credit
@deed
def reopen_case(case_id: UUID, *, who: Actor, at: datetime) -> CaseNow:
    """Open a declined case again, unless another one was opened since.

    Raises Absent, CaseHasMoved, OwnOrganization, NotAllowed.
    """
    who.must(Deed.SERVE)
    must_be_a_stranger(who)
    invoice_id = case_with(case_id, who).invoice_id
    lock_invoice(invoice_id, who.organization_id, at=at)
    now = lock_case(case_id, who, CaseState.DECLINED)
    others = RefundCase.objects.filter(organization_id=who.organization_id, ended_at=None)
    if others.filter(invoice_id=invoice_id).exists():
        raise CaseChanged
    case = now.case
    case.how_ended, case.reason, case.ended_at = "", "", None
    case.save(update_fields=["how_ended", "reason", "ended_at"])
    return _done(case, RefundCaseReopened(str(case_id)), who=who, at=at)


def _done(case: RefundCase, happening: Happening, *, who: Actor, at: datetime) -> CaseNow:
    case.version += 1
    case.save(update_fields=["version"])
    record(happening, subject_id=case.invoice_id, who=who, at=at)
    return read_case(case)
