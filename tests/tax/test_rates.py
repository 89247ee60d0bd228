"""The rates on the days on which they change, and on the days before."""

from datetime import date
from decimal import Decimal

import pytest

from storno.tax.rates import (
    NoRateKnown,
    UnknownCountry,
    is_in_force,
    rates_in_force,
    standard_rate,
)


@pytest.mark.parametrize(
    ("country", "on", "rates"),
    [
        ("FI", date(2013, 1, 1), ("24", "14", "10")),
        ("FI", date(2024, 8, 31), ("24", "14", "10")),
        ("FI", date(2024, 9, 1), ("25.5", "14", "10")),
        ("FI", date(2025, 1, 1), ("25.5", "14", "10")),
        ("FI", date(2025, 12, 31), ("25.5", "14", "10")),
        ("FI", date(2026, 1, 1), ("25.5", "13.5", "10")),
        ("FI", date(2030, 6, 30), ("25.5", "13.5", "10")),
        ("NO", date(2013, 1, 1), ("25", "15", "8")),
        ("NO", date(2015, 12, 31), ("25", "15", "8")),
        ("NO", date(2016, 1, 1), ("25", "15", "10")),
        ("NO", date(2017, 12, 31), ("25", "15", "10")),
        ("NO", date(2018, 1, 1), ("25", "15", "12")),
        ("NO", date(2020, 3, 31), ("25", "15", "12")),
        ("NO", date(2020, 4, 1), ("25", "15", "6")),
        ("NO", date(2021, 9, 30), ("25", "15", "6")),
        ("NO", date(2021, 10, 1), ("25", "15", "12")),
        ("NO", date(2026, 11, 22), ("25", "15", "12")),
    ],
)
def test_the_rates_of_a_day(country: str, on: date, rates: tuple[str, ...]) -> None:
    assert rates_in_force(country, on) == tuple(Decimal(rate) for rate in rates)
    assert standard_rate(country, on) == Decimal(rates[0])


def test_the_reduced_rate_of_an_old_invoice_is_in_force_on_its_day_only() -> None:
    assert is_in_force("FI", Decimal(14), date(2025, 12, 30))
    assert not is_in_force("FI", Decimal(14), date(2026, 1, 2))
    assert not is_in_force("FI", Decimal("13.5"), date(2025, 12, 30))
    assert is_in_force("FI", Decimal("13.50"), date(2026, 1, 2))


def test_zero_is_a_category_and_no_rate() -> None:
    assert not is_in_force("FI", Decimal(0), date(2026, 1, 1))


@pytest.mark.parametrize("country", ["FI", "NO"])
def test_a_day_before_the_table_has_no_rate(country: str) -> None:
    with pytest.raises(NoRateKnown) as refusal:
        standard_rate(country, date(2012, 12, 31))
    assert (refusal.value.country, refusal.value.on) == (country, date(2012, 12, 31))


@pytest.mark.parametrize("country", ["SE", "fi", ""])
def test_another_country_is_unknown(country: str) -> None:
    with pytest.raises(UnknownCountry) as refusal:
        is_in_force(country, Decimal(25), date(2026, 1, 1))
    assert refusal.value.country == country
