"""Giving back what is owed back: marked as refunded, or used for another invoice.

Together never more than is owed back, which a refund, a credit and a payment read under the same
lock. Order of locks: held drafts, standings; of two invoices by their ids.
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Refused, invalid
from storno.corrections.depart import after_due_credit
from storno.corrections.facts import Case, gather, lock_invoice, lock_invoices
from storno.corrections.money_back import book_refund, book_refund_back
from storno.corrections.seen import Seen, must_be_as_shown, seen_by_payer
from storno.corrections.send_back import send_back
from storno.corrections.settle import checked_reason, take_back
from storno.corrections.stop import CreditStopped, stop_held_credit
from storno.custody.barred import RefundNeedsDesk, must_be_held_here
from storno.history.record import record
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed
from storno.payments.by_card import left_by_card
from storno.payments.methods import CARD, OFFSET, method_chosen
from storno.payments.models import Payment, PaymentMethod, Refund, RefundReversal, RefundWay
from storno.payments.queries import refund_with
from storno.payments.refund import (
    GivenBack,
    MoneyOffset,
    Went,
    check_refund,
    first_payment_on,
    tell_refund,
)
from storno.payments.register import Origin, PaymentInput, write_payment
from storno.payments.reverse_refund import Grounds


class NothingOwedBack(Refused):
    """No more money has come in on the invoice than is to be paid."""

    code = "nothing_owed_back"
    message = _("Nothing is owed back on this invoice.")
    remedy = _("Credit it first, if it shall not be paid.")


class MoreThanOwedBack(Refused):
    """More was entered than is owed back."""

    code = "more_than_owed_back"
    message = _("This is more than is owed back.")
    remedy = _("Enter at most what is owed back.")
    field = "amount"


class OtherRecipient(Refused):
    """What is owed to one recipient does not pay for another."""

    code = "other_recipient"
    message = _("The other invoice went to another recipient, or is in another currency.")
    remedy = _("Choose an invoice of the same recipient.")
    field = "target"


class NothingOpen(Refused):
    """The other invoice asks for nothing any more."""

    code = "nothing_open"
    message = _("Nothing is left to pay on the other invoice.")
    remedy = _("Choose one that is not paid.")
    field = "target"


class MoreThanOpenThere(Refused):
    """More was entered than is left to pay on the other invoice."""

    code = "more_than_open_there"
    message = _("This is more than is left to pay on the other invoice.")
    remedy = _("Enter at most what is left to pay there.")
    field = "amount"


class PaidUnseen(Refused):
    """What was owed back paid an invoice that is not in sight, and both would have to change."""

    code = "paid_unseen"
    message = _("This paid an invoice that you may not see.")
    remedy = _("Ask a colleague who may see it, or an administrator.")


class RefundIsSent(Refused):
    """The provider pays the refund back, and says itself if that fails."""

    code = "refund_is_sent"
    message = _("The payment provider pays this back, so it is not taken back by hand.")
    remedy = _("If it fails, it is owed back again by itself.")


@after_due_credit
@deed
def refund_invoice(
    invoice_id: UUID,
    given: GivenBack,
    *,
    amount_minor: int | None = None,
    seen: Seen | None = None,
    who: Actor,
    at: datetime,
) -> Refund:
    """Mark what was owed back on an invoice as refunded; None is all of it.

    Only back to the card money moves by itself, from today on: all that one payment brought, where
    no amount is named. `seen` is how the invoice stood where this was entered. Raises Absent,
    Invalid, NotAsShown, NothingOwedBack, MoreThanOwedBack, RefundNeedsDesk, NotPaidByCard,
    MoreThanCameByCard, NotAllowed.
    """
    who.must(Deed.REFUND)
    _draft, standing = lock_invoice(invoice_id, who.organization_id, at=at)
    must_be_as_shown(seen, seen_by_payer(standing, at=at))
    case = gather(standing, who=who, at=at)
    must_be_held_here(case.now.settings)
    if given.method == CARD.code:
        return _by_card(amount_minor, case, who=who, at=at)
    amount = _amount(amount_minor, case)
    method = method_of(given, case)
    refund = _write(amount, case, method, given, who=who, at=at)
    tell_refund(refund, case.facts.invoice, who=who, at=at)
    return refund


def _by_card(amount_minor: int | None, case: Case, *, who: Actor, at: datetime) -> Refund:
    left = left_by_card(case.standing.id, who.organization_id)
    amount = _amount(amount_minor, case)
    if amount_minor is None and left:
        amount = min(amount, left[0].amount_minor)
    return send_back(
        amount,
        left,
        case,
        case.facts.claim,
        has_credit_notes=case.facts.has_credit_notes,
        who=who,
        at=at,
    )


def method_of(given: GivenBack, case: Case) -> PaymentMethod:
    """The way by which money was given back, on a day on which it can have been. Raises Invalid."""
    now = case.now
    first = first_payment_on(case.standing.id, now.seller.organization_id)
    check_refund(given, first_paid_on=first, today=now.today)
    return method_chosen(given.method, now.seller)


def given_back(given: GivenBack | None, case: Case) -> GivenBack | None:
    """What a request says of money that was given back with a credit, if it can be. Raises Invalid.

    Back to the card it goes from today on, and all that is held: the paper names one sum.
    """
    if given is None:
        return None
    if given.method != CARD.code:
        method_of(given, case)
        return given
    if not left_by_card(case.standing.id, case.now.seller.organization_id):
        raise invalid("refund", "required", _("Say when and how it was paid back."))
    if not covers_all(case):
        words = _("Not all of the money came by card: credit first, then pay it back in parts.")
        raise invalid("method", "not_by_card", words)
    return GivenBack(case.now.today, CARD.code)


def covers_all(case: Case) -> bool:
    """Whether all the money that is held can go back to the cards it came from."""
    if not case.facts.claim.held_minor:
        return False
    left = left_by_card(case.standing.id, case.now.seller.organization_id)
    return sum(each.amount_minor for each in left) >= case.facts.claim.held_minor


@after_due_credit
@deed
def offset_invoice(
    invoice_id: UUID,
    target_id: UUID,
    *,
    amount_minor: int | None = None,
    who: Actor,
    at: datetime,
) -> Refund:
    """Use what is owed back on an invoice for another one of the same recipient.

    Without an amount as much as the other one asks for. A credit note that is on hold there is
    stopped, as by any payment. Raises Absent, Invalid, NothingOwedBack, MoreThanOwedBack,
    OtherRecipient, NothingOpen, MoreThanOpenThere, RefundNeedsDesk, NotAllowed.
    """
    who.must(Deed.REFUND)
    if target_id == invoice_id:
        raise invalid("target", "same_invoice", _("Choose another invoice than this one."))
    locked = lock_invoices([invoice_id, target_id], who.organization_id, at=at)
    (_draft, standing), (draft, open_standing) = locked[invoice_id], locked[target_id]
    if draft is not None:
        why = CreditStopped(open_standing.cancelling_minor, draft.currency)
        stop_held_credit(draft, open_standing, why, who=who, at=at)
    case, target = gather(standing, who=who, at=at), gather(open_standing, who=who, at=at)
    must_be_held_here(case.now.settings)
    invoice, paid = case.facts.invoice, target.facts.invoice
    if (invoice.recipient_id, invoice.currency) != (paid.recipient_id, paid.currency):
        raise OtherRecipient
    amount = _amount(amount_minor, case)
    if not open_standing.open_minor:
        raise NothingOpen
    if amount_minor is None:
        amount = min(amount, open_standing.open_minor)
    if amount > open_standing.open_minor:
        raise MoreThanOpenThere
    refund = _write(amount, case, None, GivenBack(case.now.today, ""), who=who, at=at)
    _pay(refund, target, who=who, at=at)
    happened = MoneyOffset(str(refund.id), amount, invoice.currency, paid.number)
    record(happened, subject_id=invoice.id, who=who, at=at)
    return refund


@after_due_credit
@deed
def reverse_refund(
    refund_id: UUID, grounds: Grounds, *, who: Actor, at: datetime
) -> RefundReversal:
    """Take a refund back that was none, or whose money came back; it is owed back again.

    One that paid another invoice takes that payment back as well. Needs a recent sign-in and a
    reason. Raises Absent, Invalid, NotAllowed, SignInAgain, PaidUnseen, RefundAlreadyReversed,
    MoneyWasGivenBack, RefundNeedsDesk.
    """
    who.must(Deed.REVERSE_PAYMENT)
    who.must_be_fresh()
    mine = who.organization_id
    refund = refund_with(refund_id, organization_id=mine)
    reason = checked_reason(grounds.reason)
    paid = Payment.objects.filter(organization_id=mine, offset_id=refund_id).first()
    if refund.way == RefundWay.PROVIDER:
        raise RefundIsSent
    if refund.way == RefundWay.CUSTODY:
        raise RefundNeedsDesk
    if paid is None and refund.way == RefundWay.OFFSET:
        raise PaidUnseen
    ids = [refund.invoice_id, *([] if paid is None else [paid.invoice_id])]
    locked = lock_invoices(ids, mine, at=at)
    case = gather(locked[refund.invoice_id][1], who=who, at=at)
    must_be_held_here(case.now.settings)
    reversal = book_refund_back(refund, Grounds(grounds.why, reason), case, who=who, at=at)
    if paid is not None:
        target = gather(locked[paid.invoice_id][1], who=who, at=at)
        take_back(paid, reason, target, who=who, at=at)
    return reversal


def _amount(amount_minor: int | None, case: Case) -> int:
    """What shall go back, of what is owed back."""
    owed = case.standing.owed_back_minor
    if amount_minor is not None and amount_minor <= 0:
        raise invalid("amount", "not_positive", _("Enter more than 0."))
    if not owed:
        raise NothingOwedBack
    if amount_minor is not None and amount_minor > owed:
        raise MoreThanOwedBack
    return owed if amount_minor is None else amount_minor


def _write(
    amount_minor: int,
    case: Case,
    method: PaymentMethod | None,
    given: GivenBack,
    *,
    who: Actor,
    at: datetime,
) -> Refund:
    return book_refund(amount_minor, case, Went(given.refunded_on, method), who=who, at=at)


def _pay(refund: Refund, target: Case, *, who: Actor, at: datetime) -> Payment:
    entered = PaymentInput(refund.amount_minor, refund.refunded_on, OFFSET.code)
    return write_payment(
        entered,
        target.facts.invoice,
        target.standing,
        target.facts.claim,
        has_credit_notes=target.facts.has_credit_notes,
        method=OFFSET,
        origin=Origin(offset=refund),
        who=who,
        at=at,
    )
