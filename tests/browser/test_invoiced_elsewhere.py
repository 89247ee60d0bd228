"""The practice's third scenario in a browser: the session is invoiced in another system."""

from datetime import date, datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from storno.documents.external import ExternalInput, externalise_draft
from storno.documents.models import Draft
from storno.organizations.scope import scope
from tests.browser.axe import barriers
from tests.browser.conftest import Visit
from tests.browser.test_practice import credit, documents, letters, open_of, practice, session
from tests.conftest import Clock
from tests.properties.depth import LOOKS
from tests.world import World

GREENISH = "(element) => getComputedStyle(element).backgroundColor"


@pytest.fixture
def world(at: datetime) -> World:
    world = practice()
    with scope(world.id):
        world.daisy.language = "nb"
        world.daisy.save()
    world.invoice(session(), at=at)  # type: ignore[arg-type]
    return world


def records(world: World) -> list[tuple[str, date | None, str]]:
    with scope(world.id):
        found = Draft.objects.filter(organization_id=world.id, external_at__isnull=False)
        return [
            (record.external_number, record.external_paid_on, record.external_paid_by)
            for record in found
        ]


def is_green(button: Locator) -> bool:
    """Whether there is more green in its ground than red or blue."""
    colour = button.evaluate(GREENISH)
    red, green, blue = (float(part) for part in colour[4:-1].split(","))
    return green > red and green > blue


def choose(page: Page, name: str) -> None:
    page.locator(".page-head summary").click()
    page.locator(".page-head .panel").get_by_text(name, exact=True).click()


def test_the_session_is_invoiced_in_another_system(
    visit: Visit, world: World, clock: Clock
) -> None:
    page = visit(world.alice, f"/o/{world.organization.slug}/")
    credit(page, world)
    address = page.url
    choose(page, "Invoice Externally")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Invoice Externally")).to_be_visible()
    green = dialog.get_by_role("button", name="Invoice Externally")
    assert is_green(green)
    dialog.get_by_role("link", name="Keep the draft").click()
    assert records(world) == []

    choose(page, "Invoice Externally")
    green.click()
    expect(page.get_by_text("It is invoiced externally. Nobody was sent anything.")).to_be_visible()
    expect(page.get_by_role("heading", name="Invoiced externally: Daisy Duck")).to_be_visible()
    expect(page.locator(".chain")).to_contain_text("Credit note 2026-K1")
    for name in ("Finalize Invoice", "Send Payment Notification", "Preview as PDF", "Copy"):
        expect(page.locator("main").get_by_text(name, exact=True)).to_have_count(0)
    assert records(world) == [("", None, "")]

    page.get_by_role("link", name="Add payment details").click()
    dialog.get_by_label("Paid on").fill("2026-06-15")
    dialog.get_by_label("How it was paid").fill("Vipps")
    dialog.get_by_label("Number of the external invoice").fill("T-77")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Invoiced externally, paid yesterday").first).to_be_visible()
    assert records(world) == [("T-77", date(2026, 6, 15), "Vipps")]
    assert (open_of(world), letters(world)) == ([0], [])
    assert documents(world) == [
        ("invoice", "2026-0001", 119_000),
        ("credit_note", "2026-K1", 119_000),
    ]

    page.get_by_role("navigation", name="Places").get_by_role("link", name="Clients").click()
    page.get_by_role("link", name="Daisy Duck").click()
    page.locator("main").get_by_role("link", name="Invoices", exact=True).first.click()
    row = page.locator("[data-rows] tr").filter(has_text="T-77")
    expect(row).to_contain_text("Invoiced externally, paid yesterday")
    row.get_by_role("link", name="Daisy Duck").click()
    assert page.url == address


def test_back_to_draft_while_nothing_is_paid(visit: Visit, world: World, clock: Clock) -> None:
    page = visit(world.alice, f"/o/{world.organization.slug}/")
    credit(page, world)
    choose(page, "Invoice Externally")
    page.get_by_role("dialog").get_by_role("button", name="Invoice Externally").click()
    page.get_by_role("link", name="Add payment details").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Number of the external invoice").fill("T-77")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The details are noted.")).to_be_visible()
    choose(page, "Back to draft")
    expect(page.get_by_text("It is a draft again. Nobody was sent anything.")).to_be_visible()
    expect(page.get_by_role("button", name="Finalize Invoice")).to_be_visible()
    assert records(world) == []


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_its_pages_are_readable(
    visit: Visit, world: World, at: datetime, clock: Clock, scheme: str, width: int
) -> None:
    who = world.who()
    plain = world.draft(session(), at=at)  # type: ignore[arg-type]
    paid = ExternalInput("T-77", date(2026, 6, 15), "Vipps")
    record = world.draft(session(), at=at).id  # type: ignore[arg-type]
    externalise_draft(record, paid, who=who, at=at)
    own = f"/o/{world.organization.slug}"
    screen = {"width": width, "height": 900}
    page = visit(world.alice, f"{own}/drafts/{record}/", color_scheme=scheme, viewport=screen)
    found_ = {"record": barriers(page)}
    page.locator(".page-head summary").click()
    found_["menu"] = barriers(page)
    for name, path in (
        ("question", f"/drafts/{plain.id}/external/"),
        ("details", f"/drafts/{record}/external/details/"),
        ("list", "/invoices/?state=external"),
        ("client", f"/clients/{world.daisy.id}/invoices/"),
    ):
        page.goto(f"{own}{path}")
        found_[name] = barriers(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(f"{own}/drafts/{plain.id}/")
    choose(page, "Invoice Externally")
    expect(page.get_by_role("dialog")).to_be_visible()
    found_["dialog"] = barriers(page)
    assert {name: wrong for name, wrong in found_.items() if wrong} == {}
