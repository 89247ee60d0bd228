"""A member asks for a paid invoice to be credited: first its seller pays the client back.

Order of locks: what `lock_invoice` locks, then the case, then the conversation.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.cases.letters import OPENED_LETTER, tell_of_case
from storno.cases.models import HowEnded, RefundCase
from storno.cases.state import CaseNow, CaseState, read_case
from storno.core.refusals import Absent, Refused
from storno.corrections.blockers import ALREADY_CREDITED, CreditIsOnHold
from storno.corrections.depart import after_due_credit
from storno.corrections.facts import lock_invoice
from storno.documents.models import State
from storno.history.record import Happening, record
from storno.organizations.customer_service import has_customer_service
from storno.organizations.once import deed
from storno.organizations.queries import settings_of
from storno.organizations.roles import Actor, Deed


class NotPaid(Refused):
    """No money of the client is there, so there is nothing to pay back."""

    code = "not_paid"
    message = _("Nothing has been paid on this invoice.")
    remedy = _("Cancel it yourself: press Cancel the invoice.")


class AlreadyCredited(Refused):
    """The invoice has been cancelled."""

    code = ALREADY_CREDITED.code
    message = ALREADY_CREDITED.message
    remedy = ALREADY_CREDITED.remedy


class CreditItYourself(Refused):
    """Members credit paid invoices here, so nobody has to be asked."""

    code = "credit_it_yourself"
    message = _("You can cancel this invoice yourself.")
    remedy = _("Press Cancel the invoice, and mark the money as refunded with it.")


class CaseHasMoved(Refused):
    """The case is further than this."""

    code = "refund_case_has_moved"
    message = _("This refund case is not at that step any more.")
    remedy = _("Look at it as it is now.")


class CaseChanged(Refused):
    """A colleague, or the member, has done something in the case since it was shown."""

    code = "refund_case_changed"
    message = _("Something was done in this refund case meanwhile.")
    remedy = _("Look at it as it is now.")


@dataclass(frozen=True)
class RefundAsked(Happening):
    """Somebody wants to pay the client back, and have the invoice credited."""

    kind: ClassVar = "refund_case.asked"
    sentence: ClassVar = _("A refund case was opened.")
    case_id: str


@dataclass(frozen=True)
class RefundCaseWithdrawn(Happening):
    """The client is not paid back after all."""

    kind: ClassVar = "refund_case.withdrawn"
    sentence: ClassVar = _("The refund case was taken back.")
    case_id: str


@after_due_credit
@deed
def ask_for_refund(invoice_id: UUID, *, who: Actor, at: datetime) -> CaseNow:
    """Open the refund case of a paid invoice; the one that is open already is answered again.

    Customer service does it within a visit, and its members are told. Raises Absent, NotPaid,
    AlreadyCredited, CreditIsOnHold, CreditItYourself, NotAllowed.
    """
    who.must(Deed.ASK if who.visit_id is None else Deed.SERVE)
    mine = who.organization_id
    _draft, standing = lock_invoice(invoice_id, mine, at=at)
    for case in RefundCase.objects.filter(
        organization_id=mine, invoice_id=invoice_id, ended_at=None
    ):
        return read_case(case)
    if not has_customer_service(settings_of(mine)):
        raise CreditItYourself
    if standing.state == State.CREDITED:
        raise AlreadyCredited
    if standing.cancelling_at is not None:
        raise CreditIsOnHold
    if standing.received_minor <= standing.returned_minor:
        raise NotPaid
    case = RefundCase.objects.create(
        organization_id=mine, invoice_id=invoice_id, asked_by=who.person_id, asked_at=at
    )
    record(RefundAsked(str(case.id)), subject_id=invoice_id, who=who, at=at)
    if who.visit_id is not None:
        tell_of_case(OPENED_LETTER, case, case.id, at=at)
    return read_case(case)


@deed
def withdraw_case(case_id: UUID, *, who: Actor, at: datetime) -> CaseNow:
    """Take a case back that customer service has not checked. Raises Absent, CaseHasMoved."""
    who.must(Deed.ASK)
    now = lock_case(case_id, who, CaseState.ASKED, CaseState.CONFIRMED)
    end_case(now.case, HowEnded.WITHDRAWN, at=at)
    record(RefundCaseWithdrawn(str(case_id)), subject_id=now.case.invoice_id, who=who, at=at)
    return read_case(now.case)


def case_with(case_id: UUID, who: Actor) -> RefundCase:
    """The case with this id; inside a scope. Raises Absent."""
    for case in RefundCase.objects.filter(organization_id=who.organization_id, id=case_id):
        return case
    raise Absent


def lock_case(case_id: UUID, who: Actor, *states: CaseState) -> CaseNow:
    """Lock a case for a deed at one of these steps. Raises Absent, CaseHasMoved."""
    locked = RefundCase.objects.select_for_update().filter(organization_id=who.organization_id)
    for case in locked.filter(id=case_id):
        now = read_case(case)
        if now.state not in states:
            raise CaseHasMoved
        return now
    raise Absent


def must_be(version: int | None, now: CaseNow) -> None:
    """Raise CaseChanged where something was done since the case was shown in this version."""
    if version is not None and version != now.case.version:
        raise CaseChanged


def end_case(case: RefundCase, how: HowEnded, *, reason: str = "", at: datetime) -> None:
    """Write the end of a locked case."""
    case.how_ended, case.reason, case.ended_at = how, reason, at
    case.version += 1
    case.save(update_fields=["how_ended", "reason", "ended_at", "version"])
