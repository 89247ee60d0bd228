"""Payouts while other money moves, and killed at each step: nothing goes twice, nothing is lost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from storno.bank.models import Entry
from storno.custody.models import PayoutAccount
from storno.matching.match import undo_match
from storno.organizations.scope import scope
from storno.payouts.account import enter_payout_account, withdraw_payout_account
from storno.payouts.approve import approve_batch, drop_batch, write_file
from storno.payouts.models import Batch, Payout
from storno.payouts.propose import propose_payouts
from storno.payouts.statement import statement_of_payout
from storno.reports.verify.dossier import open_books
from storno.reports.verify.prove import prove as prove_books
from tests.bank.told import told
from tests.crash.test_each_step import killed_at_each_step
from tests.custody.house import credited_by_desk, in_custody, the_operator
from tests.custody.test_cross import bring, desk, in_balance, key
from tests.observe import balances
from tests.payouts.test_pay_out import DAY, OWN, asked, came_back, emptied, gone, of, person
from tests.races.together import TIMES, together
from tests.reports.books import codes
from tests.world import World

OTHERS = ("FI1410093000123458", "FI4250001510000023")


@pytest.fixture(autouse=True)
def nothing_payable(at: datetime) -> None:
    emptied(at)


def paid(world: World, at: datetime) -> Entry:
    """An invoice of 1255.00 is paid; 737.25 of it are payable."""
    invoice = world.invoice(at=at)
    (entry,) = bring(told("1255.00", key(), reference=invoice.payment_reference), at=at)
    return entry


def proposing(at: datetime) -> Callable[[], Batch]:
    who = person()
    return lambda: propose_payouts(DAY, who=who, at=at)


def payouts(world: World) -> list[Payout]:
    with scope(world.id):
        return list(Payout.objects.filter(organization_id=world.id).order_by("id"))


def prove(world: World) -> None:
    """Nothing is found, and each statement adds up to its payout."""
    assert codes(world) == codes_of_operator() == set()
    for payout in payouts(world):
        with scope(world.id):
            of_it = statement_of_payout(payout.id, world.id)
        lines = sum(line.amount_minor for line in of_it.lines)
        assert of_it.carried_minor + lines == payout.amount_minor + of_it.left_minor


def codes_of_operator() -> set[str]:
    return {each.code for each in prove_books(open_books(the_operator().id, database="owner"))}


@in_balance()
def test_what_is_payable_is_proposed_once(at: datetime) -> None:
    worlds = [in_custody(f"payout_account={OWN}") for _ in range(3)]
    for _ in range(TIMES):
        for world in worlds:
            paid(world, at)
        results = together(*[proposing(at) for _ in range(3)])
        batches = [result for result in results if isinstance(result, Batch)]
        assert len(batches) == 1
        assert results.count(["nothing_to_pay_out"]) == 2
        assert batches[0].total_minor == 3 * 73_725
        for each in asked(batches[0]):
            gone(each, at=at)
    for world in worlds:
        assert "PAYABLE" not in balances(world)
        prove(world)


@in_balance()
def test_money_that_comes_meanwhile_is_paid_out_now_or_next(at: datetime) -> None:
    world = in_custody(f"payout_account={OWN}")
    for _ in range(TIMES):
        paid(world, at)
        invoice = world.invoice(at=at)
        reference = invoice.payment_reference
        together(proposing(at), lambda: bring(told("600.00", key(), reference=reference), at=at))  # noqa: B023
        emptied(at)
        assert "PAYABLE" not in balances(world)
    prove(world)


@in_balance()
def test_a_match_taken_back_meanwhile_is_not_paid_out_or_owed(at: datetime) -> None:
    world = in_custody(f"payout_account={OWN}")
    for _ in range(TIMES):
        before, entry = len(payouts(world)), paid(world, at)
        results = together(
            proposing(at),
            lambda: undo_match(entry.id, "another payer", who=desk(), at=at),  # noqa: B023
        )
        payable = -balances(world).get("PAYABLE", 0)
        if isinstance(results[0], Batch):
            assert payable == -73_725
            drop_batch(results[0].id, who=person(), at=at)
        else:
            assert (results[0], payable) == (["nothing_to_pay_out"], 0)
            assert len(payouts(world)) == before
        assert "PAYABLE" not in balances(world)
    prove(world)


@in_balance()
def test_what_a_credit_returns_goes_now_or_next(at: datetime) -> None:
    world = in_custody(f"payout_account={OWN}")
    for _ in range(TIMES):
        invoice = world.invoice(at=at)
        bring(told("1255.00", key(), reference=invoice.payment_reference), at=at)
        together(proposing(at), lambda: credited_by_desk(world, invoice, at=at))  # noqa: B023
        emptied(at)
    assert "PAYABLE" not in balances(world)
    assert sum(each.amount_minor for each in payouts(world)) == TIMES * (73_725 + 45_500)
    prove(world)


@in_balance()
def test_a_batch_is_dropped_or_it_has_left(at: datetime) -> None:
    world = in_custody(f"payout_account={OWN}")
    for _ in range(TIMES):
        paid(world, at)
        batch, who, second = propose_payouts(DAY, who=person(), at=at), person(), person()
        one = of(batch, world)
        approved, dropped = together(
            lambda: approve_batch(batch.id, who=second, at=at),  # noqa: B023
            lambda: drop_batch(batch.id, who=who, at=at),  # noqa: B023
            gate=("payouts_batch", batch.id),
        )
        assert isinstance(dropped, Batch)
        assert isinstance(approved, Batch) or approved == ["batch_was_dropped"]
        assert of(batch, world).state == "back"
        again = propose_payouts(DAY, who=who, at=at)
        one = of(again, world)
        results: list[Any] = together(
            lambda: gone(one, at=at),  # noqa: B023
            lambda: drop_batch(again.id, who=who, at=at),  # noqa: B023
        )
        # Money that has left has left, whether it was dropped just before or could not be any more.
        assert isinstance(results[1], Batch) or results[1] == ["payout_not_on_the_way"]
        assert of(again, world).state == "left"
        assert balances(world).get("PAYABLE", 0) == 0
    prove(world)


@in_balance()
def test_the_bank_tells_the_same_payout_in_two_files_at_once(at: datetime) -> None:
    world = in_custody(f"payout_account={OWN}")
    for _ in range(TIMES):
        paid(world, at)
        one = of(propose_payouts(DAY, who=person(), at=at), world)
        together(lambda: gone(one, at=at), lambda: gone(one, at=at))  # noqa: B023
        left = [each for each in payouts(world) if each.id == one.payout_id]
        assert len(left) == 1
        together(lambda: came_back(one, at=at), lambda: came_back(one, at=at))  # noqa: B023
        assert -balances(world)["PAYABLE"] == 73_725
        at += timedelta(minutes=1)
        enter_payout_account(OWN, who=world.who(), at=at)
        emptied(at)
    prove(world)


def test_of_two_accounts_entered_at_once_one_waits(at: datetime) -> None:
    for _ in range(TIMES):
        world = in_custody(f"payout_account={OWN}")

        def entering(account: str, world: World = world) -> Callable[[], PayoutAccount]:
            return lambda: enter_payout_account(account, who=world.who(), at=at)

        together(*map(entering, OTHERS), gate=("organizations_seller", world.id))
        results = together(
            entering(OTHERS[0]),
            lambda: withdraw_payout_account(who=world.who(), at=at),  # noqa: B023
        )
        assert all(isinstance(each, PayoutAccount) for each in results)
        assert codes(world) == set()


@in_balance()
def test_killed_at_each_step_a_batch_is_there_whole_or_not_at_all(at: datetime) -> None:
    worlds = [in_custody(f"payout_account={OWN}") for _ in range(2)]
    for world in worlds:
        paid(world, at)
    mine, who = the_operator().id, person()

    def batches() -> list[Batch]:
        with scope(mine):
            return list(Batch.objects.filter(organization_id=mine, proposed_by=who.person_id))

    def seen() -> object:
        found = batches()
        made = [len(payouts(world)) for world in worlds]
        assert (len(found), made) in ((0, [0, 0]), (1, [1, 1]))
        return len(found)

    def propose_once() -> None:
        if not batches():
            propose_payouts(DAY, who=who, at=at)

    assert killed_at_each_step(propose_once, seen) > 20
    (batch,) = batches()
    assert batch.total_minor == 2 * 73_725
    approve_batch(batch.id, who=person(), at=at)
    assert write_file(batch.id, who=who, at=at) == write_file(batch.id, who=who, at=at)
    for each in asked(batch):
        gone(each, at=at)
    for world in worlds:
        assert "PAYABLE" not in balances(world)
        prove(world)
