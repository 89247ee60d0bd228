"""What is owed back, and giving it back, through the API."""

from typing import Any

import pytest

from tests.api.caller import Caller
from tests.conftest import Clock
from tests.observe import everything
from tests.world import World, found, line

PAID = {"amount": "1255.00", "paid_on": "2026-06-16", "method": "bank_transfer"}
NOBODYS = "00000000-0000-0000-0000-000000000000"
OUTSIDE = {"way": "outside", "paid_on": "2026-06-16", "method": "cash"}


@pytest.fixture
def world() -> World:
    return found(hold_seconds=0)


@pytest.fixture
def credited(world: World, alice: Caller, clock: Clock) -> str:
    """A paid invoice over 1255.00, then cancelled."""
    invoice = str(world.invoice(at=clock.now).id)
    alice.post(f"/invoices/{invoice}/payments", PAID)
    assert alice.post(f"/invoices/{invoice}/credit-notes", {"reason": "cancelled"}).status == 201
    return invoice


def test_it_is_owed_back_refunded_and_reversed(alice: Caller, credited: str) -> None:
    (owed,) = alice.get("/owed-back").body["items"]
    assert (owed["id"], owed["owed_back"], owed["state"]) == (credited, "1255.00", "credited")
    part = alice.post("/refunds", OUTSIDE | {"invoice": credited, "amount": "55.00"})
    id_ = part.body["id"]
    refund = {
        "id": id_,
        "invoice": credited,
        "amount": "55.00",
        "currency": "EUR",
        "way": "outside",
        "paid_on": "2026-06-16",
        "method": "cash",
        "method_label": "cash",
        "target": None,
        "progress": None,
        "registered_at": "2026-06-16T09:12:00Z",
        "reversal": None,
    }
    assert (part.status, part.body) == (201, refund)
    rest = alice.post("/refunds", OUTSIDE | {"invoice": credited})
    assert (rest.status, rest.body["amount"]) == (201, "1200.00")
    shown = alice.get(f"/invoices/{credited}").body
    assert (shown["state"], shown["state_label"]) == ("refunded", "Refunded")
    assert (shown["received"], shown["returned"], shown["owed_back"]) == (
        "1255.00",
        "1255.00",
        "0.00",
    )
    assert alice.get("/owed-back").body["items"] == []
    none = alice.post("/refunds", OUTSIDE | {"invoice": credited})
    assert (none.status, none.codes) == (409, ["nothing_owed_back"])
    back = alice.post(f"/refunds/{id_}/reversal", {"reason": "Bounced", "why": "came_back"})
    assert back.status == 201
    assert back.body == refund | {
        "reversal": {
            "id": back.body["reversal"]["id"],
            "why": "came_back",
            "reason": "Bounced",
            "reversed_at": "2026-06-16T09:12:00Z",
        }
    }
    assert alice.get(f"/invoices/{credited}/refunds").body["items"] == [back.body, rest.body]
    again = alice.post(f"/refunds/{id_}/reversal", {"reason": "Bounced"})
    assert (again.status, again.codes) == (409, ["already_reversed"])


def test_what_is_owed_back_pays_another_invoice(
    alice: Caller, credited: str, world: World, clock: Clock
) -> None:
    other = str(world.invoice(line("990", gross=True), at=clock.now).id)
    body = {"invoice": credited, "way": "offset", "target": other}
    made = alice.post("/refunds", body)
    assert (made.status, made.body["amount"], made.body["target"]) == (201, "990.00", other)
    assert (made.body["method"], made.body["method_label"]) == (None, "for another invoice")
    assert alice.get(f"/invoices/{other}").body["state"] == "paid"
    (payment,) = alice.get(f"/invoices/{other}/payments").body["items"]
    assert (payment["method"], payment["method_label"]) == ("offset", "from another invoice")
    assert payment["source"] == credited
    refused = alice.post(f"/payments/{payment['id']}/reversal", {"reason": "Mistake"})
    assert (refused.status, refused.codes) == (409, ["paid_by_owed_back"])
    assert alice.get(f"/invoices/{credited}").body["owed_back"] == "265.00"


WRONG: list[tuple[dict[str, Any], int, list[str]]] = [
    ({"amount": "1255.01"}, 409, ["more_than_owed_back"]),
    ({"amount": "0"}, 422, ["not_positive"]),
    ({"amount": "-1"}, 422, ["not_positive"]),
    ({"paid_on": None}, 422, ["required"]),
    ({"paid_on": "2026-06-17"}, 422, ["in_the_future"]),
    ({"paid_on": "2026-06-15"}, 422, ["before_the_payment"]),
    ({"method": ""}, 422, ["unknown"]),
    ({"method": "offset"}, 422, ["unknown"]),
    ({"way": "gold"}, 422, ["unknown"]),
    ({"way": "offset", "paid_on": None, "method": ""}, 422, ["required"]),
    ({"target": NOBODYS}, 422, ["not_here"]),
    ({"invoice": NOBODYS}, 422, ["unknown_invoice"]),
    ({"way": "offset", "paid_on": None, "method": "", "target": NOBODYS}, 422, ["unknown_invoice"]),
]


@pytest.mark.parametrize(("wrong", "status", "codes"), WRONG)
def test_what_cannot_be_is_refused_and_nothing_happens(
    wrong: dict[str, Any],
    status: int,
    codes: list[str],
    alice: Caller,
    credited: str,
    world: World,
) -> None:
    before = everything(world)
    answer = alice.post("/refunds", OUTSIDE | {"invoice": credited} | wrong)
    assert (answer.status, answer.codes) == (status, codes)
    assert everything(world) == before


def test_next_refund_does_it_in_one_pass(alice: Caller, world: World, clock: Clock) -> None:
    invoice = str(world.invoice(at=clock.now).id)
    body = {
        "reason": "cancelled",
        "next": "refund",
        "refund": {"paid_on": "2026-06-16", "method": "cash"},
    }
    unpaid = alice.post(f"/invoices/{invoice}/credit-notes", body)
    assert (unpaid.status, unpaid.codes) == (409, ["nothing_to_refund"])
    alice.post(f"/invoices/{invoice}/payments", PAID)
    bare = alice.post(f"/invoices/{invoice}/credit-notes", body | {"refund": None})
    assert (bare.status, bare.codes) == (422, ["required"])
    late = body | {"refund": {"paid_on": "2026-06-17", "method": "cash"}}
    refused = alice.post(f"/invoices/{invoice}/credit-notes", late)
    assert (refused.status, [each["field"] for each in refused.body["errors"]]) == (
        422,
        ["refund.paid_on"],
    )
    plan = alice.post(f"/invoices/{invoice}/credit-plan", body).body
    assert (plan["next"], plan["refunded"], plan["effect"]["kind"]) == (
        "refund",
        "1255.00",
        "refunded",
    )
    assert alice.post(f"/invoices/{invoice}/credit-notes", body).status == 201
    assert alice.get(f"/invoices/{invoice}").body["state"] == "refunded"
