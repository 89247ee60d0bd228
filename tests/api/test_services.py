"""Services through the API."""

from typing import Any

import pytest
from django.forms.models import model_to_dict

from storno.catalogue.models import Service
from storno.history.models import Event
from storno.organizations.scope import scope
from tests.api.caller import Caller, caller, member
from tests.conftest import Clock
from tests.world import World, found

SESSION: dict[str, Any] = {
    "name": "Konsultasjon 60 min",
    "minutes": 60,
    "price": "1190.00",
    "tax_category": "exempt",
}
HOUR: dict[str, Any] = {
    "name": "Hour of carpentry",
    "name_on_papers": "Hour of work",
    "minutes": None,
    "unit": "h",
    "price": "62.75",
    "price_includes_tax": False,
    "tax_category": "standard",
    "tax_rate": "25.5",
}


def services_of(world: World) -> list[dict[str, Any]]:
    with scope(world.id):
        services = Service.objects.filter(organization_id=world.id).order_by("id")
        return [model_to_dict(service) for service in services]


def told(world: World) -> list[str]:
    with scope(world.id):
        events = Event.objects.filter(organization_id=world.id, kind__startswith="service.")
        return list(events.order_by("id").values_list("kind", flat=True))


def names(answer: Any) -> list[str]:
    return [service["name"] for service in answer.body["items"]]


def test_a_session_is_entered_with_the_least_that_is_needed(alice: Caller, world: World) -> None:
    made = alice.post("/services", SESSION)
    assert made.status == 201
    id_ = made.body["id"]
    assert made.body == {
        "id": id_,
        "name": "Konsultasjon 60 min",
        "name_on_papers": "",
        "unit": "",
        "price": "1190.00",
        "price_includes_tax": True,
        "tax_category": "exempt",
        "tax_rate": None,
        "minutes": 60,
        "free_until_hours": 24,
        "late_charge": "nothing",
        "messages": [],
        "archived_at": None,
    }
    shown = alice.get(f"/services/{id_}")
    assert (shown.status, shown.body) == (200, made.body)
    assert told(world) == ["service.saved"]
    assert alice.post("/services", {}).fields == {
        "name": "required",
        "minutes": "required",
        "price": "required",
        "tax_category": "required",
    }
    assert len(services_of(world)) == 1


def test_all_that_can_be_said_of_a_service(alice: Caller) -> None:
    more = {"minutes": 1440, "free_until_hours": 336, "late_charge": "half", "price": "62.7505"}
    more |= {"messages": ["confirmation", "cancellation"]}
    made = alice.post("/services", HOUR | more)
    assert made.status == 201
    assert made.body == HOUR | more | {"id": made.body["id"], "archived_at": None}


def test_only_what_is_sent_changes(alice: Caller, world: World) -> None:
    made = alice.post("/services", HOUR).body
    path = f"/services/{made['id']}"
    diary = {"minutes": 50, "free_until_hours": 48, "late_charge": "full"}
    changed = alice.patch(path, diary)
    assert (changed.status, changed.body) == (200, made | diary)
    priced = alice.patch(path, {"price": "70", "price_includes_tax": True})
    assert priced.body == made | diary | {"price": "70.00", "price_includes_tax": True}
    reduced = alice.patch(path, {"tax_rate": "13.5"})
    assert (reduced.body["tax_category"], reduced.body["tax_rate"]) == ("standard", "13.5")
    same = alice.patch(path, {"tax_category": "standard"})
    assert (same.body["tax_category"], same.body["tax_rate"]) == ("standard", "13.5")
    exempt = alice.patch(path, {"tax_category": "exempt"})
    assert (exempt.body["tax_category"], exempt.body["tax_rate"]) == ("exempt", None)
    back = alice.patch(path, {"tax_category": "standard"})
    assert (back.status, back.fields) == (422, {"tax_rate": "required"})
    again = alice.patch(path, {"minutes": None})
    assert again.body == exempt.body | {"minutes": None}
    assert alice.patch(path, {}).body == again.body
    assert told(world) == ["service.saved"] * 8


def test_services_are_listed_by_name_in_pages_and_found(alice: Caller) -> None:
    for name in ("Ångström", "Bernt 50 min", "Östen"):
        alice.post("/services", SESSION | {"name": name})
    alice.post("/services", HOUR | {"name": "Chair"})
    page = alice.get("/services?limit=3")
    assert names(page) == ["Ångström", "Bernt 50 min", "Chair"]
    rest = alice.get(page.body["next"].removeprefix("/api/v1"))
    assert (names(rest), rest.body["next"]) == (["Östen"], None)
    page = alice.get("/services?bookable=true&limit=2")
    assert names(page) == ["Ångström", "Bernt 50 min"]
    rest = alice.get(page.body["next"].removeprefix("/api/v1"))
    assert (names(rest), rest.body["next"]) == (["Östen"], None)
    assert names(alice.get("/services?q=min bern")) == ["Bernt 50 min"]
    assert names(alice.get("/services?q=chair")) == ["Chair"]
    for asked in ("q=chair&bookable=true", "q=nothing", "archived=true"):
        assert alice.get(f"/services?{asked}").body == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ("limit=0", {"limit": "out_of_range"}),
        ("limit=101", {"limit": "out_of_range"}),
        ("after=nowhere", {"after": "unknown_place"}),
        ("bookable=perhaps", {"bookable": "not_true_or_false"}),
        ("q=" + "x" * 101, {"q": "too_long"}),
        ("colour=red", {"colour": "unknown_parameter"}),
    ],
)
def test_a_list_asked_for_wrongly(
    resident: Caller, clock: Clock, asked: str, fields: dict[str, str]
) -> None:
    answer = resident.get(f"/services?{asked}")
    assert (answer.status, answer.fields) == (422, fields)


def test_into_the_archive_and_back(alice: Caller, world: World) -> None:
    made = alice.post("/services", SESSION).body
    path = f"/services/{made['id']}"
    for _twice in range(2):
        put_away = alice.post(f"{path}/archival")
        assert (put_away.status, put_away.raw) == (204, b"")
    archived = made | {"archived_at": "2026-06-16T09:12:00Z"}
    assert alice.get(path).body == archived
    assert alice.get("/services").body["items"] == []
    assert alice.get("/services?bookable=true").body["items"] == []
    assert alice.get("/services?archived=true").body["items"] == [archived]
    for _twice in range(2):
        fetched = alice.delete(f"{path}/archival")
        assert (fetched.status, fetched.raw) == (204, b"")
    assert alice.get("/services?bookable=true").body["items"] == [made]
    assert told(world) == ["service.saved", "service.archived", "service.restored"]


def test_the_same_request_enters_one_service(alice: Caller, world: World) -> None:
    first = alice.post("/services", SESSION, Idempotency_Key="k-1")
    again = alice.post("/services", SESSION, Idempotency_Key="k-1")
    assert (again.status, again.raw) == (201, first.raw)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = alice.post("/services", SESSION | {"minutes": 90}, Idempotency_Key="k-1")
    assert (other.status, other.codes) == (422, ["key_used_for_another_request"])
    assert [service["minutes"] for service in services_of(world)] == [60]


WRONG: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"name": " "}, {"name": "required"}),
    ({"name": "x" * 301}, {"name": "too_long"}),
    ({"name": "a\x00"}, {"name": "unprintable"}),
    ({"name": None}, {"name": "not_a_text"}),
    ({"unit": "x" * 21}, {"unit": "too_long"}),
    ({"price": 1190}, {"price": "not_an_amount"}),
    ({"price": "1 190"}, {"price": "not_an_amount"}),
    ({"price": None}, {"price": "not_an_amount"}),
    ({"price": "-0.01"}, {"price": "negative"}),
    ({"price": "0.00001"}, {"price": "too_many_decimals"}),
    ({"price": "100000000"}, {"price": "too_large"}),
    ({"price_includes_tax": "yes"}, {"price_includes_tax": "not_true_or_false"}),
    ({"tax_category": "luxury"}, {"tax_category": "unknown"}),
    ({"tax_rate": "25.5"}, {"tax_rate": "no_rate_here"}),
    ({"tax_category": "standard", "tax_rate": "24"}, {"tax_rate": "rate_not_in_force"}),
    ({"minutes": 0}, {"minutes": "out_of_range"}),
    ({"minutes": -60}, {"minutes": "out_of_range"}),
    ({"minutes": 1441}, {"minutes": "out_of_range"}),
    ({"minutes": 10**30}, {"minutes": "out_of_range"}),
    ({"minutes": 60.5}, {"minutes": "not_a_whole_number"}),
    ({"minutes": "60"}, {"minutes": "not_a_whole_number"}),
    ({"minutes": True}, {"minutes": "not_a_whole_number"}),
    ({"free_until_hours": -1}, {"free_until_hours": "out_of_range"}),
    ({"free_until_hours": 337}, {"free_until_hours": "out_of_range"}),
    ({"free_until_hours": None}, {"free_until_hours": "not_a_whole_number"}),
    ({"late_charge": "double"}, {"late_charge": "unknown"}),
    ({"late_charge": None}, {"late_charge": "unknown"}),
    ({"messages": ["gossip"]}, {"messages.0": "unknown"}),
    (
        {"minutes": 0, "free_until_hours": 337},
        dict.fromkeys(("minutes", "free_until_hours"), "out_of_range"),
    ),
    ({"unit_price": "1.00"}, {"unit_price": "unknown_field"}),
    ({"archived_at": None}, {"archived_at": "unknown_field"}),
]


@pytest.mark.parametrize(("wrong", "fields"), WRONG)
def test_a_wrong_service_is_refused_by_field(
    world: World, alice: Caller, wrong: dict[str, Any], fields: dict[str, str]
) -> None:
    id_ = alice.post("/services", SESSION).body["id"]
    before = services_of(world)
    for answer in (
        alice.post("/services", SESSION | wrong),
        alice.patch(f"/services/{id_}", wrong),
    ):
        assert (answer.status, answer.fields) == (422, fields)
    assert services_of(world) == before
    assert told(world) == ["service.saved"]


def test_a_refusal_says_what_would_be_right(alice: Caller) -> None:
    answer = alice.post("/services", SESSION | {"minutes": 0, "free_until_hours": 999})
    assert [error["message"] for error in answer.body["errors"]] == [
        "Between 1 and 1440 minutes: a session lasts a day at most.",
        "Between 0 and 336 hours: two weeks at most.",
    ]


@pytest.mark.parametrize(
    ("role", "status"), [("practitioner", 201), ("office", 201), ("reader", 403)]
)
def test_who_keeps_the_catalogue(world: World, clock: Clock, role: str, status: int) -> None:
    who = caller(world, member(world, role))
    assert who.post("/services", SESSION).status == status
    assert len(services_of(world)) == (status == 201)
    assert who.get("/services").status == 200


def test_the_service_of_somebody_else_is_absent(alice: Caller, clock: Clock) -> None:
    other = found()
    id_ = caller(other).post("/services", SESSION).body["id"]
    before = services_of(other)
    path = f"/services/{id_}"
    for answer in (
        alice.get(path),
        alice.patch(path, {"minutes": 90}),
        alice.post(f"{path}/archival"),
        alice.delete(f"{path}/archival"),
    ):
        assert (answer.status, answer.body["code"]) == (404, "absent")
    assert alice.get("/services").body == {"items": [], "next": None}
    assert services_of(other) == before
