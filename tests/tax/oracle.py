"""Tax by the definitions, in exact fractions and without the code under test."""

from decimal import Decimal
from fractions import Fraction
from math import floor

from hypothesis import strategies as st

from storno.tax.breakdown import PricedLine
from storno.tax.category import TaxCategory

TAXED = [
    Decimal(rate) for rate in ("25.5", "25", "24", "15", "14", "13.5", "12", "11.11", "10", "6")
]
UNTAXED = [category for category in TaxCategory if category is not TaxCategory.STANDARD]


def nearest(value: Fraction) -> int:
    """The nearest whole number, ties away from zero."""
    size = floor(abs(value) + Fraction(1, 2))
    return size if value >= 0 else -size


def factor(rate: Decimal) -> Fraction:
    """The percentage as a fraction of one."""
    return Fraction(rate) / 100


def standard(amount_minor: int, rate: str = "25.5", *, includes_tax: bool = False) -> PricedLine:
    return PricedLine(amount_minor, includes_tax, TaxCategory.STANDARD, Decimal(rate))


def lines(amounts: st.SearchStrategy[int]) -> st.SearchStrategy[PricedLine]:
    """Any line a member could write with one of the amounts."""
    taxed = st.builds(
        PricedLine,
        amounts,
        st.booleans(),
        st.just(TaxCategory.STANDARD),
        st.sampled_from(TAXED),
    )
    untaxed = st.builds(
        PricedLine, amounts, st.booleans(), st.sampled_from(UNTAXED), st.just(Decimal(0))
    )
    return taxed | untaxed
