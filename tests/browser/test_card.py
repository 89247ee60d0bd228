"""An invoice that is paid by card on a phone: to the provider's page, back, and paid by itself."""

from playwright.sync_api import Browser, expect

from tests.browser.axe import barriers_day_and_night
from tests.browser.conftest import Visit
from tests.conftest import Clock
from tests.online.shop import shop

AS_WIDE = "document.documentElement.scrollWidth <= innerWidth"


def test_the_page_turns_to_paid_by_itself_and_so_does_the_members(
    browser: Browser, visit: Visit, site: str, clock: Clock
) -> None:
    with shop(clock.now, wording="practice") as of:
        invoice = of.world.invoice(at=clock.now)
        path = of.offer(invoice, at=clock.now)
        page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
        page.goto(f"{site}{path}")
        assert (page.evaluate(AS_WIDE), barriers_day_and_night(page)) == (True, [])
        inside = visit(of.world.alice, f"/o/{of.world.organization.slug}/invoices/{invoice.id}/")
        expect(inside.get_by_text("It can be paid online.")).to_be_visible()
        page.get_by_role("button", name="kortilla").click()
        expect(page.get_by_role("heading", name="Card")).to_be_visible()
        of.house.pay(of.house.only_session())
        page.goto(f"{site}{path}/paid")
        expect(page.get_by_text("Maksuasi vahvistetaan")).to_be_visible()
        assert (page.evaluate(AS_WIDE), barriers_day_and_night(page)) == (True, [])
        assert of.collect(at=clock.now) == 1
        expect(page.get_by_text("Tämä lasku on maksettu.")).to_be_visible(timeout=8000)
        expect(inside.get_by_text("by card").first).to_be_visible(timeout=15000)
        inside.set_viewport_size({"width": 390, "height": 844})
        inside.goto(f"{site}/o/{of.world.organization.slug}/settings/online-payment/")
        assert (inside.evaluate(AS_WIDE), barriers_day_and_night(inside)) == (True, [])
