"""Money that meets money: nothing is lost, and nothing is taken back twice."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from storno.corrections.settle import register_payment, reverse_payment
from storno.documents.models import Document
from storno.payments.models import MoneyKind, Payment, Reversal
from storno.payments.register import PaymentInput
from tests.deeds import pay
from tests.observe import balances, stands
from tests.properties.invariants import prove_books, verify_finds_nothing
from tests.races.together import TIMES, together
from tests.world import World, found


def paying(world: World, invoice: Document, amount: int, at: datetime) -> Callable[[], Any]:
    entered = PaymentInput(amount, at.date(), MoneyKind.BANK_TRANSFER)
    return lambda: register_payment(invoice.id, entered, who=world.who(), at=at)


def reversing(world: World, payment: Payment, at: datetime) -> Callable[[], Any]:
    return lambda: reverse_payment(payment.id, "Wrong", who=world.who(), at=at)


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
