"""What is reckoned of client money from the payments that stand: whose each cent is."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from uuid import UUID, uuid4

from storno.documents.models import Document
from storno.payouts.models import Batch, Instruction
from tests.tax.oracle import nearest

RESERVES = ("VATRES", "PREP")
SHARES = (*RESERVES, "FEE", "FEEVAT", "PAYABLE")
CUSTODY = (*SHARES, "PAYER", "ONWAY", "TAXWAIT", "CBANK")
"""The accounts of the custody book."""
NEVER_LACKING = ("PAYER", "ONWAY", "TAXWAIT")
"""Of which no more can go than came: reserves, fees and what is payable may be owed."""


def split(applied: int, gross: int, tax: int, percent: int) -> Counter[str]:
    """What becomes of so much of an invoice: so much income tax, 5 % fee with 25.5 % VAT."""
    vat = nearest(Fraction(tax * applied, gross))
    net = applied - vat
    fee = nearest(Fraction(net * 5, 100))
    parts = [vat, nearest(Fraction(net * percent, 100)), fee, nearest(Fraction(fee * 255, 1000))]
    return Counter(dict(zip(SHARES, [*parts, applied - sum(parts)], strict=True)))


def added(*parts: Mapping[str, int]) -> Counter[str]:
    """All together, also what is less than nothing."""
    sum_: Counter[str] = Counter()
    for each in parts:
        sum_.update(each)
    return sum_


@dataclass
class Part:
    """What one payment had set aside, and by which rate of income tax."""

    shares: Counter[str]
    percent: int


@dataclass
class Sold:
    """An invoice with the money on it by its entries, and what each had set aside."""

    world: int
    invoice: Document
    money: dict[UUID, int] = field(default_factory=dict)
    parts: dict[UUID, Part] = field(default_factory=dict)
    is_credited: bool = False

    @property
    def received(self) -> int:
        return sum(self.money.values())

    @property
    def set_aside(self) -> Counter[str]:
        return added(*(part.shares for part in self.parts.values()))

    @property
    def withheld(self) -> int:
        return sum(self.set_aside[name] for name in RESERVES)

    def came(self, entry_id: UUID, minor: int, percent: int) -> None:
        self.money[entry_id] = minor
        shares = Counter[str]() if self.is_credited else self.beside(percent)
        self.parts[entry_id] = Part(shares, percent)

    def went(self, entry_id: UUID, percent: int) -> int:
        """What other money lay there without a claim meets it now, or met it in vain."""
        minor = self.money.pop(entry_id)
        del self.parts[entry_id]
        met = min(self.received, self.invoice.payable_minor)
        if not self.is_credited and met != self.set_aside.total():
            self.parts[uuid4()] = Part(self.beside(percent), percent)
        return minor

    def beside(self, percent: int) -> Counter[str]:
        """What is set aside now beside what was before: each cent by the rate when it came.

        What meets the claim in vain goes by the rate of what came last.
        """
        gross, tax = self.invoice.payable_minor, self.invoice.tax_minor
        now, before = min(self.received, gross), self.set_aside
        rates = [part.percent for part in self.parts.values()]
        if now < before.total():
            percent = rates[-1]
        elif set(rates) - {percent}:
            before = split(before.total(), gross, tax, percent)
        beside = split(now, gross, tax, percent)
        beside.subtract(before)
        return beside

    def kept(self) -> Counter[str]:
        """What of the client's money is whose."""
        shares = self.set_aside
        over = self.received - shares.total()
        if self.is_credited:
            shares["PAYABLE"] += sum(shares.pop(name, 0) for name in RESERVES)
        return added(shares, {"PAYER": over, "CBANK": -self.received})


class How(StrEnum):
    """How far the bank is with what it was asked."""

    ON_THE_WAY = "on the way"
    LEFT = "left"
    DROPPED = "dropped"
    """Or left out, or refused: it is not to leave any more."""
    BACK = "back"


@dataclass
class Asked:
    """What the bank was asked to pay for a seller, from which accounts of its client money."""

    seller: int
    due: Counter[str]
    instruction: Instruction
    how: How = How.ON_THE_WAY
    was_dropped: bool = False
    early: int = 0
    """What came back before it was told to have left, and waits for that."""
    by_hand: UUID | None = None
    """The entry of which a person said that it left by it."""

    @property
    def is_remitted(self) -> bool:
        return "PAYABLE" not in self.due


@dataclass
class Going:
    """A batch and what it is of."""

    batch: Batch
    asked: list[Asked]
    is_approved: bool = False
    is_dropped: bool = False


class Reckoned:
    """All that is told of client money in a story, and what follows from it for each account."""

    def __init__(self) -> None:
        super().__init__()
        self.sold: list[Sold] = []
        self.waiting: dict[UUID, int] = {}
        """Entries that wait for a person, but for what came back before it had left."""
        self.going: list[Going] = []
        self.moved: list[Counter[str]] = [Counter(), Counter()]
        """What has changed on the accounts of each seller but by payments, as credits."""
        self.percent = [20, 20]
        self.has_failed = [False, False]

    def expected(self, seller: int) -> Counter[str]:
        """Credits of each account of client money."""
        its = (sold.kept() for sold in self.sold if sold.world == seller)
        return added(self.moved[seller], *its)

    def who_have_money(self) -> list[Sold]:
        return [sold for sold in self.sold if sold.money]

    def left_by_hand(self) -> list[tuple[Asked, UUID]]:
        """What a person said to have left, with the entry of which that was said."""
        every = [one for going in self.going for one in going.asked if one.how == How.LEFT]
        return [(one, one.by_hand) for one in every if one.by_hand is not None]

    def due(self, seller: int, to: str) -> Counter[str]:
        """What can be asked of the bank for a seller now."""
        now = self.expected(seller)
        if to != "sellers":
            return Counter({name: max(now[name], 0) for name in RESERVES})
        payable = now["PAYABLE"] + self.releasable(seller)
        return Counter({"PAYABLE": 0 if self.has_failed[seller] else max(payable, 0)})

    def releasable(self, seller: int) -> int:
        """What waits for the tax office though no reserve lacks it any more."""
        now = self.expected(seller)
        return max(now["TAXWAIT"] - sum(max(-now[name], 0) for name in RESERVES), 0)

    def lacks(self, seller: int) -> int:
        now = self.expected(seller)
        return sum(max(-now[name], 0) for name in RESERVES)

    def move(self, seller: int, debit: str, credit: str, minor: int) -> None:
        self.moved[seller][debit] -= minor
        self.moved[seller][credit] += minor

    def holds_no_more(self, one: Asked) -> bool:
        now = self.expected(one.seller)
        lacks = any(amount and now[name] < 0 for name, amount in one.due.items())
        return lacks or (self.has_failed[one.seller] and not one.is_remitted)

    def sends(self, one: Asked) -> None:
        for name, amount in one.due.items():
            self.move(one.seller, name, "ONWAY", amount)

    def fails(self, one: Asked, how: How) -> None:
        """The account is not paid again until its owner has looked at it."""
        self.ends(one, how)
        self.has_failed[one.seller] |= not one.is_remitted

    def ends(self, one: Asked, how: How) -> None:
        """It is again where it was before the bank was asked."""
        one.how, one.was_dropped = how, one.was_dropped or how == How.DROPPED
        for name, amount in one.due.items():
            self.move(one.seller, "CBANK" if how == How.BACK else "ONWAY", name, amount)
