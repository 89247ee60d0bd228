"""The two forms of an amount, there and back."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storno.money.currency import (
    LARGEST_MINOR,
    AmountTooLarge,
    Currency,
    NotWholeMinorUnits,
    UnknownCurrency,
    decimal_text,
    to_decimal,
    to_minor,
)

AMOUNTS = st.integers(min_value=-LARGEST_MINOR, max_value=LARGEST_MINOR)
CODES = st.sampled_from([currency.code for currency in Currency])


@pytest.mark.parametrize(
    ("amount", "minor"),
    [("12.30", 1230), ("12.3", 1230), ("12.300", 1230), ("-0.01", -1), ("1E+2", 10000), ("-0", 0)],
)
def test_amounts_become_minor_units(amount: str, minor: int) -> None:
    assert to_minor(Decimal(amount), "EUR") == minor


@pytest.mark.parametrize("amount", ["0.001", "12.345", "-1E-999999999", "NaN", "sNaN", "Infinity"])
def test_no_amount_is_rounded_in_silence(amount: str) -> None:
    with pytest.raises(NotWholeMinorUnits):
        to_minor(Decimal(amount), "EUR")


def test_the_largest_amount_is_a_trillion() -> None:
    largest = Decimal("1000000000000.00")
    assert to_minor(largest, "NOK") == LARGEST_MINOR
    assert to_minor(-largest, "NOK") == -LARGEST_MINOR
    for amount in (largest + Decimal("0.01"), -largest - Decimal("0.01"), Decimal("1E+999999999")):
        with pytest.raises(AmountTooLarge):
            to_minor(amount, "NOK")


def test_ten_thousand_largest_amounts_with_tax_fit_64_bits() -> None:
    assert 10_000 * (LARGEST_MINOR + LARGEST_MINOR * 255 // 1000) < 2**63


@given(AMOUNTS, CODES)
def test_minor_units_survive_the_way_out_and_back(minor: int, code: str) -> None:
    assert to_minor(to_decimal(minor, code), code) == minor
    assert to_minor(Decimal(decimal_text(minor, code)), code) == minor


def test_the_context_of_the_thread_does_not_matter() -> None:
    with localcontext() as context:
        context.prec = 3
        assert to_decimal(123456789, "EUR") == Decimal("1234567.89")
        assert to_minor(Decimal("1234567.89"), "EUR") == 123456789


@pytest.mark.parametrize(
    ("minor", "text"),
    [(-1230, "-12.30"), (0, "0.00"), (5, "0.05"), (-5, "-0.05"), (123456789, "1234567.89")],
)
def test_text_has_always_two_decimals_and_no_grouping(minor: int, text: str) -> None:
    assert decimal_text(minor) == text
    assert decimal_text(minor, "SEK") == text


@given(st.integers())
def test_text_is_exact_at_any_size(minor: int) -> None:
    whole, cents = divmod(abs(minor), 100)
    assert decimal_text(minor) == f"{'-' if minor < 0 else ''}{whole}.{cents:02}"


def test_the_currencies_are_known_by_their_codes() -> None:
    assert [(currency.code, currency.exponent) for currency in Currency] == [
        ("EUR", 2),
        ("NOK", 2),
        ("SEK", 2),
        ("DKK", 2),
    ]
    assert Currency("NOK") is Currency.NOK


@pytest.mark.parametrize("code", ["USD", "eur", "", "EURO"])
def test_another_currency_is_refused_by_name(code: str) -> None:
    with pytest.raises(UnknownCurrency) as by_name:
        Currency(code)
    assert by_name.value.code == code
    with pytest.raises(UnknownCurrency):
        to_minor(Decimal(1), code)
    with pytest.raises(UnknownCurrency):
        to_decimal(1, code)
    with pytest.raises(UnknownCurrency):
        decimal_text(1, code)
