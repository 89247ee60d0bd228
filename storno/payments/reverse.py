"""Taking a payment back that was entered by mistake: a record of its own, never a deletion."""

import os
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from storno.core.canonical import salted_hash
from storno.core.ids import new_id
from storno.core.refusals import Refused
from storno.documents.models import Document, Standing
from storno.documents.standing import stand_at
from storno.history.record import Happening, record
from storno.ledger.journal import Claim, money_out_posting
from storno.ledger.post import Posting, post
from storno.organizations.models import VatOn
from storno.organizations.roles import Actor
from storno.organizations.sealed import sealed
from storno.payments.account import account_of
from storno.payments.models import Payment, Reversal


class AlreadyReversed(Refused):
    """The payment was taken back before."""

    code = "already_reversed"
    message = _("This payment has already been reversed.")
    remedy = _("There is nothing more to do.")


class MoneyWasGivenBack(Refused):
    """Of the money that the payment brought, some has gone back already."""

    code = "money_was_given_back"
    message = _("Money of this payment has been given back already.")
    remedy = _("Reverse the refund first, if that was the mistake.")


@dataclass(frozen=True)
class PaymentReversed(Happening):
    """A payment was taken back. The reason stands in the reversal."""

    kind: ClassVar = "payment.reversed"
    sentence: ClassVar = _("The payment of %(amount_minor)s was reversed.")
    payment_id: str
    reversal_id: str
    amount_minor: int
    currency: str


def write_reversal(
    payment: Payment,
    reason: str,
    invoice: Document,
    standing: Standing,
    claim: Claim,
    *,
    has_credit_notes: bool,
    today: date,
    who: Actor,
    at: datetime,
) -> Reversal:
    """Take a payment back: from unapplied money, then from what is owed back, then reopen.

    Raises AlreadyReversed, MoneyWasGivenBack.
    """
    mine = who.organization_id
    if Reversal.objects.filter(organization_id=mine, payment_id=payment.id).exists():
        raise AlreadyReversed
    if claim.received_minor - payment.amount_minor < claim.returned_minor:
        raise MoneyWasGivenBack
    salt = os.urandom(32)
    reversal = sealed(
        Reversal(
            id=new_id(),
            organization_id=mine,
            payment_id=payment.id,
            turn=standing.next_turn,
            reason=reason,
            salt=salt,
            personal=salted_hash(salt, reason),
            reversed_at=at,
            reversed_by=who.person_id,
        )
    )
    reversal.save(force_insert=True)
    after = claim.unpaid(payment.amount_minor)
    moves = money_out_posting(
        claim,
        after,
        vat_on_payment=invoice.vat_on == VatOn.PAYMENT,
        account=account_of(payment),
    )
    posting = Posting(reversal.id, "reversal", invoice.id, invoice.currency, today, moves)
    post([posting], organization_id=mine, at=at)
    stand_at(standing, after, has_credit_notes=has_credit_notes)
    happened = PaymentReversed(
        payment_id=str(payment.id),
        reversal_id=str(reversal.id),
        amount_minor=payment.amount_minor,
        currency=invoice.currency,
    )
    record(happened, subject_id=invoice.id, who=who, at=at)
    return reversal
