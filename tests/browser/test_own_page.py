"""A session's own page on a phone, as its client meets it: without sign-in, and by touch."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, expect

from storno.clients.save import amend_client
from storno.diary.messages.compose import page_of
from storno.organizations.scope import scope
from tests.browser.axe import barriers_day_and_night
from tests.conftest import Clock
from tests.diary.practice import practice
from tests.diary.recurring import recur

FRIDAY = datetime(2026, 6, 19, 8, 0, tzinfo=UTC)
"""10:00 in Oslo; it is cancelled freely until the day before at 10:00."""

AS_WIDE = "document.documentElement.scrollWidth <= innerWidth"


def test_it_is_opened_cancelled_seen_again_and_then_too_late(
    browser: Browser, site: str, clock: Clock
) -> None:
    paula = practice()
    amend_client(
        paula.daisy.id,
        lambda entered: replace(entered, language="en"),
        who=paula.world.who(),
        at=clock.now,
    )
    rule = "FREQ=WEEKLY;COUNT=3"
    first, second, third = recur(paula, FRIDAY, rule, at=clock.now, place="Storgata 1").sessions
    with scope(paula.id):
        path = page_of(first).removeprefix("http://localhost:8000")
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{site}{path}")
    expect(page.get_by_role("heading", name="Your appointment", exact=True)).to_be_visible()
    assert (page.evaluate(AS_WIDE), barriers_day_and_night(page)) == (True, [])
    page.get_by_role("link", name="Cancel appointment: Friday 26 June 2026").click()
    expect(page.get_by_role("heading", name="Cancel this appointment?")).to_be_visible()
    expect(page.get_by_text("Friday 26 June 2026")).to_be_visible()
    assert (page.evaluate(AS_WIDE), barriers_day_and_night(page)) == (True, [])
    page.get_by_role("button", name="Cancel appointment").click()
    expect(page.get_by_text("Cancelled", exact=True)).to_be_visible()
    page.go_back()
    page.goto(f"{site}{path}/{second.id}/cancel")
    expect(page.get_by_text("Cancelled", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Cancel appointment")).to_have_count(2)
    states = [paula.now(each).state for each in (first, second, third)]
    assert states == ["booked", "cancelled", "booked"]
    clock.now = FRIDAY - timedelta(hours=1)
    page.goto(f"{site}{path}")
    expect(page.get_by_text("It can no longer be cancelled here.")).to_be_visible()
    expect(page.get_by_role("link", name="Cancel appointment")).to_have_count(1)
    context.close()
