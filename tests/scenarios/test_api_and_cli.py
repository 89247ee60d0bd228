"""The seeds' stories as programs tell them: through the API, and on the command line."""

import json
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from storno.cli.invoice import command
from storno.corrections.depart import depart_due
from storno.documents.models import Kind
from storno.organizations.models import Channel, Settings
from storno.organizations.scope import scope
from storno.tax.category import TaxCategory
from tests.api.caller import Caller, caller, line, member
from tests.conftest import Clock
from tests.deeds import pay
from tests.observe import everything, letters, numbers
from tests.world import World, found
from tests.world import line as entered

CANCEL = {"reason": "cancelled"}
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
SESSION = {"description": "60 min", "unit_price": "1190.00", "tax_category": "exempt"}
TO_DAISY = ("document", "daisy@example.com")


@pytest.fixture(autouse=True, scope="module")
def static_folder() -> None:
    """The folder of static files, whose absence would be warned of."""
    from django.conf import settings

    settings.STATIC_ROOT.mkdir(exist_ok=True)


@pytest.fixture
def world() -> World:
    return found()


@pytest.fixture
def alice(world: World, clock: Clock) -> Caller:
    return caller(world)


def issued(who: Caller, world: World, **more: Any) -> str:
    """The id of an invoice that left at once."""
    draft = who.post("/drafts", {"recipient": str(world.daisy.id), "lines": [line(**more)]})
    answer = who.post(f"/drafts/{draft.body['id']}/finalisation", {"now": True})
    assert answer.status == 201
    return str(answer.body["document"]["id"])


def chain(who: Caller, invoice: str) -> list[tuple[str, str | None, str]]:
    """The papers that hang together: kind, number, state."""
    shown = who.get(f"/invoices/{invoice}").body["chain"]
    return [(link["kind"], link["number"], link["state"]) for link in shown]


# --- An unpaid order is cancelled (light entrepreneur) -------------------------------------------


def test_by_api_cancelled_and_undone_at_19_59(alice: Caller, world: World, clock: Clock) -> None:
    invoice = issued(alice, world)
    before = {**alice.get(f"/invoices/{invoice}").body}
    credit, pending = (
        f"/invoices/{invoice}/credit-notes",
        f"/invoices/{invoice}/credit-notes/pending",
    )
    held = alice.post(credit, CANCEL)
    assert (held.status, held.body) == (
        202,
        {
            "state": "held",
            "goes_at": "2026-06-16T09:32:00Z",
            "payable": "1255.00",
            "next_draft": None,
        },
    )
    clock.now += 5 * MINUTE
    stale = alice.post(credit, CANCEL)
    assert (stale.status, stale.body) == (202, held.body)
    clock.now += 15 * MINUTE - SECOND
    depart_due(world.id, at=clock.now)
    assert alice.delete(pending).status == 204
    assert alice.get(f"/invoices/{invoice}").body == before
    assert letters(world) == [TO_DAISY]
    assert numbers(world) == ["2026-0001"]
    refused = alice.delete(pending)
    assert (refused.status, refused.codes) == (409, ["nothing_to_undo"])


def test_by_api_too_late_at_20_00_though_the_worker_sleeps(
    alice: Caller, world: World, clock: Clock
) -> None:
    invoice = issued(alice, world)
    assert alice.post(f"/invoices/{invoice}/credit-notes", CANCEL).status == 202
    clock.now += 20 * MINUTE
    refused = alice.delete(f"/invoices/{invoice}/credit-notes/pending")
    assert (refused.status, refused.codes) == (409, ["too_late_to_undo"])
    assert chain(alice, invoice) == [
        ("invoice", "2026-0001", "credited"),
        ("credit_note", "2026-K1", "issued"),
    ]
    again = alice.post(f"/invoices/{invoice}/credit-notes", CANCEL)
    assert (again.status, again.codes) == (409, ["already_credited"])
    assert letters(world) == [TO_DAISY, TO_DAISY]
    before = everything(world)
    depart_due(world.id, at=clock.now)
    assert everything(world) == before


def test_by_api_a_payment_in_the_window_keeps_the_invoice(
    alice: Caller, world: World, clock: Clock
) -> None:
    invoice = issued(alice, world)
    assert alice.post(f"/invoices/{invoice}/credit-notes", CANCEL).status == 202
    clock.now += 20 * MINUTE - SECOND
    paid = {"amount": "1255.00", "paid_on": "2026-06-16", "method": "bank_transfer"}
    assert alice.post(f"/invoices/{invoice}/payments", paid).status == 201
    clock.now += 5 * MINUTE
    depart_due(world.id, at=clock.now)
    shown = alice.get(f"/invoices/{invoice}").body
    assert (shown["state"], shown["open"], shown["owed_back"]) == ("paid", "0.00", "0.00")
    assert chain(alice, invoice) == [("invoice", "2026-0001", "paid")]
    assert letters(world) == [TO_DAISY, ("credit_stopped", world.alice.email)]


def test_by_api_a_payment_at_the_deadline_is_owed_back(
    alice: Caller, world: World, clock: Clock
) -> None:
    invoice = issued(alice, world)
    assert alice.post(f"/invoices/{invoice}/credit-notes", CANCEL).status == 202
    clock.now += 20 * MINUTE
    paid = {"amount": "1255.00", "paid_on": "2026-06-16", "method": "bank_transfer"}
    assert alice.post(f"/invoices/{invoice}/payments", paid).status == 201
    shown = alice.get(f"/invoices/{invoice}").body
    assert (shown["open"], shown["owed_back"]) == ("0.00", "1255.00")
    assert numbers(world, Kind.CREDIT_NOTE) == ["2026-K1"]


# --- The same on the command line ----------------------------------------------------------------


def storno(world: World, *words: str) -> tuple[int, Any]:
    """The exit code of `storno invoice …` as Alice, and its JSON; the sentence where it failed."""
    given = ["--organization", world.organization.slug, "--as", world.alice.email, "--json"]
    done = CliRunner().invoke(command, [*words, *given])
    return done.exit_code, json.loads(done.stdout) if done.exit_code == 0 else done.stderr


def test_on_the_command_line_cancelled_and_undone(world: World, clock: Clock) -> None:
    invoice = world.invoice(at=clock.now)
    shown = {
        "id": str(invoice.id),
        "number": "2026-0001",
        "state": "sent",
        "state_label": "Sent",
        "goes_at": None,
        "issued_on": "2026-06-16",
        "due_on": "2026-06-30",
        "currency": "EUR",
        "payable": "1255.00",
        "open": "1255.00",
        "owed_back": "0.00",
        "stopped": [],
        "chain": [
            {
                "kind": "invoice",
                "id": str(invoice.id),
                "number": "2026-0001",
                "state": "sent",
                "state_label": "Sent",
                "payable": "1255.00",
                "goes_at": None,
            }
        ],
    }
    assert storno(world, "show", "2026-0001") == (0, shown)
    held = (0, {"state": "held", "goes_at": "2026-06-16T09:32:00+00:00", "draft": None})
    assert storno(world, "credit", "2026-0001") == held
    clock.now += 19 * MINUTE
    assert storno(world, "credit", "2026-0001") == held
    code, cancelling = storno(world, "show", "2026-0001")
    departure = "2026-06-16T09:32:00+00:00"
    assert (code, cancelling["state"], cancelling["goes_at"]) == (0, "cancelling", departure)
    assert [link["goes_at"] for link in cancelling["chain"]] == [departure, departure]
    assert [link["state"] for link in cancelling["chain"]] == ["cancelling", "held"]
    clock.now += MINUTE - SECOND
    assert storno(world, "undo", "2026-0001") == (0, {"state": "undone"})
    assert storno(world, "show", "2026-0001") == (0, shown)
    assert storno(world, "undo", "2026-0001")[0] == 3


@pytest.mark.parametrize(
    ("wording", "held", "issued"),
    [("service", "Being cancelled", "Cancelled"), ("practice", "Being credited", "Credited")],
)
def test_the_command_line_speaks_as_the_pages_do(
    wording: str, held: str, issued: str, clock: Clock
) -> None:
    world = found(wording=wording)
    world.invoice(at=clock.now)
    said = "Invoice 2026-0001: "
    departure = "16 June 2026, 12:32"
    assert told(world, "credit") == f"{said}{held}. It can be undone until {departure}.\n"
    assert told(world, "undo") == (
        f"{said}the credit note was taken back; the invoice stays as it was.\n"
    )
    with scope(world.id):
        Settings.objects.filter(organization_id=world.id).update(hold_seconds=0)
    assert told(world, "credit") == f"{said}{issued} by credit note 2026-K1.\n"


def told(world: World, verb: str) -> str:
    """What `storno invoice …` says to Alice about the first invoice."""
    given = ["2026-0001", "--organization", world.organization.slug, "--as", world.alice.email]
    return CliRunner().invoke(command, [verb, *given]).stdout


def test_on_the_command_line_too_late_at_20_00(world: World, clock: Clock) -> None:
    world.invoice(at=clock.now)
    assert storno(world, "credit", "2026-0001")[0] == 0
    clock.now += 20 * MINUTE
    code, said = storno(world, "undo", "2026-0001")
    assert code == 3
    assert said.startswith("Error: It is too late to undo: the credit note has gone out. ")
    code, shown = storno(world, "show", "2026-0001")
    assert (code, shown["state"], shown["open"]) == (0, "credited", "0.00")
    assert [link["number"] for link in shown["chain"]] == ["2026-0001", "2026-K1"]
    assert storno(world, "credit", "2026-0001")[0] == 3
    assert storno(world, "show", "2026-0002")[0] == 3
    assert numbers(world, Kind.CREDIT_NOTE) == ["2026-K1"]


def test_on_the_command_line_a_payment_in_the_window_keeps_the_invoice(
    world: World, clock: Clock
) -> None:
    invoice = world.invoice(at=clock.now)
    assert storno(world, "credit", "2026-0001")[0] == 0
    clock.now += 20 * MINUTE - SECOND
    pay(world, invoice, 125_500, at=clock.now)
    clock.now += 5 * MINUTE
    depart_due(world.id, at=clock.now)
    code, shown = storno(world, "show", "2026-0001")
    assert (code, shown["state"], shown["goes_at"]) == (0, "paid", None)
    assert (shown["open"], shown["owed_back"]) == ("0.00", "0.00")
    assert [link["number"] for link in shown["chain"]] == ["2026-0001"]
    assert told(world, "show").splitlines()[1] == "state      Paid"
    assert storno(world, "undo", "2026-0001") == (
        3,
        (
            "Error: No credit note on this invoice is on its way. "
            "Its page shows what has gone out, and what was taken back.\n"
        ),
    )
    assert letters(world) == [TO_DAISY, ("credit_stopped", world.alice.email)]


# --- A practice credits and goes on with the draft ------------------------------------------------


@pytest.fixture
def practice(clock: Clock) -> World:
    return found(
        country="NO",
        hold_seconds=0,
        after_credit="draft",
        wording="practice",
        default_channel="none",
        vat_on="invoice",
        exemption_reason="Merverdiavgiftsloven § 3-2",
    )


@pytest.fixture
def paula(practice: World) -> Caller:
    return caller(practice, member(practice, "practitioner"))


def session(who: Caller, world: World) -> str:
    return issued(who, world, **SESSION, tax_rate=None)


def credited(who: Caller, invoice: str) -> str:
    """Credit an invoice at once; returns the draft that is ready beside it."""
    done = who.post(f"/invoices/{invoice}/credit-notes", {"reason": "other"})
    assert (done.status, done.body["state"]) == (201, "issued")
    return str(done.body["next_draft"]["id"])


def test_by_api_the_common_part(paula: Caller, practice: World) -> None:
    invoice = session(paula, practice)
    plan = paula.post(f"/invoices/{invoice}/credit-plan").body
    assert (plan["blockers"], plan["totals"]["payable"], plan["next"]) == ([], "1190.00", "draft")
    assert plan["letters"] == []
    assert chain(paula, invoice) == [("invoice", "2026-0001", "sent")]
    draft = credited(paula, invoice)
    assert chain(paula, invoice) == [
        ("invoice", "2026-0001", "credited"),
        ("credit_note", "2026-K1", "issued"),
        ("draft", None, "draft"),
    ]
    shown = paula.get(f"/invoices/{invoice}").body
    assert (shown["open"], shown["credited"], shown["owed_back"]) == ("0.00", "1190.00", "0.00")
    assert paula.get(f"/drafts/{draft}").body["totals"]["payable"] == "1190.00"
    before = everything(practice)
    again = paula.post(f"/invoices/{invoice}/credit-notes", {"reason": "other"})
    assert (again.status, again.codes) == (409, ["already_credited"])
    assert everything(practice) == before
    assert letters(practice) == []


def test_by_api_scenario_0_wrong_recipient(paula: Caller, practice: World) -> None:
    draft = credited(paula, session(paula, practice))
    employer = paula.post(
        "/clients",
        {
            "kind": "company",
            "name": "Employer AS",
            "email": "post@employer.example",
            "language": "nb",
            "business_id": "923609016",
            "address": {
                "street": "Storgata 1",
                "postcode": "0155",
                "city": "Oslo",
                "country": "NO",
            },
        },
    ).body["id"]
    changed = {"recipient": employer, "delivery": {"channel": str(Channel.EMAIL)}}
    assert paula.patch(f"/drafts/{draft}", changed).status == 200
    answer = paula.post(f"/drafts/{draft}/finalisation")
    assert (answer.status, answer.body["document"]["number"]) == (201, "2026-0002")
    assert letters(practice) == [("document", "post@employer.example")]
    document = paula.get(f"/documents/{answer.body['document']['id']}").body
    assert document["totals"]["payable"] == "1190.00"


@pytest.mark.parametrize(("price", "state"), [("990.00", "sent"), ("0.00", "paid")])
def test_by_api_scenario_1_wrong_price(
    paula: Caller, practice: World, price: str, state: str
) -> None:
    invoice = session(paula, practice)
    draft = credited(paula, invoice)
    (old,) = paula.get(f"/drafts/{draft}").body["lines"]
    for wrong in ("-1.00", "free"):
        bad = line(**SESSION | {"unit_price": wrong}, tax_rate=None)
        assert paula.patch(f"/drafts/{draft}", {"lines": [bad]}).status == 422
    assert paula.get(f"/drafts/{draft}").body["lines"] == [old]
    new = line(**SESSION | {"unit_price": price}, tax_rate=None)
    changed = paula.patch(f"/drafts/{draft}", {"lines": [new]})
    assert (changed.status, changed.body["totals"]["payable"]) == (200, price)
    answer = paula.post(f"/drafts/{draft}/finalisation")
    assert answer.status == 201
    second = answer.body["document"]
    assert (second["number"], second["payable"]) == ("2026-0002", price)
    shown = paula.get(f"/invoices/{second['id']}").body
    assert (shown["state"], shown["open"]) == (state, price)
    assert letters(practice) == []
    late = paula.patch(f"/drafts/{draft}", {"lines": [new]})
    assert (late.status, late.codes) == (409, ["already_issued"])
    assert chain(paula, invoice)[0] == ("invoice", "2026-0001", "credited")


def test_on_the_command_line_the_common_part(practice: World, clock: Clock) -> None:
    practice.invoice(entered("1190.00", category=TaxCategory.EXEMPT), at=clock.now)
    code, credited = storno(practice, "credit", "2026-0001", "--reason", "wrong_price")
    assert (code, credited["state"], credited["number"]) == (0, "issued", "2026-K1")
    code, shown = storno(practice, "show", "2026-0001")
    assert (code, shown["state"], shown["open"]) == (0, "credited", "0.00")
    assert [(link["kind"], link["number"]) for link in shown["chain"]] == [
        ("invoice", "2026-0001"),
        ("credit_note", "2026-K1"),
        ("draft", None),
    ]
    assert shown["chain"][2]["id"] == credited["draft"]
    before = everything(practice)
    assert storno(practice, "credit", "2026-0001")[0] == 3
    assert storno(practice, "undo", "2026-0001")[0] == 3
    assert storno(practice, "credit", "2026-0001", "--reason", "anger")[0] == 2
    assert everything(practice) == before
