"""Any sequence of credits and payments, against the oracle, without a database.

Plan and journal are pure: an invoice is held in memory, credited by quantity and by amount in any
order, paid and unpaid in between, and after each step line, group, claim and every account must be
what the definitions say.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import uuid4

from hypothesis import assume, given
from hypothesis import strategies as st

from storno.corrections.plan import CreditPlan, CreditRequest, InvoiceFacts, plan_credit
from storno.corrections.take_lines import CreditLine, LineFacts
from storno.documents.content import LineInput, total_up
from storno.documents.models import Document, Line, Reason
from storno.ledger.journal import (
    Claim,
    Move,
    issue_posting,
    money_in_posting,
    money_out_posting,
    tax_by_rate,
)
from storno.organizations.models import Organization, Settings
from storno.tax.breakdown import TaxGroup
from storno.tax.category import TaxCategory
from tests.properties.depth import proof
from tests.properties.oracle import Account, Asked, SoldLine
from tests.properties.stories import invoice_lines, some_of

AT = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)
MEMBERS = Settings(
    organization=Organization(), hold_seconds=0, paid_credit="members", after_credit="nothing"
)


class Told:
    """An invoice told twice: by the code under test and by the oracle."""

    def __init__(self, lines: Sequence[LineInput], *, vat_on_payment: bool) -> None:
        totals = total_up(lines)
        groups = totals.breakdown.groups
        self.rows = [
            Line(
                id=uuid4(),
                position=position,
                quantity=line.quantity,
                unit_price=line.unit_price,
                discount_percent=line.discount_percent,
                includes_tax=line.includes_tax,
                tax_category=line.tax_category.value,
                tax_rate=line.rate,
                amount_minor=amount,
            )
            for position, (line, amount) in enumerate(zip(lines, totals.amounts, strict=True))
        ]
        self.facts = InvoiceFacts(
            invoice=Document(
                currency="EUR",
                due_on=date(2026, 6, 30),
                vat_on="payment" if vat_on_payment else "invoice",
            ),
            lines=tuple(LineFacts(row, "", Decimal(0), 0) for row in self.rows),
            original=groups,
            credited=(),
            claim=Claim(totals.breakdown.payable_minor, tax_by_rate(groups), 0, 0),
            settings=MEMBERS,
            addresses=(),
            handed_over=False,
            has_credit_notes=False,
            pending_until=None,
            may_credit=True,
            fresh=True,
        )
        self.oracle = Account(
            [
                SoldLine(
                    amount,
                    Fraction(line.quantity),
                    (line.tax_category, line.rate, line.includes_tax),
                )
                for line, amount in zip(lines, totals.amounts, strict=True)
            ],
            vat_on_payment,
        )
        self.vat_on_payment = vat_on_payment
        self.shown: dict[str, int] = {}
        self.book(issue_posting(groups, vat_on_payment=vat_on_payment))

    def book(self, moves: Sequence[Move]) -> None:
        for move in moves:
            assert move.amount_minor > 0
            assert move.debit != move.credit
            self.shown[move.debit] = self.shown.get(move.debit, 0) + move.amount_minor
            self.shown[move.credit] = self.shown.get(move.credit, 0) - move.amount_minor
        self.compare()

    def compare(self) -> None:
        """The same claim, the same accounts, and no account on its wrong side."""
        claim, oracle = self.facts.claim, self.oracle
        assert (claim.gross_minor, claim.received_minor, claim.unapplied_minor) == (
            oracle.gross_left,
            oracle.received,
            oracle.unapplied,
        )
        assert (claim.open_minor, claim.owed_back_minor) == (oracle.open, oracle.owed_back)
        shown = {account: amount for account, amount in self.shown.items() if amount}
        assert shown == oracle.balances()
        for account, amount in shown.items():
            assert (amount > 0) == (account in ("AR", "BANK")), account

    def credit(self, asked: Sequence[Asked] | None) -> CreditPlan:
        request = CreditRequest(Reason.OTHER, lines=self._lines(asked) if asked else None)
        plan = plan_credit(self.facts, request, at=AT)
        codes = {blocker.code for blocker in plan.blockers}
        if self.oracle.is_credited:
            assert codes == {"already_credited"}
            return plan
        taken = asked or self.oracle.whole()
        expected = self.oracle.why_not(taken) if asked else set()
        assert codes == expected
        if expected:
            assert plan.moves == ()
            return plan
        assert plan.payable_minor == self.oracle.credit(taken)
        self.facts = replace(
            self.facts,
            lines=tuple(
                replace(
                    line,
                    credited_quantity=line.credited_quantity + planned.credited_quantity,
                    credited_minor=line.credited_minor + planned.amount_minor,
                )
                if planned
                else line
                for line, planned in (
                    (line, next((p for p in plan.lines if p.facts.line is line.line), None))
                    for line in self.facts.lines
                )
            ),
            credited=(*self.facts.credited, *plan.breakdown.groups),
            has_credit_notes=True,
            claim=plan.after,
        )
        self.book(plan.moves)
        return plan

    def _lines(self, asked: Sequence[Asked]) -> tuple[CreditLine, ...]:
        return tuple(
            CreditLine(
                self.rows[place].id,
                None
                if quantity is None
                else Decimal(quantity.numerator) / Decimal(quantity.denominator),
                amount,
            )
            for place, quantity, amount in asked
        )

    def pay(self, amount: int) -> None:
        before = self.facts.claim
        self.facts = replace(self.facts, claim=before.paid(amount))
        self.oracle.pay(amount)
        self.book(money_in_posting(before, self.facts.claim, vat_on_payment=self.vat_on_payment))

    def reverse(self, amount: int) -> None:
        before = self.facts.claim
        self.facts = replace(self.facts, claim=before.unpaid(amount))
        self.oracle.reverse(amount)
        self.book(money_out_posting(before, self.facts.claim, vat_on_payment=self.vat_on_payment))


# A free group bears nothing and may be left out of the credit note of a free invoice.


def credited_groups(told: Told) -> dict[object, tuple[int, int]]:
    sums: dict[object, tuple[int, int]] = {}
    for group in told.facts.credited:
        net, tax = sums.get(group.key, (0, 0))
        if group.gross_minor:
            sums[group.key] = (net + group.net_minor, tax + group.tax_minor)
    return sums


def whole_groups(groups: Sequence[TaxGroup]) -> dict[object, tuple[int, int]]:
    return {group.key: (group.net_minor, group.tax_minor) for group in groups if group.gross_minor}


@given(invoice_lines(), st.data())
@proof(150, 20_000)
def test_any_credits_add_up_to_the_invoice_to_the_cent(
    lines: tuple[LineInput, ...], data: st.DataObject
) -> None:
    told = Told(lines, vat_on_payment=False)
    for _ in range(data.draw(st.integers(0, 6), label="parts")):
        told.credit(data.draw(some_of(told.oracle), label="asked"))
    told.credit(None)
    assert told.oracle.is_credited
    assert told.facts.claim.gross_minor == 0
    assert set(told.facts.claim.tax.values()) <= {0}
    for line in told.facts.lines:
        assert line.left_minor == 0
        assert line.quantity_left >= 0
    assert credited_groups(told) == whole_groups(told.facts.original)


@given(invoice_lines(), st.data())
@proof(150, 20_000)
def test_a_credit_note_is_a_paper_that_adds_up(
    lines: tuple[LineInput, ...], data: st.DataObject
) -> None:
    """Lines add up to groups, nothing is below zero, quantity × price is the amount."""
    told = Told(lines, vat_on_payment=True)
    for _ in range(data.draw(st.integers(1, 5), label="parts")):
        plan = told.credit(data.draw(some_of(told.oracle), label="asked"))
        if plan.blockers:
            continue
        breakdown = plan.breakdown
        assert sum(breakdown.line_nets) == breakdown.net_minor
        assert all(group.net_minor >= 0 and group.tax_minor >= 0 for group in breakdown.groups)
        assert breakdown.payable_minor == sum(group.gross_minor for group in breakdown.groups)
        for planned in plan.lines:
            assert planned.amount_minor >= 0
            assert planned.quantity > 0
            usual = (
                Fraction(planned.quantity)
                * Fraction(planned.unit_price)
                * (100 - Fraction(planned.discount_percent))
            )
            assert abs(usual - planned.amount_minor) <= Fraction(1, 2)
            printed = planned.unit == planned.facts.line.unit
            assert printed or planned.quantity != planned.credited_quantity


@given(invoice_lines(), st.booleans(), st.data())
@proof(150, 20_000)
def test_the_accounts_depend_only_on_where_the_claim_stands(
    lines: tuple[LineInput, ...], vat_on_payment: bool, data: st.DataObject
) -> None:
    """Payments, credits and reversals in any order: `compare` runs after each of them."""
    told = Told(lines, vat_on_payment=vat_on_payment)
    paid: list[int] = []
    for _ in range(data.draw(st.integers(1, 10), label="steps")):
        deed = data.draw(st.sampled_from(["credit", "credit all", "pay", "reverse"]), label="deed")
        if deed == "pay":
            amount = data.draw(amounts_around(told.oracle.open), label="amount")
            told.pay(amount)
            paid.append(amount)
        elif deed == "reverse" and paid:
            told.reverse(paid.pop(data.draw(st.integers(0, len(paid) - 1), label="which")))
        elif deed == "credit":
            told.credit(data.draw(some_of(told.oracle), label="asked"))
        elif deed == "credit all":
            told.credit(None)
    while paid:
        told.reverse(paid.pop())
    told.credit(None)
    assert {account for account, amount in told.shown.items() if amount} == set()


def amounts_around(open_minor: int) -> st.SearchStrategy[int]:
    """Payments that are less, exactly and more than what is open."""
    exactly = [st.just(open_minor)] if open_minor else []
    return st.one_of(st.integers(1, max(open_minor, 1)), st.integers(1, 10**9), *exactly)


@given(invoice_lines(), st.data())
@proof(100, 10_000)
def test_more_than_is_left_is_never_credited(
    lines: tuple[LineInput, ...], data: st.DataObject
) -> None:
    told = Told(lines, vat_on_payment=False)
    told.credit(data.draw(some_of(told.oracle), label="first"))
    assume(not told.oracle.is_credited)
    place = data.draw(st.integers(0, len(lines) - 1), label="line")
    line = told.oracle.lines[place]
    beyond = data.draw(st.integers(1, 10**6), label="beyond")
    before = told.facts
    plan = told.credit([(place, None, line.left + beyond)])
    assert [blocker.code for blocker in plan.blockers] == ["more_than_left"]
    plan = told.credit([(place, line.quantity_left + Fraction(beyond, 10_000), None)])
    assert [blocker.code for blocker in plan.blockers] == ["more_than_left"]
    assert told.facts == before


@given(invoice_lines(), st.booleans(), st.integers(0, 10**7))
@proof(100, 10_000)
def test_the_effect_is_what_the_claim_says(
    lines: tuple[LineInput, ...], vat_on_payment: bool, paid: int
) -> None:
    told = Told(lines, vat_on_payment=vat_on_payment)
    if paid:
        told.pay(paid)
    plan = told.credit(None)
    kind = type(plan.effect).__name__
    assert kind == ("OwedBack" if paid else "NothingToPay")


def test_a_zero_rate_is_no_tax_account() -> None:
    told = Told(
        (LineInput("x", Decimal(1), "h", Decimal(10), TaxCategory.EXEMPT),), vat_on_payment=True
    )
    assert told.shown == {"AR": 1000, "SALES[E,0]": -1000}
