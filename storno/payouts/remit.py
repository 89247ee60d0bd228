"""Proposing a remittance: what is reserved for taxes goes to the tax office, up to a day.

What of a reserve the tax office has already, and is returned to the seller, leaves the reserve
below nothing: so much less is remitted the next time.
"""

from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Refused, invalid
from storno.custody.books import PREPAYMENT_RESERVE, VAT_RESERVE
from storno.custody.crossing import crossing
from storno.custody.reserves import REPAID, hold_reserves
from storno.ledger.balances import credited
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
from storno.payouts.models import Batch, PayoutRules
from storno.payouts.rules import must_pay_out
from storno.payouts.write import BACK, MADE

_SELLERS = "SELECT seller_id FROM sellers_with_reserves()"


_RESERVES = (VAT_RESERVE, PREPAYMENT_RESERVE)


class NoTaxOffice(Refused):
    """Nobody has said where the tax office is paid."""

    code = "no_tax_office"
    message = _("It is not known on which account the tax office is paid.")
    remedy = _("Enter it: storno remit office.")


@deed
def due_to_remit(until: date, *, who: Actor, at: datetime) -> list[Due]:
    """What a remittance up to a day would be of, and who would be left out.

    Raises Invalid, NoTaxOffice, NotAllowed.
    """
    must_pay_out(who)
    return _all_due(until, who, at=at)


@deed
def propose_remittance(until: date, pay_on: date, *, who: Actor, at: datetime) -> Batch:
    """Propose to pay the tax office what is reserved of money that came up to a day.

    Raises Invalid, NoTaxOffice, NothingToPayOut, NobodyProposed, NotAllowed.
    """
    must_pay_out(who)
    one_at_a_time()
    return put_batch(_all_due(until, who, at=at), pay_on, until=until, who=who, at=at)


def _all_due(until: date, who: Actor, *, at: datetime) -> list[Due]:
    house = seller_of(who.organization_id)
    if until > day_of(house, at):
        raise invalid("until", "future", _("Choose a day that is over, or today."))
    rules = PayoutRules.objects.filter(organization_id=who.organization_id).first()
    if rules is None or not rules.tax_account:
        raise NoTaxOffice
    return [_due(each, until, rules, house, who, at=at) for each in sellers_of(_SELLERS)]


def _due(
    seller_id: UUID, until: date, rules: PayoutRules, house: Seller, who: Actor, *, at: datetime
) -> Due:
    with crossing(seller_id, back_to=who.organization_id):
        seller, reference = seller_of(seller_id), hold_reserves(seller_id).tax_reference
        vat, prepayment = (_reserved(seller_id, account, until) for account in _RESERVES)
    parts = Parts(0, max(vat, 0), max(prepayment, 0))
    payee = Payee(rules.tax_office, rules.tax_account, reference)
    why_not = None
    if not parts.total_minor:
        why_not = WhyNot.OWES
    elif not reference:
        why_not = WhyNot.NO_REFERENCE
    elif not is_payable(parts.total_minor, payee, house, at=at):
        why_not = WhyNot.UNPAYABLE
    return Due(seller, parts, payee, why_not)


def _reserved(seller_id: UUID, account: str, until: date) -> int:
    """What of a reserve is of the time up to a day and not remitted yet, but no more than it has.

    What was remitted counts whenever it was; what was returned later is of no time before.
    """
    then = Q(booked_on__lte=until) | Q(kind__in=(MADE, BACK, REPAID))
    (now,) = credited(seller_id, account)
    (by_then,) = credited(seller_id, account, of=then)
    return min(now, by_then)
