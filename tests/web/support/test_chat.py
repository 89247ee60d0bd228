"""The chat on pages and at the terminal: from the refused cancel to the answer."""

import json
from datetime import datetime

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile

from storno.cli.desk import command as desk
from storno.cli.staff import command as staff
from storno.core.ids import new_id
from storno.staff.enlist import dismiss
from storno.support.talk import Said, answer, begin, write
from tests.conftest import Clock
from tests.deeds import pay
from tests.support.test_talk import staff_in
from tests.web.papers.member import Member
from tests.world import found


def run(command: object, *words: str) -> str:
    done = CliRunner().invoke(command, words)  # type: ignore[arg-type]
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout


def test_from_the_refused_cancel_to_the_answer(at: datetime, clock: Clock) -> None:
    world, email = found(paid_credit="desk"), f"sam-{new_id().hex}@example.com"
    run(staff, "create", email, "--role", "agent")
    invoice = world.invoice(at=at)
    pay(world, invoice, 125_500, at=at)
    alice = Member(world)
    refused = alice.get("invoice_credit", invoice.id)
    way_out = f"{alice.url('conversation_new')}?invoice={invoice.id}"
    assert f'<a href="{way_out}">Open chat</a>' in refused.html
    form = alice.get("conversation_new", invoice=str(invoice.id))
    assert "About invoice 2026-0001" in form.text
    assert "weekdays from 8 to 16 (Helsinki)" in form.text
    wrong = alice.post("conversation_new", text=" ", invoice=str(invoice.id))
    assert (wrong.status, "Write something, or choose a file." in wrong.text) == (422, True)

    receipt = SimpleUploadedFile("receipt.pdf", b"%PDF-1.7 receipt")
    sent = alice.client.post(
        alice.url("conversation_new"),
        {"text": "I paid Daisy back", "attachments": receipt, "invoice": str(invoice.id)},
        follow=True,
    )
    page = sent.content.decode()
    assert "I paid Daisy back" in page
    path = sent.redirect_chain[-1][0]
    link = page.partition("download>")[0].rpartition('href="')[2].partition('"')[0]
    file = alice.client.get(link)
    assert file.content == b"%PDF-1.7 receipt"
    assert file.headers["Content-Disposition"] == 'attachment; filename="receipt.pdf"'
    assert file.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert alice.get("conversation_new", invoice=str(invoice.id)).status == 302

    waits = run(desk, "conversation", "list")
    (id_,) = [line.split()[0] for line in waits.splitlines() if world.organization.slug in line]
    assert "I paid Daisy back receipt.pdf" in run(desk, "conversation", "show", id_, "--as", email)
    answer = (desk, "conversation", "answer", id_)
    run(*answer, "A colleague knows", "--as", email, "--internal", "--version", "1")
    run(*answer, "Thank you, we see to it", "--as", email, "--version", "2")
    assert world.organization.slug not in run(desk, "conversation", "list")
    listed = alice.get("conversations")
    assert "1 unread" in listed.text
    read = alice.client.get(path).content.decode()
    assert "Thank you, we see to it" in read
    assert "A colleague knows" not in read
    assert "unread" not in alice.get("conversations").text

    run(desk, "conversation", "close", id_, "--as", email, "--version", "3")
    assert "This conversation is closed." in alice.client.get(path).content.decode()
    dismiss(email, at=at)
    done = CliRunner().invoke(desk, ["conversation", "show", id_, "--as", email])
    assert done.exit_code != 0


@pytest.mark.parametrize("paid_credit", ["members", "desk"])
def test_the_way_to_customer_service_is_there_where_it_does_something(
    paid_credit: str, at: datetime, clock: Clock
) -> None:
    world = found(paid_credit=paid_credit)
    there = "Customer service" in Member(world).get("home").html
    assert there is (paid_credit == "desk")
    told = Member(world).get("conversations")
    assert ("Open chat" in told.text) is (paid_credit == "desk")


def test_a_long_talk_is_shown_in_stretches_and_counted_in_the_menu(
    at: datetime, clock: Clock
) -> None:
    world = found(paid_credit="desk")
    invoice = world.invoice(at=at)
    asked = begin(Said("Question 0."), invoice_id=invoice.id, who=world.who(), at=at)
    for number in range(1, 51):
        write(asked.id, Said(f"Question {number}."), who=world.who(), at=at)
    sam = staff_in(world)
    for number in range(2):
        answer(asked.id, Said("Yes."), version=51 + number, who=sam, at=at)
    alice = Member(world)
    assert '<span>Customer service</span><span class="count">2</span>' in alice.get("home").html
    assert '<span>More</span><span class="count">2</span>' in alice.get("home").html
    assert "Customer service has written: 2 new messages Read" in alice.get("home").text
    menu = alice.get("invoice", invoice.id).html
    assert f'href="{alice.url("conversation_new")}?invoice={invoice.id}"' in menu

    last = alice.get("conversation", asked.id)
    assert ("Question 2." in last.text, "Question 3." in last.text) == (False, True)
    assert ("every 5s" in last.html, "Send message" in last.text) == (True, True)
    assert '<span class="count">' not in last.html
    assert "Customer service has written" not in alice.get("home").text
    before = last.html.partition("?before=")[2].partition("#")[0]
    first = alice.get("conversation", asked.id, before=before)
    assert ("Question 2." in first.text, "Question 3." in first.text) == (True, False)
    assert ("every 5s" in first.html, "Send message" in first.text) == (False, False)
    assert "To the last message" in first.text
    assert alice.get("conversation", asked.id, before="x").status == 404


def test_the_list_at_the_terminal_shows_what_is_answered_and_hands_it_over(
    at: datetime, clock: Clock
) -> None:
    world, email = found(), f"sam-{new_id().hex}@example.com"
    run(staff, "create", email, "--role", "agent")
    asked = begin(Said("Hello?"), who=world.who(), at=at)
    as_sam, verb = (str(asked.id), "--as", email, "--version"), (desk, "conversation")
    assert run(*verb, "hand", *as_sam, "1", "--to", email) == "Handed over.\n"
    late = CliRunner().invoke(
        desk, ["conversation", "answer", *as_sam[:1], "Yes", *as_sam[1:], "1"]
    )
    assert (late.exit_code, "meanwhile" in late.stderr) == (3, True)
    run(*verb, "answer", *as_sam[:1], "Yes", *as_sam[1:], "2")
    assert f"{asked.id}  {world.organization.slug}  -  {email}" in run(
        *verb, "list", "--part", "answered"
    )
    shown = json.loads(run(*verb, "show", str(asked.id), "--as", email, "--json"))
    assert (shown["version"], shown["closed"], shown["earlier"]) == (3, False, None)
    assert [each["text"] for each in shown["messages"]] == ["Hello?", "Yes"]
    assert run(*verb, "close", *as_sam, "3") == "Closed.\n"
    assert str(asked.id) in run(*verb, "list", "--part", "closed")
    assert run(*verb, "reopen", *as_sam, "4") == "Open again.\n"
    assert run(*verb, "hand", *as_sam, "5") == "Put back.\n"
    assert "Version 6\n" in run(*verb, "show", str(asked.id), "--as", email)
