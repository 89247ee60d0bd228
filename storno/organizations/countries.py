"""What differs from country to country, as data. A further country is a further entry."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from stdnum.fi import ytunnus
from stdnum.no import orgnr


@dataclass(frozen=True, slots=True)
class Terms:
    """Days to pay: what may be chosen freely, and how far both sides may agree otherwise."""

    shortest: int
    longest: int
    longest_agreed: int
    warn_above: int


@dataclass(frozen=True, slots=True)
class CountryRules:
    """The rules of one country.

    `retention_years` run from the end of the calendar year of issue (KPL 2:10; bokføringsloven
    § 13). `person_terms` and `company_terms` bound the days to pay. `address_needed`: the seller's
    and buyer's addresses are mandatory (AVL 209 e §; in Norway the buyer's number will do).
    """

    code: str
    currency: str
    time_zone: str
    languages: tuple[str, ...]
    retention_years: int
    person_terms: Terms
    company_terms: Terms
    is_business_id: Callable[[str], bool]
    plain_business_id: Callable[[str], str]
    tax_id: Callable[[str], str]
    address_needed: bool
    enterprise_register_named: bool

    def retain_until(self, issued_on: date) -> date:
        """The last day on which a document of this day must still be kept."""
        return date(issued_on.year + self.retention_years, 12, 31)


def _finnish_vat_id(business_id: str) -> str:
    return "FI" + business_id.replace("-", "")


COUNTRIES: dict[str, CountryRules] = {
    "FI": CountryRules(
        code="FI",
        currency="EUR",
        time_zone="Europe/Helsinki",
        languages=("fi", "en", "nb"),
        retention_years=6,
        person_terms=Terms(shortest=14, longest=90, longest_agreed=365, warn_above=90),
        company_terms=Terms(shortest=1, longest=30, longest_agreed=90, warn_above=60),
        is_business_id=ytunnus.is_valid,
        plain_business_id=lambda text: ytunnus.format(text),
        tax_id=_finnish_vat_id,
        address_needed=True,
        enterprise_register_named=False,
    ),
    "NO": CountryRules(
        code="NO",
        currency="NOK",
        time_zone="Europe/Oslo",
        languages=("nb", "en", "fi"),
        retention_years=5,
        person_terms=Terms(shortest=0, longest=90, longest_agreed=365, warn_above=90),
        company_terms=Terms(shortest=0, longest=30, longest_agreed=90, warn_above=60),
        is_business_id=orgnr.is_valid,
        plain_business_id=lambda text: orgnr.compact(text),
        tax_id=lambda business_id: f"{business_id} MVA",
        address_needed=False,
        enterprise_register_named=True,
    ),
}
