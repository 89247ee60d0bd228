"""The postings of the accounting table, row by row, as pure functions of where a claim stands."""

from decimal import Decimal

import pytest

from storno.ledger.journal import (
    Claim,
    Leg,
    Move,
    credit_posting,
    issue_posting,
    match,
    money_in_posting,
    money_out_posting,
    tax_by_rate,
)
from storno.tax.breakdown import PricedLine, TaxGroup, break_down
from storno.tax.category import TaxCategory
from storno.tax.residual import credit_groups
from tests.tax.oracle import standard

THOUSAND = break_down([standard(100_000)]).groups
"""1000.00 + 25.5 % = 1255.00."""


def claim_on(groups: tuple[TaxGroup, ...], received: int = 0, unapplied: int = 0) -> Claim:
    gross = sum(group.gross_minor for group in groups)
    return Claim(gross, tax_by_rate(groups), received, unapplied)


def sums(moves: tuple[Move, ...]) -> tuple[dict[str, int], dict[str, int]]:
    """Debits and credits per account."""
    debits: dict[str, int] = {}
    credits: dict[str, int] = {}
    for move in moves:
        debits[move.debit] = debits.get(move.debit, 0) + move.amount_minor
        credits[move.credit] = credits.get(move.credit, 0) + move.amount_minor
    return debits, credits


def test_issue() -> None:
    assert issue_posting(THOUSAND, vat_on_payment=False) == (
        Move("AR", "SALES[S,25.5]", 100_000),
        Move("AR", "VAT[25.5]", 25_500),
    )


def test_issue_with_vat_on_payment() -> None:
    assert issue_posting(THOUSAND, vat_on_payment=True) == (
        Move("AR", "SALES[S,25.5]", 100_000),
        Move("AR", "VATDEF[25.5]", 25_500),
    )


@pytest.mark.parametrize(
    ("amount", "credits"),
    [
        (125_500, {"AR": 125_500}),
        (60_000, {"AR": 60_000}),
        (130_000, {"AR": 125_500, "UNAPPLIED": 4_500}),
    ],
    ids=["in full", "in part", "too much"],
)
def test_payment(amount: int, credits: dict[str, int]) -> None:
    before = claim_on(THOUSAND)
    moves = money_in_posting(before, before.paid(amount), vat_on_payment=False)
    assert sums(moves) == ({"BANK": amount}, credits)


def test_a_second_payment_of_a_paid_invoice_stays_unapplied() -> None:
    paid = claim_on(THOUSAND).paid(125_500)
    moves = money_in_posting(paid, paid.paid(1_000), vat_on_payment=True)
    assert moves == (Move("BANK", "UNAPPLIED", 1_000),)


@pytest.mark.parametrize(
    ("received", "moves"),
    [
        (0, [("SALES[S,25.5]", "AR", 100_000), ("VAT[25.5]", "AR", 25_500)]),
        (125_500, [("SALES[S,25.5]", "REFUND", 100_000), ("VAT[25.5]", "REFUND", 25_500)]),
        (
            60_000,
            [
                ("SALES[S,25.5]", "AR", 65_500),
                ("SALES[S,25.5]", "REFUND", 34_500),
                ("VAT[25.5]", "REFUND", 25_500),
            ],
        ),
    ],
    ids=["unpaid", "paid", "600.00 paid"],
)
def test_full_credit(received: int, moves: list[tuple[str, str, int]]) -> None:
    before = claim_on(THOUSAND).paid(received)
    after = before.credited(THOUSAND)
    posted = credit_posting(before, after, THOUSAND, vat_on_payment=False)
    assert posted == tuple(Move(*move) for move in moves)


def test_credit_of_an_overpaid_invoice_leaves_the_unapplied_money_where_it_is() -> None:
    before = claim_on(THOUSAND).paid(130_000)
    after = before.credited(THOUSAND)
    posted = credit_posting(before, after, THOUSAND, vat_on_payment=False)
    assert sums(posted) == ({"SALES[S,25.5]": 100_000, "VAT[25.5]": 25_500}, {"REFUND": 125_500})
    assert (after.owed_back_minor, after.unapplied_minor) == (130_000, 4_500)


def test_part_credit() -> None:
    """One of three times 10.10: 10.10 + 2.58."""
    before = claim_on(break_down([standard(1_010)] * 3).groups)
    note = break_down([standard(1_010)]).groups
    posted = credit_posting(before, before.credited(note), note, vat_on_payment=False)
    assert sums(posted) == ({"SALES[S,25.5]": 1_010, "VAT[25.5]": 258}, {"AR": 1_268})


MULTI_RATE = [standard(1_010)] * 3 + [standard(3_333, "13.5"), standard(1_554, "10")]


def test_issue_over_three_rates() -> None:
    moves = issue_posting(break_down(MULTI_RATE).groups, vat_on_payment=False)
    assert sums(moves) == (
        {"AR": 9_295},
        {
            "SALES[S,25.5]": 3_030,
            "SALES[S,13.5]": 3_333,
            "SALES[S,10]": 1_554,
            "VAT[25.5]": 773,
            "VAT[13.5]": 450,
            "VAT[10]": 155,
        },
    )


def test_credits_over_three_rates_in_two_steps() -> None:
    invoice = break_down(MULTI_RATE).groups
    issued = claim_on(invoice)
    first = credit_groups([MULTI_RATE[0], MULTI_RATE[3]], original=invoice, credited=())
    halfway = issued.credited(first.groups)
    assert sums(credit_posting(issued, halfway, first.groups, vat_on_payment=False)) == (
        {"SALES[S,25.5]": 1_010, "SALES[S,13.5]": 3_333, "VAT[25.5]": 258, "VAT[13.5]": 450},
        {"AR": 5_051},
    )
    rest = [MULTI_RATE[1], MULTI_RATE[2], MULTI_RATE[4]]
    second = credit_groups(rest, original=invoice, credited=first.groups)
    nothing = halfway.credited(second.groups)
    assert sums(credit_posting(halfway, nothing, second.groups, vat_on_payment=False)) == (
        {"SALES[S,25.5]": 2_020, "SALES[S,10]": 1_554, "VAT[25.5]": 515, "VAT[10]": 155},
        {"AR": 4_244},
    )
    assert (nothing.gross_minor, set(nothing.tax.values())) == (0, {0})


@pytest.mark.parametrize(
    ("category", "account"),
    [
        (TaxCategory.EXEMPT, "SALES[E,0]"),
        (TaxCategory.REVERSE_CHARGE, "SALES[AE,0]"),
        (TaxCategory.ZERO, "SALES[Z,0]"),
        (TaxCategory.OUTSIDE_SCOPE, "SALES[O,0]"),
    ],
)
@pytest.mark.parametrize("vat_on_payment", [True, False])
def test_sales_without_tax_have_no_tax_leg(
    category: TaxCategory, account: str, vat_on_payment: bool
) -> None:
    groups = break_down([PricedLine(120_000, False, category, Decimal(0))]).groups
    assert issue_posting(groups, vat_on_payment=vat_on_payment) == (Move("AR", account, 120_000),)
    before = claim_on(groups)
    posted = credit_posting(before, before.credited(groups), groups, vat_on_payment=vat_on_payment)
    assert posted == (Move(account, "AR", 120_000),)


def test_tax_falls_due_with_the_money() -> None:
    """600.00 of 1255.00 bear 121.91 of tax."""
    before = claim_on(THOUSAND)
    moves = money_in_posting(before, before.paid(60_000), vat_on_payment=True)
    assert moves == (Move("BANK", "AR", 60_000), Move("VATDEF[25.5]", "VAT[25.5]", 12_191))


def test_the_last_instalment_brings_the_rest_of_the_tax() -> None:
    part = claim_on(THOUSAND).paid(60_000)
    moves = money_in_posting(part, part.paid(65_500), vat_on_payment=True)
    assert moves == (Move("BANK", "AR", 65_500), Move("VATDEF[25.5]", "VAT[25.5]", 13_309))


def test_full_credit_of_a_part_paid_invoice_with_vat_on_payment() -> None:
    before = claim_on(THOUSAND).paid(60_000)
    after = before.credited(THOUSAND)
    posted = credit_posting(before, after, THOUSAND, vat_on_payment=True)
    assert sums(posted) == (
        {"SALES[S,25.5]": 100_000, "VATDEF[25.5]": 13_309, "VAT[25.5]": 12_191},
        {"AR": 65_500, "REFUND": 60_000},
    )


def test_a_part_credit_down_to_what_was_paid_makes_all_remaining_tax_due() -> None:
    """627.50 of 1255.00 are paid and the other half is credited: the tax left, 127.50, is due."""
    before = claim_on(THOUSAND).paid(62_750)
    assert before.due_tax == {Decimal("25.5"): 12_750}
    note = break_down([standard(50_000)]).groups
    after = before.credited(note)
    posted = credit_posting(before, after, note, vat_on_payment=True)
    assert sums(posted) == ({"SALES[S,25.5]": 50_000, "VATDEF[25.5]": 12_750}, {"AR": 62_750})


def test_a_part_credit_of_a_part_paid_invoice_can_bring_more_tax_due() -> None:
    """600.00 of 1255.00 are paid; after a credit of 100.00 + 25.50 they are 600.00 of 1129.50.

    Due before: 255.00 × 600 / 1255 = 121.91; after: 229.50 × 600 / 1129.50 = 121.91.
    """
    before = claim_on(THOUSAND).paid(60_000)
    note = break_down([standard(10_000)]).groups
    posted = credit_posting(before, before.credited(note), note, vat_on_payment=True)
    assert sums(posted) == ({"SALES[S,25.5]": 10_000, "VATDEF[25.5]": 2_550}, {"AR": 12_550})


def test_a_reversal_mirrors_its_payment() -> None:
    before = claim_on(THOUSAND).paid(60_000)
    moves = money_out_posting(before, before.unpaid(60_000), vat_on_payment=True)
    assert moves == (Move("AR", "BANK", 60_000), Move("VAT[25.5]", "VATDEF[25.5]", 12_191))


def test_a_reversal_takes_unapplied_money_then_what_is_owed_back_then_reopens() -> None:
    """1255.00 and 45.00 came in, 600.00 + 153.00 were credited; then the 1255.00 are reversed.

    What stays is 45.00 towards 502.00: 45.00 of unapplied money, 753.00 of the refund, and 457.00
    that are open again.
    """
    note = break_down([standard(60_000)]).groups
    before = claim_on(THOUSAND).paid(125_500).paid(4_500).credited(note)
    assert (before.owed_back_minor, before.unapplied_minor) == (79_800, 4_500)
    after = before.unpaid(125_500)
    assert (after.owed_back_minor, after.unapplied_minor, after.open_minor) == (0, 0, 45_700)
    moves = money_out_posting(before, after, vat_on_payment=False)
    assert sums(moves) == (
        {"UNAPPLIED": 4_500, "REFUND": 75_300, "AR": 45_700},
        {"BANK": 125_500},
    )


def test_a_reversal_after_a_full_credit_only_lessens_what_is_owed_back() -> None:
    before = claim_on(THOUSAND).paid(125_500).credited(THOUSAND)
    moves = money_out_posting(before, before.unpaid(125_500), vat_on_payment=True)
    assert moves == (Move("REFUND", "BANK", 125_500),)


def test_a_free_invoice_posts_nothing() -> None:
    groups = break_down([standard(0)]).groups
    assert issue_posting(groups, vat_on_payment=True) == ()
    before = claim_on(groups)
    assert credit_posting(before, before.credited(groups), groups, vat_on_payment=True) == ()


def test_a_free_line_among_others_has_no_leg() -> None:
    free = PricedLine(0, False, TaxCategory.EXEMPT, Decimal(0))
    groups = break_down([standard(100_000), free]).groups
    assert issue_posting(groups, vat_on_payment=False) == issue_posting(
        THOUSAND, vat_on_payment=False
    )


def test_net_and_gross_priced_groups_of_one_rate_share_their_accounts() -> None:
    groups = break_down([standard(10_000), standard(10_000, includes_tax=True)]).groups
    assert issue_posting(groups, vat_on_payment=True) == (
        Move("AR", "SALES[S,25.5]", 17_968),
        Move("AR", "VATDEF[25.5]", 4_582),
    )


def test_legs_are_matched_in_their_order() -> None:
    debits: list[Leg] = [("A", 3), ("B", 0), ("C", 4)]
    credits: list[Leg] = [("X", 5), ("Y", 2)]
    assert match(debits, credits) == (
        Move("A", "X", 3),
        Move("C", "X", 2),
        Move("C", "Y", 2),
    )


@pytest.mark.parametrize(
    ("debits", "credits"), [([("A", 2)], [("X", 1)]), ([("A", 1)], [("X", 2)]), ([("A", 1)], [])]
)
def test_a_posting_that_does_not_balance_is_a_defect(debits: list[Leg], credits: list[Leg]) -> None:
    with pytest.raises(AssertionError):
        match(debits, credits)


def test_a_leg_below_zero_is_a_defect() -> None:
    with pytest.raises(AssertionError):
        match([("A", 1), ("B", -1)], [("X", 0)])
