"""An invoice by the definitions, in exact fractions and without the code under test.

What is left of each line, each tax group and the whole; the money; and from these alone what every
account must show.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from storno.tax.category import TaxCategory
from tests.tax.oracle import factor, nearest

Key = tuple[TaxCategory, Decimal, bool]
Asked = tuple[int, Fraction | None, int | None]
"""A line by its place, and either a quantity or an amount of it."""


@dataclass
class SoldLine:
    """A line of the invoice and what has been credited of it; `amount` in its own pricing."""

    amount: int
    quantity: Fraction
    key: Key
    took: int = 0
    took_quantity: Fraction = Fraction(0)

    @property
    def left(self) -> int:
        return self.amount - self.took

    @property
    def quantity_left(self) -> Fraction:
        return self.quantity - self.took_quantity

    def worth(self, quantity: Fraction) -> int:
        """What a further quantity takes: the difference of two cumulative shares, or the rest."""
        if quantity == self.quantity_left:
            return self.left
        before, after = self.took_quantity, self.took_quantity + quantity
        share = Fraction(self.amount) / self.quantity
        return nearest(share * after) - nearest(share * before)


def tax_of(key: Key, basis: int) -> int:
    """The tax of a whole group."""
    _category, rate, includes_tax = key
    if includes_tax:
        return basis - nearest(basis / (1 + factor(rate)))
    return nearest(basis * factor(rate))


@dataclass
class Account:
    """An invoice's account: lines, credits, money."""

    lines: list[SoldLine]
    vat_on_payment: bool
    received: int = 0
    unapplied: int = 0
    returned: int = 0
    relieved: int = 0
    lost: int = 0
    rounded: int = 0
    """Of what was written off and not taken back: with its VAT, without it, cents."""
    offset: int = 0
    """Money that came from other invoices, less what went to others."""
    notes: int = 0
    credited_tax: dict[Key, int] = field(default_factory=lambda: defaultdict(int))

    def basis(self, key: Key) -> int:
        return sum(line.amount for line in self.lines if line.key == key)

    def basis_taken(self, key: Key) -> int:
        return sum(line.took for line in self.lines if line.key == key)

    @property
    def keys(self) -> list[Key]:
        return list(dict.fromkeys(line.key for line in self.lines))

    def tax_left(self, key: Key) -> int:
        return tax_of(key, self.basis(key)) - self.credited_tax[key]

    def net_left(self, key: Key) -> int:
        basis = self.basis(key) - self.basis_taken(key)
        return basis - self.tax_left(key) if key[2] else basis

    @property
    def payable(self) -> int:
        return sum(
            self.basis(key) + (0 if key[2] else tax_of(key, self.basis(key))) for key in self.keys
        )

    @property
    def gross_left(self) -> int:
        return sum(self.net_left(key) + self.tax_left(key) for key in self.keys)

    @property
    def credited(self) -> int:
        return self.payable - self.gross_left

    @property
    def held(self) -> int:
        return self.received - self.returned

    @property
    def unmet(self) -> int:
        return max(self.gross_left - self.held, 0)

    @property
    def gone(self) -> dict[str, int]:
        """What of it nothing has met since: cents stay longest, then what took its VAT back."""
        left, gone = self.unmet, {}
        for name in ("rounded", "relieved", "lost"):
            gone[name] = min(getattr(self, name), left)
            left -= gone[name]
        return gone

    @property
    def open(self) -> int:
        return self.unmet - sum(self.gone.values())

    @property
    def owed_back(self) -> int:
        return max(self.held - self.gross_left, 0)

    @property
    def is_credited(self) -> bool:
        return self.notes > 0 and self.gross_left == 0

    @property
    def state(self) -> str:
        """The first that holds."""
        for state, holds in (
            ("credited", self.is_credited),
            ("written_off", self.open == 0 and self.gone["relieved"] + self.gone["lost"] > 0),
            ("paid", self.open == 0),
            ("part_credited", self.credited > 0),
            ("part_paid", self.held > 0),
        ):
            if holds:
                return state
        return "sent"

    def whole(self) -> list[Asked]:
        """All that is left; a free line goes by its quantity."""
        return [
            (place, line.quantity_left, None)
            for place, line in enumerate(self.lines)
            if line.left or (line.amount == 0 and line.quantity_left)
        ]

    def why_not(self, asked: Sequence[Asked]) -> set[str]:
        """Why these parts cannot be credited: more than is left, or worth nothing at all."""
        whole = 0
        for place, quantity, amount in asked:
            line = self.lines[place]
            worth = line.worth(quantity) if quantity is not None else amount
            assert worth is not None
            if worth > line.left or (quantity is not None and quantity > line.quantity_left):
                return {"more_than_left"}
            whole += worth
        return set() if whole else {"nothing_to_credit"}

    def credit(self, asked: Sequence[Asked]) -> int:
        """Take what fits; return the credit note's total."""
        before = self.gross_left
        for place, quantity, amount in asked:
            line = self.lines[place]
            worth = line.worth(quantity) if quantity is not None else amount
            assert worth is not None
            line.took += worth
            line.took_quantity += quantity or 0
        for key in self.keys:
            basis, taken = self.basis(key), self.basis_taken(key)
            whole = tax_of(key, basis)
            if taken == basis:
                self.credited_tax[key] = whole
            elif key[2]:
                self.credited_tax[key] = nearest(Fraction(taken * whole, basis))
            else:
                self.credited_tax[key] = nearest(taken * factor(key[1]))
        self.notes += 1
        return before - self.gross_left

    def pay(self, amount: int, *, offset: bool = False) -> None:
        self.unapplied += max(amount - self.unmet, 0)
        self.received += amount
        self.offset += amount if offset else 0

    def reverse(self, amount: int, *, offset: bool = False) -> None:
        self.received -= amount
        self.unapplied = max(self.unapplied - amount, 0)
        self.offset -= amount if offset else 0

    def refund(self, amount: int, *, offset: bool = False) -> int:
        """Give money back; return how much of it had never met the claim."""
        took = min(self.unapplied, amount)
        self.unapplied -= took
        self.returned += amount
        self.offset -= amount if offset else 0
        return took

    def take_back(self, amount: int, took: int, *, offset: bool = False) -> None:
        self.unapplied += min(took, max(amount - self.unmet, 0))
        self.returned -= amount
        self.offset += amount if offset else 0

    def write_off(self, what: str, amount: int | None = None) -> int:
        """Ask no more for what is open, or, below zero, for so much again; return how much."""
        amount = self.open if amount is None else amount
        setattr(self, what, getattr(self, what) + amount)
        return amount

    def balances(self) -> dict[str, int]:
        """What the accounts show: debits less credits, without the empty ones."""
        shown: dict[str, int] = defaultdict(int)
        shown["AR"] += self.open
        shown["BANK"] += self.held - self.offset
        shown["OFFSET"] += self.offset
        shown["UNAPPLIED"] -= self.unapplied
        shown["REFUND"] -= self.owed_back - self.unapplied
        tax: dict[str, int] = defaultdict(int)
        for key in self.keys:
            category, rate, _includes_tax = key
            shown[f"SALES[{category.code},{percent(rate)}]"] -= self.net_left(key)
            tax[percent(rate)] += self.tax_left(key)
        gross, gone = self.gross_left, self.gone
        shown["ROUND"] += gone["rounded"]
        shown["BADDEBT"] += gone["relieved"] + gone["lost"]
        paid = min(self.held, gross) + gone["rounded"] if self.vat_on_payment else gross
        for rate_text, left in tax.items():
            back = left - nearest(Fraction(left * (gross - gone["relieved"]), gross or 1))
            due = nearest(Fraction(left * paid, gross or 1)) - (0 if self.vat_on_payment else back)
            shown["BADDEBT"] -= back
            shown[f"VAT[{rate_text}]"] -= due
            shown[f"VATDEF[{rate_text}]"] -= left - due - back
        return {account: amount for account, amount in shown.items() if amount}


def percent(rate: Decimal) -> str:
    """25.50 is written 25.5, and 10.00 is written 10."""
    text = f"{rate:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
