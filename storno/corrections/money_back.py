"""Booking a refund, or that one is taken back, on a case: whatever way the money goes."""

from datetime import datetime

from storno.corrections.facts import Case
from storno.organizations.roles import Actor
from storno.payments.models import Refund, RefundReversal
from storno.payments.refund import Went, write_refund
from storno.payments.reverse_refund import Grounds, write_refund_reversal


def book_refund(amount_minor: int, case: Case, went: Went, *, who: Actor, at: datetime) -> Refund:
    """Book that so much of what is owed back on a locked invoice goes, the way `went` says."""
    return write_refund(
        amount_minor,
        case.facts.invoice,
        case.standing,
        case.facts.claim,
        went,
        has_credit_notes=case.facts.has_credit_notes,
        who=who,
        at=at,
    )


def book_refund_back(
    refund: Refund, grounds: Grounds, case: Case, *, who: Actor, at: datetime
) -> RefundReversal:
    """Book that a refund on a locked invoice is taken back. Raises RefundAlreadyReversed."""
    return write_refund_reversal(
        refund,
        grounds,
        case.facts.invoice,
        case.standing,
        case.facts.claim,
        has_credit_notes=case.facts.has_credit_notes,
        today=case.now.today,
        who=who,
        at=at,
    )
