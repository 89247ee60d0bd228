"""The practice's scripts in a browser, from the diary: the session, its invoice, and what follows.

Paula is a practitioner and no administrator; Daisy's session was yesterday at 1190.00, its invoice
is final and unpaid.
"""

from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from storno.documents.models import Document, Draft, Particulars
from storno.organizations.scope import scope
from tests.browser.conftest import Visit
from tests.conftest import Clock
from tests.diary.practice import Practice, practice

PAST = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)


def opened(visit: Visit, at: datetime) -> tuple[Practice, Page]:
    """Paula before the session, whose invoice is final."""
    paula = practice()
    booked = paula.book(PAST, at=at)
    paula.invoice(booked, at=at)
    page = visit(paula.paula.person, f"/o/{paula.world.organization.slug}/diary/")
    page.get_by_role("link", name="Daisy Duck").click()
    return paula, page


def see_draft(page: Page) -> None:
    """The common part from the diary: look at the lock, credit, and open the draft."""
    page.get_by_role("link", name="Change").click()
    expect(page.get_by_text("Credit the invoice first").first).to_be_visible()
    expect(page.get_by_label("Price")).not_to_be_editable()
    page.get_by_role("link", name="Back").click()
    page.get_by_role("link", name="View Invoice").first.click()
    expect(page.get_by_role("heading", name="Invoice 2026-0001", level=1)).to_be_visible()
    credit(page, "Make a corrected draft, ready to be changed")
    page.locator(".story").get_by_role("link", name="See draft").click()
    expect(page.get_by_text("This is a draft. It has no number and binds nobody.")).to_be_visible()


def credit(page: Page, then: str) -> None:
    """Credit the invoice that is shown."""
    page.locator(".page-head summary").click()
    page.locator(".panel").get_by_role("link", name="Credit Invoice").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why is it credited?").select_option("cancelled")
    dialog.get_by_label(then).check()
    dialog.get_by_role("button", name="Credit Invoice", exact=True).click()
    expect(page.get_by_text("Credited today by credit note 2026-K1").first).to_be_visible()


def numbers(paula: Practice) -> list[str]:
    with scope(paula.id):
        papers = Document.objects.filter(organization_id=paula.id).order_by("id")
        return [paper.number for paper in papers]


def more(page: Page, deed: str) -> None:
    page.locator(".page-head summary").click()
    page.locator(".panel").get_by_role("link", name=deed).click()


def test_a_session_to_be_cancelled(visit: Visit, at: datetime, clock: Clock) -> None:
    paula, page = opened(visit, at)
    see_draft(page)
    draft = page.url
    more(page, "Delete")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Cancel booking").check()
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(
        page.get_by_text("The booking is cancelled, and its time is free again.")
    ).to_be_visible()
    assert numbers(paula) == ["2026-0001", "2026-K1"]
    page.goto(f"/o/{paula.world.organization.slug}/diary/?on=2026-06-15")
    expect(page.get_by_role("link", name="Daisy Duck")).to_have_count(0)
    page.get_by_role("link", name="Show what was cancelled as well").click()
    expect(page.get_by_role("link", name="Daisy Duck")).to_be_visible()
    page.goto(draft)
    expect(page.get_by_role("heading", name="Paula deleted this draft today at")).to_be_visible()


def test_a_session_to_be_kept(visit: Visit, at: datetime, clock: Clock) -> None:
    paula, page = opened(visit, at)
    session = page.url
    see_draft(page)
    more(page, "Delete")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Keep booking").check()
    dialog.get_by_role("button", name="Delete", exact=True).click()
    page.goto(session)
    page.get_by_role("button", name="Make a draft").click()
    expect(page.get_by_text("This is a draft. It has no number and binds nobody.")).to_be_visible()
    with scope(paula.id):
        assert Draft.objects.filter(organization_id=paula.id).count() == 1


def test_invoiced_in_another_system(visit: Visit, at: datetime, clock: Clock) -> None:
    paula, page = opened(visit, at)
    session = page.url
    see_draft(page)
    more(page, "Invoice Externally")
    dialog = page.get_by_role("dialog")
    green = dialog.get_by_role("button", name="Invoice Externally")
    shade = green.evaluate("b => getComputedStyle(b).backgroundColor.match(/\\d+/g).map(Number)")
    assert shade[1] > shade[0]
    assert shade[1] > shade[2]
    green.click()
    expect(page.get_by_text("Invoiced externally").first).to_be_visible()
    page.goto(session)
    expect(page.get_by_text("Invoiced externally").first).to_be_visible()
    assert numbers(paula) == ["2026-0001", "2026-K1"]


def test_another_pays_and_reads_initials(visit: Visit, at: datetime, clock: Clock) -> None:
    paula, page = opened(visit, at)
    employer = paula.company()
    see_draft(page)
    page.get_by_role("link", name="Change Recipient").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("searchbox").fill("duck ind")
    dialog.get_by_role("button", name=employer.name).click()
    expect(page.get_by_role("heading", name=f"Draft for {employer.name}")).to_be_visible()
    expect(page.get_by_role("article").get_by_text("60 min, D. D.").first).to_be_visible()
    page.get_by_role("button", name="Finalize Invoice").click()
    expect(page.get_by_role("heading", name="Invoice 2026-0002", level=1)).to_be_visible()
    with scope(paula.id):
        second = Document.objects.get(organization_id=paula.id, number="2026-0002")
        parts = Particulars.objects.get(organization_id=paula.id, document_id=second.id).parts
    assert (second.recipient_id, parts["lines"]) == (employer.id, ["60 min, D. D."])
    assert "Daisy" not in str(parts)


def test_one_guided_pass_cancels_the_session(visit: Visit, at: datetime, clock: Clock) -> None:
    paula, page = opened(visit, at)
    session = page.url
    page.get_by_role("link", name="View Invoice").first.click()
    credit(page, "Cancel the booking; its time is free again")
    page.goto(session)
    expect(page.get_by_text("Paula cancelled it today at").first).to_be_visible()
    assert numbers(paula) == ["2026-0001", "2026-K1"]
