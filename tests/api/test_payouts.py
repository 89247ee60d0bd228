"""Payouts through the API: what was paid out, what it is of, and to which account."""

from datetime import datetime

import pytest

from storno.payouts.propose import propose_payouts
from tests.api.caller import caller
from tests.bank.told import told
from tests.conftest import Clock
from tests.custody.house import in_custody
from tests.custody.test_cross import bring, key
from tests.payouts.test_account import without_account
from tests.payouts.test_pay_out import DAY, OWN, came_back, emptied, gone, of, person
from tests.world import found

OTHER = "FI1410093000123458"


@pytest.fixture(autouse=True)
def nothing_payable(at: datetime) -> None:
    emptied(at)


def test_payouts_are_listed_with_what_they_are_of(at: datetime, clock: Clock) -> None:
    world, who = in_custody(f"payout_account={OWN}"), person()
    alice, invoice = caller(world, world.alice), world.invoice(at=at)
    bring(told("1255.00", key(), reference=invoice.payment_reference), at=at)
    batch = propose_payouts(DAY, who=who, at=at)
    (shown,) = alice.get("/payouts").body["items"]
    assert shown == {
        "id": str(of(batch, world).payout_id),
        "state": "on_the_way",
        "amount": "737.25",
        "currency": "EUR",
        "account": OWN,
        "pay_on": "2026-06-16",
        "left_on": None,
        "back_on": None,
        "why_back": None,
        "made_at": "2026-06-16T09:12:00Z",
    }
    gone(of(batch, world), at=at)
    came_back(of(batch, world), at=at)
    told_ = alice.get(f"/payouts/{shown['id']}").body
    changed = {
        "state": "back",
        "left_on": "2026-06-15",
        "back_on": "2026-06-15",
        "why_back": "returned",
    }
    assert told_["payout"] == shown | changed
    assert (told_["carried"], told_["left"]) == ("0.00", "0.00")
    (line,) = told_["lines"]
    assert line == {
        "kind": "set_aside",
        "on": "2026-06-15",
        "invoice": str(invoice.id),
        "number": invoice.number,
        "amount": "737.25",
    }
    assert alice.get("/payout-account").body["failed"] is True
    stranger = caller(found())
    assert stranger.get(f"/payouts/{shown['id']}").status == 404
    assert stranger.get("/payouts").body == {"items": [], "next": None}


def test_pages_of_payouts_lead_on(at: datetime, clock: Clock) -> None:
    world, who = in_custody(f"payout_account={OWN}"), person()
    alice = caller(world, world.alice)
    for _number in range(3):
        invoice = world.invoice(at=at)
        bring(told("600.00", key(), reference=invoice.payment_reference), at=at)
        gone(of(propose_payouts(DAY, who=who, at=at), world), at=at)
    first = alice.get("/payouts?limit=2").body
    assert len(first["items"]) == 2
    second = alice.get(first["next"].removeprefix("/api/v1")).body
    assert (len(second["items"]), second["next"]) == (1, None)
    assert len({each["id"] for each in (*first["items"], *second["items"])}) == 3


def test_the_account_is_entered_changed_and_kept(clock: Clock) -> None:
    world = without_account()
    alice = caller(world, world.alice)
    assert alice.get("/payout-account").body == {
        "payout_account": None,
        "next_payout_account": None,
        "failed": False,
    }
    entered = alice.post("/payout-account", {"account": "FI21 1234 5600 0007 85"})
    assert (entered.status, entered.body["payout_account"]["account"]) == (201, OWN)
    wrong = alice.post("/payout-account", {"account": "FI00"})
    assert (wrong.status, wrong.fields) == (422, {"account": "check_digit"})
    poor = caller(world, world.alice, scopes=["write"])
    refused = poor.post("/payout-account", {"account": OTHER})
    assert (refused.status, refused.body["code"]) == (403, "recent_sign_in_required")
    asked = {"account": OTHER}
    first = alice.post("/payout-account", asked, Idempotency_Key="once")
    again = alice.post("/payout-account", asked, Idempotency_Key="once")
    assert first.raw == again.raw
    assert first.body["payout_account"]["account"] == OWN
    assert first.body["next_payout_account"] == {
        "account": OTHER,
        "counts_from": "2026-06-18T09:12:00Z",
    }
    kept = alice.delete("/payout-account/waiting")
    assert (kept.status, kept.body["next_payout_account"]) == (200, None)
    gone_ = alice.delete("/payout-account/waiting")
    assert (gone_.status, gone_.body["code"]) == (409, "no_account_waits")


def test_a_seller_who_is_paid_directly_has_no_payout_account(clock: Clock) -> None:
    world = found()
    refused = caller(world, world.alice).post("/payout-account", {"account": OTHER})
    assert (refused.status, refused.body["code"]) == (409, "nothing_is_paid_out")


def test_how_a_member_is_told(clock: Clock) -> None:
    world = in_custody()
    alice = caller(world, world.alice)
    assert alice.get("/payout-account/notices").body == {"email": True, "sms_to": ""}
    wanted = {"email": False, "sms_to": "040 123 4567"}
    told_ = alice.call("PUT", "/payout-account/notices", wanted)
    assert (told_.status, told_.body) == (200, {"email": False, "sms_to": "+358401234567"})
    wrong = alice.call("PUT", "/payout-account/notices", wanted | {"sms_to": "12"})
    assert (wrong.status, wrong.fields) == (422, {"sms_to": "not_a_phone"})
