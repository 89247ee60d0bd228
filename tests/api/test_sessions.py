"""Sessions through the API: booked, changed, invoiced, credited, cancelled."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from storno.diary.models import Sight
from storno.diary.sight import open_diary
from tests.api.caller import Answer, Caller, caller
from tests.conftest import Clock
from tests.world import FOUNDED, World, found

TEN = "2026-06-17T10:00:00+03:00"
PAST = "2026-06-15T10:00:00+03:00"
HOUR = {
    "name": "60 min",
    "minutes": 60,
    "price": "1190.00",
    "tax_category": "standard",
    "tax_rate": "25.5",
}

LINE = {
    "description": "60 min",
    "quantity": "1",
    "unit_price": "1190.00",
    "unit": "",
    "price_includes_tax": True,
    "tax_category": "standard",
    "tax_rate": "25.5",
}


@pytest.fixture
def world() -> World:
    return found(hold_seconds=0, after_credit="draft", default_channel="none")


@pytest.fixture
def asked(alice: Caller, world: World) -> dict[str, Any]:
    """A session of Daisy with Alice."""
    service = alice.post("/services", HOUR)
    assert service.status == 201
    return {
        "service": service.body["id"],
        "clients": [str(world.daisy.id)],
        "practitioner": alice.get("/members").body["items"][0]["id"],
        "starts_at": TEN,
    }


def invoiced(alice: Caller, session: Answer) -> str:
    draft = session.body["billing"]["draft"]["id"]
    issued = alice.post(f"/drafts/{draft}/finalisation")
    assert issued.status == 201
    return str(issued.body["document"]["id"])


def test_a_session_is_booked_with_its_draft(
    alice: Caller, world: World, asked: dict[str, Any]
) -> None:
    booked = alice.post("/sessions", asked)
    assert booked.status == 201
    draft = booked.body["billing"]["draft"]
    assert booked.body == {
        "id": booked.body["id"],
        "service": asked["service"],
        "description": "60 min",
        "clients": asked["clients"],
        "practitioner": asked["practitioner"],
        "starts_at": "2026-06-17T07:00:00Z",
        "ends_at": "2026-06-17T08:00:00Z",
        "minutes": 60,
        "state": "booked",
        "place": "",
        "video": "",
        "messages": [],
        "price": "1190.00",
        "price_includes_tax": True,
        "recipient": str(world.daisy.id),
        "method": "manual",
        "series": None,
        "recurrence_on": None,
        "cancellation": None,
        "billing": {
            "draft": draft,
            "invoice": None,
            "external": False,
            "state": "draft",
            "issues_at": None,
            "price_locked": False,
            "reason": None,
        },
        "warnings": [],
        "version": booked.body["version"],
    }
    shown = alice.get(f"/drafts/{draft['id']}").body
    assert (shown["totals"]["payable"], shown["recipient"]) == ("1190.00", asked["clients"][0])
    assert alice.get(f"/sessions/{booked.body['id']}").body == booked.body


def test_an_invoice_locks_its_price_until_it_is_credited(
    alice: Caller, asked: dict[str, Any]
) -> None:
    booked = alice.post("/sessions", asked | {"starts_at": PAST})
    path = f"/sessions/{booked.body['id']}"
    invoice = invoiced(alice, booked)
    billing = alice.get(path).body["billing"]
    assert billing == {
        "draft": None,
        "invoice": {"id": invoice},
        "external": False,
        "state": "sent",
        "issues_at": None,
        "price_locked": True,
        "reason": "credit_first",
    }
    locked = alice.patch(path, {"price": "990.00"})
    assert (locked.status, locked.codes) == (409, ["credit_first"])
    assert alice.get(path).body["price"] == "1190.00"
    assert alice.patch(path, {"place": "Room 2", "state": "held"}).status == 200
    credited = alice.post(f"/invoices/{invoice}/credit-notes", {"reason": "wrong_price"})
    assert credited.status == 201
    draft = credited.body["next_draft"]
    assert alice.get(path).body["billing"]["draft"] == draft
    changed = alice.patch(path, {"price": "990.00"})
    assert (changed.status, changed.body["price"]) == (200, "990.00")
    assert alice.get(f"/drafts/{draft['id']}").body["totals"]["payable"] == "990.00"
    line = alice.get(f"/drafts/{draft['id']}").body["lines"][0]["id"]
    cheaper = LINE | {"id": line, "unit_price": "850.00"}
    assert alice.patch(f"/drafts/{draft['id']}", {"lines": [cheaper]}).status == 200
    assert alice.get(path).body["price"] == "850.00"


def test_it_is_cancelled_charged_and_taken_back(alice: Caller, asked: dict[str, Any]) -> None:
    booked = alice.post("/sessions", asked)
    path = f"/sessions/{booked.body['id']}"
    half = alice.post(f"{path}/cancellation", {"charge": "half"})
    assert half.status == 200
    assert (half.body["state"], half.body["price"]) == ("cancelled", "595.00")
    assert half.body["cancellation"] == {
        "at": "2026-06-16T09:12:00Z",
        "by": "member",
        "member": asked["practitioner"],
        "late": True,
        "charge": "half",
    }
    again = alice.post(f"{path}/cancellation")
    assert (again.status, again.codes) == (409, ["booking_cancelled"])
    back = alice.delete(f"{path}/cancellation")
    assert (back.body["state"], back.body["price"]) == ("booked", "1190.00")
    free = alice.post(f"{path}/cancellation")
    assert free.body["cancellation"]["charge"] == "nothing"
    draft = booked.body["billing"]["draft"]["id"]
    assert alice.get(f"/drafts/{draft}").status == 410
    assert alice.post("/sessions", asked).status == 201, "the time is free"


def test_what_is_in_the_way_is_told(alice: Caller, asked: dict[str, Any]) -> None:
    alice.post("/sessions", asked)
    taken = alice.post("/sessions", asked | {"starts_at": "2026-06-17T10:59:00+03:00"})
    assert (taken.status, taken.codes) == (409, ["time_is_taken"])
    (blocker,) = taken.body["blockers"]
    assert blocker["field"] == "starts_at"
    assert blocker["message"] == "17 Jun 2026: there is another booking from 10:00 to 11:00."


def test_a_session_is_given_to_a_member_who_lets_it(
    alice: Caller, asked: dict[str, Any], world: World
) -> None:
    session = alice.post("/sessions", asked).body["id"]
    bob = world.organization.memberships.get(person=world.bob)
    for member, code in ((bob.id, "diary_closed"), (uuid4(), "unknown_practitioner")):
        refused = alice.patch(f"/sessions/{session}", {"practitioner": str(member)}).body
        assert code in (refused["code"], *(each["code"] for each in refused.get("errors", ())))
    bobs, mine = replace(world.who(), person_id=world.bob.id), asked["practitioner"]
    open_diary(UUID(mine), Sight.BOOK, who=bobs, at=FOUNDED)
    given = alice.patch(f"/sessions/{session}", {"practitioner": str(bob.id)})
    assert (given.status, given.body["practitioner"]) == (200, str(bob.id))


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"starts_at": "2026-06-17T10:00:00"}, {"starts_at": "not_a_moment"}),
        ({"starts_at": "2026-06-17 10:00:00Z"}, {"starts_at": "not_a_moment"}),
        ({"starts_at": "2026-02-30T10:00:00Z"}, {"starts_at": "not_a_moment"}),
        ({"starts_at": "0001-01-01T00:00:00+14:00"}, {"starts_at": "not_a_moment"}),
        ({"starts_at": "2026-06-17T10:00:00 Europe/Oslo"}, {"starts_at": "not_a_moment"}),
        ({"starts_at": "9999-12-31T23:59:00Z"}, {"starts_at": "out_of_range"}),
        ({"clients": []}, {"clients": "not_one"}),
        ({"clients": [str(uuid4()), str(uuid4())]}, {"clients": "not_one"}),
        ({"clients": [str(uuid4())]}, {"clients": "unknown_client"}),
        ({"minutes": 0}, {"minutes": "not_positive"}),
        ({"price": "-1.00"}, {"price": "negative"}),
        ({"method": "einvoice"}, {"method": "method_not_open"}),
        ({"method": "carrier_pigeon"}, {"method": "unknown"}),
        ({"practitioner": str(uuid4())}, {"practitioner": "unknown_practitioner"}),
        ({"note": "anxious"}, {"note": "unknown_field"}),
    ],
)
def test_bad_input_books_nothing(
    changes: dict[str, Any], wrong: dict[str, str], alice: Caller, asked: dict[str, Any]
) -> None:
    refused = alice.post("/sessions", asked | changes)
    assert (refused.status, refused.fields) == (422, wrong)
    assert alice.get(f"/sessions?since={PAST[:10]}T00:00:00Z&until={TEN[:10]}T23:00:00Z").body == {
        "items": [],
        "next": None,
    }
    assert alice.get("/drafts").body["items"] == []


def test_sessions_are_listed_by_time_in_pages(alice: Caller, asked: dict[str, Any]) -> None:
    for hour in ("15", "09", "12"):
        alice.post("/sessions", asked | {"starts_at": f"2026-06-17T{hour}:00:00Z"})
    day = "/sessions?since=2026-06-17T00:00:00Z&until=2026-06-18T00:00:00Z"
    first = alice.get(f"{day}&limit=2").body
    assert [item["starts_at"][11:13] for item in first["items"]] == ["09", "12"]
    rest = alice.get(first["next"].removeprefix("/api/v1")).body
    assert [item["starts_at"][11:13] for item in rest["items"]] == ["15"]
    assert rest["next"] is None
    assert alice.get(f"{day}&client={uuid4()}").body["items"] == []
    assert len(alice.get(f"{day}&practitioner={asked['practitioner']}").body["items"]) == 3


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("", {"since": "required", "until": "required"}),
        ("since=2026-06-17T00:00:00Z&until=2026-06-17T00:00:00Z", {"until": "before_since"}),
        ("since=2026-01-01T00:00:00Z&until=2026-06-17T00:00:00Z", {"until": "too_long"}),
        ("since=2026-06-17&until=2026-06-18T00:00:00Z", {"since": "not_a_moment"}),
    ],
)
def test_only_a_range_is_listed(query: str, wrong: dict[str, str], alice: Caller) -> None:
    refused = alice.get(f"/sessions?{query}")
    assert (refused.status, refused.fields) == (422, wrong)


def test_nothing_is_done_on_a_stale_version(alice: Caller, asked: dict[str, Any]) -> None:
    booked = alice.post("/sessions", asked)
    path, first = f"/sessions/{booked.body['id']}", booked.body["version"]
    changed = alice.patch(path, {"place": "Room 1", "version": first})
    assert (changed.status, changed.body["version"] != first) == (200, True)
    stale = alice.patch(path, {"place": "Room 2", "version": first})
    assert (stale.status, stale.codes) == (409, ["booking_changed_meanwhile"])
    late = alice.post(f"{path}/cancellation", {"version": first})
    assert (late.status, late.codes) == (409, ["booking_changed_meanwhile"])


def test_the_version_is_also_that_of_the_draft(alice: Caller, asked: dict[str, Any]) -> None:
    booked = alice.post("/sessions", asked)
    path, draft = f"/sessions/{booked.body['id']}", booked.body["billing"]["draft"]["id"]
    first = booked.body["version"]
    assert alice.patch(f"/drafts/{draft}", {"lines": [LINE | {"quantity": "2"}]}).status == 200
    unbilled = alice.get(path).body
    assert unbilled["version"] != first
    for stale in (
        alice.patch(path, {"price": "990.00", "version": first}),
        alice.post(f"{path}/cancellation", {"charge": "half", "version": first}),
    ):
        assert (stale.status, stale.codes) == (409, ["booking_changed_meanwhile"])
    assert alice.get(path).body == unbilled
    moved = alice.patch(path, {"place": "Room 2", "version": first})
    assert (moved.status, moved.body["place"]) == (200, "Room 2")


def test_a_session_costs_what_its_line_comes_to(alice: Caller, asked: dict[str, Any]) -> None:
    booked = alice.post("/sessions", asked)
    path, draft = f"/sessions/{booked.body['id']}", booked.body["billing"]["draft"]["id"]
    (line,) = alice.get(f"/drafts/{draft}").body["lines"]
    many = LINE | {"id": line["id"], "quantity": "3", "unit": "h", "discount_percent": "10"}
    assert alice.patch(f"/drafts/{draft}", {"lines": [many]}).status == 200
    assert alice.get(path).body["price"] == "3213.00"
    moved = alice.patch(path, {"starts_at": "2026-06-18T10:00:00+03:00"})
    assert (moved.status, moved.body["price"]) == (200, "3213.00")
    now = alice.get(f"/drafts/{draft}").body
    assert (now["lines"][0]["quantity"], now["totals"]["payable"]) == ("3", "3213.00")
    changed = alice.patch(path, {"price": "990.00", "version": moved.body["version"]})
    assert (changed.status, changed.body["price"]) == (200, "990.00")
    now = alice.get(f"/drafts/{draft}").body
    (line,) = now["lines"]
    assert (line["quantity"], line["unit"], line["discount_percent"]) == ("1", "", "0")
    assert now["totals"]["payable"] == "990.00"


def test_a_thrown_away_draft_is_made_anew(alice: Caller, asked: dict[str, Any]) -> None:
    booked = alice.post("/sessions", asked)
    path = f"/sessions/{booked.body['id']}"
    refused = alice.post(f"{path}/draft")
    assert (refused.status, refused.codes) == (409, ["billed_already"])
    draft = booked.body["billing"]["draft"]["id"]
    assert alice.delete(f"/drafts/{draft}?session=keep").status == 204
    made = alice.post(f"{path}/draft")
    assert made.status == 201
    assert alice.get(path).body["billing"]["draft"] == made.body


def test_a_draft_goes_with_its_session(alice: Caller, asked: dict[str, Any]) -> None:
    booked = alice.post("/sessions", asked)
    draft = booked.body["billing"]["draft"]["id"]
    assert alice.delete(f"/drafts/{draft}?session=cancel").status == 204
    gone = alice.get(f"/drafts/{draft}")
    assert (gone.status, gone.body["code"]) == (410, "draft_deleted")
    assert gone.body["sessions"] == [booked.body["id"]]
    assert alice.get(f"/sessions/{booked.body['id']}").body["state"] == "cancelled"
    assert alice.delete(f"/drafts/{uuid4()}?session=burn").fields == {"session": "unknown"}


def test_anothers_diary_is_closed(
    clock: Clock, alice: Caller, world: World, asked: dict[str, Any]
) -> None:
    booked = alice.post("/sessions", asked)
    stranger = caller(found())
    assert stranger.get(f"/sessions/{booked.body['id']}").status == 404
    assert stranger.post(f"/sessions/{booked.body['id']}/cancellation").status == 404


def test_what_a_client_is_told_is_chosen_and_shown(alice: Caller, asked: dict[str, Any]) -> None:
    tells = {"messages": ["cancellation", "confirmation"]}
    booked = alice.post("/sessions", asked | tells)
    assert (booked.status, booked.body["messages"]) == (201, ["confirmation", "cancellation"])
    path = f"/sessions/{booked.body['id']}"
    assert alice.patch(path, {"messages": ["reminder"]}).body["messages"] == ["reminder"]
    assert alice.patch(path, {"messages": ["gossip"]}).status == 422
    assert alice.get(path).body["messages"] == ["reminder"]
    shown = [(each["kind"], each["medium"]) for each in alice.get(f"{path}/messages").body["items"]]
    alice.post(f"{path}/cancellation", {"tell": True})
    told = [each["kind"] for each in alice.get(f"{path}/messages").body["items"]]
    assert told[len(shown) :] == ["session_cancellation"]


def test_what_costs_nothing_is_settled_with_its_invoice(
    alice: Caller, asked: dict[str, Any]
) -> None:
    booked = alice.post("/sessions", asked | {"starts_at": PAST, "price": "0.00"})
    invoice = invoiced(alice, booked)
    shown = alice.get(f"/sessions/{booked.body['id']}").body["billing"]
    assert (shown["state"], shown["price_locked"]) == ("settled", True)
    free = alice.get(f"/invoices/{invoice}").body
    assert (free["state"], free["state_label"], free["open"]) == ("paid", "Nothing to pay", "0.00")
    paid = alice.post("/sessions", asked)
    assert invoiced(alice, paid)
    assert alice.get(f"/sessions/{paid.body['id']}").body["billing"]["state"] == "sent"
