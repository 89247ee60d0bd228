"""Customer service gives back what lies on the client money account beyond an invoice.

It was never the seller's: it came too much, or after the invoice had been credited. The refund of
it counts at once, so that nothing goes back twice, and goes with the next batch of payouts. What
the bank cannot pay is owed back again. Order of locks: held draft, standing, batches.
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from storno.bank.queries import Payer, payers_told
from storno.core.entered import text_errors, tidy
from storno.core.ids import new_id
from storno.core.refusals import Absent, Invalid, Refused, invalid
from storno.corrections.blockers import CreditIsOnHold
from storno.corrections.depart import after_due_credit
from storno.corrections.facts import Case, gather, lock_invoice
from storno.corrections.money_back import book_refund, book_refund_back
from storno.corrections.refund import MoreThanOwedBack
from storno.corrections.settle import checked_reason
from storno.custody.crossing import crossing
from storno.custody.models import ToPayer
from storno.custody.set_aside import meet_claim
from storno.custody.to_payer import (
    on_the_list,
    payers_money,
    write_to_payer,
    write_to_payer_reversal,
)
from storno.organizations.countries import plain_iban
from storno.organizations.once import deed
from storno.organizations.queries import operator
from storno.organizations.roles import Actor, Deed, system
from storno.organizations.scope import scope
from storno.payments.methods import CLIENT_MONEY
from storno.payments.models import Payment, Refund, RefundReversal, Reversal, Why
from storno.payments.refund import Went, tell_refund
from storno.payments.reverse_refund import Grounds
from storno.payouts.batch import one_at_a_time
from storno.payouts.models import PayoutBack
from storno.payouts.to_payers import FAILED, came_back, with_no_bank
from storno.staff.strangers import must_be_a_stranger


class NothingOfPayers(Refused):
    """No money that is owed back lies on the client money account for whoever paid."""

    code = "nothing_of_payers"
    message = _("No money beyond this invoice lies on the client money account.")
    remedy = _("What met the invoice is paid back by its seller, in a refund case.")


class PayerUnknown(Refused):
    """The bank has told no account to which it could go."""

    code = "payer_unknown"
    message = _("The bank has not told from which account this money came.")
    remedy = _("Ask who paid for their name and account, and enter both.")
    field = "account"


class PayerIsKnown(Refused):
    """It goes where it came from, and nowhere else."""

    code = "payer_is_known"
    message = _("This money goes back to the account from which it came.")
    remedy = _("Leave name and account empty.")
    field = "account"


class WithTheBank(Refused):
    """The bank has been asked to pay it."""

    code = "with_the_bank"
    message = _("The bank has been asked to pay this back.")
    remedy = _("Drop the batch first; what the bank sends back is owed back by itself.")


@after_due_credit
@deed
def repay_payer(
    invoice_id: UUID,
    *,
    amount_minor: int | None = None,
    to: Payer | None = None,
    who: Actor,
    at: datetime,
) -> Refund:
    """Give back what lies there for whoever paid last; without an amount all of it.

    It goes to the account from which it came; `to` another one only where that is not known, or
    failed. Raises Absent, Invalid, NothingOfPayers, MoreThanOwedBack, PayerUnknown, PayerIsKnown,
    CreditIsOnHold, OwnOrganization, NotAllowed.
    """
    who.must(Deed.SERVE)
    must_be_a_stranger(who)
    draft, standing = lock_invoice(invoice_id, who.organization_id, at=at)
    if draft is not None:
        raise CreditIsOnHold
    case = gather(standing, who=who, at=at)
    amount = _amount(amount_minor, case)
    payment = _came_last(invoice_id, who.organization_id)
    typed = _checked(to, payment, who)
    refund = book_refund(amount, case, Went(case.now.today, CLIENT_MONEY, new_id()), who=who, at=at)
    write_to_payer(refund, payment, payee=typed.name, account=typed.account, at=at)
    tell_refund(refund, case.facts.invoice, who=who, at=at)
    return refund


@after_due_credit
@deed
def take_off_list(to_payer_id: UUID, reason: str, *, who: Actor, at: datetime) -> RefundReversal:
    """Take back that money goes to its payer, while no bank has it: it is owed back again.

    Raises Absent, Invalid, WithTheBank, RefundAlreadyReversed, OwnOrganization, NotAllowed.
    """
    who.must(Deed.SERVE)
    must_be_a_stranger(who)
    return _take_off(to_payer_id, Grounds(Why.MISTAKE, checked_reason(reason)), who=who, at=at)


def owe_back_what_failed(organization_id: UUID, *, at: datetime) -> int:
    """Have what the bank could not pay to payers owed back again; how much there was of it.

    Called outside of any scope.
    """
    with scope(organization_id):
        failed = list(came_back(organization_id).values_list("id", flat=True))
    for id_ in failed:
        _failed(id_, who=system(organization_id), at=at)
    return len(failed)


@after_due_credit
@deed
def _failed(to_payer_id: UUID, *, who: Actor, at: datetime) -> None:
    if came_back(who.organization_id).filter(id=to_payer_id).exists():
        _take_off(to_payer_id, None, who=who, at=at)


def _take_off(
    to_payer_id: UUID, grounds: Grounds | None, *, who: Actor, at: datetime
) -> RefundReversal:
    """Reverse the refund of what is with no bank; without grounds the bank could not pay it."""
    mine = who.organization_id
    row = ToPayer.objects.select_related("refund").filter(organization_id=mine, id=to_payer_id)
    for each in row:
        refund = each.refund
        _draft, standing = lock_invoice(refund.invoice_id, mine, at=at)
        one_at_a_time()
        listed = on_the_list(mine).filter(id=to_payer_id)
        if listed.exists() and not listed.filter(id__in=with_no_bank(mine).values("id")).exists():
            raise WithTheBank
        case = gather(standing, who=who, at=at)
        with override(case.now.seller.language):
            failed = _now("The bank could not pay it to the account it came from.")
        reversal = book_refund_back(
            refund, grounds or Grounds(Why.CAME_BACK, failed), case, who=who, at=at
        )
        write_to_payer_reversal(each, refund, reversal, case.now.today, at=at)
        claim = case.facts.claim.got_back(
            refund.amount_minor, unapplied_minor=refund.unapplied_minor
        )
        meet_claim(reversal.id, case.facts.invoice, claim, day=case.now.today, at=at)
        return reversal
    raise Absent


def _amount(amount_minor: int | None, case: Case) -> int:
    """What shall go back, of what is owed back and lies there for whoever paid."""
    owed = case.standing.owed_back_minor
    lies = payers_money(case.standing.id, case.standing.organization_id)
    most = min(owed, lies)
    if amount_minor is not None and amount_minor <= 0:
        raise invalid("amount", "not_positive", _("Enter more than 0."))
    if most <= 0:
        raise NothingOfPayers
    if amount_minor is not None and amount_minor > most:
        raise MoreThanOwedBack
    return most if amount_minor is None else amount_minor


def _came_last(invoice_id: UUID, organization_id: UUID) -> Payment:
    """The last payment to the operator that counts: what came beyond the claim came by it."""
    mine = {"organization_id": organization_id}
    taken_back = Reversal.objects.filter(**mine).values("payment_id")
    held = Payment.objects.filter(**mine, invoice_id=invoice_id, method=CLIENT_MONEY.code)
    last = held.exclude(id__in=taken_back).order_by("turn").last()
    if last is None:
        raise NothingOfPayers
    return last


def _checked(to: Payer | None, payment: Payment, who: Actor) -> Payer:
    """Who was entered; nobody where the bank has told who it was. Raises Invalid."""
    if _is_known(payment, who):
        if to is not None:
            raise PayerIsKnown
        return Payer("", "")
    if to is None:
        raise PayerUnknown
    account, name = plain_iban(to.account), tidy(to.name)
    if account is None:
        raise invalid("account", "check_digit", _("This is no account number. Check it."))
    if errors := tuple(text_errors("payee", name, longest=70)):
        raise Invalid(errors)
    if not name:
        raise invalid("payee", "required", _("Enter the name of who gets it."))
    return Payer(name, account)


def _is_known(payment: Payment, who: Actor) -> bool:
    """Whether the bank told an account that can be paid, and could pay it there until now."""
    house = operator()
    assert house is not None, "client money lies with an operator"
    with crossing(house.id, back_to=who.organization_id):
        told = payers_told([payment.id], who.organization_id, bank_of=house.id)
    failed = PayoutBack.objects.filter(
        organization_id=who.organization_id,
        payout__to_payer__payment_id=payment.id,
        why__in=FAILED,
    )
    return bool(told) and plain_iban(told[0].account) is not None and not failed.exists()
