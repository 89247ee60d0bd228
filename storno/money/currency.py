"""Currencies, and the two forms of an amount: whole minor units inside, decimals at the doors."""

from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import Self

from storno.money.rounding import WIDE

LARGEST_MINOR = 10**14
"""The largest amount let in from outside, in minor units: one trillion of euros or crowns.

Ten thousand such amounts together with their tax still fit a 64-bit column of the database.
"""


class UnknownCurrency(ValueError):
    """The code names no currency that Storno keeps accounts in."""

    def __init__(self, code: object) -> None:
        super().__init__(f"{code!r} is not one of {', '.join(Currency)}")
        self.code = code


class NotWholeMinorUnits(ValueError):
    """The amount is no number of whole cents or øre, and is never rounded in silence."""


class AmountTooLarge(ValueError):
    """The amount is beyond `LARGEST_MINOR` in size."""


class Currency(StrEnum):
    """A currency by its ISO 4217 code. `Currency(code)` raises UnknownCurrency."""

    EUR = "EUR"
    NOK = "NOK"
    SEK = "SEK"
    DKK = "DKK"

    @property
    def code(self) -> str:
        """The three letters of ISO 4217."""
        return self.value

    @property
    def exponent(self) -> int:
        """The decimal places of the minor unit by ISO 4217: two for each of these."""
        return 2

    @classmethod
    def _missing_(cls, value: object) -> Self:
        raise UnknownCurrency(value)


def to_minor(amount: Decimal, currency: str) -> int:
    """An amount of the major unit (12.30) as whole minor units (1230).

    Raises NotWholeMinorUnits for more decimals than the currency has and for what is no number,
    AmountTooLarge beyond `LARGEST_MINOR`, UnknownCurrency.
    """
    exponent = Currency(currency).exponent
    if not amount.is_finite():
        raise NotWholeMinorUnits(f"{amount} is not a number")
    check_size(amount, exponent)
    whole = amount.quantize(Decimal(f"1E-{exponent}"), rounding=ROUND_DOWN, context=WIDE)
    if whole != amount:
        raise NotWholeMinorUnits(f"{amount} has more than {exponent} decimals")
    return int(whole.scaleb(exponent, WIDE))


def check_size(amount: Decimal, exponent: int) -> None:
    """Let an amount of the major unit pass, or raise AmountTooLarge."""
    if not amount.is_finite() or amount.copy_abs() > Decimal(f"{LARGEST_MINOR}E-{exponent}"):
        raise AmountTooLarge("the amount is too large")


def to_decimal(minor: int, currency: str) -> Decimal:
    """Minor units (1230) as an exact amount of the major unit (12.30). Raises UnknownCurrency."""
    return Decimal(f"{minor}E-{Currency(currency).exponent}")


def decimal_text(minor: int, currency: str = "EUR") -> str:
    """Minor units as the plain text of the API and of data files: "-12.30", without grouping.

    Always with all the decimals of the currency. Raises UnknownCurrency.
    """
    return f"{to_decimal(minor, currency):f}"
