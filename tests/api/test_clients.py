"""Clients through the API."""

from datetime import datetime
from typing import Any

import pytest

from storno.clients.models import Client
from storno.organizations.scope import scope
from tests.api.caller import Caller
from tests.conftest import Clock
from tests.world import World, found

SHOP: dict[str, Any] = {
    "kind": "company",
    "name": "Sörensen & Søn",
    "email": "shop@example.com",
    "language": "nb",
    "business_id": "FI20774740",
    "address": {
        "street": "Kaisaniemenkatu 1",
        "postcode": "00100",
        "city": "Helsinki",
        "country": "FI",
    },
}


def clients_of(world: World) -> list[str]:
    with scope(world.id):
        return list(
            Client.objects.filter(organization_id=world.id)
            .order_by("number")
            .values_list("name", flat=True)
        )


def test_a_client_is_entered_shown_and_amended(alice: Caller, world: World) -> None:
    made = alice.post("/clients", SHOP)
    assert made.status == 201
    id_ = made.body["id"]
    assert made.body == {
        "id": id_,
        "number": 2,
        "kind": "company",
        "name": "Sörensen & Søn",
        "contact": "",
        "email": "shop@example.com",
        "language": "nb",
        "business_id": "2077474-0",
        "address": SHOP["address"],
        "term_days": None,
        "channel": None,
        "served": True,
        "shared": False,
        "phone": "",
        "method": None,
        "buyer_reference": "",
        "time_zone": "",
        "told_by": None,
        "wants_reminders": True,
        "keep_until": None,
        "archived_at": None,
        "erased_at": None,
    }
    assert alice.get(f"/clients/{id_}").body == made.body
    amended = alice.patch(
        f"/clients/{id_}",
        {"contact": "Søren", "term_days": 60, "term_agreed": True, "channel": "none"},
    )
    changed = {"contact": "Søren", "term_days": 60, "channel": "none"}
    assert (amended.status, amended.body) == (200, made.body | changed)
    address = {"street": "Nytorv 3", "postcode": "1450", "city": "København", "country": "dk"}
    moved = alice.patch(f"/clients/{id_}", {"address": address, "business_id": "DK12345674"})
    assert moved.body["address"] == address | {"country": "DK"}
    assert moved.body["term_days"] == 60


def test_the_least_that_is_needed(alice: Caller) -> None:
    made = alice.post("/clients", {"kind": "person", "name": "Minnie", "language": "en"})
    assert made.status == 201
    assert made.body["address"] == {"street": "", "postcode": "", "city": "", "country": "FI"}
    assert alice.post("/clients", {}).fields == {
        "kind": "required",
        "name": "required",
        "language": "required",
    }


def test_who_only_pays_is_listed_apart_and_found(alice: Caller) -> None:
    payer = {
        "kind": "company",
        "name": "Kela",
        "language": "fi",
        "served": False,
        "shared": True,
        "phone": "+358 20 634 0200",
        "method": "external",
        "buyer_reference": "PO 7",
        "time_zone": "America/New_York",
    }
    made = alice.post("/clients", payer)
    assert made.status == 201
    assert made.body == made.body | payer
    assert [each["name"] for each in alice.get("/clients").body["items"]] == ["Daisy Duck"]
    assert alice.get("/clients?served=false").body["items"] == [made.body]
    assert alice.get("/clients?q=kel").body["items"] == [made.body]
    changed = alice.patch(f"/clients/{made.body['id']}", {"method": None, "phone": ""})
    assert changed.body == made.body | {"method": None, "phone": ""}
    refused = alice.patch(f"/clients/{made.body['id']}", {"served": True})
    assert (refused.status, refused.fields) == (422, {"shared": "served"})


def test_clients_are_listed_by_name_in_pages_and_found(alice: Caller) -> None:
    for name in ("Ångström", "Bernt", "Östen"):
        alice.post("/clients", {"kind": "person", "name": name, "language": "en"})
    page = alice.get("/clients?limit=3").body
    assert [client["name"] for client in page["items"]] == ["Ångström", "Bernt", "Daisy Duck"]
    rest = alice.get(page["next"].removeprefix("/api/v1")).body
    assert ([client["name"] for client in rest["items"]], rest["next"]) == (["Östen"], None)
    assert [c["name"] for c in alice.get("/clients?q=angs").body["items"]] == ["Ångström"]
    assert alice.get("/clients?q=nobody").body == {"items": [], "next": None}
    for asked in ("archived=true", "archived=true&q=angs"):
        assert alice.get(f"/clients?{asked}").body == {"items": [], "next": None}


WRONG: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"kind": "duck"}, {"kind": "unknown"}),
    ({"name": ""}, {"name": "required"}),
    ({"name": "x" * 101}, {"name": "too_long"}),
    ({"name": "a\x00"}, {"name": "unprintable"}),
    ({"name": "a\u202eb"}, {"name": "unprintable"}),
    ({"name": None}, {"name": "not_a_text"}),
    ({"email": "nobody"}, {"email": "not_an_email"}),
    ({"language": "sv"}, {"language": "unknown"}),
    ({"business_id": "2077474-1"}, {"business_id": "check_digit"}),
    ({"time_zone": "Mars/Olympus"}, {"time_zone": "unknown_zone"}),
    ({"address": {"country": "Finland"}}, {"address.country": "unknown"}),
    ({"address": {"street": "x" * 101}}, {"address.street": "too_long"}),
    ({"address": {"planet": "Earth"}}, {"address.planet": "unknown_field"}),
    ({"address": "Helsinki"}, {"address": "not_an_object"}),
    ({"term_days": 9999}, {"term_days": "out_of_range"}),
    ({"term_days": 60}, {"term_days": "term_needs_agreement"}),
    ({"channel": "fax"}, {"channel": "unknown"}),
    ({"method": "fax"}, {"method": "unknown"}),
    ({"method": "einvoice"}, {"method": "method_not_open"}),
    ({"served": "no"}, {"served": "not_true_or_false"}),
    ({"shared": True}, {"shared": "served"}),
    ({"phone": "0" * 31}, {"phone": "too_long"}),
    ({"phone": "me"}, {"phone": "not_a_phone"}),
    ({"buyer_reference": "x" * 71}, {"buyer_reference": "too_long"}),
    ({"number": 7}, {"number": "unknown_field"}),
]


@pytest.mark.parametrize(("wrong", "fields"), WRONG)
def test_a_wrong_client_is_refused_by_field(
    resident: Caller, house: World, clock: Clock, wrong: Any, fields: Any
) -> None:
    answer = resident.post("/clients", SHOP | wrong)
    assert (answer.status, answer.fields) == (422, fields)
    daisy = resident.get(f"/clients/{house.daisy.id}").body
    if "business_id" not in wrong and wrong != {"term_days": 60}:
        answer = resident.patch(f"/clients/{house.daisy.id}", wrong)
        assert (answer.status, answer.fields) == (422, fields)
    assert resident.get(f"/clients/{house.daisy.id}").body == daisy
    assert clients_of(house) == ["Daisy Duck"]


def test_one_that_nothing_names_is_deleted(
    resident: Caller, house: World, clock: Clock, at: datetime
) -> None:
    shop = resident.post("/clients", SHOP).body["id"]
    assert resident.delete(f"/clients/{shop}").status == 204
    assert resident.get(f"/clients/{shop}").status == 404
    assert resident.delete(f"/clients/{shop}").status == 404
    house.draft(at=at)
    named = resident.delete(f"/clients/{house.daisy.id}")
    assert (named.status, named.codes) == (409, ["client_has_papers"])
    assert clients_of(house) == ["Daisy Duck"]


def test_the_client_of_somebody_else_is_absent(alice: Caller, clock: Clock) -> None:
    other = found()
    assert alice.delete(f"/clients/{other.daisy.id}").status == 404
    assert alice.get(f"/clients/{other.daisy.id}").status == 404
    assert alice.patch(f"/clients/{other.daisy.id}", {"name": "Mine"}).status == 404
    assert clients_of(other) == ["Daisy Duck"]
