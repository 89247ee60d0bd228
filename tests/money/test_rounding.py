"""Half away from zero, against the definition in exact fractions."""

from decimal import Decimal, localcontext
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storno.money.rounding import round_half_away, round_ratio


def by_definition(value: Fraction) -> int:
    size = floor(abs(value) + Fraction(1, 2))
    return size if value >= 0 else -size


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        ("0.5", 1),
        ("-0.5", -1),
        ("1.5", 2),
        ("2.5", 3),
        ("-2.5", -3),
        ("16.5", 17),
        ("0.49999999999999999999999999999999999999", 0),
        ("-0.49", 0),
        ("0", 0),
        ("7", 7),
        ("1E+3", 1000),
    ],
)
def test_a_tie_goes_away_from_zero(value: str, rounded: int) -> None:
    assert round_half_away(Decimal(value)) == rounded


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40))
def test_decimals_round_as_the_definition_says(value: Decimal) -> None:
    assert round_half_away(value) == by_definition(Fraction(value))


def test_the_context_of_the_thread_does_not_matter() -> None:
    with localcontext() as context:
        context.prec = 3
        assert round_half_away(Decimal("123456789012345678901234567890.5")) == (
            123456789012345678901234567891
        )


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_not_rounded(value: str) -> None:
    with pytest.raises((ValueError, OverflowError)):
        round_half_away(Decimal(value))


@given(st.integers(), st.integers().filter(bool))
def test_ratios_round_as_the_definition_says(numerator: int, denominator: int) -> None:
    rounded = round_ratio(numerator, denominator)
    assert rounded == by_definition(Fraction(numerator, denominator))
    assert round_ratio(-numerator, denominator) == -rounded


def test_nothing_is_divided_by_zero() -> None:
    with pytest.raises(ZeroDivisionError):
        round_ratio(1, 0)
