"""What becomes of payouts that the bank tells late or by no name, and of what holds no more."""

from datetime import datetime, timedelta
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from django.db import IntegrityError
from django.db.models import F

from storno.bank.queries import NotWaiting
from storno.core.refusals import Absent, NotAllowed
from storno.custody.operate import set_by_operator
from storno.matching.match import undo_match
from storno.organizations.scope import scope
from storno.payouts.approve import BatchWasDropped, approve_batch, drop_batch, write_file
from storno.payouts.meet import NotThisPayout, say_back, say_left
from storno.payouts.models import FIRST_LIMIT_MINOR, PayoutRules
from storno.payouts.not_left import BankNamesPayout, EntryIsNoPayout, PayoutCameBack, undo_left
from storno.payouts.propose import due_now, propose_payouts
from storno.payouts.rules import set_payout_limit
from tests.bank.told import told
from tests.custody.house import in_custody, the_operator
from tests.custody.test_cross import bring, desk, entry, in_balance, key
from tests.observe import balances
from tests.payouts.test_pay_out import (
    ACCOUNTS,
    DAY,
    OWN,
    asked,
    came_back,
    emptied,
    gone,
    house_codes,
    of,
    on_accounts,
    person,
    seller,
    told_of,
)
from tests.reports.books import codes


@pytest.fixture(autouse=True)
def nothing_payable(at: datetime) -> None:
    emptied(at)


@in_balance()
def test_a_return_that_is_told_before_its_payout_has_left_is_met_once_it_has(at: datetime) -> None:
    world, who = seller(at), person()
    batch = propose_payouts(DAY, who=who, at=at)
    early = came_back(of(batch, world), at=at)
    assert (early.state, early.why) == ("queued", "came_back")  # type: ignore[attr-defined]
    assert of(batch, world).state == "on_the_way"
    (left,) = gone(of(batch, world), at=at)
    assert (left.state, left.why) == ("payout", "left")  # type: ignore[attr-defined]
    met = entry(early.id)  # type: ignore[attr-defined]
    assert (met.state, met.why) == ("payout", "payout_back")
    one = of(batch, world)
    assert (one.state, one.left_by_id, one.back_by_id) == ("back", left.id, met.id)  # type: ignore[attr-defined]
    assert on_accounts(world, *ACCOUNTS) == {"PAYABLE": -73_725, "CBANK": 125_500, "HELD": 73_725}
    assert codes(world) == house_codes() == set()


@in_balance()
def test_a_return_that_names_no_payout_is_told_by_hand(at: datetime) -> None:
    world, other, who = seller(at), seller(at), person()
    batch = propose_payouts(DAY, who=who, at=at)
    gone(of(batch, world), at=at)
    (nameless,) = bring(told("737.25", key(), text="returned"), at=at)
    with pytest.raises(NotThisPayout):
        say_back(nameless.id, of(batch, other).payout_id, who=who, at=at)
    with pytest.raises(Absent):
        say_back(nameless.id, UUID(int=7), who=who, at=at)
    assert say_back(nameless.id, of(batch, world).payout_id, who=who, at=at).state == "payout"
    assert on_accounts(world, *ACCOUNTS) == {"PAYABLE": -73_725, "CBANK": 125_500, "HELD": 73_725}
    with pytest.raises(NotWaiting):
        say_back(nameless.id, of(batch, world).payout_id, who=who, at=at)
    assert codes(world) == house_codes() == set()


@in_balance()
def test_a_dropped_batch_that_the_bank_has_paid_in_one_sum_is_told_by_hand(at: datetime) -> None:
    first, second, who = seller(at), seller(at, amount="600.00"), person()
    batch = propose_payouts(DAY, who=who, at=at)
    approve_batch(batch.id, who=who, at=at)
    drop_batch(batch.id, who=who, at=at)
    (whole,) = bring(told("1089.73", key(), side="DBIT", text="payments"), at=at)
    assert say_left(whole.id, batch.id, who=who, at=at).state == "payout"
    assert on_accounts(first, *ACCOUNTS) == {"CBANK": 51_775, "BANK": 73_725}
    assert on_accounts(second, *ACCOUNTS) == {"CBANK": 24_752, "BANK": 35_248}
    assert {each.state for each in asked(batch)} == {"left"}
    assert codes(first) == codes(second) == house_codes() == set()


@in_balance()
def test_what_was_said_by_mistake_to_have_left_is_on_the_way_again(at: datetime) -> None:
    first, second, who = seller(at), seller(at, amount="600.00"), person()
    batch = propose_payouts(DAY, who=who, at=at)
    (wrong,) = bring(told("1089.73", key(), side="DBIT", text="rent"), at=at)
    say_left(wrong.id, batch.id, who=who, at=at)
    assert undo_left(wrong.id, who=who, at=at).state == "queued"
    for world, minor, rest in ((first, 73_725, 125_500), (second, 35_248, 60_000)):
        assert on_accounts(world, *ACCOUNTS) == {"ONWAY": -minor, "CBANK": rest, "HELD": minor}
        assert of(batch, world).state == "on_the_way"
        assert codes(world) == set()
    assert house_codes() == set()
    with pytest.raises(EntryIsNoPayout):
        undo_left(wrong.id, who=who, at=at)
    (right,) = gone(of(batch, first), at=at)
    assert (right.state, right.why) == ("payout", "left")  # type: ignore[attr-defined]
    with pytest.raises(BankNamesPayout):
        undo_left(right.id, who=who, at=at)  # type: ignore[attr-defined]
    assert on_accounts(first, *ACCOUNTS) == {"CBANK": 51_775, "BANK": 73_725}
    assert codes(first) == house_codes() == set()
    assert first.id not in {each.seller.organization_id for each in due_now(who=who, at=at)}


@in_balance()
def test_a_mistake_about_a_dropped_payout_leaves_it_dropped(at: datetime) -> None:
    world, who = seller(at), person()
    batch = propose_payouts(DAY, who=who, at=at)
    drop_batch(batch.id, who=who, at=at)
    (wrong,) = bring(told("737.25", key(), side="DBIT", text="rent"), at=at)
    say_left(wrong.id, batch.id, who=who, at=at)
    assert of(batch, world).state == "left"
    undo_left(wrong.id, who=who, at=at)
    assert (of(batch, world).state, of(batch, world).left_by_id) == ("back", None)
    assert on_accounts(world, *ACCOUNTS) == {"PAYABLE": -73_725, "CBANK": 125_500, "HELD": 73_725}
    assert codes(world) == house_codes() == set()


@in_balance()
def test_a_payout_that_came_back_had_left(at: datetime) -> None:
    world, who = seller(at), person()
    batch = propose_payouts(DAY, who=who, at=at)
    (left,) = bring(told("737.25", key(), side="DBIT", text="payments"), at=at)
    say_left(left.id, batch.id, who=who, at=at)
    came_back(of(batch, world), at=at)
    with pytest.raises(PayoutCameBack):
        undo_left(left.id, who=who, at=at)
    assert of(batch, world).state == "back"
    assert codes(world) == house_codes() == set()


@in_balance()
def test_approving_leaves_out_what_holds_no_more(at: datetime) -> None:
    world, who = in_custody(f"payout_account={OWN}"), person()
    invoice = world.invoice(at=at)
    (wrong,) = bring(told("1255.00", key(), reference=invoice.payment_reference), at=at)
    moved, right = seller(at), seller(at)
    other = "FI1410093000123458"
    set_by_operator(moved.organization.slug, [f"payout_account={other}"], at=at)
    batch = propose_payouts(DAY, who=who, at=at)
    undo_match(wrong.id, "another payer", who=desk(), at=at)
    later = at + timedelta(days=3)
    approve_batch(batch.id, who=person(), at=later)
    assert [(of(batch, each).state, of(batch, each).why_not) for each in (world, moved, right)] == [
        ("back", "owes"),
        ("back", "account_changed"),
        ("on_the_way", ""),
    ]
    assert "PAYABLE" not in balances(world)
    assert on_accounts(moved, *ACCOUNTS) == {"PAYABLE": -73_725, "CBANK": 125_500, "HELD": 73_725}
    file = write_file(batch.id, who=who, at=later)
    (named,) = ET.fromstring(file).findall(".//{*}EndToEndId")
    assert named.text == of(batch, right).end_to_end
    assert told_of(batch)[:3] == ["payout.proposed", "payout.left_out", "payout.approved"]
    gone(of(batch, right), at=later)
    assert codes(world) == codes(moved) == codes(right) == set()


@in_balance()
def test_a_batch_of_which_nothing_holds_is_dropped_instead_of_approved(at: datetime) -> None:
    world, who = in_custody(f"payout_account={OWN}"), person()
    invoice = world.invoice(at=at)
    (wrong,) = bring(told("1255.00", key(), reference=invoice.payment_reference), at=at)
    batch = propose_payouts(DAY, who=who, at=at)
    undo_match(wrong.id, "another payer", who=desk(), at=at)
    dropped = approve_batch(batch.id, who=person(), at=at)
    assert (dropped.approved_at, dropped.dropped_at) == (None, at)
    with pytest.raises(BatchWasDropped):
        approve_batch(batch.id, who=person(), at=at)
    assert codes(world) == set()


def test_nobody_raises_the_limit_alone(at: datetime) -> None:
    ann, ben = person(), person()
    for who in (ann, ben):
        set_payout_limit(FIRST_LIMIT_MINOR, who=who, at=at)
    for _twice in range(2):
        rules = set_payout_limit(2_000_000, who=ann, at=at)
        assert (rules.limit_minor, rules.wished_minor) == (FIRST_LIMIT_MINOR, 2_000_000)
    assert set_payout_limit(3_000_000, who=ben, at=at).limit_minor == FIRST_LIMIT_MINOR
    with pytest.raises(NotAllowed):
        set_payout_limit(3_000_000, who=desk(), at=at)
    rules = set_payout_limit(3_000_000, who=ann, at=at)
    assert (rules.limit_minor, rules.wished_minor) == (3_000_000, None)
    assert (rules.raised_by, rules.agreed_by) == (ben.person_id, ann.person_id)
    with pytest.raises(IntegrityError), scope(the_operator().id):
        PayoutRules.objects.filter(organization_id=the_operator().id).update(
            agreed_by=F("raised_by")
        )
    assert set_payout_limit(FIRST_LIMIT_MINOR, who=ann, at=at).limit_minor == FIRST_LIMIT_MINOR
