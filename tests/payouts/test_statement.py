"""What each payout is of: the lines since the one before, and they are its sum."""

from datetime import datetime, timedelta

import pytest

from storno.core.refusals import Absent
from storno.matching.match import undo_match
from storno.organizations.scope import scope
from storno.payouts.approve import drop_batch
from storno.payouts.models import Batch
from storno.payouts.propose import propose_payouts
from storno.payouts.statement import PayoutStatement, statement_of_payout
from tests.bank.told import told
from tests.custody.house import credited_by_desk, in_custody
from tests.custody.test_cross import bring, desk, key
from tests.payouts.test_pay_out import DAY, OWN, emptied, gone, of, person
from tests.world import World, found


@pytest.fixture(autouse=True)
def nothing_payable(at: datetime) -> None:
    emptied(at)


def of_payout(batch: Batch, world: World) -> PayoutStatement:
    asked = of(batch, world)
    with scope(world.id):
        return statement_of_payout(asked.payout_id, world.id)


def lines(told_: PayoutStatement) -> list[tuple[str, str, int]]:
    return [(each.kind, each.number, each.amount_minor) for each in told_.lines]


def test_it_names_each_payment_return_and_reversal_since_the_last_one(at: datetime) -> None:
    world, who = in_custody(f"payout_account={OWN}"), person()
    first, second, third = (world.invoice(at=at) for _number in range(3))
    bring(told("1255.00", key(), reference=first.payment_reference), at=at)
    bring(told("600.00", key(), reference=second.payment_reference), at=at)
    batch = propose_payouts(DAY, who=who, at=at)
    before = of_payout(batch, world)
    assert lines(before) == [
        ("set_aside", first.number, 73_725),
        ("set_aside", second.number, 35_248),
    ]
    assert (before.carried_minor, before.left_minor) == (0, 0)
    gone(of(batch, world), at=at)
    credited_by_desk(world, first, at=at + timedelta(days=1))
    later = at + timedelta(days=1)
    (wrong,) = bring(told("5.00", key(), reference=third.payment_reference), at=later)
    undo_match(wrong.id, "another payer", who=desk(), at=later)
    after = of_payout(propose_payouts(later.date(), who=who, at=later), world)
    assert lines(after) == [
        ("tax_return", first.number, 45_500),
        ("set_aside", third.number, 293),
        ("set_aside_reversal", third.number, -293),
    ]
    assert (after.paid.payout.amount_minor, after.carried_minor, after.left_minor) == (45_500, 0, 0)
    other = found()
    with scope(other.id), pytest.raises(Absent):
        statement_of_payout(after.paid.payout.id, other.id)


def test_what_did_not_arrive_is_a_line_of_the_next_one(at: datetime) -> None:
    world, who = in_custody(f"payout_account={OWN}"), person()
    invoice = world.invoice(at=at)
    bring(told("1255.00", key(), reference=invoice.payment_reference), at=at)
    dropped = propose_payouts(DAY, who=who, at=at)
    drop_batch(dropped.id, who=who, at=at)
    second = propose_payouts(DAY, who=who, at=at)
    told_ = of_payout(second, world)
    assert lines(told_) == [("payout_back", "", 73_725)]
    assert told_.lines[0].invoice_id is None
    assert lines(of_payout(dropped, world)) == [("set_aside", invoice.number, 73_725)]
    gone(of(second, world), at=at)


def test_what_was_paid_twice_is_carried_into_the_next_one(at: datetime) -> None:
    world, who = in_custody(f"payout_account={OWN}"), person()
    first = world.invoice(at=at)
    bring(told("600.00", key(), reference=first.payment_reference), at=at)
    batch = propose_payouts(DAY, who=who, at=at)
    drop_batch(batch.id, who=who, at=at)
    again = propose_payouts(DAY, who=who, at=at)
    gone(of(again, world), at=at)
    gone(of(batch, world), at=at)
    anew = of_payout(batch, world)
    assert (lines(anew), anew.carried_minor, anew.left_minor) == ([], 0, -35_248)
    bring(told("1255.00", key(), reference=world.invoice(at=at).payment_reference), at=at)
    next_ = of_payout(propose_payouts(DAY, who=who, at=at), world)
    assert next_.carried_minor == -35_248
    assert [each.amount_minor for each in next_.lines] == [73_725]
    assert next_.paid.payout.amount_minor == 73_725 - 35_248
