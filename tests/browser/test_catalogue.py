"""A service gets its length: by keyboard, with a script and without."""

from datetime import datetime

import pytest
from playwright.sync_api import expect

from storno.catalogue.models import Service
from tests.browser.axe import barriers_day_and_night
from tests.browser.conftest import Visit
from tests.conftest import Clock
from tests.web.cast import row_of
from tests.world import found


@pytest.mark.parametrize("scripts", [True, False])
def test_what_few_need_is_opened_filled_and_stays_open(
    visit: Visit, at: datetime, clock: Clock, scripts: bool
) -> None:
    world = found()
    path = f"/o/{world.organization.slug}/catalogue/new/"
    page = visit(world.alice, path, java_script_enabled=scripts)
    page.get_by_label("Name", exact=True).fill("Massage")
    page.get_by_label("Price", exact=True).fill("90")
    length = page.get_by_label("Length in minutes")
    expect(length).to_be_hidden()
    page.get_by_text("Booked in the diary", exact=True).press("Enter")
    expect(length).to_be_visible()
    length.fill("1500")
    page.get_by_label("Charge for cancelling later").select_option("Half")
    page.get_by_role("button", name="Save").click()
    said = "Between 1 and 1440 minutes: a session lasts a day at most."
    expect(page.get_by_text(said).first).to_be_visible()
    expect(length).to_have_value("1500")
    length.fill("60")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("60 min · plus 25.5% VAT")).to_be_visible()
    service = row_of(Service, world)
    assert (service.minutes, service.free_until_hours, service.late_charge) == (60, 24, "half")
    page.get_by_role("link", name="Massage").click()
    expect(length).to_have_value("60")


def test_the_opened_part_is_readable(visit: Visit, at: datetime, clock: Clock) -> None:
    world = found()
    path = f"/o/{world.organization.slug}/catalogue/new/"
    page = visit(world.alice, path)
    page.get_by_text("Booked in the diary", exact=True).click()
    expect(page.get_by_label("Length in minutes")).to_be_visible()
    assert barriers_day_and_night(page) == []
