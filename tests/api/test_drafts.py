"""Drafts through the API: written, amended, finalised, taken back."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from storno.documents.models import Document, Draft
from storno.organizations.models import Seller
from storno.organizations.scope import scope
from tests.api.caller import Caller, caller, line
from tests.conftest import Clock
from tests.world import World, found


def body(world: World, **more: Any) -> dict[str, Any]:
    return {"recipient": str(world.daisy.id), "lines": [line()]} | more


def made(alice: Caller, world: World, **more: Any) -> str:
    answer = alice.post("/drafts", body(world, **more))
    assert answer.status == 201, answer.body
    return str(answer.body["id"])


def nothing_issued(world: World) -> bool:
    with scope(world.id):
        return not Document.objects.filter(organization_id=world.id).exists()


def drafts_of(world: World) -> list[tuple[Any, ...]]:
    with scope(world.id):
        return list(
            Draft.objects.filter(organization_id=world.id)
            .order_by("id")
            .values_list("id", "version")
        )


def test_a_draft_says_what_was_entered_and_what_it_adds_up_to(alice: Caller, world: World) -> None:
    answer = alice.post(
        "/drafts",
        body(
            world,
            lines=[
                line(quantity="2.5", unit_price="12.3456", discount_percent="10", work="work"),
                line(
                    description="Paint",
                    quantity=1,
                    unit="l",
                    unit_price="20",
                    price_includes_tax=True,
                    tax_rate="25.50",
                    delivered_on="2026-06-01",
                ),
            ],
            due_in_days=20,
            delivered_on="2026-06-10",
            delivery={"channel": "none"},
            texts={"opening": "Thank you."},
            language="en",
        ),
    )
    assert answer.status == 201
    assert answer.headers["Content-Type"] == "application/json"
    id_ = answer.body.pop("id")
    lines = [UUID(each["id"]) for each in answer.body["lines"]]
    assert len(set(lines)) == 2
    assert answer.body == {
        "state": "draft",
        "state_label": "Draft",
        "goes_at": None,
        "issues_at": None,
        "recipient": str(world.daisy.id),
        "lines": [
            {
                "id": str(lines[0]),
                "description": "Carpentry",
                "quantity": "2.5",
                "unit": "h",
                "unit_price": "12.3456",
                "price_includes_tax": False,
                "discount_percent": "10",
                "tax_category": "standard",
                "tax_rate": "25.5",
                "delivered_on": None,
                "work": "work",
                "amount": "27.78",
            },
            {
                "id": str(lines[1]),
                "description": "Paint",
                "quantity": "1",
                "unit": "l",
                "unit_price": "20.00",
                "price_includes_tax": True,
                "discount_percent": "0",
                "tax_category": "standard",
                "tax_rate": "25.5",
                "delivered_on": "2026-06-01",
                "work": None,
                "amount": "20.00",
            },
        ],
        "due_in_days": 20,
        "term_agreed": False,
        "delivered_on": "2026-06-10",
        "delivery": {"channel": "none", "to": ""},
        "language": "en",
        "texts": {
            "opening": "Thank you.",
            "closing": "",
            "exemption_reason": "",
            "buyer_reference": "",
            "case_number": "",
        },
        "currency": "EUR",
        "totals": {"net": "43.72", "tax": "11.14", "payable": "54.86"},
        "tax_groups": [
            {
                "tax_category": "standard",
                "tax_rate": "25.5",
                "price_includes_tax": False,
                "net": "27.78",
                "tax": "7.08",
            },
            {
                "tax_category": "standard",
                "tax_rate": "25.5",
                "price_includes_tax": True,
                "net": "15.94",
                "tax": "4.06",
            },
        ],
        "replaces": None,
        "external": None,
        "failure": None,
        "version": 1,
        "created_at": "2026-06-16T09:12:00Z",
        "changed_at": "2026-06-16T09:12:00Z",
        "blockers": [],
        "warnings": [],
    }
    again = alice.get(f"/drafts/{id_}")
    assert (again.status, again.body) == (200, {"id": id_} | answer.body)
    assert alice.get(f"/drafts/{id_.upper()}").body["id"] == id_


def test_an_unfinished_draft_is_kept_and_says_what_it_lacks(alice: Caller, world: World) -> None:
    draft = alice.post("/drafts", {"recipient": None, "lines": []})
    assert draft.status == 201
    assert [(b["code"], b["field"]) for b in draft.body["blockers"]] == [
        ("recipient_missing", "recipient"),
        ("no_lines", "lines"),
    ]
    refused = alice.post(f"/drafts/{draft.body['id']}/finalisation", {"now": True})
    assert refused.status == 409
    assert refused.body["blockers"] == draft.body["blockers"]
    assert refused.body["blockers"][0] == {
        "code": "recipient_missing",
        "message": "Nobody is chosen to pay.",
        "remedy": "Choose a recipient.",
        "field": "recipient",
    }
    assert nothing_issued(world)


def test_what_the_paper_cannot_show_is_warned_of(alice: Caller, world: World) -> None:
    entered = body(world, texts={"closing": "Thanks 🙏"})
    draft = alice.post("/drafts", entered)
    assert draft.body["warnings"] == [
        {
            "field": "texts.closing",
            "code": "not_printable",
            "message": "The invoice cannot show 🙏. It prints “�” instead.",
        }
    ]
    assert draft.body["blockers"] == []


def test_a_patch_changes_what_it_names(alice: Caller, world: World) -> None:
    id_ = made(alice, world, due_in_days=20, texts={"opening": "Hello", "closing": "Bye"})
    before = alice.get(f"/drafts/{id_}").body
    answer = alice.patch(f"/drafts/{id_}", {"texts": {"opening": "Good day"}})
    assert answer.status == 200
    changed = {
        "texts": before["texts"] | {"opening": "Good day", "closing": ""},
        "version": 2,
    }
    assert answer.body == before | changed
    answer = alice.patch(
        f"/drafts/{id_}",
        {
            "lines": [line(unit_price="10.00")],
            "due_in_days": None,
            "recipient": None,
            "delivered_on": "2026-06-11",
            "language": "nb",
            "delivery": {"channel": "none"},
        },
    )
    assert answer.body["lines"][0]["amount"] == "10.00"
    assert (answer.body["delivered_on"], answer.body["lines"][0]["delivered_on"]) == (
        "2026-06-11",
        None,
    )
    assert (answer.body["due_in_days"], answer.body["recipient"]) == (None, None)
    assert (answer.body["language"], answer.body["delivery"]) == (
        "nb",
        {"channel": "none", "to": ""},
    )
    assert alice.patch(f"/drafts/{id_}", {}).body["version"] == 4


def test_a_patch_of_the_day_of_delivery_takes_the_lines_along(alice: Caller, world: World) -> None:
    id_ = made(alice, world, lines=[line(tax_rate="14")], delivered_on="2025-12-30")
    before = alice.get(f"/drafts/{id_}").body
    refused = alice.patch(f"/drafts/{id_}", {"delivered_on": "2026-01-02"})
    assert (refused.status, refused.fields) == (422, {"lines.0.tax_rate": "rate_not_in_force"})
    assert alice.get(f"/drafts/{id_}").body == before
    own = [line(tax_rate="14", delivered_on="2025-12-30"), line()]
    assert alice.patch(f"/drafts/{id_}", {"lines": own, "delivered_on": "2026-01-02"}).status == 200
    issued = alice.post(f"/drafts/{id_}/finalisation", {"now": True})
    paper = alice.get(f"/documents/{issued.body['document']['id']}").body
    assert paper["delivered_on"] == "2026-01-02"
    assert [each["delivered_on"] for each in paper["lines"]] == ["2025-12-30", "2026-01-02"]


def test_a_patch_to_another_recipient_brings_the_usual_of_their_own(
    alice: Caller, world: World
) -> None:
    minnie = {"kind": "person", "name": "Minnie", "language": "nb", "channel": "none"}
    chosen = alice.post("/clients", minnie)
    id_ = made(
        alice,
        world,
        due_in_days=20,
        delivery={"channel": "email", "to": "daisy@example.com"},
        texts={"opening": "Hello", "buyer_reference": "PO 7", "case_number": "A 1"},
    )
    same = alice.patch(f"/drafts/{id_}", {"recipient": str(world.daisy.id)}).body
    assert (same["due_in_days"], same["texts"]["buyer_reference"]) == (20, "PO 7")
    assert same["texts"]["case_number"] == "A 1"
    other = alice.patch(f"/drafts/{id_}", {"recipient": chosen.body["id"]}).body
    assert (other["language"], other["delivery"]) == ("nb", {"channel": "none", "to": ""})
    assert (other["due_in_days"], other["term_agreed"]) == (None, False)
    assert (other["texts"]["opening"], other["texts"]["buyer_reference"]) == ("Hello", "")
    assert other["texts"]["case_number"] == ""
    named = {"recipient": str(world.daisy.id), "language": "en", "due_in_days": 30}
    back = alice.patch(f"/drafts/{id_}", named).body
    assert (back["language"], back["due_in_days"], back["delivery"]["channel"]) == (
        "en",
        30,
        "email",
    )


def test_a_line_that_is_sent_with_its_id_stays_that_line(alice: Caller, world: World) -> None:
    id_ = made(alice, world, lines=[line(), line(description="Paint")])
    address = f"/drafts/{id_}"
    first, second = (each["id"] for each in alice.get(address).body["lines"])
    changed = alice.patch(address, {"lines": [line(unit_price="10.00", id=second), line()]})
    now = [each["id"] for each in changed.body["lines"]]
    assert (changed.status, now[0], now[1] in (first, second)) == (200, second, False)
    assert changed.body["lines"][0]["amount"] == "10.00"
    for wrong, code in ((first, "unknown_line"), (str(uuid4()), "unknown_line"), (7, "not_an_id")):
        refused = alice.patch(address, {"lines": [line(id=wrong)]})
        assert (refused.status, refused.fields) == (422, {"lines.0.id": code})
    assert alice.get(address).body == changed.body
    new = alice.post("/drafts", body(world, lines=[line(id=second)]))
    assert (new.status, new.fields) == (422, {"lines.0.id": "unknown_field"})


def test_a_patch_of_what_was_saved_meanwhile_changes_nothing(alice: Caller, world: World) -> None:
    id_ = made(alice, world)
    assert alice.patch(f"/drafts/{id_}", {"due_in_days": 20, "version": 1}).status == 200
    refused = alice.patch(f"/drafts/{id_}", {"due_in_days": 30, "version": 1})
    assert (refused.status, refused.codes) == (409, ["draft_changed_meanwhile"])
    assert alice.get(f"/drafts/{id_}").body["due_in_days"] == 20


def test_what_was_saved_meanwhile_is_not_finalised(alice: Caller, world: World) -> None:
    id_ = made(alice, world)
    assert alice.patch(f"/drafts/{id_}", {"lines": [line(unit_price="9999")]}).status == 200
    for body in ({"version": 1}, {"version": 1, "now": True}):
        refused = alice.post(f"/drafts/{id_}/finalisation", body)
        assert (refused.status, refused.codes) == (409, ["draft_changed_meanwhile"])
        assert alice.get(f"/drafts/{id_}").body["state"] == "draft"
    assert nothing_issued(world)
    assert alice.post(f"/drafts/{id_}/finalisation", {"version": 2, "now": True}).status == 201


def test_saving_a_held_draft_begins_its_hold_anew(
    alice: Caller, world: World, clock: Clock
) -> None:
    id_ = made(alice, world)
    assert alice.post(f"/drafts/{id_}/finalisation").status == 202
    clock.now += timedelta(minutes=5)
    answer = alice.patch(f"/drafts/{id_}", {"due_in_days": 20})
    assert (answer.body["state"], answer.body["goes_at"]) == ("held", "2026-06-16T09:37:00Z")


def test_finalising_holds_and_withdrawing_frees(alice: Caller, world: World, clock: Clock) -> None:
    id_ = made(alice, world)
    held = alice.post(f"/drafts/{id_}/finalisation")
    assert (held.status, held.body) == (
        202,
        {"state": "held", "goes_at": "2026-06-16T09:32:00Z", "draft": {"id": id_}},
    )
    clock.now += timedelta(minutes=1)
    assert alice.post(f"/drafts/{id_}/finalisation", {}).body == held.body
    assert alice.get(f"/drafts/{id_}").body["state"] == "held"
    gone = alice.delete(f"/drafts/{id_}/finalisation")
    assert (gone.status, gone.raw, "Content-Type" in gone.headers) == (204, b"", False)
    assert alice.get(f"/drafts/{id_}").body["state"] == "draft"
    refused = alice.delete(f"/drafts/{id_}/finalisation")
    assert (refused.status, refused.codes) == (409, ["not_on_hold"])
    assert nothing_issued(world)


def test_finalising_now_issues(alice: Caller, world: World) -> None:
    id_ = made(alice, world)
    answer = alice.post(f"/drafts/{id_}/finalisation", {"now": True})
    assert answer.status == 201
    document = answer.body["document"]
    assert answer.body == {
        "state": "issued",
        "document": {
            "id": document["id"],
            "kind": "invoice",
            "number": "2026-0001",
            "issued_on": "2026-06-16",
            "due_on": "2026-06-30",
            "currency": "EUR",
            "payable": "1255.00",
            "payment_reference": document["payment_reference"],
        },
    }
    gone = alice.get(f"/drafts/{id_}")
    assert (gone.status, gone.body["code"]) == (410, "already_issued")
    assert gone.body["document"] == document
    for refused in (
        alice.patch(f"/drafts/{id_}", {"due_in_days": 3}),
        alice.delete(f"/drafts/{id_}"),
        alice.post(f"/drafts/{id_}/finalisation"),
        alice.delete(f"/drafts/{id_}/finalisation"),
    ):
        assert (refused.status, refused.codes) == (409, ["already_issued"])


def test_without_a_hold_finalising_issues(clock: Clock) -> None:
    world = found(hold_seconds=0)
    alice = caller(world)
    assert alice.post(f"/drafts/{made(alice, world)}/finalisation").status == 201


def test_a_draft_whose_time_has_come_is_left_alone(
    alice: Caller, world: World, clock: Clock
) -> None:
    id_ = made(alice, world)
    alice.post(f"/drafts/{id_}/finalisation")
    clock.now += timedelta(minutes=20)
    assert alice.get(f"/drafts/{id_}").body["state"] == "leaving"
    for refused in (
        alice.patch(f"/drafts/{id_}", {"due_in_days": 20}),
        alice.delete(f"/drafts/{id_}"),
        alice.delete(f"/drafts/{id_}/finalisation"),
        alice.post(f"/drafts/{id_}/finalisation"),
    ):
        assert (refused.status, refused.codes) == (409, ["already_issued"])
    assert alice.get(f"/drafts/{id_}").body["due_in_days"] is None


def test_a_deleted_draft_is_absent(alice: Caller, world: World) -> None:
    id_ = made(alice, world)
    assert alice.delete(f"/drafts/{id_}").status == 204
    for gone in (alice.get(f"/drafts/{id_}"), alice.get(f"/drafts/{id_}/pdf")):
        assert (gone.status, gone.body["code"]) == (410, "draft_deleted")
        assert gone.body["detail"] == "Alice deleted this draft."
        assert (gone.body["document"], gone.body["replaced"], gone.body["sessions"]) == (
            None,
            None,
            [],
        )
    for absent in (
        alice.patch(f"/drafts/{id_}", {}),
        alice.delete(f"/drafts/{id_}"),
        alice.post(f"/drafts/{id_}/finalisation"),
        alice.delete(f"/drafts/{id_}/finalisation"),
    ):
        assert (absent.status, absent.body["code"]) == (404, "absent")


def test_drafts_are_listed_newest_first_in_pages(alice: Caller, world: World) -> None:
    ids = [made(alice, world) for _ in range(3)]
    alice.post(f"/drafts/{ids[0]}/finalisation")
    page = alice.get("/drafts?limit=2").body
    assert [draft["id"] for draft in page["items"]] == [ids[2], ids[1]]
    assert page["next"] == f"/api/v1/drafts?limit=2&before={ids[1]}"
    rest = alice.get(page["next"].removeprefix("/api/v1")).body
    assert ([draft["id"] for draft in rest["items"]], rest["next"]) == ([ids[0]], None)
    assert rest["items"][0]["totals"]["payable"] == "1255.00"
    assert [d["id"] for d in alice.get("/drafts?state=held").body["items"]] == [ids[0]]
    assert [d["id"] for d in alice.get("/drafts?state=draft").body["items"]] == [ids[2], ids[1]]
    theirs = alice.get(f"/drafts?recipient={world.daisy.id}&limit=100").body["items"]
    assert len(theirs) == 3
    assert alice.get(f"/drafts?recipient={ids[0]}").body == {"items": [], "next": None}


def test_what_the_seller_lacks_is_named_field_by_field(alice: Caller, world: World) -> None:
    with scope(world.id):
        Seller.objects.filter(organization_id=world.id).update(account="", street="")
    id_ = made(alice, world)
    refused = alice.post(f"/drafts/{id_}/finalisation", {"now": True})
    assert refused.status == 409
    assert [(b["code"], b["field"]) for b in refused.body["blockers"]] == [
        ("organization_incomplete", "street"),
        ("organization_incomplete", "account"),
    ]
    assert nothing_issued(world)


WRONG_LINES: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"description": ""}, {"description": "required"}),
    ({"description": "x" * 301}, {"description": "too_long"}),
    ({"description": "a\x00b"}, {"description": "unprintable"}),
    ({"description": "a\ud800"}, {"description": "unprintable"}),
    ({"description": None}, {"description": "not_a_text"}),
    ({"description": 7}, {"description": "not_a_text"}),
    ({"quantity": "0"}, {"quantity": "not_positive"}),
    ({"quantity": "-1"}, {"quantity": "negative"}),
    ({"quantity": -1}, {"quantity": "negative"}),
    ({"quantity": 1.5}, {"quantity": "not_a_number"}),
    ({"quantity": True}, {"quantity": "not_a_number"}),
    ({"quantity": "NaN"}, {"quantity": "not_a_number"}),
    ({"quantity": "Infinity"}, {"quantity": "not_a_number"}),
    ({"quantity": "1e999"}, {"quantity": "not_a_number"}),
    ({"quantity": "1e3"}, {"quantity": "not_a_number"}),
    ({"quantity": "1,5"}, {"quantity": "not_a_number"}),
    ({"quantity": "٣"}, {"quantity": "not_a_number"}),
    ({"quantity": " 1"}, {"quantity": "not_a_number"}),
    ({"quantity": "1."}, {"quantity": "not_a_number"}),
    ({"quantity": "1" * 31}, {"quantity": "not_a_number"}),
    ({"quantity": 10**40}, {"quantity": "too_large"}),
    ({"quantity": "10000000"}, {"quantity": "too_large"}),
    ({"quantity": "0.00001"}, {"quantity": "too_many_decimals"}),
    ({"unit": "x" * 21}, {"unit": "too_long"}),
    ({"unit_price": 1000}, {"unit_price": "not_an_amount"}),
    ({"unit_price": 10.5}, {"unit_price": "not_an_amount"}),
    ({"unit_price": "-1.00"}, {"unit_price": "negative"}),
    ({"unit_price": "1.00001"}, {"unit_price": "too_many_decimals"}),
    ({"unit_price": "100000000"}, {"unit_price": "too_large"}),
    ({"discount_percent": "100.01"}, {"discount_percent": "too_large"}),
    ({"discount_percent": "-1"}, {"discount_percent": "negative"}),
    ({"price_includes_tax": "yes"}, {"price_includes_tax": "not_true_or_false"}),
    ({"price_includes_tax": 1}, {"price_includes_tax": "not_true_or_false"}),
    ({"tax_category": "luxury"}, {"tax_category": "unknown"}),
    ({"tax_category": "zero", "tax_rate": None}, {"tax_category": "category_closed"}),
    ({"tax_category": "exempt"}, {"tax_rate": "no_rate_here"}),
    ({"tax_rate": None}, {"tax_rate": "required"}),
    ({"tax_rate": "24"}, {"tax_rate": "rate_not_in_force"}),
    ({"delivered_on": "2026-02-30"}, {"delivered_on": "not_a_day"}),
    ({"delivered_on": "0001-01-01"}, {"delivered_on": "out_of_range"}),
    ({"delivered_on": "9999-12-31"}, {"delivered_on": "out_of_range"}),
    ({"delivered_on": 1750000000}, {"delivered_on": "not_a_day"}),
    ({"delivered_on": "20260601"}, {"delivered_on": "not_a_day"}),
    ({"work": "play"}, {"work": "unknown"}),
    ({"colour": "red"}, {"colour": "unknown_field"}),
]


@pytest.mark.parametrize(("wrong", "fields"), WRONG_LINES)
def test_a_wrong_line_is_refused_by_field(
    resident: Caller, house: World, clock: Clock, wrong: dict[str, Any], fields: dict[str, str]
) -> None:
    before = drafts_of(house)
    answer = resident.post("/drafts", body(house, lines=[line(), line(**wrong)]))
    assert answer.status == 422
    assert answer.fields == {f"lines.1.{field}": code for field, code in fields.items()}
    assert drafts_of(house) == before


WRONG_DRAFTS: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"recipient": "daisy"}, {"recipient": "not_an_id"}),
    ({"recipient": 7}, {"recipient": "not_an_id"}),
    (
        {"recipient": "01a2022b-0000-7000-8000-000000000000"},
        {"recipient": "unknown_recipient"},
    ),
    ({"lines": None}, {"lines": "not_a_list"}),
    ({"lines": {}}, {"lines": "not_a_list"}),
    ({"lines": ["x"]}, {"lines.0": "not_an_object"}),
    ({"lines": [line()] * 501}, {"lines": "too_many_lines"}),
    ({"lines": [line()] * 10_000}, {"lines": "too_many_lines"}),
    ({"lines": [line(quantity="9999999", unit_price="99999999")]}, {"lines": "total_too_large"}),
    ({"due_in_days": "14"}, {"due_in_days": "not_a_whole_number"}),
    ({"due_in_days": 14.5}, {"due_in_days": "not_a_whole_number"}),
    ({"due_in_days": -1}, {"due_in_days": "out_of_range"}),
    ({"due_in_days": 10**30}, {"due_in_days": "out_of_range"}),
    ({"due_in_days": 3}, {"due_in_days": "term_needs_agreement"}),
    ({"delivery": {"channel": "pigeon"}}, {"delivery.channel": "unknown"}),
    ({"delivery": {"to": "not an address"}}, {"delivery.to": "not_an_email"}),
    ({"delivery": {"fax": "1"}}, {"delivery.fax": "unknown_field"}),
    ({"language": "sv"}, {"language": "unknown"}),
    ({"texts": {"opening": "x" * 1001}}, {"texts.opening": "too_long"}),
    ({"texts": {"buyer_reference": "x" * 71}}, {"texts.buyer_reference": "too_long"}),
    ({"texts": {"case_number": "x" * 71}}, {"texts.case_number": "too_long"}),
    ({"texts": {"opening": "\x07"}}, {"texts.opening": "unprintable"}),
    ({"state": "issued"}, {"state": "unknown_field"}),
    ({"version": 1}, {"version": "unknown_field"}),
    ({"x" * 3000: 1}, {"x" * 200: "unknown_field"}),
    ({"\ud800": 1}, {"body": "unprintable"}),
]


@pytest.mark.parametrize(("wrong", "fields"), WRONG_DRAFTS)
def test_a_wrong_draft_is_refused_by_field(
    resident: Caller, house: World, clock: Clock, wrong: dict[str, Any], fields: dict[str, str]
) -> None:
    id_ = made(resident, house)
    before = drafts_of(house)
    answer = resident.post("/drafts", body(house) | wrong)
    assert (answer.status, answer.fields) == (422, fields)
    if "version" not in wrong:
        answer = resident.patch(f"/drafts/{id_}", wrong)
        assert (answer.status, answer.fields) == (422, fields)
    assert drafts_of(house) == before


def test_what_is_needed_is_named(alice: Caller) -> None:
    assert alice.post("/drafts", {}).fields == {"recipient": "required", "lines": "required"}
    assert alice.post("/drafts", {"recipient": None, "lines": [{}]}).fields == {
        "lines.0.description": "required",
        "lines.0.quantity": "required",
        "lines.0.unit": "required",
        "lines.0.unit_price": "required",
        "lines.0.tax_category": "required",
    }


def test_every_wrong_line_is_named_up_to_a_bound(alice: Caller, world: World) -> None:
    answer = alice.post("/drafts", body(world, lines=[{}] * 10_000))
    assert (answer.status, len(answer.body["errors"])) == (422, 100)


@pytest.mark.parametrize("text", ["مرحبا بالعالم", "𝔇𝔞𝔦𝔰𝔶 🦆", "<b>Daisy</b> & co", "a\nb\tc"])
def test_any_writing_is_kept_as_it_is(
    resident: Caller, house: World, clock: Clock, text: str
) -> None:
    answer = resident.post("/drafts", body(house, lines=[line(description=text)]))
    assert answer.status == 201
    assert answer.body["lines"][0]["description"] == text


def test_the_recipient_of_somebody_else_is_nobody(alice: Caller, clock: Clock) -> None:
    other = found()
    answer = alice.post("/drafts", body(other))
    assert (answer.status, answer.fields) == (422, {"recipient": "unknown_recipient"})


def test_a_draft_can_be_looked_at_as_a_paper(alice: Caller, world: World) -> None:
    id_ = alice.post("/drafts", {"recipient": None, "lines": []}).body["id"]
    pdf = alice.get(f"/drafts/{id_}/pdf")
    assert (pdf.status, pdf.headers["Content-Type"]) == (200, "application/pdf")
    assert pdf.headers["Content-Disposition"] == f'inline; filename="{id_}.pdf"'
    assert pdf.raw.startswith(b"%PDF-")
    id_ = made(alice, world)
    alice.post(f"/drafts/{id_}/finalisation", {"now": True})
    assert alice.get(f"/drafts/{id_}/pdf").status == 410
