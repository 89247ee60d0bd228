"""Money on an invoice that is being cancelled: before the deadline it stops the credit note."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError

from storno.corrections.depart import after_due_credit, depart_due
from storno.corrections.finalise import finalise_draft
from storno.corrections.settle import MoreThanOpen, receive, register_payment, reverse_payment
from storno.diary.amend import amend_draft
from storno.documents.models import Kind
from storno.mailroom.models import Letter
from storno.organizations.once import deed
from storno.organizations.roles import Actor, system
from storno.organizations.scope import scope
from storno.payments.models import MoneyKind, Payment, PaymentMethod
from storno.payments.register import PaymentInput
from storno.reports.verify.dossier import open_books
from storno.reports.verify.prove import prove
from tests.deeds import CORRECT, HOLD, MOMENT, hold_credit, pay
from tests.observe import (
    balances,
    documents,
    drafts,
    held_credit,
    history,
    letters,
    numbers,
    refused,
    standing,
    stands,
)
from tests.world import found


@pytest.mark.parametrize("amount", [1, 60_000, 125_500, 130_000])
def test_money_in_the_window_stops_the_credit_and_tells_the_member(
    amount: int, at: datetime
) -> None:
    world = found()
    invoice = world.invoice(at=at)
    hold_credit(world, invoice, at=at)
    pay(world, invoice, amount, at=at + HOLD - MOMENT)
    assert (held_credit(world, invoice), standing(world, invoice).cancelling_at) == (None, None)
    assert stands(world, invoice)["state"] == ("part_paid" if amount < 125_500 else "paid")
    assert letters(world) == [
        ("document", "daisy@example.com"),
        ("credit_stopped", world.alice.email),
    ]
    assert history(world, invoice.id)[1:] == [
        "credit.held",
        "credit.stopped",
        "payment.registered",
    ]
    assert depart_due(world.id, at=at + timedelta(days=1)) == 0
    assert numbers(world) == ["2026-0001"]


def test_the_member_who_pressed_is_told_in_her_language(at: datetime) -> None:
    world = found()
    world.alice.language = "fi"
    world.alice.save()
    invoice = world.invoice(at=at)
    hold_credit(world, invoice, at=at)
    pay(world, invoice, 1, at=at)
    with scope(world.id):
        letter = Letter.objects.get(kind="credit_stopped")
    assert (letter.subject_id, letter.to_address, letter.language) == (
        invoice.id,
        world.alice.email,
        "fi",
    )


def test_what_would_have_followed_is_dropped(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    hold_credit(world, invoice, CORRECT, at=at)
    pay(world, invoice, 1, at=at)
    assert drafts(world) == []


def test_a_corrected_draft_with_work_in_it_stays_as_a_plain_draft(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    corrected = hold_credit(world, invoice, CORRECT, at=at).corrected
    assert corrected is not None
    amend_draft(corrected.id, lambda now: now, who=world.who(), at=at)
    finalise_draft(corrected.id, who=world.who(), at=at)
    pay(world, invoice, 1, at=at)
    (kept,) = drafts(world)
    assert (kept.id, kept.replaces_id, kept.waits_for_id, kept.goes_at) == (
        corrected.id,
        None,
        None,
        None,
    )
    assert depart_due(world.id, at=at + timedelta(days=1)) == 0


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=3)])
def test_money_after_the_deadline_is_owed_back_even_if_the_worker_sleeps(
    late: timedelta, at: datetime
) -> None:
    world = found()
    invoice = world.invoice(at=at)
    hold_credit(world, invoice, at=at)
    then = at + HOLD + late
    pay(world, invoice, 125_500, at=then)
    (note,) = documents(world, Kind.CREDIT_NOTE)
    assert (note.issued_at, note.effect) == (then, {"kind": "nothing_to_pay", "cancelled": True})
    assert stands(world, invoice) == {
        "state": "credited",
        "credited": 125_500,
        "received": 125_500,
        "owed_back": 125_500,
        "unapplied": 125_500,
    }
    assert balances(world) == {"BANK": 125_500, "UNAPPLIED": -125_500}
    assert letters(world) == [("document", "daisy@example.com")] * 2
    assert history(world, invoice.id)[1:] == [
        "credit.held",
        "invoice.credited",
        "payment.registered",
    ]


def test_a_wrong_payment_stops_nothing(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    hold_credit(world, invoice, at=at)
    with refused(world, "amount: not_positive"):
        pay(world, invoice, 0, at=at)
    with refused(world, "not_allowed"):
        register_payment(
            invoice.id,
            PaymentInput(1, at.date(), MoneyKind.CASH),
            who=world.who("reader"),
            at=at,
        )


def test_a_reversal_leaves_the_hold_alone(at: datetime) -> None:
    """Paid by mistake, cancelled by a member who may, then the mistake is taken back."""
    world = found()
    invoice = world.invoice(at=at)
    payment = pay(world, invoice, 125_500, at=at)
    hold_credit(world, invoice, at=at)
    reverse_payment(payment.id, "Another customer's", who=world.who(), at=at)
    assert standing(world, invoice).cancelling_at == at + HOLD
    depart_due(world.id, at=at + HOLD)
    (note,) = documents(world, Kind.CREDIT_NOTE)
    assert note.effect == {"kind": "nothing_to_pay", "cancelled": True}
    assert balances(world) == {}


def test_a_reversal_after_the_deadline_lets_the_credit_note_go_first(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    payment = pay(world, invoice, 125_500, at=at)
    hold_credit(world, invoice, at=at)
    reverse_payment(payment.id, "Another customer's", who=world.who(), at=at + HOLD)
    (note,) = documents(world, Kind.CREDIT_NOTE)
    assert note.effect == {"kind": "owed_back", "amount_minor": 125_500, "currency": "EUR"}
    assert stands(world, invoice) == {"state": "credited", "credited": 125_500}
    assert balances(world) == {}


def test_the_effect_is_that_of_the_departure_not_of_the_press(at: datetime) -> None:
    """Half was paid at the press and reversed since: nothing is owed back any more."""
    world = found()
    invoice = world.invoice(at=at)
    payment = pay(world, invoice, 60_000, at=at)
    held = hold_credit(world, invoice, at=at)
    assert held.plan.after.owed_back_minor == 60_000
    reverse_payment(payment.id, "Another customer's", who=world.who(), at=at)
    depart_due(world.id, at=at + HOLD)
    (note,) = documents(world, Kind.CREDIT_NOTE)
    assert note.effect == {"kind": "nothing_to_pay", "cancelled": True}


def test_after_a_stop_the_paid_route_is_open(at: datetime) -> None:
    world = found(paid_credit="desk")
    invoice = world.invoice(at=at)
    hold_credit(world, invoice, at=at)
    pay(world, invoice, 125_500, at=at)
    with refused(world, "paid_credit_needs_desk"):
        hold_credit(world, invoice, at=at)


def test_who_enters_more_than_is_open_is_told_first(at: datetime) -> None:
    """Told what would be owed back, or about to pay no more than is open, nobody is asked."""
    world = found()
    invoice = world.invoice(at=at)
    hold_credit(world, invoice, at=at)
    entered = PaymentInput(130_000, at.date(), MoneyKind.CASH)

    def register(told_minor: int | None, payment: PaymentInput = entered) -> None:
        register_payment(invoice.id, payment, told_minor=told_minor, who=world.who(), at=at)

    for told in (0, 4_499):
        with pytest.raises(MoreThanOpen) as more:
            register(told)
        assert more.value.owed_back_minor == 4_500
    assert standing(world, invoice).cancelling_at == at + HOLD
    assert history(world, invoice.id)[1:] == ["credit.held"]
    register(4_500)
    assert stands(world, invoice)["state"] == "paid"
    assert standing(world, invoice).owed_back_minor == 4_500
    with pytest.raises(MoreThanOpen) as more:
        register(0, PaymentInput(1, at.date(), MoneyKind.CASH))
    assert more.value.owed_back_minor == 1
    register(None, PaymentInput(1, at.date(), MoneyKind.CASH))
    assert standing(world, invoice).owed_back_minor == 4_501


def test_who_corrects_the_amount_after_being_told_is_not_asked_again(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    entered = PaymentInput(125_500, at.date(), MoneyKind.CASH)
    register_payment(invoice.id, entered, told_minor=4_500, who=world.who(), at=at)
    assert (stands(world, invoice)["state"], standing(world, invoice).owed_back_minor) == (
        "paid",
        0,
    )


def test_money_that_comes_by_itself_counts_once_and_is_not_taken_back_by_hand(at: datetime) -> None:
    world = found()
    invoice, source_id = world.invoice(at=at), uuid4()
    hold_credit(world, invoice, at=at)

    @after_due_credit
    @deed
    def bring(*, who: Actor, at: datetime) -> Payment:
        entered = PaymentInput(125_600, at.date(), MoneyKind.BANK_TRANSFER)
        way = PaymentMethod(code=MoneyKind.BANK_TRANSFER)
        return receive(invoice.id, entered, source_id=source_id, method=way, who=who, at=at)

    payment = bring(who=system(world.id), at=at + HOLD)
    assert stands(world, invoice)["owed_back"] == 125_600, "the due credit note went first"
    assert history(world, invoice.id)[1:] == ["credit.held", "invoice.credited", "payment.came"]
    assert payment.source_id == source_id
    with refused(world, "not_entered_by_hand"):
        reverse_payment(payment.id, "A mistake", who=world.who(), at=at + HOLD)
    with pytest.raises(IntegrityError, match="what_brought_money_brings_it_once"):
        bring(who=system(world.id), at=at + HOLD)
    with scope(world.id):
        assert list(prove(open_books(world.id, database="default"))) == []
