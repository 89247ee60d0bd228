"""What was paid out, on its pages and as a file."""

from datetime import datetime

from storno.payouts.account import enter_payout_account
from storno.payouts.propose import propose_payouts
from tests.bank.told import told
from tests.conftest import Clock
from tests.custody.house import in_custody
from tests.custody.test_cross import bring, key
from tests.payouts.test_account import without_account
from tests.payouts.test_pay_out import DAY, OWN, came_back, emptied, gone, of, person
from tests.web.cast import stranger
from tests.web.papers.member import Member


def test_a_payout_says_how_far_it_is_and_what_it_is_of(at: datetime, clock: Clock) -> None:
    emptied(at)
    world, who = in_custody(f"payout_account={OWN}"), person()
    alice, invoice = Member(world), world.invoice(at=at)
    assert "Nothing has been paid out yet" in alice.get("payouts").text
    bring(told("1255.00", key(), reference=invoice.payment_reference), at=at)
    batch = propose_payouts(DAY, who=who, at=at)
    payout_id = of(batch, world).payout_id
    assert "€737.25 today · to the account ending in 0785 On the way" in alice.get("payouts").text
    gone(of(batch, world), at=at)
    shown = alice.get("payout", payout_id)
    assert "Paid out" in shown.text
    assert f"Payment of an invoice {invoice.number}" in shown.text
    assert "Together: €737.25" in shown.text
    sheet = alice.get("payout_csv", payout_id).html.lstrip("\ufeff").splitlines()
    assert sheet == [
        "date,kind,invoice,currency,amount",
        f"2026-06-15,set_aside,{invoice.number},EUR,737.25",
    ]
    came_back(of(batch, world), at=at)
    assert "The bank sent it back" in alice.get("payout", payout_id).text
    assert "The bank sent your money back" in alice.get("settings_payouts").text
    assert stranger(world).get("payout", payout_id).status == 404


def test_home_says_what_is_to_be_looked_at(at: datetime, clock: Clock) -> None:
    emptied(at)
    world, who = without_account(), person()
    alice, invoice = Member(world), world.invoice(at=at)
    assert "No account is known to which your money goes" in alice.get("home").text
    enter_payout_account(OWN, who=world.who(), at=at)
    assert "your money" not in alice.get("home").text.lower()
    bring(told("1255.00", key(), reference=invoice.payment_reference), at=at)
    batch = propose_payouts(DAY, who=who, at=at)
    gone(of(batch, world), at=at)
    came_back(of(batch, world), at=at)
    assert "The bank sent your money back" in alice.get("home").text
    enter_payout_account("FI1410093000123458", who=world.who(), at=at)
    assert "Your money shall be paid out to another account" in alice.get("home").text
