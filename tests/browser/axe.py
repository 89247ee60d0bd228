"""What keeps people out who see a page badly or not at all, asked once it is at rest."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# What is half faded in has no contrast yet: axe looks when nothing moves any more.
AT_REST = "Promise.allSettled(document.getAnimations().map((each) => each.finished)).then(() => {})"


def barriers(page: Page) -> list[str]:
    """What axe finds wrong on the page: the rule and the places."""
    page.evaluate(AT_REST)
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found]
