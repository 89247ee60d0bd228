"""Client money of two sellers in any order of events: where each cent is, and that none is missing.

The bank tells of money with right and lost references, in parts and too much, and takes some back,
before it was paid out and after; rates of income tax change meanwhile. Customer service matches,
undoes and credits; the operator pays out and remits, drops what it had proposed, and hears that it
was refused, came back or left all the same; the tax office repays. One seller's taxes are advanced,
the other's wait. After each step each account of both sellers must be what is reckoned here from
the payments that stand, and the operator's account what the bank told.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from storno.bank.models import Entry
from storno.cases.approve import approve_case
from storno.cases.ask import ask_for_refund
from storno.cases.confirm import PaidBack, confirm_refund
from storno.cases.models import RefundedBy
from storno.custody.operate import set_by_operator
from storno.matching.match import match_entry, undo_match
from storno.payments.reverse import MoneyWasGivenBack
from storno.payouts.account import enter_payout_account
from storno.payouts.approve import approve_batch, drop_batch, refuse_payout
from storno.payouts.batch import NothingToPayOut
from storno.payouts.meet import say_back, say_left
from storno.payouts.not_left import undo_left
from storno.payouts.propose import propose_payouts
from storno.payouts.remit import propose_remittance
from storno.payouts.repaid import say_repaid
from storno.payouts.rules import set_tax_office
from tests.bank.told import told
from tests.cases.test_cases import by, staff
from tests.custody.house import in_custody, the_operator
from tests.custody.test_cross import bring, desk, gap, key
from tests.observe import balances, stands
from tests.payouts.test_pay_out import OWN, asked, came_back, emptied, gone, person
from tests.properties.client_money import (
    CUSTODY,
    NEVER_LACKING,
    RESERVES,
    Asked,
    Going,
    How,
    Reckoned,
    Sold,
)
from tests.properties.depth import DEEP, proof
from tests.properties.invariants import prove_books
from tests.reports.books import codes
from tests.staff.ended import nobody_serves_afterwards
from tests.world import World, line

__all__ = ["nobody_serves_afterwards"]

BEGIN = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)
DAY = BEGIN.date()
PRICES = ["1000.00", "333.33", "0.10", "19.99"]
TAXES = "FI5689199710000724"


class ClientMoney(Reckoned, RuleBasedStateMachine):
    """One operator and two sellers; of the second one's taxes the operator advances nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.now = BEGIN
        self.ids: dict[UUID, str] = {}
        """What the payer's bank calls money that came, and repeats should it take it back."""

    @initialize()
    def begin(self) -> None:
        the_operator()
        set_tax_office("Tax Administration", TAXES, who=person(), at=self.now)
        emptied(self.now)
        also = (f"payout_account={OWN}", "tax_reference=1232", "hold_seconds=0")
        self.worlds = [in_custody(*also, f"remitted={mode}") for mode in ("advance", "wait")]
        self.sam = staff(self.now)
        cast = self.worlds[0]
        self.house = World(the_operator(), cast.alice, cast.bob, cast.daisy)
        self.gap, self.before = gap(), balances(self.house).get("UNMATCHED", 0)
        for seller in range(2):
            self.invoiced(seller, PRICES[seller])

    def tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    # Money comes, and the bank takes it back

    @rule(seller=st.integers(0, 1), price=st.sampled_from(PRICES))
    def invoiced(self, seller: int, price: str) -> None:
        invoice = self.worlds[seller].invoice(line(price), at=self.tick())
        self.sold.append(Sold(seller, invoice))

    @rule(seller=st.integers(0, 1), percent=st.sampled_from([0, 7, 20, 33, 60]))
    def rate_changes(self, seller: int, percent: int) -> None:
        slug = self.worlds[seller].organization.slug
        set_by_operator(slug, [f"withholding_percent={percent}"], at=self.tick())
        self.percent[seller] = percent

    @precondition(lambda self: self.sold)
    @rule(data=st.data(), part=st.sampled_from([1, 1, 3, 7, 100]), more=st.sampled_from([0, 0, 1]))
    def money_comes(self, data: st.DataObject, part: int, more: int) -> None:
        """All of an invoice or a part of it, now and then more, by its reference."""
        sold = data.draw(st.sampled_from(self.sold))
        minor = max(sold.invoice.payable_minor // part, 1) + more
        came = self.told(minor, reference=sold.invoice.payment_reference)
        assert came.state == "matched"
        sold.came(came.id, minor, self.percent[sold.world])

    @rule(minor=st.sampled_from([13, 1_000, 125_500]))
    def lost_money_comes(self, minor: int) -> None:
        came = self.told(minor, text="thanks")
        assert came.state == "queued"
        self.waiting[came.id] = minor

    def told(self, minor: int, **more: str) -> Entry:
        amount, end_to_end = f"{abs(minor) // 100}.{abs(minor) % 100:02}", key()
        more = {"end_to_end": end_to_end} | more
        (entry,) = bring(told(amount, key(), **more), at=self.tick())  # type: ignore[arg-type]
        self.ids[entry.id] = end_to_end
        return entry

    @precondition(lambda self: self.who_have_money() or self.waiting)
    @rule(data=st.data())
    def bank_takes_back(self, data: st.DataObject) -> None:
        """It is paid no more, or was never; what went back by the books waits for a person."""
        met = [(sold, id_) for sold in self.who_have_money() for id_ in sold.money]
        lost = [(None, id_) for id_, minor in self.waiting.items() if minor > 0]
        if not met + lost:
            return
        sold, id_ = data.draw(st.sampled_from([*met, *lost]))
        minor = self.waiting[id_] if sold is None else sold.money[id_]
        back = self.told(minor, side="DBIT", reason="AC04", end_to_end=self.ids[id_])
        if sold is None:
            del self.waiting[id_]
        elif self.was_given_back(sold, minor):
            assert (back.state, back.why) == ("queued", "given_back")
            self.waiting[back.id] = -minor
            return
        else:
            sold.went(id_, self.percent[sold.world])
        assert back.state == "matched"

    @precondition(lambda self: self.sold and any(minor > 0 for minor in self.waiting.values()))
    @rule(data=st.data())
    def desk_matches(self, data: st.DataObject) -> None:
        came = [id_ for id_, minor in self.waiting.items() if minor > 0]
        entry_id, sold = data.draw(st.sampled_from(came)), data.draw(st.sampled_from(self.sold))
        match_entry(entry_id, sold.invoice.id, who=desk(), at=self.tick())
        sold.came(entry_id, self.waiting.pop(entry_id), self.percent[sold.world])

    @precondition(lambda self: self.who_have_money())
    @rule(data=st.data())
    def desk_undoes(self, data: st.DataObject) -> None:
        """What was paid back by the books is taken back no more."""
        sold = data.draw(st.sampled_from(self.who_have_money()))
        entry_id = data.draw(st.sampled_from(list(sold.money)))
        at = self.tick()
        if self.was_given_back(sold, sold.money[entry_id]):
            with pytest.raises(MoneyWasGivenBack):
                undo_match(entry_id, "of a third", who=desk(), at=at)
            return
        undo_match(entry_id, "of a third", who=desk(), at=at)
        self.waiting[entry_id] = sold.went(entry_id, self.percent[sold.world])

    def was_given_back(self, sold: Sold, minor: int) -> bool:
        """Whether too little would be left of the money for what was refunded of it."""
        back = stands(self.worlds[sold.world], sold.invoice).get("returned", 0)
        assert isinstance(back, int)
        return sold.is_credited and sold.received - minor < back

    # A refund case

    @precondition(lambda self: any(s.money and not s.is_credited for s in self.sold))
    @rule(data=st.data())
    def paid_back_and_credited(self, data: st.DataObject) -> None:
        """All that was withheld for the invoice goes back to its seller, to the cent, or waits."""
        open_ = [sold for sold in self.sold if sold.money and not sold.is_credited]
        sold, at = data.draw(st.sampled_from(open_)), self.tick()
        world, reserves = self.worlds[sold.world], self.expected(sold.world)
        now = ask_for_refund(sold.invoice.id, who=world.who(), at=at)
        back = PaidBack(DAY, sold.received, RefundedBy.BANK_TRANSFER)
        confirm_refund(now.case.id, back, who=world.who(), at=at)
        now = approve_case(now.case.id, who=by(self.sam, world, now, at), at=at)
        assert now.returned is not None
        assert now.returned.shares.set_aside_minor == sold.withheld
        sold.is_credited = True
        if sold.world == 1:
            wanted = sold.set_aside
            self.move(
                1,
                "PAYABLE",
                "TAXWAIT",
                sum(max(wanted[name] - max(reserves[name], 0), 0) for name in RESERVES),
            )

    # Money goes

    @rule(to=st.sampled_from(["sellers", "sellers", "tax office"]), approved=st.booleans())
    def operator_proposes(self, to: str, approved: bool) -> None:
        """Each seller's payable money, or reserves; what is less than nothing waits."""
        at, who = self.tick(), person()
        try:
            if to == "sellers":
                batch = propose_payouts(DAY, who=who, at=at)
            else:
                batch = propose_remittance(DAY, DAY, who=who, at=at)
        except NothingToPayOut:
            assert not any(self.due(seller, to).total() for seller in range(2))
            return
        there = {each.seller_id: each for each in asked(batch)}
        going = Going(batch, [])
        for seller, world in enumerate(self.worlds):
            due = self.due(seller, to)
            if to == "sellers":
                self.move(seller, "TAXWAIT", "PAYABLE", self.releasable(seller))
            one = there.get(world.id)
            assert (0 if one is None else one.amount_minor) == due.total()
            if one is not None:
                going.asked.append(Asked(seller, due, one))
                self.sends(going.asked[-1])
        if not going.asked:
            drop_batch(batch.id, who=who, at=at)  # of sellers of another story
            return
        self.going.append(going)
        if approved:
            self.operator_approves(going)

    @precondition(lambda self: any(not each.is_approved for each in self.going))
    @rule(data=st.data())
    def operator_approves_later(self, data: st.DataObject) -> None:
        open_ = [each for each in self.going if not each.is_approved and not each.is_dropped]
        if open_:
            self.operator_approves(data.draw(st.sampled_from(open_)))

    def operator_approves(self, going: Going) -> None:
        """What holds no more is left out: it is not there any more, or its account has failed."""
        still = [each for each in going.asked if each.how == How.ON_THE_WAY]
        out = [each for each in still if self.holds_no_more(each)]
        approve_batch(going.batch.id, who=person(), at=self.tick())
        for each in out:
            self.ends(each, How.DROPPED)
        going.is_approved = True
        going.is_dropped = all(each.how in (How.DROPPED, How.BACK) for each in going.asked)

    @precondition(lambda self: any(not each.is_dropped for each in self.going))
    @rule(data=st.data())
    def operator_drops(self, data: st.DataObject) -> None:
        going = data.draw(st.sampled_from([each for each in self.going if not each.is_dropped]))
        if any(each.how == How.LEFT for each in going.asked):
            return
        drop_batch(going.batch.id, who=person(), at=self.tick())
        going.is_dropped = True
        for each in going.asked:
            if each.how == How.ON_THE_WAY:
                self.ends(each, How.DROPPED)

    @precondition(lambda self: self.going)
    @rule(
        data=st.data(),
        how=st.sampled_from(["pays", "pays", "refuses", "pays back first"]),
        named=st.booleans(),
    )
    def bank_answers(self, data: st.DataObject, how: str, named: bool) -> None:
        """It pays, also what it was asked no more; or refuses; or the money comes back."""
        going = data.draw(st.sampled_from(self.going))
        one = data.draw(st.sampled_from(going.asked))
        if one.how == How.LEFT:
            self.comes_back(going, one, named)
        elif one.how == How.ON_THE_WAY and how == "refuses" and going.is_approved:
            refuse_payout(self.payout_of(going, one), who=person(), at=self.tick())
            self.fails(one, How.DROPPED)
        elif one.how != How.BACK and how == "pays back first" and not one.early:
            came_back(one.instruction, at=self.tick())
            one.early = one.due.total()
        elif one.how != How.BACK:
            self.leaves(going, one, named)

    def leaves(self, going: Going, one: Asked, named: bool) -> None:
        """By an entry that names it, or of which a person says so."""
        one.by_hand = None
        if one.how == How.DROPPED:
            self.sends(one)
        if named:
            gone(one.instruction, at=self.tick())
        else:
            entry = self.told(one.due.total(), side="DBIT", text="payments")
            its = self.payout_of(going, one)
            say_left(entry.id, going.batch.id, payout_id=its, who=person(), at=self.tick())
            one.by_hand = entry.id
        one.how = How.LEFT
        self.move(one.seller, "ONWAY", "CBANK", one.due.total())
        if one.early:
            one.early = 0
            self.fails(one, How.BACK)

    def comes_back(self, going: Going, one: Asked, named: bool) -> None:
        if named:
            came_back(one.instruction, at=self.tick())
        else:
            entry = self.told(one.due.total(), text="returned")
            say_back(entry.id, self.payout_of(going, one), who=person(), at=self.tick())
        self.fails(one, How.BACK)

    def payout_of(self, going: Going, one: Asked) -> UUID:
        """By which the seller's books know it now."""
        rows = asked(going.batch)
        return next(each.payout_id for each in rows if each.id == one.instruction.id)

    @precondition(lambda self: self.left_by_hand())
    @rule(data=st.data())
    def desk_named_the_wrong_entry(self, data: st.DataObject) -> None:
        """It is on the way again, or was never to leave; the entry waits."""
        one, entry_id = data.draw(st.sampled_from(self.left_by_hand()))
        undo_left(entry_id, who=person(), at=self.tick())
        self.waiting[entry_id] = -one.due.total()
        self.move(one.seller, "CBANK", "ONWAY", one.due.total())
        one.how = How.ON_THE_WAY
        if one.was_dropped:
            self.ends(one, How.DROPPED)

    @precondition(lambda self: any(self.has_failed))
    @rule()
    def seller_looks_at_the_account(self) -> None:
        for seller, world in enumerate(self.worlds):
            if self.has_failed[seller]:
                enter_payout_account(OWN, who=world.who(), at=self.tick())
                self.has_failed[seller] = False

    @precondition(lambda self: self.sold and any(map(self.lacks, range(2))))
    @rule(part=st.sampled_from([1, 2, 3]))
    def tax_office_repays(self, part: int) -> None:
        """What it has of money that went back to a seller, VAT first."""
        seller = next(seller for seller in range(2) if self.lacks(seller))
        minor = max(self.lacks(seller) // part, 1)
        came, vat = self.told(minor, text="tax"), max(-self.expected(seller)["VATRES"], 0)
        say_repaid(came.id, self.worlds[seller].id, who=person(), at=self.tick())
        self.move(seller, "CBANK", "VATRES", min(minor, vat))
        self.move(seller, "CBANK", "PREP", max(minor - vat, 0))

    # What holds

    @invariant()
    def every_cent_is_where_it_belongs(self) -> None:
        if not self.sold:
            return
        for seller, world in enumerate(self.worlds):
            now = balances(world)
            shown = {name: -now[name] for name in CUSTODY if name in now}
            assert shown == {name: cents for name, cents in self.expected(seller).items() if cents}
            assert all(shown.get(name, 0) >= 0 for name in NEVER_LACKING)
        waits = self.before - balances(self.house).get("UNMATCHED", 0)
        early = sum(one.early for going in self.going for one in going.asked)
        assert waits == sum(self.waiting.values()) + early
        assert gap() == self.gap
        if DEEP:
            self.books_are_proven()

    def books_are_proven(self) -> None:
        for world in self.worlds:
            assert codes(world) == set()
            prove_books(world)
        assert codes(self.house) == set()

    def teardown(self) -> None:
        if self.sold:
            self.books_are_proven()


TestClientMoney = ClientMoney.TestCase
TestClientMoney.settings = proof(5, 200, steps=14)
