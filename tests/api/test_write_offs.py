"""Asking no more for what is open, and asking for it again, through the API."""

from tests.api.caller import Caller
from tests.conftest import Clock
from tests.world import World

PAID = {"amount": "1254.99", "paid_on": "2026-06-16", "method": "bank_transfer"}
NOBODYS = "00000000-0000-0000-0000-000000000000"


def test_bad_debt_is_written_off_and_asked_for_again(
    alice: Caller, world: World, clock: Clock
) -> None:
    invoice = str(world.invoice(at=clock.now).id)
    body = {"invoice": invoice, "kind": "bad_debt", "vat_relief": True}
    done = alice.post("/write-offs", body)
    written = {
        "id": done.body["id"],
        "invoice": invoice,
        "kind": "bad_debt",
        "vat_relief": True,
        "amount": "1255.00",
        "currency": "EUR",
        "written_on": "2026-06-16",
        "payment": None,
        "registered_at": "2026-06-16T09:12:00Z",
        "reversal": None,
    }
    assert (done.status, done.body) == (201, written)
    shown = alice.get(f"/invoices/{invoice}").body
    assert (shown["state"], shown["state_label"]) == ("written_off", "Written off")
    assert (shown["open"], shown["written_off"]) == ("0.00", "1255.00")
    blocked = {each["name"]: [why["code"] for why in each["blockers"]] for each in shown["actions"]}
    assert blocked["write_off"] == ["nothing_open"]
    (listed,) = alice.get("/invoices?tab=written_off").body["items"]
    assert listed["id"] == invoice
    for tab in ("sent", "overdue", "paid"):
        assert alice.get(f"/invoices?tab={tab}").body["items"] == []
    told = alice.post(f"/invoices/{invoice}/notifications", {})
    assert (told.status, told.codes) == (409, ["nothing_to_pay"])
    again = alice.post("/write-offs", body)
    assert (again.status, again.codes) == (409, ["nothing_open"])
    plan = alice.post(f"/invoices/{invoice}/credit-plan", {"reason": "other"}).body
    assert plan["effect"]["kind"] == "nothing_to_pay"
    back = alice.post(f"/write-offs/{done.body['id']}/reversal", {"reason": "She will pay"})
    assert (back.status, back.body["reversal"]["reason"]) == (201, "She will pay")
    assert alice.get(f"/invoices/{invoice}/write-offs").body["items"] == [back.body]
    assert alice.get(f"/invoices/{invoice}").body["open"] == "1255.00"
    twice = alice.post(f"/write-offs/{done.body['id']}/reversal", {"reason": "She will pay"})
    assert (twice.status, twice.codes) == (409, ["already_reversed"])


def test_cents_are_settled_with_the_payment_or_after_it(
    alice: Caller, world: World, clock: Clock
) -> None:
    first, second = (str(world.invoice(at=clock.now).id) for _each in range(2))
    paid = alice.post(f"/invoices/{first}/payments", PAID | {"settle": True})
    assert paid.status == 201
    (cents,) = alice.get(f"/invoices/{first}/write-offs").body["items"]
    assert (cents["kind"], cents["amount"], cents["payment"]) == (
        "cent_difference",
        "0.01",
        paid.body["id"],
    )
    assert alice.get(f"/invoices/{first}").body["state"] == "paid"
    body = {"invoice": second, "kind": "cent_difference"}
    for refused in (
        alice.post("/write-offs", body),
        alice.post(f"/invoices/{second}/payments", PAID | {"amount": "1.00", "settle": True}),
    ):
        assert (refused.status, refused.codes) == (409, ["more_than_cents"])
    assert alice.post(f"/invoices/{second}/payments", PAID).status == 201
    assert alice.post("/write-offs", body).body["amount"] == "0.01"
    wrong = alice.post("/write-offs", body | {"vat_relief": True})
    assert (wrong.status, wrong.codes) == (422, ["not_here"])
    unknown = alice.post("/write-offs", body | {"invoice": NOBODYS})
    assert (unknown.status, unknown.codes) == (422, ["unknown_invoice"])


def test_the_limit_is_a_setting(alice: Caller, world: World, clock: Clock) -> None:
    assert alice.get("/organization").body["settings"]["settled_cents"] == 100
    none = alice.patch("/organization", {"settings": {"settled_cents": 0}})
    assert (none.status, none.body["settings"]["settled_cents"]) == (200, 0)
    wrong = alice.patch("/organization", {"settings": {"settled_cents": 1001}})
    assert (wrong.status, wrong.codes) == (422, ["out_of_range"])
    invoice = str(world.invoice(at=clock.now).id)
    refused = alice.post(f"/invoices/{invoice}/payments", PAID | {"settle": True})
    assert (refused.status, refused.codes) == (409, ["more_than_cents"])
    assert alice.get(f"/invoices/{invoice}/payments").body["items"] == []
