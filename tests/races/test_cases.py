"""Customer service, a member and the bank at one refund case: one acts, the others see it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from storno.bank.models import Entry
from storno.cases.approve import approve_case, decline_case, undo_approval
from storno.cases.ask import ask_for_refund, withdraw_case
from storno.cases.confirm import confirm_refund
from storno.cases.models import Approval, Confirmation, RefundCase
from storno.cases.state import CaseNow, CaseState
from storno.corrections.depart import depart_due
from storno.documents.models import Document, Kind
from storno.matching.match import undo_match
from storno.organizations.roles import Actor
from storno.organizations.scope import scope
from storno.payments.models import Refund
from tests.bank.told import told
from tests.cases.test_cases import ALL, by, now_of, paid, staff
from tests.custody.test_cross import bring, desk, in_balance, key
from tests.deeds import HOLD
from tests.observe import balances, documents, stands
from tests.races.test_refunds import gate
from tests.races.together import TIMES, together
from tests.reports.books import codes
from tests.staff.ended import nobody_serves_afterwards
from tests.world import World

__all__ = ["nobody_serves_afterwards"]


def confirmed(at: datetime, hold_seconds: int) -> tuple[World, Document, CaseNow, list[Actor]]:
    """A case that is confirmed, and two of customer service who look at it."""
    world, invoice = paid(at, f"hold_seconds={hold_seconds}")
    now = ask_for_refund(invoice.id, who=world.who(), at=at)
    now = confirm_refund(now.case.id, ALL, who=world.who(), at=at)
    return world, invoice, now, [by(staff(at), world, now, at) for _ in range(2)]


def approving(now: CaseNow, who: Actor, at: datetime) -> Callable[[], Any]:
    return partial(approve_case, now.case.id, version=now.case.version, who=who, at=at)


def declining(now: CaseNow, who: Actor, at: datetime) -> Callable[[], Any]:
    said = "The receipt is of another payment."
    return partial(decline_case, now.case.id, said, version=now.case.version, who=who, at=at)


def count(model: Any, world: World) -> int:
    with scope(world.id):
        found: int = model.objects.filter(organization_id=world.id).count()
    return found


def entry_of(invoice: Document) -> Entry:
    """The entry of the operator's account that names an invoice."""
    mine = desk().organization_id
    with scope(mine):
        return Entry.objects.get(organization_id=mine, reference=invoice.payment_reference)


def credited_once(world: World, invoice: Document) -> None:
    """The one credit note, the one refund, and all that was withheld, to the cent."""
    assert len(documents(world, Kind.CREDIT_NOTE)) == 1
    assert count(Refund, world) == 1
    assert stands(world, invoice)["returned"] == 125_500
    all_ = balances(world)
    assert all_["PAYABLE"] == -73_725 - 45_500
    assert not {"VATRES", "PREP"} & all_.keys()


@in_balance()
@pytest.mark.parametrize("hold_seconds", [0, 1200])
def test_two_staff_approve_one_case_once(hold_seconds: int, at: datetime) -> None:
    for _ in range(TIMES):
        world, invoice, now, staff_ = confirmed(at, hold_seconds)
        results = together(*[approving(now, who, at) for who in staff_ * 2], gate=gate(invoice))
        assert [isinstance(result, CaseNow) for result in results].count(True) == 2
        assert results.count(["refund_case_changed"]) == 2, "who was slower is told so"
        assert count(Approval, world) == 1
        leaving = at + HOLD
        together(*[partial(depart_due, world.id, at=leaving)] * 3)
        credited_once(world, invoice)
        assert codes(world) == set()


@in_balance()
def test_of_two_staff_one_approves_or_the_other_declines(at: datetime) -> None:
    for _ in range(TIMES):
        world, invoice, now, (one, other) = confirmed(at, 0)
        approved, declined, withdrawn = together(
            approving(now, one, at),
            declining(now, other, at),
            partial(withdraw_case, now.case.id, who=world.who(), at=at),
            gate=("cases_refundcase", now.case.id),
        )
        now = now_of(world, now)
        assert sum(isinstance(each, CaseNow) for each in (approved, declined, withdrawn)) == 1
        if isinstance(approved, CaseNow):
            assert now.state == CaseState.CREDITED
            credited_once(world, invoice)
        else:
            assert now.state in (CaseState.DECLINED, CaseState.WITHDRAWN)
            assert approved in (["refund_case_has_moved"], ["refund_case_changed"])
            assert stands(world, invoice) == {"state": "paid", "received": 125_500}
            assert count(Approval, world) == 0
        assert codes(world) == set()


@in_balance()
@pytest.mark.parametrize("hold_seconds", [0, 1200])
def test_money_that_comes_beside_the_approval_is_owed_back_or_stops_it(
    hold_seconds: int, at: datetime
) -> None:
    for _ in range(TIMES):
        world, invoice, now, (one, _other) = confirmed(at, hold_seconds)
        reference = invoice.payment_reference
        approved, _entries = together(
            approving(now, one, at),
            lambda: bring(told("10.00", key(), reference=reference), at=at),  # noqa: B023
            gate=gate(invoice),
        )
        depart_due(world.id, at=at + HOLD)
        stand = stands(world, invoice)
        assert stand["received"] == 126_500
        if "credited" in stand:
            credited_once(world, invoice)
            assert stand["owed_back"] == 1_000
            assert balances(world)["PAYER"] == -1_000
        else:
            assert approved == ["refund_not_confirmed"] or hold_seconds
            assert now_of(world, now).state == CaseState.CONFIRMED
            assert now_of(world, now).is_stale
        assert codes(world) == set()


@in_balance()
def test_the_match_is_undone_beside_the_approval(at: datetime) -> None:
    """Once the client was paid back by the books, its payment is taken back no more."""
    for _ in range(TIMES):
        world, invoice, now, (one, _other) = confirmed(at, 0)
        approved, undone = together(
            approving(now, one, at),
            partial(undo_match, entry_of(invoice).id, "of a third", who=desk(), at=at),
            gate=gate(invoice),
        )
        if isinstance(approved, CaseNow):
            assert undone == ["money_was_given_back"]
            credited_once(world, invoice)
        else:
            assert approved == ["refund_not_confirmed"]
            assert isinstance(undone, Entry)
            assert stands(world, invoice) == {"state": "sent", "open": 125_500}
            assert balances(world).keys().isdisjoint({"PAYABLE", "VATRES", "CBANK"})
        assert codes(world) == set()


@in_balance()
def test_an_approval_is_taken_back_or_its_credit_note_leaves(at: datetime) -> None:
    for _ in range(TIMES):
        world, invoice, now, (one, other) = confirmed(at, 1200)
        now = approve_case(now.case.id, version=now.case.version, who=one, at=at)
        assert now.goes_at == at + HOLD
        results = together(
            partial(undo_approval, now.case.id, who=other, at=at),
            partial(undo_approval, now.case.id, who=one, at=at),
            partial(depart_due, world.id, at=at + HOLD),
            gate=gate(invoice),
        )
        if now_of(world, now).state == CaseState.CREDITED:
            credited_once(world, invoice)
            assert results[:2] == [["refund_case_has_moved"]] * 2
        else:
            assert now_of(world, now).state == CaseState.CONFIRMED
            assert sum(isinstance(each, CaseNow) for each in results[:2]) == 1
            assert stands(world, invoice) == {"state": "paid", "received": 125_500}
            assert balances(world)["VATRES"] == -25_500
        assert codes(world) == set()


def test_one_case_is_asked_for_and_confirmed_by_two_at_once(at: datetime) -> None:
    for _ in range(TIMES):
        world, invoice = paid(at)
        asked = together(
            *[partial(ask_for_refund, invoice.id, who=world.who(), at=at)] * 3, gate=gate(invoice)
        )
        assert len({each.case.id for each in asked}) == 1
        case_id = asked[0].case.id
        together(*[partial(confirm_refund, case_id, ALL, who=world.who(), at=at)] * 3)
        assert count(RefundCase, world) == 1
        assert count(Confirmation, world) == 3
        assert codes(world) == set()
