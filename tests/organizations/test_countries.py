"""Business ids, accounts and days to pay, country by country."""

from datetime import date
from typing import Any

import pytest

from storno.organizations.countries import COUNTRIES
from storno.organizations.terms import term_errors


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("FI", "2077474-0", "2077474-0"),
        ("FI", "20774740", "2077474-0"),
        ("FI", " fi 2077474-0 ", "2077474-0"),
        ("FI", "2077474-1", None),
        ("FI", "974760673", None),
        ("FI", "2077474\x000", None),
        ("FI", "🙂", None),
        ("FI", "", None),
        ("FI", "2" * 5000, None),
        ("NO", "974 760 673", "974760673"),
        ("NO", "NO 974 760 673 MVA", "974760673"),
        ("NO", "974760673MVA", "974760673"),
        ("NO", "974760674", None),
        ("NO", "٩٧٤٧٦٠٦٧٣", None),
        ("NO", "2077474-0", None),
    ],
)
def test_business_ids(country: str, typed: str, kept: str | None) -> None:
    assert COUNTRIES[country].plain_business_id(typed) == kept


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("FI", "FI21 1234 5600 0007 85", "FI2112345600000785"),
        ("FI", "fi2112345600000785", "FI2112345600000785"),
        ("FI", "LT12 1000 0111 0100 1000", "LT121000011101001000"),
        ("FI", "FI42 5000 1510 0000 23", "FI4250001510000023"),
        ("FI", "FI21 1234 5600 0007 86", None),
        ("FI", "8601 11 17947", None),
        ("FI", "FI２112345600000785", None),
        ("FI", "FI21\x00", None),
        ("FI", "XX00", None),
        ("FI", "", None),
        ("NO", "8601 11 17947", "86011117947"),
        ("NO", "8601.11.17947", "86011117947"),
        ("NO", "NO93 8601 1117 947", "86011117947"),
        ("NO", "FI2112345600000785", "FI2112345600000785"),
        ("NO", "8601 11 17948", None),
        ("NO", "NO93 8601 1117 948", None),
        ("NO", "٨٦٠١١١١٧٩٤٧", None),
    ],
)
def test_accounts(country: str, typed: str, kept: str | None) -> None:
    assert COUNTRIES[country].plain_account(typed) == kept


def test_tax_ids() -> None:
    assert COUNTRIES["FI"].tax_id("2077474-0") == "FI20774740"
    assert COUNTRIES["NO"].tax_id("974760673") == "974760673 MVA"


def test_ids_are_written_as_their_country_does() -> None:
    assert COUNTRIES["FI"].written("2077474-0") == "2077474-0"
    assert COUNTRIES["FI"].written("FI20774740") == "FI20774740"
    assert COUNTRIES["NO"].written("974760673") == "974 760 673"
    assert COUNTRIES["NO"].written("974760673 MVA") == "974 760 673 MVA"
    assert COUNTRIES["NO"].written("") == ""


def test_documents_are_kept_from_the_end_of_their_year() -> None:
    assert COUNTRIES["FI"].retain_until(date(2026, 1, 1)) == date(2032, 12, 31)
    assert COUNTRIES["NO"].retain_until(date(2026, 12, 31)) == date(2031, 12, 31)


@pytest.mark.parametrize(
    ("country", "company", "agreed", "days", "code"),
    [
        ("FI", False, False, 14, None),
        ("FI", False, False, 90, None),
        ("FI", False, False, 13, "term_needs_agreement"),
        ("FI", False, False, 91, "term_needs_agreement"),
        ("FI", False, True, 0, None),
        ("FI", False, True, 365, None),
        ("FI", False, True, 366, "out_of_range"),
        ("FI", True, False, 1, None),
        ("FI", True, False, 30, None),
        ("FI", True, False, 31, "term_needs_agreement"),
        ("FI", True, True, 90, None),
        ("FI", True, True, 91, "out_of_range"),
        ("NO", True, False, 0, None),
        ("NO", False, False, -1, "out_of_range"),
        ("NO", False, True, 10**30, "out_of_range"),
    ],
)
def test_days_to_pay(
    country: str, company: bool, agreed: bool, days: int, code: str | None
) -> None:
    rules: Any = COUNTRIES[country]
    terms = rules.company_terms if company else rules.person_terms
    errors = list(term_errors("term_days", days, agreed=agreed, terms=terms))
    assert [(error.field, error.code) for error in errors] == (
        [("term_days", code)] if code else []
    )
