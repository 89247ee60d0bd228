"""To which account money is paid out, and how one is told of it, on their page."""

from datetime import timedelta

from storno.custody.models import PayoutAccount
from storno.organizations.models import Membership
from tests.conftest import Clock
from tests.custody.house import in_custody
from tests.observe import snapshot
from tests.payouts.test_account import without_account
from tests.web.cast import count_of, member_as
from tests.web.papers.member import Member
from tests.world import found

OWN, OTHER = "FI2112345600000785", "FI1410093000123458"


def test_the_account_is_entered_waits_and_is_kept(clock: Clock) -> None:
    world = without_account()
    alice = Member(world)
    assert "/settings/payouts/" in alice.get("settings_seller").html
    assert "No account is known yet" in alice.get("settings_payouts").text
    wrong = alice.post("settings_payouts", account="FI00")
    assert (wrong.status, wrong.error_of("account")) == (
        422,
        "This is not an account number. Check its digits.",
    )
    assert 'value="FI00"' in wrong.html
    assert count_of(PayoutAccount, world) == 0
    first = alice.post("settings_payouts", account="FI21 1234 5600 0007 85")
    assert first.said == "Your money is paid out to this account."
    other = alice.post("settings_payouts", account=OTHER)
    assert other.said == "Your money goes to this account from 18 June 2026 on."
    assert "Another account waits" in other.text
    kept = alice.post("settings_payouts_keep")
    assert kept.said == "Your account stays as it is."
    assert "Another account waits" not in kept.text
    assert alice.post("settings_payouts_keep").said == "Your account stays as it is."
    assert count_of(PayoutAccount, world, account=OTHER) == 1
    clock.now += timedelta(days=3)
    assert "paid out to FI21 1234 5600 0007 85." in alice.get("settings_payouts").text


def test_it_asks_who_it_is_and_readers_only_read(clock: Clock) -> None:
    world = in_custody(f"payout_account={OWN}")
    before = snapshot(world)
    stale = Member(world, fresh=False)
    assert "/account/reauthenticate/" in stale.post("settings_payouts", account=OTHER).path
    reader = member_as(world, "reader")
    assert "Only administrators change this." in reader.get("settings_payouts").text
    for name in ("settings_payouts", "settings_payouts_keep", "settings_payouts_told"):
        assert reader.post(name, account=OTHER).status == 403
    assert snapshot(world) == before


def test_one_says_how_to_be_told(clock: Clock) -> None:
    world = in_custody(f"payout_account={OWN}")
    alice = Member(world)
    wrong = alice.post("settings_payouts_told", mailed="on", texted_to="12")
    assert (wrong.status, wrong.error_of("texted_to")) == (
        422,
        "Enter a number like +358 40 123 4567.",
    )
    told = alice.post("settings_payouts_told", texted_to="040 123 4567")
    assert told.said == "From now on you are told like this."
    mine = Membership.objects.get(organization_id=world.id, person=world.alice)
    assert (mine.money_mailed, mine.money_texted_to) == (False, "+358401234567")


def test_who_is_paid_directly_is_led_there_by_nothing_and_told_why(clock: Clock) -> None:
    world = found()
    alice = Member(world)
    assert "/settings/payouts/" not in alice.get("settings_seller").html
    assert "Your invoices are paid to your own account" in alice.get("settings_payouts").text
    before = snapshot(world)
    assert alice.post("settings_payouts", account=OTHER).status == 422
    assert snapshot(world) == before
