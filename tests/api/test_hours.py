"""Hours, closed days and free times through the API."""

from typing import Any

import pytest

from tests.api.caller import Caller
from tests.world import World, found

HOUR = {"name": "60 min", "minutes": 60, "price": "50.00", "tax_category": "outside_scope"}
WEDNESDAY = "since=2026-06-17T00:00:00%2B03:00&until=2026-06-18T00:00:00%2B03:00"
OFFICE = {"first_on": "2026-01-01", "wednesday": ["9-12", "13:00-16:00"], "friday": ["8-20"]}


@pytest.fixture
def world() -> World:
    return found(hold_seconds=0, default_channel="none")


@pytest.fixture
def mine(alice: Caller) -> str:
    return str(alice.get("/members").body["items"][0]["id"])


@pytest.fixture
def session(alice: Caller, world: World, mine: str) -> dict[str, Any]:
    return {
        "service": alice.post("/services", HOUR).body["id"],
        "clients": [str(world.daisy.id)],
        "practitioner": mine,
        "starts_at": "2026-06-17T10:00:00+03:00",
    }


def test_hours_are_kept_read_and_taken_back(alice: Caller, mine: str) -> None:
    path = f"/diaries/{mine}"
    week = alice.call("PUT", f"{path}/hours", OFFICE)
    assert week.status == 200
    assert (week.body["wednesday"], week.body["monday"]) == (["09:00-12:00", "13:00-16:00"], [])
    away = alice.post(f"{path}/other-hours", {"first_on": "2026-06-19"})
    assert (away.status, away.body["last_on"], away.body["hours"]) == (201, "2026-06-19", [])
    again = alice.post(f"{path}/other-hours", {"first_on": "2026-06-19", "hours": ["9-10"]})
    assert (again.status, again.codes) == (409, ["days_are_said"])
    assert alice.get(f"{path}/hours").body == {"weeks": [week.body], "other_hours": [away.body]}
    asked = "since=2026-06-17T00:00:00Z&until=2026-06-27T00:00:00Z"
    assert alice.get(f"/diaries/open-times?practitioner={mine}&{asked}").body["items"] == [
        {"starts_at": "2026-06-17T06:00:00Z", "ends_at": "2026-06-17T09:00:00Z"},
        {"starts_at": "2026-06-17T10:00:00Z", "ends_at": "2026-06-17T13:00:00Z"},
        {"starts_at": "2026-06-24T06:00:00Z", "ends_at": "2026-06-24T09:00:00Z"},
        {"starts_at": "2026-06-24T10:00:00Z", "ends_at": "2026-06-24T13:00:00Z"},
        {"starts_at": "2026-06-26T05:00:00Z", "ends_at": "2026-06-26T17:00:00Z"},
    ]  # 19 June is Midsummer Eve as well
    assert alice.delete(f"{path}/other-hours/{away.body['id']}").status == 204
    assert alice.delete(f"{path}/hours/{week.body['id']}").status == 204
    assert alice.get(f"{path}/hours").body == {"weeks": [], "other_hours": []}
    assert alice.delete(f"{path}/hours/{week.body['id']}").status == 404
    wrong = alice.call("PUT", f"{path}/hours", OFFICE | {"monday": ["12-9"], "sunday": ["x"]})
    assert (wrong.status, wrong.fields) == (
        422,
        {"monday": "ends_first", "sunday": "not_understood"},
    )


def test_a_booking_at_a_closed_time_is_made_with_a_warning(
    alice: Caller, mine: str, session: dict[str, Any]
) -> None:
    alice.call("PUT", f"/diaries/{mine}/hours", OFFICE)
    assert alice.post("/sessions", session).body["warnings"] == []
    late = alice.post("/sessions", session | {"starts_at": "2026-06-17T15:30:00+03:00"})
    assert (late.status, late.body["warnings"]) == (
        201,
        [
            {
                "field": "starts_at",
                "code": "outside_hours",
                "message": "This is outside the working hours of 17 Jun 2026: "
                "09:00–12:00, 13:00–16:00.",
            }
        ],
    )
    eve = alice.patch(f"/sessions/{late.body['id']}", {"starts_at": "2026-06-19T10:00:00+03:00"})
    assert [each["message"] for each in eve.body["warnings"]] == [
        "19 Jun 2026 is a public holiday: Midsummer Eve."
    ]
    alice.patch("/organization", {"settings": {"closed_on_holidays": False}})
    assert alice.get(f"/sessions/{late.body['id']}").body["warnings"] == []
    closed = alice.post("/closed-days", {"name": "Fair", "first_on": "2026-06-17"})
    assert alice.get("/closed-days").body == {"items": [closed.body]}
    blocked = {"title": "Fair", "practitioner": mine, "starts_at": "2026-06-17T18:00:00Z"}
    activity = alice.post("/activities", blocked | {"minutes": 30})
    assert [each["code"] for each in activity.body["warnings"]] == ["closed_day"]
    assert alice.delete(f"/closed-days/{closed.body['id']}").status == 204
    assert alice.get("/closed-days").body == {"items": []}


def test_a_year_over_closed_days_is_asked_about(
    alice: Caller, mine: str, session: dict[str, Any]
) -> None:
    fridays = session | {"starts_at": "2026-06-19T10:00:00+03:00", "rule": "FREQ=WEEKLY;COUNT=30"}
    asked = alice.post("/series", fridays)
    assert (asked.status, set(asked.codes)) == (409, {"day_is_closed"})
    assert [each["field"] for each in asked.body["blockers"]] == [
        "occurrences.2026-06-19",
        "occurrences.2026-12-25",
        "occurrences.2027-01-01",
    ]
    assert alice.get("/drafts").body["items"] == []
    left = alice.post("/series", fridays | {"skip": ["closed"]})
    assert left.body["left_out"] == ["2026-06-19", "2026-12-25", "2027-01-01"]
    later = fridays | {"starts_at": "2026-06-19T12:00:00+03:00", "book_closed": True}
    booked = alice.post("/series", later).body
    assert (booked["left_out"], len(booked["sessions"])) == ([], 30)
    assert sum(bool(each["warnings"]) for each in booked["sessions"]) == 3


def test_free_times_tell_nothing_of_who_comes(
    alice: Caller, world: World, mine: str, session: dict[str, Any]
) -> None:
    alice.call("PUT", f"/diaries/{mine}/hours", OFFICE)
    alice.post("/sessions", session)
    asked = f"/diaries/availability?practitioner={mine}&{WEDNESDAY}"
    free = "06:00 08:00 10:00 10:15 10:30 10:45 11:00 11:15 11:30 11:45 12:00"
    by_service = alice.get(f"{asked}&service={session['service']}")
    assert by_service.body == {
        "items": [f"2026-06-17T{clock}:00Z" for clock in free.split()],
        "more": False,
    }
    few = alice.get(f"{asked}&minutes=30&limit=2").body
    assert few == {"items": ["2026-06-17T06:00:00Z", "2026-06-17T06:15:00Z"], "more": True}
    for query, errors in (
        ("", {"minutes": "required"}),
        ("&minutes=0", {"minutes": "out_of_range"}),
        (f"&service={mine}", {"service": "unknown_service"}),
    ):
        refused = alice.get(asked + query)
        assert (refused.status, refused.fields) == (422, errors)
