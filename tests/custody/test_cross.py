"""Entries on the operator's account pay sellers' invoices, and what is wrong comes back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from uuid import UUID, uuid4

from storno.bank.models import Entry
from storno.bank.take_in import take_in
from storno.custody.balance import BankBalance, bank_balance
from storno.ledger.models import Transfer
from storno.matching.match import match_entry, set_aside, take_up, undo_match
from storno.matching.meet import meet_new
from storno.organizations.roles import Actor, system
from storno.organizations.scope import scope
from storno.payments.models import Payment
from storno.reports.verify.custody import UNBALANCED, prove_client_money
from tests.bank.told import statement, told
from tests.custody.house import CUSTODY, in_custody, the_operator
from tests.deeds import HOLD, hold_credit
from tests.observe import balances, refused, stands
from tests.reports.books import codes
from tests.reports.tamper import behind_its_back, once, rows
from tests.world import World


def desk() -> Actor:
    """Who acts for the operator."""
    return system(the_operator().id)


def bring(*entries: str, at: datetime) -> list[Entry]:
    """The operator's bank tells of these entries; they are met with invoices."""
    who = desk()
    content = statement(*entries, account=CUSTODY, id=uuid4().hex[:20])
    file = take_in(BytesIO(content), "bank.xml", who=who, at=at).file
    while meet_new(who.organization_id, at=at):
        pass
    with scope(who.organization_id):
        rows = Entry.objects.filter(organization_id=who.organization_id, file_id=file.id)
        return list(rows.order_by("id"))


def entry(entry_id: UUID) -> Entry:
    who = desk()
    with scope(who.organization_id):
        return Entry.objects.get(organization_id=who.organization_id, id=entry_id)


def moves(organization_id: UUID, move_id: UUID | None) -> list[tuple[str, str, int]]:
    with scope(organization_id):
        rows = Transfer.objects.filter(organization_id=organization_id, move_id=move_id)
        return list(rows.order_by("position").values_list("debit", "credit", "amount_minor"))


def key() -> str:
    return uuid4().hex[:20]


@contextmanager
def in_balance() -> Iterator[None]:
    """Inside, the account of the operator gets what all books together say it gets.

    Other tests have money come in that no bank has told of.
    """
    before = gap()
    yield
    assert gap() == before


def on_account() -> BankBalance:
    who = desk()
    with scope(who.organization_id):
        return bank_balance(who.organization_id)


def gap() -> int:
    balance = on_account()
    return balance.told_minor - balance.booked_minor


@in_balance()
def test_money_crosses_with_its_reference_and_both_books_say_so(at: datetime) -> None:
    house, world, other = the_operator(), in_custody(), in_custody()
    invoice, second = world.invoice(at=at), other.invoice(at=at)
    first, part, lost = bring(
        told("1255.00", key(), reference=invoice.payment_reference),
        told("600.00", key(), reference=second.payment_reference),
        told("10.00", key(), text="who knows"),
        at=at,
    )
    assert stands(world, invoice) == {"state": "paid", "received": 125_500}
    assert stands(other, second) == {"state": "part_paid", "received": 60_000, "open": 65_500}
    assert balances(world)["PAYABLE"] == -73_725
    assert (part.state, part.why, lost.state) == ("matched", "part", "queued")
    assert moves(house.id, first.match_id) == [("UNMATCHED", "BANK", 125_500)]
    theirs = moves(world.id, first.match_id)
    assert sum(amount for debit, _credit, amount in theirs if debit == "CBANK") == 125_500
    assert {debit for debit, _credit, _amount in theirs} == {"CBANK"}
    assert codes(world) == codes(other) == set()
    assert codes(World(house, world.alice, world.bob, world.daisy)) == set()


@in_balance()
def test_the_desk_matches_what_waits_and_undoes_what_was_wrong(at: datetime) -> None:
    world, right = in_custody(), in_custody()
    wrong_one, right_one = world.invoice(at=at), right.invoice(at=at)
    (lost,) = bring(told("1255.00", key(), text="thanks"), at=at)
    match_entry(lost.id, wrong_one.id, who=desk(), at=at)
    assert stands(world, wrong_one)["state"] == "paid"
    undo_match(lost.id, "of another seller", who=desk(), at=at)
    assert stands(world, wrong_one) == {"state": "sent", "open": 125_500}
    assert "PAYABLE" not in balances(world)
    match_entry(lost.id, right_one.id, who=desk(), at=at)
    assert stands(right, right_one)["state"] == "paid"
    assert codes(world) == codes(right) == set()
    with refused(world, "custody_money_comes_by_bank"):
        match_entry(lost.id, wrong_one.id, who=world.who(), at=at)


@in_balance()
def test_late_money_and_what_the_bank_takes_back(at: datetime) -> None:
    world = in_custody("hold_seconds=1200")
    credited, paid = world.invoice(at=at), world.invoice(at=at)
    hold_credit(world, credited, at=at)
    late, first = bring(
        told("1255.00", key(), reference=credited.payment_reference),
        told("1255.00", key(), reference=paid.payment_reference, end_to_end="E" + key()),
        at=at + HOLD,
    )
    assert (late.state, late.why) == ("matched", "owed_back")
    assert stands(world, credited)["owed_back"] == 125_500
    assert balances(world, credited)["PAYER"] == -125_500
    (back,) = bring(
        told("1255.00", key(), side="DBIT", reason="AC04", end_to_end=first.end_to_end),
        at=at + HOLD,
    )
    assert (back.state, entry(first.id).state) == ("matched", "returned")
    assert stands(world, paid) == {"state": "sent", "open": 125_500}
    assert balances(world)["CBANK"] == 125_500
    assert codes(world) == set()


def test_another_currency_pays_nobody_though_it_names_an_invoice(at: datetime) -> None:
    world = in_custody()
    invoice = world.invoice(at=at)
    reference = invoice.payment_reference
    (other,) = bring(told("1255.00", key(), reference=reference, currency="SEK"), at=at)
    assert (other.state, other.why) == ("queued", "other_currency")
    with refused(world, "currency_differs"):
        match_entry(other.id, invoice.id, who=desk(), at=at)
    assert stands(world, invoice) == {"state": "sent", "open": 125_500}
    assert "CBANK" not in balances(world)
    set_aside(other.id, "Kronor", who=desk(), at=at)


@in_balance()
def test_what_is_set_aside_stays_in_the_books_as_the_operators_own(at: datetime) -> None:
    house, world = the_operator(), in_custody()
    of_house = World(house, world.alice, world.bob, world.daisy)
    before = on_account()
    fee, own = bring(
        told("12.00", key(), side="DBIT", text="bank charges"),
        told("100.00", key(), text="our own"),
        at=at,
    )
    assert (fee.state, own.state) == ("queued", "queued")
    assert on_account().told_minor - before.told_minor == 8_800
    for each in (fee, own):
        set_aside(each.id, "ours", who=desk(), at=at)
    now = on_account()
    assert now.told_minor - before.told_minor == 8_800
    assert now.aside_minor - before.aside_minor == 8_800
    assert now.waiting_minor == before.waiting_minor
    assert codes(of_house) == set()
    with behind_its_back(), once():
        rows(Transfer, house.id).filter(kind="aside", subject_id=fee.id).delete()
        assert "aside_unbooked" in codes(of_house)
    take_up(fee.id, who=desk(), at=at)
    now = on_account()
    assert now.aside_minor - before.aside_minor == 10_000
    assert now.waiting_minor - before.waiting_minor == -1_200
    assert codes(of_house) == set()


def test_members_bring_no_files_of_the_operators_account(at: datetime) -> None:
    world = in_custody()
    content = statement(told("1.00", key()), account=CUSTODY, id=key())
    with refused(world, "account_is_the_operators"):
        take_in(BytesIO(content), "bank.xml", who=world.who(), at=at)


@in_balance()
def test_the_proof_finds_money_that_crossed_and_did_not_arrive(at: datetime) -> None:
    house, world = the_operator(), in_custody()
    invoice = world.invoice(at=at)
    bring(told("1255.00", key(), reference=invoice.payment_reference), at=at)
    of_house = World(house, world.alice, world.bob, world.daisy)
    found = {each.code for each in prove_client_money("owner")}
    off = gap()
    assert found == ({UNBALANCED} if off else set())
    with behind_its_back(), once():
        rows(Payment, world.id).update(amount_minor=1)
        assert "match_without_payment" in codes(of_house)
        rows(Transfer, world.id).filter(debit="CBANK").update(amount_minor=abs(off) + 7)
        assert {each.code for each in prove_client_money("owner")} == {UNBALANCED}
