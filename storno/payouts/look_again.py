"""Looking again when a batch is approved: what was proposed may hold no more.

What changes after that look is as if it had changed after the approval.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from storno.custody.books import PAYABLE, PREPAYMENT_RESERVE, VAT_RESERVE
from storno.custody.crossing import crossing
from storno.custody.payout_account import payout_accounts
from storno.custody.terms import terms_of
from storno.ledger.balances import credited
from storno.organizations.roles import Actor
from storno.payouts.batch import WhyNot
from storno.payouts.models import Instruction, Payout, PayoutRules
from storno.payouts.queries import account_failed
from storno.payouts.to_payers import is_settled


def holds_no_more(asked: Iterable[Instruction], *, who: Actor, at: datetime) -> dict[UUID, WhyNot]:
    """Which of these instructions are not to be paid as they were proposed, and why."""
    rules = PayoutRules.objects.filter(organization_id=who.organization_id).first()
    tax_account = "" if rules is None else rules.tax_account
    found = {}
    for each in asked:
        with crossing(each.seller_id, back_to=who.organization_id):
            payout = Payout.objects.get(organization_id=each.seller_id, id=each.payout_id)
            why_not = _is_not_owed(payout) or _goes_elsewhere(payout, each, tax_account, at=at)
        if why_not is not None:
            found[each.id] = why_not
    return found


def _is_not_owed(payout: Payout) -> WhyNot | None:
    """Whether it takes more than there is: a match was undone, or an invoice credited.

    What goes to a payer is judged by itself: what others get has nothing to do with it.
    """
    if payout.to_payer_id is not None:
        return WhyNot.OWES if is_settled(payout) else None
    left = credited(payout.organization_id, PAYABLE, VAT_RESERVE, PREPAYMENT_RESERVE)
    takes_more = any(taken and there < 0 for taken, there in zip(payout.parts, left, strict=False))
    return WhyNot.OWES if takes_more else None


def _goes_elsewhere(
    payout: Payout, asked: Instruction, tax_account: str, *, at: datetime
) -> WhyNot | None:
    """Whether it would go to another account by now; that of a payer stays what it was."""
    if payout.to_payer_id is not None:
        return None
    if payout.until is not None:
        return _of_office(asked, tax_account)
    return _of_account(payout, at=at)


def _of_account(payout: Payout, *, at: datetime) -> WhyNot | None:
    current = payout_accounts(payout.organization_id, at=at).current
    if current is None or current.account != payout.account:
        return WhyNot.ACCOUNT_CHANGED
    return WhyNot.ACCOUNT_FAILED if account_failed(current) else None


def _of_office(instruction: Instruction, tax_account: str) -> WhyNot | None:
    """The tax office knows the seller by the reference, and has the account of now."""
    reference = terms_of(instruction.seller_id).tax_reference
    same = (instruction.account, instruction.reference) == (tax_account, reference)
    return None if same else WhyNot.ACCOUNT_CHANGED
