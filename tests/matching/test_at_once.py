"""Many entries at once: what comes of each is what would come of it alone, in a few statements."""

from functools import partial

from django.db import connection
from django.test.utils import CaptureQueriesContext

from storno.bank.models import Entry
from storno.corrections.credit import credit_invoice
from storno.matching.at_once import meet_at_once
from storno.matching.meet import meet_new
from storno.organizations.roles import system
from tests.bank.told import AT, bring, entries_of, statement, take, told
from tests.deeds import CANCELLED, pay
from tests.observe import balances, stands
from tests.properties.invariants import prove_books, verify_finds_nothing
from tests.races.together import TIMES, together
from tests.world import World, found


def waiting(world: World, *entries: str, id: str = "S1") -> list[Entry]:
    """Entries that were taken in and have met nothing yet."""
    take(world, statement(*entries, id=id))
    return [each for each in entries_of(world) if each.state == "new"]


def keys(found: list[Entry]) -> dict[object, str]:
    return {each.id: each.key.partition(" ")[0] for each in found}


def test_as_many_statements_for_one_as_for_many_and_the_same_books() -> None:
    world, by_hand = found(), found()
    amounts = [125_500, 100_000, 130_000, 125_500]
    invoices = [world.invoice(at=AT) for _each in amounts]
    told_of = [
        told(f"{amount // 100}.00", f"A{place}", reference=invoice.payment_reference)
        for place, (amount, invoice) in enumerate(zip(amounts, invoices, strict=True))
    ]
    taken = []
    for number, few in enumerate((told_of[3:], told_of[:3])):
        new = waiting(world, *few, id=f"S{number}")
        with CaptureQueriesContext(connection) as captured:
            done = meet_at_once(new, who=system(world.id), at=AT)
        assert done == {each.id for each in new}
        taken.append(len(captured))
    assert taken[0] == taken[1]
    for amount, invoice in zip(amounts, invoices, strict=True):
        other = by_hand.invoice(at=AT)
        pay(by_hand, other, amount, at=AT)
        assert stands(world, invoice) == stands(by_hand, other)
        assert balances(world, invoice) == balances(by_hand, other)
    whys = {each.key.partition(" ")[0]: (each.state, each.why) for each in entries_of(world)}
    assert whys == {
        "A0": ("matched", "exact"),
        "A1": ("matched", "part"),
        "A2": ("matched", "over"),
        "A3": ("matched", "exact"),
    }
    prove_books(world)
    verify_finds_nothing(world)


def test_what_is_not_plain_is_left_to_be_judged_alone() -> None:
    world, other = found(), found()
    plain, twice, paid, held, crowns, back = (world.invoice(at=AT) for _ in range(6))
    pay(world, paid, 100, at=AT)
    credit_invoice(held.id, CANCELLED, who=world.who(), at=AT)
    new = waiting(
        world,
        told("1255.00", "plain", reference=plain.payment_reference.rjust(20, "0")),
        told("1.00", "twice", reference=twice.payment_reference),
        told("2.00", "again", reference=twice.payment_reference),
        told("1255.00", "paid", reference=paid.payment_reference),
        told("1255.00", "held", reference=held.payment_reference),
        told("1255.00", "crowns", reference=crowns.payment_reference, currency="SEK"),
        told("5.00", "back", side="DBIT", reference=back.payment_reference, is_reversal=True),
        told("1.00", "theirs", reference=other.invoice(at=AT).payment_reference),
        told("1.00", "none", reference="1009"),
        told("2.00", "out", side="DBIT"),
    )
    done = meet_at_once(new, who=system(world.id), at=AT)
    assert {keys(new)[each] for each in done} == {"plain", "none", "out"}
    assert meet_at_once(new, who=system(world.id), at=AT) == set(), "once"
    fates = {each.key.partition(" ")[0]: each.why for each in entries_of(world) if each.why}
    assert fates == {"plain": "exact", "none": "unknown_reference", "out": "money_out"}
    assert balances(world)["UNMATCHED"] == -100
    while meet_new(world.id, at=AT):
        pass
    assert {each.state for each in entries_of(world)} == {"matched", "queued", "aside"}
    assert stands(world, twice) == {"state": "part_paid", "open": 125_200, "received": 300}
    verify_finds_nothing(world)


def test_money_by_hand_and_from_the_bank_at_once_is_seen_by_both() -> None:
    for _time in range(TIMES):
        world = found()
        invoice, beside = world.invoice(at=AT), world.invoice(at=AT)
        new = waiting(
            world,
            told("1255.00", "A1", reference=invoice.payment_reference),
            told("1255.00", "A2", reference=beside.payment_reference),
        )
        who = system(world.id)
        together(
            partial(meet_at_once, new, who=who, at=AT),
            partial(meet_at_once, new[::-1], who=who, at=AT),
            partial(pay, world, invoice, 125_500, at=AT),
            gate=("documents_standing", invoice.id),
        )
        bring(world, id="S2")
        met = {each.key[:2]: (each.state, each.why) for each in entries_of(world)}
        assert met["A2"] == ("matched", "exact")
        assert met["A1"] in (("matched", "exact"), ("queued", "paid_by_hand"))
        twice = met["A1"][0] == "matched"
        assert stands(world, invoice).get("owed_back", 0) == 125_500 * twice
        verify_finds_nothing(world)
