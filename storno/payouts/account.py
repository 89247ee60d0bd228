"""A seller says where the own money goes: another account waits, and the one that failed again.

Order of locks: the seller's row.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Refused
from storno.custody.models import PayoutAccount
from storno.custody.payout_account import payout_accounts, write_payout_account
from storno.organizations.models import Seller
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed
from storno.payouts.queries import account_failed


class NothingIsPaidOut(Refused):
    """The organization's money does not lie with the operator."""

    code = "nothing_is_paid_out"
    message = _("Your invoices are paid to your own account, so nothing is paid out to you.")
    remedy = _("Change the account that stands on your invoices.")
    field = "account"


class NoAccountWaits(Refused):
    """There is no other account that could be withdrawn."""

    code = "no_account_waits"
    message = _("No other account waits any more.")
    remedy = _("Look at which account your money goes to, and enter another one if it is wrong.")


@deed
def enter_payout_account(account: str, *, who: Actor, at: datetime) -> PayoutAccount:
    """Have money paid out to an account: the first one and the one that counts now, at once.

    Another one counts after two days, of which the administrators are told. One that the bank has
    sent money back from is tried again once it is entered anew. Raises Invalid, NothingIsPaidOut,
    NotAllowed, SignInAgain.
    """
    who.must(Deed.CHANGE_SETTINGS)
    seller, current = _lock(who), _current(who, at=at)
    if not seller.organization.in_custody and current is None:
        raise NothingIsPaidOut
    who.must_be_fresh()
    failed = current is not None and account_failed(current)
    return write_payout_account(account, who=who, at=at, anew=failed)


@deed
def withdraw_payout_account(*, who: Actor, at: datetime) -> PayoutAccount:
    """Keep the account that counts: the one that waits never will. Raises NoAccountWaits.

    It needs no fresh sign-in: whoever keeps money where it goes does no harm. As with any account
    that is entered, one that had failed is tried again. Raises NotAllowed.
    """
    who.must(Deed.CHANGE_SETTINGS)
    _lock(who)
    known = payout_accounts(who.organization_id, at=at)
    if known.waiting is None or known.current is None:
        raise NoAccountWaits
    return write_payout_account(known.current.account, who=who, at=at)


def _current(who: Actor, *, at: datetime) -> PayoutAccount | None:
    return payout_accounts(who.organization_id, at=at).current


def _lock(who: Actor) -> Seller:
    """Let accounts of one seller be entered one after the other."""
    rows = Seller.objects.select_for_update(of=("self",)).select_related("organization")
    return rows.get(organization_id=who.organization_id)
