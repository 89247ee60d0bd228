"""Every endpoint as a stranger, another organization, a reader, and nobody."""

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from django.test import Client

from storno.administration.tokens import revoke_token
from storno.api.v1 import api
from storno.bank.models import BankFile, Entry
from storno.cases.models import RefundCase
from storno.catalogue.models import Service
from storno.clients.models import Care, ConsentTemplate, Contact, Import, WhenThere
from storno.clients.models import Client as Payer
from storno.clients.take_in import keep_file
from storno.diary.models import Booking, ClosedDays, OtherHours, Series, Sight, WorkingWeek
from storno.diary.sight import open_diary
from storno.documents.models import Document, Draft, Standing
from storno.mailroom.models import Letter
from storno.organizations.models import ApiToken, KeptAnswer, Membership
from storno.organizations.roles import system
from storno.organizations.scope import scope
from storno.overdue.models import Charge, Reminder
from storno.payments.models import Payment, Refund, WriteOff
from storno.payouts.models import Payout
from storno.support.models import Attachment, Conversation
from tests.api.caller import Caller, _answer, caller, line
from tests.bank.told import statement, take, told
from tests.conftest import Clock
from tests.furnished import a_case, paid_out
from tests.world import FOUNDED, World, found

BODIES: dict[str, Any] = {
    "patch_custody": {"withholding_percent": "25"},
    "patch_organization": {"name": "Mallory"},
    "post_payout_account": {"account": "FI1410093000123458"},
    "put_payout_notices": {"email": True, "sms_to": "040 123 4567"},
    "patch_card_payment": {"secret_key": "sk_test_mallory"},
    "post_client": {"kind": "person", "name": "Mallory", "language": "en"},
    "patch_client": {"name": "Mallory"},
    "post_contact": {"new_party": {"kind": "person", "name": "Mallory", "language": "en"}},
    "patch_contact": {"recipient": True},
    "post_consent_template": {"name": "Mallory", "statement": "Mallory"},
    "patch_consent_template": {"name": "Mallory"},
    "post_erasure": {"number": 1},
    "put_retention": {"keep_until": "2030-01-01"},
    "post_consent": {"template": str(uuid.uuid4()), "answer": "given", "how": "paper"},
    "post_access": {"member": str(uuid.uuid4())},
    "post_clients_transfer": {"member": str(uuid.uuid4())},
    "post_transfer": {"member": str(uuid.uuid4())},
    "post_service": {
        "name": "Mallory",
        "minutes": None,
        "price": "1.00",
        "tax_category": "standard",
        "tax_rate": "25.5",
    },
    "patch_service": {"name": "Mallory"},
    "post_session": {
        "service": str(uuid.uuid4()),
        "clients": [str(uuid.uuid4())],
        "practitioner": str(uuid.uuid4()),
        "starts_at": "2026-06-17T10:00:00Z",
    },
    "patch_session": {"place": "Mallory"},
    "post_series": {
        "service": str(uuid.uuid4()),
        "clients": [str(uuid.uuid4())],
        "practitioner": str(uuid.uuid4()),
        "starts_at": "2026-08-19T10:00:00Z",
        "rule": "FREQ=WEEKLY;COUNT=2",
    },
    "patch_series": {"place": "Mallory"},
    "post_activity": {
        "title": "Mallory",
        "practitioner": str(uuid.uuid4()),
        "starts_at": "2026-06-17T12:00:00Z",
        "minutes": 30,
    },
    "patch_activity": {"place": "Mallory"},
    "put_grant": {"sight": "view"},
    "post_feed": {},
    "put_mails": {"cancellations": False},
    "put_week": {"first_on": "2026-01-01", "monday": ["09:00-12:00"]},
    "post_other_hours": {"first_on": "2026-07-01"},
    "post_closed_days": {"name": "Mallory", "first_on": "2026-12-24"},
    "post_draft": {"recipient": None, "lines": [line()]},
    "patch_draft": {"lines": []},
    "post_finalisation": {"now": True},
    "post_credit_plan": {},
    "post_credit_note": {"reason": "other"},
    "post_payment": {"amount": "1.00", "paid_on": "2026-06-16", "method": "cash"},
    "post_reversal": {"reason": "Mallory"},
    "post_move": {"target": str(uuid.uuid4())},
    "post_refund": {
        "invoice": str(uuid.uuid4()),
        "way": "outside",
        "paid_on": "2026-06-16",
        "method": "cash",
    },
    "post_refund_reversal": {"reason": "Mallory"},
    "post_write_off": {"invoice": str(uuid.uuid4()), "kind": "bad_debt"},
    "post_write_off_reversal": {"reason": "Mallory"},
    "post_refund_case": {"invoice": str(uuid.uuid4())},
    "post_confirmation": {"paid_on": "2026-06-16", "amount": "1.00", "way": "cash"},
    "post_approval": {},
    "post_refusal": {"reason": "Mallory"},
    "post_conversation": {"text": "Mallory"},
    "post_conversation_file": "Mallory",
    "post_message": {"text": "Mallory"},
    "post_reading": {"message": str(uuid.uuid4())},
    "post_bank_file": "<Document>",
    "post_match": {"invoice": str(uuid.uuid4())},
    "post_aside": {"note": "Mallory"},
    "post_match_reversal": {"reason": "Mallory"},
    "post_pause": {"reason": "agreed"},
    "put_dispute": {"over": "quality"},
    "post_statement": {"first": "2026-06-01", "last": "2026-06-16"},
    "put_payment_methods": {"methods": [{"code": "cash"}]},
    "post_letter": {"to": "mallory@example.com"},
    "post_attempt": {"to": "mallory@example.com"},
}
"""What is sent so that only the right is wanting."""


DAY = "?since=2026-06-17T00:00:00Z&until=2026-06-18T00:00:00Z"
QUERIES = {
    "list_sessions": DAY,
    "list_times": DAY,
    "list_open_times": f"{DAY}&practitioner={{member_id}}",
    "list_free_times": f"{DAY}&minutes=60&practitioner={{member_id}}",
}
"""What is asked for where something must be."""


def endpoints() -> Iterator[tuple[str, str, str]]:
    paths = api.get_openapi_schema(path_prefix="")["paths"]
    for path, methods in paths.items():
        for method, operation in methods.items():
            yield operation["operationId"], method.upper(), path


ENDPOINTS = sorted(endpoints())
READS = [each for each in ENDPOINTS if each[1] == "GET" or each[0] == "post_credit_plan"]
DEEDS = [each for each in ENDPOINTS if each not in READS]
WITH_ID = [each for each in ENDPOINTS if "{" in each[2]]


@cache
def things(world_id: uuid.UUID) -> dict[str, str]:
    """One thing of each kind in an organization."""
    with scope(world_id):
        mine = {"organization_id": world_id}
        return {
            "client_id": str(
                Payer.objects.filter(**mine, number=1).values_list("id", flat=True)[0]
            ),
            "person_id": str(uuid.uuid4()),
            "access_id": str(Care.objects.filter(**mine).values_list("id", flat=True)[0]),
            "contact_id": str(Contact.objects.filter(**mine).values_list("id", flat=True)[0]),
            "import_id": str(Import.objects.get(**mine).id),
            "template_id": str(ConsentTemplate.objects.get(**mine).id),
            "service_id": str(Service.objects.filter(**mine).values_list("id", flat=True)[0]),
            "draft_id": str(Draft.objects.filter(**mine).values_list("id", flat=True)[0]),
            "invoice_id": str(Standing.objects.filter(**mine).values_list("id", flat=True)[0]),
            "document_id": str(Standing.objects.filter(**mine).values_list("id", flat=True)[0]),
            "payment_id": str(Payment.objects.filter(**mine).values_list("id", flat=True)[0]),
            "write_off_id": str(WriteOff.objects.filter(**mine).values_list("id", flat=True)[0]),
            "attachment_id": str(Attachment.objects.filter(**mine).values_list("id", flat=True)[0]),
            "conversation_id": str(
                Conversation.objects.filter(**mine).values_list("id", flat=True)[0]
            ),
            "case_id": str(RefundCase.objects.get(**mine).id),
            "payout_id": str(Payout.objects.get(**mine).id),
            "refund_id": str(Refund.objects.filter(**mine).values_list("id", flat=True)[0]),
            "reminder_id": str(Reminder.objects.get(**mine).id),
            "charge_id": str(Charge.objects.get(**mine).id),
            "file_id": str(BankFile.objects.get(**mine).id),
            "entry_id": str(Entry.objects.get(**mine).id),
            "session_id": str(Booking.objects.get(**mine, kind="session", series=None).id),
            "series_id": str(Series.objects.get(**mine).id),
            "activity_id": str(Booking.objects.get(**mine, kind="activity").id),
            "member_id": str(
                Membership.objects.filter(**mine).order_by("-person__name").values_list("id")[0][0]
            ),
            "week_id": str(WorkingWeek.objects.get(**mine).id),
            "other_hours_id": str(OtherHours.objects.get(**mine).id),
            "closed_days_id": str(ClosedDays.objects.get(**mine).id),
            "letter_id": str(Letter.objects.filter(**mine).values_list("id", flat=True)[0]),
        }


@pytest.fixture(scope="module")
def furnished(house: World) -> World:
    """An organization with one thing of each kind."""
    from storno.core.clock import clock_at

    at = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)
    with clock_at(lambda: at):
        furnish(house, at)
    return house


def furnish(house: World, at: datetime) -> None:
    """Put one thing of each kind into an organization."""
    house.draft(at=at)
    beside = BODIES["post_contact"]
    assert caller(house).post(f"/clients/{house.daisy.id}/contacts", beside).status == 201
    template = BODIES["post_consent_template"]
    assert caller(house).post("/consent-templates", template).status == 201
    keep_file(b"name\nImogen", WhenThere.SKIP, who=house.who(), at=at)
    late = house.invoice(at=at - timedelta(days=30))
    invoice = house.invoice(at=at)
    take(house, statement(told("60.00", "A1", text="rent", party="Landlord")))
    alice = caller(house)
    charging = {"settings": {"late_charges": "fee"}}
    assert alice.patch("/organization", charging).status == 200
    assert alice.post(f"/invoices/{late.id}/reminders").status == 201
    paid = {"amount": "5.00", "paid_on": "2026-06-16", "method": "cash"}
    assert alice.post(f"/invoices/{invoice.id}/payments", paid).status == 201
    lost = {"invoice": str(invoice.id), "kind": "bad_debt"}
    assert alice.post("/write-offs", lost).status == 201
    more = paid | {"amount": "1255.00"}
    assert alice.post(f"/invoices/{invoice.id}/payments", more).status == 201
    back = {"invoice": str(invoice.id), "way": "outside", "paid_on": "2026-06-16", "method": "cash"}
    assert alice.post("/refunds", back | {"amount": "0.50"}).status == 201
    words = {"name": "a.txt", "content": "QQ=="}
    assert alice.post("/conversations", {"text": "Hello", "files": [words]}).status == 201
    hour = alice.post("/services", BODIES["post_service"] | {"name": "Hour", "minutes": 60})
    assert hour.status == 201
    mine, bob = Membership.objects.filter(organization_id=house.id).order_by("person__name")
    session = BODIES["post_session"] | {
        "service": hour.body["id"],
        "clients": [str(house.daisy.id)],
        "practitioner": str(mine.id),
    }
    assert alice.post("/sessions", session).status == 201
    again = BODIES["post_series"] | session | {"starts_at": "2026-08-19T10:00:00Z"}
    assert alice.post("/series", again).status == 201
    activity = BODIES["post_activity"] | {"practitioner": str(mine.id)}
    assert alice.post("/activities", activity).status == 201
    hours = f"/diaries/{bob.id}"
    assert alice.call("PUT", f"{hours}/hours", BODIES["put_week"]).status == 200
    assert alice.post(f"{hours}/other-hours", BODIES["post_other_hours"]).status == 201
    assert alice.post("/closed-days", BODIES["post_closed_days"]).status == 201
    open_diary(bob.id, Sight.VIEW, who=house.who(), at=at)
    paid_out(house, at=at)
    a_case(house, late, at=at)


def address(path: str, ids: dict[str, str]) -> str:
    for name, id_ in ids.items():
        path = path.replace(f"{{{name}}}", id_)
    assert "{" not in path
    return path


def traces(world: World) -> list[Any]:
    with scope(world.id):
        mine = {"organization_id": world.id}
        return [
            list(model.objects.filter(**mine).order_by("id").values())
            for model in (
                Payer,
                Contact,
                ConsentTemplate,
                Service,
                Draft,
                Document,
                Standing,
                Payment,
                Refund,
                RefundCase,
                Reminder,
                WriteOff,
                Letter,
                BankFile,
                Entry,
                Booking,
                Series,
                WorkingWeek,
                OtherHours,
                ClosedDays,
                KeptAnswer,
            )
        ]


@pytest.mark.parametrize(("name", "method", "path"), ENDPOINTS)
def test_nobody_gets_nothing(
    furnished: World, clock: Clock, name: str, method: str, path: str
) -> None:
    before = traces(furnished)
    path = address(path, things(furnished.id))
    answer = Caller().call(method, path, BODIES.get(name))
    assert (answer.status, answer.body["code"]) == (401, "token_required")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert traces(furnished) == before


@pytest.mark.parametrize(("name", "method", "path"), WITH_ID)
def test_what_is_anothers_is_absent(
    furnished: World, stranger: Caller, clock: Clock, name: str, method: str, path: str
) -> None:
    before = traces(furnished)
    answer = stranger.call(method, address(path, things(furnished.id)), BODIES.get(name))
    assert (answer.status, answer.body["code"]) == (404, "absent")
    assert traces(furnished) == before


@pytest.fixture(scope="module")
def stranger() -> Caller:
    return caller(found())


@pytest.mark.parametrize(("name", "method", "path"), WITH_ID)
def test_what_never_was_is_absent(
    stranger: Caller, clock: Clock, name: str, method: str, path: str
) -> None:
    for id_ in (str(uuid.uuid4()), "1", "not-an-id", "%00", "..", "é"):
        ids = dict.fromkeys(re.findall(r"{(\w+)}", path), id_)
        answer = stranger.call(method, address(path, ids), BODIES.get(name))
        assert (answer.status, answer.body["code"]) == (404, "absent"), id_


READ_OTHERWISE = {
    "get_client_export": 403,
    "get_pending_credit_note_pdf": 404,
    "list_consents": 403,
}
"""What is not there yet, and what of clients is not for all who read."""


@pytest.mark.parametrize(("name", "method", "path"), READS)
@pytest.mark.parametrize("how", ["reader", "read-only token"])
def test_a_reader_reads(
    furnished: World, clock: Clock, how: str, name: str, method: str, path: str
) -> None:
    who = readers(furnished)[how]
    path = address(path + QUERIES.get(name, ""), things(furnished.id))
    answer = who.call(method, path, BODIES.get(name))
    assert answer.status == READ_OTHERWISE.get(name, 200)


OF_CUSTOMER_SERVICE = ("post_approval", "post_refusal")
"""What members cannot tell from what is not there."""


@pytest.mark.parametrize(("name", "method", "path"), DEEDS)
@pytest.mark.parametrize("how", ["reader", "read-only token"])
def test_a_reader_does_nothing(
    furnished: World, clock: Clock, how: str, name: str, method: str, path: str
) -> None:
    before = traces(furnished)
    who = readers(furnished)[how]
    answer = who.call(
        method, address(path, things(furnished.id)), BODIES.get(name), Idempotency_Key="k"
    )
    refused = (404, "absent") if name in OF_CUSTOMER_SERVICE else (403, "not_allowed")
    assert (answer.status, answer.body["code"]) == refused
    assert name in OF_CUSTOMER_SERVICE or answer.codes == ["not_allowed"]
    assert traces(furnished) == before


def test_a_refused_token_learns_which_scope_it_lacks(furnished: World, clock: Clock) -> None:
    client = {"kind": "person", "name": "Donald Duck", "language": "en"}
    said = {
        how: each.post("/clients", client).body["blockers"][0]
        for how, each in readers(furnished).items()
    }
    assert said["reader"]["message"] == "Your role does not allow this."
    assert said["reader"]["remedy"] == "Ask an administrator of your organization."
    assert said["read-only token"]["message"] == (
        "This token can only read: it does not have the scope write."
    )
    assert said["read-only token"]["remedy"] == (
        "Make a token with the scope write: in the settings, or by storno token create."
    )


_readers: dict[uuid.UUID, dict[str, Caller]] = {}


def readers(world: World) -> dict[str, Caller]:
    if world.id not in _readers:
        _readers[world.id] = {
            "reader": caller(world, world.bob),
            "read-only token": caller(world, scopes=("read",)),
        }
    return _readers[world.id]


def test_a_token_ends(world: World, clock: Clock) -> None:
    brief = caller(world, expires_at=clock.now + timedelta(seconds=1))
    assert brief.get("/organization").status == 200
    clock.now += timedelta(seconds=1)
    assert brief.get("/organization").status == 401
    alice = caller(world)
    token = ApiToken.objects.filter(membership__organization_id=world.id).latest("id")
    revoke_token(token.id, who=system(world.id), at=clock.now)
    assert alice.get("/organization").status == 401


def test_who_left_is_nobody(world: World, clock: Clock) -> None:
    alice = caller(world)
    world.alice.is_active = False
    world.alice.save()
    assert alice.get("/organization").status == 401


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer storno_",
        "Bearer storno_" + "x" * 43,
        "Bearer storno_" + "x" * 100_000,
        "Bearer storno_é",
        "Bearer \x00",
        "Basic YWxpY2U6eA==",
        "storno_x",
    ],
)
def test_a_made_up_token_is_none(world: World, clock: Clock, header: str) -> None:
    answer = Caller(headers={"Authorization": header}).get("/organization")
    assert (answer.status, answer.body["code"]) == (401, "token_required")


def test_a_session_is_no_token(world: World, clock: Clock) -> None:
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(world.alice, backend="storno.web.sign_in.backend.SignIn")
    answer = _answer(browser.get("/api/v1/organization"))
    assert (answer.status, answer.body["code"]) == (401, "token_required")


def test_a_call_with_a_token_needs_no_csrf_token_and_sets_no_cookie(
    world: World, clock: Clock
) -> None:
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    response = strict.post(
        "/api/v1/clients",
        {"kind": "person", "name": "Minnie", "language": "en"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {caller(world).token}"},
    )
    assert response.status_code == 201
    assert not response.cookies
    assert response["Cache-Control"] == "no-store"


def test_a_token_acts_in_its_own_organization_only(world: World, clock: Clock) -> None:
    other = found()
    assert caller(world).get("/organization").body["id"] == str(world.id)
    assert caller(other).get("/organization").body["id"] == str(other.id)
    assert [c["id"] for c in caller(other).get("/clients").body["items"]] == [str(other.daisy.id)]
    assert clock.now > FOUNDED
