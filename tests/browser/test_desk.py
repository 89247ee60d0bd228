"""Two of customer service at one conversation in two browsers: one acts, the other sees it."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.conftest import Clock
from tests.staff.ended import nobody_serves_afterwards

if TYPE_CHECKING:
    from tests.web.desk.agent import Agent

__all__ = ["nobody_serves_afterwards"]


class Desks:
    """Opens pages as somebody of customer service, each in a browser of their own."""

    def __init__(self, browser: Browser, site: str, open_: ExitStack) -> None:
        self.browser, self.site, self.open = browser, site, open_

    def __call__(self, agent: "Agent", path: str) -> Page:
        from django.conf import settings

        context = self.browser.new_context(base_url=self.site)
        self.open.callback(context.close)
        key = str(agent.client.session.session_key)
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": self.site}]
        )
        page = context.new_page()
        page.goto(path)
        return page


@pytest.fixture
def desks(browser: Browser, site: str) -> Iterator[Desks]:
    """Browsers that are closed when the test is over."""
    with ExitStack() as open_:
        yield Desks(browser, site, open_)


def without_news(route: Route) -> None:
    """Let through what is pressed, and nothing that a page asks by itself."""
    if "hx-request" in route.request.headers:
        route.abort()
    else:
        route.continue_()


def test_one_answers_and_the_other_sees_it(desks: Desks, clock: Clock) -> None:
    from storno.support.talk import Said, begin
    from tests.web.desk.agent import Agent
    from tests.world import found

    world = found()
    asked = begin(Said("Paid by mistake"), who=world.who(), at=clock.now)
    sam, tess = (Agent(world, name, "agent", clock) for name in ("Sam", "Tess"))
    sams = desks(sam, "/desk/")
    sams.get_by_role("link", name=world.organization.slug).click()
    sams.get_by_role("button", name="Take it").click()
    expect(sams.get_by_text("Taken by: You")).to_be_visible()
    tesss = desks(tess, f"/desk/conversations/{asked.id}/")
    expect(tesss.get_by_text("Taken by: Sam")).to_be_visible()

    tesss.get_by_label("Message").fill("Hello from Tess")
    sams.get_by_label("Message").fill("Hello from Sam")
    tesss.route("**/desk/**", without_news)
    sams.get_by_role("button", name="Send message").click()
    expect(sams.get_by_text("Hello from Sam")).to_be_visible()
    tesss.get_by_role("button", name="Send message").click()
    expect(tesss.get_by_text("Something was said in this conversation meanwhile.")).to_be_visible()
    expect(tesss.get_by_text("Hello from Sam")).to_be_visible()
    expect(tesss.get_by_label("Message")).to_have_value("Hello from Tess")
    tesss.get_by_role("button", name="Send message").click()
    expect(tesss.locator("#talk")).to_contain_text("Hello from Tess")
    expect(sams.locator("#talk")).to_contain_text("Hello from Tess", timeout=12_000)
