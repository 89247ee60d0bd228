"""The practice's scripts through the API, from the session on (practice: common part C, 0 to 4).

No hold; after a credit there is a draft. Paula is a practitioner and no administrator. Daisy's
session was yesterday at 1190.00; its invoice is final and unpaid.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from storno.catalogue.models import Message
from storno.corrections.depart import depart_due
from storno.diary.models import Booking
from storno.documents.models import Document, Kind
from storno.notices.remind import remind_due
from storno.organizations.models import Settings
from storno.organizations.scope import scope
from tests.api.caller import Answer, Caller, caller
from tests.conftest import Clock
from tests.diary.practice import Practice, practice
from tests.observe import balances, documents, everything, letters, next_numbers

YESTERDAY = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)
HOLD = timedelta(minutes=20)


@dataclass
class Script:
    """Paula at the API, with the session and its invoice."""

    paula: Practice
    api: Caller
    session: str
    invoice: str

    def billing(self) -> dict[str, Any]:
        """What bills the session, as the diary says."""
        shown: dict[str, Any] = self.api.get(f"/sessions/{self.session}").body["billing"]
        return shown

    def price(self) -> str:
        """The price in the diary."""
        return str(self.api.get(f"/sessions/{self.session}").body["price"])

    def credit(self, **more: Any) -> Answer:
        """Credit the invoice."""
        asked = {"reason": "wrong_price"} | more
        return self.api.post(f"/invoices/{self.invoice}/credit-notes", asked)

    def see_draft(self) -> str:
        """The common part, and then "See draft"."""
        credited = self.credit()
        assert credited.status == 201
        return str(credited.body["next_draft"]["id"])

    def reprice(self, draft: str, price: str) -> Answer:
        """Change the price on the draft."""
        (line,) = self.api.get(f"/drafts/{draft}").body["lines"]
        kept = {name: line[name] for name in ("id", "description", "quantity", "unit")}
        kept |= {"price_includes_tax": True, "tax_category": line["tax_category"]}
        return self.api.patch(f"/drafts/{draft}", {"lines": [kept | {"unit_price": price}]})

    def receivable(self) -> dict[str, int]:
        """What stands in the books."""
        return balances(self.paula.world)


def book(paula: Practice, api: Caller, **more: str) -> Answer:
    """Book the session of yesterday."""
    asked = {
        "service": str(paula.service.id),
        "clients": [str(paula.daisy.id)],
        "practitioner": str(paula.paula.id),
        "starts_at": "2026-06-15T10:00:00+02:00",
    }
    return api.post("/sessions", asked | more)


@pytest.fixture
def script(clock: Clock, at: datetime) -> Script:
    paula = practice()
    api = caller(paula.world, paula.paula.person)
    booked = book(paula, api)
    draft = booked.body["billing"]["draft"]["id"]
    issued = api.post(f"/drafts/{draft}/finalisation")
    return Script(paula, api, booked.body["id"], issued.body["document"]["id"])


def numbers_of(script: Script) -> list[str]:
    with scope(script.paula.id):
        found = Document.objects.filter(organization_id=script.paula.id).order_by("id")
        return list(found.values_list("number", flat=True))


def test_common_part(script: Script) -> None:
    found = script.api.get(f"/invoices?recipient={script.paula.daisy.id}").body["items"]
    assert [(each["id"], each["state"]) for each in found] == [(script.invoice, "sent")]
    locked = script.billing()
    assert locked["invoice"] == {"id": script.invoice}, "the diary leads to the same paper"
    assert (locked["price_locked"], locked["reason"]) == (True, "credit_first")
    before = everything(script.paula.world)
    refused = script.api.patch(f"/sessions/{script.session}", {"price": "990.00"})
    assert (refused.status, refused.codes) == (409, ["credit_first"])
    planned = script.api.post(f"/invoices/{script.invoice}/credit-plan", {"reason": "wrong_price"})
    assert planned.body["after"] == {"open": "0.00", "owed_back": "0.00"}
    assert everything(script.paula.world) == before, "nothing has changed yet"
    draft = script.see_draft()
    (note,) = documents(script.paula.world, Kind.CREDIT_NOTE)
    assert (note.payable_minor, str(note.corrects_id)) == (119_000, script.invoice)
    invoice = script.api.get(f"/invoices/{script.invoice}").body
    assert (invoice["state"], invoice["open"]) == ("credited", "0.00")
    assert [(link["kind"], link["number"], link["payable"]) for link in invoice["chain"]] == [
        ("invoice", "2026-0001", "1190.00"),
        ("credit_note", "2026-K1", "1190.00"),
        ("draft", None, "1190.00"),
    ]
    assert script.receivable() == {}
    assert script.billing() == {
        "draft": {"id": draft},
        "invoice": None,
        "external": False,
        "state": "draft",
        "issues_at": None,
        "price_locked": False,
        "reason": None,
    }
    shown = script.api.get(f"/drafts/{draft}").body
    assert (shown["totals"]["payable"], shown["replaces"]) == ("1190.00", script.invoice)
    assert shown["recipient"] == str(script.paula.daisy.id)
    session = script.api.get(f"/sessions/{script.session}").body
    assert (session["state"], session["price"], session["method"]) == (
        *("booked", "1190.00"),
        "manual",
    )


def test_common_part_must_fail(script: Script) -> None:
    script.see_draft()
    (note,) = documents(script.paula.world, Kind.CREDIT_NOTE)
    alice = caller(script.paula.world)
    before = everything(script.paula.world)
    for api in (script.api, alice):
        path = f"/invoices/{script.invoice}"
        again = api.post(f"{path}/credit-notes", {"reason": "other"})
        assert (again.status, again.codes) == (409, ["already_credited"])
        actions = {each["name"]: each["blockers"] for each in api.get(path).body["actions"]}
        assert [each["code"] for each in actions["credit"]] == ["already_credited"]
    other = script.api.post(f"/invoices/{note.id}/credit-notes", {"reason": "other"})
    assert (other.status, other.codes) == (409, ["credit_note_cannot_be_credited"])
    for paper in (script.invoice, str(note.id)):
        assert script.api.call("DELETE", f"/drafts/{paper}").status == 404
        assert script.api.patch(f"/drafts/{paper}", {"lines": []}).status == 404
        for method in ("PATCH", "DELETE", "PUT"):
            assert script.api.call(method, f"/documents/{paper}", {}).status == 405
            assert script.api.call(method, f"/invoices/{paper}", {}).status == 405
    second = script.api.post(f"/sessions/{script.session}/draft")
    assert (second.status, second.codes) == (409, ["billed_already"])
    assert everything(script.paula.world) == before
    assert len(script.api.get("/drafts?state=awaiting").body["items"]) == 1


def hold(script: Script) -> None:
    """From now on a credit note waits for twenty minutes."""
    with scope(script.paula.id):
        Settings.objects.filter(organization_id=script.paula.id).update(hold_seconds=1200)


def test_common_part_with_a_hold(script: Script, clock: Clock) -> None:
    hold(script)
    before = everything(script.paula.world)
    held = script.credit()
    assert (held.status, held.body["state"]) == (202, "held")
    draft = held.body["next_draft"]["id"]
    chain = script.api.get(f"/invoices/{script.invoice}").body["chain"]
    assert [(link["kind"], link["number"], link["state"]) for link in chain] == [
        ("invoice", "2026-0001", "cancelling"),
        ("credit_note", None, "held"),
        ("draft", None, "draft"),
    ]
    pending = f"/invoices/{script.invoice}/credit-notes/pending"
    assert script.api.delete(pending).status == 204
    after = everything(script.paula.world)
    for was, is_ in zip(before["diary_booking"], after["diary_booking"], strict=True):
        assert {name for name in is_ if is_[name] != was[name]} == {"version"}
    assert {table for table in after if after[table] != before[table]} == {
        "diary_booking",
        "history_event",
    }
    assert script.api.get(f"/drafts/{draft}").status == 410
    clock.now += HOLD
    assert depart_due(script.paula.id, at=clock.now) == 0
    assert (numbers_of(script), letters(script.paula.world)) == (["2026-0001"], [])
    late = script.api.delete(pending)
    assert (late.status, late.codes) == (409, ["nothing_to_undo"])


@pytest.mark.parametrize(("undone", "tell"), [(True, True), (False, True), (False, None)])
def test_on_hold_what_follows_waits_for_the_credit_note(
    undone: bool, tell: bool | None, script: Script, clock: Clock
) -> None:
    hold(script)
    held = script.credit(next="cancel_session", reason="cancelled", tell=tell)
    assert (held.status, letters(script.paula.world)) == (202, [])
    assert script.api.get(f"/sessions/{script.session}").body["state"] == "booked"
    if undone:
        script.api.delete(f"/invoices/{script.invoice}/credit-notes/pending")
    clock.now += HOLD
    depart_due(script.paula.id, at=clock.now)
    session = script.api.get(f"/sessions/{script.session}").body
    assert session["state"] == ("booked" if undone else "cancelled")
    assert numbers_of(script) == (["2026-0001"] if undone else ["2026-0001", "2026-K1"])
    told = [("session_cancellation", "daisy@example.com")] * (tell is True and not undone)
    assert letters(script.paula.world) == told, "of what is over nobody is told unless so asked"


def test_wrong_recipient(script: Script) -> None:
    """Scenario 0: the employer pays, in its own way; what it reads of the client is initials."""
    employer = script.paula.company()
    draft = script.see_draft()
    path = f"/drafts/{draft}"
    changed = script.api.patch(
        path, {"recipient": str(employer.id), "delivery": {"channel": "email", "to": ""}}
    )
    assert changed.status == 200
    assert script.api.get(f"/sessions/{script.session}").body["recipient"] == str(employer.id)
    issued = script.api.post(f"{path}/finalisation").body["document"]
    assert issued["number"] == "2026-0002"
    assert letters(script.paula.world) == [("document", "invoices@example.com")]
    assert script.billing()["invoice"] == {"id": issued["id"]}
    (note,) = documents(script.paula.world, Kind.CREDIT_NOTE)
    told = [script.api.get(f"/documents/{each}").body for each in (note.id, issued["id"])]
    assert [each["buyer"]["name"] for each in told] == ["Daisy Duck", employer.name]
    assert [line["description"] for line in told[1]["lines"]] == ["60 min, D. D."]
    assert "Daisy" not in str(told[1])
    late = script.api.patch(path, {"recipient": str(script.paula.daisy.id)})
    assert (late.status, late.codes) == (409, ["already_issued"])
    locked = script.api.patch(
        f"/sessions/{script.session}", {"recipient": str(script.paula.daisy.id)}
    )
    assert (locked.status, locked.codes) == (409, ["credit_first"])


def test_wrong_price(script: Script) -> None:
    """Scenario 1: 1190 becomes 990, on the draft as in the diary."""
    api = script.api
    assert api.patch(f"/clients/{script.paula.daisy.id}", {"phone": "+47 400 00 123"}).status == 200
    draft = script.see_draft()
    assert script.reprice(draft, "990.00").status == 200
    assert (script.price(), numbers_of(script)) == ("990.00", ["2026-0001", "2026-K1"])
    issued = api.post(f"/drafts/{draft}/finalisation").body["document"]
    assert issued["number"] == "2026-0002"
    assert api.get(f"/invoices/{issued['id']}").body["issued_on"] == "2026-06-16"
    assert script.billing()["price_locked"]
    assert letters(script.paula.world) == [], "without the click nothing leaves"
    path = f"/invoices/{issued['id']}"
    sent = api.post(f"{path}/notifications")
    assert sent.status == 202
    assert letters(script.paula.world) == [
        ("payment_notification", "daisy@example.com"),
        ("payment_notification", "+4740000123"),
    ]
    told = api.get(f"{path}/notifications").body
    assert (told["items"][0]["state"], told["next_at"]) == ("sent", "2026-06-30T07:00:00Z")
    paid = {"amount": "990.00", "paid_on": "2026-06-16", "method": "bank_transfer"}
    assert api.post(f"{path}/payments", paid).status == 201
    assert api.get(path).body["state"] == "paid"
    assert api.get(f"{path}/notifications").body["next_at"] is None
    assert [link["state"] for link in api.get(path).body["chain"]] == ["credited", "issued", "paid"]
    assert script.receivable() == {"BANK": 99_000, "SALES[O,0]": -99_000}


@pytest.mark.parametrize(
    ("price", "state", "label"), [("0.00", "paid", "Nothing to pay"), ("1390.00", "sent", "Unpaid")]
)
def test_free_or_dearer(price: str, state: str, label: str, script: Script, clock: Clock) -> None:
    draft = script.see_draft()
    script.reprice(draft, price)
    assert script.price() == price
    issued = script.api.post(f"/drafts/{draft}/finalisation").body["document"]
    path = f"/invoices/{issued['id']}"
    shown = script.api.get(path).body
    assert (shown["state"], shown["state_label"], shown["open"]) == (state, label, price)
    assert shown["totals"]["payable"] == price
    sent = script.api.post(f"{path}/notifications")
    if state == "paid":
        assert (sent.status, sent.codes) == (409, ["nothing_to_pay"])
        assert script.api.get(f"{path}/notifications").body["next_at"] is None
        clock.now += timedelta(days=42)
        assert remind_due(script.paula.id, at=clock.now) == 0
        assert letters(script.paula.world) == []
    else:
        assert sent.status == 202


@pytest.mark.parametrize("price", ["-1.00", "free", "1e3", ""])
def test_what_is_no_price(price: str, script: Script) -> None:
    draft = script.see_draft()
    assert script.reprice(draft, price).status == 422
    refused = script.api.patch(f"/sessions/{script.session}", {"price": price})
    assert (refused.status, list(refused.fields)) == (422, ["price"])
    assert script.price() == "1190.00"


def test_no_price_after_finalising(script: Script) -> None:
    draft = script.see_draft()
    (line,) = script.api.get(f"/drafts/{draft}").body["lines"]
    script.api.post(f"/drafts/{draft}/finalisation")
    cheaper = {"description": "60 min", "quantity": "1", "unit_price": "990.00"}
    cheaper |= {"unit": "", "tax_category": line["tax_category"]}
    refused = script.api.patch(f"/drafts/{draft}", {"lines": [cheaper]})
    assert (refused.status, refused.codes) == (409, ["already_issued"])
    locked = script.api.patch(f"/sessions/{script.session}", {"price": "990.00"})
    assert (locked.status, locked.codes) == (409, ["credit_first"])
    assert script.price() == "1190.00"


def test_session_to_be_cancelled(script: Script) -> None:
    """Scenario 2: the draft is deleted with the booking; no number is used, the slot is free."""
    draft = script.see_draft()
    before = next_numbers(script.paula.world)
    assert script.api.delete(f"/drafts/{draft}?session=cancel").status == 204
    assert script.api.get("/drafts").body["items"] == []
    gone = script.api.get(f"/drafts/{draft}")
    assert (gone.status, gone.body["code"]) == (410, "draft_deleted")
    assert gone.body["detail"] == "Paula deleted this draft."
    assert (gone.body["replaced"], gone.body["sessions"]) == (script.invoice, [script.session])
    session = script.api.get(f"/sessions/{script.session}").body
    assert (session["state"], session["cancellation"]["charge"]) == ("cancelled", "nothing")
    assert next_numbers(script.paula.world) == before
    assert (numbers_of(script), script.receivable()) == (["2026-0001", "2026-K1"], {})
    assert letters(script.paula.world) == [], "of what is over nobody is told by itself"
    happened = script.api.get(f"/history?subject={script.session}").body["items"][0]
    assert (happened["sentence"], happened["by"]) == ("Cancelled; nothing is charged.", "Paula")
    (note,) = documents(script.paula.world, Kind.CREDIT_NOTE)
    for paper in (draft, script.invoice, str(note.id)):
        again = script.api.delete(f"/drafts/{paper}?session=cancel")
        assert again.status in (404, 410)
    assert script.api.post(f"/drafts/{draft}/finalisation").status in (404, 410)
    script.paula.book(YESTERDAY, at=YESTERDAY)


@pytest.mark.parametrize(("tell", "told"), [("true", 1), ("false", 0)])
def test_the_client_is_told_once_of_the_cancellation(
    tell: str, told: int, script: Script, clock: Clock
) -> None:
    """With messages of cancellations on; never with a notice of a payment."""
    with scope(script.paula.id):
        Booking.objects.filter(organization_id=script.paula.id).update(
            messages=[Message.CANCELLATION]
        )
    draft = script.see_draft()
    assert script.api.delete(f"/drafts/{draft}?session=cancel&tell={tell}").status == 204
    clock.now += timedelta(days=42)
    assert remind_due(script.paula.id, at=clock.now) == 0
    assert letters(script.paula.world) == [("session_cancellation", "daisy@example.com")] * told


def test_session_to_be_kept(script: Script) -> None:
    draft = script.see_draft()
    script.reprice(draft, "990.00")
    assert script.api.delete(f"/drafts/{draft}?session=keep").status == 204
    session = script.api.get(f"/sessions/{script.session}").body
    assert (session["state"], session["price"]) == ("booked", "990.00")
    assert session["billing"]["draft"] is None
    made = script.api.post(f"/sessions/{script.session}/draft")
    assert made.status == 201
    shown = script.api.get(f"/drafts/{made.body['id']}").body
    assert shown["totals"]["payable"] == "990.00"


def is_elsewhere(script: Script, record: str) -> None:
    """The record bills the session, and is owed, asked for and reminded of by nobody."""
    api, path = script.api, f"/drafts/{record}"
    assert script.billing() == {
        "draft": {"id": record},
        "invoice": None,
        "external": True,
        "state": "external",
        "issues_at": None,
        "price_locked": False,
        "reason": None,
    }
    shown = api.get(path).body
    assert (shown["state"], shown["state_label"]) == ("external", "Invoiced externally")
    before = everything(script.paula.world)
    for refused in (
        api.post(f"{path}/finalisation"),
        api.post(f"{path}/finalisation", {"now": True}),
        api.get(f"{path}/pdf"),
    ):
        assert (refused.status, refused.codes) == (409, ["externalised"])
    reason = {"reason": "other"}
    paid = {"amount": "1190.00", "paid_on": "2026-06-16", "method": "cash"}
    for deed, body in (
        ("notifications", None),
        ("credit-plan", reason),
        ("credit-notes", reason),
        ("payments", paid),
    ):
        assert api.post(f"/invoices/{record}/{deed}", body).status == 404, "it is no invoice"
    assert everything(script.paula.world) == before
    for tab in ("sent", "overdue"):
        assert api.get(f"/invoices?tab={tab}").body["items"] == []
    assert remind_due(script.paula.id, at=datetime(2026, 8, 1, tzinfo=UTC)) == 0
    assert letters(script.paula.world) == []


def test_invoiced_in_another_system(script: Script) -> None:
    """Scenario 3: a record and no document; details are optional, and the way back is open."""
    draft = script.see_draft()
    path = f"/drafts/{draft}/externalisation"
    assert script.api.post(path).status == 200
    is_elsewhere(script, draft)
    assert (numbers_of(script), script.receivable()) == (["2026-0001", "2026-K1"], {})
    noted = script.api.post(path, {"number": "F-77", "paid_on": "2026-06-16", "paid_by": "card"})
    assert noted.status == 200
    stuck = script.api.delete(path)
    assert (stuck.status, stuck.codes) == (409, ["external_payment_noted"])
    is_elsewhere(script, draft)
    script.api.post(path)
    assert script.api.delete(path).status == 204
    assert not script.billing()["external"]
    happened = script.api.get(f"/history?subject={draft}").body["items"]
    assert [each["kind"] for each in happened[:4]] == [
        "draft.internalised",
        *["draft.external_noted"] * 2,
        "draft.externalised",
    ]
    assert script.api.post(f"/drafts/{draft}/finalisation").status == 201


def test_invoiced_in_another_system_from_the_start(clock: Clock, at: datetime) -> None:
    paula = practice()
    api = caller(paula.world, paula.paula.person)
    booked = book(paula, api, method="external")
    assert (booked.status, booked.body["method"]) == (201, "external")
    record = booked.body["billing"]["draft"]["id"]
    script = Script(paula, api, booked.body["id"], "")
    is_elsewhere(script, record)
    assert (numbers_of(script), script.receivable()) == ([], {})


@pytest.mark.parametrize("tell", [True, False])
def test_one_guided_pass_does_the_same(tell: bool, script: Script) -> None:
    """`next` in the credit: the documents are those of the scripts."""
    credited = script.credit(next="cancel_session", reason="cancelled", tell=tell)
    told = [("session_cancellation", "daisy@example.com")] * tell
    assert letters(script.paula.world) == told
    assert (credited.status, credited.body["next_draft"]) == (201, None)
    assert script.api.get(f"/sessions/{script.session}").body["state"] == "cancelled"
    assert numbers_of(script) == ["2026-0001", "2026-K1"]


def test_one_guided_pass_to_another_system(script: Script) -> None:
    credited = script.credit(next="external")
    assert credited.status == 201
    assert script.billing() == {
        "draft": credited.body["next_draft"],
        "invoice": None,
        "external": True,
        "state": "external",
        "issues_at": None,
        "price_locked": False,
        "reason": None,
    }


def test_the_client_gets_the_money_back(script: Script, clock: Clock) -> None:
    """Scenario 4: the plan says that money is owed back, and the draft still wants a decision."""
    path = f"/invoices/{script.invoice}"
    paid = {"amount": "1190.00", "paid_on": "2026-06-15", "method": "bank_transfer"}
    assert script.api.post(f"{path}/payments", paid).status == 201
    assert script.receivable() == {"BANK": 119_000, "SALES[O,0]": -119_000}
    planned = script.api.post(f"{path}/credit-plan", {"reason": "cancelled"})
    assert planned.body["after"] == {"open": "0.00", "owed_back": "1190.00"}
    draft = script.see_draft()
    shown = script.api.get(path).body
    assert (shown["state"], shown["received"], shown["owed_back"]) == (
        *("credited", "1190.00"),
        "1190.00",
    )
    assert script.receivable() == {"BANK": 119_000, "REFUND": -119_000}
    assert script.billing()["draft"] == {"id": draft}
    assert script.api.delete(f"/drafts/{draft}?session=cancel").status == 204
    assert script.receivable() == {"BANK": 119_000, "REFUND": -119_000}
    refund = {"invoice": script.invoice, "way": "outside", "paid_on": "2026-06-16"}
    for wrong in (
        {},
        {"method": "cash", "paid_on": None},
        {"method": "cash", "paid_on": "2026-06-17"},
    ):
        assert script.api.post("/refunds", refund | wrong).status == 422
    early = script.api.post("/refunds", refund | {"method": "cash", "paid_on": "2026-06-14"})
    assert (early.status, early.codes) == (422, ["before_the_payment"])
    assert script.api.post("/refunds", refund | {"method": "cash"}).status == 201
    shown = script.api.get(path).body
    assert (shown["state"], shown["owed_back"], script.receivable()) == ("refunded", "0.00", {})
    again = script.api.post("/refunds", refund | {"method": "cash"})
    assert (again.status, again.codes) == (409, ["nothing_owed_back"])


def test_one_pass_cancels_the_session_and_gives_the_money_back(script: Script) -> None:
    path = f"/invoices/{script.invoice}"
    paid = {"amount": "1190.00", "paid_on": "2026-06-15", "method": "bank_transfer"}
    assert script.api.post(f"{path}/payments", paid).status == 201
    refund = {"paid_on": "2026-06-16", "method": "vipps"}
    assert script.credit(next="cancel_session", refund=refund).status == 201
    assert script.api.get(path).body["state"] == "refunded"
    assert script.api.get(f"/sessions/{script.session}").body["state"] == "cancelled"


def test_a_payment_between_the_plan_and_the_credit_is_told(script: Script) -> None:
    path = f"/invoices/{script.invoice}"
    seen = script.api.post(f"{path}/credit-plan", {"reason": "wrong_price"}).body["seen"]
    paid = {"amount": "1190.00", "paid_on": "2026-06-16", "method": "cash"}
    assert script.api.post(f"{path}/payments", paid).status == 201
    refused = script.credit(seen=seen)
    assert (refused.status, refused.codes) == (409, ["not_as_shown"])
    assert numbers_of(script) == ["2026-0001"]
