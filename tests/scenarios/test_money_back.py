"""Stories of money that goes back to clients, by card and by bank, as programs tell them."""

from typing import Any

import pytest

from storno.documents.models import Document
from tests.api.caller import Answer, Caller, caller
from tests.bank.told import bring, told
from tests.conftest import Clock
from tests.observe import balances, history
from tests.online.shop import Shop, shop
from tests.online.stripe_house import event, signature
from tests.online.test_doors import hook_of, tell
from tests.reports.books import codes
from tests.web.conftest import surroundings
from tests.web.papers.member import Member
from tests.world import World, found

__all__ = ["surroundings"]

CANCEL = {"reason": "cancelled"}


def cancelled(who: Caller, invoice: Document, **more: str) -> None:
    answer = who.post(f"/invoices/{invoice.id}/credit-notes", CANCEL | more)
    assert answer.status == 201


def refunded(who: Caller, invoice: Document, way: str, **more: str) -> Answer:
    return who.post("/refunds", {"invoice": str(invoice.id), "way": way} | more)


def state(who: Caller, invoice: Document) -> tuple[str, str, str, str]:
    shown = who.get(f"/invoices/{invoice.id}").body
    return shown["state"], shown["open"], shown["owed_back"], shown["returned"]


def owed_back(who: Caller) -> dict[str, str]:
    """The one list of what is owed back: amounts by their invoices."""
    items = who.get("/owed-back").body["items"]
    return {each["id"]: each["owed_back"] for each in items}


def refunds(who: Caller, invoice: Document) -> list[tuple[str, str, str | None, str | None]]:
    """Each refund: amount, way, how far it is, and why it was taken back."""
    items = who.get(f"/invoices/{invoice.id}/refunds").body["items"]
    reasons = [(each["reversal"] or {}).get("reason") for each in items]
    return [
        (each["amount"], each["way"], each["progress"], reason)
        for each, reason in zip(items, reasons, strict=True)
    ]


def test_paid_by_card_credited_and_refunded_to_the_card_in_one_pass(clock: Clock) -> None:
    at = clock.now
    with shop(at, hold_seconds=0) as of:
        alice, invoice = caller(of.world), of.world.invoice(at=at)
        of.pay(invoice, at=at)
        assert state(alice, invoice) == ("paid", "0.00", "0.00", "0.00")
        cancelled(alice, invoice, next="refund")
        assert state(alice, invoice) == ("refunded", "0.00", "0.00", "1255.00")
        assert refunds(alice, invoice) == [("1255.00", "provider", "asked", None)]
        for _twice in range(2):
            of.follow(at=at)
        assert [row["amount"] for row in of.house.refunds.values()] == [125_500]
        assert refunds(alice, invoice) == [("1255.00", "provider", "gone", None)]
        again = refunded(alice, invoice, "provider")
        assert (again.status, again.codes) == (409, ["nothing_owed_back"])
        assert (owed_back(alice), balances(of.world)) == ({}, {})
        assert codes(of.world) == set()


def fails(of: Shop, reason: str) -> None:
    """The provider tells of its only refund, twice, that the card did not take it."""
    (row,) = of.house.refunds.values()
    row |= {"status": "failed", "failure_reason": reason}
    told_so = event("refund.failed", {"object": "refund", "id": row["id"]})
    for _twice in range(2):
        assert tell(hook_of(of.world), told_so, signature(told_so)) == 200


def test_a_card_that_is_closed_sends_it_back_and_it_is_paid_by_bank(clock: Clock) -> None:
    at = clock.now
    with shop(at, hold_seconds=0) as of:
        world, invoice = of.world, of.world.invoice(at=at)
        alice, mine = caller(world), str(invoice.id)
        of.pay(invoice, at=at)
        cancelled(alice, invoice)
        assert owed_back(alice) == {mine: "1255.00"}
        of.house.refund_status = "pending"
        assert refunded(alice, invoice, "provider").status == 201
        of.follow(at=at)
        assert (owed_back(alice), state(alice, invoice)[0]) == ({}, "refunded")
        fails(of, "lost_or_stolen_card")
        of.follow(at=at)
        assert owed_back(alice) == {mine: "1255.00"}
        assert state(alice, invoice) == ("credited", "0.00", "1255.00", "0.00")
        ((_amount, _way, progress, reason),) = refunds(alice, invoice)
        assert (progress, bool(reason)) == ("failed", True)
        assert history(world, invoice.id)[-1] == "refund.came_back"
        assert str(reason) in Member(world).get("invoice", invoice.id).text
        by_bank = {"paid_on": "2026-06-16", "method": "bank_transfer"}
        assert refunded(alice, invoice, "outside", **by_bank).status == 201
        assert (owed_back(alice), state(alice, invoice)[0]) == ({}, "refunded")
        of.follow(at=at)
        assert len(of.house.refunds) == 1
        assert codes(world) == set()


@pytest.fixture
def world() -> World:
    return found(hold_seconds=0)


@pytest.fixture
def alice(world: World) -> Caller:
    return caller(world)


def paid(world: World, invoice: Document, *amounts: str, **more: Any) -> None:
    """Each amount comes by the bank, by the invoice's reference."""
    entries = (
        told(amount, f"P{number}", reference=invoice.payment_reference, **more)
        for number, amount in enumerate(amounts)
    )
    bring(world, *entries)


def test_a_refund_that_bounces_is_owed_back_again_with_its_reason_and_paid_again(
    alice: Caller, world: World, clock: Clock
) -> None:
    invoice = world.invoice(at=clock.now)
    mine = str(invoice.id)
    paid(world, invoice, "600.00", "655.00")
    assert state(alice, invoice) == ("paid", "0.00", "0.00", "0.00")
    cancelled(alice, invoice)
    outside = {"paid_on": "2026-06-16", "method": "bank_transfer"}
    first = refunded(alice, invoice, "outside", **outside, amount="1000.00")
    assert (first.status, owed_back(alice)) == (201, {mine: "255.00"})
    second = refunded(alice, invoice, "outside", **outside)
    assert (second.status, second.body["amount"], owed_back(alice)) == (201, "255.00", {})
    bounced = {"why": "came_back", "reason": "The account is closed"}
    path = f"/refunds/{first.body['id']}/reversal"
    assert alice.post(path, bounced).status == 201
    again = alice.post(path, bounced)
    assert (again.status, again.codes) == (409, ["already_reversed"])
    assert owed_back(alice) == {mine: "1000.00"}
    assert state(alice, invoice) == ("credited", "0.00", "1000.00", "255.00")
    assert "The account is closed" in Member(world).get("invoice", invoice.id).text
    more = refunded(alice, invoice, "outside", **outside, amount="1000.01")
    assert (more.status, more.codes) == (409, ["more_than_owed_back"])
    assert refunded(alice, invoice, "outside", **outside).status == 201
    assert state(alice, invoice) == ("refunded", "0.00", "0.00", "1255.00")
    assert (owed_back(alice), balances(world)) == ({}, {})
    assert refunds(alice, invoice) == [
        ("1000.00", "outside", None, "The account is closed"),
        ("255.00", "outside", None, None),
        ("1000.00", "outside", None, None),
    ]
    assert codes(world) == set()


def test_money_that_comes_late_on_a_credited_invoice_is_owed_back_and_never_pays_it(
    alice: Caller, world: World, clock: Clock
) -> None:
    invoice, other = (world.invoice(at=clock.now) for _ in range(2))
    cancelled(alice, invoice)
    assert state(alice, invoice)[0] == "credited"
    paid(world, invoice, "1255.00")
    assert state(alice, invoice) == ("credited", "0.00", "1255.00", "0.00")
    assert owed_back(alice) == {str(invoice.id): "1255.00"}
    offset = refunded(alice, invoice, "offset", target=str(other.id))
    assert (offset.status, offset.body["amount"]) == (201, "1255.00")
    assert (owed_back(alice), state(alice, other)[0]) == ({}, "paid")
    assert codes(world) == set()
