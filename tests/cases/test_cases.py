"""A paid invoice: the client is paid back, customer service checks it, the taxes come back."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from storno.bank.models import Entry
from storno.bank.queries import Payer
from storno.cases.approve import (
    NotConfirmed,
    approve_case,
    decline_case,
    reopen_case,
    undo_approval,
)
from storno.cases.ask import (
    AlreadyCredited,
    CaseChanged,
    CaseHasMoved,
    CreditItYourself,
    NotPaid,
    ask_for_refund,
    withdraw_case,
)
from storno.cases.confirm import AnotherAmount, NotThisMessage, PaidBack, confirm_refund
from storno.cases.confirm import record_confirmation as record_it
from storno.cases.models import RefundCase, RefundedBy
from storno.cases.queries import cases_in_queue, cases_to_confirm, organization_of, payers_of
from storno.cases.state import CaseNow, CaseState, read_case
from storno.core.refusals import Absent, Blocked, Invalid, NotAllowed
from storno.corrections.credit import credit_invoice
from storno.corrections.depart import depart_credit
from storno.corrections.plan import CreditRequest
from storno.corrections.undo import MadeByDesk, undo_credit
from storno.custody.queries import to_return
from storno.custody.split import Shares
from storno.documents.models import Document, Kind, Reason
from storno.matching.match import undo_match
from storno.organizations.roles import Actor, Role
from storno.organizations.scope import scope
from storno.people.models import Person
from storno.staff.enlist import enlist
from storno.staff.models import StaffRole
from storno.staff.visit import visit
from storno.support.files import Upload
from storno.support.models import Message
from storno.support.talk import Said, begin
from tests.bank.told import told
from tests.custody.house import credited_by_desk, in_custody
from tests.custody.test_cross import bring, in_balance, key
from tests.custody.test_cross import desk as operators
from tests.deeds import HOLD
from tests.observe import balances, history, letters, refused, stands
from tests.reports.books import codes
from tests.world import World, found

DAY = date(2026, 6, 16)
ALL = PaidBack(DAY, 125_500, RefundedBy.BANK_TRANSFER)


def staff(at: datetime) -> Person:
    """Somebody of customer service."""
    person = Person.objects.create_user(f"sam-{key()}@example.com", "correct horse", name="Sam")
    enlist(person.email, StaffRole.AGENT, at=at)
    return person


def by(person: Person, world: World, now: CaseNow, at: datetime) -> Actor:
    """Customer service visits for a case."""
    reason = "refund case"
    return visit(person.id, world.id, reason, about_id=now.case.id, at=at)


def paid(at: datetime, *assignments: str) -> tuple[World, Document]:
    """An invoice over 1,255.00 that its client has paid to the operator's account."""
    world = in_custody("payout_account=FI2112345600000785", *assignments)
    invoice = world.invoice(at=at)
    bring(told("1255.00", key(), reference=invoice.payment_reference), at=at)
    return world, invoice


def now_of(world: World, now: CaseNow) -> CaseNow:
    with scope(world.id):
        return read_case(RefundCase.objects.get(organization_id=world.id, id=now.case.id))


@in_balance()
def test_the_client_is_paid_back_and_the_taxes_come_back(at: datetime) -> None:
    world, invoice = paid(at, "hold_seconds=1200")
    with scope(world.id):
        assert to_return(invoice).returned == Shares(25_500, 20_000)
        assert to_return(invoice).fee_kept_minor == 6_275
        assert payers_of(invoice.id, world.who()) == [Payer("Daisy Duck", "FI1410093000123458")]
    with pytest.raises(Blocked) as refused:
        credit_invoice(invoice.id, request(), who=world.who(), at=at)
    assert refused.value.blockers[0].code == "paid_credit_needs_desk"
    now = ask_for_refund(invoice.id, who=world.who(), at=at)
    assert now.state == CaseState.ASKED
    assert ask_for_refund(invoice.id, who=world.who(), at=at).case.id == now.case.id
    sam = staff(at)
    desk = by(sam, world, now, at)
    with pytest.raises(NotConfirmed):
        approve_case(now.case.id, who=desk, at=at)
    receipt = [Upload("receipt.pdf", b"%PDF-1.7 paid")]
    now = confirm_refund(now.case.id, ALL, receipt=receipt, who=world.who(), at=at)
    assert now.state == CaseState.CONFIRMED
    (queued,) = [each for each in cases_in_queue() if each.id == now.case.id]
    assert (queued.asked_at, queued.confirmed_at) == (at, at)
    assert organization_of(now.case.id) == world.id
    with pytest.raises(NotAllowed):
        approve_case(now.case.id, who=world.who(), at=at)
    with pytest.raises(CaseChanged):
        approve_case(now.case.id, version=1, who=desk, at=at)
    now = approve_case(now.case.id, version=now.case.version, who=desk, at=at)
    assert (now.state, now.goes_at) == (CaseState.CHECKED, at + HOLD)
    assert now.case.id not in [each.id for each in cases_in_queue()]
    assert approve_case(now.case.id, who=desk, at=at).state == CaseState.CHECKED
    assert balances(world)["VATRES"] == -25_500
    with pytest.raises(MadeByDesk):
        undo_credit(invoice.id, who=world.who(), at=at)
    assert now_of(world, now).state == CaseState.CHECKED
    depart_credit(invoice.id, organization_id=world.id, at=at + HOLD)
    now = now_of(world, now)
    assert now.state == CaseState.CREDITED
    assert now.returned is not None
    assert now.returned.shares == Shares(25_500, 20_000)
    assert stands(world, invoice)["state"] == "credited"
    all_ = balances(world)
    # 737.25 was payable before, and the client got 1,255.00 from the own account.
    assert (all_["PAYABLE"], all_["BANK"]) == (-73_725 - 45_500, -125_500)
    assert "VATRES" not in all_
    assert "PREP" not in all_
    assert codes(world) == set()
    assert ask_for_refund(invoice.id, who=world.who(), at=at + HOLD).case.id == now.case.id


def request() -> CreditRequest:
    return CreditRequest(reason=Reason.CANCELLED)


@in_balance()
def test_another_amount_is_refused_unless_customer_service_says_why(at: datetime) -> None:
    world, invoice = paid(at)
    now = ask_for_refund(invoice.id, who=world.who(), at=at)
    for minor in (125_499, 125_501):
        with pytest.raises(AnotherAmount):
            confirm_refund(now.case.id, replace(ALL, amount_minor=minor), who=world.who(), at=at)
    for day in (DAY + timedelta(days=1), DAY - timedelta(days=2)):
        with pytest.raises(Invalid):
            confirm_refund(now.case.id, replace(ALL, paid_on=day), who=world.who(), at=at)
    assert now_of(world, now).state == CaseState.ASKED
    begin(Said("I have paid 1,255.01 back"), invoice_id=invoice.id, who=world.who(), at=at)
    with scope(world.id):
        message = Message.objects.get(organization_id=world.id)
    desk = by(staff(at), world, now, at)
    more = replace(ALL, amount_minor=125_501)
    with pytest.raises(AnotherAmount):
        record_it(now.case.id, more, message.id, who=desk, at=at)
    less = replace(ALL, amount_minor=125_499)
    with pytest.raises(AnotherAmount):
        record_it(now.case.id, less, message.id, reason="nearly", who=desk, at=at)
    with pytest.raises(NotThisMessage):
        record_it(now.case.id, ALL, now.case.id, who=desk, at=at)
    now = record_it(now.case.id, more, message.id, reason="a cent of rounding", who=desk, at=at)
    assert now.state == CaseState.CONFIRMED
    approve_case(now.case.id, who=desk, at=at)
    with scope(world.id):
        assert Message.objects.filter(organization_id=world.id).count() == 2


@in_balance()
def test_money_that_comes_meanwhile_puts_it_back_to_confirmed(at: datetime) -> None:
    world, invoice = paid(at, "hold_seconds=1200")
    now = ask_for_refund(invoice.id, who=world.who(), at=at)
    confirm_refund(now.case.id, ALL, who=world.who(), at=at)
    desk = by(staff(at), world, now, at)
    approve_case(now.case.id, who=desk, at=at)
    bring(told("10.00", key(), reference=invoice.payment_reference), at=at)
    now = now_of(world, now)
    # What came too much lies with the operator, and goes back from there.
    assert (now.state, now.is_stale, now.held_minor) == (CaseState.CONFIRMED, True, 125_500)
    with pytest.raises(NotConfirmed):
        approve_case(now.case.id, who=desk, at=at)
    confirm_refund(now.case.id, ALL, who=world.who(), at=at)
    assert approve_case(now.case.id, who=desk, at=at).state == CaseState.CHECKED
    assert undo_approval(now.case.id, who=desk, at=at).state == CaseState.CONFIRMED
    with pytest.raises(CaseHasMoved):
        undo_approval(now.case.id, who=desk, at=at)
    assert stands(world, invoice)["state"] == "paid"
    assert codes(world) == set()


def test_a_case_is_declined_opened_again_and_taken_back(at: datetime) -> None:
    world, invoice = paid(at)
    now = ask_for_refund(invoice.id, who=world.who(), at=at)
    desk = by(staff(at), world, now, at)
    with pytest.raises(Invalid):
        decline_case(now.case.id, " ", who=desk, at=at)
    now = decline_case(now.case.id, "The receipt is of another payment.", who=desk, at=at)
    assert (now.state, now.case.reason) == (
        CaseState.DECLINED,
        "The receipt is of another payment.",
    )
    with pytest.raises(CaseHasMoved):
        confirm_refund(now.case.id, ALL, who=world.who(), at=at)
    assert reopen_case(now.case.id, who=desk, at=at).state == CaseState.ASKED
    assert withdraw_case(now.case.id, who=world.who(), at=at).state == CaseState.WITHDRAWN
    again = ask_for_refund(invoice.id, who=world.who(), at=at)
    assert again.case.id != now.case.id
    with pytest.raises(CaseHasMoved):
        withdraw_case(now.case.id, who=world.who(), at=at)


def test_who_cannot_ask(at: datetime) -> None:
    world = in_custody()
    unpaid = world.invoice(at=at)
    with pytest.raises(NotPaid):
        ask_for_refund(unpaid.id, who=world.who(), at=at)
    _other, theirs = paid(at)
    with pytest.raises(Absent):
        ask_for_refund(theirs.id, who=world.who(), at=at)
    with pytest.raises(NotAllowed):
        ask_for_refund(unpaid.id, who=world.who(Role.READER), at=at)
    credited = credited_by_desk(world, unpaid, at=at)
    assert credited.kind == Kind.CREDIT_NOTE
    with pytest.raises(AlreadyCredited):
        ask_for_refund(unpaid.id, who=world.who(), at=at)
    free = found()
    own = free.invoice(at=at)
    with pytest.raises(CreditItYourself):
        ask_for_refund(own.id, who=free.who(), at=at)


@in_balance()
def test_money_that_goes_meanwhile_stops_the_credit_note(at: datetime) -> None:
    world = in_custody("payout_account=FI2112345600000785", "hold_seconds=1200")
    invoice = world.invoice(at=at)
    for amount in ("600.00", "655.00"):
        (rest,) = bring(told(amount, key(), reference=invoice.payment_reference), at=at)
    now = ask_for_refund(invoice.id, who=world.who(), at=at)
    now = confirm_refund(now.case.id, ALL, who=world.who(), at=at)
    desk = by(staff(at), world, now, at)
    approve_case(now.case.id, version=now.case.version, who=desk, at=at)
    undo_match(rest.id, "another payer", who=operators(), at=at)
    now = now_of(world, now)
    assert (now.state, now.is_stale) == (CaseState.CONFIRMED, True)
    assert history(world, invoice.id)[-2:] == ["credit.blocked", "payment.reversed"]
    told_of = letters(world).count(("credit_stopped", world.alice.email))
    assert told_of == 1
    assert depart_credit(invoice.id, organization_id=world.id, at=at + HOLD) is None
    assert "BANK" not in balances(world)
    with pytest.raises(NotConfirmed):
        approve_case(now.case.id, who=desk, at=at)
    assert codes(world) == set()


def test_nobody_checks_the_case_of_their_own_organization(at: datetime) -> None:
    world, invoice = paid(at)
    enlist(world.bob.email, StaffRole.AGENT, at=at)
    now = ask_for_refund(invoice.id, who=world.who(), at=at)
    now = confirm_refund(now.case.id, ALL, who=world.who(), at=at)
    bob = by(world.bob, world, now, at)
    message = now.confirmed
    assert message is not None
    with refused(world, "own_organization"):
        approve_case(now.case.id, who=bob, at=at)
    with refused(world, "own_organization"):
        decline_case(now.case.id, "mine", who=bob, at=at)
    with refused(world, "own_organization"):
        record_it(now.case.id, ALL, message.message_id, who=bob, at=at)
    desk = by(staff(at), world, now, at)
    decline_case(now.case.id, "The receipt is of another payment.", who=desk, at=at)
    with refused(world, "own_organization"):
        reopen_case(now.case.id, who=bob, at=at)


@in_balance()
def test_another_payment_of_the_same_sum_has_to_be_confirmed_anew(at: datetime) -> None:
    world, invoice = paid(at, "hold_seconds=0")
    now = ask_for_refund(invoice.id, who=world.who(), at=at)
    now = confirm_refund(now.case.id, ALL, who=world.who(), at=at)
    assert not now.is_stale
    (first,) = entries_of(invoice)
    undo_match(first.id, "another payer", who=operators(), at=at)
    bring(told("1255.00", key(), reference=invoice.payment_reference), at=at)
    now = now_of(world, now)
    assert (now.state, now.is_stale, now.held_minor) == (CaseState.CONFIRMED, True, 125_500)
    (queued,) = [each for each in cases_in_queue() if each.id == now.case.id]
    assert queued.confirmed_at is None, "it waits for its seller again"
    with scope(world.id):
        (asked,) = cases_to_confirm(world.id, limit=5)
    assert (asked.case.id, asked.held_minor, asked.is_stale) == (now.case.id, 125_500, True)
    desk = by(staff(at), world, now, at)
    with refused(world, "refund_not_confirmed"):
        approve_case(now.case.id, who=desk, at=at)
    now = confirm_refund(now.case.id, ALL, who=world.who(), at=at)
    assert not now.is_stale
    with scope(world.id):
        assert cases_to_confirm(world.id, limit=5) == []
    assert approve_case(now.case.id, who=desk, at=at).state == CaseState.CREDITED
    assert codes(world) == set()


def entries_of(invoice: Document) -> list[Entry]:
    """The entries of the operator's account that name an invoice."""
    mine = operators().organization_id
    with scope(mine):
        named = Entry.objects.filter(organization_id=mine, reference=invoice.payment_reference)
        return list(named.order_by("id"))


@in_balance()
def test_a_case_is_over_once_its_invoice_is_cancelled_without_it(at: datetime) -> None:
    world, invoice = paid(at, "hold_seconds=0")
    now = ask_for_refund(invoice.id, who=world.who(), at=at)
    (entry,) = entries_of(invoice)
    undo_match(entry.id, "of a third", who=operators(), at=at)
    now = now_of(world, now)
    assert (now.state, now.held_minor) == (CaseState.ASKED, 0)
    credit_invoice(invoice.id, request(), who=world.who(), at=at)
    now = now_of(world, now)
    assert now.state == CaseState.OVERTAKEN
    assert now.case.id not in [each.id for each in cases_in_queue()]
    with scope(world.id):
        assert cases_to_confirm(world.id, limit=5) == []
    desk = by(staff(at), world, now, at)
    with refused(world, "refund_case_has_moved"):
        confirm_refund(now.case.id, ALL, who=world.who(), at=at)
    with refused(world, "refund_case_has_moved"):
        approve_case(now.case.id, who=desk, at=at)
    with refused(world, "refund_case_has_moved"):
        decline_case(now.case.id, "It is over.", who=desk, at=at)
    assert codes(world) == set()
