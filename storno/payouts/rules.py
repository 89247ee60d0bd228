"""How the operator pays: above which sum a second person approves, and where the tax office is."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import NotAllowed, invalid
from storno.history.record import Happening, record
from storno.organizations.countries import COUNTRIES
from storno.organizations.once import deed
from storno.organizations.queries import operator, seller_of
from storno.organizations.roles import Actor, Deed
from storno.payouts.models import FIRST_LIMIT_MINOR, PayoutRules

LONGEST_NAME = 70
"""Of whom the bank is asked to pay."""


@dataclass(frozen=True)
class PayoutLimitChanged(Happening):
    """Another sum from which on two people are needed."""

    kind: ClassVar = "payout.limit_changed"
    sentence: ClassVar = _("Batches of more than %(limit_minor)s need a second person.")
    limit_minor: int
    currency: str


@dataclass(frozen=True)
class PayoutLimitWished(Happening):
    """Somebody wants two people to be needed from a higher sum on; another one has to agree."""

    kind: ClassVar = "payout.limit_wished"
    sentence: ClassVar = _("A second person shall be needed only above %(limit_minor)s.")
    limit_minor: int
    currency: str


@dataclass(frozen=True)
class TaxOfficeChanged(Happening):
    """Taxes are paid to another account; `ending` is its last four signs."""

    kind: ClassVar = "payout.tax_office"
    sentence: ClassVar = _("Taxes are paid to the account ending in %(ending)s.")
    ending: str


def must_pay_out(who: Actor) -> None:
    """Raise NotAllowed unless who acts does so for the operator, and may pay out."""
    who.must(Deed.PAY_OUT)
    house = operator()
    if house is None or house.id != who.organization_id:
        raise NotAllowed


def limit_now(organization_id: UUID) -> int:
    """The sum in minor units, inside the operator's scope."""
    rules = PayoutRules.objects.filter(organization_id=organization_id).first()
    return FIRST_LIMIT_MINOR if rules is None else rules.limit_minor


@deed
def set_payout_limit(limit_minor: int, *, who: Actor, at: datetime) -> PayoutRules:
    """Say from which sum on two people are needed, for batches that are proposed from now on.

    A lower one counts at once; a higher one once another person has said the same: so nobody does
    alone what needs two. Raises Invalid, NotAllowed, SignInAgain.
    """
    must_pay_out(who)
    who.must(Deed.CHANGE_SETTINGS)
    who.must_be_fresh()
    if limit_minor < 0:
        raise invalid("limit", "negative", _("Enter nought or more."))
    rules, currency = _lock(who), seller_of(who.organization_id).currency
    told: Happening = PayoutLimitChanged(limit_minor, currency)
    if limit_minor <= rules.limit_minor:
        rules.limit_minor, rules.wished_minor, rules.wished_by = limit_minor, None, None
    elif who.person_id is None:
        raise NotAllowed
    elif limit_minor == rules.wished_minor and who.person_id != rules.wished_by:
        rules.limit_minor, rules.raised_by, rules.agreed_by = (
            limit_minor,
            rules.wished_by,
            who.person_id,
        )
        rules.wished_minor, rules.wished_by = None, None
    elif limit_minor == rules.wished_minor:
        return rules
    else:
        rules.wished_minor, rules.wished_by = limit_minor, who.person_id
        told = PayoutLimitWished(limit_minor, currency)
    rules.save()
    record(told, subject_id=who.organization_id, who=who, at=at)
    return rules


def _lock(who: Actor) -> PayoutRules:
    """Lock the rules; they are made where nothing was said yet."""
    mine = {"organization_id": who.organization_id}
    PayoutRules.objects.get_or_create(**mine, defaults={"limit_minor": FIRST_LIMIT_MINOR})
    return PayoutRules.objects.select_for_update().get(**mine)


@deed
def set_tax_office(name: str, account: str, *, who: Actor, at: datetime) -> PayoutRules:
    """Say to whom and to which account taxes are paid, in batches that are proposed from now on.

    Raises Invalid, NotAllowed, SignInAgain.
    """
    must_pay_out(who)
    who.must(Deed.CHANGE_SETTINGS)
    who.must_be_fresh()
    named = name.strip()
    if not 0 < len(named) <= LONGEST_NAME:
        raise invalid("name", "length", _("Enter a name of at most 70 signs."))
    plain = COUNTRIES[seller_of(who.organization_id).country].plain_account(account)
    if plain is None:
        raise invalid("account", "check_digit", _("This is not an IBAN. Check its digits."))
    rules = _put(who, tax_office=named, tax_account=plain)
    record(TaxOfficeChanged(plain[-4:]), subject_id=who.organization_id, who=who, at=at)
    return rules


def _put(who: Actor, **values: object) -> PayoutRules:
    rules, _made = PayoutRules.objects.update_or_create(
        organization_id=who.organization_id,
        defaults=values,
        create_defaults={"limit_minor": FIRST_LIMIT_MINOR, **values},
    )
    return rules
