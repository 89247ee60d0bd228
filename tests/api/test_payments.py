"""Payments through the API."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from storno.organizations.scope import scope
from storno.payments.models import Payment, Reversal
from tests.api.caller import Caller, caller
from tests.conftest import Clock
from tests.world import World, found

PAID = {"amount": "1255.00", "paid_on": "2026-06-16", "method": "bank_transfer"}


@pytest.fixture
def invoice(world: World, clock: Clock) -> str:
    return str(world.invoice(at=clock.now).id)


def counts(world: World) -> tuple[int, int]:
    with scope(world.id):
        return (
            Payment.objects.filter(organization_id=world.id).count(),
            Reversal.objects.filter(organization_id=world.id).count(),
        )


def standing(alice: Caller, invoice: str) -> tuple[str, str, str]:
    shown = alice.get(f"/invoices/{invoice}").body
    return shown["state"], shown["open"], shown["owed_back"]


def test_a_payment_is_registered_listed_and_reversed(alice: Caller, invoice: str) -> None:
    made = alice.post(f"/invoices/{invoice}/payments", PAID | {"amount": "1300.5"})
    id_ = made.body["id"]
    payment = {
        "id": id_,
        "invoice": invoice,
        "amount": "1300.50",
        "currency": "EUR",
        "paid_on": "2026-06-16",
        "method": "bank_transfer",
        "method_label": "bank transfer",
        "source": None,
        "registered_at": "2026-06-16T09:12:00Z",
        "reversal": None,
    }
    assert (made.status, made.body) == (201, payment)
    assert standing(alice, invoice) == ("paid", "0.00", "45.50")
    listed = alice.get(f"/invoices/{invoice}/payments")
    assert (listed.status, listed.body) == (200, {"items": [payment], "next": None})
    back = alice.post(f"/payments/{id_}/reversal", {"reason": "Typed twice"})
    assert back.status == 201
    reversal = {
        "id": back.body["reversal"]["id"],
        "reason": "Typed twice",
        "reversed_at": "2026-06-16T09:12:00Z",
    }
    assert back.body == payment | {"reversal": reversal}
    assert alice.get(f"/invoices/{invoice}/payments").body["items"] == [back.body]
    assert standing(alice, invoice) == ("sent", "1255.00", "0.00")
    again = alice.post(f"/payments/{id_}/reversal", {"reason": "Once more"})
    assert (again.status, again.codes) == (409, ["already_reversed"])


def test_a_payment_is_moved_to_another_invoice(
    alice: Caller, invoice: str, world: World, clock: Clock
) -> None:
    other = str(world.invoice(at=clock.now).id)
    id_ = alice.post(f"/invoices/{invoice}/payments", PAID).body["id"]
    before = counts(world)
    unknown = alice.post(f"/payments/{id_}/move", {"target": id_})
    assert (unknown.status, unknown.codes) == (422, ["unknown_invoice"])
    same = alice.post(f"/payments/{id_}/move", {"target": invoice})
    assert (same.status, same.codes) == (422, ["same_invoice"])
    assert alice.post(f"/payments/{other}/move", {"target": other}).status == 404
    assert counts(world) == before
    moved = alice.post(f"/payments/{id_}/move", {"target": other})
    assert (moved.status, moved.body["invoice"], moved.body["source"]) == (201, other, invoice)
    assert moved.body["reversal"] is None
    (left,) = alice.get(f"/invoices/{invoice}/payments").body["items"]
    assert left["reversal"]["reason"].startswith("Moved to invoice ")
    again = alice.post(f"/payments/{id_}/move", {"target": other})
    assert (again.status, again.codes) == (409, ["already_reversed"])


def test_a_payment_stops_a_credit_on_hold(alice: Caller, invoice: str) -> None:
    alice.post(f"/invoices/{invoice}/credit-notes", {"reason": "cancelled"})
    assert alice.post(f"/invoices/{invoice}/payments", PAID).status == 201
    assert standing(alice, invoice) == ("paid", "0.00", "0.00")


def test_after_the_deadline_money_is_owed_back(alice: Caller, invoice: str, clock: Clock) -> None:
    alice.post(f"/invoices/{invoice}/credit-notes", {"reason": "cancelled"})
    clock.now += timedelta(minutes=20)
    assert alice.post(f"/invoices/{invoice}/payments", PAID).status == 201
    assert standing(alice, invoice) == ("credited", "0.00", "1255.00")


WRONG: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"amount": 1255}, {"amount": "not_an_amount"}),
    ({"amount": 12.55}, {"amount": "not_an_amount"}),
    ({"amount": "NaN"}, {"amount": "not_an_amount"}),
    ({"amount": "-Infinity"}, {"amount": "not_an_amount"}),
    ({"amount": "1e999"}, {"amount": "not_an_amount"}),
    ({"amount": "1 255,00"}, {"amount": "not_an_amount"}),
    ({"amount": ""}, {"amount": "not_an_amount"}),
    ({"amount": None}, {"amount": "not_an_amount"}),
    ({"amount": "0.001"}, {"amount": "too_many_decimals"}),
    ({"amount": "0.00"}, {"amount": "not_positive"}),
    ({"amount": "-5.00"}, {"amount": "not_positive"}),
    ({"amount": "1000000000.00"}, {"amount": "too_large"}),
    ({"amount": "9" * 30}, {"amount": "too_large"}),
    ({"paid_on": "2026-06-17"}, {"paid_on": "in_the_future"}),
    ({"paid_on": "1999-12-31"}, {"paid_on": "out_of_range"}),
    ({"paid_on": "2026-06-31"}, {"paid_on": "not_a_day"}),
    ({"paid_on": "2026-06-16T10:00:00Z"}, {"paid_on": "not_a_day"}),
    ({"method": "barter"}, {"method": "unknown"}),
    ({"currency": "USD"}, {"currency": "unknown_field"}),
]


@pytest.mark.parametrize(("wrong", "fields"), WRONG)
def test_a_wrong_payment_is_refused_by_field(
    resident: Caller, house: World, at: datetime, clock: Clock, wrong: Any, fields: Any
) -> None:
    invoice = house.invoice(at=at).id
    answer = resident.post(f"/invoices/{invoice}/payments", PAID | wrong)
    assert (answer.status, answer.fields) == (422, fields)
    assert counts(house) == (0, 0)


def test_what_a_payment_needs_is_named(alice: Caller, invoice: str) -> None:
    assert alice.post(f"/invoices/{invoice}/payments", {}).fields == {
        "amount": "required",
        "paid_on": "required",
        "method": "required",
    }


def test_a_reversal_needs_a_reason_and_the_scope_money(
    alice: Caller, world: World, invoice: str
) -> None:
    id_ = alice.post(f"/invoices/{invoice}/payments", PAID).body["id"]
    path = f"/payments/{id_}/reversal"
    assert alice.post(path, {}).fields == {"reason": "required"}
    assert alice.post(path, {"reason": " "}).fields == {"reason": "required"}
    assert alice.post(path, {"reason": "x" * 201}).fields == {"reason": "too_long"}
    careful = caller(world, scopes=("read", "write"))
    refused = careful.post(path, {"reason": "Typed twice"})
    assert (refused.status, refused.codes) == (403, ["recent_sign_in_required"])
    assert counts(world) == (1, 0)


def test_the_invoice_of_somebody_else_is_absent(alice: Caller, clock: Clock, at: datetime) -> None:
    other = found()
    invoice = other.invoice(at=at).id
    theirs = caller(other).post(f"/invoices/{invoice}/payments", PAID).body["id"]
    assert alice.post(f"/invoices/{invoice}/payments", PAID).status == 404
    assert alice.get(f"/invoices/{invoice}/payments").status == 404
    assert alice.post(f"/payments/{theirs}/reversal", {"reason": "Mine"}).status == 404
    assert counts(other) == (1, 0)
