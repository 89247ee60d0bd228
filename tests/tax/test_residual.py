"""Credits of an invoice in any split: never beyond it on the way, equal to it in the end."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storno.tax.breakdown import (
    Breakdown,
    GroupKey,
    PricedLine,
    TaxGroup,
    break_down,
)
from storno.tax.category import TaxCategory
from storno.tax.residual import MoreThanLeft, credit_groups
from tests.tax.oracle import factor, lines, nearest, standard

SALES = st.integers(0, 30) | st.integers(0, 10**7)
NET = GroupKey(TaxCategory.STANDARD, Decimal("25.5"), False)
GROSS = GroupKey(TaxCategory.STANDARD, Decimal("25.5"), True)


def credit_in_turn(
    invoice: Sequence[TaxGroup], credits_: Sequence[Sequence[PricedLine]]
) -> list[Breakdown]:
    notes: list[Breakdown] = []
    for priced in credits_:
        earlier = [group for note in notes for group in note.groups]
        notes.append(credit_groups(priced, original=invoice, credited=earlier))
    return notes


def totals(groups: Sequence[TaxGroup]) -> dict[GroupKey, tuple[int, int]]:
    summed: dict[GroupKey, tuple[int, int]] = {}
    for group in groups:
        net, tax = summed.get(group.key, (0, 0))
        summed[group.key] = (net + group.net_minor, tax + group.tax_minor)
    return summed


def test_three_equal_lines_credited_one_by_one() -> None:
    """3 × 10.10 at 25.5 % bear 7.73; alone each would bear 2.58, 7.74 together."""
    invoice = break_down([standard(1010)] * 3)
    notes = credit_in_turn(invoice.groups, [[standard(1010)]] * 3)
    assert [note.tax_minor for note in notes] == [258, 257, 258]
    assert [note.payable_minor for note in notes] == [1268, 1267, 1268]
    assert sum(note.payable_minor for note in notes) == invoice.payable_minor == 3803


def test_an_invoice_over_three_rates_credited_in_two_parts() -> None:
    invoice = break_down([standard(1010)] * 3 + [standard(3333, "13.5"), standard(1554, "10")])
    first, second = credit_in_turn(
        invoice.groups,
        [
            [standard(1010), standard(3333, "13.5")],
            [standard(1010), standard(1010), standard(1554, "10")],
        ],
    )
    assert [(group.net_minor, group.tax_minor) for group in first.groups] == [
        (1010, 258),
        (3333, 450),
    ]
    assert [(group.net_minor, group.tax_minor) for group in second.groups] == [
        (2020, 515),
        (1554, 155),
    ]
    assert (first.payable_minor, second.payable_minor) == (5051, 4244)
    assert invoice.payable_minor == 9295


def test_gross_prices_credited_one_by_one() -> None:
    """3 × 3.33 with 25.5 %: 9.99 = 7.96 + 2.03; 2.03 / 3 = 0.6767."""
    invoice = break_down([standard(333, includes_tax=True)] * 3)
    notes = credit_in_turn(invoice.groups, [[standard(333, includes_tax=True)]] * 3)
    assert [(note.net_minor, note.tax_minor) for note in notes] == [(265, 68), (266, 67), (265, 68)]
    assert [note.payable_minor for note in notes] == [333, 333, 333]


def test_a_full_credit_takes_the_stored_numbers_and_computes_none() -> None:
    """An invoice of another system whose tax was rounded line by line."""
    stored = [TaxGroup(NET, 1005, 255), TaxGroup(GROSS, 7969, 2031)]
    note = credit_groups(
        [standard(1005), standard(10000, includes_tax=True)], original=stored, credited=[]
    )
    assert list(note.groups) == stored


def test_an_old_rate_is_credited_at_the_old_rate() -> None:
    invoice = break_down([standard(10000, "14")])
    note = credit_groups([standard(5000, "14")], original=invoice.groups, credited=[])
    assert note.tax_minor == 700


def test_a_group_of_negative_amounts_is_credited_like_its_positive() -> None:
    invoice = break_down([standard(-1010)] * 3)
    notes = credit_in_turn(invoice.groups, [[standard(-1010)]] * 3)
    assert [note.tax_minor for note in notes] == [-258, -257, -258]


def test_a_rebate_is_credited_with_its_sale() -> None:
    priced = [standard(10000, includes_tax=True), standard(-1000, includes_tax=True)]
    invoice = break_down(priced)
    note = credit_groups(priced, original=invoice.groups, credited=[])
    assert note == invoice


@pytest.mark.parametrize(
    ("priced", "key", "asked", "left"),
    [
        ([standard(1011)], NET, 1011, 1010),
        ([standard(1000), standard(11)], NET, 1011, 1010),
        ([standard(501, includes_tax=True)], GROSS, 501, 500),
        ([standard(-1)], NET, -1, 1010),
        ([standard(-11, "10")], NET._replace(rate=Decimal(10)), -11, -10),
        ([standard(1, "24")], NET._replace(rate=Decimal(24)), 1, 0),
        ([standard(1010), standard(1, "24")], NET._replace(rate=Decimal(24)), 1, 0),
    ],
)
def test_more_than_is_left_is_refused(
    priced: list[PricedLine], key: GroupKey, asked: int, left: int
) -> None:
    invoice = break_down([standard(2020), standard(1000, includes_tax=True), standard(-10, "10")])
    earlier = credit_groups(
        [standard(1010), standard(500, includes_tax=True)], original=invoice.groups, credited=[]
    )
    with pytest.raises(MoreThanLeft) as refusal:
        credit_groups(priced, original=invoice.groups, credited=earlier.groups)
    assert (refusal.value.key, refusal.value.asked_minor, refusal.value.left_minor) == (
        key,
        asked,
        left,
    )


def test_the_refusal_says_how_much_is_left() -> None:
    with pytest.raises(MoreThanLeft) as refusal:
        credit_groups([standard(1011)], original=[TaxGroup(NET, 1010, 258)], credited=[])
    assert str(refusal.value) == (
        "10.11 asked of the group standard 25.5 % (without tax), 10.10 left"
    )


def test_a_history_beyond_the_invoice_leaves_nothing() -> None:
    invoice = [TaxGroup(NET, 1000, 255)]
    for beyond in (TaxGroup(NET, 1001, 255), TaxGroup(NET, 500, 256)):
        with pytest.raises(MoreThanLeft):
            credit_groups([standard(0)], original=invoice, credited=[beyond])


@st.composite
def splits(
    draw: st.DrawFn, sign: st.SearchStrategy[int]
) -> tuple[list[PricedLine], list[list[PricedLine]]]:
    """An invoice, and all of it cut into credit notes: by line, by part of a line, in any order.

    In each group all amounts have one sign.
    """
    signs: dict[GroupKey, int] = {}
    invoice: list[PricedLine] = []
    pieces: list[PricedLine] = []
    for line in draw(st.lists(lines(SALES), min_size=1, max_size=8)):
        group_sign = signs.setdefault(line.key, draw(sign))
        amount = line.amount_minor
        cuts = sorted(draw(st.lists(st.integers(0, amount), max_size=3)))
        parts = [end - start for start, end in zip([0, *cuts], [*cuts, amount], strict=True)]
        invoice.append(resized(line, group_sign * amount))
        pieces += [resized(line, group_sign * part) for part in parts]
    notes: list[list[PricedLine]] = [[]]
    for piece in draw(st.permutations(pieces)):
        if draw(st.booleans()):
            notes.append([])
        notes[-1].append(piece)
    return invoice, notes


def resized(line: PricedLine, amount_minor: int) -> PricedLine:
    return PricedLine(amount_minor, line.includes_tax, line.category, line.rate)


@settings(max_examples=300)
@given(splits(st.sampled_from([1, 1, 1, -1])))
def test_credits_in_any_split_end_equal_and_never_pass_the_invoice(
    split: tuple[list[PricedLine], list[list[PricedLine]]],
) -> None:
    priced, parts = split
    invoice = break_down(priced)
    left = totals(invoice.groups)
    for part, note in zip(parts, credit_in_turn(invoice.groups, parts), strict=True):
        for group in note.groups:
            net_left, tax_left = left[group.key]
            assert lies_between_zero_and(net_left, group.net_minor)
            assert lies_between_zero_and(tax_left, group.tax_minor)
            left[group.key] = (net_left - group.net_minor, tax_left - group.tax_minor)
        assert_line_nets_fit(part, note)
    assert set(left.values()) == {(0, 0)}


@settings(max_examples=300)
@given(splits(st.just(1)))
def test_each_tax_on_the_way_is_that_of_all_credits_so_far(
    split: tuple[list[PricedLine], list[list[PricedLine]]],
) -> None:
    priced, parts = split
    invoice = break_down(priced)
    original = {group.key: group for group in invoice.groups}
    so_far: list[TaxGroup] = []
    for note in credit_in_turn(invoice.groups, parts):
        so_far += note.groups
        for key, (net, tax) in totals(so_far).items():
            whole = original[key]
            if key.includes_tax:
                share = factor(Decimal(100)) * (net + tax) * whole.tax_minor
                assert tax == (nearest(share / whole.basis_minor) if whole.basis_minor else 0)
            else:
                assert tax == nearest(net * factor(key.rate))


@settings(max_examples=300)
@given(
    st.booleans(),
    st.integers(0, 2000),
    st.integers(0, 2000),
    st.lists(st.integers(0, 400), min_size=1, max_size=8),
)
def test_tax_stays_within_whatever_tax_was_stored(
    includes_tax: bool, net: int, tax: int, asked: list[int]
) -> None:
    """The stored tax may be far from net × rate: it is the invoice's, and taken to the cent."""
    invoice = [TaxGroup(GROSS if includes_tax else NET, net, tax)]
    basis = invoice[0].basis_minor
    amounts: list[int] = []
    for amount in asked:
        amounts.append(min(amount, basis - sum(amounts)))
    amounts.append(basis - sum(amounts))
    notes = credit_in_turn(
        invoice, [[standard(amount, includes_tax=includes_tax)] for amount in amounts]
    )
    for note in notes:
        assert note.net_minor >= 0
        assert note.tax_minor >= 0
    assert sum(note.net_minor for note in notes) == net
    assert sum(note.tax_minor for note in notes) == tax


@settings(max_examples=300)
@given(st.data())
def test_tax_stays_within_what_is_left_whatever_was_credited_before(data: st.DataObject) -> None:
    """Earlier credit notes of another system may have taken any part of the net and of the tax."""
    includes_tax = data.draw(st.booleans())
    key = GROSS if includes_tax else NET
    net, tax = data.draw(st.integers(0, 2000)), data.draw(st.integers(0, 2000))
    earlier = TaxGroup(key, data.draw(st.integers(0, net)), data.draw(st.integers(0, tax)))
    invoice = TaxGroup(key, net, tax)
    left = invoice.basis_minor - earlier.basis_minor
    amounts = data.draw(st.lists(st.integers(0, max(left // 2, 1)), max_size=2))
    if sum(amounts) > left:
        return
    priced = [standard(amount, includes_tax=includes_tax) for amount in amounts]
    note = credit_groups(priced, original=[invoice], credited=[earlier])
    assert 0 <= note.net_minor <= net - earlier.net_minor
    assert 0 <= note.tax_minor <= tax - earlier.tax_minor
    assert_line_nets_fit(priced, note)
    rest = standard(left - sum(amounts), includes_tax=includes_tax)
    last = credit_groups([rest], original=[invoice], credited=[earlier, *note.groups])
    assert earlier.net_minor + note.net_minor + last.net_minor == net
    assert earlier.tax_minor + note.tax_minor + last.tax_minor == tax


@settings(max_examples=300)
@given(
    st.lists(
        st.builds(standard, st.integers(-3000, 3000), includes_tax=st.booleans()),
        min_size=1,
        max_size=6,
    ),
    st.data(),
)
def test_sales_and_rebates_mixed_keep_within_the_invoice_or_are_refused(
    priced: list[PricedLine], data: st.DataObject
) -> None:
    invoice = break_down(priced)
    some = data.draw(st.lists(st.sampled_from(priced), unique_by=id, min_size=1))
    left = totals(invoice.groups)
    refusal: MoreThanLeft | None = None
    try:
        note = credit_groups(some, original=invoice.groups, credited=[])
    except MoreThanLeft as caught:
        refusal = caught
    if refusal is not None:
        net_left, tax_left = left[refusal.key]
        basis_left = net_left + tax_left if refusal.key.includes_tax else net_left
        assert refusal.left_minor == basis_left
        assert not lies_between_zero_and(basis_left, refusal.asked_minor)
        return
    for group in note.groups:
        net_left, tax_left = left[group.key]
        assert lies_between_zero_and(net_left, group.net_minor)
        assert lies_between_zero_and(tax_left, group.tax_minor)
    assert_line_nets_fit(some, note)


def lies_between_zero_and(limit: int, amount: int) -> bool:
    return min(0, limit) <= amount <= max(0, limit)


def assert_line_nets_fit(priced: Sequence[PricedLine], note: Breakdown) -> None:
    """The nets of the lines add up to those of their groups, and none passes its own amount."""
    nets: dict[GroupKey, int] = {}
    for line, net in zip(priced, note.line_nets, strict=True):
        assert lies_between_zero_and(line.amount_minor, net)
        assert line.includes_tax or net == line.amount_minor
        nets[line.key] = nets.get(line.key, 0) + net
    assert nets == {group.key: group.net_minor for group in note.groups}
