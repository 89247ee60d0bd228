"""Money that goes back while other money moves: never more than is owed, and nobody waits forever.

An offset locks two invoices, so each race has them in both orders.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from storno.corrections.credit import credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.plan import CreditRequest
from storno.corrections.refund import offset_invoice, refund_invoice, reverse_refund
from storno.documents.models import Document, Reason
from storno.organizations.scope import scope
from storno.payments.models import MoneyKind, Payment, Refund, RefundReversal, Why
from storno.payments.refund import GivenBack
from storno.payments.reverse_refund import Grounds
from tests.deeds import CANCELLED, HOLD, credit, hold_credit, pay
from tests.observe import balances, stands
from tests.properties.invariants import prove_books, verify_finds_nothing
from tests.races.test_payments import paying, reversing
from tests.races.together import TIMES, together
from tests.world import World, found

Doing = Callable[[], Any]


def gate(invoice: Document) -> tuple[str, Any]:
    return ("documents_standing", invoice.id)


def credited(world: World, at: datetime) -> Document:
    """Paid 1255.00, then cancelled."""
    invoice = world.invoice(at=at)
    pay(world, invoice, 125_500, at=at)
    credit(world, invoice, at=at)
    return invoice


def crediting(world: World, invoice: Document, at: datetime) -> Doing:
    return lambda: credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at)


def refunding(world: World, invoice: Document, amount: int | None, at: datetime) -> Doing:
    given = GivenBack(at.date(), MoneyKind.CASH)
    return lambda: refund_invoice(invoice.id, given, amount_minor=amount, who=world.who(), at=at)


def using(world: World, one: Document, other: Document, at: datetime) -> Doing:
    return lambda: offset_invoice(one.id, other.id, who=world.who(), at=at)


def taking_back(world: World, refund: Refund, at: datetime) -> Doing:
    grounds = Grounds(Why.CAME_BACK, "Account closed")
    return lambda: reverse_refund(refund.id, grounds, who=world.who(), at=at)


def test_refunds_at_once_give_back_what_is_owed_once(at: datetime) -> None:
    world = found(hold_seconds=0)
    for _ in range(TIMES):
        invoice, other = credited(world, at), world.invoice(at=at)
        results = together(
            refunding(world, invoice, None, at),
            refunding(world, invoice, 125_500, at),
            using(world, invoice, other, at),
            using(world, invoice, other, at),
            gate=gate(invoice),
        )
        assert sum(isinstance(result, Refund) for result in results) == 1
        assert results.count(["nothing_owed_back"]) == 3
        assert stands(world, invoice)["returned"] == 125_500
        refund = next(result for result in results if isinstance(result, Refund))
        backs = together(*[taking_back(world, refund, at)] * 3, gate=gate(invoice))
        assert sum(isinstance(back, RefundReversal) for back in backs) == 1
        assert backs.count(["already_reversed"]) == 2
        assert stands(world, invoice)["owed_back"] == 125_500
        assert stands(world, other) == {"state": "sent", "open": 125_500}
    prove_books(world)
    verify_finds_nothing(world)


def test_offsets_both_ways_and_around_while_everything_else_happens(at: datetime) -> None:
    """Whoever comes first, all the money is on some invoice, or has gone from one."""
    world = found(hold_seconds=0)
    for _ in range(TIMES):
        one, other, third = credited(world, at), world.invoice(at=at), world.invoice(at=at)
        paid = pay(world, other, 25_500, at=at)
        together(
            using(world, one, other, at),
            using(world, other, one, at),
            using(world, other, third, at),
            using(world, third, one, at),
            using(world, one, third, at),
            refunding(world, one, 50_000, at),
            crediting(world, other, at),
            paying(world, other, 100_000, at),
            reversing(world, paid, at),
            gate=gate(other),
        )
        prove_books(world)
    assert balances(world).get("OFFSET", 0) == 0
    verify_finds_nothing(world)


def test_an_offset_is_reversed_while_what_it_paid_is_credited(at: datetime) -> None:
    world = found(hold_seconds=0)
    for _ in range(TIMES):
        one, other = credited(world, at), world.invoice(at=at)
        refund = offset_invoice(one.id, other.id, who=world.who(), at=at)
        results = together(
            taking_back(world, refund, at),
            crediting(world, other, at),
            refunding(world, other, None, at),
            gate=gate(other),
        )
        gone = [type(result) for result in results]
        back = stands(world, one)["owed_back"] if gone[0] is RefundReversal else 0
        held = stands(world, other)
        assert (back, held.get("received", 0)) in ((125_500, 0), (0, 125_500))
        assert results[0] in (["money_was_given_back"],) or back
    prove_books(world)
    verify_finds_nothing(world)


def test_an_offset_meets_a_credit_note_that_leaves(at: datetime) -> None:
    """Before the deadline the money stops it, after it nothing is left to pay there."""
    world = found()
    refund = CreditRequest(Reason.CANCELLED, refund=GivenBack(at.date(), MoneyKind.CASH))
    later = at + HOLD
    for _ in range(TIMES):
        one, other = world.invoice(at=at), world.invoice(at=at)
        pay(world, one, 135_500, at=at)
        pay(world, other, 500, at=at)
        hold_credit(world, other, refund, at=at)
        results = together(
            using(world, one, other, at),
            using(world, one, other, later),
            lambda: depart_due(world.id, at=later),
            gate=gate(other),
        )
        with scope(world.id):
            offsets = Payment.objects.filter(invoice_id=other.id).exclude(offset=None).count()
        stopped = stands(world, other).get("credited", 0) == 0
        assert offsets == int(stopped), results
        assert stands(world, one).get("returned", 0) == (10_000 if stopped else 0)
        assert stands(world, other).get("returned", 0) == (0 if stopped else 500)
    prove_books(world)
    verify_finds_nothing(world)
