"""Money that meets money: nothing is lost, and nothing is taken back twice."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from storno.corrections.credit import credit_invoice
from storno.corrections.move_payment import move_payment
from storno.corrections.settle import register_payment, reverse_payment
from storno.documents.models import Document
from storno.payments.models import MoneyKind, Payment, Reversal
from storno.payments.register import PaymentInput
from tests.deeds import CANCELLED, pay
from tests.observe import balances, stands
from tests.properties.invariants import prove_books, verify_finds_nothing
from tests.races.together import TIMES, together
from tests.world import World, found


def paying(world: World, invoice: Document, amount: int, at: datetime) -> Callable[[], Any]:
    entered = PaymentInput(amount, at.date(), MoneyKind.BANK_TRANSFER)
    return lambda: register_payment(invoice.id, entered, who=world.who(), at=at)


def reversing(world: World, payment: Payment, at: datetime) -> Callable[[], Any]:
    return lambda: reverse_payment(payment.id, "Wrong", who=world.who(), at=at)


def moving(world: World, payment: Payment, target: Document, at: datetime) -> Callable[[], Any]:
    return lambda: move_payment(payment.id, target.id, who=world.who(), at=at)


def crediting(world: World, invoice: Document, at: datetime) -> Callable[[], Any]:
    return lambda: credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at)


def test_payments_at_once_add_up(at: datetime) -> None:
    world = found()
    for _ in range(TIMES):
        invoice = world.invoice(at=at)
        together(
            *[paying(world, invoice, 50_000, at) for _ in range(4)],
            gate=("documents_standing", invoice.id),
        )
        assert stands(world, invoice) == {
            "state": "paid",
            "received": 200_000,
            "owed_back": 74_500,
            "unapplied": 74_500,
        }
    prove_books(world)
    verify_finds_nothing(world)


def test_a_payment_is_reversed_once(at: datetime) -> None:
    world = found()
    for _ in range(TIMES):
        invoice = world.invoice(at=at)
        payment = pay(world, invoice, 60_000, at=at)
        results = together(
            *[reversing(world, payment, at)] * 4, gate=("documents_standing", invoice.id)
        )
        assert sum(isinstance(result, Reversal) for result in results) == 1
        assert results.count(["already_reversed"]) == 3
        assert stands(world, invoice) == {"state": "sent", "open": 125_500}
    prove_books(world)


def test_a_payment_and_a_reversal_at_once(at: datetime) -> None:
    """60.00 out and 1255.00 in, in either order: only 1255.00 stay."""
    world = found()
    for _ in range(2 * TIMES):
        invoice = world.invoice(at=at)
        payment = pay(world, invoice, 60_000, at=at)
        together(
            reversing(world, payment, at),
            paying(world, invoice, 125_500, at),
            gate=("documents_standing", invoice.id),
        )
        assert stands(world, invoice) == {"state": "paid", "received": 125_500}
        assert balances(world, invoice) == {
            "BANK": 125_500,
            "SALES[S,25.5]": -100_000,
            "VAT[25.5]": -25_500,
        }
    prove_books(world)
    verify_finds_nothing(world)


def test_a_payment_moves_once_while_it_is_reversed_and_credited(at: datetime) -> None:
    """Both ways round; wherever it ends, its money is there once, or it was taken back."""
    world = found(hold_seconds=0)
    for _ in range(TIMES):
        one, other, third = (world.invoice(at=at) for _ in range(3))
        payment, back = pay(world, one, 60_000, at=at), pay(world, other, 50_000, at=at)
        results = together(
            moving(world, payment, other, at),
            moving(world, payment, third, at),
            moving(world, back, one, at),
            reversing(world, payment, at),
            crediting(world, other, at),
            gate=("documents_standing", other.id),
        )
        prove_books(world)
        assert sum(isinstance(results[each], Payment | Reversal) for each in (0, 1, 3)) == 1
    verify_finds_nothing(world)
