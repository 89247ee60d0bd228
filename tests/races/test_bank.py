"""Money that the bank tells of, beside cards, hands and credits: it is there once."""

from datetime import datetime
from functools import partial
from io import BytesIO
from typing import Any

from storno.bank.models import BankFile, Entry
from storno.bank.take_in import TakenIn, take_in
from storno.matching.match import link_entry, match_entry, set_aside, undo_match
from storno.matching.meet import meet_new
from storno.organizations.scope import scope
from storno.payments.models import Payment
from tests.bank.told import entries_of, statement, take, told
from tests.custody.house import CUSTODY, in_custody, the_operator
from tests.custody.test_cross import bring, desk, entry, in_balance, key
from tests.deeds import pay
from tests.observe import balances, stands
from tests.online.shop import shop
from tests.properties.invariants import prove_books, verify_finds_nothing
from tests.races.test_payments import crediting, paying
from tests.races.test_refunds import gate
from tests.races.together import TIMES, together
from tests.reports.books import codes
from tests.world import World, found

WHOLE = "1255.00"
CREDITED = {
    "state": "credited",
    "received": 125_500,
    "credited": 125_500,
    "owed_back": 125_500,
}


def prove(*worlds: World) -> None:
    """Nothing is found in the books of these sellers, nor in those of the operator."""
    for world in worlds:
        assert codes(world) == set()
    cast = worlds[0]
    assert codes(World(the_operator(), cast.alice, cast.bob, cast.daisy)) == set()


def meeting(world: World, at: datetime) -> Any:
    return partial(meet_new, world.id, at=at)


def met(world: World, *entries: str, at: datetime) -> list[Entry]:
    """Entries of a seller's own account, met with its invoices."""
    take(world, statement(*entries, id=key()), at=at)
    while meet_new(world.id, at=at):
        pass
    return entries_of(world)[-len(entries) :]


def test_by_card_by_hand_and_by_the_bank_each_is_money_once(at: datetime) -> None:
    """The entry is the payment by hand, or money of its own that is owed back; the card's is."""
    with shop(at, hold_seconds=0) as of:
        world = of.world
        for _ in range(TIMES):
            invoice = world.invoice(at=at)
            of.house.pay(of.checkout(invoice, at=at))
            of.ask_at_once(at=at)
            take(world, statement(told(WHOLE, key(), reference=invoice.payment_reference)), at=at)
            together(
                partial(of.collect, at=at),
                partial(of.collect, at=at),
                paying(world, invoice, 125_500, at),
                meeting(world, at),
                meeting(world, at),
                gate=gate(invoice),
            )
            while meet_new(world.id, at=at):
                pass
            of.collect(at=at)
            one = entries_of(world)[-1]
            assert (one.state, one.why) in (
                ("queued", "paid_by_hand"),
                ("matched", "exact"),
                ("matched", "owed_back"),
            )
            with scope(world.id):
                paid = Payment.objects.filter(organization_id=world.id, invoice_id=invoice.id)
                methods = sorted(paid.values_list("method", flat=True))
            by_bank = ["bank_transfer"] * (1 + (one.state == "matched"))
            assert methods == [*by_bank, "card_online"]
            assert stands(world, invoice) == {
                "state": "paid",
                "received": len(methods) * 125_500,
                "owed_back": (len(methods) - 1) * 125_500,
                "unapplied": (len(methods) - 1) * 125_500,
            }
        prove_books(world)
        verify_finds_nothing(world)


def test_one_file_and_one_that_overlaps_taken_in_at_once(at: datetime) -> None:
    world = found()
    for _ in range(TIMES):
        invoice, keys = world.invoice(at=at), [key() for _each in range(3)]
        reference = invoice.payment_reference
        first, second, third = (told("400.00", each, reference=reference) for each in keys)
        file, longer = statement(first, second, id=key()), statement(second, third, id=key())
        results = together(
            *[partial(take, world, content, at=at) for content in (file, longer, file, longer)]
        )
        assert all(isinstance(result, TakenIn) for result in results)
        assert sorted(result.again for result in results) == [False, False, True, True]
        assert sum(result.file.new for result in results if not result.again) == 3
        together(*[meeting(world, at)] * 3)
        while meet_new(world.id, at=at):
            pass
        assert stands(world, invoice) == {"state": "part_paid", "received": 120_000, "open": 5_500}
    with scope(world.id):
        assert BankFile.objects.filter(organization_id=world.id).count() == 2 * TIMES
    prove_books(world)
    verify_finds_nothing(world)


@in_balance()
def test_the_operators_file_taken_in_and_met_at_once(at: datetime) -> None:
    one, other = in_custody(), in_custody()
    who = desk()
    for _ in range(TIMES):
        invoices = [(world, world.invoice(at=at)) for world in (one, other, one)]
        entries = [
            told(WHOLE, key(), reference=invoice.payment_reference) for _, invoice in invoices
        ]
        content = statement(*entries, account=CUSTODY, id=key())

        def taking(content: bytes = content) -> TakenIn:
            return take_in(BytesIO(content), "bank.xml", who=who, at=at)

        results = together(taking, taking, taking)
        assert [result.again for result in results].count(False) == 1
        together(*[partial(meet_new, who.organization_id, at=at)] * 3)
        while meet_new(who.organization_id, at=at):
            pass
        for world, invoice in invoices:
            assert stands(world, invoice) == {"state": "paid", "received": 125_500}
    prove(one, other)


def test_what_waits_is_matched_once_whoever_else_wants_it(at: datetime) -> None:
    """To two invoices, as a payment by hand, or set aside: one of four has it."""
    world = found()
    for _ in range(TIMES):
        one, other, by_hand = (world.invoice(at=at) for _each in range(3))
        payment = pay(world, by_hand, 125_500, at=at)
        (waits,) = met(world, told(WHOLE, key(), text="thanks"), at=at)
        results = together(
            partial(match_entry, waits.id, one.id, who=world.who(), at=at),
            partial(match_entry, waits.id, other.id, who=world.who(), at=at),
            partial(link_entry, waits.id, payment.id, who=world.who(), at=at),
            partial(set_aside, waits.id, "A gift", who=world.who(), at=at),
            gate=("bank_entry", waits.id),
        )
        assert results.count(["entry_not_waiting"]) == 3
        paid = [each for each in (one, other) if stands(world, each)["state"] == "paid"]
        assert len(paid) == sum(isinstance(result, Entry) for result in results[:2])
        assert stands(world, by_hand) == {"state": "paid", "received": 125_500}
        assert "UNMATCHED" not in balances(world)
    prove_books(world)
    verify_finds_nothing(world)


def test_a_match_and_a_credit_at_once_owe_the_money_back(at: datetime) -> None:
    world = found(hold_seconds=0)
    for _ in range(TIMES):
        invoice = world.invoice(at=at)
        (waits,) = met(world, told(WHOLE, key(), text="thanks"), at=at)
        together(
            partial(match_entry, waits.id, invoice.id, who=world.who(), at=at),
            crediting(world, invoice, at),
            gate=gate(invoice),
        )
        now = stands(world, invoice)
        assert now | {"unapplied": 0} == CREDITED | {"unapplied": 0}
    prove_books(world)
    verify_finds_nothing(world)


def test_a_match_is_undone_once_and_what_waits_again_is_matched_once(at: datetime) -> None:
    world = found(hold_seconds=0)
    for _ in range(TIMES):
        wrong, right = world.invoice(at=at), world.invoice(at=at)
        (one,) = met(world, told(WHOLE, key(), reference=wrong.payment_reference), at=at)
        undo = partial(undo_match, one.id, "of somebody else", who=world.who(), at=at)
        results = together(
            undo,
            undo,
            partial(match_entry, one.id, right.id, who=world.who(), at=at),
            crediting(world, wrong, at),
            gate=gate(wrong),
        )
        assert sum(isinstance(result, Entry) for result in results[:2]) == 1
        assert results[2] == ["entry_not_waiting"] or isinstance(results[2], Entry)
        is_right = isinstance(results[2], Entry)
        assert balances(world).get("UNMATCHED", 0) == (0 if is_right else -125_500)
        assert stands(world, wrong) == {"state": "credited", "credited": 125_500}
        assert stands(world, right).get("received", 0) == (125_500 if is_right else 0)
        if not is_right:
            match_entry(one.id, right.id, who=world.who(), at=at)
    prove_books(world)
    verify_finds_nothing(world)


def test_by_card_and_credited_at_once_it_is_owed_back(at: datetime) -> None:
    with shop(at, hold_seconds=0) as of:
        world = of.world
        for _ in range(TIMES):
            invoice = world.invoice(at=at)
            of.house.pay(of.checkout(invoice, at=at))
            of.ask_at_once(at=at)
            together(
                partial(of.collect, at=at),
                partial(of.collect, at=at),
                crediting(world, invoice, at),
                crediting(world, invoice, at),
                gate=gate(invoice),
            )
            of.collect(at=at)
            assert stands(world, invoice) | {"unapplied": 0} == CREDITED | {"unapplied": 0}
        prove_books(world)
        verify_finds_nothing(world)


@in_balance()
def test_two_staff_match_one_entry_to_two_sellers_while_a_member_credits(at: datetime) -> None:
    """Credited before, it belongs to its payer; paid before, only customer service credits it."""
    one, other = in_custody("hold_seconds=0"), in_custody("hold_seconds=0")
    for _ in range(TIMES):
        ours, theirs = one.invoice(at=at), other.invoice(at=at)
        (waits,) = bring(told(WHOLE, key(), text="thanks"), at=at)
        results = together(
            partial(match_entry, waits.id, ours.id, who=desk(), at=at),
            partial(match_entry, waits.id, theirs.id, who=desk(), at=at),
            crediting(one, ours, at),
            gate=("bank_entry", waits.id),
        )
        assert results.count(["entry_not_waiting"]) == 1
        to_one = isinstance(results[0], Entry)
        if results[2] == ["paid_credit_needs_desk"]:
            assert to_one
            assert stands(one, ours) == {"state": "paid", "received": 125_500}
        else:
            assert stands(one, ours)["credited"] == 125_500
            assert balances(one, ours).get("PAYER", 0) == (-125_500 if to_one else 0)
        assert stands(other, theirs).get("received", 0) == (0 if to_one else 125_500)
        back = together(
            *[partial(undo_match, waits.id, "of a third", who=desk(), at=at)] * 3,
            gate=("bank_entry", waits.id),
        )
        assert sum(isinstance(each, Entry) for each in back) == 1
        assert back.count(["entry_not_matched"]) == 2
        assert entry(waits.id).state == "queued"
        assert "CBANK" not in balances(one) | balances(other)
    prove(one, other)


@in_balance()
def test_the_bank_takes_money_back_while_its_match_is_undone(at: datetime) -> None:
    world = in_custody("hold_seconds=0")
    who = desk()
    for _ in range(TIMES):
        invoice, end_to_end = world.invoice(at=at), key()
        (came,) = bring(
            told(WHOLE, key(), reference=invoice.payment_reference, end_to_end=end_to_end), at=at
        )
        back = told(WHOLE, key(), side="DBIT", reason="AC04", end_to_end=end_to_end)
        content = statement(back, account=CUSTODY, id=key())
        take_in(BytesIO(content), "bank.xml", who=who, at=at)
        together(
            partial(meet_new, who.organization_id, at=at),
            partial(meet_new, who.organization_id, at=at),
            partial(undo_match, came.id, "of a third", who=who, at=at),
            gate=("bank_entry", came.id),
        )
        while meet_new(who.organization_id, at=at):
            pass
        assert stands(world, invoice) == {"state": "sent", "open": 125_500}
        assert entry(came.id).state == "returned"
        assert "CBANK" not in balances(world)
    prove(world)
