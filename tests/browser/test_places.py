"""Every place of the house in a real browser: reachable, readable by everybody, light and dark."""

from datetime import date, timedelta

import pytest
from django.test import override_settings
from playwright.sync_api import Page, expect

from storno.corrections.credit import credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.finalise import finalise_draft
from storno.documents.issue import DOCUMENT_LETTER
from storno.documents.letter import compose_document_letter
from storno.mailroom.deliver import deliver_next
from storno.mailroom.models import Letter
from storno.mailroom.way_out import Mailbox
from storno.organizations.links import Target, make_links, signed
from storno.organizations.models import LinkKind
from tests.browser.axe import barriers
from tests.browser.conftest import Visit
from tests.conftest import Clock
from tests.deeds import CANCELLED, HOLD
from tests.web.cast import row_of
from tests.world import World, found

PLACES = (
    "",
    "help/",
    "clients/",
    "clients/new/",
    "clients/?q=nobody",
    "catalogue/",
    "catalogue/new/",
    "settings/seller/",
    "settings/working/",
    "settings/numbers/",
    "settings/tokens/",
    "members/",
    "members/invite/",
    "exports/",
    "mailbox/",
)


def furnished(clock: Clock) -> World:
    """An organization with an invoice whose letter lies in the mailbox."""
    world = found()
    world.invoice(at=clock.now)
    composers = {DOCUMENT_LETTER: compose_document_letter}
    assert deliver_next(world.id, composers=composers, out=Mailbox(), at=clock.now)
    return world


def violations(page: Page) -> list[str]:
    """What axe finds wrong, by rule and place."""
    return [f"{page.url}: {each}" for each in barriers(page)]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    wide: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wide


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1440)])
def test_each_place_is_for_everybody(visit: Visit, clock: Clock, scheme: str, width: int) -> None:
    world = furnished(clock)
    root = f"/o/{world.organization.slug}/"
    letter = row_of(Letter, world).id
    size = {"width": width, "height": 844}
    page = visit(world.alice, root, color_scheme=scheme, viewport=size)
    wrong: list[str] = []
    for place in (*PLACES, f"mailbox/{letter}/", f"clients/{world.daisy.id}/"):
        answer = page.goto(root + place)
        assert answer is not None
        assert answer.status == 200, place
        wrong += violations(page)
        assert overflow(page) <= 0, place
    assert wrong == []


def test_the_tab_one_is_on_is_in_sight(visit: Visit, clock: Clock) -> None:
    world = found()
    page = visit(
        world.alice,
        f"/o/{world.organization.slug}/settings/tokens/",
        viewport={"width": 390, "height": 844},
    )
    expect(page.get_by_role("link", name="API tokens")).to_be_in_viewport(ratio=0.98)
    page.goto(f"/o/{world.organization.slug}/settings/seller/")
    expect(page.get_by_role("link", name="Your details")).to_be_in_viewport(ratio=1)


def test_home_changes_by_itself_once_something_has_left(visit: Visit, clock: Clock) -> None:
    world = found()
    invoice, draft = world.invoice(at=clock.now), world.draft(at=clock.now)
    credit_invoice(invoice.id, CANCELLED, who=world.who(), at=clock.now)
    finalise_draft(draft.id, who=world.who(), at=clock.now)
    clock.now += HOLD - timedelta(seconds=2)
    page = visit(world.alice, f"/o/{world.organization.slug}/")
    expect(page.get_by_text("The invoice to Daisy Duck is on its way")).to_be_visible()
    expect(page.get_by_text("Invoice 2026-0001 to Daisy Duck is being cancelled")).to_be_visible()

    clock.now += timedelta(seconds=2)
    assert depart_due(world.id, at=clock.now) == 2
    expect(page.get_by_text("Nothing waits for you. Well done.")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("cell", name="2026-0002").first).to_be_visible()


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1440)])
def test_the_page_behind_a_link(visit: Visit, clock: Clock, scheme: str, width: int) -> None:
    world = furnished(clock)
    invoice = world.invoice(at=clock.now)
    targets = [
        Target(LinkKind.DOCUMENT, invoice.id, day) for day in (date(2026, 9, 28), date(2026, 6, 1))
    ]
    opens, expired = make_links(targets, organization_id=world.id)
    size = {"width": width, "height": 844}
    page = visit(world.alice, f"/i/{signed(opens)}", color_scheme=scheme, viewport=size)
    assert (violations(page), overflow(page)) == ([], 0)
    page.goto(f"/i/{signed(expired)}")
    assert (violations(page), overflow(page)) == ([], 0)


def test_the_letter_is_seen_as_its_recipient_sees_it(visit: Visit, site: str, clock: Clock) -> None:
    with override_settings(SITE_URL=site):
        world = furnished(clock)
    letter = row_of(Letter, world).id
    page = visit(world.alice, f"/o/{world.organization.slug}/mailbox/{letter}/")
    inside = page.frame_locator("iframe.kept-letter")
    with page.context.expect_page() as opened:
        inside.get_by_role("link").first.click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Lasku 2026-0001")


def test_roles_change_in_a_dialog(visit: Visit, clock: Clock) -> None:
    world = found()
    page = visit(world.alice, f"/o/{world.organization.slug}/members/")
    page.get_by_text("What can be done: Bob").locator("..").click()
    page.get_by_role("link", name="Change roles").locator("visible=true").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reader").uncheck()
    dialog.get_by_role("button", name="Change roles").click()
    expect(dialog.get_by_text("Choose at least one.").first).to_be_visible()
    dialog.get_by_label("Office").check()
    dialog.get_by_role("button", name="Change roles").click()
    expect(page.get_by_text("The roles of Bob are changed.")).to_be_visible()


def test_a_client_is_found_as_one_types(visit: Visit, clock: Clock) -> None:
    world = found()
    page = visit(world.alice, f"/o/{world.organization.slug}/clients/")
    page.keyboard.press("/")
    page.keyboard.type("duck")
    expect(page).to_have_url(f"{page.url.split('?')[0]}?q=duck")
    expect(page.get_by_role("link", name="Daisy Duck")).to_be_visible()
    page.keyboard.type("zzz")
    expect(page.get_by_text("Nobody found for “duckzzz”")).to_be_visible()
