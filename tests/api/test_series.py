"""Series through the API: booked by a rule, changed and cancelled as a whole or from a day on."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from storno.diary.models import Sight
from storno.diary.sight import open_diary
from tests.api.caller import Caller, caller
from tests.conftest import Clock
from tests.world import FOUNDED, World, found

TEN = "2026-06-17T10:00:00+03:00"
HOUR = {
    "name": "60 min",
    "minutes": 60,
    "price": "1190.00",
    "tax_category": "standard",
    "tax_rate": "25.5",
}


@pytest.fixture
def world() -> World:
    return found(hold_seconds=0, after_credit="draft", default_channel="none")


@pytest.fixture
def asked(alice: Caller, world: World) -> dict[str, Any]:
    """Daisy with Alice on three Wednesdays."""
    return {
        "service": alice.post("/services", HOUR).body["id"],
        "clients": [str(world.daisy.id)],
        "practitioner": alice.get("/members").body["items"][0]["id"],
        "starts_at": TEN,
        "rule": "FREQ=WEEKLY;COUNT=3",
    }


def starts(shown: dict[str, Any]) -> list[str]:
    return [each["starts_at"] for each in shown["sessions"] if each["state"] != "cancelled"]


def test_a_series_is_booked_with_its_sessions(
    alice: Caller, world: World, asked: dict[str, Any]
) -> None:
    booked = alice.post("/series", asked)
    assert booked.status == 201
    sessions = booked.body["sessions"]
    assert booked.body == {
        "id": booked.body["id"],
        "rule": "FREQ=WEEKLY;COUNT=3",
        "first_on": "2026-06-17",
        "begins": "10:00",
        "time_zone": "Europe/Helsinki",
        "minutes": 60,
        "service": asked["service"],
        "clients": asked["clients"],
        "practitioner": asked["practitioner"],
        "price": "1190.00",
        "recipient": str(world.daisy.id),
        "method": None,
        "place": "",
        "video": "",
        "left_out": [],
        "sessions": sessions,
        "version": 1,
    }
    assert starts(booked.body) == [
        "2026-06-17T07:00:00Z",
        "2026-06-24T07:00:00Z",
        "2026-07-01T07:00:00Z",
    ]
    assert [each["recurrence_on"] for each in sessions] == [
        "2026-06-17",
        "2026-06-24",
        "2026-07-01",
    ]
    assert {each["series"] for each in sessions} == {booked.body["id"]}
    assert len(alice.get("/drafts").body["items"]) == 3
    assert alice.get(f"/series/{booked.body['id']}").body == booked.body
    first = alice.get(f"/sessions/{sessions[0]['id']}").body
    assert first == sessions[0]


def test_the_same_request_books_once(alice: Caller, asked: dict[str, Any]) -> None:
    first = alice.post("/series", asked, Idempotency_Key="k")
    assert alice.post("/series", asked, Idempotency_Key="k").body == first.body
    assert len(alice.get("/drafts").body["items"]) == 3


def test_taken_times_are_named_or_left_out(alice: Caller, asked: dict[str, Any]) -> None:
    one = {name: value for name, value in asked.items() if name != "rule"}
    assert alice.post("/sessions", one | {"starts_at": "2026-06-24T10:30:00+03:00"}).status == 201
    taken = alice.post("/series", asked)
    assert (taken.status, taken.codes) == (409, ["time_is_taken"])
    (blocker,) = taken.body["blockers"]
    assert blocker["field"] == "occurrences.2026-06-24"
    assert blocker["message"] == "24 Jun 2026: there is another booking from 10:30 to 11:30."
    assert len(alice.get("/drafts").body["items"]) == 1
    booked = alice.post("/series", asked | {"skip": ["taken"]})
    assert (booked.status, booked.body["left_out"]) == (201, ["2026-06-24"])
    assert starts(booked.body) == ["2026-06-17T07:00:00Z", "2026-07-01T07:00:00Z"]


def test_this_and_following_and_all(alice: Caller, asked: dict[str, Any]) -> None:
    booked = alice.post("/series", asked).body
    path = f"/series/{booked['id']}"
    this = alice.patch(f"/sessions/{booked['sessions'][0]['id']}", {"place": "Room 1"})
    assert this.body["place"] == "Room 1"
    following = alice.patch(path, {"since": "2026-06-24", "begins": "12:30", "price": "990.00"})
    assert following.status == 200
    assert following.body["left"] == []
    new = following.body["series"]
    assert new["id"] != booked["id"]
    assert (new["rule"], new["begins"], new["price"]) == ("FREQ=WEEKLY;COUNT=2", "12:30", "990.00")
    assert starts(new) == ["2026-06-24T09:30:00Z", "2026-07-01T09:30:00Z"]
    assert [each["price"] for each in new["sessions"]] == ["990.00", "990.00"]
    old = alice.get(path).body
    assert (old["rule"], starts(old)) == ("FREQ=WEEKLY;COUNT=1", ["2026-06-17T07:00:00Z"])
    every = alice.patch(f"/series/{new['id']}", {"place": "Room 2", "minutes": 45})
    assert {each["place"] for each in every.body["series"]["sessions"]} == {"Room 2"}
    assert {each["minutes"] for each in every.body["series"]["sessions"]} == {45}
    stale = alice.patch(path, {"place": "Room 3", "version": 1})
    assert (stale.status, stale.codes) == (409, ["booking_changed_meanwhile"])


def test_a_series_is_given_to_a_member_who_lets_it(
    alice: Caller, asked: dict[str, Any], world: World
) -> None:
    path = f"/series/{alice.post('/series', asked).body['id']}"
    bob = world.organization.memberships.get(person=world.bob)
    closed = alice.patch(path, {"practitioner": str(bob.id)})
    assert (closed.status, closed.codes) == (403, ["diary_closed"])
    bobs = replace(world.who(), person_id=world.bob.id)
    open_diary(UUID(asked["practitioner"]), Sight.BOOK, who=bobs, at=FOUNDED)
    given = alice.patch(path, {"practitioner": str(bob.id), "since": "2026-06-24"})
    new = given.body["series"]
    assert (given.status, new["practitioner"]) == (200, str(bob.id))
    assert {each["practitioner"] for each in new["sessions"]} == {str(bob.id)}
    assert starts(new) == ["2026-06-24T07:00:00Z", "2026-07-01T07:00:00Z"]
    old = alice.get(path).body
    assert (old["practitioner"], len(old["sessions"])) == (asked["practitioner"], 1)


def test_invoiced_sessions_are_named_or_left(alice: Caller, asked: dict[str, Any]) -> None:
    booked = alice.post("/series", asked | {"starts_at": "2026-06-15T10:00:00+03:00"}).body
    first = booked["sessions"][0]
    draft = first["billing"]["draft"]["id"]
    assert alice.post(f"/drafts/{draft}/finalisation").status == 201
    path = f"/series/{booked['id']}"
    locked = alice.patch(path, {"price": "990.00"})
    assert (locked.status, locked.codes) == (409, ["credit_first"])
    assert locked.body["blockers"][0]["field"] == "occurrences.2026-06-15"
    assert locked.body["blockers"][0]["message"] == "15 Jun 2026: this session is invoiced."
    assert {each["price"] for each in alice.get(path).body["sessions"]} == {"1190.00"}
    left = alice.patch(path, {"price": "990.00", "leave_invoiced": True})
    assert (left.status, left.body["left"]) == (200, [first["id"]])
    prices = [each["price"] for each in left.body["series"]["sessions"]]
    assert prices == ["1190.00", "990.00", "990.00"]


def test_following_and_all_that_is_to_come_are_cancelled(
    alice: Caller, asked: dict[str, Any]
) -> None:
    booked = alice.post("/series", asked | {"starts_at": "2026-06-10T10:00:00+03:00"}).body
    path = f"/series/{booked['id']}/cancellation"
    following = alice.post(path, {"since": "2026-06-24"})
    assert following.status == 200
    assert starts(following.body["series"]) == ["2026-06-10T07:00:00Z", "2026-06-17T07:00:00Z"]
    rest = alice.post(path, {"charge": "half"})
    assert starts(rest.body["series"]) == ["2026-06-10T07:00:00Z"]
    charges = [each["cancellation"] for each in rest.body["series"]["sessions"]]
    assert [each and each["charge"] for each in charges] == [None, "half", "nothing"]
    again = alice.post(path)
    assert (again.status, again.codes) == (409, ["nothing_to_cancel"])
    last = alice.delete(f"{path}?since=2026-06-24")
    assert last.status == 200
    assert starts(last.body) == ["2026-06-10T07:00:00Z", "2026-06-24T07:00:00Z"]
    beyond = alice.delete(f"{path}?since=2026-06-25")
    assert (beyond.status, beyond.fields) == (422, {"since": "not_in_series"})
    assert len(starts(alice.delete(path).body)) == 3
    nothing = alice.delete(path)
    assert (nothing.status, nothing.codes) == (409, ["not_cancelled"])


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"rule": "FREQ=SECONDLY"}, {"rule": "unknown_frequency"}),
        ({"rule": "FREQ=DAILY"}, {"rule": "endless"}),
        ({"rule": "\x00"}, {"rule": "unprintable"}),
        ({"rule": None}, {"rule": "not_a_text"}),
        ({"rule": "FREQ=WEEKLY;BYDAY=MO;COUNT=2"}, {"starts_at": "not_in_rule"}),
        ({"time_zone": "Mars/Olympus"}, {"time_zone": "unknown_zone"}),
        ({"starts_at": "9999-12-31T23:59:59Z"}, {"starts_at": "out_of_range"}),
        ({"starts_at": "0001-01-01T00:00:00Z"}, {"starts_at": "out_of_range"}),
        ({"starts_at": "2030-01-01T00:00:00Z"}, {"starts_at": "out_of_range"}),
        ({"minutes": 10**12}, {"minutes": "too_long"}),
        ({"clients": []}, {"clients": "not_one"}),
        ({"clients": [str(uuid4())]}, {"clients": "unknown_client"}),
        ({"skip": "taken"}, {"skip": "not_a_list"}),
        ({"note": "anxious"}, {"note": "unknown_field"}),
    ],
)
def test_bad_input_books_nothing(
    changes: dict[str, Any], wrong: dict[str, str], alice: Caller, asked: dict[str, Any]
) -> None:
    refused = alice.post("/series", asked | changes)
    assert (refused.status, refused.fields) == (422, wrong)
    assert alice.get("/drafts").body["items"] == []


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"begins": "10"}, {"begins": "not_a_time"}),
        ({"begins": "24:00"}, {"begins": "not_a_time"}),
        ({"begins": "10:00Z"}, {"begins": "not_a_time"}),
        ({"begins": None}, {"begins": "not_a_time"}),
        ({"since": "2026-06-18"}, {"since": "not_in_series"}),
        ({"since": "18.6.2026"}, {"since": "not_a_day"}),
        ({"minutes": 0}, {"minutes": "not_positive"}),
        ({"rule": "FREQ=DAILY;COUNT=2"}, {"rule": "unknown_field"}),
        ({"practitioner": str(uuid4())}, {"practitioner": "unknown_practitioner"}),
    ],
)
def test_bad_input_changes_nothing(
    changes: dict[str, Any], wrong: dict[str, str], alice: Caller, asked: dict[str, Any]
) -> None:
    booked = alice.post("/series", asked).body
    refused = alice.patch(f"/series/{booked['id']}", changes)
    assert (refused.status, refused.fields) == (422, wrong)
    assert alice.get(f"/series/{booked['id']}").body == booked


def test_many_sessions_are_shown_with_the_statements_of_two(
    alice: Caller, asked: dict[str, Any]
) -> None:
    asks = []
    for count, hour in (("2", "10"), ("30", "14")):
        rule = {"rule": f"FREQ=DAILY;COUNT={count}", "starts_at": f"2026-07-01T{hour}:00:00Z"}
        path = f"/series/{alice.post('/series', asked | rule).body['id']}"
        with CaptureQueriesContext(connection) as captured:
            assert len(alice.get(path).body["sessions"]) == int(count)
        asks.append(len(captured))
    assert asks[0] == asks[1]


def test_anothers_series_is_absent(clock: Clock, alice: Caller, asked: dict[str, Any]) -> None:
    booked = alice.post("/series", asked).body
    stranger = caller(found())
    assert stranger.get(f"/series/{booked['id']}").status == 404
    assert stranger.post(f"/series/{booked['id']}/cancellation").status == 404
