"""Where the operator does not advance taxes, what of a return is remitted waits for its time."""

from datetime import date, datetime

import pytest

from storno.bank.models import Entry
from storno.bank.queries import NotWaiting
from storno.core.refusals import NotAllowed, SignInAgain
from storno.custody.operate import set_by_operator
from storno.custody.queries import held_now
from storno.organizations.roles import Actor, Deed
from storno.organizations.scope import scope
from storno.payouts.propose import due_now, propose_payouts
from storno.payouts.repaid import say_repaid
from storno.payouts.rules import set_tax_office
from tests.bank.told import told
from tests.custody.house import credited_by_desk, in_custody, the_operator
from tests.custody.test_cross import bring, in_balance, key
from tests.observe import balances, history, refused
from tests.payouts.test_pay_out import emptied, gone, of, on_accounts, person
from tests.payouts.test_remit import REFERENCE, TAXES, more, remitted
from tests.reports.books import codes
from tests.world import World

DAY = date(2026, 6, 16)
WAITING = ("VATRES", "PREP", "TAXWAIT", "PAYABLE", "TAXOFFICE")


@pytest.fixture(autouse=True)
def tax_office(at: datetime) -> None:
    set_tax_office("Tax Administration", TAXES, who=person(), at=at)
    emptied(at)


def waiting(at: datetime, *, mode: str = "wait") -> World:
    """A seller whose 455.00 are with the tax office, and whose invoice is credited since."""
    world = in_custody(
        "payout_account=FI2112345600000785", f"tax_reference={REFERENCE}", f"remitted={mode}"
    )
    invoice = world.invoice(at=at)
    bring(told("1255.00", key(), reference=invoice.payment_reference), at=at)
    remitted(world, at)
    gone(of(propose_payouts(DAY, who=person(), at=at), world), at=at)
    credited_by_desk(world, invoice, at=at)
    return world


def came_in(amount: str, at: datetime) -> Entry:
    """Money of which the bank says nothing but the sum."""
    (entry,) = bring(told(amount, key(), party="Tax Administration"), at=at)
    return entry


def due_of(world: World, at: datetime) -> int | None:
    rows = due_now(who=person(), at=at)
    return next((r.amount_minor for r in rows if r.seller.organization_id == world.id), None)


@in_balance()
def test_what_the_tax_office_has_waits_and_is_returned_once_it_is_repaid(at: datetime) -> None:
    world = waiting(at)
    assert on_accounts(world, *WAITING) == {
        "VATRES": 25_500,
        "PREP": 20_000,
        "TAXWAIT": -45_500,
        "TAXOFFICE": 45_500,
    }
    assert codes(world) == set()
    with scope(world.id):
        held = held_now(world.id)
    assert (held.waiting_minor, held.shares.vat_minor, held.shares.payable_minor) == (
        45_500,
        -25_500,
        0,
    )
    assert due_of(world, at) == 0
    who, part = person(), came_in("300.00", at)
    repaid = say_repaid(part.id, world.id, who=who, at=at)
    assert (repaid.vat_minor, repaid.prepayment_minor) == (25_500, 4_500)
    assert due_of(world, at) == 30_000
    with pytest.raises(NotWaiting):
        say_repaid(part.id, world.id, who=who, at=at)
    one = of(propose_payouts(DAY, who=who, at=at), world)
    assert one.amount_minor == 30_000
    gone(one, at=at)
    rest = came_in("155.00", at)
    say_repaid(rest.id, world.id, who=who, at=at)
    last = of(propose_payouts(DAY, who=who, at=at), world)
    assert last.amount_minor == 15_500
    gone(last, at=at)
    # Of the account the fee stays; the seller was returned what was withheld, once.
    assert on_accounts(world, *WAITING, "CBANK", "ONWAY") == {"CBANK": 6_275}
    assert codes(world) == set()
    told_of = history(world, world.id)
    assert (told_of.count("custody.released"), told_of.count("custody.taxes_repaid")) == (2, 2)


@in_balance()
def test_what_is_reserved_later_serves_as_well(at: datetime) -> None:
    world = waiting(at)
    more(world, at)
    assert due_of(world, at) == 73_725 + 45_500
    one = of(propose_payouts(DAY, who=person(), at=at), world)
    assert one.amount_minor == 73_725 + 45_500
    gone(one, at=at)
    assert on_accounts(world, *WAITING) == {"TAXOFFICE": 45_500}
    assert codes(world) == set()


@in_balance()
def test_only_what_the_reserves_lack_waits(at: datetime) -> None:
    """Another client's money is reserved still, so that nobody has to wait for so much of it."""
    world = in_custody(
        "payout_account=FI2112345600000785", f"tax_reference={REFERENCE}", "remitted=wait"
    )
    invoice = world.invoice(at=at)
    bring(told("1255.00", key(), reference=invoice.payment_reference), at=at)
    remitted(world, at)
    other = world.invoice(at=at)
    bring(told("600.00", key(), reference=other.payment_reference), at=at)
    credited_by_desk(world, invoice, at=at)
    assert on_accounts(world, *WAITING) == {
        "VATRES": 25_500 - 12_191,
        "PREP": 20_000 - 9_562,
        "TAXWAIT": -(45_500 - 12_191 - 9_562),
        "PAYABLE": -(73_725 + 35_248 + 12_191 + 9_562),
        "TAXOFFICE": 45_500,
    }
    assert codes(world) == set()


def test_what_is_refused_changes_nothing(at: datetime) -> None:
    world, who = waiting(at), person()
    too_much, right = came_in("455.01", at), came_in("10.00", at)
    none = in_custody()
    with refused(world, "not_repaid"):
        say_repaid(too_much.id, world.id, who=who, at=at)
    with refused(none, "not_repaid"):
        say_repaid(right.id, none.id, who=who, at=at)
    stale = Actor(the_operator().id, who.person_id, frozenset(Deed))
    with pytest.raises(SignInAgain):
        say_repaid(right.id, world.id, who=stale, at=at)
    with pytest.raises(NotAllowed):
        say_repaid(right.id, world.id, who=world.who(), at=at)
    assert balances(world)["TAXWAIT"] == -45_500


@in_balance()
def test_who_advances_is_repaid_too(at: datetime) -> None:
    world = waiting(at, mode="advance")
    assert due_of(world, at) == 45_500
    say_repaid(came_in("455.00", at).id, world.id, who=person(), at=at)
    assert "VATRES" not in balances(world)
    assert "PREP" not in balances(world)
    assert due_of(world, at) == 45_500
    set_by_operator(world.organization.slug, ["remitted=wait"], at=at)
    assert due_of(world, at) == 45_500
