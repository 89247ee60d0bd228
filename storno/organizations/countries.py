"""What differs from country to country, as data. A further country is a further entry."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from stdnum.fi import ytunnus
from stdnum.no import kontonr, mva, orgnr

from storno.core.refusals import Words

LANGUAGES = ("en", "fi", "nb")
"""What pages, papers and letters are written in."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Days to pay: what may be chosen freely, and how far both sides may agree otherwise."""

    shortest: int
    longest: int
    longest_agreed: int
    warn_above: int


@dataclass(frozen=True, slots=True)
class IdWords:
    """How a country calls its business id: by a field, where it is missing, where it is none."""

    label: Words
    missing: Words
    wrong: Words


@dataclass(frozen=True, slots=True)
class CountryRules:
    """The rules of one country.

    `retention_years` run from the end of the calendar year of issue (KPL 2:10; bokføringsloven
    § 13). `booking_years`, from the end of the year, is how long booked hours are documented, held
    or not (bokføringsforskriften § 5-15); 0 where no law asks for it. `person_terms` and
    `company_terms` bound the days to pay. `address_needed`: the seller's and buyer's addresses are
    mandatory (AVL 209 e §; in Norway the buyer's number will do).
    `kid_used`: payments to its accounts may carry a KID.
    `zero_rate_explained`: a sale at 0 % must say on what ground (AVL 209 e §, as for exemption; in
    Norway it is only summed apart, bokføringsforskriften § 5-1-5).
    `plain_business_id` and `plain_account` give the form in which they are kept, or None for what
    is none: the check digits are wrong. `written` makes of a kept business id or tax id what people
    of the country read on papers; `account_label` is what the field of the account is called.
    """

    code: str
    currency: str
    time_zone: str
    languages: tuple[str, ...]
    retention_years: int
    booking_years: int
    person_terms: Terms
    company_terms: Terms
    plain_business_id: Callable[[str], str | None]
    plain_account: Callable[[str], str | None]
    tax_id: Callable[[str], str]
    written: Callable[[str], str]
    business_id: IdWords
    account_label: Words
    address_needed: bool
    zero_rate_explained: bool
    enterprise_register_named: bool
    kid_used: bool

    def retain_until(self, issued_on: date) -> date:
        """The last day on which a document of this day must still be kept."""
        return date(issued_on.year + self.retention_years, 12, 31)

    def booking_until(self, booked_on: date) -> date | None:
        """The last day on which a booking of this day is documented; None where no law asks."""
        return date(booked_on.year + self.booking_years, 12, 31) if self.booking_years else None


def _finnish_business_id(text: str) -> str | None:
    """1234567-8, also from a VAT id (FI12345678)."""
    return str(ytunnus.format(text)) if ytunnus.is_valid(text) else None


def _norwegian_business_id(text: str) -> str | None:
    """Nine digits, also from what stands on Norwegian papers (NO 123 456 785 MVA)."""
    if orgnr.is_valid(text):
        return str(orgnr.compact(text))
    if mva.is_valid(text):
        return str(mva.compact(text)).removesuffix("MVA")
    return None


def _in_threes(number: str) -> str:
    """974 760 673, with MVA after it where that belongs to it."""
    return f"{number[:3]} {number[3:6]} {number[6:]}".strip()


def _norwegian_account(text: str) -> str | None:
    """Eleven digits for an account in Norway, however it is written; a foreign one as its IBAN."""
    iban = plain_iban(text)
    if iban is not None and not iban.startswith("NO"):
        return iban
    number = iban[4:] if iban is not None else text
    return str(kontonr.compact(number)) if number.isascii() and kontonr.is_valid(number) else None


def plain_iban(text: str) -> str | None:
    """An IBAN without blanks, its form and check digits right (ISO 13616); else None.

    Domestic check digits are not asked for: banks have issued accounts that lack them.
    """
    try:
        return str(IBAN(text).compact) if text.isascii() else None
    except SchwiftyException:
        return None


def _finnish_vat_id(business_id: str) -> str:
    return "FI" + business_id.replace("-", "")


COUNTRIES: dict[str, CountryRules] = {
    "FI": CountryRules(
        code="FI",
        currency="EUR",
        time_zone="Europe/Helsinki",
        languages=("fi", "en", "nb"),
        retention_years=6,
        booking_years=0,
        person_terms=Terms(shortest=14, longest=90, longest_agreed=365, warn_above=90),
        company_terms=Terms(shortest=1, longest=30, longest_agreed=90, warn_above=60),
        plain_business_id=_finnish_business_id,
        plain_account=plain_iban,
        tax_id=_finnish_vat_id,
        written=str,
        business_id=IdWords(
            label=_("Business id"),
            missing=_("Your business id is missing."),
            wrong=_("This is not a business id. Check its digits."),
        ),
        account_label=_("Account (IBAN)"),
        address_needed=True,
        zero_rate_explained=True,
        enterprise_register_named=False,
        kid_used=False,
    ),
    "NO": CountryRules(
        code="NO",
        currency="NOK",
        time_zone="Europe/Oslo",
        languages=("nb", "en", "fi"),
        retention_years=5,
        booking_years=5,
        person_terms=Terms(shortest=0, longest=90, longest_agreed=365, warn_above=90),
        company_terms=Terms(shortest=0, longest=30, longest_agreed=90, warn_above=60),
        plain_business_id=_norwegian_business_id,
        plain_account=_norwegian_account,
        tax_id=lambda business_id: f"{business_id} MVA",
        written=_in_threes,
        business_id=IdWords(
            label=_("Organization number"),
            missing=_("Your organization number is missing."),
            wrong=_("This is not an organization number. Check its digits."),
        ),
        account_label=_("Account number"),
        address_needed=False,
        zero_rate_explained=False,
        enterprise_register_named=True,
        kid_used=True,
    ),
}
