"""The practice's scripts through the API, from the session on (practice: common part C, 0 to 3).

No hold; after a credit there is a draft. Paula is a practitioner and no administrator. Daisy's
session was yesterday at 1190.00; its invoice is final and unpaid.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from storno.documents.models import Document, Kind
from storno.organizations.scope import scope
from tests.api.caller import Answer, Caller, caller
from tests.conftest import Clock
from tests.diary.practice import Practice, practice
from tests.observe import balances, documents, letters, next_numbers

YESTERDAY = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)


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


@pytest.fixture
def script(clock: Clock, at: datetime) -> Script:
    paula = practice()
    api = caller(paula.world, paula.paula.person)
    booked = api.post(
        "/sessions",
        {
            "service": str(paula.service.id),
            "clients": [str(paula.daisy.id)],
            "practitioner": str(paula.paula.id),
            "starts_at": "2026-06-15T10:00:00+02:00",
        },
    )
    draft = booked.body["billing"]["draft"]["id"]
    issued = api.post(f"/drafts/{draft}/finalisation")
    return Script(paula, api, booked.body["id"], issued.body["document"]["id"])


def numbers_of(script: Script) -> list[str]:
    with scope(script.paula.id):
        found = Document.objects.filter(organization_id=script.paula.id).order_by("id")
        return list(found.values_list("number", flat=True))


def test_common_part(script: Script) -> None:
    locked = script.billing()
    assert (locked["price_locked"], locked["reason"]) == (True, "credit_first")
    refused = script.api.patch(f"/sessions/{script.session}", {"price": "990.00"})
    assert (refused.status, refused.codes) == (409, ["credit_first"])
    planned = script.api.post(f"/invoices/{script.invoice}/credit-plan", {"reason": "wrong_price"})
    assert planned.body["after"] == {"open": "0.00", "owed_back": "0.00"}
    assert numbers_of(script) == ["2026-0001"], "nothing has changed yet"
    draft = script.see_draft()
    assert numbers_of(script) == ["2026-0001", "2026-K1"]
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
    session = script.api.get(f"/sessions/{script.session}").body
    assert (session["state"], session["price"]) == ("booked", "1190.00")


def test_common_part_must_fail(script: Script) -> None:
    script.see_draft()
    (note,) = documents(script.paula.world, Kind.CREDIT_NOTE)
    again = script.credit()
    assert (again.status, again.codes) == (409, ["already_credited"])
    other = script.api.post(f"/invoices/{note.id}/credit-notes", {"reason": "other"})
    assert (other.status, other.codes) == (409, ["credit_note_cannot_be_credited"])
    for paper in (script.invoice, str(note.id)):
        assert script.api.call("DELETE", f"/drafts/{paper}").status == 404
        assert script.api.patch(f"/drafts/{paper}", {"lines": []}).status == 404
    assert len(script.api.get("/drafts").body["items"]) == 1


def test_wrong_recipient(script: Script) -> None:
    """Scenario 0: the employer pays; what it reads of the client is initials."""
    employer = script.paula.company()
    draft = script.see_draft()
    path = f"/drafts/{draft}"
    changed = script.api.patch(
        path, {"recipient": str(employer.id), "delivery": {"channel": "email", "to": ""}}
    )
    assert changed.status == 200
    assert script.api.get(f"/sessions/{script.session}").body["recipient"] == str(employer.id)
    issued = script.api.post(f"{path}/finalisation")
    assert issued.body["document"]["number"] == "2026-0002"
    assert letters(script.paula.world) == [("document", "invoices@example.com")]
    assert script.billing()["invoice"] == {"id": issued.body["document"]["id"]}


def test_wrong_price(script: Script) -> None:
    """Scenario 1: 1190 becomes 990, on the draft as in the diary."""
    draft = script.see_draft()
    assert script.reprice(draft, "990.00").status == 200
    assert script.price() == "990.00"
    issued = script.api.post(f"/drafts/{draft}/finalisation").body["document"]
    assert issued["number"] == "2026-0002"
    assert script.billing()["price_locked"]
    assert letters(script.paula.world) == [], "without the click nothing leaves"
    sent = script.api.post(f"/documents/{issued['id']}/letters")
    assert sent.status == 202
    paid = {"amount": "990.00", "paid_on": "2026-06-16", "method": "bank_transfer"}
    assert script.api.post(f"/invoices/{issued['id']}/payments", paid).status == 201
    assert script.api.get(f"/invoices/{issued['id']}").body["state"] == "paid"
    assert script.receivable() == {"BANK": 99_000, "SALES[O,0]": -99_000}


@pytest.mark.parametrize(("price", "state"), [("0.00", "paid"), ("1390.00", "sent")])
def test_free_or_dearer(price: str, state: str, script: Script) -> None:
    draft = script.see_draft()
    script.reprice(draft, price)
    assert script.price() == price
    issued = script.api.post(f"/drafts/{draft}/finalisation").body["document"]
    assert script.api.get(f"/invoices/{issued['id']}").body["state"] == state


@pytest.mark.parametrize("price", ["-1.00", "free", "1e3", ""])
def test_what_is_no_price(price: str, script: Script) -> None:
    draft = script.see_draft()
    assert script.reprice(draft, price).status == 422
    refused = script.api.patch(f"/sessions/{script.session}", {"price": price})
    assert (refused.status, list(refused.fields)) == (422, ["price"])
    assert script.price() == "1190.00"


def test_no_price_after_finalising(script: Script) -> None:
    draft = script.see_draft()
    script.api.post(f"/drafts/{draft}/finalisation")
    refused = script.api.patch(f"/drafts/{draft}", {"due_in_days": 7})
    assert (refused.status, refused.codes) == (409, ["already_issued"])
    locked = script.api.patch(f"/sessions/{script.session}", {"price": "990.00"})
    assert (locked.status, locked.codes) == (409, ["credit_first"])


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
    assert letters(script.paula.world) == []
    script.paula.book(YESTERDAY, at=YESTERDAY)


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


def test_invoiced_in_another_system(script: Script) -> None:
    """Scenario 3: a record and no document; details are optional, and the way back is open."""
    draft = script.see_draft()
    path = f"/drafts/{draft}/externalisation"
    marked = script.api.post(path)
    assert marked.status == 200
    assert script.billing()["external"]
    assert numbers_of(script) == ["2026-0001", "2026-K1"]
    refused = script.api.post(f"/drafts/{draft}/finalisation")
    assert (refused.status, refused.codes) == (409, ["externalised"])
    assert script.api.get("/invoices?tab=sent").body["items"] == [], "nobody owes it"
    noted = script.api.post(path, {"number": "F-77", "paid_on": "2026-06-16", "paid_by": "card"})
    assert noted.status == 200
    stuck = script.api.delete(path)
    assert (stuck.status, stuck.codes) == (409, ["external_payment_noted"])
    script.api.post(path)
    assert script.api.delete(path).status in (200, 204)
    assert not script.billing()["external"]


def test_one_guided_pass_does_the_same(script: Script) -> None:
    """`next` in the credit: the documents are those of the scripts."""
    credited = script.credit(next="cancel_session", reason="cancelled")
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
