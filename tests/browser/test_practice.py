"""The practice's scenarios in a browser: a wrong price, a wrong recipient, a draft not wanted."""

from datetime import datetime
from decimal import Decimal

from playwright.sync_api import Page, expect

from storno.clients.models import ClientKind
from storno.clients.save import ClientInput, create_client
from storno.documents.models import Document, Draft, Standing
from storno.mailroom.models import Letter
from storno.organizations.models import Channel
from storno.organizations.scope import scope
from storno.tax.category import TaxCategory
from tests.browser.conftest import Visit
from tests.conftest import Clock
from tests.world import World, found, line


def practice() -> World:
    """A clinic in Norway that credits at once and delivers by itself."""
    return found(
        "NO",
        wording="practice",
        hold_seconds=0,
        after_credit="draft",
        default_channel="none",
        vat_on="invoice",
    )


def session() -> object:
    return line("1190.00", category=TaxCategory.EXEMPT, description="60 min")


def documents(world: World) -> list[tuple[str, str, int]]:
    with scope(world.id):
        papers = Document.objects.filter(organization_id=world.id).order_by("id")
        return [(paper.kind, paper.number, paper.payable_minor) for paper in papers]


def open_of(world: World) -> list[int]:
    with scope(world.id):
        standings = Standing.objects.filter(organization_id=world.id).order_by("id")
        return [standing.open_minor for standing in standings]


def letters(world: World) -> list[str]:
    with scope(world.id):
        return [letter.to_address for letter in Letter.objects.filter(organization_id=world.id)]


def credit(page: Page, world: World) -> None:
    """The common part: find the invoice by its client, credit it, and see what came of it."""
    page.get_by_role("navigation", name="Places").get_by_role("link", name="Clients").click()
    page.get_by_role("link", name="Daisy Duck").click()
    page.locator("main").get_by_role("link", name="Invoices", exact=True).first.click()
    page.locator("[data-rows]").get_by_role("link", name="Daisy Duck").click()
    expect(page.get_by_role("heading", name="Invoice 2026-0001", level=1)).to_be_visible()
    page.locator(".page-head summary").click()
    page.locator(".panel").get_by_role("link", name="Credit Invoice").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Credits invoice 2026-0001")).to_be_visible()
    dialog.get_by_role("link", name="Keep the invoice").click()
    assert documents(world) == [("invoice", "2026-0001", 119_000)]

    page.locator(".page-head summary").click()
    page.locator(".panel").get_by_role("link", name="Credit Invoice").click()
    dialog.get_by_label("Why is it credited?").select_option("wrong_price")
    dialog.get_by_role("button", name="Credit Invoice", exact=True).click()
    expect(page.get_by_text("Credited today by credit note 2026-K1").first).to_be_visible()
    expect(page.get_by_role("article", name="Kreditnota 2026-K1")).to_be_visible()
    original = page.get_by_role("article", name="Faktura 2026-0001")
    expect(original.get_by_text("Credited by credit note 2026-K1")).to_be_visible()
    expect(page.get_by_role("link", name="Credit Invoice")).to_have_count(0)
    assert open_of(world) == [0]
    page.locator(".story").get_by_role("link", name="See draft").click()
    expect(page.get_by_text("This is a draft. It has no number and binds nobody.")).to_be_visible()


def test_the_original_invoice_had_the_wrong_price(visit: Visit, at: datetime, clock: Clock) -> None:
    world = practice()
    with scope(world.id):
        world.daisy.language = "nb"
        world.daisy.save()
    world.invoice(session(), at=at)  # type: ignore[arg-type]
    page = visit(world.alice, f"/o/{world.organization.slug}/")
    credit(page, world)

    page.get_by_role("link", name="Change Price").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Price")).to_have_value("1190.00")
    dialog.get_by_label("Price").fill("990")
    dialog.get_by_role("button", name="Change", exact=True).click()
    expect(page.get_by_text("The price is changed.")).to_be_visible()
    expect(page.get_by_role("article").get_by_text("990,00 kr").first).to_be_visible()
    assert documents(world)[2:] == []

    page.get_by_role("button", name="Finalize Invoice").click()
    expect(page.get_by_role("heading", name="Invoice 2026-0002", level=1)).to_be_visible()
    assert letters(world) == []
    page.get_by_role("link", name="Send Payment Notification").first.click()
    dialog.get_by_role("button", name="Send Payment Notification").click()
    expect(page.get_by_text("The payment notification is on its way.")).to_be_visible()
    assert letters(world) == ["daisy@example.com"]

    page.get_by_role("link", name="Register payment").first.click()
    dialog.get_by_role("button", name="Register payment").click()
    expect(page.get_by_text("Paid today").first).to_be_visible()
    chain = page.locator(".chain")
    expect(chain).to_contain_text("Invoice 2026-0001")
    expect(chain).to_contain_text("Credit note 2026-K1")
    expect(chain).to_contain_text("Invoice 2026-0002")
    assert documents(world) == [
        ("invoice", "2026-0001", 119_000),
        ("credit_note", "2026-K1", 119_000),
        ("invoice", "2026-0002", 99_000),
    ]
    assert open_of(world) == [0, 0]


def test_the_original_invoice_went_to_the_wrong_recipient(
    visit: Visit, at: datetime, clock: Clock
) -> None:
    world = practice()
    with scope(world.id):
        world.daisy.language = "nb"
        world.daisy.save()
    world.invoice(session(), at=at)  # type: ignore[arg-type]
    employer = create_client(
        ClientInput(
            kind=ClientKind.COMPANY,
            name="Fjellet AS",
            business_id="974760673",
            email="faktura@example.com",
            channel=Channel.EMAIL,
        ),
        who=world.who(),
        at=at,
    )
    page = visit(world.alice, f"/o/{world.organization.slug}/")
    credit(page, world)

    page.evaluate("htmx.config.defaultSettleDelay = 400")  # one types before it listens
    page.get_by_role("link", name="Change Recipient").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("searchbox").fill("fjel")
    dialog.get_by_role("button", name="Fjellet AS").click()
    expect(page.get_by_role("heading", name="Draft for Fjellet AS")).to_be_visible()
    page.get_by_role("button", name="Finalize Invoice").click()
    expect(page.get_by_role("heading", name="Invoice 2026-0002", level=1)).to_be_visible()
    assert letters(world) == ["faktura@example.com"]
    with scope(world.id):
        second = Document.objects.get(organization_id=world.id, number="2026-0002")
    assert second.recipient_id == employer.id


def test_a_draft_that_is_not_wanted_is_deleted(visit: Visit, at: datetime, clock: Clock) -> None:
    world = practice()
    with scope(world.id):
        world.daisy.language = "nb"
        world.daisy.save()
    world.invoice(session(), at=at)  # type: ignore[arg-type]
    page = visit(world.alice, f"/o/{world.organization.slug}/")
    credit(page, world)
    address = page.url
    page.locator(".page-head summary").click()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("The draft is deleted. No number was used.")).to_be_visible()
    page.goto(address)
    expect(page.get_by_role("heading", name="Alice deleted this draft today at")).to_be_visible()
    with scope(world.id):
        assert Draft.objects.filter(organization_id=world.id).count() == 0
    assert open_of(world) == [0]


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
