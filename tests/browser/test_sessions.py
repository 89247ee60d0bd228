"""The scripts of the practice in a browser, with what each may become and what must not happen.

From the client or the diary to the credited invoice, and from its draft to what was meant.
"""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from playwright.sync_api import expect

from storno.clients.models import Client
from storno.clients.save import amend_client
from storno.corrections.depart import depart_due
from storno.diary.models import BookingState
from storno.documents.letter import compose_document_letter
from storno.documents.models import Document, Particulars
from storno.mailroom.models import Letter
from storno.mailroom.sms import Sms
from storno.notices.letter import compose_notice
from storno.notices.remind import remind_due
from storno.organizations.models import Channel, Settings
from storno.organizations.scope import scope
from tests.browser.conftest import Visit
from tests.browser.script import DAY, PAST, Script, begin
from tests.conftest import Clock
from tests.deeds import pay
from tests.observe import balances, documents, drafts, everything, letters, stands

FIRST, NOTE, SECOND = ("2026-0001", 119_000), ("2026-K1", 119_000), "2026-0002"
CREDITED = "Credited today by credit note 2026-K1"
A_DRAFT = "This is a draft. It has no number and binds nobody."


def letter_of(script: Script, medium: str) -> Letter:
    """The one letter that left by a medium; in a scope."""
    return Letter.objects.get(organization_id=script.paula.id, medium=medium)


def test_the_common_part(visit: Visit, at: datetime, clock: Clock) -> None:
    """C: both ways to the invoice, the lock, the question, the credit, and the second press."""
    script = begin(visit, at)
    page = script.page
    page.get_by_role("navigation", name="Places").get_by_role("link", name="Clients").click()
    page.get_by_role("link", name="Daisy Duck").click()
    page.locator("main").get_by_role("link", name="Invoices", exact=True).first.click()
    row = page.locator("[data-rows] tr")
    expect(row).to_contain_text("2026-0001")
    expect(row).to_contain_text("Unpaid")
    row.get_by_role("link", name="Daisy Duck").click()
    expect(page.get_by_role("heading", name="Invoice 2026-0001", level=1)).to_be_visible()
    same = page.url

    page.get_by_role("navigation", name="Places").get_by_role("link", name="Diary").click()
    page.get_by_role("link", name="Daisy Duck").click()
    page.get_by_role("link", name="Change", exact=True).click()
    script.reads("Credit the invoice first")
    expect(page.get_by_label("Price")).not_to_be_editable()
    page.get_by_role("link", name="Back").click()
    page.get_by_role("link", name="View Invoice").first.click()
    expect(page).to_have_url(same)

    before = everything(script.paula.world)
    script.more("Credit Invoice")
    expect(script.dialog.get_by_text("Credits invoice 2026-0001")).to_be_visible()
    script.dialog.get_by_role("link", name="Keep the invoice").click()
    expect(script.dialog).not_to_be_visible()
    assert everything(script.paula.world) == before
    colleague = visit(script.paula.world.alice, same)
    colleague.get_by_role("link", name="Credit Invoice").first.click()

    script.credit()
    script.reads(CREDITED)
    note = page.get_by_role("article", name="Kreditnota 2026-K1")
    expect(note).to_contain_text("2026-0001")
    original = page.get_by_role("article", name="Faktura 2026-0001")
    expect(original.get_by_text("Credited by credit note 2026-K1")).to_be_visible()
    places = [paper.bounding_box() for paper in (note, original)]
    assert places[0] and places[1] and places[0]["y"] < places[1]["y"]
    script.lacks("Credit Invoice", "Edit", "Delete")

    dialog = colleague.get_by_role("dialog")
    dialog.get_by_role("button", name="Credit Invoice", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("already been cancelled by a credit note")
    assert script.papers() == [FIRST, NOTE]
    assert stands(script.paula.world, script.invoice) == {"state": "credited", "credited": 119_000}
    assert (len(drafts(script.paula.world)), balances(script.paula.world)) == (1, {})

    page.locator(".story").get_by_role("link", name="See draft").click()
    script.reads(A_DRAFT)
    page.get_by_text("What do I do with the draft after crediting?").click()
    script.reads("Open the menu of the draft, choose “Delete” and then “Cancel booking”.")
    script.go(f"/diary/{script.session.id}/change/")
    expect(page.get_by_label("Price")).to_have_value("1190.00")
    expect(page.get_by_label("Price")).to_be_editable()


def test_the_common_part_with_a_hold(visit: Visit, at: datetime, clock: Clock) -> None:
    """C with a hold: no number until it goes, and Undo leaves nothing behind."""
    script = begin(visit, at)
    world = script.paula.world
    with scope(world.id):
        Settings.objects.filter(organization_id=world.id).update(hold_seconds=1200)
    script.go(f"/invoices/{script.invoice.id}/")
    script.credit()
    script.reads("Being credited. Nothing has been sent yet.")
    script.reads("Will be sent at 11:32.")
    assert (script.papers(), len(drafts(world))) == ([FIRST], 1)
    expect(script.page.get_by_role("link", name="See draft").first).to_be_visible()
    script.page.locator(".hold").get_by_role("button", name="Undo", exact=True).click()
    expect(script.page.get_by_role("link", name="Credit Invoice").first).to_be_visible()
    assert drafts(world) == []
    clock.now = at + timedelta(minutes=20)
    assert depart_due(world.id, at=clock.now) == 0
    assert (script.papers(), letters(world)) == ([FIRST], [])
    assert balances(world) == {"AR": 119_000, "SALES[O,0]": -119_000}


def test_wrong_recipient(visit: Visit, at: datetime, clock: Clock) -> None:
    """Scenario 0: the employer pays, in its own way, and reads initials."""
    script = begin(visit, at)
    paula, page = script.paula, script.page
    employer = paula.company()
    by_mail = partial(replace, channel=Channel.EMAIL)
    amend_client(employer.id, by_mail, who=paula.world.who(), at=at)
    draft = script.credited()
    page.evaluate("htmx.config.defaultSettleDelay = 400")  # one types before it listens
    page.get_by_role("link", name="Change Recipient").first.click()
    script.dialog.get_by_role("searchbox").fill("duck ind")
    script.dialog.get_by_role("button", name=employer.name).click()
    expect(page.get_by_role("heading", name=f"Draft for {employer.name}")).to_be_visible()
    expect(page.get_by_role("article").get_by_text("60 min, D. D.").first).to_be_visible()
    page.get_by_role("button", name="Finalize Invoice").click()
    expect(page.get_by_role("heading", name="Invoice 2026-0002", level=1)).to_be_visible()
    assert letters(paula.world) == [("document", "invoices@example.com")]
    with scope(paula.id):
        papers = Document.objects.filter(organization_id=paula.id).order_by("id")
        recipients = {each.number: each.recipient_id for each in papers}
        parts = Particulars.objects.get(organization_id=paula.id, document__number=SECOND).parts
        subject = compose_document_letter(letter_of(script, "email")).subject
    assert recipients == {
        "2026-0001": paula.daisy.id,
        "2026-K1": paula.daisy.id,
        SECOND: employer.id,
    }
    assert "Daisy" not in str(parts)
    assert "60 min" not in subject
    script.lacks("Change Recipient", "Change Price")
    script.go(draft)
    expect(page.get_by_role("heading", name="Invoice 2026-0002", level=1)).to_be_visible()


def test_wrong_price(visit: Visit, at: datetime, clock: Clock) -> None:
    """Scenario 1: nothing that is no price is taken, and 1190 becomes 990 everywhere."""
    script = begin(visit, at)
    paula, page = script.paula, script.page
    with scope(paula.id):
        Client.objects.filter(organization_id=paula.id).update(
            phone="+47 400 00 123", country="NO", language="en"
        )
    draft = script.credited()
    page.get_by_role("link", name="Change Price").first.click()
    price = script.dialog.get_by_label("Price")
    expect(price).to_have_value("1190.00")
    expect(price).to_be_focused()
    change = script.dialog.get_by_role("button", name="Change", exact=True)
    for wrong, said in (("-1", "not negative"), ("free", "Enter a number, like")):
        price.fill(wrong)
        change.click()
        expect(script.dialog.locator(".field.wrong")).to_contain_text(said)
        expect(price).to_have_value(wrong)
    assert script.price() == 119_000
    price.fill("990")
    change.click()
    script.reads("The price is changed.")
    expect(page.get_by_role("article").get_by_text(re.compile("990[.,]00")).first).to_be_visible()
    assert (script.price(), script.papers()) == (99_000, [FIRST, NOTE])

    page.get_by_role("button", name="Finalize Invoice").click()
    expect(page.get_by_role("heading", name="Invoice 2026-0002", level=1)).to_be_visible()
    script.lacks("Change Price", "Change Recipient")
    assert (letters(paula.world), script.papers()[1:]) == ([], [(SECOND, 99_000), NOTE])
    final = page.url
    script.go(f"{draft}price/")
    expect(page).to_have_url(final)
    page.get_by_role("link", name="Send Payment Notification").first.click()
    script.dialog.get_by_role("button", name="Send Payment Notification").click()
    script.reads("The payment notification is on its way.")
    assert letters(paula.world) == [
        ("payment_notification", "daisy@example.com"),
        ("payment_notification", "+4740000123"),
    ]
    with scope(paula.id):
        written = compose_notice(letter_of(script, "sms"))
    assert isinstance(written, Sms)
    invoice, link = page.url, re.search(r"/i/\S+", written.text)
    assert link is not None
    page.goto(link[0])
    expect(page.get_by_text(re.compile("990[.,]00")).first).to_be_visible()
    page.goto(invoice)
    page.get_by_role("link", name="Register payment").first.click()
    script.dialog.get_by_role("button", name="Register payment").click()
    script.reads("Paid today")
    chain = page.locator(".chain")
    for paper in ("Invoice 2026-0001", "Credit note 2026-K1", "Invoice 2026-0002"):
        expect(chain).to_contain_text(paper)
    assert balances(paula.world) == {"BANK": 99_000, "SALES[O,0]": -99_000}


def test_free_of_charge_and_dearer(visit: Visit, at: datetime, clock: Clock) -> None:
    """Scenario 1, its variants: what costs nothing asks for nothing."""
    for price, label in (
        ("0", "Nothing to pay"),
        ("1390", "Issued today, not sent yet, due in 14 days"),
    ):
        script = begin(visit, at)
        script.credited("price/")
        script.page.get_by_label("Price").fill(price)
        script.page.get_by_role("button", name="Change", exact=True).click()
        script.page.get_by_role("button", name="Finalize Invoice").click()
        expect(script.page.get_by_role("heading", name="Invoice 2026-0002")).to_be_visible()
        script.reads(label)
        assert script.price() == int(price) * 100
        asks = script.page.get_by_role("link", name="Send Payment Notification")
        if price == "0":
            expect(asks).to_have_count(0)
            assert remind_due(script.paula.id, at=at + 42 * DAY) == 0
        else:
            expect(asks.first).to_be_visible()
        assert letters(script.paula.world) == []


def test_a_session_to_be_cancelled(visit: Visit, at: datetime, clock: Clock) -> None:
    """Scenario 2: draft and booking go, the client is told once, and the papers stay."""
    script = begin(visit, at)
    paula, page = script.paula, script.page
    draft = script.credited()
    script.more("Delete")
    script.dialog.get_by_label("Cancel booking").check()
    tell = script.dialog.get_by_label("If it is cancelled, send a message about it")
    expect(tell).not_to_be_checked()
    tell.check()
    script.dialog.get_by_role("button", name="Delete", exact=True).click()
    script.reads("The booking is cancelled, and its time is free again.")
    assert (script.papers(), balances(paula.world)) == ([FIRST, NOTE], {})
    assert letters(paula.world) == [("session_cancellation", "daisy@example.com")]
    script.go("/diary/?on=2026-06-15")
    expect(page.get_by_role("link", name="Daisy Duck")).to_have_count(0)
    page.get_by_role("link", name="Show what was cancelled as well").click()
    page.get_by_role("link", name="Daisy Duck").click()
    script.reads("Paula cancelled it today at 11:12.")
    script.go(f"/clients/{paula.daisy.id}/invoices/")
    expect(page.locator("[data-rows]").get_by_text("awaits a decision")).to_have_count(0)
    paula.book(PAST, at=at)
    script.go(f"/invoices/{script.invoice.id}/")
    script.lacks("Delete")
    asks = f"{script.root}{draft}deletion/"
    assert page.request.get(asks).status == 410, "so papers are asked of at the right address"
    for paper in documents(paula.world):
        asks = f"{script.root}/drafts/{paper.id}/deletion/"
        assert page.request.get(asks).status == 404
    script.go(draft)
    expect(page.get_by_role("heading", name="Paula deleted this draft today at")).to_be_visible()
    expect(page.get_by_role("heading", name="What remains")).to_be_visible()


def test_a_session_to_be_kept(visit: Visit, at: datetime, clock: Clock) -> None:
    """Scenario 2, its variant: the session stays without an invoice until a draft is made."""
    script = begin(visit, at)
    script.credited()
    script.more("Delete")
    script.dialog.get_by_label("Keep booking").check()
    script.dialog.get_by_role("button", name="Delete", exact=True).click()
    script.reads("The booking is kept, and nothing bills it.")
    assert drafts(script.paula.world) == []
    assert script.paula.now(script.session).state == BookingState.BOOKED
    script.go_to_session()
    script.page.get_by_role("button", name="Make a draft").click()
    script.reads(A_DRAFT)
    (draft,) = drafts(script.paula.world)
    assert (script.price(), script.papers()) == (119_000, [FIRST, NOTE])
    assert script.page.url.endswith(f"/drafts/{draft.id}/")


def test_the_client_gets_the_money_back(visit: Visit, at: datetime, clock: Clock) -> None:
    """Scenario 4: the question says what is owed back, and the draft still wants a decision."""
    script = begin(visit, at)
    world = script.paula.world
    pay(world, script.invoice, 119_000, at=at)
    script.go(f"/invoices/{script.invoice.id}/")
    script.more("Credit Invoice")
    expect(script.dialog.get_by_text("You owe NOK 1,190.00 back")).to_be_visible()
    script.dialog.get_by_role("button", name="Credit Invoice", exact=True).click()
    script.reads(CREDITED)
    script.reads("You owe NOK 1,190.00 back.")
    assert balances(world) == {"BANK": 119_000, "REFUND": -119_000}
    script.page.get_by_role("link", name="Mark as refunded").click()
    expect(script.dialog.get_by_label("Amount in NOK")).to_have_value("1190.00")
    script.dialog.get_by_label("Refund date").fill("")
    script.dialog.get_by_role("button", name="Mark as refunded").click()
    assert balances(world) == {"BANK": 119_000, "REFUND": -119_000}
    script.dialog.get_by_label("Refund date").fill("2026-06-16")
    script.dialog.get_by_label("Refund method").select_option("bank_transfer")
    script.dialog.get_by_role("button", name="Mark as refunded").click()
    script.reads("Refunded today: NOK 1,190.00 went back")
    script.reads("16 June 2026, bank transfer")
    expect(script.page.get_by_role("link", name="Mark as refunded")).to_have_count(0)
    assert balances(world) == {}
    script.go("/")
    script.reads("The draft for Daisy Duck awaits a decision")
    script.reads("Finish the draft, invoice it externally or delete it.")


def test_one_pass_cancels_the_session_and_says_that_the_money_has_gone_back(
    visit: Visit, at: datetime, clock: Clock
) -> None:
    """`next` in the dialog, and beside it what has become of the money."""
    script = begin(visit, at)
    pay(script.paula.world, script.invoice, 119_000, at=at)
    script.go(f"/invoices/{script.invoice.id}/")
    script.more("Credit Invoice")
    day = script.dialog.get_by_label("Refund date")
    expect(day).to_be_hidden()
    script.dialog.get_by_label("Cancel the booking; its time is free again").check()
    script.dialog.get_by_label("It has been paid back already: mark it as refunded").check()
    expect(day).to_have_value("2026-06-16")
    expect(script.dialog.get_by_text("NOK 1,190.00 is marked as paid back on")).to_be_visible()
    script.dialog.get_by_role("button", name="Credit Invoice", exact=True).click()
    script.reads("Refunded today: NOK 1,190.00 went back")
    script.go_to_session()
    script.reads("Paula cancelled it today at")
    assert (balances(script.paula.world), drafts(script.paula.world)) == ({}, [])


def test_one_guided_pass_cancels_the_session(visit: Visit, at: datetime, clock: Clock) -> None:
    """`next` in the dialog does the same, and the documents are the same."""
    script = begin(visit, at)
    script.go(f"/invoices/{script.invoice.id}/")
    script.more("Credit Invoice")
    script.dialog.get_by_label("Why is it credited?").select_option("cancelled")
    script.dialog.get_by_label("Cancel the booking; its time is free again").check()
    script.dialog.get_by_role("button", name="Credit Invoice", exact=True).click()
    script.reads(CREDITED)
    script.go_to_session()
    script.reads("Paula cancelled it today at")
    assert (script.papers(), drafts(script.paula.world)) == ([FIRST, NOTE], [])
