"""The same request with the same key: done once, answered alike, whoever comes when."""

import json
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from storno.documents.models import Document, Draft, Standing
from storno.organizations.models import KeptAnswer
from storno.organizations.scope import scope
from storno.payments.models import Payment
from tests.api.caller import Answer, Caller, caller, line, member
from tests.conftest import Clock
from tests.world import World, found

PAID = {"amount": "5.00", "paid_on": "2026-06-16", "method": "cash"}


@pytest.fixture
def invoice(world: World, clock: Clock) -> str:
    return str(world.invoice(at=clock.now).id)


def count(model: Any, world: World) -> int:
    with scope(world.id):
        return int(model.objects.filter(organization_id=world.id).count())


def test_the_same_request_is_answered_with_the_same_bytes(
    alice: Caller, world: World, clock: Clock
) -> None:
    body = {"recipient": str(world.daisy.id), "lines": [line()]}
    first = alice.post("/drafts", body, Idempotency_Key="k-1")
    assert (first.status, "Idempotency-Replayed" in first.headers) == (201, False)
    clock.now += timedelta(hours=23, minutes=59)
    spaced = json.dumps(dict(reversed(body.items())), indent=4)
    again = alice.post("/drafts", spaced, Idempotency_Key="k-1")
    assert (again.status, again.raw) == (201, first.raw)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Content-Type"] == "application/json"
    assert count(Draft, world) == 1


def test_each_kind_of_answer_is_kept(alice: Caller, world: World, invoice: str) -> None:
    draft = str(world.draft(at=datetime.fromisoformat("2026-06-16T09:12:00+00:00")).id)
    for path, body, status in (
        (f"/drafts/{draft}/finalisation", None, 202),
        (f"/drafts/{draft}/finalisation", {"now": True}, 201),
        (f"/invoices/{invoice}/credit-notes", {"reason": "cancelled"}, 202),
        (f"/invoices/{invoice}/payments", PAID, 201),
        (f"/documents/{invoice}/letters", None, 202),
        (f"/documents/{invoice}/handover", None, 201),
        ("/clients", {"kind": "person", "name": "Minnie", "language": "en"}, 201),
    ):
        key = f"{path} {body}".replace(" ", "_")
        first = alice.post(path, body, Idempotency_Key=key)
        again = alice.post(path, body, Idempotency_Key=key)
        assert (first.status, again.status, again.raw) == (status, status, first.raw), path
        assert again.headers["Idempotency-Replayed"] == "true"
    assert (count(Document, world), count(Payment, world)) == (2, 1)


def test_another_body_under_the_same_key_is_refused(
    alice: Caller, world: World, invoice: str
) -> None:
    path = f"/invoices/{invoice}/payments"
    assert alice.post(path, PAID, Idempotency_Key="k").status == 201
    refused = alice.post(path, PAID | {"amount": "6.00"}, Idempotency_Key="k")
    assert (refused.status, refused.fields) == (
        422,
        {"Idempotency-Key": "key_used_for_another_request"},
    )
    assert count(Payment, world) == 1


def test_a_key_is_of_its_token_and_its_path(alice: Caller, world: World, clock: Clock) -> None:
    first, second = (str(world.invoice(at=clock.now).id) for _ in range(2))
    other = caller(world)
    for who, invoice in ((alice, first), (alice, second), (other, first)):
        answer = who.post(f"/invoices/{invoice}/payments", PAID, Idempotency_Key="k")
        assert (answer.status, "Idempotency-Replayed" in answer.headers) == (201, False)
    assert count(Payment, world) == 3


def test_without_a_key_nothing_is_kept(alice: Caller, world: World, invoice: str) -> None:
    for _ in range(2):
        assert alice.post(f"/invoices/{invoice}/payments", PAID).status == 201
    assert (count(Payment, world), count(KeptAnswer, world)) == (2, 0)


def test_a_refusal_is_evaluated_anew(alice: Caller, world: World, invoice: str) -> None:
    path = f"/invoices/{invoice}/credit-notes"
    office = caller(world, member(world, "office"))
    refused = office.post(path, {"reason": "cancelled"}, Idempotency_Key="k")
    assert (refused.status, count(KeptAnswer, world)) == (403, 0)
    alice.patch("/organization", {"settings": {"office_may_credit": True}})
    assert office.post(path, {"reason": "cancelled"}, Idempotency_Key="k").status == 202
    refused = alice.post(path, {"reason": "goodwill"}, Idempotency_Key="k")
    assert (refused.status, refused.codes) == (409, ["credit_already_on_hold"])
    alice.delete(f"/invoices/{invoice}/credit-notes/pending")
    assert alice.post(path, {"reason": "goodwill"}, Idempotency_Key="k").status == 202


def test_wrong_input_is_evaluated_anew(alice: Caller, world: World, invoice: str) -> None:
    path = f"/invoices/{invoice}/payments"
    assert alice.post(path, PAID | {"amount": "0.00"}, Idempotency_Key="k").status == 422
    assert alice.post(path, PAID, Idempotency_Key="k").status == 201


def test_a_key_is_kept_for_a_day(alice: Caller, world: World, invoice: str, clock: Clock) -> None:
    path = f"/invoices/{invoice}/payments"
    alice.post(path, PAID, Idempotency_Key="k")
    clock.now += timedelta(hours=24)
    answer = alice.post(path, PAID | {"amount": "6.00"}, Idempotency_Key="k")
    assert (answer.status, "Idempotency-Replayed" in answer.headers) == (201, False)
    assert count(Payment, world) == 2


def test_a_credit_that_lets_a_due_one_go_first_is_done_once(
    alice: Caller, world: World, invoice: str, clock: Clock
) -> None:
    """The deed runs in two transactions: the due credit note, then the payment with its answer."""
    alice.post(f"/invoices/{invoice}/credit-notes", {"reason": "cancelled"})
    clock.now += timedelta(minutes=20)
    path = f"/invoices/{invoice}/payments"
    first = alice.post(path, PAID, Idempotency_Key="k")
    again = alice.post(path, PAID, Idempotency_Key="k")
    assert (first.status, again.raw) == (201, first.raw)
    assert (count(Document, world), count(Payment, world)) == (2, 1)
    assert alice.get(f"/invoices/{invoice}").body["owed_back"] == "5.00"


@pytest.mark.parametrize("key", ["", "two words", "ä", "x" * 256, "tab\tbed", "\x7f"])
def test_a_key_is_visible_ascii(resident: Caller, house: World, clock: Clock, key: str) -> None:
    body = {"kind": "person", "name": "Minnie", "language": "en"}
    answer = resident.post("/clients", body, Idempotency_Key=key)
    assert (answer.status, answer.fields) == (422, {"Idempotency-Key": "not_a_key"})
    assert len(resident.get("/clients").body["items"]) == 1


def test_the_longest_key_is_taken(alice: Caller, world: World) -> None:
    body = {"kind": "person", "name": "Minnie", "language": "en"}
    for _ in range(2):
        assert alice.post("/clients", body, Idempotency_Key="~" * 255).status == 201
    assert len(alice.get("/clients").body["items"]) == 2


def test_keys_are_for_posts(alice: Caller, world: World) -> None:
    for _ in range(2):
        answer = alice.patch(f"/clients/{world.daisy.id}", {}, Idempotency_Key="k k")
        assert answer.status == 200
    assert count(KeptAnswer, world) == 0


def test_a_second_call_in_flight_is_refused(alice: Caller, world: World, invoice: str) -> None:
    """The first call waits for the invoice's row; the second meets it at the key."""
    path = f"/invoices/{invoice}/payments"
    answers: list[Answer] = []

    def press() -> None:
        answers.append(alice.post(path, PAID, Idempotency_Key="k"))
        connections.close_all()

    calling = threading.Thread(target=press)
    with scope(world.id):
        Standing.objects.select_for_update().get(organization_id=world.id)
        calling.start()
        wait_for_the_lock()
        second = threading.Thread(target=press)
        second.start()
        second.join(timeout=20)
        (refused,) = answers
        assert (refused.status, refused.codes) == (409, ["request_in_flight"])
    calling.join(timeout=20)
    assert answers[1].status == 201
    again = alice.post(path, PAID, Idempotency_Key="k")
    assert (again.status, again.raw) == (201, answers[1].raw)
    assert count(Payment, world) == 1


def wait_for_the_lock() -> None:
    """Until somebody waits for a row of ours."""
    for _ in range(1000):
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() "
                "= ANY (pg_blocking_pids(pid))"
            )
            (waiting,) = cursor.fetchone()
            if waiting:
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("nobody waits")


def test_two_at_once_with_one_key_make_one(clock: Clock) -> None:
    world = found(hold_seconds=0)
    alice, invoice = caller(world), str(world.invoice(at=clock.now).id)
    answers: list[Answer] = []
    start = threading.Barrier(4)

    def press() -> None:
        start.wait()
        body = {"reason": "cancelled"}
        answers.append(alice.post(f"/invoices/{invoice}/credit-notes", body, Idempotency_Key="k"))
        connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    done = [answer for answer in answers if answer.status == 201]
    assert len({answer.raw for answer in done}) == 1
    assert {answer.status for answer in answers} <= {201, 409}
    assert count(Document, world) == 2
