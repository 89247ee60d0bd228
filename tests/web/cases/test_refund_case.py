"""A paid invoice on pages: from its menu to the returned taxes, customer service at a terminal."""

import json
from datetime import datetime

from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from storno.cases.ask import ask_for_refund
from storno.cases.models import RefundCase
from storno.cases.queries import cases_in_queue
from storno.cli.desk import command as desk
from storno.corrections.credit import credit_invoice
from storno.corrections.depart import depart_credit
from storno.matching.match import undo_match
from storno.organizations.models import Membership
from storno.organizations.roles import Role
from storno.organizations.scope import scope
from storno.staff.enlist import enlist
from storno.staff.models import StaffRole
from tests.cases.test_cases import entries_of, paid, request
from tests.conftest import Clock
from tests.custody.house import the_operator
from tests.custody.test_cross import desk as operators
from tests.custody.test_cross import key
from tests.deeds import HOLD
from tests.observe import everything, stands
from tests.web.cast import member_as
from tests.web.papers.member import Member
from tests.world import World


def run(*words: str) -> str:
    done = CliRunner().invoke(desk, ["refund-case", *words])
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout


def test_from_the_menu_to_the_returned_taxes(at: datetime, clock: Clock) -> None:
    world, invoice = paid(at, "hold_seconds=1200")
    email = f"sam-{key()}@example.com"
    enlist(email, StaffRole.AGENT, at=at)
    alice = Member(world)
    path = alice.url("refund_case_new", invoice.id)
    assert path in alice.get("invoice", invoice.id).html
    form = alice.get("refund_case_new", invoice.id)
    assert "Amount €1,255.00 Paid by Daisy Duck" in form.text
    assert "Their account FI14 1009 3000 1234 58 Copy FI14" in form.text
    assert 'data-copy="FI1410093000123458"' in form.html
    assert "is to be paid back" not in alice.get("home").text, "nothing was asked yet"
    assert "Refund of invoice 2026-0001" in form.text
    assert "You will get 455.00\u00a0€ back" in form.text.replace("€455.00", "455.00\u00a0€")
    opened = alice.client.post(path, follow=True)
    case_path = opened.redirect_chain[-1][0]
    assert "Pay the money back, then confirm it below." in opened.content.decode()
    waits = "The money of invoice 2026-0001 is to be paid back Pay the money back, then confirm it"
    assert waits in alice.get("home").text
    assert case_path in alice.get("home").html
    assert case_path in alice.get("invoice", invoice.id).html
    assert alice.client.get(path).headers["Location"] == case_path
    assert "is to be paid back" not in member_as(world, "reader").get("home").text

    before = everything(world)
    less = {"amount": "1254.99", "paid_on": "2026-06-16", "way": "bank_transfer"}
    wrong = alice.client.post(case_path, less)
    assert wrong.status_code == 422
    assert "neither more nor less" in wrong.content.decode()
    assert 'value="1254.99"' in wrong.content.decode()
    program = SimpleUploadedFile("receipt.pdf", b"<html>")
    bad = alice.client.post(case_path, less | {"amount": "1255.00", "receipt": program})
    assert (bad.status_code, "only PDF, pictures" in bad.content.decode()) == (422, True)
    assert everything(world) == before

    receipt = SimpleUploadedFile("receipt.pdf", b"%PDF-1.7 receipt")
    said = less | {"amount": "1255.00", "receipt": receipt}
    done = alice.client.post(case_path, said, follow=True)
    assert "Customer service checks what you have confirmed." in done.content.decode()
    assert "is to be paid back" not in alice.get("home").text, "it is the others' turn"
    assert "Correct what you have confirmed" in done.content.decode()
    with scope(world.id):
        case = RefundCase.objects.get(organization_id=world.id)
    assert str(case.id) in run("list")
    shown = json.loads(run("show", str(case.id), "--as", email, "--json"))
    assert shown["payers"] == ["Daisy Duck FI1410093000123458"]
    run("approve", str(case.id), "--as", email, "--version", str(shown["version"]))
    assert "It is checked." in alice.client.get(case_path).content.decode()
    depart_credit(invoice.id, organization_id=world.id, at=at + HOLD)
    clock.now = at + HOLD
    assert "comes back to you with the next payout" in alice.client.get(case_path).content.decode()
    assert stands(world, invoice)["state"] == "credited"


def test_a_declined_case_says_why_and_another_one_is_opened(at: datetime, clock: Clock) -> None:
    world, invoice = paid(at)
    email = f"sam-{key()}@example.com"
    enlist(email, StaffRole.AGENT, at=at)
    alice = Member(world)
    path = alice.url("refund_case_new", invoice.id)
    case_path = alice.client.post(path).headers["Location"]
    case_id = case_path.rstrip("/").rpartition("/")[2]
    run("decline", case_id, "--as", email, "--reason", "It was paid to somebody else.")
    page = alice.client.get(case_path).content.decode()
    assert "It was paid to somebody else." in page
    assert "Open another one" in page
    second = alice.client.post(path).headers["Location"]
    assert second != case_path
    alice.client.post(f"{second}end/")
    assert "You have taken this refund case back." in alice.client.get(second).content.decode()
    assert "is to be paid back" not in alice.get("home").text
    assert "The refund case of this invoice" not in alice.get("invoice", invoice.id).text


def test_nothing_paid_nothing_to_ask(at: datetime, clock: Clock) -> None:
    world, _invoice = paid(at)
    unpaid = world.invoice(at=at)
    alice = Member(world)
    assert alice.url("refund_case_new", unpaid.id) not in alice.get("invoice", unpaid.id).html
    refused = alice.client.post(alice.url("refund_case_new", unpaid.id))
    assert refused.status_code == 409
    assert "Nothing has been paid on this invoice." in refused.content.decode()


def test_money_that_goes_says_what_to_do(at: datetime, clock: Clock) -> None:
    world, invoice = paid(at, "hold_seconds=0")
    alice = Member(world)
    case_path = alice.client.post(alice.url("refund_case_new", invoice.id)).headers["Location"]
    (entry,) = entries_of(invoice)
    undo_match(entry.id, "of a third", who=operators(), at=at)
    page = alice.client.get(case_path).content.decode()
    assert "Nothing is paid on this invoice any more" in page
    assert 'name="amount"' not in page
    assert "Take the refund case back" in page
    assert "Nothing is paid on its invoice any more" in alice.get("home").text
    credit_invoice(invoice.id, request(), who=world.who(), at=at)
    page = alice.client.get(case_path).content.decode()
    assert "The invoice was cancelled without this refund case, so it is over." in page
    assert "Take the refund case back" not in page
    assert "is to be paid back" not in alice.get("home").text


def test_customer_service_sees_at_home_how_many_cases_wait(at: datetime, clock: Clock) -> None:
    world, invoice = paid(at)
    house = the_operator()
    member = Member(World(house, world.alice, world.bob, world.daisy))
    Membership.objects.create(
        organization=house, person=world.alice, roles=[Role.ADMINISTRATOR], since=at
    )
    seen = member.get("home")
    assert "refund case" not in seen.text
    assert "New invoice" not in seen.text
    enlist(world.alice.email, StaffRole.AGENT, at=at)
    before = [each.confirmed_at is not None for each in cases_in_queue()]
    ask_for_refund(invoice.id, who=world.who(), at=at)
    checks, waits = before.count(True), before.count(False) + 1
    seen = member.get("home")
    assert f"{checks} refund case" in seen.text
    assert f"In {waits} more the seller pays the money back first." in seen.text
    assert reverse("desk_cases") in seen.html
