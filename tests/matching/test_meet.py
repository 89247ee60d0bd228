"""Entries meet the invoices that they name, once; all else waits for a person."""

from storno.bank.models import Entry
from storno.corrections.credit import credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.facts import read_standing
from storno.corrections.move_payment import move_payment
from storno.corrections.refund import refund_invoice
from storno.corrections.settle import register_payment, reverse_payment
from storno.custody.operate import set_by_operator
from storno.documents.models import Document
from storno.ledger.models import Transfer
from storno.matching.match import (
    link_entry,
    match_entry,
    set_aside,
    take_up,
    undo_match,
)
from storno.organizations.scope import scope
from storno.payments.models import MoneyKind
from storno.payments.refund import GivenBack
from storno.payments.register import PaymentInput
from tests.bank.told import AT, bring, entries_of, statement, take, told
from tests.custody.house import CUSTODY, the_operator
from tests.deeds import CANCELLED, HOLD, pay
from tests.observe import balances, refused
from tests.world import World, found


def fates(entries: list[Entry]) -> list[tuple[str, str]]:
    return [(each.state, each.why) for each in entries]


def claim(world: World, invoice: Document) -> tuple[int, int, str]:
    """What is open and owed back on an invoice, and its state."""
    with scope(world.id):
        standing = read_standing(invoice.id, world.id)
    return standing.open_minor, standing.owed_back_minor, standing.state


def waiting(world: World) -> int:
    """What stands on UNMATCHED."""
    with scope(world.id):
        moved = Transfer.objects.filter(organization_id=world.id)
        went_in = sum(each.amount_minor for each in moved if each.credit == "UNMATCHED")
        return went_in - sum(each.amount_minor for each in moved if each.debit == "UNMATCHED")


def test_a_reference_pays_its_invoice_in_whole_in_part_or_beyond() -> None:
    world = found()
    exact, part, over = (world.invoice(at=AT) for _ in range(3))
    entries = bring(
        world,
        told("1255.00", "A1", reference=exact.payment_reference),
        told("1000.00", "A2", reference=part.payment_reference.rjust(20, "0")),
        told("1300.00", "A3", reference=over.payment_reference),
        told("5.00", "A4", reference="1009"),
        told("6.00", "A5", text="rent"),
        told("7.00", "A6", side="DBIT"),
        told("8.00", "A7", reference=exact.payment_reference, currency="SEK"),
    )
    assert fates(entries) == [
        ("matched", "exact"),
        ("matched", "part"),
        ("matched", "over"),
        ("queued", "unknown_reference"),
        ("queued", "no_reference"),
        ("aside", "money_out"),
        ("queued", "other_currency"),
    ]
    assert [claim(world, each) for each in (exact, part, over)] == [
        (0, 0, "paid"),
        (25_500, 0, "part_paid"),
        (0, 4_500, "paid"),
    ]
    assert waiting(world) == 500 + 600 + 800
    assert [bool(each.match_id) for each in entries] == [True] * 3 + [False] * 4


def test_money_on_a_credited_invoice_is_owed_back_and_stops_a_credit_on_hold() -> None:
    world = found()
    credited, held, late = (world.invoice(at=AT) for _ in range(3))
    credit_invoice(credited.id, CANCELLED, who=world.who(), at=AT - HOLD)
    credit_invoice(late.id, CANCELLED, who=world.who(), at=AT - HOLD)
    credit_invoice(held.id, CANCELLED, who=world.who(), at=AT)
    depart_due(world.id, at=AT)
    entries = bring(
        world,
        told("1255.00", "A1", reference=credited.payment_reference),
        told("1255.00", "A2", reference=held.payment_reference),
    )
    assert fates(entries) == [("matched", "owed_back"), ("matched", "exact")]
    assert claim(world, credited) == (0, 125_500, "credited")
    assert claim(world, held) == (0, 0, "paid")


def test_what_was_registered_by_hand_is_not_paid_twice() -> None:
    world = found()
    invoice = world.invoice(at=AT)
    by_hand = register_payment(
        invoice.id,
        PaymentInput(125_500, AT.date(), MoneyKind.BANK_TRANSFER),
        who=world.who(),
        at=AT,
    )
    (entry,) = bring(world, told("1255.00", "A1", reference=invoice.payment_reference))
    assert fates([entry]) == [("queued", "paid_by_hand")]
    link_entry(entry.id, by_hand.id, who=world.who(), at=AT)
    assert claim(world, invoice) == (0, 0, "paid")
    assert waiting(world) == 0
    with refused(world, "entry_not_waiting"):
        link_entry(entry.id, by_hand.id, who=world.who(), at=AT)
    with refused(world, "linked_to_entry"):
        reverse_payment(by_hand.id, "by mistake", who=world.who(), at=AT)
    second = bring(world, told("1255.00", "A2"), id="S2")[1]
    with refused(world, "not_this_payment"):
        link_entry(second.id, by_hand.id, who=world.who(), at=AT)
    undo_match(entry.id, "Another one", who=world.who(), at=AT)
    assert claim(world, invoice) == (0, 0, "paid"), "nobody takes back what a person registered"
    assert waiting(world) == 251_000
    link_entry(second.id, by_hand.id, who=world.who(), at=AT)
    undo_match(second.id, "Not this one", who=world.who(), at=AT)
    reverse_payment(by_hand.id, "by mistake", who=world.who(), at=AT)
    assert claim(world, invoice) == (125_500, 0, "sent")


def test_a_person_matches_undoes_and_sets_aside() -> None:
    world = found()
    invoice, other = world.invoice(at=AT), world.invoice(at=AT)
    entry, out, crowns = bring(
        world,
        told("1255.00", "A1"),
        told("5.00", "A2", side="DBIT"),
        told("5.00", "A3", currency="SEK"),
    )
    who = world.who()
    with refused(world, "not_allowed"):
        match_entry(entry.id, invoice.id, who=world.who("reader"), at=AT)
    with refused(world, "currency_differs"):
        match_entry(crowns.id, invoice.id, who=who, at=AT)
    with refused(world, "entry_not_waiting"):
        match_entry(out.id, invoice.id, who=who, at=AT)
    take_up(out.id, who=who, at=AT)
    with refused(world, "nothing_came_in"):
        match_entry(out.id, invoice.id, who=who, at=AT)
    assert waiting(world) == 125_500 - 500 + 500
    match_entry(entry.id, invoice.id, who=who, at=AT)
    assert claim(world, invoice) == (0, 0, "paid")
    with refused(world, "recent_sign_in_required"):
        undo_match(entry.id, "x", who=world.who(fresh=False), at=AT)
    with refused(world, "reason: required"):
        undo_match(entry.id, " ", who=who, at=AT)
    undo_match(entry.id, "The other one", who=who, at=AT)
    assert claim(world, invoice) == (125_500, 0, "sent")
    with refused(world, "entry_not_matched"):
        undo_match(entry.id, "x", who=who, at=AT)
    match_entry(entry.id, other.id, who=who, at=AT)
    assert claim(world, other) == (0, 0, "paid")
    set_aside(crowns.id, "A gift", who=who, at=AT)
    set_aside(out.id, "", who=who, at=AT)
    assert waiting(world) == 0
    assert [(each.state, each.note) for each in entries_of(world)] == [
        ("matched", ""),
        ("aside", ""),
        ("aside", "A gift"),
    ]


def test_what_the_bank_takes_back_is_paid_no_more() -> None:
    world = found()
    invoice, given_back = world.invoice(at=AT), world.invoice(at=AT)
    reference = invoice.payment_reference
    first = told("1255.00", "A1", reference=reference, end_to_end="E1", day="2026-06-10")
    again = told("1255.00", "A2", reference=reference, side="DBIT", end_to_end="E1", reason="AC04")
    entries = bring(world, first, again)
    assert fates(entries) == [("returned", "return"), ("matched", "return")]
    assert claim(world, invoice) == (125_500, 0, "sent")
    assert entries[1].returns_entry_id == entries[0].id

    reference = given_back.payment_reference
    bring(world, told("1300.00", "B1", reference=reference, day="2026-06-11"), id="S2")
    gone = GivenBack(AT.date(), MoneyKind.BANK_TRANSFER)
    refund_invoice(given_back.id, gone, who=world.who(), at=AT)
    entries = bring(
        world,
        told("1300.00", "B2", reference=reference, side="DBIT", is_reversal=True),
        told("3.00", "B3", reference="1009", side="DBIT", is_reversal=True),
        told("9.00", "B4", is_reversal=True),
        id="S3",
    )
    assert fates(entries)[-3:] == [
        ("queued", "given_back"),
        ("queued", "which_return"),
        ("queued", "came_back"),
    ]
    assert claim(world, given_back) == (0, 0, "paid")
    assert waiting(world) == -130_000 - 300 + 900


def test_in_custody_only_the_operators_bank_says_what_came_in() -> None:
    the_operator()
    world = found()
    invoice, other = world.invoice(at=AT), world.invoice(at=AT)
    matched, waits = bring(
        world,
        told("1255.00", "A1", reference=invoice.payment_reference),
        told("1255.00", "A2"),
    )
    set_by_operator(world.organization.slug, ["custody=on"], at=AT)
    with refused(world, "custody_money_comes_by_bank"):
        match_entry(waits.id, other.id, who=world.who(), at=AT)
    with refused(world, "custody_money_comes_by_bank"):
        undo_match(matched.id, "Another one", who=world.who(), at=AT)
    with refused(world, "account_is_the_operators"):
        take(world, statement(told("1.00", "B1"), account=CUSTODY))


def test_what_was_registered_here_and_moved_away_is_not_paid_twice() -> None:
    world = found()
    named, meant = world.invoice(at=AT), world.invoice(at=AT)
    payment = pay(world, named, 125_500, at=AT)
    moved = move_payment(payment.id, meant.id, who=world.who(), at=AT)
    (entry,) = bring(world, told("1255.00", "A1", reference=named.payment_reference))
    assert fates([entry]) == [("queued", "paid_by_hand")]
    assert claim(world, named) == (125_500, 0, "sent")
    assert claim(world, meant) == (0, 0, "paid")
    link_entry(entry.id, moved.id, who=world.who(), at=AT)
    assert balances(world)["BANK"] == 125_500, "the money came once"


def test_an_entry_is_no_payment_in_another_currency() -> None:
    world = found()
    payment = pay(world, world.invoice(at=AT), 125_500, at=AT)
    (entry,) = bring(world, told("1255.00", "A1", currency="USD"))
    with refused(world, "currency_differs"):
        link_entry(entry.id, payment.id, who=world.who(), at=AT)
