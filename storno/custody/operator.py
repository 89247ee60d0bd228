"""The operator: an organization of its own, one an installation, on whose account money is kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from storno.administration.create import create_organization
from storno.administration.operate import form_of, kinds_of, read_assignments
from storno.administration.profiles import Profile
from storno.administration.seller import AccountChanged, SellerChanges, put_seller
from storno.core.refusals import Refused, invalid
from storno.custody.join import bear_account
from storno.history.record import record
from storno.organizations.countries import COUNTRIES
from storno.organizations.models import Organization, OrganizationKind, Seller
from storno.organizations.queries import operator
from storno.organizations.roles import system
from storno.organizations.scope import scope


class OperatorIsThere(Refused):
    """There is one operator an installation."""

    code = "operator_is_there"
    message = _("This installation has an operator already.")
    remedy = _("Change it: storno operator set.")
    field = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorChanges:
    """What may be changed about the operator; None leaves it as it is."""

    custody_iban: str | None = None
    """The account on which client money is kept."""
    name: str | None = None
    """How the operator is called."""


KINDS = kinds_of(OperatorChanges)
"""Of which type each value is, by its key."""

SLUG = "operator"
"""How the operator is called in addresses, unless another short name is chosen."""

NAME = _("Client money")
"""How the operator is called until somebody says otherwise."""

COUNTRY = "FI"
"""Client money is kept where light entrepreneurship is known, in euros."""


def create_operator(
    *, name: str, custody_iban: str, slug: str = SLUG, admin: str | None = None, at: datetime
) -> Organization:
    """Create the operator with its custody account; `admin` is the e-mail of who signs in to it.

    Raises Invalid, OperatorIsThere.
    """
    if operator() is not None:
        raise OperatorIsThere
    return create_organization(
        slug=slug,
        country=COUNTRY,
        profile=Profile.LIGHT_ENTREPRENEUR,
        seller=SellerChanges(name=name, account=_custody_iban(custody_iban)),
        admin=admin,
        kind=OrganizationKind.OPERATOR,
        at=at,
    )


def set_operator(assignments: Iterable[str], *, at: datetime) -> Organization:
    """Set what the assignments (`custody_iban=…`) say; creates the operator if there is none.

    Sellers whose client money is kept have new documents bear another account. Raises Invalid.
    """
    changes = form_of(OperatorChanges, read_assignments(assignments, KINDS))
    house = operator()
    if house is None:
        name, iban = changes.name or str(NAME), changes.custody_iban or ""
        return create_operator(name=name, custody_iban=iban, at=at)
    account = changes.custody_iban and _custody_iban(changes.custody_iban)
    with scope(house.id):
        seller = Seller.objects.select_for_update().get(organization_id=house.id)
        changed = put_seller(SellerChanges(name=changes.name, account=account), seller)
        if changed:
            seller.save(force_update=True)
        if "account" in changed:
            happened = AccountChanged(ending=seller.account[-4:])
            record(happened, subject_id=house.id, who=system(house.id), at=at)
    _tell_sellers(house, seller.account, seller.bic, at=at)
    return house


def _tell_sellers(house: Organization, account: str, bic: str, *, at: datetime) -> None:
    """Bring the account of all sellers in line, one scope after the other."""
    members = Organization.objects.filter(operator=house).order_by("id")
    for organization_id in members.values_list("id", flat=True):
        with scope(organization_id):
            seller = Seller.objects.select_for_update().get(organization_id=organization_id)
            if bear_account(seller, account, bic):
                happened = AccountChanged(ending=account[-4:])
                record(happened, subject_id=organization_id, who=system(organization_id), at=at)


def _custody_iban(text: str) -> str:
    """The account in plain form. Raises Invalid."""
    plain = COUNTRIES[COUNTRY].plain_account(text)
    if plain is None:
        raise invalid("custody_iban", "check_digit", _("This is not an IBAN. Check its digits."))
    return plain
