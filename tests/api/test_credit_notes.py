"""Crediting through the API: the plan, the hold, the deed, the undo, and every no."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from storno.corrections.depart import depart_due
from storno.documents.models import Document, Draft, Standing
from storno.documents.send import hand_over
from storno.organizations.models import Settings
from storno.organizations.scope import scope
from tests.api.caller import Caller, caller, line, member
from tests.conftest import Clock
from tests.world import World, found
from tests.world import line as entered

CANCEL = {"reason": "cancelled"}


@pytest.fixture
def invoice(world: World, clock: Clock) -> str:
    return str(world.invoice(at=clock.now).id)


@pytest.fixture
def prompt(clock: Clock) -> World:
    """An organization without a hold that goes on with a corrected draft."""
    return found(hold_seconds=0, after_credit="draft")


def credit_notes(world: World) -> int:
    with scope(world.id):
        return Document.objects.filter(organization_id=world.id, kind="credit_note").count()


def pending(world: World) -> int:
    with scope(world.id):
        return Draft.objects.filter(organization_id=world.id, kind="credit_note").count()


def first_line(alice: Caller, invoice: str) -> str:
    return str(alice.get(f"/documents/{invoice}").body["lines"][0]["id"])


def test_the_plan_says_to_the_cent_what_a_credit_would_do(alice: Caller, invoice: str) -> None:
    plan = alice.post(f"/invoices/{invoice}/credit-plan")
    assert plan.status == 200
    assert plan.body == {
        "blockers": [],
        "lines": [
            {
                "line": first_line(alice, invoice),
                "description": "Carpentry",
                "quantity": "1",
                "unit": "h",
                "unit_price": "1000.00",
                "discount_percent": "0",
                "credited_quantity": "1",
                "amount": "1000.00",
            }
        ],
        "totals": {"net": "1000.00", "tax": "255.00", "payable": "1255.00"},
        "tax_groups": [
            {
                "tax_category": "standard",
                "tax_rate": "25.5",
                "price_includes_tax": False,
                "net": "1000.00",
                "tax": "255.00",
            }
        ],
        "before": {"open": "1255.00", "owed_back": "0.00"},
        "after": {"open": "0.00", "owed_back": "0.00"},
        "effect": {
            "kind": "nothing_to_pay",
            "amount": None,
            "date": None,
            "sentence": "The invoice is cancelled. There is nothing to pay.",
        },
        "letters": [{"to": "daisy@example.com"}],
        "by_hand": False,
        "transfers": [
            {"debit": "SALES[S,25.5]", "credit": "AR", "amount": "1000.00"},
            {"debit": "VATDEF[25.5]", "credit": "AR", "amount": "255.00"},
        ],
        "refunded": "0.00",
        "next": "nothing",
        "goes_at": "2026-06-16T09:32:00Z",
        "seen": plan.body["seen"],
    }
    assert alice.get(f"/invoices/{invoice}").body["state"] == "sent"


def test_what_is_done_is_what_the_plan_said(prompt: World, at: datetime) -> None:
    """Where the plan's `seen` is handed back; without it the credit goes by what is there now."""
    alice = caller(prompt)
    invoice = str(prompt.invoice(at=at).id)
    asked = {"reason": "cancelled"}
    seen = alice.post(f"/invoices/{invoice}/credit-plan").body["seen"]
    paid = {"amount": "1255.00", "paid_on": "2026-06-16", "method": "bank_transfer"}
    assert alice.post(f"/invoices/{invoice}/payments", paid).status == 201
    refused = alice.post(f"/invoices/{invoice}/credit-notes", asked | {"seen": seen})
    assert refused.status == 409
    assert refused.body["blockers"] == [
        {
            "code": "not_as_shown",
            "message": "Money has come in on this invoice meanwhile.",
            "remedy": "Nothing was done. Look at what would come of it now, and decide again.",
            "field": "",
        }
    ]
    assert alice.get(f"/invoices/{invoice}").body["state"] == "paid"
    mistyped = alice.post(f"/invoices/{invoice}/credit-notes", asked | {"seen": "1255.00"})
    assert (mistyped.status, mistyped.body["errors"]) == (
        422,
        [
            {
                "field": "seen",
                "code": "malformed",
                "message": "Hand back what the plan said, unchanged.",
            }
        ],
    )
    plan = alice.post(f"/invoices/{invoice}/credit-plan").body
    assert plan["after"] == {"open": "0.00", "owed_back": "1255.00"}
    done = alice.post(f"/invoices/{invoice}/credit-notes", asked | {"seen": plan["seen"]})
    assert done.status == 201


def test_what_was_given_by_hand_too_is_credited_by_hand_too(prompt: World, at: datetime) -> None:
    alice = caller(prompt)
    invoice = prompt.invoice(at=at)
    hand_over(invoice.id, who=prompt.who(), at=at)
    plan = alice.post(f"/invoices/{invoice.id}/credit-plan").body
    assert (plan["letters"], plan["by_hand"]) == ([{"to": "daisy@example.com"}], True)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"to": "not an address"}, ("to", "not_an_email")),
        ({"reason_text": "x" * 501}, ("reason_text", "too_long")),
    ],
)
def test_the_plan_finds_the_faults_that_the_deed_finds(
    alice: Caller, invoice: str, wrong: dict[str, str], error: tuple[str, str]
) -> None:
    for asked in (f"/invoices/{invoice}/credit-plan", f"/invoices/{invoice}/credit-notes"):
        refused = alice.post(asked, {"reason": "other", **wrong})
        assert refused.status == 422
        assert [(each["field"], each["code"]) for each in refused.body["errors"]] == [error]


def test_the_plan_speaks_the_language_of_the_request(alice: Caller, invoice: str) -> None:
    answer = alice.post(f"/invoices/{invoice}/credit-plan", Accept_Language="fi")
    assert answer.body["effect"]["sentence"] == "Lasku on peruutettu. Maksettavaa ei ole."


def test_a_part_leaves_the_rest_to_pay(alice: Caller, world: World, clock: Clock) -> None:
    invoice = str(world.invoice(entered("100.00", "3"), at=clock.now).id)
    first = first_line(alice, invoice)
    plan = alice.post(
        f"/invoices/{invoice}/credit-plan", {"lines": [{"line": first, "quantity": "1"}]}
    ).body
    assert plan["totals"] == {"net": "100.00", "tax": "25.50", "payable": "125.50"}
    assert plan["effect"] == {
        "kind": "still_to_pay",
        "amount": "251.00",
        "date": "2026-06-30",
        "sentence": "€251.00 is still to be paid by 30 June 2026.",
    }
    by_amount = alice.post(
        f"/invoices/{invoice}/credit-plan", {"lines": [{"line": first, "amount": "10.01"}]}
    ).body
    assert by_amount["totals"] == {"net": "10.01", "tax": "2.55", "payable": "12.56"}


def test_a_credit_is_held_and_undone(
    alice: Caller, world: World, invoice: str, clock: Clock
) -> None:
    held = alice.post(f"/invoices/{invoice}/credit-notes", CANCEL)
    assert (held.status, held.body) == (
        202,
        {
            "state": "held",
            "goes_at": "2026-06-16T09:32:00Z",
            "payable": "1255.00",
            "next_draft": None,
        },
    )
    shown = alice.get(f"/invoices/{invoice}").body
    assert (shown["state"], shown["goes_at"]) == ("cancelling", "2026-06-16T09:32:00Z")
    assert [(link["kind"], link["number"], link["state"]) for link in shown["chain"]] == [
        ("invoice", "2026-0001", "cancelling"),
        ("credit_note", None, "held"),
    ]
    assert alice.get(f"/invoices/{invoice}/credit-notes/pending/pdf").raw.startswith(b"%PDF-")
    clock.now += timedelta(minutes=19, seconds=59)
    assert alice.delete(f"/invoices/{invoice}/credit-notes/pending").status == 204
    assert alice.get(f"/invoices/{invoice}").body["state"] == "sent"
    assert (credit_notes(world), pending(world)) == (0, 0)
    refused = alice.delete(f"/invoices/{invoice}/credit-notes/pending")
    assert (refused.status, refused.codes) == (409, ["nothing_to_undo"])
    assert alice.get(f"/invoices/{invoice}/credit-notes/pending/pdf").status == 404


def test_it_is_too_late_at_the_deadline_though_the_worker_sleeps(
    alice: Caller, world: World, invoice: str, clock: Clock
) -> None:
    alice.post(f"/invoices/{invoice}/credit-notes", CANCEL)
    clock.now += timedelta(minutes=20)
    refused = alice.delete(f"/invoices/{invoice}/credit-notes/pending")
    assert (refused.status, refused.codes) == (409, ["too_late_to_undo"])
    assert (credit_notes(world), pending(world)) == (1, 0)
    assert alice.get(f"/invoices/{invoice}").body["state"] == "credited"


def test_the_same_credit_again_is_answered_with_the_one_on_hold(
    alice: Caller, world: World, invoice: str, clock: Clock
) -> None:
    held = alice.post(f"/invoices/{invoice}/credit-notes", CANCEL)
    clock.now += timedelta(minutes=3)
    again = alice.post(f"/invoices/{invoice}/credit-notes", CANCEL)
    assert (again.status, again.body) == (202, held.body)
    other = alice.post(f"/invoices/{invoice}/credit-notes", {"reason": "goodwill"})
    assert (other.status, other.codes) == (409, ["credit_already_on_hold"])
    assert other.body["blockers"][0]["remedy"] == (
        "Take it back if you want to keep the invoice as it is."
    )
    plan = alice.post(f"/invoices/{invoice}/credit-plan")
    assert (plan.status, plan.codes) == (200, ["credit_already_on_hold"])
    assert pending(world) == 1


def test_without_a_hold_it_is_issued_with_its_corrected_draft(prompt: World, at: Any) -> None:
    alice = caller(prompt)
    invoice = str(prompt.invoice(at=at).id)
    issued = alice.post(
        f"/invoices/{invoice}/credit-notes",
        {"reason": "wrong_price", "reason_text": "Half of it", "reason_text_printed": True},
    )
    assert issued.status == 201
    document = issued.body["document"]
    assert issued.body == {
        "state": "issued",
        "document": {
            "id": document["id"],
            "kind": "credit_note",
            "number": "2026-K1",
            "issued_on": "2026-06-16",
            "due_on": None,
            "currency": "EUR",
            "payable": "1255.00",
            "payment_reference": "",
        },
        "next_draft": {"id": issued.body["next_draft"]["id"]},
    }
    shown = alice.get(f"/documents/{document['id']}").body
    assert shown["corrects"] == {
        "id": invoice,
        "number": "2026-0001",
        "issued_on": "2026-06-16",
    }
    assert (shown["reason"], shown["reason_text"]) == ("wrong_price", "Half of it")
    assert (shown["payment_account"], shown["payment_reference"]) == ("", "")
    assert shown["effect"]["sentence"] == "Lasku on peruutettu. Maksettavaa ei ole."
    corrected = alice.get(f"/drafts/{issued.body['next_draft']['id']}").body
    assert (corrected["replaces"], corrected["totals"]["payable"]) == (invoice, "1255.00")
    whole = alice.get(f"/invoices/{invoice}").body
    assert [(link["kind"], link["state"], link["payable"]) for link in whole["chain"]] == [
        ("invoice", "credited", "1255.00"),
        ("credit_note", "issued", "1255.00"),
        ("draft", "draft", "1255.00"),
    ]
    refused = alice.post(f"/invoices/{invoice}/credit-notes", CANCEL)
    assert (refused.status, refused.codes) == (409, ["already_credited"])
    assert credit_notes(prompt) == 1


def test_nothing_follows_if_so_asked(prompt: World, at: Any) -> None:
    alice = caller(prompt)
    invoice = str(prompt.invoice(at=at).id)
    issued = alice.post(f"/invoices/{invoice}/credit-notes", CANCEL | {"next": "nothing"})
    assert (issued.status, issued.body["next_draft"]) == (201, None)


def test_a_credit_note_is_not_credited(prompt: World, at: Any) -> None:
    alice = caller(prompt)
    invoice = str(prompt.invoice(at=at).id)
    note = alice.post(f"/invoices/{invoice}/credit-notes", CANCEL).body["document"]["id"]
    plan = alice.post(f"/invoices/{note}/credit-plan")
    assert (plan.status, plan.body) == (
        200,
        {
            "blockers": [
                {
                    "code": "credit_note_cannot_be_credited",
                    "message": "A credit note cannot be cancelled.",
                    "remedy": "Make a new invoice if it shall be paid after all.",
                    "field": "",
                }
            ]
        },
    )
    refused = alice.post(f"/invoices/{note}/credit-notes", CANCEL)
    assert (refused.status, refused.codes) == (409, ["credit_note_cannot_be_credited"])
    assert alice.get(f"/invoices/{note}").status == 404
    assert alice.delete(f"/invoices/{note}/credit-notes/pending").status == 404
    charlie = caller(found())
    assert charlie.post(f"/invoices/{note}/credit-notes", CANCEL).status == 404
    assert charlie.post(f"/invoices/{note}/credit-plan").status == 404
    assert credit_notes(prompt) == 1


def test_undoing_asks_what_becomes_of_a_changed_draft(
    alice: Caller, world: World, invoice: str
) -> None:
    held = alice.post(f"/invoices/{invoice}/credit-notes", CANCEL | {"next": "draft"})
    corrected = held.body["next_draft"]["id"]
    path = f"/invoices/{invoice}/credit-notes/pending"
    alice.patch(f"/drafts/{corrected}", {"lines": [line(unit_price="900.00")]})
    refused = alice.delete(path)
    assert (refused.status, refused.codes) == (409, ["draft_was_changed"])
    assert refused.body["blockers"][0]["field"] == "draft"
    assert alice.delete(f"{path}?draft=burn").fields == {"draft": "unknown"}
    assert alice.delete(f"{path}?drat=keep").fields == {"drat": "unknown_parameter"}
    assert pending(world) == 1
    assert alice.delete(f"{path}?draft=keep").status == 204
    kept = alice.get(f"/drafts/{corrected}").body
    assert (kept["replaces"], kept["totals"]["net"]) == (None, "900.00")


def test_undoing_discards_a_changed_draft_if_so_asked(alice: Caller, invoice: str) -> None:
    held = alice.post(f"/invoices/{invoice}/credit-notes", CANCEL | {"next": "draft"})
    corrected = held.body["next_draft"]["id"]
    alice.patch(f"/drafts/{corrected}", {"due_in_days": 20})
    path = f"/invoices/{invoice}/credit-notes/pending?draft=discard"
    assert alice.delete(path).status == 204
    assert alice.get(f"/drafts/{corrected}").status == 410


def test_more_than_is_left_is_refused(alice: Caller, world: World, invoice: str) -> None:
    first = first_line(alice, invoice)
    for much in ({"quantity": "1.0001"}, {"amount": "1000.01"}, {"quantity": "9999999"}):
        asked = CANCEL | {"lines": [{"line": first} | much]}
        plan = alice.post(f"/invoices/{invoice}/credit-plan", asked)
        assert plan.status == 200
        assert "more_than_left" in plan.codes
        refused = alice.post(f"/invoices/{invoice}/credit-notes", asked)
        assert (refused.status, set(refused.codes)) == (409, {"more_than_left"})
    assert (credit_notes(world), pending(world)) == (0, 0)


LINE = "01a2022b-0000-7000-8000-000000000000"

WRONG: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"reason": "anger"}, {"reason": "unknown"}),
    ({"reason": None}, {"reason": "unknown"}),
    ({"reason_text": "x" * 501}, {"reason_text": "too_long"}),
    ({"reason_text": "\x00"}, {"reason_text": "unprintable"}),
    ({"reason_text_printed": "no"}, {"reason_text_printed": "not_true_or_false"}),
    ({"next": "refund"}, {"refund": "required"}),
    ({"next": "chargeback"}, {"next": "unknown"}),
    ({"lines": []}, {"lines": "required"}),
    ({"lines": [{"line": LINE, "quantity": "1"}]}, {"lines.0.line": "unknown_line"}),
    ({"lines": [{"quantity": "1"}]}, {"lines.0.line": "required"}),
    ({"lines": [{"line": LINE, "quantity": 0.5}]}, {"lines.0.quantity": "not_a_number"}),
    ({"lines": [{"line": LINE, "amount": 5}]}, {"lines.0.amount": "not_an_amount"}),
    ({"lines": [{"line": LINE, "amount": "1e999"}]}, {"lines.0.amount": "not_an_amount"}),
    ({"lines": [{"line": LINE, "amount": "1.001"}]}, {"lines.0.amount": "too_many_decimals"}),
    ({"lines": [{"line": LINE, "amount": "9" * 13}]}, {"lines.0.amount": "too_large"}),
    ({"to": "daisy"}, {"to": "not_an_email"}),
    ({"now": True}, {"now": "unknown_field"}),
]


@pytest.mark.parametrize(("wrong", "fields"), WRONG)
def test_a_wrong_request_is_refused_by_field(
    resident: Caller, house: World, at: Any, clock: Clock, wrong: Any, fields: Any
) -> None:
    invoice = house.invoice(at=at).id
    for path in ("credit-plan", "credit-notes"):
        if path == "credit-plan" and ("to" in wrong or "x" in str(wrong.get("reason_text"))):
            continue  # what would be written is not looked at before
        answer = resident.post(f"/invoices/{invoice}/{path}", CANCEL | wrong)
        assert (answer.status, answer.fields) == (422, fields)
    assert pending(house) == 0


def test_wrong_parts_of_a_known_line_are_named(alice: Caller, world: World, invoice: str) -> None:
    first = {"line": first_line(alice, invoice)}
    for lines, fields in (
        ([first], {"lines.0": "quantity_or_amount"}),
        ([first | {"quantity": "1", "amount": "1.00"}], {"lines.0": "quantity_or_amount"}),
        ([first | {"quantity": "0"}], {"lines.0.quantity": "not_positive"}),
        ([first | {"quantity": "-1"}], {"lines.0.quantity": "not_positive"}),
        ([first | {"quantity": "0.00001"}], {"lines.0.quantity": "too_many_decimals"}),
        ([first | {"amount": "-1.00"}], {"lines.0.amount": "not_positive"}),
        (
            [first | {"quantity": "0.1"}, first | {"quantity": "0.1"}],
            {"lines.1.line": "named_twice"},
        ),
    ):
        answer = alice.post(f"/invoices/{invoice}/credit-notes", CANCEL | {"lines": lines})
        assert (answer.status, answer.fields) == (422, fields)
    assert pending(world) == 0


def test_a_paid_invoice_needs_the_scope_money(alice: Caller, world: World, invoice: str) -> None:
    paid = {"amount": "1255.00", "paid_on": "2026-06-16", "method": "cash"}
    alice.post(f"/invoices/{invoice}/payments", paid)
    careful = caller(world, scopes=("read", "write"))
    refused = careful.post(f"/invoices/{invoice}/credit-notes", CANCEL)
    assert refused.status == 403
    assert refused.body["code"] == "recent_sign_in_required"
    assert refused.body["blockers"][0]["remedy"] == (
        "Make a token with the scope money: in the settings, or by storno token create."
    )
    plan = careful.post(f"/invoices/{invoice}/credit-plan")
    assert (plan.status, plan.codes) == (200, ["recent_sign_in_required"])
    credit = careful.get(f"/invoices/{invoice}").body["actions"][0]
    assert [blocker["code"] for blocker in credit["blockers"]] == ["recent_sign_in_required"]
    assert pending(world) == 0
    held = alice.post(f"/invoices/{invoice}/credit-notes", CANCEL)
    assert held.status == 202
    depart_due(world.id, at=world_later(world))
    shown = alice.get(f"/invoices/{invoice}").body
    assert (shown["state"], shown["open"], shown["owed_back"]) == ("credited", "0.00", "1255.00")


def world_later(world: World) -> Any:
    with scope(world.id):
        goes_at = Standing.objects.get(organization_id=world.id).cancelling_at
    assert goes_at is not None
    return goes_at


def test_a_paid_invoice_may_need_customer_service(
    alice: Caller, world: World, invoice: str
) -> None:
    with scope(world.id):
        Settings.objects.filter(organization_id=world.id).update(
            paid_credit="desk", support_contact="help@example.com"
        )
    paid = {"amount": "0.01", "paid_on": "2026-06-16", "method": "cash"}
    alice.post(f"/invoices/{invoice}/payments", paid)
    refused = alice.post(f"/invoices/{invoice}/credit-notes", CANCEL)
    assert (refused.status, refused.codes) == (409, ["paid_credit_needs_desk"])
    assert refused.body["blockers"][0]["remedy"] == "help@example.com"
    assert pending(world) == 0


def test_the_office_credits_only_where_it_may(world: World, invoice: str, clock: Clock) -> None:
    office = caller(world, member(world, "office"))
    refused = office.post(f"/invoices/{invoice}/credit-notes", CANCEL)
    assert (refused.status, refused.codes) == (403, ["not_allowed"])
    plan = office.post(f"/invoices/{invoice}/credit-plan")
    assert (plan.status, plan.codes) == (200, ["not_allowed"])
    changed = caller(world).patch("/organization", {"settings": {"office_may_credit": True}})
    assert changed.status == 200
    assert office.post(f"/invoices/{invoice}/credit-notes", CANCEL).status == 202
