"""Keys that are wrong for a while: nobody asks with them, and nothing is decided by that."""

from datetime import datetime, timedelta

import pytest

from tests.deeds import credit
from tests.observe import standing
from tests.online import stripe_house
from tests.online.shop import shop
from tests.online.test_send_back import back

HOUR = timedelta(hours=1)


def test_what_was_paid_is_found_once_the_keys_are_right_again(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shop(at) as of:
        world, invoice = of.world, of.world.invoice(at=at)
        of.house.pay(of.checkout(invoice, at=at))
        with monkeypatch.context() as wrong:
            wrong.setattr(stripe_house, "KEY", "sk_test_other")
            of.ask_at_once(at=at)
            of.collect(at=at)
        assert standing(world, invoice).state == "sent"
        of.collect(at=at + timedelta(days=2))
        assert standing(world, invoice).state == "paid"


def test_what_was_sent_back_is_followed_and_not_sent_again(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shop(at, hold_seconds=0) as of:
        world, invoice = of.world, of.world.invoice(at=at)
        of.pay(invoice, at=at)
        credit(world, invoice, at=at)
        back(world, invoice, 50_000, at=at)
        of.house.hangs_up = True
        of.follow(at=at)
        of.house.hangs_up = False
        with monkeypatch.context() as wrong:
            wrong.setattr(stripe_house, "KEY", "sk_test_other")
            of.follow(at=at + HOUR)
        assert standing(world, invoice).owed_back_minor == 125_500 - 50_000
        of.follow(at=at + timedelta(days=2))
        assert [refund["amount"] for refund in of.house.refunds.values()] == [50_000]
        assert standing(world, invoice).owed_back_minor == 125_500 - 50_000
