"""Credits that meet credits, payments, undoing and departure: exactly one outcome, never a jam."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from storno.corrections.credit import Held, credit_invoice, read_plan
from storno.corrections.depart import depart_credit, depart_due
from storno.corrections.finalise import finalise_draft
from storno.corrections.give_credit import Credited
from storno.corrections.seen import Seen, seen_by_creditor
from storno.corrections.settle import register_payment
from storno.corrections.undo import undo_credit
from storno.diary.amend import amend_draft
from storno.diary.drop import delete_draft
from storno.documents.models import Document, Draft, Kind
from storno.organizations.scope import scope
from storno.payments.models import MoneyKind, Payment
from storno.payments.register import PaymentInput
from tests.deeds import CANCELLED, CORRECT, HOLD, MOMENT, hold_credit, lines_of, part, quantity
from tests.observe import documents, drafts, held_credit, letters, numbers, standing, stands
from tests.properties.invariants import prove_books, verify_finds_nothing
from tests.races.together import TIMES, together
from tests.world import World, found, line

GATES = pytest.mark.parametrize("gated", [True, False], ids=["in a queue", "freely"])


def gate(invoice: Document) -> tuple[str, UUID]:
    return ("documents_standing", invoice.id)


def press(world: World, invoice: Document, at: datetime) -> Callable[[], Any]:
    return lambda: credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at)


def paying(world: World, invoice: Document, amount: int, at: datetime) -> Callable[[], Any]:
    entered = PaymentInput(amount, at.date(), MoneyKind.BANK_TRANSFER)
    return lambda: register_payment(invoice.id, entered, who=world.who(), at=at)


def undoing(world: World, invoice: Document, at: datetime) -> Callable[[], Any]:
    return lambda: undo_credit(invoice.id, changed_draft="keep", who=world.who(), at=at) or "undone"


def departing(world: World, invoice: Document, at: datetime) -> Callable[[], Any]:
    return lambda: depart_credit(invoice.id, organization_id=world.id, at=at)


@GATES
def test_four_credits_at_once_give_one(gated: bool, at: datetime) -> None:
    world = found(hold_seconds=0, after_credit="draft")
    for _ in range(TIMES):
        invoice = world.invoice(at=at)
        results = together(*[press(world, invoice, at)] * 4, gate=gate(invoice) if gated else None)
        assert sum(isinstance(result, Credited) for result in results) == 1
        assert results.count(["already_credited"]) == 3
    assert len(documents(world, Kind.CREDIT_NOTE)) == len(drafts(world)) == TIMES
    prove_books(world)
    verify_finds_nothing(world)


@GATES
def test_four_presses_at_once_put_one_credit_note_on_hold(gated: bool, at: datetime) -> None:
    world = found(after_credit="draft")
    for _ in range(TIMES):
        invoice = world.invoice(at=at)
        results = together(*[press(world, invoice, at)] * 4, gate=gate(invoice) if gated else None)
        assert all(isinstance(result, Held) for result in results)
        assert len({result.draft.id for result in results}) == 1
        assert len({result.corrected.id for result in results}) == 1
    assert len(drafts(world)) == TIMES
    prove_books(world)


def test_two_parts_at_once_never_take_more_than_there_is(at: datetime) -> None:
    """Of 3 × 10.10 two pieces each: one goes through."""
    world = found(hold_seconds=0)
    for _ in range(TIMES):
        invoice = world.invoice(line("10.10", "3"), at=at)
        (only,) = lines_of(world, invoice)
        request = part(quantity(only, "2"))

        def credit(invoice: Document = invoice, request: Any = request) -> Any:
            return credit_invoice(invoice.id, request, who=world.who(), at=at)

        results = together(credit, credit, gate=gate(invoice))
        assert sum(isinstance(result, Credited) for result in results) == 1
        assert results.count(["more_than_left"]) == 1
    prove_books(world)


def test_credits_of_many_invoices_at_once_leave_no_gap(at: datetime) -> None:
    world = found(hold_seconds=0)
    for _ in range(TIMES):
        invoices = [world.invoice(at=at) for _ in range(6)]
        results = together(*[press(world, invoice, at) for invoice in invoices])
        assert all(isinstance(result, Credited) for result in results)
    assert numbers(world, Kind.CREDIT_NOTE) == [f"2026-K{n + 1}" for n in range(6 * TIMES)]
    prove_books(world)


@GATES
def test_a_payment_and_a_credit_at_once_lose_no_money(gated: bool, at: datetime) -> None:
    """Whoever is first: the invoice is credited and the money is owed back."""
    world = found(hold_seconds=0)
    for _ in range(TIMES):
        invoice = world.invoice(at=at)
        credited, payment = together(
            press(world, invoice, at),
            paying(world, invoice, 125_500, at),
            gate=gate(invoice) if gated else None,
        )
        assert isinstance(credited, Credited)
        assert isinstance(payment, Payment)
        stand = stands(world, invoice)
        paid_first = "unapplied" not in stand
        assert stand["owed_back"] == 125_500
        assert credited.credit_note.effect == (
            {"kind": "owed_back", "amount_minor": 125_500, "currency": "EUR"}
            if paid_first
            else {"kind": "nothing_to_pay", "cancelled": True}
        )
    prove_books(world)


@GATES
def test_a_payment_and_a_press_on_what_was_shown_unpaid(gated: bool, at: datetime) -> None:
    """The payment counts either way; the credit is done only if nothing is owed back by it."""
    world = found(hold_seconds=0)
    for _ in range(TIMES):
        invoice = world.invoice(at=at)
        with scope(world.id):
            case, _plan = read_plan(invoice.id, CANCELLED, who=world.who(), at=at)
            seen = seen_by_creditor(case)

        def press_as_shown(invoice: Document = invoice, seen: Seen = seen) -> Any:
            return credit_invoice(invoice.id, CANCELLED, seen=seen, who=world.who(), at=at)

        credited, payment = together(
            press_as_shown,
            paying(world, invoice, 125_500, at),
            gate=gate(invoice) if gated else None,
        )
        assert isinstance(payment, Payment)
        if credited == ["not_as_shown"]:
            assert stands(world, invoice) == {"state": "paid", "received": 125_500}
        else:
            assert isinstance(credited, Credited)
            effect = {"kind": "nothing_to_pay", "cancelled": True}
            assert credited.credit_note.effect == effect
    prove_books(world)


def test_a_payment_and_a_credit_where_customer_service_credits_paid_ones(at: datetime) -> None:
    world = found(hold_seconds=0, paid_credit="desk")
    for _ in range(TIMES):
        invoice = world.invoice(at=at)
        credited, payment = together(
            press(world, invoice, at), paying(world, invoice, 125_500, at), gate=gate(invoice)
        )
        assert isinstance(payment, Payment)
        if credited == ["paid_credit_needs_desk"]:
            assert stands(world, invoice) == {"state": "paid", "received": 125_500}
        else:
            assert isinstance(credited, Credited)
            assert stands(world, invoice)["unapplied"] == 125_500
    prove_books(world)


@GATES
def test_a_payment_and_a_press_at_once(gated: bool, at: datetime) -> None:
    """Pressed first, the payment stops it; paid first, the press is customer service's."""
    world = found(paid_credit="desk")
    for _ in range(TIMES):
        invoice = world.invoice(at=at)
        held, payment = together(
            press(world, invoice, at),
            paying(world, invoice, 125_500, at),
            gate=gate(invoice) if gated else None,
        )
        assert isinstance(payment, Payment)
        assert isinstance(held, Held) or held == ["paid_credit_needs_desk"]
        assert held_credit(world, invoice) is None
        assert stands(world, invoice) == {"state": "paid", "received": 125_500}
    rows = prove_books(world)
    stopped = [event for event in rows.events if event.kind == "credit.stopped"]
    assert len([1 for kind, _to in letters(world) if kind == "credit_stopped"]) == len(stopped)


@GATES
def test_undo_and_departure_at_the_deadline_have_one_winner(gated: bool, at: datetime) -> None:
    """Undo read the clock a moment before the deadline, the worker at it."""
    world = found(after_credit="draft")
    undone = 0
    for _ in range(2 * TIMES):
        invoice = world.invoice(at=at)
        held = hold_credit(world, invoice, at=at)
        undo, departed, again = together(
            undoing(world, invoice, at + HOLD - MOMENT),
            departing(world, invoice, at + HOLD),
            departing(world, invoice, at + HOLD),
            gate=("documents_draft", held.draft.id) if gated else None,
        )
        issued = [result for result in (departed, again) if isinstance(result, Document)]
        if undo == "undone":
            undone += 1
            assert issued == []
            assert stands(world, invoice)["state"] == "sent"
        else:
            assert undo == ["too_late_to_undo"]
            assert len(issued) == 1
            assert stands(world, invoice)["state"] == "credited"
    assert len(documents(world, Kind.CREDIT_NOTE)) == 2 * TIMES - undone
    prove_books(world)


def test_a_payment_before_the_deadline_and_departure_at_it(at: datetime) -> None:
    world = found()
    for _ in range(2 * TIMES):
        invoice = world.invoice(at=at)
        held = hold_credit(world, invoice, at=at)
        payment, departed = together(
            paying(world, invoice, 125_500, at + HOLD - MOMENT),
            departing(world, invoice, at + HOLD),
            gate=("documents_draft", held.draft.id),
        )
        assert isinstance(payment, Payment)
        if departed is None:
            assert stands(world, invoice) == {"state": "paid", "received": 125_500}
        else:
            assert stands(world, invoice)["unapplied"] == 125_500
    prove_books(world)


def test_whoever_comes_after_the_deadline_lets_the_credit_note_go_once(at: datetime) -> None:
    """Press, undo, payment and worker, all late, all at once: one credit note, money owed back."""
    world = found()
    late = at + HOLD
    for _ in range(TIMES):
        invoice = world.invoice(at=at)
        hold_credit(world, invoice, at=at)
        pressed, undo, payment, _worker = together(
            press(world, invoice, late),
            undoing(world, invoice, late),
            paying(world, invoice, 125_500, late),
            departing(world, invoice, late),
        )
        assert pressed == ["already_credited"]
        assert undo == ["too_late_to_undo"]
        assert isinstance(payment, Payment)
        assert stands(world, invoice) == {
            "state": "credited",
            "credited": 125_500,
            "received": 125_500,
            "owed_back": 125_500,
            "unapplied": 125_500,
        }
    assert len(documents(world, Kind.CREDIT_NOTE)) == TIMES
    prove_books(world)


def test_undo_and_a_press_at_once(at: datetime) -> None:
    """The press finds the credit note on hold, or puts a new one there; never two."""
    world = found(after_credit="draft")
    for _ in range(2 * TIMES):
        invoice = world.invoice(at=at)
        first = hold_credit(world, invoice, at=at)
        undo, pressed = together(
            undoing(world, invoice, at), press(world, invoice, at), gate=gate(invoice)
        )
        assert undo == "undone"
        assert isinstance(pressed, Held)
        held = held_credit(world, invoice)
        assert (held is None) == (pressed.draft.id == first.draft.id)
    prove_books(world)


@pytest.mark.parametrize("deed", ["finalise", "edit", "delete"])
def test_undo_and_work_on_the_corrected_draft(deed: str, at: datetime) -> None:
    """The work comes first and its draft is kept, or the draft is gone when it comes."""
    world = found(hold_seconds=1200)
    for _ in range(2 * TIMES):
        invoice = world.invoice(at=at)
        corrected = hold_credit(world, invoice, CORRECT, at=at).corrected
        assert corrected is not None

        def work(id_: UUID = corrected.id) -> Any:
            if deed == "finalise":
                return finalise_draft(id_, who=world.who(), at=at)
            if deed == "edit":
                return amend_draft(id_, lambda now: now, who=world.who(), at=at)
            return delete_draft(id_, who=world.who(), at=at)

        undo, worked = together(
            undoing(world, invoice, at), work, gate=("documents_draft", corrected.id)
        )
        assert undo == "undone"
        assert standing(world, invoice).cancelling_at is None
        left = [draft for draft in drafts(world) if draft.id == corrected.id]
        if isinstance(worked, Draft):
            assert [(draft.goes_at, draft.waits_for_id) for draft in left] == [(None, None)]
        else:
            assert worked in (None, ["absent"])
            assert left == []
    prove_books(world)


def test_the_corrected_draft_sent_while_its_credit_note_departs(at: datetime) -> None:
    world = found()
    for _ in range(2 * TIMES):
        invoice = world.invoice(at=at)
        corrected = hold_credit(world, invoice, CORRECT, at=at).corrected
        assert corrected is not None

        def send(id_: UUID = corrected.id) -> Any:
            return finalise_draft(id_, send_now=True, who=world.who(), at=at + HOLD)

        sent, _departed = together(
            send, departing(world, invoice, at + HOLD), gate=("documents_draft", corrected.id)
        )
        assert isinstance(sent, Document)
        assert sent.replaces_id == invoice.id
        (note,) = [row for row in documents(world) if row.corrects_id == invoice.id]
        assert note.id < sent.id
    prove_books(world)


def test_everything_at_once(at: datetime) -> None:
    """Twelve hands on two invoices, whatever they do: the books hold."""
    world = found(after_credit="draft")
    for round_ in range(TIMES):
        now = at + round_ * timedelta(hours=1)
        one, two = world.invoice(at=now), world.invoice(at=now)
        hold_credit(world, one, at=now)
        late = now + HOLD
        together(
            *[press(world, invoice, late) for invoice in (one, two)],
            *[undoing(world, invoice, late - MOMENT) for invoice in (one, two)],
            *[paying(world, invoice, 60_000, late) for invoice in (one, two)],
            *[paying(world, invoice, 125_500, late - MOMENT) for invoice in (one, two)],
            *[departing(world, invoice, late) for invoice in (one, two)],
            *[partial(depart_due, world.id, at=late)] * 2,
        )
        prove_books(world)
    verify_finds_nothing(world)
