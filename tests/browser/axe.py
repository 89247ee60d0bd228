"""What keeps people out who see a page badly or not at all, asked once it is at rest."""

import json

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# What is half faded in has no contrast yet: axe looks when nothing moves any more.
AT_REST = "Promise.allSettled(document.getAnimations().map((each) => each.finished)).then(() => {})"
IS_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"

ALL_RULES = {"resultTypes": ["violations"]}
RULES_OF_COLOURS = {**ALL_RULES, "runOnly": ["color-contrast", "link-in-text-block"]}
"""All that day and night can differ in: the rest of a page is the same."""


def barriers(page: Page, rules: dict[str, list[str]] = ALL_RULES) -> list[str]:
    """What axe finds wrong on the page: the rule and the places."""
    page.evaluate(AT_REST)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)  # half a megabyte, once a page
    found = page.evaluate(f"axe.run({json.dumps(rules)}).then((all) => all.violations)")
    return [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found]


def barriers_day_and_night(page: Page) -> list[str]:
    """What axe finds wrong on the page in the colours it has, and then in the other ones."""
    found = barriers(page)
    night = page.evaluate(IS_DARK)
    page.emulate_media(color_scheme="light" if night else "dark")
    found += [f"in the other colours, {each}" for each in barriers(page, RULES_OF_COLOURS)]
    page.emulate_media(color_scheme="dark" if night else "light")
    return found
