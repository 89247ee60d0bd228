"""From priced lines to net, tax and payable, group by group.

Tax is computed per group and never per line: the law has the base per rate and the tax on it
shown (VAT Directive 2006/112/EC art. 226 items 8-10; EN 16931 BG-23). Where prices include tax,
the gross is master: net = round(gross / (1 + rate)), tax = gross - net, because about every fifth
gross amount has no net whose rounded tax leads back to it (100.00 at 24 %).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from storno.money.currency import check_size
from storno.money.rounding import WIDE, round_half_away, round_ratio
from storno.money.shares import share_out
from storno.tax.category import TaxCategory


class GroupKey(NamedTuple):
    """What the lines of a group have in common; rate is a percentage."""

    category: TaxCategory
    rate: Decimal
    includes_tax: bool


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line as the breakdown sees it.

    `amount_minor` is the line amount after discount in the line's own pricing: gross where
    `includes_tax`, else net. `rate` is a percentage, and zero in a category without tax.
    """

    amount_minor: int
    includes_tax: bool
    category: TaxCategory
    rate: Decimal

    def __post_init__(self) -> None:
        if not (self.rate.is_finite() and 0 <= self.rate <= 100):
            raise ValueError(f"{self.rate} is not a tax rate")
        if self.rate and not self.category.bears_tax:
            raise ValueError(f"the category {self.category} bears no tax, not {self.rate} %")

    @property
    def key(self) -> GroupKey:
        """The group to which the line belongs."""
        return GroupKey(self.category, self.rate, self.includes_tax)


@dataclass(frozen=True, slots=True)
class TaxGroup:
    """The net amount and the tax of all lines of one category, rate and kind of price."""

    key: GroupKey
    net_minor: int
    tax_minor: int

    @property
    def category(self) -> TaxCategory:
        """BT-118."""
        return self.key.category

    @property
    def rate(self) -> Decimal:
        """The percentage, BT-119."""
        return self.key.rate

    @property
    def includes_tax(self) -> bool:
        """Whether the prices of the lines include tax."""
        return self.key.includes_tax

    @property
    def gross_minor(self) -> int:
        """Net and tax together."""
        return self.net_minor + self.tax_minor

    @property
    def basis_minor(self) -> int:
        """The sum of the lines in their own pricing: what caps the credits of the group."""
        return self.gross_minor if self.includes_tax else self.net_minor


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The groups, in the order in which the lines first name them, and the net of each line."""

    groups: tuple[TaxGroup, ...]
    line_nets: tuple[int, ...]

    @property
    def net_minor(self) -> int:
        """Total without tax, BT-109; equal to the sum of the line nets."""
        return sum(group.net_minor for group in self.groups)

    @property
    def tax_minor(self) -> int:
        """Total tax, BT-110."""
        return sum(group.tax_minor for group in self.groups)

    @property
    def payable_minor(self) -> int:
        """Total with tax, BT-112."""
        return self.net_minor + self.tax_minor


def line_amount(
    *, quantity: Decimal, unit_price: Decimal, discount_percent: Decimal, exponent: int = 2
) -> int:
    """Quantity × unit price less the discount, in minor units, rounded once.

    The price is in the major unit and may have more decimals than the currency.
    Raises AmountTooLarge, and ValueError for what is no number or a discount outside 0-100.
    """
    if not (quantity.is_finite() and unit_price.is_finite() and discount_percent.is_finite()):
        raise ValueError("quantity, price and discount must be numbers")
    if not 0 <= discount_percent <= 100:
        raise ValueError(f"a discount of {discount_percent} % is outside 0-100")
    share = WIDE.subtract(Decimal(100), discount_percent).scaleb(-2, WIDE)
    amount = WIDE.multiply(WIDE.multiply(quantity, unit_price), share)
    check_size(amount, exponent)
    return round_half_away(amount.scaleb(exponent, WIDE))


def break_down(lines: Sequence[PricedLine]) -> Breakdown:
    """The groups and line nets of an invoice, or of any set of lines that stands alone.

    Net-priced: tax = round(net × rate). Gross-priced: net = round(gross / (1 + rate)), the tax is
    the rest, and the line nets share the group's net by the largest remainder.
    """
    return by_group(lines, _group)


def by_group(lines: Sequence[PricedLine], form: Callable[[GroupKey, int], TaxGroup]) -> Breakdown:
    """Gather the lines into groups, `form` each from its sum, and share out its net.

    The sum handed to `form` is in the pricing of the group, and so is that of the group it returns.
    """
    positions: dict[GroupKey, list[int]] = {}
    for place, line in enumerate(lines):
        positions.setdefault(line.key, []).append(place)
    groups: list[TaxGroup] = []
    line_nets = [0] * len(lines)
    for key, members in positions.items():
        amounts = [lines[place].amount_minor for place in members]
        group = form(key, sum(amounts))
        groups.append(group)
        for place, line_net in zip(members, _spread_net(group, amounts), strict=True):
            line_nets[place] = line_net
    return Breakdown(tuple(groups), tuple(line_nets))


def tax_on_net(net_minor: int, rate: Decimal) -> int:
    """The tax on top of a net amount."""
    numerator, denominator = rate.as_integer_ratio()
    return round_ratio(net_minor * numerator, 100 * denominator)


def net_of_gross(gross_minor: int, rate: Decimal) -> int:
    """The net amount inside a gross amount; the tax is the rest."""
    numerator, denominator = rate.as_integer_ratio()
    return round_ratio(gross_minor * 100 * denominator, 100 * denominator + numerator)


def _group(key: GroupKey, basis: int) -> TaxGroup:
    """The group of an invoice whose lines add up to `basis`."""
    if key.includes_tax:
        net = net_of_gross(basis, key.rate)
        return TaxGroup(key, net, basis - net)
    return TaxGroup(key, basis, tax_on_net(basis, key.rate))


def _spread_net(group: TaxGroup, amounts: Sequence[int]) -> tuple[int, ...]:
    """The nets of a group's lines: they add up to its net, each between zero and its amount.

    Lines against the sign of the sum (a rebate among sales) take the net of their own gross, the
    others share what then remains by the largest remainder.
    """
    if not group.includes_tax:
        return tuple(amounts)
    sign = -1 if sum(amounts) < 0 else 1
    nets = [net_of_gross(amount, group.rate) if sign * amount < 0 else 0 for amount in amounts]
    shares = share_out(group.net_minor - sum(nets), [max(sign * amount, 0) for amount in amounts])
    return tuple(net + share for net, share in zip(nets, shares, strict=True))
