"""Moving a payment that was entered on the wrong invoice to another one of the same recipient.

It is taken back here and written anew there, in one transaction, and both name each other. Order of
locks: held drafts, standings; of two invoices by their ids.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from storno.bank.take_in import must_see_the_bank
from storno.core.refusals import invalid
from storno.corrections.depart import after_due_credit
from storno.corrections.facts import gather, lock_invoices
from storno.corrections.linked import must_not_be_linked
from storno.corrections.refund import NothingOpen, OtherRecipient
from storno.corrections.settle import NotEnteredByHand, PaidByOwedBack, take_back
from storno.corrections.stop import CreditStopped, stop_held_credit
from storno.custody.barred import must_come_by_hand
from storno.history.record import Happening, record
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed
from storno.payments.models import Payment, PaymentMethod
from storno.payments.queries import payment_with
from storno.payments.register import Origin, PaymentInput, write_payment


@dataclass(frozen=True)
class PaymentMovedAway(Happening):
    """A payment that was entered here was moved to another invoice."""

    kind: ClassVar = "payment.moved_away"
    sentence: ClassVar = _("The payment of %(amount_minor)s was moved to invoice %(number)s.")
    payment_id: str
    amount_minor: int
    currency: str
    number: str


@after_due_credit
@deed
def move_payment(payment_id: UUID, target_id: UUID, *, who: Actor, at: datetime) -> Payment:
    """Move a payment entered by hand to another open invoice of its recipient; return the new one.

    It keeps its day, its way and its amount: what is more than is open there is owed back there. A
    credit note that is on hold there is stopped, as by any payment. Needs a recent sign-in. Raises
    Absent, Invalid, NotAllowed, SignInAgain, PaidByOwedBack, NotEnteredByHand, LinkedToEntry,
    OtherRecipient, NothingOpen, AlreadyReversed, MoneyWasGivenBack, CustodyMoneyComesByBank.
    """
    who.must(Deed.REVERSE_PAYMENT)
    who.must_be_fresh()
    must_see_the_bank(who)
    payment = payment_with(payment_id, organization_id=who.organization_id)
    if payment.invoice_id == target_id:
        raise invalid("target", "same_invoice", _("Choose another invoice than this one."))
    if payment.offset_id is not None:
        raise PaidByOwedBack
    if payment.source_id is not None:
        raise NotEnteredByHand
    locked = lock_invoices([payment.invoice_id, target_id], who.organization_id, at=at)
    (_draft, standing), (draft, open_standing) = locked[payment.invoice_id], locked[target_id]
    if draft is not None:
        why = CreditStopped(open_standing.cancelling_minor, draft.currency)
        stop_held_credit(draft, open_standing, why, who=who, at=at)
    case, target = gather(standing, who=who, at=at), gather(open_standing, who=who, at=at)
    must_come_by_hand(case.now.settings)
    invoice, paid = case.facts.invoice, target.facts.invoice
    if (invoice.recipient_id, invoice.currency) != (paid.recipient_id, paid.currency):
        raise OtherRecipient
    must_not_be_linked(payment)
    reason = translated("Moved to invoice %(number)s.") % {"number": paid.number}
    take_back(payment, reason, case, who=who, at=at)
    if not open_standing.open_minor:  # asked last: who moves twice learns that it was moved
        raise NothingOpen
    moved = write_payment(
        PaymentInput(payment.amount_minor, payment.paid_on, payment.method),
        paid,
        open_standing,
        target.facts.claim,
        has_credit_notes=target.facts.has_credit_notes,
        method=PaymentMethod(code=payment.method, name=payment.method_name),
        origin=Origin(moved_from=payment),
        who=who,
        at=at,
    )
    told = PaymentMovedAway(str(moved.id), moved.amount_minor, invoice.currency, paid.number)
    record(told, subject_id=invoice.id, who=who, at=at)
    return moved
