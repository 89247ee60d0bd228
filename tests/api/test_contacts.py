"""Contacts through the API."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from storno.organizations.models import KeptAnswer
from storno.organizations.scope import scope
from tests.api.caller import Caller, caller
from tests.conftest import Clock
from tests.diary.practice import practice
from tests.world import World, found

EMPLOYER: dict[str, Any] = {
    "kind": "company",
    "name": "Acme Oy",
    "language": "en",
    "served": False,
    "method": "external",
    "buyer_reference": "HR 7",
}
SAID: dict[str, Any] = {
    "relation": "employer",
    "case_number": "2026/118",
    "told": True,
    "recipient": True,
}


def path(world: World) -> str:
    return f"/clients/{world.daisy.id}/contacts"


def test_a_new_party_is_there_for_its_client_and_goes_with_it_unless_said() -> None:
    world = found()
    alice = caller(world)
    new = {"kind": "person", "name": "Zyxwv Mother", "language": "en"}
    key = {"Idempotency_Key": uuid4().hex}
    made = alice.post(path(world), {"told": True, "new_party": new}, **key)
    assert made.body["party"]["served"] is False
    said = alice.post(path(world), {"new_party": new | {"name": "Patient", "served": True}})
    assert said.body["party"]["served"] is True
    erased = alice.post(f"/clients/{world.daisy.id}/erasure", {"number": 1})
    assert erased.status == 200
    listed = alice.get("/clients").body["items"]
    assert [each["name"] for each in listed] == ["Patient"]
    with scope(world.id):
        assert not KeptAnswer.objects.filter(
            organization_id=world.id, path__contains=str(world.daisy.id), body__contains="Zyxwv"
        )


def test_a_contact_is_entered_shown_amended_and_taken_away(alice: Caller, world: World) -> None:
    assert alice.get(path(world)).body == {"items": []}
    made = alice.post(path(world), SAID | {"new_party": EMPLOYER})
    assert made.status == 201
    party = made.body["party"]
    assert made.body == {"id": made.body["id"], "party": party} | SAID
    assert party == party | EMPLOYER | {"number": 2}
    assert alice.get(f"/clients/{party['id']}").body == party
    assert alice.get(path(world)).body == {"items": [made.body]}
    amended = alice.patch(f"{path(world)}/{made.body['id']}", {"recipient": False, "relation": ""})
    assert (amended.status, amended.body) == (200, made.body | {"recipient": False, "relation": ""})
    gone = alice.delete(f"{path(world)}/{made.body['id']}")
    assert (gone.status, gone.raw) == (204, b"")
    assert alice.get(path(world)).body == {"items": []}
    assert alice.get(f"/clients/{party['id']}").status == 404
    assert alice.delete(f"{path(world)}/{made.body['id']}").status == 404


def test_one_that_is_there_takes_over_the_invoices(alice: Caller, world: World) -> None:
    first = alice.post(path(world), SAID | {"new_party": EMPLOYER}).body
    mother = alice.post("/clients", {"kind": "person", "name": "Dora", "language": "en"}).body
    second = alice.post(path(world), {"party": mother["id"], "recipient": True})
    assert second.status == 201
    assert second.body["party"] == mother
    assert second.body == second.body | {"relation": "", "case_number": "", "told": False}
    assert alice.get(path(world)).body == {"items": [second.body, first | {"recipient": False}]}
    again = alice.post(path(world), {"party": mother["id"]})
    assert (again.status, again.codes) == (409, ["already_a_contact"])


def test_sent_again_it_is_there_once(alice: Caller, world: World) -> None:
    sent = {"new_party": EMPLOYER}
    first = alice.post(path(world), sent, Idempotency_Key="k")
    again = alice.post(path(world), sent, Idempotency_Key="k")
    assert (first.raw, again.headers["Idempotency-Replayed"]) == (again.raw, "true")
    assert len(alice.get(path(world)).body["items"]) == 1


WRONG: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({}, {"party": "either_or"}),
    ({"party": str(uuid4()), "new_party": EMPLOYER}, {"party": "either_or"}),
    ({"party": str(uuid4())}, {"party": "unknown_party"}),
    ({"party": "1"}, {"party": "not_an_id"}),
    ({"party": "daisy"}, {"party": "same"}),
    ({"new_party": {}}, {f"new_party.{name}": "required" for name in ("kind", "name", "language")}),
    ({"new_party": EMPLOYER | {"email": "x"}}, {"new_party.email": "not_an_email"}),
    (
        {"new_party": EMPLOYER | {"address": {"street": "x" * 101}}},
        {"new_party.address.street": "too_long"},
    ),
    ({"new_party": EMPLOYER | {"method": "einvoice"}}, {"new_party.method": "method_not_open"}),
    ({"new_party": EMPLOYER, "relation": "x" * 61}, {"relation": "too_long"}),
    ({"new_party": EMPLOYER, "case_number": "a\u202eb"}, {"case_number": "unprintable"}),
    ({"new_party": EMPLOYER, "told": "yes"}, {"told": "not_true_or_false"}),
    ({"new_party": EMPLOYER, "pays": True}, {"pays": "unknown_field"}),
]


@pytest.mark.parametrize(("wrong", "fields"), WRONG)
def test_a_wrong_contact_is_refused_by_field(
    resident: Caller, house: World, clock: Clock, wrong: Any, fields: Any
) -> None:
    before = resident.get("/clients").body, resident.get("/clients?served=false").body
    if wrong.get("party") == "daisy":
        wrong = {"party": str(house.daisy.id)}
    answer = resident.post(path(house), wrong)
    assert (answer.status, answer.fields) == (422, fields)
    assert resident.get(path(house)).body == {"items": []}
    assert (resident.get("/clients").body, resident.get("/clients?served=false").body) == before


def test_the_contact_of_somebody_else_is_absent(alice: Caller, world: World, clock: Clock) -> None:
    other = found()
    theirs = caller(other).post(path(other), {"new_party": EMPLOYER}).body
    for there in (path(other), path(world)):
        assert alice.patch(f"{there}/{theirs['id']}", {"told": True}).status == 404
        assert alice.delete(f"{there}/{theirs['id']}").status == 404
    stolen = alice.post(path(world), {"party": theirs["party"]["id"]})
    assert (stolen.status, stolen.fields) == (422, {"party": "unknown_party"})
    assert caller(other).get(path(other)).body == {"items": [theirs]}


def test_another_payer_of_a_session_reads_no_name(at: datetime, clock: Clock) -> None:
    paula = practice()
    employer = paula.company()
    draft = paula.billing(paula.book(datetime(2026, 6, 17, 8, 0, tzinfo=UTC), at=at)).draft
    assert draft is not None
    alice = caller(paula.world)
    changed = alice.patch(f"/drafts/{draft.id}", {"recipient": str(employer.id)})
    assert changed.status == 200
    assert changed.body["lines"][0]["description"] == "60 min, D. D."
    text = {"description": "One hour", "id": changed.body["lines"][0]["id"]}
    kept = {
        name: value
        for name, value in changed.body["lines"][0].items()
        if name in ("quantity", "unit", "unit_price", "price_includes_tax", "tax_category")
    }
    own = alice.patch(f"/drafts/{draft.id}", {"lines": [kept | text]})
    assert own.body["lines"][0]["description"] == "One hour, D. D."
    nobody = alice.patch(f"/drafts/{draft.id}", {"recipient": str(uuid4())})
    assert (nobody.status, nobody.fields) == (422, {"recipient": "unknown_recipient"})
    back = alice.patch(
        f"/drafts/{draft.id}", {"recipient": str(paula.daisy.id), "lines": [kept | text]}
    )
    assert back.body["lines"][0]["description"] == "One hour"
