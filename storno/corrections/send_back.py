"""Paying back to the card: a refund and the row by which the provider is asked, in one deed.

A refund by the provider counts from the moment it is asked for, so that nothing goes back twice.
What becomes of it is followed afterwards (`follow_refund.py`).
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from storno.core.ids import new_id
from storno.core.refusals import Refused
from storno.corrections.facts import Case
from storno.ledger.journal import Claim
from storno.online.models import Sending, SendingState
from storno.organizations.roles import Actor
from storno.payments.by_card import Left
from storno.payments.methods import CARD
from storno.payments.models import Refund
from storno.payments.refund import Went, tell_refund, write_refund


class NotPaidByCard(Refused):
    """No money came by card that could go back to it."""

    code = "not_paid_by_card"
    message = _("No money on this invoice can go back to a card.")
    remedy = _("Pay it back in another way, and mark it as refunded.")


class MoreThanCameByCard(Refused):
    """One card gets back at most what came from it."""

    code = "more_than_came_by_card"
    message = _("This is more than can go back to the card at once.")
    remedy = _("Pay the rest back in another way, or in a second step.")
    field = "amount"


def send_back(
    amount_minor: int,
    left: Sequence[Left],
    case: Case,
    claim: Claim,
    *,
    has_credit_notes: bool,
    who: Actor,
    at: datetime,
) -> Refund:
    """Have the provider pay back what is owed back, by one of the payments that are left.

    Called under the standing's lock; `claim` is where it stands by now. Raises NotPaidByCard,
    MoreThanCameByCard.
    """
    if not left:
        raise NotPaidByCard
    if amount_minor > left[0].amount_minor:
        raise MoreThanCameByCard
    invoice = case.facts.invoice
    sending = Sending(
        id=new_id(),
        organization_id=who.organization_id,
        invoice_id=invoice.id,
        checkout_id=left[0].checkout_id,
        amount_minor=amount_minor,
        state=SendingState.ASKED,
        asked_at=at,
        next_try_at=at,
    )
    sending.save(force_insert=True)
    refund = write_refund(
        amount_minor,
        invoice,
        case.standing,
        claim,
        Went(case.now.today, CARD, sending.id),
        has_credit_notes=has_credit_notes,
        who=who,
        at=at,
    )
    tell_refund(refund, invoice, who=who, at=at)
    return refund
