"""The tax of credit notes: cumulative, so that all credits together equal the invoice to the cent.

Rounding each credit note alone goes astray: three lines of 10.10 at 25.5 % bear 7.73 together, but
2.58 each. Therefore the tax of a credit is what the credits up to and including it bear together,
less what the earlier ones took; the last takes what is left.
"""

from collections.abc import Sequence

from storno.money.currency import decimal_text
from storno.money.rounding import round_ratio
from storno.tax.breakdown import (
    Breakdown,
    GroupKey,
    PricedLine,
    TaxGroup,
    by_group,
    tax_on_net,
)


class MoreThanLeft(ValueError):
    """A credit would take more from a tax group than the invoice and earlier credits leave.

    Amounts in minor units and in the pricing of the group (`TaxGroup.basis_minor`).
    """

    def __init__(self, key: GroupKey, asked_minor: int, left_minor: int) -> None:
        pricing = "with tax" if key.includes_tax else "without tax"
        super().__init__(
            f"{decimal_text(asked_minor)} asked of the group {key.category} {key.rate} % "
            f"({pricing}), {decimal_text(left_minor)} left"
        )
        self.key = key
        self.asked_minor = asked_minor
        self.left_minor = left_minor


def credit_groups(
    lines: Sequence[PricedLine], *, original: Sequence[TaxGroup], credited: Sequence[TaxGroup]
) -> Breakdown:
    """The groups and line nets of a credit note over `lines` (the amounts credited now).

    `original` are the invoice's groups as stored (never computed again), `credited` those of its
    earlier credit notes; several of one key are added up. Net-priced: tax = round(all bases so far
    × rate) - tax credited before. Gross-priced: tax = round(all gross so far × tax / gross of the
    invoice) - tax credited before. The credit that exhausts a group takes the rest of its tax.
    Neither net nor tax ever leaves what is left of them, whatever the history.

    Raises MoreThanLeft for a group beyond its original, or that the original lacks.
    """

    def residual(key: GroupKey, asked: int) -> TaxGroup:
        return _credit_group(asked, _total(key, original), _total(key, credited))

    return by_group(lines, residual)


def _total(key: GroupKey, groups: Sequence[TaxGroup]) -> TaxGroup:
    """The sum of the groups of one key; nothing where there are none."""
    same = [group for group in groups if group.key == key]
    return TaxGroup(
        key, sum(group.net_minor for group in same), sum(group.tax_minor for group in same)
    )


def _credit_group(asked: int, original: TaxGroup, credited: TaxGroup) -> TaxGroup:
    """What a credit of `asked` takes of a group; a group of rebates mirrors one of sales."""
    key = original.key
    sign = -1 if original.basis_minor < 0 else 1
    basis = sign * asked
    basis_left = sign * (original.basis_minor - credited.basis_minor)
    net_left = sign * (original.net_minor - credited.net_minor)
    tax_left = sign * (original.tax_minor - credited.tax_minor)
    if not 0 <= basis <= basis_left or net_left < 0 or tax_left < 0:
        raise MoreThanLeft(key, asked, sign * basis_left)
    if basis == basis_left:
        tax = tax_left
    else:
        due = sign * (_tax_so_far(credited.basis_minor + asked, original) - credited.tax_minor)
        # Tax inside the price cannot be more than the price, whatever earlier credits left out.
        tax = min(max(due, 0), tax_left, basis if key.includes_tax else tax_left)
    return TaxGroup(key, sign * (basis - tax if key.includes_tax else basis), sign * tax)


def _tax_so_far(basis: int, original: TaxGroup) -> int:
    """The tax on the part of a group that all credits together take."""
    if original.includes_tax:
        return round_ratio(basis * original.tax_minor, original.basis_minor)
    return tax_on_net(basis, original.rate)
