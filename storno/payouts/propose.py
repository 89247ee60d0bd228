"""Proposing a batch: whatever is payable now is to go to the sellers' own accounts.

With it goes back to payers what lies there beyond the claims, and was put on the list.
"""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from storno.banking.pain import Address
from storno.custody.crossing import crossing
from storno.custody.payout_account import payout_accounts
from storno.custody.reserves import releasable, release
from storno.organizations.models import Seller
from storno.organizations.once import deed
from storno.organizations.queries import day_of, seller_of
from storno.organizations.roles import Actor
from storno.payouts.batch import (
    Due,
    Payee,
    WhyNot,
    is_payable,
    one_at_a_time,
    put_batch,
    sellers_of,
)
from storno.payouts.books import Parts
from storno.payouts.models import Batch
from storno.payouts.queries import account_failed
from storno.payouts.rules import must_pay_out
from storno.payouts.to_payers import due_to_payers
from storno.payouts.write import payable_now

_SELLERS = "SELECT seller_id FROM sellers_to_pay_out()"


@deed
def due_now(*, who: Actor, at: datetime) -> list[Due]:
    """What a batch would be of now, and who would be left out. Raises NotAllowed."""
    must_pay_out(who)
    house = seller_of(who.organization_id)
    return list(_all_due(house, who, at=at))


@deed
def propose_payouts(pay_on: date, *, who: Actor, at: datetime) -> Batch:
    """Propose to pay out all that is payable; it is payable no more from now on.

    Raises Invalid, NothingToPayOut, NobodyProposed, NotAllowed.
    """
    must_pay_out(who)
    one_at_a_time()
    house = seller_of(who.organization_id)
    for seller_id in sellers_of(_SELLERS):
        with crossing(seller_id, back_to=who.organization_id):
            release(house.currency, day_of(house, at), who=who.across(seller_id), at=at)
    return put_batch(_all_due(house, who, at=at), pay_on, who=who, at=at)


def _all_due(house: Seller, who: Actor, *, at: datetime) -> Iterator[Due]:
    """What is payable to sellers, and what goes back to payers."""
    for seller_id in sellers_of(_SELLERS):
        yield _due(seller_id, house, who, at=at)
    yield from due_to_payers(house, who=who, at=at)


def _due(seller_id: UUID, house: Seller, who: Actor, *, at: datetime) -> Due:
    with crossing(seller_id, back_to=who.organization_id):
        seller, payable = seller_of(seller_id), payable_now(seller_id) + releasable(seller_id)
        current = payout_accounts(seller_id, at=at).current
        failed = current is not None and account_failed(current)
    payee = _payee(seller, "" if current is None else current.account)
    why_not = None
    if payable <= 0:
        why_not = WhyNot.OWES
    elif not payee.account:
        why_not = WhyNot.NO_ACCOUNT
    elif failed:
        why_not = WhyNot.ACCOUNT_FAILED
    elif not is_payable(payable, payee, house, at=at):
        why_not = WhyNot.UNPAYABLE
    return Due(seller, Parts(payable), payee, why_not)


def _payee(seller: Seller, account: str) -> Payee:
    address = Address(seller.city, seller.country, seller.street, seller.postcode)
    return Payee(seller.name, account, address=address)
