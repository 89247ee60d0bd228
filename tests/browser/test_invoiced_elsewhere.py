"""The practice's third scenario in a browser: the session is invoiced in another system."""

from datetime import date, datetime

import pytest
from playwright.sync_api import expect

from storno.documents.external import ExternalInput, externalise_draft
from storno.notices.remind import remind_due
from storno.organizations.models import Method
from storno.tax.category import TaxCategory
from tests.browser.axe import barriers
from tests.browser.conftest import Visit
from tests.browser.script import DAY, PAST, Script, address, begin, hue
from tests.conftest import Clock
from tests.diary.practice import practice
from tests.observe import balances, drafts, letters
from tests.properties.depth import LOOKS
from tests.world import line

NO_PAPER = (
    *("Finalize Invoice", "Send Payment Notification", "Credit Invoice", "Register payment"),
    *("Preview as PDF", "PDF", "Copy"),
)
"""The deeds of papers, of which a record offers none."""


def records(script: Script) -> list[tuple[str, date | None, str]]:
    return [
        (record.external_number, record.external_paid_on, record.external_paid_by)
        for record in drafts(script.paula.world)
        if record.external_at is not None
    ]


def is_asked_of_nobody(script: Script, at: datetime) -> None:
    """Nothing was sent, nobody is reminded, and nothing is in the books or on Home."""
    assert remind_due(script.paula.id, at=at + 42 * DAY) == 0
    assert (letters(script.paula.world), balances(script.paula.world)) == ([], {})
    script.go("/")
    expect(script.page.get_by_role("main")).not_to_contain_text("Daisy Duck awaits")
    script.go(f"/clients/{script.paula.daisy.id}/invoices/")
    expect(script.page.locator("[data-rows]")).to_contain_text("Invoiced externally")
    script.go_to_session()
    script.reads("Invoiced externally")


def test_the_session_is_invoiced_in_another_system(
    visit: Visit, at: datetime, clock: Clock
) -> None:
    """Scenario 3: green, a record and no paper, payment details if known, and the way back."""
    script = begin(visit, at)
    page, papers = script.page, [("2026-0001", 119_000), ("2026-K1", 119_000)]
    draft = script.credited()
    script.more("Invoice Externally")
    green = script.dialog.get_by_role("button", name="Invoice Externally")
    assert hue(green) == "green"
    script.dialog.get_by_role("link", name="Keep the draft").click()
    assert records(script) == []

    script.more("Invoice Externally")
    green.click()
    script.reads("It is invoiced externally. Nobody was sent anything.")
    expect(page.get_by_role("heading", name="Invoiced externally: Daisy Duck")).to_be_visible()
    expect(page.locator(".chain")).to_contain_text("Credit note 2026-K1")
    script.lacks(*NO_PAPER)
    assert records(script) == [("", None, "")]
    is_asked_of_nobody(script, at)

    script.go(draft)
    script.more("Back to draft")
    script.reads("It is a draft again. Nobody was sent anything.")
    expect(page.get_by_role("button", name="Finalize Invoice")).to_be_visible()
    assert records(script) == []
    expect(page.locator(".past")).to_contain_text("Marked as invoiced externally.")

    script.more("Invoice Externally")
    green.click()
    page.get_by_role("link", name="Add payment details").click()
    script.dialog.get_by_label("Paid on").fill("2026-06-15")
    script.dialog.get_by_label("How it was paid").fill("Vipps")
    script.dialog.get_by_label("Number of the external invoice").fill("T-77")
    script.dialog.get_by_role("button", name="Save").click()
    script.reads("Invoiced externally, paid yesterday")
    assert records(script) == [("T-77", date(2026, 6, 15), "Vipps")]
    page.locator(".page-head summary").click()
    expect(page.get_by_role("button", name="Back to draft")).to_have_count(0)
    assert script.papers() == papers
    is_asked_of_nobody(script, at)
    expect(page.locator("main")).to_contain_text("paid yesterday")


def test_from_the_start(visit: Visit, at: datetime, clock: Clock) -> None:
    """Its variant: booked as invoiced elsewhere, there is no paper at all."""
    paula = practice()
    session = paula.book(PAST, at=at, method=Method.EXTERNAL)
    script = Script(paula, visit(paula.paula.person, f"{address(paula)}/"), session)
    (record,) = drafts(paula.world)
    assert (script.papers(), records(script)) == ([], [("", None, "")])
    script.go(f"/drafts/{record.id}/")
    script.lacks(*NO_PAPER)
    is_asked_of_nobody(script, at)


def test_one_guided_pass(visit: Visit, at: datetime, clock: Clock) -> None:
    """`next` in the dialog does the same in one go, and still crediting is what is red."""
    script = begin(visit, at)
    script.go(f"/invoices/{script.invoice.id}/")
    script.more("Credit Invoice")
    script.dialog.get_by_label("Invoice it externally").check()
    expect(script.dialog).to_contain_text("A record of what you invoice externally stays here.")
    script.press_credit()
    script.reads("Credit note 2026-K1 is made.")
    script.lacks("See draft")
    assert records(script) == [("", None, "")]
    assert script.papers() == [("2026-0001", 119_000), ("2026-K1", 119_000)]
    is_asked_of_nobody(script, at)


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_its_pages_are_readable(
    visit: Visit, at: datetime, clock: Clock, scheme: str, width: int
) -> None:
    world = practice().world
    sold = line("1190.00", category=TaxCategory.EXEMPT)
    who, plain = world.who(), world.draft(sold, at=at)
    paid = ExternalInput("T-77", date(2026, 6, 15), "Vipps")
    record = world.draft(sold, at=at).id
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
    page.locator(".page-head summary").click()
    page.locator(".page-head .panel").get_by_text("Invoice Externally", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found_["dialog"] = barriers(page)
    assert {name: wrong for name, wrong in found_.items() if wrong} == {}
