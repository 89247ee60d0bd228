"""Splitting what a client paid: VAT, income tax and fee are set aside, the rest is payable. Pure.

Each share is a function of how much of the claim is paid by now, less what was set aside before: so
payments in parts add up to what one payment would have given, and the last takes the rounding. A
share of a payment of few cents may be a cent below nothing; the sum is always exact.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from decimal import Decimal

from storno.money.rounding import round_half_away, round_ratio


@dataclass(frozen=True, slots=True)
class Rates:
    """What is taken, in percent: income tax and fee of the net, VAT of the fee.

    `less_fee`: income tax is reckoned of the net less the fee.
    """

    withholding: Decimal
    fee: Decimal
    fee_vat: Decimal
    less_fee: bool = False


@dataclass(frozen=True, slots=True)
class Shares:
    """What becomes of a payment, in minor units."""

    vat_minor: int = 0
    prepayment_minor: int = 0
    fee_minor: int = 0
    fee_vat_minor: int = 0
    payable_minor: int = 0

    @property
    def total_minor(self) -> int:
        """The payment as far as it met the claim."""
        return self.set_aside_minor + self.payable_minor

    @property
    def set_aside_minor(self) -> int:
        """All that is not payable."""
        return self.withheld_minor + self.fee_minor + self.fee_vat_minor

    @property
    def withheld_minor(self) -> int:
        """What is kept for the tax office."""
        return self.vat_minor + self.prepayment_minor

    def plus(self, other: "Shares") -> "Shares":
        """Both together."""
        return Shares(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def minus(self, other: "Shares") -> "Shares":
        """What is left without the other."""
        return Shares(*(a - b for a, b in zip(astuple(self), astuple(other), strict=True)))


def add_up(shares: Iterable[Shares]) -> Shares:
    """All together."""
    total = Shares()
    for each in shares:
        total = total.plus(each)
    return total


def shares_of(paid_minor: int, *, gross_minor: int, tax_minor: int, rates: Rates) -> Shares:
    """What becomes of the first `paid_minor` of a claim of `gross_minor` with its VAT."""
    assert 0 <= paid_minor <= gross_minor, "no more is split than is claimed"
    vat = round_ratio(tax_minor * paid_minor, gross_minor) if gross_minor else 0
    net = paid_minor - vat
    fee = _percent(net, rates.fee)
    fee_vat = _percent(fee, rates.fee_vat)
    prepayment = _percent(net - fee if rates.less_fee else net, rates.withholding)
    return Shares(vat, prepayment, fee, fee_vat, net - prepayment - fee - fee_vat)


def _percent(minor: int, percent: Decimal) -> int:
    return round_half_away(minor * percent / 100)
