"""A series in a browser, on a phone and by keyboard: seen, booked, changed and cancelled."""

from datetime import datetime

from playwright.sync_api import expect

from storno.diary.models import BookingState, Series
from tests.browser.conftest import Visit
from tests.browser.test_diary import faults
from tests.conftest import Clock
from tests.diary.practice import HOUR, practice
from tests.diary.recurring import sessions
from tests.web.cast import row_of
from tests.web.diary.test_new import TEN


def test_a_series_on_a_phone_by_keyboard(visit: Visit, clock: Clock, at: datetime) -> None:
    clinic = practice()
    clinic.block(TEN, at=at)
    page = visit(
        clinic.paula.person,
        f"/o/{clinic.world.organization.slug}/diary/new/?client={clinic.daisy.id}&on=2026-06-11",
        viewport={"width": 390, "height": 844},
    )
    page.get_by_label("Time", exact=True).fill("10:00")
    expect(page.get_by_label("How many times")).to_be_hidden()
    page.get_by_label("Repeats").select_option("Every week")
    expect(page.get_by_label("On which day of the month")).to_be_hidden()
    page.get_by_label("How many times").fill("4")
    wrong = faults(page)
    page.get_by_role("button", name="Add Booking").last.press("Enter")
    expect(page.get_by_text("Supervision, 10:00–11:00")).to_be_visible()
    wrong += faults(page)
    page.get_by_role("button", name="Book the 3 that are free").press("Enter")
    expect(page.get_by_text("3 sessions are booked.")).to_be_visible()
    wrong += faults(page)
    page.get_by_role("link", name="25 June, 10:00", exact=False).last.press("Enter")
    page.get_by_role("link", name="Change").press("Enter")
    page.get_by_role("link", name="This and the following").press("Enter")
    page.get_by_label("Time", exact=True).fill("12:00")
    page.get_by_role("button", name="See what changes").press("Enter")
    expect(page.get_by_text("10:00 becomes 12:00")).to_be_visible()
    wrong += faults(page)
    page.get_by_role("button", name="Save changes").press("Enter")
    page.get_by_role("link", name="25 June, 12:00").last.press("Enter")
    page.locator("summary.dots").press("Enter")
    page.get_by_role("link", name="Cancel booking").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("All that are to come").check()
    dialog.get_by_role("button", name="Cancel booking").press("Enter")
    expect(page.get_by_text("2 sessions are cancelled, and their times are free")).to_be_visible()
    assert wrong == []
    first = row_of(Series, clinic.world, first_on="2026-06-11")
    (kept,) = sessions(clinic, first)
    assert (kept.starts_at, kept.state) == (TEN - 7 * 24 * HOUR, BookingState.BOOKED)
