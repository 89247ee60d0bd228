"""Client money of two sellers in any order of events: where each cent is, and that none is missing.

The bank tells of money with right and lost references, in parts and too much, and takes some back;
customer service matches, undoes and credits; the operator pays out and remits. After each step each
account of both sellers must be what is reckoned here from the payments that stand, and the
operator's account what the bank told.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from storno.bank.models import Entry
from storno.cases.approve import approve_case
from storno.cases.ask import ask_for_refund
from storno.cases.confirm import PaidBack, confirm_refund
from storno.cases.models import RefundedBy
from storno.documents.models import Document
from storno.matching.match import match_entry, undo_match
from storno.payments.reverse import MoneyWasGivenBack
from storno.payouts.approve import approve_batch, drop_batch
from storno.payouts.batch import NothingToPayOut
from storno.payouts.models import Batch
from storno.payouts.propose import propose_payouts
from storno.payouts.remit import propose_remittance
from storno.payouts.rules import set_tax_office
from tests.bank.told import told
from tests.cases.test_cases import by, staff
from tests.custody.house import in_custody, the_operator
from tests.custody.test_cross import bring, desk, gap, key
from tests.observe import balances, stands
from tests.payouts.test_pay_out import asked, emptied, gone, person
from tests.properties.depth import DEEP, proof
from tests.properties.invariants import prove_books
from tests.reports.books import codes
from tests.staff.ended import nobody_serves_afterwards
from tests.tax.oracle import nearest
from tests.world import World, line

__all__ = ["nobody_serves_afterwards"]

BEGIN = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)
DAY = BEGIN.date()
PRICES = ["1000.00", "333.33", "0.10", "19.99"]
SHARES = ("VATRES", "PREP", "FEE", "FEEVAT", "PAYABLE")
CUSTODY = (*SHARES, "PAYER", "ONWAY", "CBANK")
TAXES = "FI5689199710000724"


def split(applied: int, gross: int, tax: int) -> Counter[str]:
    """What becomes of so much of an invoice: 20 % income tax, 5 % fee with 25.5 % VAT."""
    vat = nearest(Fraction(tax * applied, gross))
    net = applied - vat
    fee = nearest(Fraction(net * 5, 100))
    parts = [vat, nearest(Fraction(net * 20, 100)), fee, nearest(Fraction(fee * 255, 1000))]
    return Counter(dict(zip(SHARES, [*parts, applied - sum(parts)], strict=True)))


@dataclass
class Sold:
    """An invoice with the money on it by its entries, and what each had set aside."""

    world: int
    invoice: Document
    money: dict[UUID, int] = field(default_factory=dict)
    parts: dict[UUID, Counter[str]] = field(default_factory=dict)
    is_credited: bool = False

    @property
    def received(self) -> int:
        return sum(self.money.values())

    @property
    def set_aside(self) -> Counter[str]:
        return added(*self.parts.values())

    def came(self, entry_id: UUID, minor: int) -> None:
        self.money[entry_id] = minor
        self.parts[entry_id] = Counter() if self.is_credited else self.beside()

    def went(self, entry_id: UUID) -> int:
        """What other money lay there without a claim meets it now, or met it in vain."""
        minor = self.money.pop(entry_id)
        del self.parts[entry_id]
        if not self.is_credited and (beside := self.beside()).total():
            self.parts[uuid4()] = beside
        return minor

    def beside(self) -> Counter[str]:
        """What is to be set aside now beside what was before."""
        gross, tax = self.invoice.payable_minor, self.invoice.tax_minor
        now = split(min(self.received, gross), gross, tax)
        now.subtract(self.set_aside)
        return now

    def kept(self) -> Counter[str]:
        """What of the client's money is whose."""
        shares = self.set_aside
        over = self.received - shares.total()
        if self.is_credited:
            shares["PAYABLE"] += shares.pop("VATRES", 0) + shares.pop("PREP", 0)
        return added(shares, {"PAYER": over, "CBANK": -self.received})


def added(*parts: Mapping[str, int]) -> Counter[str]:
    """All together, also what is less than nothing."""
    sum_: Counter[str] = Counter()
    for each in parts:
        sum_.update(each)
    return sum_


class ClientMoney(RuleBasedStateMachine):
    """One operator and two sellers."""

    def __init__(self) -> None:
        super().__init__()
        self.now = BEGIN
        self.sold: list[Sold] = []
        self.waiting: dict[UUID, int] = {}
        self.going: list[tuple[Any, list[tuple[int, Counter[str], Any]]]] = []
        self.moved: list[Counter[str]] = [Counter(), Counter()]
        """What payouts and remittances have changed on the accounts of each seller, as credits."""

    @initialize()
    def begin(self) -> None:
        the_operator()
        set_tax_office("Tax Administration", TAXES, who=person(), at=self.now)
        emptied(self.now)
        also = ("payout_account=FI2112345600000785", "tax_reference=1232", "hold_seconds=0")
        self.worlds = [in_custody(*also) for _ in range(2)]
        self.sam = staff(self.now)
        self.gap = gap()
        for seller in range(2):
            self.invoiced(seller, PRICES[seller])

    def tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    # Money comes

    @rule(seller=st.integers(0, 1), price=st.sampled_from(PRICES))
    def invoiced(self, seller: int, price: str) -> None:
        invoice = self.worlds[seller].invoice(line(price), at=self.tick())
        self.sold.append(Sold(seller, invoice))

    @precondition(lambda self: self.sold)
    @rule(data=st.data(), part=st.sampled_from([1, 1, 3, 7, 100]), more=st.sampled_from([0, 0, 1]))
    def money_comes(self, data: st.DataObject, part: int, more: int) -> None:
        """All of an invoice or a part of it, now and then more, by its reference."""
        sold = data.draw(st.sampled_from(self.sold))
        minor = max(sold.invoice.payable_minor // part, 1) + more
        (came,) = self.told(minor, reference=sold.invoice.payment_reference)
        assert came.state == "matched"
        sold.came(came.id, minor)

    @rule(minor=st.sampled_from([13, 1_000, 125_500]))
    def lost_money_comes(self, minor: int) -> None:
        (came,) = self.told(minor, text="thanks")
        assert came.state == "queued"
        self.waiting[came.id] = minor

    def told(self, minor: int, **more: str) -> list[Entry]:
        amount = f"{abs(minor) // 100}.{abs(minor) % 100:02}"
        end_to_end = more.pop("end_to_end", key())
        return bring(told(amount, key(), end_to_end=end_to_end, **more), at=self.tick())  # type: ignore[arg-type]

    @precondition(lambda self: self.sold and self.waiting)
    @rule(data=st.data())
    def desk_matches(self, data: st.DataObject) -> None:
        entry_id = data.draw(st.sampled_from(list(self.waiting)))
        sold = data.draw(st.sampled_from(self.sold))
        match_entry(entry_id, sold.invoice.id, who=desk(), at=self.tick())
        sold.came(entry_id, self.waiting.pop(entry_id))

    @precondition(lambda self: any(sold.money for sold in self.sold))
    @rule(data=st.data())
    def desk_undoes(self, data: st.DataObject) -> None:
        """What was paid back by the books is taken back no more."""
        sold = data.draw(st.sampled_from([sold for sold in self.sold if sold.money]))
        entry_id = data.draw(st.sampled_from(list(sold.money)))
        minor, at = sold.money[entry_id], self.tick()
        if sold.is_credited and sold.received - minor < self.returned(sold):
            with pytest.raises(MoneyWasGivenBack):
                undo_match(entry_id, "of a third", who=desk(), at=at)
            return
        undo_match(entry_id, "of a third", who=desk(), at=at)
        self.waiting[entry_id] = sold.went(entry_id)

    def returned(self, sold: Sold) -> int:
        back = stands(self.worlds[sold.world], sold.invoice).get("returned", 0)
        assert isinstance(back, int)
        return back

    # A refund case

    @precondition(lambda self: any(s.money and not s.is_credited for s in self.sold))
    @rule(data=st.data())
    def paid_back_and_credited(self, data: st.DataObject) -> None:
        """All that was withheld for the invoice goes back to its seller, to the cent."""
        open_ = [sold for sold in self.sold if sold.money and not sold.is_credited]
        sold, at = data.draw(st.sampled_from(open_)), self.tick()
        world = self.worlds[sold.world]
        now = ask_for_refund(sold.invoice.id, who=world.who(), at=at)
        back = PaidBack(DAY, sold.received, RefundedBy.BANK_TRANSFER)
        confirm_refund(now.case.id, back, who=world.who(), at=at)
        now = approve_case(now.case.id, who=by(self.sam, world, now, at), at=at)
        withheld = sold.set_aside["VATRES"] + sold.set_aside["PREP"]
        assert now.returned is not None
        assert now.returned.shares.set_aside_minor == withheld
        sold.is_credited = True

    # Money goes

    @rule(to=st.sampled_from(["sellers", "sellers", "tax office"]))
    def operator_proposes(self, to: str) -> None:
        """Each seller's payable money, or reserves; what is less than nothing waits."""
        at, who = self.tick(), person()
        names = ("PAYABLE",) if to == "sellers" else ("VATRES", "PREP")
        try:
            if to == "sellers":
                batch = propose_payouts(DAY, who=who, at=at)
            else:
                batch = propose_remittance(DAY, DAY, who=who, at=at)
        except NothingToPayOut:
            batch = None
        its: list[tuple[int, Counter[str], Any]] = []
        there = {each.seller_id: each for each in ([] if batch is None else asked(batch))}
        for seller, world in enumerate(self.worlds):
            now = self.expected(seller)
            due = Counter({name: max(now[name], 0) for name in names})
            one = there.get(world.id)
            assert (0 if one is None else one.amount_minor) == due.total()
            if one is not None:
                self.move(seller, due, -1)
                self.moved[seller]["ONWAY"] += due.total()
                its.append((seller, due, one))
        if its:
            self.going.append((batch, its))
        elif batch is not None:
            drop_batch(batch.id, who=who, at=at)  # of sellers of another story

    def move(self, seller: int, due: Counter[str], sign: int) -> None:
        for name, amount in due.items():
            self.moved[seller][name] += sign * amount

    @precondition(lambda self: self.going)
    @rule(data=st.data(), how=st.sampled_from(["left", "left", "dropped"]))
    def bank_answers(self, data: st.DataObject, how: str) -> None:
        batch, its = self.going.pop(data.draw(st.integers(0, len(self.going) - 1)))
        assert isinstance(batch, Batch)
        at = self.tick()
        if how == "dropped":
            drop_batch(batch.id, who=person(), at=at)
        else:
            approve_batch(batch.id, who=person(), at=at)
        for seller, due, one in its:
            self.moved[seller]["ONWAY"] -= due.total()
            if how == "left":
                gone(one, at=at)
                self.moved[seller]["CBANK"] += due.total()
                continue
            self.move(seller, due, 1)

    # What holds

    def expected(self, seller: int) -> Counter[str]:
        """Credits of each account of client money."""
        its = (sold.kept() for sold in self.sold if sold.world == seller)
        return added(self.moved[seller], *its)

    @invariant()
    def every_cent_is_where_it_belongs(self) -> None:
        if not self.sold:
            return
        for seller, world in enumerate(self.worlds):
            now = balances(world)
            shown = {name: -now[name] for name in CUSTODY if name in now}
            assert shown == {name: cents for name, cents in self.expected(seller).items() if cents}
        assert gap() == self.gap
        if DEEP:
            self.books_are_proven()

    def books_are_proven(self) -> None:
        for world in self.worlds:
            assert codes(world) == set()
            prove_books(world)
        cast = self.worlds[0]
        assert codes(World(the_operator(), cast.alice, cast.bob, cast.daisy)) == set()

    def teardown(self) -> None:
        if self.sold:
            self.books_are_proven()


TestClientMoney = ClientMoney.TestCase
TestClientMoney.settings = proof(5, 200, steps=12)
