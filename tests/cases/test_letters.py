"""What the member who asked is told of a refund case, and what is not told any more."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from storno.cases.approve import approve_case, decline_case, reopen_case, undo_approval
from storno.cases.ask import ask_for_refund
from storno.cases.confirm import confirm_refund
from storno.cases.letters import (
    compose_case_approved,
    compose_case_declined,
    compose_case_opened,
)
from storno.corrections.depart import depart_credit
from storno.mailroom.mail import Mail
from storno.mailroom.models import Letter
from storno.mailroom.parcel import Undelivered, Withdrawn
from storno.organizations.models import Membership
from storno.organizations.scope import scope
from tests.cases.test_cases import ALL, by, paid, staff
from tests.deeds import HOLD
from tests.world import World

COMPOSERS = {
    "refund_case_opened": compose_case_opened,
    "refund_case_declined": compose_case_declined,
    "refund_case_checked": compose_case_approved,
    "refund_case_credited": compose_case_approved,
}


def letters(world: World) -> list[Letter]:
    """The letters about cases, in their order."""
    with scope(world.id):
        mine = Letter.objects.filter(organization_id=world.id, kind__startswith="refund_case")
        return list(mine.order_by("id"))


def composed(letter: Letter) -> Mail:
    with scope(letter.organization_id):
        return COMPOSERS[letter.kind](letter)


def test_who_asked_is_told_that_it_is_checked_and_then_credited(at: datetime) -> None:
    world, invoice = paid(at, "hold_seconds=1200")
    now = ask_for_refund(invoice.id, who=world.who(), at=at)
    assert letters(world) == []
    now = confirm_refund(now.case.id, ALL, who=world.who(), at=at)
    desk = by(staff(at), world, now, at)
    approve_case(now.case.id, who=desk, at=at)
    checked, credited = letters(world)
    assert [each.kind for each in (checked, credited)] == [
        "refund_case_checked",
        "refund_case_credited",
    ]
    assert {checked.to_address, credited.to_address} == {world.alice.email}
    assert (checked.next_attempt_at, credited.next_attempt_at) == (at, at + HOLD)
    assert composed(checked).subject == "Your refund of invoice 2026-0001 is checked"
    assert f"/refund-cases/{now.case.id}/" in composed(checked).text
    with pytest.raises(Undelivered):
        composed(credited)
    depart_credit(invoice.id, organization_id=world.id, at=at + HOLD)
    told = composed(credited)
    assert told.subject == "Invoice 2026-0001 is cancelled"
    assert "€455.00 comes back to you with the next payout." in told.text
    with pytest.raises(Withdrawn):
        composed(checked)


def test_an_approval_that_was_taken_back_is_not_told(at: datetime) -> None:
    world, invoice = paid(at, "hold_seconds=1200")
    now = ask_for_refund(invoice.id, who=world.who(), at=at)
    confirm_refund(now.case.id, ALL, who=world.who(), at=at)
    desk = by(staff(at), world, now, at)
    approve_case(now.case.id, who=desk, at=at)
    undo_approval(now.case.id, who=desk, at=at)
    for letter in letters(world):
        with pytest.raises(Withdrawn):
            composed(letter)


def test_without_a_hold_one_letter_says_it_all(at: datetime) -> None:
    world, invoice = paid(at, "hold_seconds=0")
    now = ask_for_refund(invoice.id, who=world.who(), at=at)
    confirm_refund(now.case.id, ALL, who=world.who(), at=at)
    approve_case(now.case.id, who=by(staff(at), world, now, at), at=at)
    (credited,) = letters(world)
    assert credited.kind == "refund_case_credited"
    assert "€455.00 comes back" in composed(credited).text


def test_a_declined_case_is_told_without_its_reason_until_it_is_open_again(at: datetime) -> None:
    world, invoice = paid(at)
    now = ask_for_refund(invoice.id, who=world.who(), at=at)
    desk = by(staff(at), world, now, at)
    decline_case(now.case.id, "She is not the payer", who=desk, at=at)
    (declined,) = letters(world)
    told = composed(declined)
    assert told.subject == "Your refund case for invoice 2026-0001 was declined"
    assert "not the payer" not in told.text + told.html
    reopen_case(now.case.id, who=desk, at=at + timedelta(minutes=1))
    with pytest.raises(Withdrawn):
        composed(declined)


def test_what_customer_service_opens_is_told_to_the_administrators(at: datetime) -> None:
    world, invoice = paid(at)
    now = ask_for_refund(invoice.id, who=world.who(), at=at)
    desk = by(staff(at), world, now, at)
    decline_case(now.case.id, "Not yet", who=desk, at=at)
    opened = ask_for_refund(invoice.id, who=desk, at=at)
    letter = letters(world)[-1]
    assert (letter.kind, letter.to_address) == ("refund_case_opened", world.alice.email)
    assert composed(letter).subject == "A refund case was opened for invoice 2026-0001"
    decline_case(opened.case.id, "A mistake", who=desk, at=at)
    with pytest.raises(Withdrawn):
        composed(letter)


def test_who_has_left_is_not_told(at: datetime) -> None:
    world, invoice = paid(at)
    now = ask_for_refund(invoice.id, who=replace(world.who(), person_id=world.bob.id), at=at)
    Membership.objects.filter(organization_id=world.id, person=world.bob).delete()
    decline_case(now.case.id, "Why", who=by(staff(at), world, now, at), at=at)
    assert [each.to_address for each in letters(world)] == [world.alice.email]
