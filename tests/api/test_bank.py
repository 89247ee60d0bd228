"""Bank files, what they told, and what waits to be matched, through the API."""

import json

import pytest

from storno.corrections.settle import register_payment
from storno.matching.meet import meet_new
from storno.organizations.models import Organization
from storno.payments.models import MoneyKind
from storno.payments.register import PaymentInput
from tests.api.caller import Answer, Caller, caller, member
from tests.bank.told import statement, told
from tests.conftest import Clock
from tests.observe import everything
from tests.world import World

XML = {"Content_Type": "application/xml"}
NOBODYS = "00000000-0000-0000-0000-000000000000"
UNREAD = {"new": 0, "queued": 0, "matched": 0, "returned": 0, "payout": 0, "aside": 0}


def send(caller: Caller, content: bytes, **headers: str) -> Answer:
    return caller.post("/bank-files?name=june.xml", content, **XML | headers)


def meet(world: World, clock: Clock) -> None:
    while meet_new(world.id, at=clock.now):
        pass


def test_a_file_is_read_once_and_its_entries_are_told(
    alice: Caller, world: World, clock: Clock
) -> None:
    invoice = world.invoice(at=clock.now)
    content = statement(
        told("1255.00", "A1", reference=invoice.payment_reference),
        told("60.00", "A2", text="rent", party="Landlord", party_account=""),
        told("7.00", "A3", side="DBIT"),
    )
    read = send(alice, content, Idempotency_Key="k")
    file = {
        "id": read.body["id"],
        "name": "june.xml",
        "kind": "camt.053",
        "account": "FI2112345600000785",
        "entries": 3,
        "new": 3,
        "known": 0,
        "elsewhere": 0,
        "read_at": "2026-06-16T09:12:00Z",
        "states": UNREAD | {"new": 3},
    }
    assert (read.status, read.body) == (201, file)
    before = everything(world)
    again = send(alice, content)
    assert (again.status, again.body) == (200, file)
    replayed = send(alice, content, Idempotency_Key="k")
    assert (replayed.status, replayed.headers["Idempotency-Replayed"]) == (201, "true")
    other = send(alice, content + b"\n", Idempotency_Key="k")
    assert (other.status, other.codes) == (422, ["key_used_for_another_request"])
    assert everything(world) == before
    meet(world, clock)
    shown = alice.get(f"/bank-files/{file['id']}").body
    assert shown["states"] == UNREAD | {"matched": 1, "queued": 1, "aside": 1}
    assert alice.get("/bank-files").body == {"items": [shown], "next": None}
    out, rent, paid = alice.get(f"/bank-files/{file['id']}/entries").body["items"]
    assert (out["amount"], out["state"], out["why"]) == ("-7.00", "aside", "money_out")
    (payment,) = alice.get(f"/invoices/{invoice.id}/payments").body["items"]
    assert paid == {
        "id": paid["id"],
        "file": file["id"],
        "account": "FI2112345600000785",
        "booked_on": "2026-06-15",
        "amount": "1255.00",
        "currency": "EUR",
        "reference": invoice.payment_reference,
        "text": "",
        "party": "Daisy Duck",
        "party_account": "FI1410093000123458",
        "state": "matched",
        "why": "exact",
        "note": "",
        "invoice": str(invoice.id),
        "payment": payment["id"],
        "takes_back": None,
    }
    assert alice.get(f"/bank-entries/{paid['id']}").body == paid
    some = f"/bank-files/{file['id']}/entries?state=queued&limit=1"
    assert alice.get(some).body == {"items": [rent], "next": None}
    assert alice.get("/unmatched").body == {"items": [rent | {"suggestions": []}], "next": None}


def test_what_waits_is_matched_undone_and_set_aside(
    alice: Caller, world: World, clock: Clock
) -> None:
    invoice, by_hand = world.invoice(at=clock.now), world.invoice(at=clock.now)
    paid = PaymentInput(125_500, clock.now.date(), MoneyKind.CASH)
    payment = register_payment(by_hand.id, paid, who=world.who(), at=clock.now)
    send(alice, statement(told("1300.00", "A1", text=invoice.number), told("1255.00", "A2")))
    meet(world, clock)
    same, over = alice.get("/unmatched").body["items"]
    assert over["suggestions"] == [
        {
            "invoice": str(invoice.id),
            "number": invoice.number,
            "recipient": "Daisy Duck",
            "open": "1255.00",
            "payment": None,
            "reasons": ["number", "name"],
        }
    ]
    assert same["suggestions"][0]["payment"] == str(payment.id)
    at = f"/unmatched/{over['id']}/match"
    before = everything(world)
    assert alice.post(at, {}).fields == {"invoice": "required"}
    both = {"invoice": str(invoice.id), "payment": str(payment.id)}
    assert alice.post(at, both).fields == {"payment": "not_here"}
    assert alice.post(at, {"invoice": NOBODYS}).fields == {"invoice": "unknown_invoice"}
    assert alice.post(at, {"payment": NOBODYS}).fields == {"payment": "unknown_payment"}
    assert alice.post(at, {"payment": str(payment.id)}).codes == ["not_this_payment"]
    assert alice.post(f"/unmatched/{NOBODYS}/match", {"invoice": NOBODYS}).status == 404
    assert everything(world) == before
    matched = alice.post(at, {"invoice": str(invoice.id)})
    assert (matched.status, matched.body["why"]) == (200, "by_hand")
    assert alice.get(f"/invoices/{invoice.id}").body["owed_back"] == "45.00"
    assert alice.post(at, {"invoice": str(invoice.id)}).codes == ["entry_not_waiting"]
    linked = alice.post(f"/unmatched/{same['id']}/match", {"payment": str(payment.id)}).body
    assert (linked["why"], linked["payment"]) == ("linked", str(payment.id))
    undoing = f"/bank-entries/{over['id']}/match-reversal"
    no_money = caller(world, scopes=["read", "write"])
    refused = no_money.post(undoing, {"reason": "Wrong"})
    assert (refused.status, refused.codes) == (403, ["recent_sign_in_required"])
    undone = alice.post(undoing, {"reason": "Wrong"}).body
    assert (undone["state"], undone["why"], undone["invoice"]) == ("queued", "undone", None)
    aside = alice.post(f"/unmatched/{over['id']}/aside", {"note": "A gift"}).body
    assert (aside["state"], aside["note"]) == ("aside", "A gift")
    taken_up = alice.delete(f"/bank-entries/{over['id']}/aside").body
    assert (taken_up["state"], taken_up["why"]) == ("queued", "taken_up")


HOSTILE = [
    (b"", "The file is empty"),
    (b"\x00" * 2000, "Line 1"),
    (b"PK\x03\x04" + b"x" * 100, "packed"),
    (json.dumps({"file": 1}).encode(), "Line 1"),
    (statement(told("1.00", "A1")).replace(b"EUR", b"E\xffR"), "Line"),
]


@pytest.mark.parametrize(("content", "said"), HOSTILE)
def test_what_is_no_bank_file_is_refused_in_words(
    resident: Caller, house: World, clock: Clock, content: bytes, said: str
) -> None:
    before = everything(house)
    answer = send(resident, content)
    assert (answer.status, answer.codes) == (409, ["bank_file_faulty"])
    assert said in answer.body["detail"]
    assert everything(house) == before


def test_a_file_that_is_too_large_is_refused_unread(
    resident: Caller, house: World, clock: Clock
) -> None:
    before = everything(house)
    answer = send(resident, b"<", Content_Length="500000001")
    assert (answer.status, answer.body["code"]) == (413, "too_large")
    assert everything(house) == before


def test_who_sees_own_clients_only_sees_no_bank(world: World, clock: Clock) -> None:
    Organization.objects.filter(id=world.id).update(own_clients=True)
    eve = caller(world, member(world, "practitioner"))
    before = everything(world)
    assert send(eve, statement(told("1.00", "A1"))).codes == ["not_allowed"]
    for path in ("/bank-files", "/unmatched", f"/bank-entries/{NOBODYS}"):
        assert eve.get(path).status == 403, path
    assert everything(world) == before
