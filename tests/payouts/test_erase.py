"""Letters about client money go with their invoice, or after two years; what they told stays."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from storno.custody.models import PayoutAccount, SetAside
from storno.documents.erase import erase_expired
from storno.mailroom.models import Letter
from storno.organizations.scope import scope
from storno.payouts.account import enter_payout_account
from storno.payouts.erase import erase_money_letters
from tests.custody.house import came, in_custody
from tests.payouts.test_pay_out import OWN
from tests.reports.books import codes
from tests.world import World, line

THEN = datetime(2015, 6, 16, 9, 12, tzinfo=UTC)
OTHER = "FI1410093000123458"


def letters(world: World) -> list[str]:
    with scope(world.id):
        mine = Letter.objects.filter(organization_id=world.id)
        kinds = mine.filter(kind__in=["money_came", "payout_account"]).order_by("id")
        return sorted(set(kinds.values_list("kind", flat=True)))


def test_a_letter_about_an_invoice_goes_with_it_and_one_about_an_account_after_two_years() -> None:
    world, kept = (in_custody(f"payout_account={OWN}", at=THEN) for _ in range(2))
    for each in (world, kept):
        came(each, each.invoice(line(rate=Decimal(24)), at=THEN), 124_000, at=THEN)
        enter_payout_account(OTHER, who=each.who(), at=THEN)
    both = ["money_came", "payout_account"]
    assert letters(world) == letters(kept) == both
    assert erase_money_letters(world.id, at=THEN + timedelta(days=730)) == 0
    assert erase_money_letters(world.id, at=THEN + timedelta(days=732)) > 0
    assert letters(world) == ["money_came"]
    erase_expired(world.id, at=datetime.now(UTC))
    assert erase_money_letters(world.id, at=datetime.now(UTC)) > 0
    assert (letters(world), letters(kept)) == ([], both)
    assert erase_money_letters(world.id, at=datetime.now(UTC)) == 0
    with scope(world.id):
        assert SetAside.objects.filter(organization_id=world.id).count() == 1
        assert PayoutAccount.objects.filter(organization_id=world.id).count() >= 2
    assert codes(world) == set()


def test_nothing_goes_before_its_time_by_a_clock_that_runs_ahead() -> None:
    now = datetime.now(UTC)
    world = in_custody(f"payout_account={OWN}")
    enter_payout_account(OTHER, who=world.who(), at=now)
    assert erase_money_letters(world.id, at=now + timedelta(days=3_000)) == 0
    assert letters(world) == ["payout_account"]
