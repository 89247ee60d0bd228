"""The light entrepreneur's paid order in two browsers: asked, checked, credited, and paid out."""

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.axe import barriers_day_and_night
from tests.browser.conftest import Visit
from tests.browser.test_desk import Desks, desks
from tests.conftest import Clock
from tests.staff.ended import nobody_serves_afterwards

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["desks", "nobody_serves_afterwards"]

RECEIPT = {"name": "receipt.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 paid"}
AS_WIDE = "document.documentElement.scrollWidth <= innerWidth"


def choose(page: "Page", item: str) -> None:
    page.locator(".page-head summary").click()
    page.locator(".panel a.item").get_by_text(item, exact=True).click()


def test_from_the_refused_cancel_over_the_chat_to_the_returned_taxes(
    visit: Visit, desks: Desks, clock: Clock
) -> None:
    from storno.corrections.depart import depart_due
    from storno.payouts.propose import propose_payouts
    from tests.cases.test_cases import paid
    from tests.deeds import HOLD
    from tests.payouts.test_pay_out import DAY, emptied, gone, of, person
    from tests.web.desk.agent import Agent

    emptied(clock.now)
    world, invoice = paid(clock.now, "hold_seconds=1200")
    sam = Agent(world, "Sam", "agent", clock)
    path = f"/o/{world.organization.slug}/invoices/{invoice.id}/"
    page = visit(world.alice, path, viewport={"width": 390, "height": 844})
    choose(page, "Open chat")
    page.get_by_label("Message").fill("Daisy has changed her mind. Please cancel it.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Daisy has changed her mind.")).to_be_visible()

    page.goto(path)
    choose(page, "Ask for a refund case")
    expect(page.get_by_text("Daisy Duck").first).to_be_visible()
    expect(page.get_by_text("€455.00").first).to_be_visible()
    assert (page.evaluate(AS_WIDE), barriers_day_and_night(page)) == (True, [])
    page.get_by_role("button", name="Open the refund case").click()
    page.get_by_label("Amount").fill("1255.00")
    page.locator("input[type=file]").set_input_files(RECEIPT)  # type: ignore[arg-type]
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.get_by_text("Customer service checks what you have confirmed.")).to_be_visible()

    sams = desks(sam, "/desk/refund-cases/")
    sams.get_by_role("link", name=world.organization.slug).click()
    expect(sams.get_by_text("receipt.pdf")).to_be_visible()
    expect(sams.get_by_text("FI14 1009 3000 1234 58")).to_be_visible()
    sams.get_by_role("button", name="It is right: credit the invoice").click()
    expect(sams.get_by_text("Checked by: You")).to_be_visible()

    page.reload()
    expect(page.get_by_text("It is checked. The credit note goes out")).to_be_visible()
    depart_due(world.id, at=clock.now + HOLD)
    clock.now += HOLD
    page.reload()
    expect(page.get_by_text("comes back to you with the next payout")).to_be_visible()
    assert (page.evaluate(AS_WIDE), barriers_day_and_night(page)) == (True, [])
    batch = propose_payouts(DAY, who=person(), at=clock.now)
    assert of(batch, world).amount_minor == 73_725 + 45_500
    gone(of(batch, world), at=clock.now)
    page.reload()
    expect(page.get_by_text("The invoice is cancelled, and all is settled.")).to_be_visible()
