"""The organization and its members through the API."""

from typing import Any

import pytest

from storno.organizations.queries import seller_of, settings_of
from storno.organizations.scope import scope
from tests.api.caller import Caller, caller
from tests.conftest import Clock
from tests.world import World, found


def test_the_organization_says_who_it_is_and_how_it_works(alice: Caller, world: World) -> None:
    answer = alice.get("/organization")
    assert (answer.status, answer.body) == (
        200,
        {
            "id": str(world.id),
            "slug": world.organization.slug,
            "name": "Alice Example",
            "country": "FI",
            "currency": "EUR",
            "time_zone": "Europe/Helsinki",
            "language": "en",
            "business_id": "2077474-0",
            "vat_registered": True,
            "enterprise_register": False,
            "address": {
                "street": "Mannerheimintie 1",
                "postcode": "00100",
                "city": "Helsinki",
                "country": "FI",
            },
            "email": "",
            "phone": "",
            "website": "",
            "account": "FI2112345600000785",
            "bic": "",
            "kid_algorithm": "none",
            "kid_length": 0,
            "kid_layout": "running",
            "kid_client_digits": 0,
            "custody": False,
            "settings": {
                "hold_seconds": 1200,
                "paid_credit": "members",
                "after_credit": "nothing",
                "wording": "service",
                "default_channel": "email",
                "vat_on": "payment",
                "method": "manual",
                "client_shown_as": "initials",
                "closed_on_holidays": True,
                "message_by": "both",
                "zero_rate_open": False,
                "reverse_charge_open": False,
                "office_may_credit": False,
                "own_clients": False,
                "client_years": 3,
                "person_term_days": 14,
                "company_term_days": 14,
                "draft_at_booking": True,
                "automatic_at": "session",
                "automatic_minutes": 15,
                "notification_days": [0, 14, 28],
                "overdue_days": [],
                "notice_days": 0,
                "late_interest": "0",
                "settled_cents": 100,
                "late_charges": "nothing",
                "exemption_reason": "",
                "support_contact": "",
            },
            "missing": [],
        },
    )


def test_what_is_sent_is_changed_and_nothing_else(alice: Caller, world: World) -> None:
    before = alice.get("/organization").body
    answer = alice.patch(
        "/organization",
        {
            "name": "Alice Oy",
            "address": {"city": "Espoo"},
            "settings": {
                "hold_seconds": 60,
                "after_credit": "draft",
                "office_may_credit": True,
                "late_interest": "10.5",
                "method": "external",
                "client_shown_as": "reference",
            },
        },
    )
    assert answer.status == 200
    assert answer.body == before | {
        "name": "Alice Oy",
        "address": before["address"] | {"city": "Espoo"},
        "settings": before["settings"]
        | {
            "method": "external",
            "client_shown_as": "reference",
            "hold_seconds": 60,
            "after_credit": "draft",
            "office_may_credit": True,
            "late_interest": "10.5",
        },
    }
    assert alice.get("/organization").body == answer.body
    emptied = alice.patch("/organization", {"address": {"city": ""}}).body
    assert [(b["code"], b["field"]) for b in emptied["missing"]] == [
        ("organization_incomplete", "address.city")
    ]


def test_another_account_needs_the_scope_money(alice: Caller, world: World) -> None:
    careful = caller(world, scopes=("read", "write"))
    change = {"name": "Alice Oy", "account": "FI37 1590 3000 0007 76"}
    refused = careful.patch("/organization", change)
    assert (refused.status, refused.codes) == (403, ["recent_sign_in_required"])
    with scope(world.id):
        assert seller_of(world.id).name == "Alice Example"
    changed = alice.patch("/organization", change)
    assert (changed.status, changed.body["account"]) == (200, "FI3715903000000776")


WRONG: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"name": ""}, {"name": "required"}),
    ({"name": None}, {"name": "not_a_text"}),
    ({"vat_registered": None}, {"vat_registered": "not_true_or_false"}),
    ({"address": {"city": None}}, {"address.city": "not_a_text"}),
    ({"settings": {"hold_seconds": None}}, {"settings.hold_seconds": "not_a_whole_number"}),
    ({"settings": {"wording": None}}, {"settings.wording": "unknown"}),
    ({"business_id": "1"}, {"business_id": "check_digit"}),
    ({"account": "FI00"}, {"account": "check_digit"}),
    ({"bic": "!"}, {"bic": "not_a_bic"}),
    ({"language": "sv"}, {"language": "unknown"}),
    ({"time_zone": "Mars/Olympus"}, {"time_zone": "unknown"}),
    ({"email": "@"}, {"email": "not_an_email"}),
    ({"vat_registered": "yes"}, {"vat_registered": "not_true_or_false"}),
    ({"address": {"street": "x" * 101}}, {"address.street": "too_long"}),
    ({"address": {"country": "NO"}}, {"address.country": "unknown_field"}),
    ({"settings": {"hold_seconds": 10**20}}, {"settings.hold_seconds": "out_of_range"}),
    ({"settings": {"hold_seconds": -1}}, {"settings.hold_seconds": "out_of_range"}),
    ({"settings": {"hold_seconds": "60"}}, {"settings.hold_seconds": "not_a_whole_number"}),
    ({"settings": {"person_term_days": 0}}, {"settings.person_term_days": "out_of_range"}),
    ({"settings": {"late_interest": "100"}}, {"settings.late_interest": "out_of_range"}),
    ({"settings": {"vat_on": "moon"}}, {"settings.vat_on": "unknown"}),
    ({"settings": {"method": "fax"}}, {"settings.method": "unknown"}),
    ({"settings": {"method": None}}, {"settings.method": "unknown"}),
    ({"settings": {"automatic_at": "noon"}}, {"settings.automatic_at": "unknown"}),
    ({"settings": {"automatic_minutes": -1}}, {"settings.automatic_minutes": "out_of_range"}),
    ({"settings": {"automatic_minutes": 10_081}}, {"settings.automatic_minutes": "out_of_range"}),
    *(
        ({"settings": {"notification_days": days}}, {"settings.notification_days": code})
        for days, code in (
            ([], "not_from_zero"),
            ([14], "not_from_zero"),
            ([0, 14, 14], "not_ascending"),
            ([0, 28, 14], "not_ascending"),
            ([0, 43], "out_of_range"),
            ([0, 1, 2, 3, 4, 5, 6], "too_many"),
        )
    ),
    ({"settings": {"method": "einvoice"}}, {"settings.method": "method_not_open"}),
    ({"settings": {"client_shown_as": "name"}}, {"settings.client_shown_as": "unknown"}),
    ({"settings": {"paid_credit": "members"}}, {"settings.paid_credit": "unknown_field"}),
    ({"country": "NO"}, {"country": "unknown_field"}),
    (
        {"name": "", "settings": {"hold_seconds": 86_401}},
        {"name": "required", "settings.hold_seconds": "out_of_range"},
    ),
]


@pytest.mark.parametrize(("wrong", "fields"), WRONG)
def test_a_wrong_change_is_refused_by_field_and_changes_nothing(
    resident: Caller, clock: Clock, wrong: Any, fields: Any
) -> None:
    before = resident.get("/organization").body
    answer = resident.patch("/organization", {"phone": "+358 1"} | wrong)
    assert (answer.status, answer.fields) == (422, fields)
    assert resident.get("/organization").body == before


def test_only_an_administrator_changes_it(world: World, clock: Clock) -> None:
    bob = caller(world, world.bob)
    assert bob.get("/organization").status == 200
    refused = bob.patch("/organization", {"settings": {"hold_seconds": 0}})
    assert (refused.status, refused.codes) == (403, ["not_allowed"])
    with scope(world.id):
        assert settings_of(world.id).hold_seconds == 1200


def test_members_are_listed_with_their_roles(alice: Caller, world: World) -> None:
    answer = alice.get("/members")
    assert [(m["name"], m["email"], m["roles"]) for m in answer.body["items"]] == [
        ("Alice", world.alice.email, ["administrator"]),
        ("Bob", world.bob.email, ["reader"]),
    ]
    page = alice.get("/members?limit=1").body
    assert page["items"] == answer.body["items"][:1]
    rest = alice.get(page["next"].removeprefix("/api/v1")).body
    assert rest == {"items": answer.body["items"][1:], "next": None}


def test_norway_has_its_own(clock: Clock) -> None:
    world = found("NO")
    answer = caller(world).get("/organization").body
    assert (answer["country"], answer["currency"]) == ("NO", "NOK")


def test_a_kid_is_agreed_on_and_refused_by_its_field() -> None:
    world = found("NO")
    alice = caller(world)
    wanted = {"kid_algorithm": "mod11", "kid_length": 10, "kid_client_digits": 2}
    answer = alice.patch("/organization", wanted)
    assert (answer.status, answer.body | wanted) == (200, answer.body)
    refused = alice.patch("/organization", {"kid_length": 8})
    assert (refused.status, refused.fields) == (422, {"kid_length": "too_short"})
    assert alice.get("/organization").body == answer.body
