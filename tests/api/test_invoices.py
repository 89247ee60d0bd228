"""Invoices through the API: how each stands, its chain, what may be done, and the list."""

from datetime import datetime, timedelta

import pytest

from storno.corrections.depart import depart_due
from tests.api.caller import Caller, caller
from tests.conftest import Clock
from tests.world import World, found
from tests.world import line as entered

PAY = {"paid_on": "2026-06-16", "method": "bank_transfer"}


def state(alice: Caller, invoice: str) -> str:
    return str(alice.get(f"/invoices/{invoice}").body["state"])


def numbers(alice: Caller, query: str) -> list[str]:
    return [item["number"] for item in alice.get(f"/invoices?{query}").body["items"]]


def test_an_invoice_says_how_it_stands(alice: Caller, world: World, at: datetime) -> None:
    id_ = str(world.invoice(at=at).id)
    answer = alice.get(f"/invoices/{id_}")
    listed = {
        "id": id_,
        "number": "2026-0001",
        "state": "sent",
        "state_label": "Sent",
        "goes_at": None,
        "recipient": str(world.daisy.id),
        "recipient_name": "Daisy Duck",
        "issued_on": "2026-06-16",
        "due_on": "2026-06-30",
        "currency": "EUR",
        "totals": {"net": "1000.00", "tax": "255.00", "payable": "1255.00"},
        "received": "0.00",
        "credited": "0.00",
        "open": "1255.00",
        "owed_back": "0.00",
        "returned": "0.00",
        "written_off": "0.00",
    }
    assert alice.get("/invoices").body == {"items": [listed], "next": None}
    assert (answer.status, answer.body) == (
        200,
        listed
        | {
            "chain": [
                {
                    "kind": "invoice",
                    "id": id_,
                    "number": "2026-0001",
                    "state": "sent",
                    "state_label": "Sent",
                    "payable": "1255.00",
                    "issued_on": "2026-06-16",
                    "goes_at": None,
                }
            ],
            "actions": [
                {"name": "credit", "blockers": []},
                {
                    "name": "undo",
                    "blockers": [
                        {
                            "code": "nothing_to_undo",
                            "message": "No credit note on this invoice is on its way.",
                            "remedy": "Its page shows what has gone out, and what was taken back.",
                            "field": "",
                        }
                    ],
                },
                {"name": "register_payment", "blockers": []},
                {
                    "name": "refund",
                    "blockers": [
                        {
                            "code": "nothing_owed_back",
                            "message": "Nothing is owed back on this invoice.",
                            "remedy": "Credit it first, if it shall not be paid.",
                            "field": "",
                        }
                    ],
                },
                {"name": "write_off", "blockers": []},
                {"name": "send", "blockers": []},
                {"name": "notify", "blockers": []},
            ],
        },
    )


@pytest.mark.parametrize(
    ("language", "sent", "part"),
    [
        ("en", "Unpaid", "Being credited in part"),
        ("fi", "Maksamatta", "Hyvitetään osittain"),
        ("nb", "Ubetalt", "Krediteres delvis"),
    ],
)
def test_a_state_is_labelled_in_the_callers_language_and_the_houses_words(
    language: str, sent: str, part: str, clock: Clock, at: datetime
) -> None:
    world = found(wording="practice")
    alice = caller(world)
    id_ = str(world.invoice(entered("100.00", "2"), at=at).id)

    def labels() -> list[str]:
        listed = alice.get("/invoices", Accept_Language=language).body["items"][0]
        shown = alice.get(f"/invoices/{id_}", Accept_Language=language).body
        assert shown["state_label"] == listed["state_label"]
        return [shown["state_label"], *(link["state_label"] for link in shown["chain"])]

    assert labels() == [sent, sent]
    first = alice.get(f"/documents/{id_}").body["lines"][0]["id"]
    half = {"reason": "goodwill", "lines": [{"line": first, "quantity": "1"}]}
    alice.post(f"/invoices/{id_}/credit-notes", half)
    assert labels()[:2] == [part, part]
    clock.now += timedelta(minutes=20)
    shown = alice.get(f"/invoices/{id_}").body
    assert [link["state"] for link in shown["chain"]] == ["cancelling", "leaving"]
    blocked = {each["name"]: each["blockers"] for each in shown["actions"]}
    assert [each["code"] for each in blocked["undo"]] == ["too_late_to_undo"]
    assert [each["code"] for each in blocked["credit"]] == ["credit_is_leaving"]


def test_the_state_is_the_first_that_holds(
    alice: Caller, world: World, clock: Clock, at: datetime
) -> None:
    id_ = str(world.invoice(entered("100.00", "2"), at=at).id)
    first = alice.get(f"/documents/{id_}").body["lines"][0]["id"]
    assert state(alice, id_) == "sent"
    alice.post(f"/invoices/{id_}/payments", PAY | {"amount": "1.00"})
    assert state(alice, id_) == "part_paid"
    half = {"reason": "goodwill", "lines": [{"line": first, "quantity": "1"}]}
    alice.post(f"/invoices/{id_}/credit-notes", half)
    assert state(alice, id_) == "cancelling"
    clock.now += timedelta(minutes=20)
    depart_due(world.id, at=clock.now)
    assert state(alice, id_) == "part_credited"
    alice.post(f"/invoices/{id_}/payments", PAY | {"amount": "124.50"})
    assert state(alice, id_) == "paid"
    alice.post(f"/invoices/{id_}/credit-notes", {"reason": "goodwill"})
    clock.now += timedelta(minutes=20)
    depart_due(world.id, at=clock.now)
    shown = alice.get(f"/invoices/{id_}").body
    assert (shown["state"], shown["open"], shown["owed_back"]) == ("credited", "0.00", "125.50")


def test_overdue_begins_the_day_after(
    alice: Caller, world: World, clock: Clock, at: datetime
) -> None:
    id_ = str(world.invoice(at=at).id)
    clock.now = datetime.fromisoformat("2026-06-30T20:59:59+00:00")
    assert state(alice, id_) == "sent"
    clock.now += timedelta(seconds=1)  # midnight in Helsinki
    assert state(alice, id_) == "overdue"


def test_an_invoice_over_nothing_is_paid(alice: Caller, world: World, at: datetime) -> None:
    assert state(alice, str(world.invoice(entered("0.00"), at=at).id)) == "paid"


@pytest.fixture(scope="module")
def shelf() -> World:
    """An organization with five invoices: overdue, sent, cancelling, paid, credited."""
    from datetime import UTC

    world = found(hold_seconds=0)
    at = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)
    alice = caller(world)
    from storno.core.clock import clock_at

    with clock_at(lambda: at):
        for at_ in (at - timedelta(days=60), at, at, at, at):
            world.invoice(at=at_)
        ids = [item["id"] for item in reversed(alice.get("/invoices").body["items"])]
        alice.post(f"/invoices/{ids[3]}/payments", PAY | {"amount": "1300.00"})
        alice.post(f"/invoices/{ids[4]}/credit-notes", {"reason": "other"})
        alice.patch("/organization", {"settings": {"hold_seconds": 600}})
        alice.post(f"/invoices/{ids[2]}/credit-notes", {"reason": "other"})
    return world


@pytest.mark.parametrize(
    ("query", "found_"),
    [
        ("", ["2026-0005", "2026-0004", "2026-0003", "2026-0002", "2026-0001"]),
        ("tab=all&limit=1", ["2026-0005"]),
        ("tab=sent", ["2026-0003", "2026-0002", "2026-0001"]),
        ("tab=overdue", ["2026-0001"]),
        ("tab=cancelling", ["2026-0003"]),
        ("tab=paid", ["2026-0004"]),
        ("tab=credited", ["2026-0005"]),
        ("tab=owed_back", ["2026-0004"]),
        ("issued_to=2026-05-01", ["2026-0001"]),
        ("issued_from=2026-06-17", []),
        ("recipient=01a2022b-0000-7000-8000-000000000000", []),
        ("q=2026-0003", ["2026-0003"]),
        ("q=dais&limit=2", ["2026-0005", "2026-0004"]),
        ("q=nobody", []),
        ("q=%F4%8F%BF%BF", []),
        ("q=%ED%9F%BF", []),
    ],
)
def test_the_list_is_filtered(shelf: World, clock: Clock, query: str, found_: list[str]) -> None:
    assert numbers(caller(shelf), query) == found_


def test_the_list_has_pages(shelf: World, clock: Clock) -> None:
    alice = caller(shelf)
    page, seen = alice.get("/invoices?limit=2&tab=all").body, []
    while True:
        seen.append([item["number"] for item in page["items"]])
        if page["next"] is None:
            break
        assert page["next"].startswith("/api/v1/invoices?limit=2&tab=all&before=")
        page = alice.get(page["next"].removeprefix("/api/v1")).body
    assert seen == [["2026-0005", "2026-0004"], ["2026-0003", "2026-0002"], ["2026-0001"]]


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("limit=0", {"limit": "out_of_range"}),
        ("limit=101", {"limit": "out_of_range"}),
        ("limit=x", {"limit": "not_a_whole_number"}),
        ("before=x", {"before": "not_an_id"}),
        ("tab=x", {"tab": "unknown"}),
        ("issued_from=today", {"issued_from": "not_a_day"}),
        ("q=%00", {"q": "unprintable"}),
        ("q=" + "x" * 101, {"q": "too_long"}),
        ("colour=red&limit=2", {"colour": "unknown_parameter"}),
        ("limit=1&limit=2", {"limit": "given_twice"}),
    ],
)
def test_wrong_parameters_are_named(
    resident: Caller, clock: Clock, query: str, fields: dict[str, str]
) -> None:
    answer = resident.get(f"/invoices?{query}")
    assert (answer.status, answer.fields) == (422, fields)


def test_a_wrong_place_is_named(resident: Caller, clock: Clock) -> None:
    for path in ("/clients", "/members", "/letters"):
        for after in ("x", "AAAA", "%C3%A9", "x" * 5000):
            answer = resident.get(f"{path}?after={after}")
            assert (answer.status, answer.fields) == (422, {"after": "unknown_place"}), after


def test_a_readers_actions_say_why_not(world: World, clock: Clock, at: datetime) -> None:
    id_ = str(world.invoice(at=at).id)
    actions = caller(world, world.bob).get(f"/invoices/{id_}").body["actions"]
    assert {a["name"]: [b["code"] for b in a["blockers"]] for a in actions} == {
        "credit": ["not_allowed"],
        "undo": ["not_allowed"],
        "register_payment": ["not_allowed"],
        "refund": ["not_allowed"],
        "write_off": ["not_allowed"],
        "send": ["not_allowed"],
        "notify": ["not_allowed"],
    }
