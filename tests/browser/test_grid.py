"""The diary as a grid: drawn and dragged in a browser; what is refused is where it was."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from storno.diary.hours.keep import keep_other_hours, keep_week
from storno.diary.hours.plan import read_week
from storno.diary.models import Booking, Sight
from storno.diary.sight import open_diary
from tests.browser.conftest import Visit
from tests.browser.test_diary import faults, furnished
from tests.conftest import Clock
from tests.diary.practice import HOUR, Practice, practice
from tests.properties.depth import LOOKS

TODAY = datetime(2026, 6, 16, 8, 0, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")
SLOT = 30
"""The height of half an hour, in pixels."""


def test_what_draws_the_grid_is_there() -> None:
    """bin/setup.py brings it; without it the diary is a list."""
    assert settings.DIARY_GRID, "run bin/check, or npm ci --ignore-scripts"


def grid(page: Page, clinic: Practice, view: str, on: str = "2026-06-16", *who: Any) -> None:
    """Open a grid, and wait until what stands in it is drawn."""
    more = "".join(f"&who={member.id}" for member in who)
    slug = clinic.world.organization.slug
    with page.expect_response("**/diary/events/**"):
        page.goto(f"/o/{slug}/diary/?view={view}&as=grid&on={on}{more}")


def event(page: Page, words: str) -> Locator:
    """The event with these words, as a whole."""
    return page.locator(".ec-event:not(.ec-ghost)", has_text=words)


def drag(page: Page, what: Locator, *, down: float = 0, right: float = 0, by: str = "") -> None:
    """Drag an event, or its lower edge, so many pixels."""
    what.scroll_into_view_if_needed()
    box = (what.locator(by) if by else what).bounding_box()
    assert box is not None
    across, height = box["x"] + box["width"] / 2, box["y"] + min(box["height"] / 2, 10)
    page.mouse.move(across, height)
    page.mouse.down()
    page.mouse.move(across + right / 2, height + down / 2, steps=3)
    page.mouse.move(across + right, height + down, steps=3)
    with page.expect_response("**/diary/events/**"):
        page.mouse.up()


def stands(clinic: Practice, booking: Booking) -> tuple[str, int]:
    """When a booking begins by the clocks of Oslo, and how long it lasts."""
    now = clinic.now(booking)
    return f"{now.starts_at.astimezone(OSLO):%Y-%m-%d %H:%M}", now.minutes


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_each_grid_is_for_everybody(
    visit: Visit, clock: Clock, at: datetime, scheme: str, width: int
) -> None:
    clinic, _bookings = furnished(at)
    other, actor = clinic.member("wolfeschlegelsteinhausenbergerdorff-featherstonehaugh")
    open_diary(clinic.paula.id, Sight.VIEW, who=actor, at=at)
    week, away = read_week({"tuesday": "9-12, 13-16"}), TODAY.date() + timedelta(days=1)
    keep_week(clinic.paula.id, TODAY.date(), week, who=clinic.who(), at=at)
    keep_other_hours(clinic.paula.id, away, away, (), who=clinic.who(), at=at)
    size = {"width": width, "height": 844}
    page = visit(clinic.paula.person, "/", color_scheme=scheme, viewport=size)
    wrong = []
    for view in ("day", "week", "month"):
        if width < 768 and view == "week":  # its list stays
            continue
        for who in ((), (clinic.paula, other)):
            grid(page, clinic, view, "2026-06-16", *who)
            expect(page.locator(".ec-event").first).to_be_attached()
            wrong += faults(page)
    assert wrong == []


def test_a_session_is_dragged_and_put_back(visit: Visit, clock: Clock, at: datetime) -> None:
    clinic = practice()
    session, block = clinic.book(TODAY, at=at), clinic.block(TODAY + 3 * HOUR, at=at)
    paid = clinic.book(TODAY - 24 * HOUR, at=at)
    clinic.invoice(paid, at=at)
    page = visit(clinic.paula.person, "/", viewport={"width": 1440, "height": 900})
    grid(page, clinic, "week")

    drag(page, event(page, "10:00–11:00").last, down=2 * SLOT)
    said = page.locator("[data-said]")
    expect(said).to_contain_text("Daisy Duck: moved to Tuesday 16 June 2026, 11:00–12:00.")
    assert stands(clinic, session) == ("2026-06-16 11:00", 60)
    drag(page, event(page, "11:00–12:00"), down=SLOT, by=".ec-resizer")
    expect(event(page, "11:00–12:30")).to_be_visible()
    assert stands(clinic, session) == ("2026-06-16 11:00", 90)
    with page.expect_response("**/diary/events/**"):
        said.get_by_role("button", name="Undo").click()
    expect(event(page, "11:00–12:00")).to_be_visible()
    assert stands(clinic, session) == ("2026-06-16 11:00", 60)
    expect(said.get_by_role("button", name="Undo")).to_have_count(0)

    # What is in the way is named, and both are where they were.
    drag(page, event(page, "11:00–12:00"), down=4 * SLOT)
    expect(said).to_contain_text(
        "Supervision is booked then: Tuesday 16 June 2026, 13:00–14:00. Choose another time"
    )
    expect(event(page, "11:00–12:00")).to_be_visible()
    drag(page, event(page, "11:00–12:00"), down=3 * SLOT, by=".ec-resizer")
    expect(said).to_contain_text("Supervision is booked then: Tuesday 16 June 2026, 13:00–14:00.")
    expect(event(page, "11:00–12:00")).to_be_visible()
    assert stands(clinic, session) == ("2026-06-16 11:00", 60)
    # So it is when it was moved elsewhere meanwhile.
    clinic.move(session, TODAY + 6 * HOUR, at=at)
    drag(page, event(page, "11:00–12:00"), down=-2 * SLOT)
    expect(said).to_contain_text("was changed in another window")
    expect(event(page, "16:00–17:00")).to_be_visible()
    assert stands(clinic, block) == ("2026-06-16 13:00", 60)

    # What is invoiced is moved all the same.
    column = page.locator(".ec-body .ec-day").first.bounding_box()
    assert column is not None
    drag(page, event(page, "10:00–11:00"), right=2 * column["width"])
    expect(said).to_contain_text("Daisy Duck: moved to Wednesday 17 June 2026, 10:00–11:00.")
    assert stands(clinic, paid) == ("2026-06-17 10:00", 60)


def test_beside_each_other_a_session_is_dragged_to_somebody_else(
    visit: Visit, clock: Clock, at: datetime
) -> None:
    clinic = practice()
    session = clinic.book(TODAY, at=at)
    otto, actor = clinic.member("otto")
    erik, _actor = clinic.member("erik")
    open_diary(clinic.paula.id, Sight.BOOK, who=actor, at=at)
    page = visit(clinic.paula.person, "/", viewport={"width": 1440, "height": 900})
    grid(page, clinic, "day", "2026-06-16", clinic.paula, otto, erik)
    columns = [each.bounding_box() for each in page.locator(".ec-body .ec-day").all()]
    assert columns[0] and columns[1]
    wide, said = columns[1]["x"] - columns[0]["x"], page.locator("[data-said]")
    drag(page, event(page, "Daisy Duck"), right=wide, down=2 * SLOT)
    expect(said).to_contain_text("Daisy Duck: now with Otto, Tuesday 16 June 2026, 11:00–12:00.")
    assert clinic.now(session).practitioner_id == otto.person_id
    with page.expect_response("**/diary/events/**"):
        said.get_by_role("button", name="Undo").click()
    expect(said).to_contain_text("put back")
    now = clinic.now(session)
    assert (now.practitioner_id, now.starts_at) == (clinic.paula.person_id, TODAY)
    assert faults(page) == []


def test_a_week_in_which_the_clocks_are_changed(visit: Visit, clock: Clock, at: datetime) -> None:
    clinic = practice()
    page = visit(clinic.paula.person, "/", viewport={"width": 1440, "height": 900})
    for sunday in ("2026-03-29", "2026-10-25"):
        noon = datetime.fromisoformat(f"{sunday}T12:00").replace(tzinfo=OSLO)
        saturday = clinic.book(noon - timedelta(days=1), at=at)
        after = clinic.book(noon + 2 * HOUR, at=at)
        grid(page, clinic, "week", sunday)
        noons, twos = (
            event(page, words).bounding_box() for words in ("12:00–13:00", "14:00–15:00")
        )
        column = page.locator(".ec-body .ec-day").first.bounding_box()
        assert noons and twos and column
        assert twos["y"] - noons["y"] == 4 * SLOT
        drag(page, event(page, "12:00–13:00"), right=column["width"])
        expect(page.locator("[data-said]")).to_contain_text("12:00–13:00.")
        assert stands(clinic, saturday) == (f"{sunday} 12:00", 60)
        assert stands(clinic, after) == (f"{sunday} 14:00", 60)


def test_a_free_time_is_booked_and_the_keys_lead_on(
    visit: Visit, clock: Clock, at: datetime
) -> None:
    clinic = practice()
    clinic.book(TODAY, at=at)
    page = visit(clinic.paula.person, "/", viewport={"width": 1440, "height": 900})
    grid(page, clinic, "day")
    free = event(page, "10:00–11:00").bounding_box()
    assert free is not None
    page.mouse.click(free["x"] + 40, free["y"] + 5 * SLOT + 2)
    expect(page.get_by_label("Time", exact=True)).to_have_value("12:30")
    expect(page.get_by_label("Day", exact=True)).to_have_value("2026-06-16")
    expect(page.get_by_label("Length in minutes")).to_have_value("")

    clinic.block(TODAY - 5 * HOUR, at=at)  # before work begins, and in view nevertheless
    grid(page, clinic, "day")
    expect(event(page, "05:00")).to_be_in_viewport()
    for key, url in (
        ("j", "on=2026-06-17"),
        ("t", "/diary/?view=day&as=grid"),
        ("ArrowLeft", "on=2026-06-15"),
        ("m", "/diary/?view=month&as=grid&on=2026-06-15"),
        ("w", "/diary/?as=grid&on=2026-06-15"),
    ):
        page.keyboard.press(key)
        page.wait_for_url(f"**{url}")
    page.keyboard.press("a")
    page.wait_for_url("**/diary/?on=2026-06-15")
    expect(page.get_by_role("link", name="Daisy Duck")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Days before, days after")
    grid(page, clinic, "week")
    page.get_by_role("link", name="Daisy Duck").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Daisy Duck")


def test_on_a_telephone_one_day_is_leafed_by_finger(
    visit: Visit, clock: Clock, at: datetime
) -> None:
    clinic = practice()
    session = clinic.book(TODAY, at=at)
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    page = visit(clinic.paula.person, "/", **phone)
    grid(page, clinic, "day")
    expect(event(page, "Daisy Duck")).to_be_visible()
    box = page.locator(".ec-body").bounding_box()
    assert box is not None
    stroke = page.context.new_cdp_session(page)
    for kind, left in (("touchStart", 300), ("touchMove", 180), ("touchEnd", None)):
        points = [] if left is None else [{"x": left, "y": 600}]
        stroke.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_url("**on=2026-06-17**")

    # What is held for a moment is dragged.
    grid(page, clinic, "day")
    held = event(page, "Daisy Duck").bounding_box()
    assert held is not None
    across, down = held["x"] + 40, held["y"] + 10
    send = partial(stroke.send, "Input.dispatchTouchEvent")
    send({"type": "touchStart", "touchPoints": [{"x": across, "y": down}]})
    expect(page.locator(".ec-preview")).to_be_attached()
    for step in (1, 2):
        send({"type": "touchMove", "touchPoints": [{"x": across, "y": down + step * SLOT}]})
    with page.expect_response("**/diary/events/**"):
        send({"type": "touchEnd", "touchPoints": []})
    expect(page.locator("[data-said]")).to_contain_text("moved to Tuesday 16 June 2026, 11:00")
    assert stands(clinic, session) == ("2026-06-16 11:00", 60)
    page.goto(f"/o/{clinic.world.organization.slug}/diary/?view=week&as=grid&on=2026-06-16")
    expect(page.locator("[data-grid]")).to_be_hidden()
    expect(page.locator(".diary-row", has_text="Daisy Duck")).to_be_visible()


def test_without_what_draws_it_the_diary_is_a_list(
    visit: Visit, clock: Clock, at: datetime
) -> None:
    clinic = practice()
    clinic.book(TODAY, at=at)
    path = f"/o/{clinic.world.organization.slug}/diary/?view=week&as=grid&on=2026-06-16"
    page = visit(clinic.paula.person, path, java_script_enabled=False)
    expect(page.get_by_role("link", name="Daisy Duck")).to_be_visible()
    page = visit(clinic.paula.person, "/")
    page.route("**/event-calendar.min.js", lambda route: route.fulfill(body=""))
    page.goto(path)
    expect(page.locator(".diary-row", has_text="Daisy Duck")).to_be_visible()
