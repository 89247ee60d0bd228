"""Whoever takes money in, or lets it go, is killed after each statement: all of it, or nothing."""

from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from typing import Any

from storno.bank.models import BankFile, Entry
from storno.bank.take_in import take_in
from storno.cases.approve import approve_case
from storno.cases.ask import ask_for_refund
from storno.cases.confirm import confirm_refund
from storno.cases.models import Approval
from storno.cases.state import CaseState
from storno.corrections.write_off import write_off_invoice
from storno.documents.models import Kind
from storno.matching.match import undo_match
from storno.matching.meet import meet_new
from storno.organizations.scope import scope
from storno.overdue.models import Reminder
from storno.overdue.remind import remind_of_invoice
from storno.payments.models import Payment, Refund, Reversal, WriteOff
from storno.payouts.approve import approve_batch, write_file
from storno.payouts.models import PayoutLeft
from storno.payouts.propose import propose_payouts
from tests.bank.told import statement, take, told
from tests.cases.test_cases import ALL, by, now_of, paid, staff
from tests.crash.test_each_step import killed_at_each_step
from tests.custody.house import CUSTODY, in_custody
from tests.custody.test_cross import bring, desk, entry, in_balance, key
from tests.observe import balances, documents, letters, stands
from tests.online.shop import shop
from tests.payouts.test_pay_out import DAY, OWN, emptied, of, person
from tests.properties.invariants import prove_books, verify_finds_nothing
from tests.reports.books import codes
from tests.staff.ended import nobody_serves_afterwards
from tests.world import World, found

__all__ = ["nobody_serves_afterwards"]

WHOLE = "1255.00"


def count(world: World, *models: Any) -> tuple[int, ...]:
    with scope(world.id):
        return tuple(model.objects.filter(organization_id=world.id).count() for model in models)


def test_a_file_is_taken_in_whole_or_not_at_all(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    entries = [told("400.00", key(), reference=invoice.payment_reference) for _ in range(2)]
    content = statement(*entries)

    def seen() -> object:
        there = count(world, BankFile, Entry)
        assert there in ((0, 0), (1, 2))
        return there

    assert killed_at_each_step(partial(take, world, content, at=at), seen) > 5
    assert seen() == (1, 2)

    def met() -> object:
        with scope(world.id):
            mine = Entry.objects.filter(organization_id=world.id)
            matched = mine.filter(state="matched").count()
        assert (matched,) == count(world, Payment)
        assert stands(world, invoice).get("received", 0) == matched * 40_000
        return matched

    assert killed_at_each_step(partial(meet_new, world.id, at=at), met) > 10
    assert met() == 2
    prove_books(world)
    verify_finds_nothing(world)


@in_balance()
def test_client_money_is_in_both_books_or_still_to_be_met(at: datetime) -> None:
    world, who = in_custody(), desk()
    invoice = world.invoice(at=at)
    entry_ = told(WHOLE, key(), reference=invoice.payment_reference)
    content = statement(entry_, account=CUSTODY, id=key())
    file = take_in(BytesIO(content), "bank.xml", who=who, at=at).file
    with scope(who.organization_id):
        one = Entry.objects.get(organization_id=who.organization_id, file_id=file.id)

    def seen() -> object:
        state, now = entry(one.id).state, stands(world, invoice)
        assert (state == "matched") is (now == {"state": "paid", "received": 125_500})
        assert balances(world).get("CBANK", 0) == (125_500 if state == "matched" else 0)
        return state

    assert killed_at_each_step(partial(meet_new, who.organization_id, at=at), seen) > 20
    assert seen() == "matched"

    def undo() -> None:
        if entry(one.id).state == "matched":
            undo_match(one.id, "of a third", who=who, at=at)

    assert killed_at_each_step(undo, seen) > 20
    assert (seen(), count(world, Payment, Reversal)) == ("queued", (1, 1))
    assert codes(world) == set()


def test_a_payment_by_card_is_booked_once(at: datetime) -> None:
    with shop(at) as of:
        world, invoice = of.world, of.world.invoice(at=at)
        of.house.pay(of.checkout(invoice, at=at))

        def take_it() -> None:
            of.ask_at_once(at=at)
            of.collect(at=at)

        def seen() -> object:
            (payments,) = count(world, Payment)
            assert stands(world, invoice).get("received", 0) == payments * 125_500
            return payments

        assert killed_at_each_step(take_it, seen) > 10
        assert seen() == 1
        prove_books(world)
        verify_finds_nothing(world)


def test_a_reminder_is_on_paper_and_in_the_mail_or_neither(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    late = at + timedelta(days=60)

    def remind() -> None:
        if count(world, Reminder) == (0,):
            remind_of_invoice(invoice.id, who=world.who(), at=late)

    def seen() -> object:
        (reminders,) = count(world, Reminder)
        assert len(letters(world)) == before + reminders
        return reminders

    before = len(letters(world))
    assert killed_at_each_step(remind, seen) > 5
    assert seen() == 1
    verify_finds_nothing(world)


def test_an_invoice_is_written_off_in_record_and_books_or_in_neither(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)

    def write_off() -> None:
        if count(world, WriteOff) == (0,):
            write_off_invoice(invoice.id, relieved=True, who=world.who(), at=at)

    def seen() -> object:
        (there,) = count(world, WriteOff)
        assert (stands(world, invoice)["state"] == "written_off") is bool(there)
        return there

    assert killed_at_each_step(write_off, seen) > 5
    assert seen() == 1
    prove_books(world)
    verify_finds_nothing(world)


@in_balance()
def test_a_case_is_approved_with_credit_refund_and_return_or_not_at_all(at: datetime) -> None:
    world, invoice = paid(at, "hold_seconds=0")
    now = ask_for_refund(invoice.id, who=world.who(), at=at)
    now = confirm_refund(now.case.id, ALL, who=world.who(), at=at)
    desk_ = by(staff(at), world, now, at)

    def seen() -> object:
        made = (*count(world, Approval, Refund), len(documents(world, Kind.CREDIT_NOTE)))
        assert made in ((0, 0, 0), (1, 1, 1))
        assert balances(world)["PAYABLE"] == -73_725 - 45_500 * made[0]
        return made

    assert killed_at_each_step(partial(approve_case, now.case.id, who=desk_, at=at), seen) > 20
    assert now_of(world, now).state == CaseState.CREDITED
    assert codes(world) == set()


@in_balance()
def test_a_payout_is_approved_and_has_left_in_both_books_or_in_neither(at: datetime) -> None:
    emptied(at)
    world, who = in_custody(f"payout_account={OWN}"), desk()
    invoice = world.invoice(at=at)
    bring(told(WHOLE, key(), reference=invoice.payment_reference), at=at)
    batch, second = propose_payouts(DAY, who=person(), at=at), person()

    def approved() -> object:
        with scope(who.organization_id):
            batch.refresh_from_db()
        assert (batch.approved_at is None) is (batch.approved_by is None)
        return batch.approved_at

    assert killed_at_each_step(partial(approve_batch, batch.id, who=second, at=at), approved) > 3
    assert approved() == at
    file = write_file(batch.id, who=second, at=at)
    one = of(batch, world)
    end_to_end = one.end_to_end
    assert end_to_end.encode() in file
    left = told("737.25", key(), side="DBIT", end_to_end=end_to_end)
    content = statement(left, account=CUSTODY, id=key())

    def bank_tells() -> None:
        take_in(BytesIO(content), "bank.xml", who=who, at=at)
        while meet_new(who.organization_id, at=at):
            pass

    def seen() -> object:
        state = of(batch, world).state
        assert count(world, PayoutLeft) == (int(state == "left"),)
        assert balances(world)["CBANK"] == (51_775 if state == "left" else 125_500)
        return state

    assert killed_at_each_step(bank_tells, seen) > 20
    assert seen() == "left"
    assert codes(world) == set()
