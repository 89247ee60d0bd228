"""Payments on an invoice that may be under cancellation.

Money registered before the deadline stops a held credit note and tells the member; after the
deadline the credit note goes first, even if the worker sleeps, and the money is owed back.
Order of locks: held draft, standing.
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.entered import text_errors
from storno.core.refusals import Invalid, Refused, invalid
from storno.corrections.charges import free_charges, meet_charges
from storno.corrections.depart import after_due_credit
from storno.corrections.facts import Case, gather, lock_held_credit, lock_invoice
from storno.corrections.linked import must_not_be_linked
from storno.corrections.seen import Seen, must_be_as_shown, seen_by_payer
from storno.corrections.stop import CreditBlocked, CreditStopped, stop_held_credit
from storno.custody.barred import must_come_by_hand
from storno.custody.set_aside import give_up, set_aside
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed
from storno.payments.methods import CLIENT_MONEY, method_chosen
from storno.payments.models import (
    Payment,
    PaymentMethod,
    Reversal,
    WriteOff,
    WriteOffKind,
    WriteOffReversal,
)
from storno.payments.queries import payment_with, settled_with
from storno.payments.register import (
    BY_HAND,
    Origin,
    PaymentInput,
    check_payment,
    write_payment,
)
from storno.payments.reverse import write_reversal
from storno.payments.reverse_write_off import write_write_off_reversal
from storno.payments.write_off import write_off_open

MONEY_CHANGED = "money_changed"
"""Why a credit note of customer service is stopped by a payment that is taken back."""


class MoreThanOpen(Refused):
    """More was entered than is left to pay, and who did so was not told what comes of it."""

    code = "more_than_open"
    message = _("This is more than is left to pay.")
    remedy = _("What is too much would be owed back. Check the amount, and confirm it.")
    field = "amount"

    def __init__(self, owed_back_minor: int) -> None:
        super().__init__()
        self.owed_back_minor = owed_back_minor


class PaidByOwedBack(Refused):
    """The payment is what was owed back on another invoice: both go together."""

    code = "paid_by_owed_back"
    message = _("This was paid by what was owed back on another invoice.")
    remedy = _("Reverse the refund on that invoice; this payment goes with it.")


class NotEnteredByHand(Refused):
    """The payment came by itself, so it is no mistake of who would take it back."""

    code = "not_entered_by_hand"
    message = _("Nobody entered this payment: the money has come in.")
    remedy = _("Undo what brought it, or refund it.")


class MoreThanCents(Refused):
    """More is open than the settings let one settle as a cent difference."""

    code = "more_than_cents"
    message = _("More is left to pay than a cent difference.")
    remedy = _("Leave it open, or write it off. The limit stands in the settings.")
    field = "settle"


@after_due_credit
@deed
def register_payment(
    invoice_id: UUID,
    entered: PaymentInput,
    *,
    seen: Seen | None = None,
    told_minor: int | None = None,
    settle: bool = False,
    who: Actor,
    at: datetime,
) -> Payment:
    """Register money received for an invoice; more than is open is owed back.

    With `settle` what then stays open is a cent difference, and is asked for no more.

    `seen` is how the invoice stood where the payment was entered: what has changed since is
    refused, for it may be this very payment. `told_minor` is what a person was told would be owed
    back of it; None where nobody is to be told. Raises Absent, Invalid, NotAsShown, MoreThanOpen,
    MoreThanCents, CustodyMoneyComesByBank, NotAllowed.
    """
    who.must(Deed.REGISTER_PAYMENT)
    case = _met_by_money(invoice_id, seen, who=who, at=at)
    must_come_by_hand(case.now.settings)
    check_payment(entered, issued_on=case.facts.invoice.issued_on, today=case.now.today)
    method = method_chosen(entered.method, case.now.seller)
    too_much = max(0, entered.amount_minor - case.standing.open_minor)
    if told_minor is not None and too_much not in (0, told_minor):
        raise MoreThanOpen(too_much)
    payment = _write(entered, case, BY_HAND, method=method, who=who, at=at)
    if settle and case.standing.open_minor:
        settle_cents(gather(case.standing, now=case.now, who=who, at=at), payment, who=who, at=at)
    return payment


def receive(
    invoice_id: UUID,
    entered: PaymentInput,
    *,
    source_id: UUID,
    method: PaymentMethod,
    who: Actor,
    at: datetime,
) -> Payment:
    """Book money that came in by itself for an invoice, in the caller's `after_due_credit` deed.

    It is a fact, so neither its day nor its amount is refused. What brought it, `source_id`, brings
    money once: a second time is a defect of the caller. Raises Absent.
    """
    case = _met_by_money(invoice_id, None, who=who, at=at)
    return _write(entered, case, Origin(source_id=source_id), method=method, who=who, at=at)


def _met_by_money(invoice_id: UUID, seen: Seen | None, *, who: Actor, at: datetime) -> Case:
    """An invoice on which money comes in, locked; the credit note on hold is stopped by it."""
    draft, standing = lock_invoice(invoice_id, who.organization_id, at=at)
    must_be_as_shown(seen, seen_by_payer(standing, at=at))
    if draft is not None:
        why = CreditStopped(standing.cancelling_minor, draft.currency)
        stop_held_credit(draft, standing, why, who=who, at=at)
    return gather(standing, who=who, at=at)


def _write(
    entered: PaymentInput,
    case: Case,
    origin: Origin,
    *,
    method: PaymentMethod,
    who: Actor,
    at: datetime,
) -> Payment:
    payment = write_payment(
        entered,
        case.facts.invoice,
        case.standing,
        case.facts.claim,
        has_credit_notes=case.facts.has_credit_notes,
        method=method,
        origin=origin,
        who=who,
        at=at,
    )
    if payment.method == CLIENT_MONEY.code:
        claim = case.facts.claim.paid(payment.amount_minor)
        set_aside(payment, case.facts.invoice, claim, at=at)
    else:
        meet_charges(case.standing, case.now, who=who, at=at)
    return payment


@after_due_credit
@deed
def reverse_payment(payment_id: UUID, reason: str, *, who: Actor, at: datetime) -> Reversal:
    """Take a payment back that was entered by mistake; needs a recent sign-in and a reason.

    Raises Absent, Invalid, NotAllowed, SignInAgain, AlreadyReversed, PaidByOwedBack,
    NotEnteredByHand, LinkedToEntry, MoneyWasGivenBack, CustodyMoneyComesByBank.
    """
    who.must(Deed.REVERSE_PAYMENT)
    who.must_be_fresh()
    payment = payment_with(payment_id, organization_id=who.organization_id)
    reason = checked_reason(reason)
    if payment.offset_id is not None:
        raise PaidByOwedBack
    if payment.source_id is not None:
        raise NotEnteredByHand
    _draft, standing = lock_invoice(payment.invoice_id, who.organization_id, at=at)
    case = gather(standing, who=who, at=at)
    must_come_by_hand(case.now.settings)
    must_not_be_linked(payment)
    return take_back(payment, reason, case, who=who, at=at)


def checked_reason(reason: str) -> str:
    """Why money is taken back, as it is kept. Raises Invalid."""
    reason = reason.strip()
    if not reason:
        raise invalid("reason", "required", _("Say why this is reversed."))
    if errors := tuple(text_errors("reason", reason, longest=200)):
        raise Invalid(errors)
    return reason


def take_back(payment: Payment, reason: str, case: Case, *, who: Actor, at: datetime) -> Reversal:
    """Take a payment back on its locked invoice, and the cent difference settled with it.

    A credit note of customer service stops: it would note more as paid back than is held now.
    Raises AlreadyReversed, MoneyWasGivenBack.
    """
    held = lock_held_credit(case.standing.id, case.standing.organization_id)
    if held is not None and held.desk_case_id is not None:
        why = CreditBlocked(MONEY_CHANGED, case.standing.cancelling_minor, held.currency)
        stop_held_credit(held, case.standing, why, who=who, at=at)
        case = gather(case.standing, now=case.now, who=who, at=at)
    case = free_charges(case, who=who, at=at)
    if settled := settled_with(payment):
        ask_again(settled, reason, case, who=who, at=at)
        case = gather(case.standing, now=case.now, who=who, at=at)
    reversal = write_reversal(
        payment,
        reason,
        case.facts.invoice,
        case.standing,
        case.facts.claim,
        has_credit_notes=case.facts.has_credit_notes,
        today=case.now.today,
        who=who,
        at=at,
    )
    if payment.method == CLIENT_MONEY.code:
        claim = case.facts.claim.unpaid(payment.amount_minor)
        give_up(payment, reversal, case.facts.invoice, claim, day=case.now.today, at=at)
    else:
        meet_charges(case.standing, case.now, who=who, at=at)
    return reversal


def settle_cents(
    case: Case, payment: Payment | None = None, *, who: Actor, at: datetime
) -> WriteOff:
    """Settle what is open on a locked invoice as a cent difference. Raises MoreThanCents."""
    if case.standing.open_minor > case.now.settings.settled_cents:
        raise MoreThanCents
    return write_off_open(
        WriteOffKind.CENT_DIFFERENCE,
        case.facts.invoice,
        case.standing,
        case.facts.claim,
        payment=payment,
        has_credit_notes=case.facts.has_credit_notes,
        today=case.now.today,
        who=who,
        at=at,
    )


def ask_again(
    row: WriteOff, reason: str, case: Case, *, who: Actor, at: datetime
) -> WriteOffReversal:
    """Take a write-off back on its locked invoice. Raises WriteOffAlreadyReversed."""
    return write_write_off_reversal(
        row,
        reason,
        case.facts.invoice,
        case.standing,
        case.facts.claim,
        has_credit_notes=case.facts.has_credit_notes,
        today=case.now.today,
        who=who,
        at=at,
    )
