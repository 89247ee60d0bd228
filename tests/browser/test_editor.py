"""The editor and the dialogs in a browser that runs the script."""

from datetime import datetime
from decimal import Decimal

from django.test import override_settings
from playwright.sync_api import expect

from storno.catalogue.save import ServiceInput, create_service
from storno.documents.draft import entered_in
from storno.documents.models import Draft
from storno.organizations.scope import scope
from storno.tax.category import TaxCategory
from tests.browser.conftest import Visit
from tests.conftest import Clock
from tests.world import VAT, found


def test_a_client_is_entered_over_the_editor(visit: Visit, at: datetime, clock: Clock) -> None:
    world = found()
    phone = {"viewport": {"width": 390, "height": 844}}
    page = visit(world.alice, f"/o/{world.organization.slug}/drafts/new/", **phone)
    page.get_by_label("What was done or sold").fill("Oak table")
    page.get_by_label("Price", exact=True).fill("1000,00")
    # A text field drawn larger by hand bears a style of its own, which no answer may copy.
    page.locator("#editor textarea").first.evaluate("field => field.style.height = '9rem'")
    page.get_by_role("searchbox").fill("Café Pulla")
    expect(page.get_by_text("Nobody was found.")).to_be_visible()
    page.get_by_role("button", name="New customer").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Name", exact=True)).to_have_value("Café Pulla")
    dialog.get_by_label("E-mail").fill("x")
    dialog.get_by_role("button", name="Save and choose").click()
    expect(dialog.get_by_role("alert")).to_be_focused()
    dialog.get_by_label("E-mail").fill("office@pulla.example")
    dialog.get_by_role("button", name="Save and choose").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("#recipient").get_by_text("Café Pulla")).to_be_visible()
    expect(page.get_by_label("What was done or sold")).to_have_value("Oak table")
    expect(page.get_by_label("Price", exact=True)).to_have_value("1000,00")
    page.get_by_role("button", name="Save and preview").last.click()
    expect(page.get_by_role("heading", name="Draft for Café Pulla")).to_be_visible()
    with scope(world.id):
        (draft,) = Draft.objects.filter(organization_id=world.id)
        (line,) = entered_in(draft).lines
    assert line.description == "Oak table"


def test_a_whole_page_answers_where_it_stands(visit: Visit, at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    papers = f"/o/{world.organization.slug}/invoices/{invoice.id}"
    page = visit(world.alice, f"{papers}/credit-note/")
    page.get_by_role("link", name="Credit only a part of it").click()
    expect(page.get_by_label("Amount to credit")).to_have_count(1)
    page.get_by_label("Amount to credit").fill("9999")
    page.locator("#credit button.danger").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Amount to credit")).to_have_value("9999")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.goto(f"{papers}/payments/")
    page.get_by_label("Amount in EUR").fill("much")
    page.get_by_role("button", name="Register payment").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Amount in EUR")).to_have_value("much")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_form_that_is_too_large_says_so_while_it_is_reckoned(
    visit: Visit, at: datetime, clock: Clock
) -> None:
    world = found()
    page = visit(world.alice, f"/o/{world.organization.slug}/drafts/new/")
    page.get_by_label("What was done or sold").fill("Oak table")
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100):
        page.get_by_label("Price", exact=True).fill("1000,00")
        said = page.locator("#messages")
        expect(said).to_contain_text("This is too much at once")
        expect(said).to_contain_text("What you typed is still here: shorten it")
        expect(said).not_to_contain_text("The server did not answer.")
    expect(page.get_by_label("What was done or sold")).to_have_value("Oak table")
    page.get_by_label("Price", exact=True).fill("900,00")
    expect(said).to_be_empty()


def test_the_button_beside_the_catalogue_stays_on_one_line(
    visit: Visit, at: datetime, clock: Clock
) -> None:
    world = found()
    service = ServiceInput(
        name="Conversation on the phone between two sessions, forty-five minutes",
        unit_price=Decimal("90.00"),
        tax_category=TaxCategory.STANDARD,
        tax_rate=VAT,
    )
    create_service(service, who=world.who(), at=at)
    phone = {"viewport": {"width": 390, "height": 844}}
    page = visit(world.alice, f"/o/{world.organization.slug}/drafts/new/", **phone)
    beside, alone = (
        page.get_by_role("button", name=name).bounding_box() for name in ("Add it", "Add a line")
    )
    assert beside and alone
    assert beside["height"] == alone["height"]
    assert beside["x"] + beside["width"] <= 390


def test_totals_follow_as_one_types(visit: Visit, at: datetime, clock: Clock) -> None:
    world = found()
    page = visit(world.alice, f"/o/{world.organization.slug}/drafts/new/")
    page.get_by_role("searchbox").fill("dais")
    page.get_by_role("button", name="Daisy Duck").click()
    expect(page.get_by_role("button", name="Choose somebody else")).to_be_visible()
    page.get_by_label("What was done or sold").fill("Oak table")
    page.get_by_label("Quantity").fill("2")
    page.get_by_label("Price", exact=True).fill("500,00")
    totals = page.locator("#totals")
    expect(totals).to_contain_text("€1,255.00")
    expect(page.locator("#lines-0-amount")).to_have_text("€1,000.00")
    page.get_by_role("button", name="Add a line").click()
    second = page.get_by_role("group", name="Line 2")
    second.get_by_label("What was done or sold").fill("Wax")
    second.get_by_label("Price", exact=True).fill("10")
    expect(totals).to_contain_text("€1,267.55")
    page.get_by_role("button", name="Remove line 1").click()
    expect(totals).to_contain_text("€12.55")
    page.get_by_role("button", name="Save and preview").last.click()
    expect(page.get_by_role("heading", name="Draft for Daisy Duck")).to_be_visible()
    with scope(world.id):
        (draft,) = Draft.objects.filter(organization_id=world.id)
        (only,) = draft.lines.all()
    assert (only.description, only.unit_price) == ("Wax", Decimal(10))
