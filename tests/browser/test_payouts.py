"""Payouts and the own account before a browser: readable by day and by night, in each state."""

from datetime import datetime

from storno.payouts.account import enter_payout_account
from storno.payouts.propose import propose_payouts
from tests.bank.told import told
from tests.browser.axe import barriers_day_and_night
from tests.browser.conftest import Visit
from tests.conftest import Clock
from tests.custody.house import in_custody
from tests.custody.test_cross import bring, key
from tests.payouts.test_pay_out import DAY, OWN, came_back, emptied, gone, of, person
from tests.world import World

OTHER = "FI1410093000123458"


def paid_out_in_each_way(at: datetime) -> World:
    """A seller with a payout that arrived, one that did not, and another account that waits."""
    emptied(at)
    world, who = in_custody(f"payout_account={OWN}"), person()
    for amount, back in (("1255.00", False), ("600.00", True)):
        invoice = world.invoice(at=at)
        bring(told(amount, key(), reference=invoice.payment_reference), at=at)
        batch = propose_payouts(DAY, who=who, at=at)
        gone(of(batch, world), at=at)
        if back:
            came_back(of(batch, world), at=at)
    enter_payout_account(OTHER, who=world.who(), at=at)
    return world


def test_pages_of_payouts_are_readable(visit: Visit, at: datetime, clock: Clock) -> None:
    world = paid_out_in_each_way(at)
    home = f"/o/{world.organization.slug}"
    page = visit(world.alice, f"{home}/payouts/")
    assert barriers_day_and_night(page) == []
    page.get_by_role("link", name="352.48").click()
    page.wait_for_url("**/payouts/*-*/")
    assert barriers_day_and_night(page) == []
    page.get_by_role("link", name="See your account").click()
    assert barriers_day_and_night(page) == []
    page.get_by_role("button", name="Keep my account").click()
    page.get_by_text("Your account stays as it is.").wait_for()
    assert page.get_by_text("Another account waits").count() == 0
