"""A seller says where the own money goes: nobody else's account takes it unseen."""

from datetime import datetime, timedelta

import pytest

from storno.core.refusals import Invalid, NotAllowed, SignInAgain
from storno.custody.letters import compose_payout_account
from storno.custody.operate import set_by_operator
from storno.custody.payout_account import WAITS, payout_accounts
from storno.mailroom.deliver import LEASE
from storno.mailroom.mail import Mail
from storno.mailroom.models import Letter
from storno.mailroom.parcel import Withdrawn
from storno.organizations.models import Membership, Seller
from storno.organizations.scope import scope
from storno.payouts.account import (
    NoAccountWaits,
    NothingIsPaidOut,
    enter_payout_account,
    withdraw_payout_account,
)
from storno.payouts.approve import approve_batch
from storno.payouts.batch import NothingToPayOut
from storno.payouts.propose import propose_payouts
from tests.custody.house import in_custody, the_operator
from tests.observe import snapshot
from tests.payouts.test_pay_out import DAY, OWN, came_back, emptied, gone, of, person, seller
from tests.reports.books import codes
from tests.web.cast import person_called
from tests.world import FOUNDED, World, found

OTHER = "FI1410093000123458"


def without_account() -> World:
    """A seller in custody who had no account of the own on invoices."""
    the_operator()
    world = found()
    with scope(world.id):
        Seller.objects.filter(organization_id=world.id).update(account="", bic="")
    set_by_operator(world.organization.slug, ["custody=on"], at=FOUNDED)
    world.organization.refresh_from_db()
    return world


def accounts(world: World, at: datetime) -> tuple[str, str]:
    with scope(world.id):
        known = payout_accounts(world.id, at=at)
    current, waiting = known.current, known.waiting
    return (current.account if current else "", waiting.account if waiting else "")


def letters(world: World, kind: str) -> list[Letter]:
    with scope(world.id):
        rows = Letter.objects.filter(organization_id=world.id, kind=kind)
        return list(rows.order_by("id"))


def composed(letter: Letter, at: datetime) -> Mail:
    letter.next_attempt_at = at + LEASE
    with scope(letter.organization_id):
        return compose_payout_account(letter)


def test_the_first_account_counts_at_once_another_one_waits_and_members_are_told(
    at: datetime,
) -> None:
    world = without_account()
    office = person_called("Olga")
    Membership.objects.create(
        organization=world.organization, person=office, roles=["office"], since=FOUNDED
    )
    enter_payout_account("FI21 1234 5600 0007 85", who=world.who(), at=at)
    assert accounts(world, at) == (OWN, "")
    (first,) = letters(world, "payout_account")
    assert first.to_address == world.alice.email
    mail = composed(first, at)
    assert mail.subject == "Your money is paid out to an account that was entered"
    assert "It goes to the account ending in 0785." in mail.text
    assert OWN not in mail.text
    enter_payout_account(OTHER, who=world.who(), at=at)
    enter_payout_account(OTHER, who=world.who(), at=at)
    assert accounts(world, at) == (OWN, OTHER)
    _first, letter = letters(world, "payout_account")
    assert (letter.to_address, letter.medium) == (world.alice.email, "email")
    mail = composed(letter, at)
    assert mail.subject == "Your money shall be paid out to another account"
    assert "From 18 June 2026 on it goes to the account ending in 3458." in mail.text
    assert f"/o/{world.organization.slug}/settings/payouts/" in mail.text
    assert OTHER not in mail.text
    assert accounts(world, at + WAITS) == (OTHER, "")
    for late in (first, letter):
        with pytest.raises(Withdrawn):
            composed(late, at + WAITS)
    assert codes(world) == set()


def test_one_that_waits_is_withdrawn_and_never_counts(at: datetime) -> None:
    world = in_custody(f"payout_account={OWN}")
    with pytest.raises(NoAccountWaits):
        withdraw_payout_account(who=world.who(), at=at)
    enter_payout_account(OTHER, who=world.who(), at=at)
    withdraw_payout_account(who=world.who(fresh=False), at=at)
    assert accounts(world, at) == accounts(world, at + 2 * WAITS) == (OWN, "")
    with pytest.raises(Withdrawn):
        composed(letters(world, "payout_account")[0], at)
    enter_payout_account(OTHER, who=world.who(), at=at)
    with pytest.raises(NoAccountWaits):
        withdraw_payout_account(who=world.who(), at=at + WAITS)
    assert accounts(world, at + WAITS) == (OTHER, "")


def test_who_may_not_changes_nothing(at: datetime) -> None:
    world, free = in_custody(f"payout_account={OWN}"), found()
    before = snapshot(world)
    for refusal, who, account in (
        (SignInAgain, world.who(fresh=False), OTHER),
        (NotAllowed, world.who("office"), OTHER),
        (NotAllowed, world.who("reader"), OTHER),
        (Invalid, world.who(), "FI00"),
        (Invalid, world.who(), "FI3715903000000776"),
        (NothingIsPaidOut, free.who(), OTHER),
    ):
        with pytest.raises(refusal):
            enter_payout_account(account, who=who, at=at)
    with pytest.raises(NotAllowed):
        withdraw_payout_account(who=world.who("office"), at=at)
    assert snapshot(world) == before
    assert accounts(free, at) == ("", "")


def test_who_has_left_custody_still_says_where_the_rest_goes(at: datetime) -> None:
    world = in_custody(f"payout_account={OWN}")
    set_by_operator(world.organization.slug, ["custody=off"], at=at)
    enter_payout_account(OTHER, who=world.who(), at=at)
    assert accounts(world, at) == (OWN, OTHER)


def test_an_account_that_failed_is_tried_again_once_it_is_entered_anew(at: datetime) -> None:
    emptied(at)
    world, who = seller(at), person()
    batch = propose_payouts(DAY, who=who, at=at)
    approve_batch(batch.id, who=who, at=at)
    gone(of(batch, world), at=at)
    came_back(of(batch, world), at=at)
    with pytest.raises(NothingToPayOut):
        propose_payouts(DAY, who=who, at=at)
    later = at + timedelta(minutes=1)
    enter_payout_account(OWN, who=world.who(), at=later)
    assert accounts(world, later) == (OWN, "")
    again = propose_payouts(DAY, who=who, at=later)
    assert (of(again, world).account, of(again, world).amount_minor) == (OWN, 73_725)
    gone(of(again, world), at=later)
    assert codes(world) == set()
