"""The main deeds without a mouse."""

from datetime import datetime

from playwright.sync_api import Page, expect

from storno.documents.models import Draft, Standing
from storno.organizations.scope import scope
from storno.payments.models import Payment, Reversal
from tests.browser.conftest import Visit
from tests.conftest import Clock
from tests.world import found

FOCUSED = "document.activeElement.innerText || document.activeElement.labels?.[0]?.innerText || ''"


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what bears these words has the focus."""
    for _step in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED).strip().startswith(words):
            return
    raise AssertionError(f"the keyboard does not reach {words!r}")


def test_an_invoice_is_found_cancelled_and_kept_by_the_keyboard(
    visit: Visit, at: datetime, clock: Clock
) -> None:
    world = found()
    world.invoice(at=at)
    page = visit(world.alice, f"/o/{world.organization.slug}/invoices/")
    page.keyboard.press("/")
    page.keyboard.type("daisy")
    page.wait_for_url("**/invoices/?q=daisy")
    expect(page.locator("#found").get_by_text("1 invoice shown")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("j")
    assert page.evaluate(FOCUSED) == "Daisy Duck"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    panel = page.locator("details.menu[open] .panel")
    expect(panel).to_be_visible()
    for _item in range(6):
        page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUSED) == "Cancel the invoice"
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Invoice 2026-0001", level=1)).to_be_visible()

    tab_to(page, "Cancel the invoice")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Cancel the invoice: 2026-0001")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator(".story").get_by_role("link", name="Cancel the invoice")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name="Cancel the invoice", exact=True)).to_be_visible()
    tab_to(page, "Cancel the invoice")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Will be sent at 12:32.")).to_be_visible()
    tab_to(page, "Cancel refund")
    page.keyboard.press("Enter")
    expect(page.get_by_text("was taken back; the invoice stays as it was.").first).to_be_visible()


def test_a_payment_is_registered_and_reversed_by_the_keyboard(
    visit: Visit, at: datetime, clock: Clock
) -> None:
    world = found()
    invoice = world.invoice(at=at)
    page = visit(world.alice, f"/o/{world.organization.slug}/invoices/{invoice.id}/")
    tab_to(page, "Register payment")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Register payment")).to_be_focused()
    tab_to(page, "Amount")
    page.keyboard.press("Control+a")
    page.keyboard.type("1000")
    tab_to(page, "Bank transfer")
    page.keyboard.press("c")
    tab_to(page, "Register payment")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The payment is registered.")).to_be_visible()
    expect(page.get_by_text("Part paid, €255.00 left, due in 14 days").first).to_be_visible()

    tab_to(page, "Reverse")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("heading", name="Reverse payment")).to_be_focused()
    tab_to(page, "Why")
    page.keyboard.type("Another invoice")
    tab_to(page, "Reverse payment")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The payment is reversed. Both stay in the history.")).to_be_visible()
    with scope(world.id):
        (payment,) = Payment.objects.filter(organization_id=world.id)
        (reversal,) = Reversal.objects.filter(organization_id=world.id)
        standing = Standing.objects.get(organization_id=world.id)
    assert (payment.amount_minor, payment.method, reversal.reason) == (
        100_000,
        "cash",
        "Another invoice",
    )
    assert (standing.received_minor, standing.open_minor) == (0, 125_500)


def test_a_draft_is_written_by_the_keyboard(visit: Visit, at: datetime, clock: Clock) -> None:
    world = found()
    page = visit(world.alice, f"/o/{world.organization.slug}/drafts/new/")
    tab_to(page, "Search by name")
    page.keyboard.type("daisy")
    expect(page.locator("#offered li")).to_have_count(1)
    tab_to(page, "Daisy Duck")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Choose somebody else")).to_be_visible()
    tab_to(page, "What was done or sold")
    page.keyboard.type("Oak table")
    tab_to(page, "Price")
    page.keyboard.type("1000")
    expect(page.locator("#totals")).to_contain_text("€1,255.00")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Draft for Daisy Duck")).to_be_visible()
    tab_to(page, "Send invoice")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Processing until 12:32")).to_be_visible()
    tab_to(page, "Withdraw")
    page.keyboard.press("Enter")
    expect(page.get_by_text("It is a draft again. Nobody")).to_be_visible()
    with scope(world.id):
        assert [draft.goes_at for draft in Draft.objects.filter(organization_id=world.id)] == [None]


def test_one_jumps_from_anywhere(visit: Visit, at: datetime, clock: Clock) -> None:
    world = found()
    world.invoice(at=at)
    page = visit(world.alice, f"/o/{world.organization.slug}/settings/")
    page.evaluate("htmx.config.defaultSettleDelay = 400")  # as on a machine that is busy
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_role("searchbox")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUSED) == "New invoice"
    page.wait_for_timeout(800)
    assert page.evaluate(FOCUSED) == "New invoice"
    page.keyboard.press("ArrowUp")
    page.keyboard.type("daisy")
    expect(dialog.locator("#jumps[data-for=daisy] a")).to_have_count(2)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    page.keyboard.type("2026-0001")
    expect(dialog.locator("#jumps a")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Invoice 2026-0001", level=1)).to_be_visible()


def test_escape_empties_the_search_then_closes_it_and_the_focus_goes_back(
    visit: Visit, at: datetime, clock: Clock
) -> None:
    world = found()
    world.invoice(at=at)
    page = visit(world.alice, f"/o/{world.organization.slug}/invoices/")
    tab_to(page, "Daisy Duck")
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_role("searchbox")
    expect(field).to_be_focused()
    page.keyboard.type("no such words")
    nothing = dialog.get_by_text("Nothing was found.")
    expect(nothing).to_be_visible()
    page.keyboard.press("Escape")
    expect(nothing).to_have_count(0)
    expect(dialog.get_by_role("link", name="New invoice")).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    page.keyboard.type("daisy")
    expect(dialog.locator("#jumps[data-for=daisy] a")).to_have_count(2)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert page.evaluate(FOCUSED) == "Daisy Duck"

    page.keyboard.press("/")
    page.keyboard.type("nobody")
    page.wait_for_url("**/invoices/?q=nobody")
    page.keyboard.press("Escape")
    expect(page.locator("#found").get_by_text("1 invoice shown")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("searchbox")).not_to_be_focused()
