"""Invoices that go out by themselves, and payment notifications, through the API."""

from datetime import timedelta
from typing import Any

import pytest

from storno.corrections.automatic import finalise_due
from storno.corrections.depart import depart_due
from storno.notices.remind import remind_due
from tests.api.caller import Caller
from tests.api.test_sessions import HOUR, TEN
from tests.conftest import Clock
from tests.world import World, found

DAY = timedelta(days=1)


@pytest.fixture
def world() -> World:
    return found(hold_seconds=0, after_credit="draft", default_channel="none", method="automatic")


@pytest.fixture
def session(alice: Caller, world: World) -> dict[str, Any]:
    """A session of Daisy with Alice, invoiced by itself."""
    asked = {
        "service": alice.post("/services", HOUR).body["id"],
        "clients": [str(world.daisy.id)],
        "practitioner": alice.get("/members").body["items"][0]["id"],
        "starts_at": TEN,
    }
    booked = alice.post("/sessions", asked)
    assert (booked.status, booked.body["method"]) == (201, "automatic")
    body: dict[str, Any] = booked.body
    return body


def test_a_draft_says_when_it_goes_out_and_can_be_kept_back(
    alice: Caller, world: World, session: dict[str, Any]
) -> None:
    draft = f"/drafts/{session['billing']['draft']['id']}"
    shown = alice.get(draft).body
    assert (shown["state"], shown["issues_at"]) == ("draft", "2026-06-17T08:15:00Z")
    assert alice.delete(f"{draft}/automatic-issue").status == 204
    assert alice.get(draft).body["issues_at"] is None
    assert alice.get(f"/sessions/{session['id']}").body["method"] == "manual"
    again = alice.delete(f"{draft}/automatic-issue")
    assert (again.status, again.codes) == (409, ["not_automatic"])
    moved = alice.patch(f"/sessions/{session['id']}", {"method": "automatic"})
    assert (moved.status, alice.get(draft).body["issues_at"]) == (200, "2026-06-17T08:15:00Z")


def test_drafts_follow_how_sessions_are_usually_invoiced(
    alice: Caller, world: World, session: dict[str, Any]
) -> None:
    path, draft = f"/sessions/{session['id']}", f"/drafts/{session['billing']['draft']['id']}"

    def shown() -> tuple[str, str | None]:
        return alice.get(path).body["method"], alice.get(draft).body["issues_at"]

    assert shown() == ("automatic", "2026-06-17T08:15:00Z")
    manual = {"settings": {"method": "manual"}}
    assert alice.patch("/organization", manual).body["settings"]["method"] == "manual"
    assert shown() == ("manual", None)
    payer = f"/clients/{world.daisy.id}"
    assert alice.patch(payer, {"method": "automatic"}).body["method"] == "automatic"
    assert shown() == ("automatic", "2026-06-17T08:15:00Z")
    refused = alice.patch("/organization", {"settings": {"method": "einvoice"}, "city": ""})
    assert (refused.status, shown()) == (422, ("automatic", "2026-06-17T08:15:00Z"))


def test_a_hold_that_began_by_itself_falls_with_its_moment(
    alice: Caller, world: World, session: dict[str, Any], clock: Clock
) -> None:
    settings = {"hold_seconds": 1200, "automatic_at": "booking"}
    assert alice.patch("/organization", {"settings": settings}).status == 200
    path = f"/sessions/{session['id']}"
    draft = f"/drafts/{session['billing']['draft']['id']}"

    def held() -> tuple[str, bool, bool]:
        finalise_due(world.id, at=clock.now)
        shown = alice.get(draft).body
        return shown["state"], shown["issues_at"] is not None, shown["goes_at"] is not None

    by_itself, waits = ("held", True, True), ("draft", False, False)
    clock.now += DAY
    assert held() == by_itself
    assert alice.delete(f"{draft}/automatic-issue").status == 204
    assert held() == waits
    assert alice.patch(path, {"method": "automatic"}).status == 200
    assert held() == by_itself
    assert alice.patch(path, {"method": "manual"}).status == 200
    assert held() == waits
    assert alice.patch(path, {"method": "automatic"}).status == 200
    assert held() == by_itself
    assert alice.post(f"{path}/cancellation", {"charge": "half"}).status == 200
    assert held() == waits
    assert alice.delete(f"{path}/cancellation").status == 200
    assert held() == by_itself


def test_what_was_told_and_what_is_next(
    alice: Caller, world: World, session: dict[str, Any], clock: Clock
) -> None:
    clock.now += DAY
    finalise_due(world.id, at=clock.now)
    assert depart_due(world.id, at=clock.now) == 1
    invoice = alice.get(f"/sessions/{session['id']}").body["billing"]["invoice"]["id"]
    told = alice.get(f"/invoices/{invoice}/notifications").body
    assert [(each["kind"], each["state"]) for each in told["items"]] == [
        ("notification", "sent"),
        ("reminder", "due"),
        ("reminder", "due"),
    ]
    (letter,) = told["items"][0]["letters"]
    assert (letter["to"], letter["state"]) == ("daisy@example.com", "queued")
    assert (told["next_at"], told["paused"]) == ("2026-07-01T06:00:00Z", False)
    once = alice.post(f"/invoices/{invoice}/notifications")
    assert (once.status, once.body["id"]) == (202, told["items"][0]["id"])
    wrong = alice.post(f"/invoices/{invoice}/notifications/pause", {"reason": "moon"})
    assert (wrong.status, wrong.fields) == (422, {"reason": "unknown"})
    paused = alice.post(f"/invoices/{invoice}/notifications/pause", {"reason": "agreed"})
    assert (paused.status, paused.body["next_at"], paused.body["paused"]) == (200, None, True)
    clock.now += 15 * DAY
    assert remind_due(world.id, at=clock.now) == 0
    assert alice.delete(f"/invoices/{invoice}/notifications/pause").status == 204
    told = alice.get(f"/invoices/{invoice}/notifications").body
    assert told["next_at"] == "2026-07-03T06:00:00Z"
    paid = {"amount": "1190.00", "paid_on": "2026-07-01", "method": "cash"}
    assert alice.post(f"/invoices/{invoice}/payments", paid).status == 201
    refused = alice.post(f"/invoices/{invoice}/notifications")
    assert (refused.status, refused.codes) == (409, ["nothing_to_pay"])
    assert alice.get(f"/invoices/{invoice}/notifications").body["next_at"] is None
