"""Diaries through the API: taken times, blocks of time, and who may look in."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.caller import Caller, caller
from tests.conftest import Clock
from tests.diary.practice import Practice, practice

DAY = "since=2026-06-17T00:00:00Z&until=2026-06-18T00:00:00Z"


@pytest.fixture
def clinic(clock: Clock) -> Practice:
    return practice()


@pytest.fixture
def paula(clinic: Practice) -> Caller:
    return caller(clinic.world, clinic.paula.person)


@pytest.fixture
def block(clinic: Practice) -> dict[str, Any]:
    return {
        "title": "Supervision",
        "practitioner": str(clinic.paula.id),
        "starts_at": "2026-06-17T10:00:00Z",
        "minutes": 30,
    }


def test_an_activity_is_booked_changed_cancelled_and_taken_back(
    paula: Caller, clinic: Practice, block: dict[str, Any]
) -> None:
    booked = paula.post("/activities", block)
    assert booked.status == 201
    path = f"/activities/{booked.body['id']}"
    assert booked.body == {
        "id": booked.body["id"],
        "title": "Supervision",
        "practitioner": str(clinic.paula.id),
        "starts_at": "2026-06-17T10:00:00Z",
        "ends_at": "2026-06-17T10:30:00Z",
        "place": "",
        "state": "booked",
        "warnings": [],
        "version": 1,
    }
    changed = paula.patch(path, {"minutes": 45, "title": "Team", "version": 1})
    assert (changed.body["ends_at"], changed.body["title"]) == ("2026-06-17T10:45:00Z", "Team")
    stale = paula.patch(path, {"minutes": 60, "version": 1})
    assert (stale.status, stale.codes) == (409, ["booking_changed_meanwhile"])
    assert paula.post(f"{path}/cancellation").body["state"] == "cancelled"
    assert paula.delete(f"{path}/cancellation").body["state"] == "booked"
    assert paula.get(path).body["version"] == 4


def test_a_session_is_no_activity(paula: Caller, clinic: Practice, block: dict[str, Any]) -> None:
    session = paula.post(
        "/sessions",
        {
            "service": str(clinic.service.id),
            "clients": [str(clinic.daisy.id)],
            "practitioner": str(clinic.paula.id),
            "starts_at": "2026-06-17T12:00:00Z",
        },
    ).body["id"]
    activity = paula.post("/activities", block).body["id"]
    assert paula.get(f"/activities/{session}").status == 404
    assert paula.patch(f"/activities/{session}", {"place": "x"}).status == 404
    assert paula.post(f"/activities/{session}/cancellation").status == 404
    assert paula.get(f"/sessions/{activity}").status == 404
    assert paula.patch(f"/sessions/{activity}", {"place": "x"}).status == 404
    assert paula.post(f"/sessions/{activity}/cancellation").status == 404
    assert paula.delete(f"/sessions/{activity}/cancellation").status == 404


def test_of_a_closed_diary_only_the_taken_time_is_told(
    paula: Caller, clinic: Practice, block: dict[str, Any]
) -> None:
    booked = paula.post("/activities", block).body["id"]
    otto_is, _ = clinic.member("otto")
    otto = caller(clinic.world, otto_is.person)
    taken = {
        "practitioner": str(clinic.paula.id),
        "starts_at": "2026-06-17T10:00:00Z",
        "ends_at": "2026-06-17T10:30:00Z",
        "kind": None,
        "booking": None,
    }
    times = f"/diaries/times?{DAY}"
    assert otto.get(times).body == {"items": [taken]}
    assert otto.get(f"/activities/{booked}").status == 404
    opened = paula.call("PUT", f"/diaries/grants/{otto_is.id}", {"sight": "view"})
    assert opened.body == {
        "member": str(otto_is.id),
        "sight": "view",
        "since": "2026-06-16T09:12:00Z",
    }
    assert paula.get("/diaries/grants").body == {"items": [opened.body]}
    assert otto.get(times).body["items"] == [taken | {"kind": "activity", "booking": booked}]
    assert otto.get(f"/activities/{booked}").body["title"] == "Supervision"
    refused = otto.post(f"/activities/{booked}/cancellation")
    assert (refused.status, refused.codes) == (403, ["diary_closed"])
    assert paula.delete(f"/diaries/grants/{otto_is.id}").status == 204
    assert paula.get("/diaries/grants").body == {"items": []}
    assert otto.get(times).body == {"items": [taken]}
    mine = f"{times}&practitioner={otto_is.id}"
    assert otto.get(mine).body == {"items": []}


def test_what_is_wrong_with_a_grant(paula: Caller, clinic: Practice) -> None:
    strange = paula.call("PUT", f"/diaries/grants/{uuid4()}", {"sight": "view"})
    assert strange.status == 404
    own = paula.call("PUT", f"/diaries/grants/{clinic.paula.id}", {"sight": "view"})
    assert own.fields == {"member": "yourself"}
    odd = paula.call("PUT", f"/diaries/grants/{clinic.paula.id}", {"sight": "x-ray"})
    assert odd.fields == {"sight": "unknown"}
    at_the_beginning = "since=0001-01-01T00:00:00Z&until=0001-01-01T15:00:31Z"
    no_year = paula.get(f"/diaries/times?{at_the_beginning}")
    assert (no_year.status, no_year.fields) == (422, {"since": "out_of_range"})
    unknown = paula.get(f"/diaries/times?{DAY}&practitioner={uuid4()}")
    assert unknown.fields == {"practitioner": "unknown_practitioner"}
