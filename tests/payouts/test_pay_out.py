"""Payable money goes to the sellers' own accounts, and the bank says what became of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest

from storno.core.ids import new_id
from storno.core.refusals import Absent, Invalid, NotAllowed
from storno.custody.operate import set_by_operator
from storno.history.models import Event
from storno.matching.match import undo_match
from storno.organizations.roles import Actor, Deed
from storno.organizations.scope import scope
from storno.payouts.approve import (
    BatchWasDropped,
    FileWasFetched,
    NotApproved,
    NotOnTheWay,
    SecondPersonNeeded,
    approve_batch,
    drop_batch,
    refuse_payout,
    write_file,
)
from storno.payouts.batch import NobodyProposed, NothingToPayOut, WhyNot
from storno.payouts.meet import NotThisPayout, say_left
from storno.payouts.models import FIRST_LIMIT_MINOR, Batch, Instruction, Payout
from storno.payouts.propose import due_now, propose_payouts
from storno.payouts.rules import set_payout_limit
from tests.bank.told import told
from tests.custody.house import credited_by_desk, in_custody, the_operator
from tests.custody.test_cross import bring, desk, in_balance, key
from tests.observe import balances
from tests.reports.books import codes
from tests.world import World

OWN = "FI2112345600000785"
DAY = date(2026, 6, 16)


def person() -> Actor:
    """Somebody of the operator's."""
    return Actor(the_operator().id, new_id(), frozenset(Deed), fresh=True)


def seller(at: datetime, *, amount: str = "1255.00", account: str = OWN) -> World:
    """A seller to whom money has come, and with it something payable."""
    world = in_custody(f"payout_account={account}")
    invoice = world.invoice(at=at)
    bring(told(amount, key(), reference=invoice.payment_reference), at=at)
    return world


def emptied(at: datetime) -> None:
    """What other tests have left payable is paid out."""
    try:
        batch = propose_payouts(DAY, who=person(), at=at)
    except NothingToPayOut:
        return
    for each in asked(batch):
        gone(each, at=at)


def asked(batch: Batch) -> list[Instruction]:
    mine = the_operator().id
    with scope(mine):
        rows = Instruction.objects.filter(organization_id=mine, batch_id=batch.id)
        return list(rows.order_by("id"))


def of(batch: Batch, world: World) -> Instruction:
    return next(each for each in asked(batch) if each.seller_id == world.id)


def gone(each: Instruction, *, at: datetime, amount_minor: int | None = None) -> list[object]:
    """The bank tells that it has left."""
    minor = each.amount_minor if amount_minor is None else amount_minor
    amount = f"{minor // 100}.{minor % 100:02}"
    return list(bring(told(amount, key(), side="DBIT", end_to_end=each.end_to_end), at=at))


def came_back(each: Instruction, *, at: datetime) -> object:
    minor = each.amount_minor
    amount = f"{minor // 100}.{minor % 100:02}"
    (entry,) = bring(told(amount, key(), end_to_end=each.end_to_end, reason="AC04"), at=at)
    return entry


def on_accounts(world: World, *names: str) -> dict[str, int]:
    all_ = balances(world)
    return {name: all_[name] for name in names if name in all_}


def house_codes() -> set[str]:
    """What the proof finds wrong in the operator's own books."""
    world = in_custody()
    return codes(World(the_operator(), world.alice, world.bob, world.daisy))


def told_of(batch: Batch) -> list[str]:
    """What the operator's history tells of a batch, the oldest first."""
    mine = the_operator().id
    with scope(mine):
        rows = Event.objects.filter(organization_id=mine, subject_id=batch.id)
        return list(rows.order_by("id").values_list("kind", flat=True))


@contextmanager
def limited(limit_minor: int, *, at: datetime) -> Iterator[None]:
    """Inside, two people are needed from another sum on."""
    set_payout_limit(limit_minor, who=person(), at=at)
    yield
    for who in (person(), person()):
        set_payout_limit(FIRST_LIMIT_MINOR, who=who, at=at)


ACCOUNTS = ("PAYABLE", "ONWAY", "CBANK", "HELD", "BANK")


@pytest.fixture(autouse=True)
def nothing_payable(at: datetime) -> None:
    emptied(at)


@in_balance()
def test_what_is_payable_goes_to_the_own_account(at: datetime) -> None:
    world, who = seller(at), person()
    batch = propose_payouts(DAY, who=who, at=at)
    one = of(batch, world)
    assert (one.amount_minor, one.account, one.payee) == (73_725, OWN, "Alice Example")
    assert on_accounts(world, *ACCOUNTS) == {"ONWAY": -73_725, "CBANK": 125_500, "HELD": 73_725}
    with pytest.raises(NotApproved):
        write_file(batch.id, who=who, at=at)
    approve_batch(batch.id, who=who, at=at)
    file = write_file(batch.id, who=who, at=at)
    assert file == write_file(batch.id, who=who, at=at + timedelta(days=1))
    sums = ET.fromstring(file).findall(".//{*}CtrlSum")
    assert {each.text for each in sums} == {"737.25"}
    (left,) = gone(one, at=at)
    assert (left.state, left.why) == ("payout", "left")  # type: ignore[attr-defined]
    assert on_accounts(world, *ACCOUNTS) == {"CBANK": 51_775, "BANK": 73_725}
    assert codes(world) == set()
    (again,) = gone(one, at=at)
    assert (again.state, again.why) == ("queued", "payout_twice")  # type: ignore[attr-defined]
    assert on_accounts(world, *ACCOUNTS) == {"CBANK": 51_775, "BANK": 73_725}


@in_balance()
def test_what_the_bank_sends_back_is_payable_again_and_waits_for_another_account(
    at: datetime,
) -> None:
    world, who = seller(at), person()
    batch = propose_payouts(DAY, who=who, at=at)
    approve_batch(batch.id, who=who, at=at)
    gone(of(batch, world), at=at)
    back = came_back(of(batch, world), at=at)
    assert (back.state, back.why) == ("payout", "payout_back")  # type: ignore[attr-defined]
    assert of(batch, world).state == "back"
    assert on_accounts(world, *ACCOUNTS) == {"PAYABLE": -73_725, "CBANK": 125_500, "HELD": 73_725}
    assert codes(world) == set()
    (due,) = [each for each in due_now(who=who, at=at) if each.seller.organization_id == world.id]
    assert (due.amount_minor, due.why_not) == (73_725, WhyNot.ACCOUNT_FAILED)
    with pytest.raises(NothingToPayOut):
        propose_payouts(DAY, who=who, at=at)
    other = "FI1410093000123458"
    set_by_operator(world.organization.slug, [f"payout_account={other}"], at=at)
    later = at + timedelta(days=3)
    batch = propose_payouts(later.date(), who=who, at=later)
    assert of(batch, world).account == other


def test_two_people_above_the_limit_and_nothing_twice(at: datetime) -> None:
    world, who = seller(at), person()
    with limited(73_724, at=at):
        batch = propose_payouts(DAY, who=who, at=at)
    with pytest.raises(NothingToPayOut):
        propose_payouts(DAY, who=who, at=at)
    for alone in (who, desk()):
        with pytest.raises(SecondPersonNeeded):
            approve_batch(batch.id, who=alone, at=at)
    second = person()
    assert approve_batch(batch.id, who=second, at=at).approved_by == second.person_id
    assert approve_batch(batch.id, who=who, at=at).approved_by == second.person_id
    gone(of(batch, world), at=at)


@in_balance()
def test_a_batch_is_dropped_and_what_leaves_all_the_same_is_told_as_it_is(at: datetime) -> None:
    world, who = seller(at), person()
    batch = propose_payouts(DAY, who=who, at=at)
    approve_batch(batch.id, who=who, at=at)
    drop_batch(batch.id, who=who, at=at)
    drop_batch(batch.id, who=who, at=at)
    assert on_accounts(world, *ACCOUNTS) == {"PAYABLE": -73_725, "CBANK": 125_500, "HELD": 73_725}
    with pytest.raises(BatchWasDropped):
        write_file(batch.id, who=who, at=at)
    with pytest.raises(BatchWasDropped):
        approve_batch(batch.id, who=who, at=at)
    second = propose_payouts(DAY, who=who, at=at)
    gone(of(second, world), at=at)
    with pytest.raises(NotOnTheWay):
        drop_batch(second.id, who=who, at=at)
    gone(of(batch, world), at=at)
    # It was paid twice, and the second time is a claim on the seller.
    assert on_accounts(world, *ACCOUNTS) == {
        "PAYABLE": 73_725,
        "CBANK": -21_950,
        "HELD": -73_725,
        "BANK": 147_450,
    }
    assert codes(world) == set()
    (due,) = [each for each in due_now(who=who, at=at) if each.seller.organization_id == world.id]
    assert (due.amount_minor, due.why_not) == (-73_725, WhyNot.OWES)
    third = world.invoice(at=at)
    bring(told("1255.00", key(), reference=third.payment_reference), at=at)
    assert "PAYABLE" not in balances(world)


@in_balance()
def test_a_payment_that_the_bank_refuses_is_payable_again(at: datetime) -> None:
    world, who = seller(at), person()
    batch = propose_payouts(DAY, who=who, at=at)
    other = seller(at)
    drop_batch(batch.id, who=who, at=at)
    batch = propose_payouts(DAY, who=who, at=at)
    with pytest.raises(NotApproved):
        refuse_payout(of(batch, world).payout_id, who=who, at=at)
    approve_batch(batch.id, who=who, at=at)
    refuse_payout(of(batch, world).payout_id, who=who, at=at)
    file = write_file(batch.id, who=who, at=at)
    assert of(batch, world).end_to_end.encode() not in file
    assert of(batch, other).end_to_end.encode() in file
    with pytest.raises(FileWasFetched):
        drop_batch(batch.id, who=who, at=at)
    with pytest.raises(NotOnTheWay):
        refuse_payout(of(batch, world).payout_id, who=who, at=at)
    assert on_accounts(world, *ACCOUNTS)["PAYABLE"] == -73_725
    assert codes(world) == set()
    assert told_of(batch)[-2:] == ["payout.refused", "payout.fetched"]


@in_balance()
def test_an_entry_of_another_sum_waits_and_a_batch_booked_whole_is_told_by_hand(
    at: datetime,
) -> None:
    first, second, who = seller(at), seller(at, amount="600.00"), person()
    batch = propose_payouts(DAY, who=who, at=at)
    assert batch.total_minor == 73_725 + 35_248
    (short,) = gone(of(batch, first), amount_minor=73_724, at=at)
    assert (short.state, short.why) == ("queued", "payout_differs")  # type: ignore[attr-defined]
    (whole,) = bring(told("1089.73", key(), side="DBIT", text="payments"), at=at)
    assert (whole.state, whole.why) == ("queued", "money_out")
    with pytest.raises(NotThisPayout):
        say_left(whole.id, batch.id, payout_id=of(batch, first).payout_id, who=who, at=at)
    assert say_left(whole.id, batch.id, who=who, at=at).state == "payout"
    assert on_accounts(first, "ONWAY", "BANK") == {"BANK": 73_725}
    assert on_accounts(second, "ONWAY", "BANK") == {"BANK": 35_248}
    assert codes(first) == codes(second) == set()


@in_balance()
def test_what_was_paid_out_of_a_wrong_match_is_a_claim_taken_from_what_comes_next(
    at: datetime,
) -> None:
    world, who = in_custody(f"payout_account={OWN}"), person()
    invoice = world.invoice(at=at)
    (wrong,) = bring(told("1255.00", key(), reference=invoice.payment_reference), at=at)
    batch = propose_payouts(DAY, who=who, at=at)
    gone(of(batch, world), at=at)
    undo_match(wrong.id, "another payer", who=desk(), at=at)
    assert on_accounts(world, *ACCOUNTS) == {
        "PAYABLE": 73_725,
        "CBANK": -73_725,
        "HELD": -73_725,
        "BANK": 73_725,
    }
    bring(told("600.00", key(), reference=invoice.payment_reference), at=at)
    assert on_accounts(world, "PAYABLE") == {"PAYABLE": 73_725 - 35_248}
    assert codes(world) == set()


@in_balance()
def test_what_was_withheld_for_a_credited_invoice_goes_with_the_next_batch(at: datetime) -> None:
    world, who = in_custody(f"payout_account={OWN}"), person()
    invoice = world.invoice(at=at)
    bring(told("1255.00", key(), reference=invoice.payment_reference), at=at)
    first = propose_payouts(DAY, who=who, at=at)
    gone(of(first, world), at=at)
    credited_by_desk(world, invoice, at=at)
    second = propose_payouts(DAY, who=who, at=at)
    assert of(second, world).amount_minor == 45_500
    with pytest.raises(NothingToPayOut):
        propose_payouts(DAY, who=who, at=at)
    gone(of(second, world), at=at)
    assert "PAYABLE" not in balances(world)


def test_a_batch_is_paid_within_a_month_and_above_the_limit_proposed_by_a_person(
    at: datetime,
) -> None:
    world, who = seller(at), person()
    with pytest.raises(Invalid) as caught:
        propose_payouts(at.date() + timedelta(days=31), who=who, at=at)
    assert [each.code for each in caught.value.errors] == ["late"]
    with limited(73_724, at=at), pytest.raises(NobodyProposed):
        propose_payouts(DAY, who=desk(), at=at)
    assert on_accounts(world, "PAYABLE", "ONWAY") == {"PAYABLE": -73_725}
    batch = propose_payouts(at.date() + timedelta(days=30), who=who, at=at)
    drop_batch(batch.id, who=who, at=at)


def test_only_the_operator_pays_out(at: datetime) -> None:
    world, who = seller(at), person()
    batch = propose_payouts(DAY, who=who, at=at)
    for deed in (
        lambda: propose_payouts(DAY, who=world.who(), at=at),
        lambda: approve_batch(batch.id, who=world.who(), at=at),
        lambda: write_file(batch.id, who=world.who(), at=at),
        lambda: drop_batch(batch.id, who=world.who(), at=at),
    ):
        with pytest.raises(NotAllowed):
            deed()
    with pytest.raises(Absent):
        approve_batch(UUID(int=7), who=who, at=at)
    with scope(world.id):
        assert Payout.objects.filter(organization_id=world.id).count() == 1
    drop_batch(batch.id, who=who, at=at)


def test_an_account_that_was_superseded_while_it_waited_never_counts(at: datetime) -> None:
    world, who = seller(at), person()
    hours, thiefs, right = timedelta(hours=1), "FI1410093000123458", "FI4250001510000023"
    for account, moment in ((thiefs, at), (right, at + 24 * hours)):
        set_by_operator(world.organization.slug, [f"payout_account={account}"], at=moment)
    later = at + 50 * hours
    batch = propose_payouts(later.date(), who=who, at=later)
    assert of(batch, world).account == OWN
    drop_batch(batch.id, who=who, at=later)
    later = at + 73 * hours
    batch = propose_payouts(later.date(), who=who, at=later)
    assert of(batch, world).account == right
    drop_batch(batch.id, who=who, at=later)


@in_balance()
def test_money_that_only_names_a_payout_pays_its_invoice(at: datetime) -> None:
    world, who = seller(at), person()
    batch = propose_payouts(DAY, who=who, at=at)
    one, invoice = of(batch, world), world.invoice(at=at)
    gone(one, at=at)
    (paid,) = bring(
        told("737.25", key(), end_to_end=one.end_to_end, reference=invoice.payment_reference),
        at=at,
    )
    assert (paid.state, paid.why) == ("matched", "part")
    assert of(batch, world).state == "left"
