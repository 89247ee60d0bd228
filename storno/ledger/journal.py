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
BAD_DEBT = "BADDEBT"
ROUNDING = "ROUND"
UNMATCHED = "UNMATCHED"
"""Entries of the bank that have met no invoice yet."""
ASIDE = "ASIDE"
"""Entries of the operator's bank that are no client's money: what it has put there, or taken."""
HELD = "HELD"
"""What the operator holds of the money that clients paid."""
OFFSET = "OFFSET"
"""Money on its way from one invoice to another: both postings are of one deed, so it is empty."""

LATE = "LATE"
"""Reminder fees and late interest that were paid; without VAT."""

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
class WrittenOff:
    """What is not asked for any more, by what it is; amounts in minor units.

    `rounded_minor` are cent differences; of bad debt `relieved_minor` takes its VAT back and
    `lost_minor` does not.
    """

    rounded_minor: int = 0
    relieved_minor: int = 0
    lost_minor: int = 0

    @property
    def bad_debt_minor(self) -> int:
        """What was given up, beside cent differences."""
        return self.relieved_minor + self.lost_minor

    @property
    def total_minor(self) -> int:
        """All of it."""
        return self.rounded_minor + self.bad_debt_minor

    def plus(self, other: "WrittenOff", times: int = 1) -> "WrittenOff":
        """Both together; less the other one with -1."""
        return WrittenOff(
            self.rounded_minor + times * other.rounded_minor,
            self.relieved_minor + times * other.relieved_minor,
            self.lost_minor + times * other.lost_minor,
        )

    def within(self, left_minor: int) -> "WrittenOff":
        """What of it fits what is left: bad debt goes first, without its VAT before with it."""
        rounded = min(self.rounded_minor, left_minor)
        relieved = min(self.relieved_minor, left_minor - rounded)
        return WrittenOff(rounded, relieved, min(self.lost_minor, left_minor - rounded - relieved))


@dataclass(frozen=True, slots=True)
class Claim:
    """Where an invoice stands for the ledger: what is left of it, and the money on it.

    `tax` is the VAT left per rate after credits; `gross_minor` what is left with VAT; of the money
    received `returned_minor` was given back; `written` was written off and not taken back; amounts
    in minor units. Money and credits meet what is open, then what was written off; what is over is
    owed back.
    """

    gross_minor: int
    tax: TaxByRate
    received_minor: int = 0
    unapplied_minor: int = 0
    returned_minor: int = 0
    written: WrittenOff = WrittenOff()

    def paid(self, amount_minor: int) -> "Claim":
        """After money has come in: what is more than is left to meet stays unapplied."""
        over = max(amount_minor - self.unmet_minor, 0)
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

        It meets what is left by now; what is over is owed back as it was.
        """
        over = max(amount_minor - self.unmet_minor, 0)
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

    def written_off(self, part: WrittenOff) -> "Claim":
        """After a part of what is open was written off."""
        assert part.total_minor <= self.open_minor, "no more than is open"
        return replace(self, written=self.written.plus(part))

    def asked_again(self, part: WrittenOff) -> "Claim":
        """After that was taken back; what money or credits have met since stays met."""
        return replace(self, written=self.written.plus(part, -1))

    @property
    def held_minor(self) -> int:
        """The money received and not given back."""
        return self.received_minor - self.returned_minor

    @property
    def applied_minor(self) -> int:
        """The money that meets the claim."""
        return min(self.held_minor, self.gross_minor)

    @property
    def unmet_minor(self) -> int:
        """What no money has met, whether it is asked for or written off."""
        return self.gross_minor - self.applied_minor

    @property
    def gone(self) -> WrittenOff:
        """What is written off and was met by no money or credit since."""
        return self.written.within(self.unmet_minor)

    @property
    def open_minor(self) -> int:
        """What is still to be paid."""
        return self.unmet_minor - self.gone.total_minor

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
        """The VAT due on payment basis: pro rata, all of it once all is paid but for cents."""
        return self._tax_on(self.applied_minor + self.gone.rounded_minor)

    @property
    def relieved_tax(self) -> TaxByRate:
        """The VAT taken back with bad debt: what is left of it beside that on all else."""
        kept = self._tax_on(self.gross_minor - self.gone.relieved_minor)
        return {rate: amount - kept[rate] for rate, amount in self.tax.items()}

    @property
    def bad_debt_minor(self) -> int:
        """What is lost of the claim, less the VAT that is taken back with it."""
        return self.gone.bad_debt_minor - sum(self.relieved_tax.values())

    def _tax_on(self, part_minor: int) -> TaxByRate:
        """The VAT on a part of what is left of the invoice."""
        if part_minor == self.gross_minor:
            return self.tax
        return {
            rate: round_ratio(amount * part_minor, self.gross_minor)
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


def _tax_changes(
    before: Claim, after: Claim, rates: Iterable[Decimal], *, vat_on_payment: bool
) -> list[Leg]:
    """What brings VAT to where the claim now stands, debits above zero.

    On payment basis it is due or deferred; what bad debt has taken back is neither.
    """
    was_due, is_due = before.due_tax, after.due_tax
    was_back, is_back = before.relieved_tax, after.relieved_tax
    changes: list[Leg] = []
    for rate in rates:
        left = after.tax.get(rate, 0) - is_back.get(rate, 0)
        was = before.tax.get(rate, 0) - was_back.get(rate, 0)
        due = is_due.get(rate, 0) - was_due.get(rate, 0)
        if vat_on_payment:
            changes += [(deferred_vat(rate), was - left + due), (vat(rate), -due)]
        else:
            changes.append((vat(rate), was - left))
    return changes


def _written_changes(before: Claim, after: Claim) -> list[Leg]:
    return [
        (BAD_DEBT, after.bad_debt_minor - before.bad_debt_minor),
        (ROUNDING, after.gone.rounded_minor - before.gone.rounded_minor),
    ]


def _joined(changes: Sequence[Leg]) -> tuple[Move, ...]:
    """The transfers of changes in their order: debits above zero, credits below."""
    debits = [(account, change) for account, change in changes if change > 0]
    credits = [(account, -change) for account, change in changes if change < 0]
    return match(debits, credits)


def credit_posting(
    before: Claim, after: Claim, groups: Sequence[TaxGroup], *, vat_on_payment: bool
) -> tuple[Move, ...]:
    """A credit note is issued: revenue and VAT go back, the open part first.

    Then goes what was written off, and the rest is owed back. `groups` are the credit note's;
    `before` and `after` the claim on the invoice.
    """
    rates = before.tax if vat_on_payment else dict.fromkeys((*tax_by_rate(groups), *before.tax))
    return _joined(
        [
            *_sales_legs(groups),
            (RECEIVABLE, after.open_minor - before.open_minor),
            *_written_changes(before, after),
            (REFUND, before.owed_back_minor - after.owed_back_minor),
            *_tax_changes(before, after, rates, vat_on_payment=vat_on_payment),
        ]
    )


def money_in_posting(
    before: Claim, after: Claim, *, vat_on_payment: bool, account: str = BANK
) -> tuple[Move, ...]:
    """Money comes in, or a refund comes back: it meets what is open, then what was written off.

    The rest is owed back.
    """
    return _joined(
        [
            (account, after.held_minor - before.held_minor),
            (RECEIVABLE, after.open_minor - before.open_minor),
            *_written_changes(before, after),
            (UNAPPLIED, before.unapplied_minor - after.unapplied_minor),
            (REFUND, before.credited_and_held_minor - after.credited_and_held_minor),
            *_tax_changes(before, after, before.tax, vat_on_payment=vat_on_payment),
        ]
    )


def money_out_posting(
    before: Claim, after: Claim, *, vat_on_payment: bool, account: str = BANK
) -> tuple[Move, ...]:
    """A payment is taken back, or what is owed back is given.

    Unapplied money goes first, then what else is owed back; then the claim is open, or written
    off, again.
    """
    return _joined(
        [
            (account, after.held_minor - before.held_minor),
            (UNAPPLIED, before.unapplied_minor - after.unapplied_minor),
            (REFUND, before.credited_and_held_minor - after.credited_and_held_minor),
            (RECEIVABLE, after.open_minor - before.open_minor),
            *_written_changes(before, after),
            *_tax_changes(before, after, before.tax, vat_on_payment=vat_on_payment),
        ]
    )


def write_off_posting(before: Claim, after: Claim, *, vat_on_payment: bool) -> tuple[Move, ...]:
    """Something open is not asked for any more, or is again."""
    return _joined(
        [
            *_written_changes(before, after),
            *_tax_changes(before, after, before.tax, vat_on_payment=vat_on_payment),
            (RECEIVABLE, after.open_minor - before.open_minor),
        ]
    )
