"""The seed's story in a browser: an unpaid invoice is cancelled, and the cancellation undone."""

from datetime import datetime, timedelta

from playwright.sync_api import Page, expect

from storno.corrections.credit import credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.finalise import finalise_draft
from storno.corrections.settle import register_payment
from storno.documents.models import Document, Draft, Standing, State
from storno.mailroom.models import Letter
from storno.organizations.scope import scope
from storno.payments.models import MoneyKind
from storno.payments.register import PaymentInput
from tests.browser.conftest import Visit
from tests.conftest import Clock
from tests.deeds import CANCELLED
from tests.world import World, found

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def standing_of(world: World, invoice: Document) -> Standing:
    with scope(world.id):
        return Standing.objects.get(organization_id=world.id, id=invoice.id)


def credit_notes(world: World) -> list[Document]:
    with scope(world.id):
        return list(Document.objects.filter(organization_id=world.id, kind="credit_note"))


def papers(world: World, invoice: Document) -> str:
    return f"/o/{world.organization.slug}/invoices/{invoice.id}/"


def cancel(page: Page) -> None:
    """Two clicks from the page: the menu's entry, then the red button."""
    page.locator(".page-head summary").click()
    page.locator(".panel").get_by_role("link", name="Cancel the invoice", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel the invoice", exact=True).click()


def test_an_unpaid_invoice_is_cancelled_and_undone_until_the_last_second(
    visit: Visit, at: datetime, clock: Clock
) -> None:
    world = found()
    invoice = world.invoice(at=at)
    page = visit(world.alice, f"/o/{world.organization.slug}/")
    page.get_by_role("navigation", name="Places").get_by_role("link", name="Invoices").click()
    page.get_by_role("link", name="Daisy Duck").click()
    expect(page.get_by_role("heading", name="Invoice 2026-0001")).to_be_visible()
    expect(page.get_by_text("Sent today, due in 14 days")).to_be_visible()

    page.get_by_role("link", name="Cancel the invoice", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    expect(
        dialog.get_by_text("It gets its number at 12:32 and goes to daisy@example.com.")
    ).to_be_visible()
    expect(dialog.get_by_text("Lasku on peruutettu. Maksettavaa ei ole.")).to_be_visible()
    dialog.get_by_role("button", name="Cancel the invoice", exact=True).click()

    expect(page.get_by_text("Being cancelled. Nothing has been sent yet.")).to_be_visible()
    expect(page.get_by_text("Will be sent at 12:32.")).to_be_visible()
    expect(page.get_by_text("Keep the invoice active. No money moves.")).to_be_visible()
    expect(page.get_by_role("link", name="Cancel the invoice", exact=True)).to_have_count(0)
    page.reload()
    expect(page.get_by_text("Will be sent at 12:32.")).to_be_visible()

    clock.now = at + 20 * MINUTE - SECOND
    page.locator(".hold").get_by_role("button", name="Cancel refund", exact=True).click()
    expect(page.get_by_text("Sent today, due in 14 days")).to_be_visible()
    expect(page.get_by_role("link", name="Cancel the invoice", exact=True).first).to_be_visible()

    standing = standing_of(world, invoice)
    assert (standing.state, standing.cancelling_at) == (State.SENT, None)
    assert credit_notes(world) == []
    with scope(world.id):
        assert Letter.objects.filter(organization_id=world.id).count() == 1


def test_what_was_paid_while_the_dialog_was_open_is_told_before_anything_is_done(
    visit: Visit, at: datetime, clock: Clock
) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    page = visit(world.alice, papers(world, invoice))
    page.get_by_role("link", name="Cancel the invoice", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Nothing is owed back: no money has come in.")).to_be_visible()
    dialog.get_by_label("Why is it cancelled?").select_option("duplicate")
    entered = PaymentInput(125_500, at.date(), MoneyKind.BANK_TRANSFER)
    register_payment(invoice.id, entered, who=world.who(), at=at)
    red = dialog.get_by_role("button", name="Cancel the invoice", exact=True)
    red.click()

    told = dialog.get_by_role("alert")
    expect(told).to_be_focused()
    expect(told).to_contain_text("This changed while you were looking. Nothing has been done.")
    expect(told).to_contain_text("Money has come in on this invoice meanwhile.")
    expect(dialog.get_by_label("Why is it cancelled?")).to_have_value("duplicate")
    expect(told).to_contain_text("You owe €1,255.00 back: the money has come in already.")
    assert (credit_notes(world), standing_of(world, invoice).state) == ([], State.PAID)

    red.click()
    expect(page.get_by_text("Cancelled today by credit note 2026-K1").first).to_be_visible()
    assert standing_of(world, invoice).owed_back_minor == 125_500


def test_undoing_is_too_late_when_the_time_is_over(
    visit: Visit, at: datetime, clock: Clock
) -> None:
    world = found()
    invoice = world.invoice(at=at)
    credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at)
    page = visit(world.alice, papers(world, invoice))
    clock.now = at + 20 * MINUTE
    page.locator(".hold").get_by_role("button", name="Cancel refund", exact=True).click()

    expect(page.get_by_role("heading", name="It was not undone")).to_be_visible()
    expect(
        page.get_by_text("It is too late to undo: the credit note has gone out.")
    ).to_be_visible()
    page.get_by_role("link", name="Back").click()
    expect(page.get_by_text("Cancelled today by credit note 2026-K1").first).to_be_visible()
    assert [note.number for note in credit_notes(world)] == ["2026-K1"]


def test_at_zero_the_page_changes_by_itself(visit: Visit, at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at)
    clock.now = at + 20 * MINUTE - SECOND
    page = visit(world.alice, papers(world, invoice))
    expect(page.get_by_text("Being cancelled. Nothing has been sent yet.")).to_be_visible()

    clock.now = at + 20 * MINUTE
    depart_due(world.id, at=clock.now)
    expect(page.get_by_text("Cancelled today by credit note 2026-K1").first).to_be_visible(
        timeout=15_000
    )
    expect(page.get_by_role("article", name="Hyvityslasku 2026-K1")).to_be_visible()
    original = page.get_by_role("article", name="Lasku 2026-0001")
    expect(original.get_by_text("Cancelled by credit note 2026-K1")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel refund")).to_have_count(0)


def test_a_stale_page_says_that_it_is_already_being_cancelled(
    visit: Visit, at: datetime, clock: Clock
) -> None:
    world = found()
    invoice = world.invoice(at=at)
    page = visit(world.alice, papers(world, invoice) + "credit-note/")
    credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at)
    clock.now = at + MINUTE
    page.get_by_role("button", name="Cancel the invoice", exact=True).click()
    said = page.get_by_text("This invoice is already being cancelled until 12:32.")
    expect(said).to_be_visible()
    page.locator(".hold").get_by_role("button", name="Cancel refund", exact=True).click()
    expect(page.get_by_text("Sent today, due in 14 days")).to_be_visible()
    with scope(world.id):
        assert Draft.objects.filter(organization_id=world.id).count() == 0


def test_a_stale_menu_says_so_too_and_offers_the_undo(
    visit: Visit, at: datetime, clock: Clock
) -> None:
    world = found()
    invoice = world.invoice(at=at)
    page = visit(world.alice, papers(world, invoice))
    credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at)
    clock.now = at + MINUTE
    page.get_by_role("link", name="Cancel the invoice", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    expect(
        dialog.get_by_text("This invoice is already being cancelled until 12:32.")
    ).to_be_visible()
    dialog.get_by_role("button", name="Cancel refund", exact=True).click()
    expect(page.get_by_text("Sent today, due in 14 days")).to_be_visible()


def test_a_payment_in_the_window_stops_the_credit_note(
    visit: Visit, at: datetime, clock: Clock
) -> None:
    world = found()
    invoice = world.invoice(at=at)
    credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at)
    clock.now = at + 5 * MINUTE
    page = visit(world.alice, papers(world, invoice))
    page.locator(".page-head summary").click()
    page.get_by_role("link", name="Register payment").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Amount in EUR")).to_have_value("1255.00")
    expect(dialog.get_by_text("A payment stops that: the credit note is not sent.")).to_be_visible()
    dialog.get_by_role("button", name="Register payment").click()

    expect(page.get_by_text("Paid today").first).to_be_visible()
    expect(
        page.get_by_text(
            "The credit note over €1,255.00 was stopped because a payment came in."
        ).first
    ).to_be_visible()
    clock.now = at + 25 * MINUTE
    depart_due(world.id, at=clock.now)
    assert credit_notes(world) == []
    assert standing_of(world, invoice).state == State.PAID


def test_a_paid_invoice_is_cancelled_by_customer_service(
    visit: Visit, at: datetime, clock: Clock
) -> None:
    world = found(paid_credit="desk", support_contact="help@example.com")
    invoice = world.invoice(at=at)
    entered = PaymentInput(125_500, at.date(), MoneyKind.BANK_TRANSFER)
    register_payment(invoice.id, entered, who=world.who(), at=at)
    page = visit(world.alice, papers(world, invoice))
    blocked = page.locator(".blocked")
    expect(blocked).to_contain_text("Paid invoices are cancelled by customer service.")
    contact = blocked.get_by_role("link", name="help@example.com")
    expect(contact).to_have_attribute("href", "mailto:help@example.com")
    page.locator(".page-head summary").click()
    shut = page.locator(".panel .shut")
    expect(shut).to_contain_text("Cancel the invoice")
    expect(shut).to_contain_text("Paid invoices are cancelled by customer service.")
    expect(page.locator("body")).not_to_contain_text("desk")


def test_an_invoice_on_its_way_becomes_one_by_itself(
    visit: Visit, at: datetime, clock: Clock
) -> None:
    world = found()
    draft = world.draft(at=at)
    finalise_draft(draft.id, who=world.who(), at=at)
    clock.now = at + 20 * MINUTE - SECOND
    page = visit(world.alice, f"/o/{world.organization.slug}/drafts/{draft.id}/")
    expect(page.get_by_text("Will be sent at 12:32.")).to_be_visible()
    clock.now = at + 20 * MINUTE
    depart_due(world.id, at=clock.now)
    expect(page.get_by_role("heading", name="Invoice 2026-0001", level=1)).to_be_visible(
        timeout=15_000
    )
    assert "/invoices/" in page.url
