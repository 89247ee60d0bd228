"""Changing what stands about the seller on the documents issued from now on."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from storno.core.entered import email_errors, text_errors, tidy
from storno.core.refusals import FieldError, Invalid, Refused, invalid
from storno.core.zones import is_zone
from storno.history.record import Happening, record_all
from storno.numbering.models import SeriesKind
from storno.numbering.plan import digits_needed
from storno.numbering.take import plan_of
from storno.organizations.countries import COUNTRIES, LANGUAGES, CountryRules
from storno.organizations.kid import agreed_kid, kid_errors, too_short
from storno.organizations.models import Kid, KidMadeOf, Seller
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed

_LONGEST = {
    "street": 100,
    "postcode": 12,
    "city": 60,
    "phone": 30,
    "website": 100,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerChanges:
    """What may be changed about a seller; None leaves it as it is, an empty text takes it away.

    A new account without a `bic` gets that of its bank where the bank is known. It has no KID until
    one is set for it: what was agreed with one bank does not bind another.
    """

    name: str | None = None
    """As it stands on documents; up to 100 characters."""
    language: str | None = None
    """In which the organization usually writes: en, fi or nb."""
    time_zone: str | None = None
    """Whose day is the day of documents, like Europe/Helsinki."""
    business_id: str | None = None
    """Y-tunnus or organisasjonsnummer, with its check digits."""
    vat_registered: bool | None = None
    """Whether it stands in the VAT register: only then VAT may be shown."""
    enterprise_register: bool | None = None
    """Whether documents name the Foretaksregisteret; Norway only."""
    street: str | None = None
    """Of its postal address."""
    postcode: str | None = None
    """Of its postal address."""
    city: str | None = None
    """Of its postal address."""
    email: str | None = None
    """On documents, and where answers to letters go."""
    phone: str | None = None
    """On documents."""
    website: str | None = None
    """On documents."""
    account: str | None = None
    """Where money is paid to: an IBAN, in Norway also an account number of 11 digits."""
    bic: str | None = None
    """The account's bank; left out, it is found by the account where the bank is known."""
    kid_algorithm: Kid | None = None
    """Whether invoices bear a KID, as agreed with the bank of a Norwegian account, and its rule."""
    kid_length: int | None = None
    """Of how many digits it is, with the check digit: 2 to 25."""
    kid_layout: KidMadeOf | None = None
    """What it is made of: a running number, or the number of the invoice."""
    kid_client_digits: int | None = None
    """How many digits of the client's number stand in front: 0 to 9."""


@dataclass(frozen=True)
class SellerChanged(Happening):
    """What stands about the seller on new documents was changed; `fields` says what."""

    kind: ClassVar = "organization.seller_changed"
    sentence: ClassVar = _("The details of the organization were changed.")
    fields: str


@dataclass(frozen=True)
class AccountChanged(Happening):
    """Invoices are paid to another account from now on; `ending` is its last four signs."""

    kind: ClassVar = "organization.account_changed"
    sentence: ClassVar = _("New invoices are paid to the account ending in %(ending)s.")
    ending: str


class AccountIsTheOperators(Refused):
    """Where the operator keeps client money, documents name the operator's account."""

    code = "account_is_the_operators"
    message = _("Invoices are paid to the client money account, so no other stands on them.")
    remedy = _("Ask customer service what your own account is that your money is paid out to.")
    field = "account"


@deed
def change_seller(changes: SellerChanges, *, who: Actor, at: datetime) -> Seller:
    """Change the seller's details.

    Raises Invalid, NotAllowed; SignInAgain for another account, or AccountIsTheOperators.
    """
    who.must(Deed.CHANGE_SETTINGS)
    return write_seller(changes, who=who, at=at)


def write_seller(changes: SellerChanges, *, who: Actor, at: datetime) -> Seller:
    """Write the seller's details within the caller's transaction.

    Raises Invalid, SignInAgain; AccountIsTheOperators for another account of client money.
    """
    sellers = Seller.objects.select_for_update(of=("self",)).select_related("organization")
    seller = sellers.get(organization_id=who.organization_id)
    changed = put_seller(changes, seller)
    if not changed:
        return seller
    _numbers_must_fit(seller)
    happenings: list[Happening] = []
    if banking := changed & {"account", "bic"}:
        if seller.organization.in_custody:
            raise AccountIsTheOperators
        who.must_be_fresh()
        happenings.append(AccountChanged(ending=seller.account[-4:]))
    if others := changed - banking:
        happenings.append(SellerChanged(fields=" ".join(sorted(others))))
    seller.save(force_update=True)
    record_all([(seller.organization_id, each) for each in happenings], who=who, at=at)
    return seller


def _numbers_must_fit(seller: Seller) -> None:
    """Let a KID pass that has room for the numbers of invoices to come. Raises Invalid."""
    kid = agreed_kid(seller)
    if kid is None:
        return
    needed = digits_needed(kid, plan_of(SeriesKind.INVOICE, organization_id=seller.organization_id))
    if kid.length < needed:
        raise invalid("kid_length", "too_short", too_short(needed))


def put_seller(changes: SellerChanges, seller: Seller) -> set[str]:
    """Put details into the seller's row; return the names of those that are new. Raises Invalid."""
    rules = COUNTRIES[seller.country]
    changes = _in_plain_form(changes, rules)
    if errors := list(_errors(changes, rules)):
        raise Invalid(errors)
    if changes.account not in (None, seller.account):
        if changes.bic is None:
            changes = replace(changes, bic=_bic_of(changes.account))
        if changes.kid_algorithm is None:
            changes = replace(changes, kid_algorithm=Kid.NONE)
    changed = set()
    for field in fields(changes):
        value = getattr(changes, field.name)
        if value is not None and value != getattr(seller, field.name):
            setattr(seller, field.name, value)
            changed.add(field.name)
    if errors := list(kid_errors(seller)):
        raise Invalid(errors)
    return changed


def _in_plain_form(changes: SellerChanges, rules: CountryRules) -> SellerChanges:
    """Texts tidied, ids and accounts compact; what is none is left for `_errors` to name."""
    tidied: dict[str, Any] = {
        field.name: tidy(value)
        for field in fields(changes)
        if isinstance(value := getattr(changes, field.name), str)
    }
    if business_id := tidied.get("business_id"):
        tidied["business_id"] = rules.plain_business_id(business_id) or business_id
    if account := tidied.get("account"):
        tidied["account"] = rules.plain_account(account) or account
    if bic := tidied.get("bic"):
        tidied["bic"] = bic.replace(" ", "").upper()
    return replace(changes, **tidied)


def _errors(changes: SellerChanges, rules: CountryRules) -> Iterator[FieldError]:
    if changes.name is not None:
        yield from text_errors("name", changes.name, longest=100, required=True)
    for field, longest in _LONGEST.items():
        yield from text_errors(field, getattr(changes, field) or "", longest=longest)
    yield from email_errors("email", changes.email or "")
    if changes.language is not None and changes.language not in LANGUAGES:
        yield FieldError("language", "unknown", _("Choose one of the languages."))
    if changes.time_zone is not None and not is_zone(changes.time_zone):
        yield FieldError("time_zone", "unknown", _("Choose a time zone like Europe/Helsinki."))
    if changes.business_id and rules.plain_business_id(changes.business_id) is None:
        yield FieldError("business_id", "check_digit", rules.business_id.wrong)
    if changes.enterprise_register and not rules.enterprise_register_named:
        yield FieldError(
            "enterprise_register",
            "not_in_this_country",
            _("Documents of this country do not name the enterprise register."),
        )
    if changes.account and rules.plain_account(changes.account) is None:
        yield FieldError(
            "account", "check_digit", _("This is not an account number. Check its digits.")
        )
    if changes.bic and not _is_bic(changes.bic):
        yield FieldError("bic", "not_a_bic", _("A BIC has 8 or 11 letters and digits."))


def _is_bic(text: str) -> bool:
    try:
        return text.isascii() and bool(BIC(text))
    except SchwiftyException:
        return False


def _bic_of(account: str | None) -> str:
    """The BIC of the bank of an IBAN; empty for a domestic number or a bank not in the register."""
    if not account or not account[:2].isalpha():
        return ""
    return str(IBAN(account).bic or "")
