"""The diary in a browser: read by everybody, booked by keyboard, with a script and without."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from storno.catalogue.models import Charge
from storno.diary.cancel import cancel_booking
from storno.diary.models import Booking, BookingState
from storno.organizations.scope import scope
from tests.browser.axe import barriers
from tests.browser.conftest import Visit
from tests.conftest import Clock
from tests.diary.practice import HOUR, Practice, practice
from tests.properties.depth import LOOKS

TODAY = datetime(2026, 6, 16, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh " * 3


def furnished(at: datetime) -> tuple[Practice, dict[str, Booking]]:
    """A practice with a booking of each kind in this week."""
    clinic = practice()
    billed = clinic.book(TODAY, at=at, place=LONG[:200])
    clinic.invoice(billed, at=at)
    gone = clinic.book(TODAY + DAY, at=at)
    cancel_booking(gone.id, Charge.HALF, who=clinic.who(), at=at)
    drafted = clinic.book(TODAY + 3 * HOUR, at=at, video="https://video.example.com/daisy")
    block = clinic.block(TODAY + 6 * HOUR, at=at)
    return clinic, {"billed": billed, "gone": gone, "drafted": drafted, "block": block}


def faults(page: Page) -> list[str]:
    """What axe finds wrong, and that the page is wider than the screen."""
    found = [f"{page.url}: {each}" for each in barriers(page)]
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return [*found, f"{page.url}: {wide} px too wide"] if wide else found


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_each_page_is_for_everybody(
    visit: Visit, clock: Clock, at: datetime, scheme: str, width: int
) -> None:
    clinic, bookings = furnished(at)
    root = f"/o/{clinic.world.organization.slug}/diary/"
    size = {"width": width, "height": 844}
    page = visit(clinic.paula.person, root, color_scheme=scheme, viewport=size)
    other = clinic.world.organization.memberships.get(person=clinic.world.alice).id
    paths = [
        "?cancelled=1",
        "?view=day",
        "?view=month&on=2027-02-01",
        f"?who={clinic.paula.id}&who={other}",
        "new/",
        f"new/?client={clinic.daisy.id}",
        "new/activity/",
        "access/",
        *(f"{booking.id}/" for booking in bookings.values()),
        *(f"{bookings[name].id}/change/" for name in ("billed", "drafted", "block")),
        *(f"{bookings[name].id}/cancellation/" for name in ("billed", "drafted", "block")),
    ]
    wrong = []
    for path in paths:
        page.goto(root + path)
        wrong += faults(page)
    assert wrong == []


def test_a_session_is_booked_with_a_script_and_by_keyboard(
    visit: Visit, clock: Clock, at: datetime
) -> None:
    clinic = practice()
    page = visit(clinic.paula.person, f"/o/{clinic.world.organization.slug}/diary/")
    page.get_by_role("link", name="New event").press("Enter")
    page.get_by_label("Search by name, e-mail or number").fill("dais")
    page.get_by_role("button", name="Daisy Duck").press("Enter")
    expect(page.get_by_role("button", name="Choose somebody else")).to_be_visible()
    assert page.get_by_label("Length in minutes").get_attribute("placeholder") == "60"
    assert page.get_by_label("Price").get_attribute("placeholder") == "1190.00"
    assert faults(page) == []
    page.get_by_label("Time", exact=True).fill("14:00")
    page.get_by_role("textbox", name="Place").fill("Room 2")
    page.get_by_role("textbox", name="Place").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Daisy Duck")
    expect(page.get_by_text("Tuesday 16 June 2026, 14:00–15:00")).to_be_visible()
    with scope(clinic.id):
        booking = Booking.objects.get(organization_id=clinic.id)
    assert (booking.starts_at, booking.place) == (
        datetime(2026, 6, 16, 12, 0, tzinfo=UTC),
        "Room 2",
    )


def test_a_client_is_entered_over_the_form(visit: Visit, clock: Clock, at: datetime) -> None:
    clinic = practice()
    page = visit(clinic.paula.person, f"/o/{clinic.world.organization.slug}/diary/new/")
    page.get_by_role("textbox", name="Place").fill("Room 2")
    page.get_by_role("button", name="New client").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("Minnie Mouse")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Minnie Mouse").first).to_be_visible()
    expect(page.get_by_role("textbox", name="Place")).to_have_value("Room 2")
    expect(page.get_by_label("Invoice recipient")).to_contain_text("Minnie Mouse")


def test_the_question_before_cancelling_is_a_dialog(
    visit: Visit, clock: Clock, at: datetime
) -> None:
    clinic, bookings = furnished(at)
    path = f"/o/{clinic.world.organization.slug}/diary/{bookings['drafted'].id}/"
    page = visit(clinic.paula.person, path, color_scheme="dark")
    page.locator("summary.dots").press("Enter")
    page.get_by_role("link", name="Cancel booking").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("Cancel this booking?")
    expect(dialog.get_by_label("Charge half")).to_be_checked()
    assert faults(page) == []
    dialog.get_by_role("link", name="Keep booking").press("Enter")
    expect(dialog).not_to_be_visible()
    assert clinic.now(bookings["drafted"]).state == BookingState.BOOKED
    page.locator("summary.dots").click()
    page.get_by_role("link", name="Cancel booking").click()
    dialog.get_by_label("Charge nothing").check()
    dialog.get_by_role("button", name="Cancel booking").click()
    expect(page.get_by_text("Paula cancelled it today at 11:12.")).to_be_visible()
    assert clinic.now(bookings["drafted"]).state == BookingState.CANCELLED
    page.get_by_role("button", name="Take the cancellation back").press("Enter")
    expect(page.get_by_role("link", name="Change")).to_be_visible()
    assert clinic.now(bookings["drafted"]).state == BookingState.BOOKED


def test_without_a_script_all_of_it_works(visit: Visit, clock: Clock, at: datetime) -> None:
    clinic = practice()
    page = visit(
        clinic.paula.person,
        f"/o/{clinic.world.organization.slug}/diary/new/",
        java_script_enabled=False,
    )
    page.get_by_label("Time", exact=True).fill("14:00")
    page.get_by_label("Price").fill("990")
    page.get_by_label("Search by name, e-mail or number").fill("dais")
    page.get_by_label("Search by name, e-mail or number").press("Enter")
    expect(page.get_by_text("Daisy Duck").first).to_be_visible()  # the only one is chosen
    expect(page.get_by_label("Price")).to_have_value("990")
    page.get_by_role("button", name="Add Booking").last.click()
    expect(page.get_by_text("NOK 990.00").first).to_be_visible()
    page.locator("summary.dots").click()
    page.get_by_role("link", name="Cancel booking").click()
    page.get_by_label("Charge it in full").check()
    page.get_by_role("button", name="Cancel booking").click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("Cancelled late")
    page.get_by_role("button", name="Take the cancellation back").click()
    page.get_by_role("link", name="Change").click()
    page.get_by_label("Price").fill("890")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("NOK 890.00").first).to_be_visible()
    page.get_by_role("link", name="See draft").click()
    expect(page.get_by_text("890,00").first).to_be_visible()
    page.locator("summary.dots").first.click()
    page.get_by_role("link", name="Delete").click()
    page.get_by_label("Cancel booking").check()
    page.get_by_role("button", name="Delete").click()
    expect(
        page.get_by_text("The booking is cancelled, and its time is free again.")
    ).to_be_visible()
