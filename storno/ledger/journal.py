"""What is booked when: postings as pure functions of facts.

A posting lists its debits and its credits in the order of the trade; `match` turns them into
transfers greedily in that order, so the sums per account are the posting's and each transfer joins
two accounts. A posting of nothing has no transfers.

Output VAT on payment basis (Finnish VAT Act 133 §: up to 500 000 € of turnover) waits on `VATDEF`
and falls due as money comes in. How much is due is a function of where the claim stands now, never
of the way it got there: so no sequence of payments, credits and reversals can drift by a cent.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from storno.money.rounding import round_ratio
from storno.tax.breakdown import TaxGroup
from storno.tax.category import TaxCategory

RECEIVABLE = "AR"
BANK = "BANK"
UNAPPLIED = "UNAPPLIED"
REFUND = "REFUND"
UNMATCHED = "UNMATCHED"
"""Entries of the bank that have met no invoice yet."""
HELD = "HELD"
"""What the operator holds of the money that clients paid."""
OFFSET = "OFFSET"
"""Money on its way from one invoice to another: both postings are of one deed, so it is empty."""

PROVIDER = "PROVIDER"
"""What a payment provider has taken for the organization, until it pays that out."""

TaxByRate = Mapping[Decimal, int]
Leg = tuple[str, int]


def plain_rate(rate: Decimal) -> str:
    """A percentage without trailing zeros: 25.5, 14."""
    return format(rate.normalize(), "f")


def sales(category: TaxCategory, rate: Decimal) -> str:
    """The revenue account of a tax category and rate."""
    return f"SALES[{category.code},{plain_rate(rate)}]"


def vat(rate: Decimal) -> str:
    """Output VAT that is due."""
    return f"VAT[{plain_rate(rate)}]"


def deferred_vat(rate: Decimal) -> str:
    """Output VAT that falls due with the money."""
    return f"VATDEF[{plain_rate(rate)}]"


@dataclass(frozen=True, slots=True)
class Move:
    """One transfer to be written: `amount_minor` > 0 from the credited to the debited account."""

    debit: str
    credit: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Claim:
    """Where an invoice stands for the ledger: what is left of it, and the money on it.

    `tax` is the VAT left per rate after credits; `gross_minor` what is left with VAT; of the money
    received `returned_minor` was given back; amounts in minor units.
    """

    gross_minor: int
    tax: TaxByRate
    received_minor: int = 0
    unapplied_minor: int = 0
    returned_minor: int = 0

    def paid(self, amount_minor: int) -> "Claim":
        """After money has come in: what is more than open stays unapplied."""
        over = max(amount_minor - self.open_minor, 0)
        return replace(
            self,
            received_minor=self.received_minor + amount_minor,
            unapplied_minor=self.unapplied_minor + over,
        )

    def unpaid(self, amount_minor: int) -> "Claim":
        """After a payment was taken back: unapplied money goes first."""
        return replace(
            self,
            received_minor=self.received_minor - amount_minor,
            unapplied_minor=max(self.unapplied_minor - amount_minor, 0),
        )

    def refunded(self, amount_minor: int) -> "Claim":
        """After money that was owed back has gone: unapplied money goes first."""
        assert amount_minor <= self.owed_back_minor, "no more than is owed back"
        return replace(
            self,
            returned_minor=self.returned_minor + amount_minor,
            unapplied_minor=max(self.unapplied_minor - amount_minor, 0),
        )

    def got_back(self, amount_minor: int, *, unapplied_minor: int) -> "Claim":
        """After a refund came back or was none; of it `unapplied_minor` had been unapplied.

        It meets what is open by now; what is over is owed back as it was.
        """
        over = max(amount_minor - self.open_minor, 0)
        return replace(
            self,
            returned_minor=self.returned_minor - amount_minor,
            unapplied_minor=self.unapplied_minor + min(unapplied_minor, over),
        )

    def credited(self, groups: Iterable[TaxGroup]) -> "Claim":
        """After a credit of these tax groups."""
        groups = tuple(groups)
        taken = tax_by_rate(groups)
        return replace(
            self,
            gross_minor=self.gross_minor - sum(group.gross_minor for group in groups),
            tax={rate: amount - taken.get(rate, 0) for rate, amount in self.tax.items()},
        )

    @property
    def held_minor(self) -> int:
        """The money received and not given back."""
        return self.received_minor - self.returned_minor

    @property
    def applied_minor(self) -> int:
        """The money that meets the claim."""
        return min(self.held_minor, self.gross_minor)

    @property
    def open_minor(self) -> int:
        """What is still to be paid."""
        return self.gross_minor - self.applied_minor

    @property
    def owed_back_minor(self) -> int:
        """The money held beyond the claim."""
        return self.held_minor - self.applied_minor

    @property
    def credited_and_held_minor(self) -> int:
        """What is owed back because it was credited, not because too much came in."""
        return self.owed_back_minor - self.unapplied_minor

    @property
    def due_tax(self) -> TaxByRate:
        """The VAT due on payment basis: pro rata, all of it once nothing is open."""
        if self.open_minor == 0:
            return self.tax
        return {
            rate: round_ratio(amount * self.applied_minor, self.gross_minor)
            for rate, amount in self.tax.items()
        }


def match(debits: Iterable[Leg], credits: Iterable[Leg]) -> tuple[Move, ...]:
    """Join debits and credits in their order; legs of zero fall out, the sums must be equal."""
    left = deque(leg for leg in debits if leg[1])
    right = deque(leg for leg in credits if leg[1])
    moves: list[Move] = []
    while left and right:
        (debit, have), (credit, want) = left.popleft(), right.popleft()
        amount = min(have, want)
        assert amount > 0, "a leg is positive"
        moves.append(Move(debit, credit, amount))
        if have > amount:
            left.appendleft((debit, have - amount))
        if want > amount:
            right.appendleft((credit, want - amount))
    assert not left, "a posting balances"
    assert not right, "a posting balances"
    return tuple(moves)


def tax_by_rate(groups: Iterable[TaxGroup]) -> dict[Decimal, int]:
    """The VAT of tax groups, summed per rate."""
    found: dict[Decimal, int] = {}
    for group in groups:
        if group.tax_minor:
            rate = group.rate.normalize()
            found[rate] = found.get(rate, 0) + group.tax_minor
    return found


def _sales_legs(groups: Sequence[TaxGroup]) -> list[Leg]:
    sums: dict[str, int] = {}
    for group in groups:
        account = sales(group.category, group.rate)
        sums[account] = sums.get(account, 0) + group.net_minor
    return list(sums.items())


def issue_posting(groups: Sequence[TaxGroup], *, vat_on_payment: bool) -> tuple[Move, ...]:
    """An invoice is issued: the receivable against revenue and VAT."""
    account = deferred_vat if vat_on_payment else vat
    legs = _sales_legs(groups)
    legs += [(account(rate), amount) for rate, amount in tax_by_rate(groups).items()]
    return match([(RECEIVABLE, sum(amount for _name, amount in legs))], legs)


def _tax_falls_due(before: Claim, after: Claim) -> tuple[list[Leg], list[Leg]]:
    """Debits and credits that bring due and deferred VAT to where the claim now stands.

    The VAT left may have shrunk by a credit; then the difference is debited, from deferred VAT as
    far as it is not due.
    """
    debits: list[Leg] = []
    credits: list[Leg] = []
    was_due, is_due = before.due_tax, after.due_tax
    for rate, was in before.tax.items():
        left = after.tax.get(rate, 0)
        due = is_due.get(rate, 0) - was_due.get(rate, 0)
        deferred = (left - is_due.get(rate, 0)) - (was - was_due.get(rate, 0))
        for account, change in ((deferred_vat(rate), deferred), (vat(rate), due)):
            if change < 0:
                debits.append((account, -change))
            else:
                credits.append((account, change))
    return debits, credits


def credit_posting(
    before: Claim, after: Claim, groups: Sequence[TaxGroup], *, vat_on_payment: bool
) -> tuple[Move, ...]:
    """A credit note is issued: revenue and VAT go back, the open part first, the rest is owed back.

    `groups` are the credit note's; `before` and `after` the claim on the invoice.
    """
    debits = _sales_legs(groups)
    credits: list[Leg] = [
        (RECEIVABLE, before.open_minor - after.open_minor),
        (REFUND, after.owed_back_minor - before.owed_back_minor),
    ]
    if vat_on_payment:
        tax_debits, tax_credits = _tax_falls_due(before, after)
        debits += tax_debits
        credits += tax_credits
    else:
        debits += [(vat(rate), amount) for rate, amount in tax_by_rate(groups).items()]
    return match(debits, credits)


def money_in_posting(
    before: Claim, after: Claim, *, vat_on_payment: bool, account: str = BANK
) -> tuple[Move, ...]:
    """Money comes in, or a refund comes back: it meets what is open, the rest is owed back."""
    credits: list[Leg] = [
        (RECEIVABLE, before.open_minor - after.open_minor),
        (UNAPPLIED, after.unapplied_minor - before.unapplied_minor),
        (REFUND, after.credited_and_held_minor - before.credited_and_held_minor),
    ]
    tax_debits, tax_credits = _tax_falls_due(before, after) if vat_on_payment else ([], [])
    amount = after.held_minor - before.held_minor
    return match([(account, amount)], credits) + match(tax_debits, tax_credits)


def money_out_posting(
    before: Claim, after: Claim, *, vat_on_payment: bool, account: str = BANK
) -> tuple[Move, ...]:
    """A payment is taken back, or what is owed back is given.

    Unapplied money goes first, then what else is owed back; then the claim is open again.
    """
    debits: list[Leg] = [
        (UNAPPLIED, before.unapplied_minor - after.unapplied_minor),
        (REFUND, before.credited_and_held_minor - after.credited_and_held_minor),
        (RECEIVABLE, after.open_minor - before.open_minor),
    ]
    tax_debits, tax_credits = _tax_falls_due(before, after) if vat_on_payment else ([], [])
    amount = before.held_minor - after.held_minor
    return match(debits, [(account, amount)]) + match(tax_debits, tax_credits)
