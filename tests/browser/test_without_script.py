"""The main deeds in a browser that runs no script."""

from datetime import datetime, timedelta

from playwright.sync_api import expect

from storno.documents.models import Document, Draft, Standing
from storno.organizations.scope import scope
from storno.payments.models import Payment
from tests.browser.conftest import Visit
from tests.conftest import Clock
from tests.world import found, line

MINUTE = timedelta(minutes=1)


def test_an_invoice_is_written_sent_on_its_way_and_taken_back(
    visit: Visit, at: datetime, clock: Clock
) -> None:
    world = found()
    page = visit(world.alice, f"/o/{world.organization.slug}/invoices/", java_script_enabled=False)
    page.get_by_role("link", name="New invoice").click()
    page.get_by_label("What was done or sold").fill("Oak table")
    page.get_by_label("Price", exact=True).fill("1000,00")
    page.get_by_role("searchbox").fill("duck")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator(".chosen")).to_contain_text("Daisy Duck")
    expect(page.get_by_label("What was done or sold")).to_have_value("Oak table")
    page.get_by_role("button", name="Add a line").click()
    second = page.get_by_role("group", name="Line 2")
    second.get_by_label("What was done or sold").fill("Wax")
    page.get_by_role("button", name="Save and preview").last.click()
    expect(page.get_by_text("Please mend this first")).to_be_visible()
    expect(page.get_by_label("Price", exact=True).first).to_have_value("1000,00")
    page.get_by_role("button", name="Remove line 2").click()
    page.get_by_role("button", name="Save and preview").last.click()

    page.get_by_role("button", name="Send invoice").click()
    expect(page.get_by_text("Processing until 12:32")).to_be_visible()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("It is a draft again. Nobody was sent anything.")).to_be_visible()
    page.get_by_role("button", name="Send invoice").click()
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_role("heading", name="Invoice 2026-0001", level=1)).to_be_visible()
    with scope(world.id):
        assert Document.objects.filter(organization_id=world.id).count() == 1
        assert Draft.objects.filter(organization_id=world.id).count() == 0


def test_an_invoice_is_cancelled_undone_and_paid(visit: Visit, at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(line("100.00"), at=at)
    page = visit(world.alice, f"/o/{world.organization.slug}/invoices/", java_script_enabled=False)
    page.get_by_role("searchbox").fill("125,50")
    page.get_by_role("searchbox").press("Enter")
    page.locator("tbody summary").click()
    page.locator("tbody").get_by_role("link", name="Cancel the invoice").click()
    expect(page.get_by_text("It gets its number at 12:32")).to_be_visible()
    page.get_by_label("Make a corrected draft").check()
    page.get_by_role("button", name="Show what comes of it").click()
    expect(page.get_by_text("A draft of the same lines is made")).to_be_visible()
    assert "?" not in page.url, "what is typed is not for addresses"
    expect(page.get_by_label("Make a corrected draft")).to_be_checked()
    page.get_by_role("button", name="Cancel the invoice", exact=True).click()
    expect(page.get_by_text("Will be sent at 12:32.")).to_be_visible()
    clock.now = at + 5 * MINUTE
    page.locator(".hold").get_by_role("button", name="Cancel refund").click()
    expect(page.get_by_text("was taken back; the invoice stays as it was.").first).to_be_visible()

    page.get_by_role("link", name="Register payment").click()
    page.get_by_label("Amount in EUR").fill("25,50")
    page.get_by_role("button", name="Register payment").click()
    expect(page.get_by_text("Part paid, €100.00 left, due in 14 days")).to_be_visible()
    with scope(world.id):
        (payment,) = Payment.objects.filter(organization_id=world.id)
        standing = Standing.objects.get(organization_id=world.id, id=invoice.id)
        assert Draft.objects.filter(organization_id=world.id).count() == 0
    assert (payment.amount_minor, standing.open_minor) == (2_550, 10_000)
