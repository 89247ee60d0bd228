"""What lies on the client money account beyond an invoice goes back to whoever paid it."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from storno.bank.models import Entry
from storno.bank.queries import Payer
from storno.cases.approve import approve_case
from storno.cases.ask import ask_for_refund
from storno.cases.confirm import PaidBack, confirm_refund
from storno.cases.models import RefundedBy
from storno.cases.state import read_case
from storno.corrections.depart import depart_credit
from storno.corrections.refund import reverse_refund
from storno.corrections.to_payer import owe_back_what_failed, repay_payer, take_off_list
from storno.custody.models import ToPayer
from storno.custody.operate import set_by_operator
from storno.documents.models import Document
from storno.history.models import Event
from storno.matching.match import set_aside, undo_match
from storno.organizations.models import Membership
from storno.organizations.roles import Actor
from storno.organizations.scope import scope
from storno.payments.models import Refund, Why
from storno.payments.reverse_refund import Grounds
from storno.payouts.approve import approve_batch, drop_batch, refuse_payout, write_file
from storno.payouts.batch import WhyNot
from storno.payouts.meet import say_left
from storno.payouts.models import Instruction
from storno.payouts.propose import due_now, propose_payouts
from storno.payouts.queries import on_the_way_now, payouts_of
from storno.payouts.to_payers import sellers_with_failed_payers
from storno.staff.enlist import enlist
from storno.staff.visit import visit
from tests.bank.told import told
from tests.custody.house import in_custody, the_operator
from tests.custody.test_cross import bring, desk, in_balance, key
from tests.deeds import HOLD, hold_credit
from tests.observe import balances, refused, stands
from tests.payouts.test_pay_out import (
    DAY,
    OWN,
    asked,
    came_back,
    emptied,
    gone,
    house_codes,
    on_accounts,
    person,
)
from tests.reports.books import codes
from tests.web.desk.agent import somebody
from tests.world import World

DAISY = "FI1410093000123458"


def visitor(world: World, at: datetime) -> Actor:
    """Somebody of customer service who looks into the seller's books."""
    sam = somebody("Sam")
    enlist(sam.email, "agent", at=at)
    return visit(sam.id, world.id, "paid too much", at=at)


def overpaid(at: datetime, amount: str = "1300.00") -> tuple[World, Document]:
    world = in_custody(f"payout_account={OWN}")
    invoice = world.invoice(at=at)
    bring(told(amount, key(), reference=invoice.payment_reference), at=at)
    return world, invoice


def to_payers(world: World, at: datetime) -> list[Instruction]:
    """What goes to payers of a seller in a new batch."""
    batch = propose_payouts(DAY, who=person(), at=at)
    return [each for each in asked(batch) if each.seller_id == world.id and each.text]


def leaves(each: Instruction, *, at: datetime) -> Entry:
    """The entry by which it leaves all the same."""
    (entry,) = gone(each, at=at)
    assert isinstance(entry, Entry)
    return entry


def asked_again(each: Instruction) -> tuple[str, str]:
    """How far it is by now, and why it was left out if so."""
    (now,) = (row for row in asked_of(each.batch_id) if row.id == each.id)
    return now.state, now.why_not


def asked_of(batch_id: UUID) -> list[Instruction]:
    mine = the_operator().id
    with scope(mine):
        return list(Instruction.objects.filter(organization_id=mine, batch_id=batch_id))


def told_of(world: World, invoice: Document) -> list[str]:
    with scope(world.id):
        mine = Event.objects.filter(organization_id=world.id, kind__startswith="refund.")
        return list(
            mine.filter(subject_id=invoice.id).order_by("id").values_list("kind", flat=True)
        )


def listed(world: World) -> ToPayer:
    with scope(world.id):
        return ToPayer.objects.get(organization_id=world.id)


@in_balance()
def test_what_was_paid_too_much_goes_back_with_the_next_payouts(at: datetime) -> None:
    world, invoice = overpaid(at)
    emptied(at)
    assert stands(world, invoice) == {
        "state": "paid",
        "received": 130_000,
        "owed_back": 4_500,
        "unapplied": 4_500,
    }
    assert on_accounts(world, "PAYER", "TOPAYER", "HELD") == {"PAYER": -4_500, "HELD": 4_500}
    refund = repay_payer(invoice.id, who=visitor(world, at), at=at)
    assert (refund.amount_minor, refund.way, refund.refunded_on) == (4_500, "custody", DAY)
    assert stands(world, invoice) == {"state": "paid", "received": 130_000, "returned": 4_500}
    assert on_accounts(world, "PAYER", "TOPAYER", "HELD") == {"TOPAYER": -4_500}
    assert codes(world) == set()

    (due,) = [each for each in due_now(who=person(), at=at) if each.to_payer_id]
    assert (due.amount_minor, due.payee.account, due.why_not) == (4_500, DAISY, None)
    (payment,) = to_payers(world, at)
    assert (payment.payee, payment.account, payment.amount_minor) == ("Daisy Duck", DAISY, 4_500)
    assert payment.text == "2026-0001 Alice Example"
    assert on_accounts(world, "TOPAYER", "ONWAY") == {"ONWAY": -4_500}
    approve_batch(payment.batch_id, who=person(), at=at)
    assert b"<Ustrd>2026-0001 Alice Example</Ustrd>" in write_file(
        payment.batch_id, who=person(), at=at
    )
    gone(payment, at=at)
    assert on_accounts(world, "PAYER", "TOPAYER", "ONWAY", "HELD") == {}
    assert balances(world)["CBANK"] == 130_000 - 73_725 - 4_500
    assert codes(world) == house_codes() == set()
    assert told_of(world, invoice) == ["refund.to_payer"]
    with scope(world.id):
        assert on_the_way_now(world.id) == 0
        assert [each.payout.amount_minor for each in payouts_of(world.id)] == [73_725]
    who = visitor(world, at)
    with refused(world, "nothing_of_payers"):
        repay_payer(invoice.id, who=who, at=at)


@in_balance()
def test_late_money_on_a_credited_invoice_goes_back_in_parts(at: datetime) -> None:
    world = in_custody("hold_seconds=1200")
    invoice = world.invoice(at=at)
    hold_credit(world, invoice, at=at)
    later = at + HOLD
    bring(told("1255.00", key(), reference=invoice.payment_reference), at=later)
    who = visitor(world, later)
    with refused(world, "more_than_owed_back"):
        repay_payer(invoice.id, amount_minor=125_501, who=who, at=later)
    with refused(world, "amount: not_positive"):
        repay_payer(invoice.id, amount_minor=0, who=who, at=later)
    repay_payer(invoice.id, amount_minor=100_000, who=who, at=later)
    assert stands(world, invoice)["owed_back"] == 25_500
    repay_payer(invoice.id, who=who, at=later)
    assert "owed_back" not in stands(world, invoice)
    assert codes(world) == set()
    emptied(later)
    assert on_accounts(world, "CBANK", "PAYER", "TOPAYER", "ONWAY") == {}
    assert codes(world) == set()


@in_balance()
def test_what_the_bank_cannot_pay_is_owed_back_again_and_goes_elsewhere(at: datetime) -> None:
    world, invoice = overpaid(at)
    who = visitor(world, at)
    repay_payer(invoice.id, who=who, at=at)
    (payment,) = to_payers(world, at)
    gone(payment, at=at)
    assert world.id not in sellers_with_failed_payers()
    came_back(payment, at=at)
    assert on_accounts(world, "TOPAYER", "PAYER") == {"TOPAYER": -4_500}
    assert codes(world) == set()
    (due,) = [each for each in due_now(who=person(), at=at) if each.to_payer_id]
    assert due.why_not == WhyNot.ACCOUNT_FAILED
    assert world.id in sellers_with_failed_payers()
    assert owe_back_what_failed(world.id, at=at) == 1
    assert owe_back_what_failed(world.id, at=at) == 0
    assert world.id not in sellers_with_failed_payers()
    assert on_accounts(world, "TOPAYER", "PAYER", "HELD") == {
        "PAYER": -4_500,
        "HELD": balances(world)["HELD"],
    }
    assert stands(world, invoice)["owed_back"] == 4_500
    assert told_of(world, invoice) == ["refund.to_payer", "refund.came_back"]
    with refused(world, "payer_unknown"):
        repay_payer(invoice.id, who=who, at=at)
    with refused(world, "account: check_digit"):
        repay_payer(invoice.id, to=Payer("Daisy Duck", "FI00"), who=who, at=at)
    with refused(world, "payee: required"):
        repay_payer(invoice.id, to=Payer(" ", OWN), who=who, at=at)
    repay_payer(invoice.id, to=Payer("Donald Duck", "FI21 1234 5600 0007 85"), who=who, at=at)
    (payment,) = to_payers(world, at)
    assert (payment.payee, payment.account) == ("Donald Duck", OWN)
    gone(payment, at=at)
    assert codes(world) == house_codes() == set()


@in_balance()
def test_it_is_taken_off_the_list_while_no_bank_has_it(at: datetime) -> None:
    world, invoice = overpaid(at)
    who = visitor(world, at)
    refund = repay_payer(invoice.id, who=who, at=at)
    (payment,) = to_payers(world, at)
    row = listed(world)
    with refused(world, "with_the_bank"):
        take_off_list(row.id, "it was another payer", who=who, at=at)
    drop_batch(payment.batch_id, who=person(), at=at)
    assert owe_back_what_failed(world.id, at=at) == 0
    with refused(world, "reason: required"):
        take_off_list(row.id, " ", who=who, at=at)
    take_off_list(row.id, "it was another payer", who=who, at=at)
    with refused(world, "already_reversed"):
        take_off_list(row.id, "again", who=who, at=at)
    assert stands(world, invoice)["owed_back"] == 4_500
    assert on_accounts(world, "TOPAYER", "PAYER") == {"PAYER": -4_500}
    assert codes(world) == set()
    again = repay_payer(invoice.id, who=who, at=at)
    assert again.id != refund.id
    (payment,) = to_payers(world, at)
    approve_batch(payment.batch_id, who=person(), at=at)
    refuse_payout(payment.payout_id, who=person(), at=at)
    assert owe_back_what_failed(world.id, at=at) == 1
    assert codes(world) == house_codes() == set()


@in_balance()
def test_what_comes_back_meets_the_claim_that_is_open_by_then(at: datetime) -> None:
    world = in_custody(f"payout_account={OWN}")
    invoice = world.invoice(at=at)
    first, _over = bring(
        told("1255.00", key(), reference=invoice.payment_reference),
        told("45.00", key(), reference=invoice.payment_reference),
        at=at,
    )
    who = visitor(world, at)
    repay_payer(invoice.id, who=who, at=at)
    (payment,) = to_payers(world, at)
    gone(payment, at=at)
    undo_match(first.id, "of another", who=desk(), at=at)
    assert stands(world, invoice)["open"] == 125_500
    came_back(payment, at=at)
    assert owe_back_what_failed(world.id, at=at) == 1
    assert stands(world, invoice) == {"state": "part_paid", "received": 4_500, "open": 121_000}
    assert on_accounts(world, "PAYER", "TOPAYER") == {}
    assert codes(world) == house_codes() == set()


@in_balance()
def test_nobody_else_gives_it_back_and_it_goes_nowhere_else(at: datetime) -> None:
    world, invoice = overpaid(at)
    with refused(world, "not_allowed"):
        repay_payer(invoice.id, who=world.who(), at=at)
    who = visitor(world, at)
    with refused(world, "payer_is_known"):
        repay_payer(invoice.id, to=Payer("Sam", OWN), who=who, at=at)
    paid = world.invoice(at=at)
    bring(told("1255.00", key(), reference=paid.payment_reference), at=at)
    with refused(world, "nothing_of_payers"):
        repay_payer(paid.id, who=who, at=at)
    assert who.person_id is not None
    member = Membership.objects.create(
        organization=world.organization, person_id=who.person_id, roles=["reader"], since=at
    )
    with refused(world, "own_organization"):
        repay_payer(invoice.id, who=who, at=at)
    member.delete()
    refund = repay_payer(invoice.id, who=who, at=at)
    with refused(world, "refund_needs_desk"):
        reverse_refund(refund.id, Grounds(Why.MISTAKE, "mine"), who=world.who(), at=at)
    slug = world.organization.slug
    set_by_operator(slug, ["custody=off"], at=at)
    with refused(world, "refund_needs_desk"):
        reverse_refund(refund.id, Grounds(Why.MISTAKE, "mine"), who=world.who(), at=at)
    set_by_operator(slug, ["custody=on"], at=at)
    with scope(world.id):
        assert Refund.objects.filter(organization_id=world.id).count() == 1
    assert codes(world) == set()


@in_balance()
def test_in_a_refund_case_the_seller_pays_back_what_met_the_invoice_and_no_more(
    at: datetime,
) -> None:
    world, invoice = overpaid(at)
    case = ask_for_refund(invoice.id, who=world.who(), at=at)
    assert case.held_minor == 125_500
    said = PaidBack(DAY, 125_500, RefundedBy.BANK_TRANSFER)
    with refused(world, "another_amount"):
        confirm_refund(case.case.id, replace(said, amount_minor=130_000), who=world.who(), at=at)
    confirm_refund(case.case.id, said, who=world.who(), at=at)
    who = visitor(world, at)
    repay_payer(invoice.id, amount_minor=1_000, who=who, at=at)
    with scope(world.id):
        now = read_case(case.case)
    assert (now.held_minor, now.is_stale) == (125_500, True)
    confirm_refund(case.case.id, said, who=world.who(), at=at)
    approve_case(case.case.id, who=who, at=at)
    if stands(world, invoice)["state"] != "credited":
        depart_credit(invoice.id, organization_id=world.id, at=at + HOLD)
    assert stands(world, invoice) == {
        "state": "credited",
        "credited": 125_500,
        "received": 130_000,
        "returned": 126_500,
        "owed_back": 3_500,
    }
    assert on_accounts(world, "PAYER", "TOPAYER", "PAYABLE") == {
        "PAYER": -3_500,
        "TOPAYER": -1_000,
        "PAYABLE": -73_725 - 45_500,
    }
    assert codes(world) == set()
    repay_payer(invoice.id, who=who, at=at + HOLD)
    assert "owed_back" not in stands(world, invoice)
    assert codes(world) == set()


@in_balance()
def test_what_was_dropped_and_leaves_all_the_same_is_nobodys_until_somebody_says(
    at: datetime,
) -> None:
    world, invoice = overpaid(at)
    other = world.invoice(at=at)
    bring(told("1300.00", key(), reference=other.payment_reference, party="Donald"), at=at)
    who = visitor(world, at)
    repay_payer(invoice.id, who=who, at=at)
    (dropped,) = to_payers(world, at)
    drop_batch(dropped.batch_id, who=person(), at=at)
    (payment,) = to_payers(world, at)
    gone(payment, at=at)
    twice = leaves(dropped, at=at)
    assert (twice.state, twice.why) == ("queued", "settled")
    with refused(world, "not_this_payout"):
        say_left(twice.id, dropped.batch_id, who=person(), at=at)
    assert on_accounts(world, "TOPAYER", "PAYER") == {"PAYER": -4_500}
    repay_payer(other.id, who=who, at=at)
    (theirs,) = to_payers(world, at)
    assert (theirs.payee, theirs.amount_minor) == ("Donald", 4_500)
    approve_batch(theirs.batch_id, who=person(), at=at)
    assert asked_again(theirs) == ("on_the_way", "")
    gone(theirs, at=at)
    set_aside(twice.id, "paid twice", who=desk(), at=at)
    assert codes(world) == house_codes() == set()


@in_balance()
def test_what_was_taken_off_the_list_and_leaves_all_the_same_waits(at: datetime) -> None:
    world, invoice = overpaid(at)
    who = visitor(world, at)
    repay_payer(invoice.id, who=who, at=at)
    (dropped,) = to_payers(world, at)
    drop_batch(dropped.batch_id, who=person(), at=at)
    take_off_list(listed(world).id, "of another payer", who=who, at=at)
    left = leaves(dropped, at=at)
    assert (left.state, left.why) == ("queued", "settled")
    assert stands(world, invoice)["owed_back"] == 4_500
    # It was right after all: put on the list once more, this is the payment of it.
    repay_payer(invoice.id, who=who, at=at)
    (payment,) = to_payers(world, at)
    say_left(left.id, payment.batch_id, payout_id=payment.payout_id, who=person(), at=at)
    assert on_accounts(world, "TOPAYER", "PAYER") == {}
    assert codes(world) == house_codes() == set()
