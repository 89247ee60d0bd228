"""Groups, taxes and line nets: worked figures first, then any lines against exact fractions."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storno.money.currency import LARGEST_MINOR, AmountTooLarge
from storno.tax.breakdown import (
    GroupKey,
    PricedLine,
    TaxGroup,
    break_down,
    line_amount,
    net_of_gross,
    tax_on_net,
)
from storno.tax.category import TaxCategory
from tests.tax.oracle import factor, lines, nearest, standard

AMOUNTS = st.integers(min_value=-(10**8), max_value=10**8) | st.integers(-20, 20)


def untaxed(amount_minor: int, category: TaxCategory) -> PricedLine:
    return PricedLine(amount_minor, False, category, Decimal(0))


def test_tax_is_of_the_group_and_not_of_the_line() -> None:
    """3 × 3.35 at 25.5 %: the lines alone would bear 0.85 × 3 = 2.55."""
    breakdown = break_down([standard(335)] * 3)
    assert (breakdown.net_minor, breakdown.tax_minor, breakdown.payable_minor) == (1005, 256, 1261)
    assert breakdown.line_nets == (335, 335, 335)


def test_gross_is_master_where_prices_include_tax() -> None:
    breakdown = break_down([standard(10000, includes_tax=True)])
    assert (breakdown.net_minor, breakdown.tax_minor, breakdown.payable_minor) == (
        7968,
        2032,
        10000,
    )


def test_an_invoice_over_three_rates() -> None:
    breakdown = break_down([standard(3030), standard(3333, "13.5"), standard(1554, "10")])
    assert [group.tax_minor for group in breakdown.groups] == [773, 450, 155]
    assert breakdown.payable_minor == 9295


def test_a_tie_goes_away_from_zero() -> None:
    assert break_down([standard(110, "15")]).tax_minor == 17
    assert break_down([standard(-110, "15")]).tax_minor == -17


def test_a_norwegian_invoice_with_an_exempt_deduction() -> None:
    breakdown = break_down(
        [standard(146050, "25"), standard(100, "15"), untaxed(-2500, TaxCategory.EXEMPT)]
    )
    assert [group.tax_minor for group in breakdown.groups] == [36513, 15, 0]
    assert breakdown.net_minor == 143650
    assert breakdown.tax_minor == 36528
    assert breakdown.payable_minor == 180178


def test_a_rebate_among_sales_lowers_the_base() -> None:
    """Lines of 2 800 and -1 500 and a charge of 25 at 25 %."""
    breakdown = break_down([standard(280000, "25"), standard(-150000, "25"), standard(2500, "25")])
    assert (breakdown.net_minor, breakdown.tax_minor, breakdown.payable_minor) == (
        132500,
        33125,
        165625,
    )


@pytest.mark.parametrize(
    ("net", "rate", "tax"),
    [
        (100000, "25.5", 25500),
        (12937, "7", 906),
        (6440, "19", 1224),
        (1212, "25", 303),
        (-5000, "13.5", -675),
        (1010, "25.5", 258),
        (8064, "24", 1935),
        (8065, "24", 1936),
    ],
)
def test_tax_on_known_nets(net: int, rate: str, tax: int) -> None:
    assert tax_on_net(net, Decimal(rate)) == tax


@pytest.mark.parametrize(
    ("rate", "unreachable"),
    [
        ("25", 2000),
        ("25.5", 2032),
        ("24", 1936),
        ("15", 1304),
        ("13.5", 1189),
        ("12", 1071),
        ("10", 909),
    ],
)
def test_many_gross_amounts_have_no_net_that_leads_to_them(rate: str, unreachable: int) -> None:
    """Of the first 10 000 cents: why gross must be master. Those that have a net, keep it."""
    percent = Decimal(rate)
    reached = {net + tax_on_net(net, percent): net for net in range(10001)}
    assert sum(gross not in reached for gross in range(1, 10001)) == unreachable
    for gross in range(1, 10001):
        assert gross not in reached or net_of_gross(gross, percent) == reached[gross]


def test_groups_stand_in_order_of_appearance_and_kinds_of_price_apart() -> None:
    mixed = [
        standard(100, "10"),
        untaxed(200, TaxCategory.ZERO),
        standard(300, "10", includes_tax=True),
        standard(400, "10.0"),
    ]
    breakdown = break_down(mixed)
    taxed = TaxCategory.STANDARD
    assert breakdown.groups == (
        TaxGroup(GroupKey(taxed, Decimal(10), False), 500, 50),
        TaxGroup(GroupKey(TaxCategory.ZERO, Decimal(0), False), 200, 0),
        TaxGroup(GroupKey(taxed, Decimal(10), True), 273, 27),
    )
    assert breakdown.line_nets == (100, 200, 273, 400)
    assert [group.basis_minor for group in breakdown.groups] == [500, 200, 300]
    assert [group.gross_minor for group in breakdown.groups] == [550, 200, 300]
    last = breakdown.groups[-1]
    assert (last.category, last.rate, last.includes_tax) == (taxed, Decimal(10), True)


def test_gross_lines_share_the_net_of_their_group_by_largest_remainder() -> None:
    """3 × 3.33 with 25.5 %: 9.99 holds 7.96 net, 2.65 apiece and one cent."""
    breakdown = break_down([standard(333, includes_tax=True)] * 3)
    assert breakdown.groups[0].net_minor == 796
    assert breakdown.line_nets == (266, 265, 265)


def test_a_gross_rebate_takes_the_net_of_its_own_gross() -> None:
    breakdown = break_down([standard(10000, includes_tax=True), standard(-1000, includes_tax=True)])
    assert breakdown.groups[0].net_minor == 7171
    assert breakdown.line_nets == (7968, -797)


def test_no_lines_make_nothing() -> None:
    breakdown = break_down([])
    assert (breakdown.groups, breakdown.line_nets, breakdown.payable_minor) == ((), (), 0)


@given(st.lists(lines(AMOUNTS), max_size=15))
def test_any_lines_agree_with_exact_fractions(priced: list[PricedLine]) -> None:
    breakdown = break_down(priced)
    assert len(breakdown.line_nets) == len(priced)
    assert sum(breakdown.line_nets) == breakdown.net_minor
    assert breakdown.payable_minor == breakdown.net_minor + breakdown.tax_minor
    assert [group.key for group in breakdown.groups] == list(
        dict.fromkeys(GroupKey(line.category, line.rate, line.includes_tax) for line in priced)
    )
    for group in breakdown.groups:
        pairs = [
            (line.amount_minor, net)
            for line, net in zip(priced, breakdown.line_nets, strict=True)
            if line.key == group.key
        ]
        basis = sum(amount for amount, _ in pairs)
        assert group.basis_minor == basis
        assert sum(net for _, net in pairs) == group.net_minor
        if group.includes_tax:
            assert group.net_minor == nearest(basis / (1 + factor(group.rate)))
            assert group.tax_minor == basis - group.net_minor
            assert all(min(0, amount) <= net <= max(0, amount) for amount, net in pairs)
        else:
            assert group.tax_minor == nearest(basis * factor(group.rate))
            assert all(amount == net for amount, net in pairs)


@given(st.lists(lines(AMOUNTS), max_size=8))
def test_a_mirrored_invoice_has_mirrored_totals(priced: list[PricedLine]) -> None:
    mirrored = break_down(
        [
            PricedLine(-line.amount_minor, line.includes_tax, line.category, line.rate)
            for line in priced
        ]
    )
    breakdown = break_down(priced)
    assert mirrored.net_minor == -breakdown.net_minor
    assert mirrored.tax_minor == -breakdown.tax_minor


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=10), st.sampled_from(["25.5", "13.5"]))
def test_line_nets_of_gross_prices_are_near_their_own(amounts: list[int], rate: str) -> None:
    breakdown = break_down([standard(amount, rate, includes_tax=True) for amount in amounts])
    for amount, net in zip(amounts, breakdown.line_nets, strict=True):
        assert abs(net - amount / (1 + factor(Decimal(rate)))) < 2


@pytest.mark.parametrize("category", [c for c in TaxCategory if c is not TaxCategory.STANDARD])
def test_a_category_without_tax_takes_no_rate(category: TaxCategory) -> None:
    with pytest.raises(ValueError, match="bears no tax"):
        PricedLine(100, False, category, Decimal("25.5"))


@pytest.mark.parametrize("rate", ["-1", "100.1", "NaN", "Infinity"])
def test_a_rate_is_a_percentage(rate: str) -> None:
    with pytest.raises(ValueError, match="is not a tax rate"):
        standard(100, rate)


@pytest.mark.parametrize(
    ("quantity", "price", "discount", "amount"),
    [
        ("1", "1000.00", "0", 100000),
        ("100", "0.1212", "0", 1212),
        ("3", "3.35", "0", 1005),
        ("-2", "25.00", "0", -5000),
        ("2.5", "79.99", "10", 17998),
        ("1", "0.05", "50", 3),
        ("-1", "0.05", "50", -3),
        ("1", "100", "100", 0),
        ("0", "100", "0", 0),
        ("0.333333", "300", "33.3", 6670),
    ],
)
def test_known_line_amounts(quantity: str, price: str, discount: str, amount: int) -> None:
    assert amount == line_amount(
        quantity=Decimal(quantity), unit_price=Decimal(price), discount_percent=Decimal(discount)
    )


def decimals(low: int, high: int, places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(low, high, places=places, allow_nan=False, allow_infinity=False)


@given(decimals(-(10**6), 10**6, 6), decimals(-(10**6), 10**6, 6), decimals(0, 100, 4))
def test_a_line_is_rounded_once(quantity: Decimal, price: Decimal, discount: Decimal) -> None:
    exact = Fraction(quantity) * Fraction(price) * (1 - factor(discount)) * 100
    assert nearest(exact) == line_amount(
        quantity=quantity, unit_price=price, discount_percent=discount
    )


def test_the_exponent_is_that_of_the_currency() -> None:
    price = Decimal("1.2345")
    assert (
        line_amount(quantity=Decimal(1), unit_price=price, discount_percent=Decimal(0), exponent=3)
        == 1235
    )


@pytest.mark.parametrize(
    ("quantity", "price", "discount"),
    [
        ("1000000", "1000000.01", "0"),
        ("-1E+999999999", "1", "0"),
        ("1E+999999999999999999", "1E+999999999999999999", "0"),
        ("1E+999999999999999999", "1E+999999999999999999", "100"),
    ],
)
def test_a_huge_line_is_refused(quantity: str, price: str, discount: str) -> None:
    with pytest.raises(AmountTooLarge):
        line_amount(
            quantity=Decimal(quantity),
            unit_price=Decimal(price),
            discount_percent=Decimal(discount),
        )


def test_the_largest_line_is_let_in() -> None:
    assert (
        line_amount(quantity=Decimal(10**6), unit_price=Decimal(10**6), discount_percent=Decimal(0))
        == LARGEST_MINOR
    )


def test_a_vanishing_line_costs_nothing() -> None:
    assert (
        line_amount(
            quantity=Decimal("1E-999999999"),
            unit_price=Decimal("1E-999999999"),
            discount_percent=Decimal("1E-999999999"),
        )
        == 0
    )


@pytest.mark.parametrize(
    ("quantity", "price", "discount"),
    [("NaN", "1", "0"), ("1", "Infinity", "0"), ("1", "1", "sNaN")],
)
def test_a_line_needs_numbers(quantity: str, price: str, discount: str) -> None:
    with pytest.raises(ValueError, match="must be numbers"):
        line_amount(
            quantity=Decimal(quantity),
            unit_price=Decimal(price),
            discount_percent=Decimal(discount),
        )


@pytest.mark.parametrize("discount", ["-0.01", "100.01"])
def test_a_discount_lies_within_the_price(discount: str) -> None:
    with pytest.raises(ValueError, match="outside 0-100"):
        line_amount(quantity=Decimal(1), unit_price=Decimal(1), discount_percent=Decimal(discount))
