"""What customer service says while nobody looks at the page: unread until it is shown."""

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.conftest import Clock
from tests.staff.ended import nobody_serves_afterwards

__all__ = ["nobody_serves_afterwards"]

LOOKS = """looks => {
  Object.defineProperty(document, "hidden", {configurable: true, get: () => !looks});
  document.dispatchEvent(new Event("visibilitychange"));
}"""
MORE_THAN_A_ROUND = 6_000
"""In milliseconds: the page asks for news every five seconds."""


def test_a_hidden_page_reads_nothing_and_shows_it_once_it_is_seen(
    visit: Visit, clock: Clock
) -> None:
    from storno.organizations.scope import scope
    from storno.support.queries import unread
    from storno.support.talk import Said, answer, begin
    from tests.support.test_talk import staff_in
    from tests.world import found

    world = found(paid_credit="desk")
    asked = begin(Said("Where is my money?"), who=world.who(), at=clock.now)
    sam = staff_in(world)
    page = visit(world.alice, f"/o/{world.organization.slug}/conversations/{asked.id}/")
    expect(page.get_by_text("Where is my money?")).to_be_visible()
    page.evaluate(LOOKS, False)
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    answer(asked.id, Said("It comes tomorrow."), version=1, who=sam, at=clock.now)
    page.wait_for_timeout(MORE_THAN_A_ROUND)
    with scope(world.id):
        assert (asked_for, unread(world.who())) == ([], 1)
    expect(page.get_by_text("It comes tomorrow.")).to_have_count(0)

    page.evaluate(LOOKS, True)
    expect(page.get_by_text("It comes tomorrow.")).to_be_visible(timeout=12_000)
    with scope(world.id):
        assert unread(world.who()) == 0
