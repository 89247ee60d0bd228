"""Drafts that are invoiced in another system, through the API."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from storno.corrections.depart import depart_due
from tests.api.caller import Answer, Caller, caller, line, member
from tests.conftest import Clock
from tests.observe import documents, drafts, everything
from tests.world import World, found

NOT_FROM_HERE = {
    "code": "externalised",
    "message": "This is invoiced externally, so no invoice of it leaves from here.",
    "remedy": "Take it back to draft first.",
    "field": "",
}
DETAILS = {"number": "T-77", "paid_on": "2026-06-15", "paid_by": "Vipps"}


@pytest.fixture
def draft(alice: Caller, world: World) -> str:
    answer = alice.post("/drafts", {"recipient": str(world.daisy.id), "lines": [line()]})
    return f"/drafts/{answer.body['id']}"


def nothing_happens(world: World, answer: Answer, status: int, before: object) -> None:
    assert answer.status == status
    assert everything(world) == before


def test_a_draft_is_marked_and_noted_of_anew(
    alice: Caller, world: World, draft: str, clock: Clock
) -> None:
    before = alice.get(draft).body
    assert before["external"] is None
    marked = alice.post(f"{draft}/externalisation")
    assert marked.status == 200
    assert marked.body == before | {
        "state": "external",
        "state_label": "Invoiced externally",
        "external": {"at": "2026-06-16T09:12:00Z", "number": "", "paid_on": None, "paid_by": ""},
        "version": 2,
        "blockers": [NOT_FROM_HERE],
    }
    assert alice.get(draft).body == marked.body
    clock.now += timedelta(days=1)
    noted = alice.post(f"{draft}/externalisation", DETAILS | {"version": 2})
    assert noted.body["external"] == {"at": "2026-06-16T09:12:00Z"} | DETAILS
    anew = alice.post(f"{draft}/externalisation", {"number": " T-78 "})
    assert anew.body["external"] == {
        "at": "2026-06-16T09:12:00Z",
        "number": "T-78",
        "paid_on": None,
        "paid_by": "",
    }
    assert anew.body["version"] == 4


def test_it_is_finalised_no_more_until_it_is_a_draft_again(
    alice: Caller, world: World, draft: str
) -> None:
    alice.post(f"{draft}/externalisation", {"number": "T-77"})
    before = everything(world)
    for now in (True, False):
        refused = alice.post(f"{draft}/finalisation", {"now": now})
        nothing_happens(world, refused, 409, before)
        assert refused.body["blockers"] == [NOT_FROM_HERE]
    pdf = alice.get(f"{draft}/pdf")
    assert (pdf.status, pdf.codes) == (409, ["externalised"])
    withdrawn = alice.delete(f"{draft}/finalisation")
    assert (withdrawn.status, withdrawn.codes) == (409, ["not_on_hold"])
    assert alice.delete(f"{draft}/externalisation").status == 204
    assert alice.get(draft).body["external"] is None
    assert alice.get(draft).body["state"] == "draft"
    again = alice.delete(f"{draft}/externalisation")
    assert (again.status, again.codes) == (409, ["not_externalised"])
    assert alice.post(f"{draft}/finalisation", {"now": True}).status == 201
    for answer in (
        alice.post(f"{draft}/externalisation"),
        alice.delete(f"{draft}/externalisation"),
    ):
        assert (answer.status, answer.codes) == (409, ["already_issued"])


def test_with_a_payment_noted_it_stays(alice: Caller, world: World, draft: str) -> None:
    for noted in ({"paid_on": "2026-06-16"}, {"paid_by": "cash"}):
        alice.post(f"{draft}/externalisation", noted)
        before = everything(world)
        for address in (f"{draft}/externalisation", draft):
            refused = alice.delete(address)
            nothing_happens(world, refused, 409, before)
            assert refused.body["blockers"] == [
                {
                    "code": "external_payment_noted",
                    "message": "A payment is noted, so this stays invoiced externally.",
                    "remedy": "If the payment details are wrong, empty them first.",
                    "field": "",
                }
            ]
    alice.post(f"{draft}/externalisation", {})
    assert alice.delete(draft).status == 204


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"number": "7" * 41}, {"number": "too_long"}),
        ({"paid_by": "x" * 41}, {"paid_by": "too_long"}),
        ({"paid_on": "2026-06-17"}, {"paid_on": "in_the_future"}),
        ({"paid_on": "1999-01-01"}, {"paid_on": "out_of_range"}),
        ({"paid_on": "soon"}, {"paid_on": "not_a_day"}),
        ({"paid": True}, {"paid": "unknown_field"}),
    ],
)
def test_details_that_cannot_be(
    alice: Caller, world: World, draft: str, wrong: dict[str, Any], fields: dict[str, str]
) -> None:
    before = everything(world)
    answer = alice.post(f"{draft}/externalisation", wrong)
    nothing_happens(world, answer, 422, before)
    assert answer.fields == fields


def test_a_version_that_is_no_more_is_left_alone(alice: Caller, world: World, draft: str) -> None:
    alice.patch(draft, {"due_in_days": 21})
    before = everything(world)
    refused = alice.post(f"{draft}/externalisation", {"version": 1})
    nothing_happens(world, refused, 409, before)
    assert refused.codes == ["draft_changed_meanwhile"]


def test_the_same_request_is_done_once(alice: Caller, world: World, draft: str) -> None:
    first = alice.post(f"{draft}/externalisation", DETAILS, Idempotency_Key="one")
    again = alice.post(f"{draft}/externalisation", DETAILS, Idempotency_Key="one")
    assert (first.raw, again.headers["Idempotency-Replayed"]) == (again.raw, "true")
    assert drafts(world)[0].version == 2


def test_what_it_says_can_be_changed_and_it_stays_what_it_is(
    alice: Caller, world: World, draft: str
) -> None:
    alice.post(f"{draft}/externalisation", {"number": "T-77"})
    changed = alice.patch(draft, {"lines": [line(unit_price="10.00")]})
    assert (changed.status, changed.body["totals"]["payable"]) == (200, "12.55")
    assert (changed.body["state"], changed.body["external"]["number"]) == ("external", "T-77")
    alice.post(f"{draft}/externalisation", DETAILS)
    refused = alice.patch(draft, {"lines": [line(unit_price="11.00")]})
    assert (refused.status, refused.codes) == (409, ["external_payment_noted"])
    assert alice.patch(draft, {"texts": {"opening": "Hello"}}).status == 200


def test_it_is_listed_by_its_state(alice: Caller, world: World, draft: str, at: datetime) -> None:
    alice.post(f"{draft}/externalisation")
    plain = str(world.draft(at=at).id)
    record = draft.removeprefix("/drafts/")
    for query, ids in (
        ("", [plain, record]),
        ("?state=draft", [plain]),
        ("?state=awaiting", []),
        ("?state=held", []),
        ("?state=external", [record]),
    ):
        assert [each["id"] for each in alice.get(f"/drafts{query}").body["items"]] == ids
    assert alice.get("/invoices").body["items"] == []


def credit(alice: Caller, world: World, at: datetime, **more: Any) -> tuple[UUID, Answer]:
    invoice = world.invoice(at=at).id
    body = {"reason": "other", "next": "external"} | more
    return invoice, alice.post(f"/invoices/{invoice}/credit-notes", body)


def test_it_follows_a_credit_at_once(clock: Clock, at: datetime) -> None:
    world = found(hold_seconds=0)
    alice = caller(world)
    invoice = world.invoice(at=at).id
    planned = alice.post(f"/invoices/{invoice}/credit-plan", {"next": "external"})
    assert (planned.status, planned.body["next"]) == (200, "external")
    invoice, done = credit(alice, world, at)
    assert done.status == 201
    record = alice.get(f"/drafts/{done.body['next_draft']['id']}").body
    assert (record["state"], record["replaces"]) == ("external", str(invoice))
    shown = alice.get(f"/invoices/{invoice}").body
    assert (shown["state"], shown["open"]) == ("credited", "0.00")
    assert [(link["kind"], link["state"], link["state_label"]) for link in shown["chain"]] == [
        ("invoice", "credited", "Cancelled"),
        ("credit_note", "issued", "Issued"),
        ("draft", "external", "Invoiced externally"),
    ]


def test_it_follows_a_credit_when_the_hold_is_over(
    alice: Caller, world: World, at: datetime, clock: Clock
) -> None:
    _invoice, done = credit(alice, world, at)
    assert done.status == 202
    waiting = f"/drafts/{done.body['next_draft']['id']}"
    assert alice.get(waiting).body["external"] is None
    clock.now += timedelta(minutes=20)
    assert depart_due(world.id, at=clock.now) == 1
    assert alice.get(waiting).body["external"]["at"] == "2026-06-16T09:32:00Z"
    assert alice.post(f"{waiting}/finalisation").codes == ["externalised"]
    assert len(documents(world)) == 2


def test_undone_in_time_nothing_is_left_of_it(alice: Caller, world: World, at: datetime) -> None:
    invoice, _done = credit(alice, world, at)
    assert alice.delete(f"/invoices/{invoice}/credit-notes/pending").status == 204
    assert drafts(world) == []


def test_who_may_not_write_drafts_marks_none(
    alice: Caller, world: World, draft: str, clock: Clock
) -> None:
    bob, reading = caller(world, world.bob), caller(world, scopes=["read"])
    office = caller(world, member(world, "office"))
    strange = caller(found())
    before = everything(world)
    for method in ("POST", "DELETE"):
        for who, status in ((bob, 403), (reading, 403), (strange, 404), (Caller(), 401)):
            answer = who.call(method, f"{draft}/externalisation")
            nothing_happens(world, answer, status, before)
        assert alice.call(method, f"/drafts/{uuid4()}/externalisation").status == 404
    assert office.post(f"{draft}/externalisation").status == 200
