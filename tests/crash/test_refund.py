"""Whoever gives money back is killed after each statement: all of it has happened, or nothing."""

from datetime import datetime

from storno.corrections.credit import credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.move_payment import move_payment
from storno.corrections.plan import CreditRequest
from storno.corrections.refund import offset_invoice, reverse_refund
from storno.documents.models import Reason
from storno.organizations.scope import scope
from storno.payments.models import Refund, RefundReversal, Why
from storno.payments.refund import GivenBack
from storno.payments.reverse_refund import Grounds
from tests.crash.test_each_step import killed_at_each_step
from tests.deeds import CANCELLED, HOLD, hold_credit, pay
from tests.observe import balances, history, stands
from tests.properties.invariants import prove_books, verify_finds_nothing
from tests.world import World, found


def moved(world: World) -> tuple[int, int, int]:
    """How many refunds and reversals there are, and what is on its way between two invoices."""
    on_its_way = balances(world).get("OFFSET", 0)
    with scope(world.id):
        refunds = Refund.objects.filter(organization_id=world.id).count()
        reversals = RefundReversal.objects.filter(organization_id=world.id).count()
    return refunds, reversals, on_its_way


def test_an_offset_and_its_reversal_are_on_both_invoices_or_on_none(at: datetime) -> None:
    world = found(hold_seconds=0)
    one, other = world.invoice(at=at), world.invoice(at=at)
    pay(world, one, 125_500, at=at)
    credit_invoice(one.id, CANCELLED, who=world.who(), at=at)

    def use() -> None:
        if moved(world)[0] == 0:
            offset_invoice(one.id, other.id, who=world.who(), at=at)

    def take_back() -> None:
        if moved(world)[1] == 0:
            (row,) = refunds
            reverse_refund(row.id, Grounds(Why.MISTAKE, "Wrong"), who=world.who(), at=at)

    assert killed_at_each_step(use, lambda: moved(world)) > 10
    assert moved(world) == (1, 0, 0)
    assert stands(world, other) == {"state": "paid", "received": 125_500}
    with scope(world.id):
        refunds = list(Refund.objects.filter(organization_id=world.id))
    assert killed_at_each_step(take_back, lambda: moved(world)) > 10
    assert moved(world) == (1, 1, 0)
    assert stands(world, other) == {"state": "sent", "open": 125_500}
    prove_books(world)
    verify_finds_nothing(world)


def test_a_credit_note_and_its_refund_leave_together(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    pay(world, invoice, 125_500, at=at)
    refund = CreditRequest(Reason.CANCELLED, refund=GivenBack(at.date(), "cash"))
    hold_credit(world, invoice, refund, at=at)

    def seen() -> object:
        now = stands(world, invoice)
        assert now.get("credited", 0) == now.get("returned", 0)
        return moved(world), now

    assert killed_at_each_step(lambda: depart_due(world.id, at=at + HOLD), seen) > 10
    assert history(world, invoice.id)[-2:] == ["invoice.credited", "refund.registered"]
    assert (moved(world), balances(world)) == ((1, 0, 0), {})
    prove_books(world)
    verify_finds_nothing(world)


def test_a_payment_is_on_the_one_invoice_or_on_the_other(at: datetime) -> None:
    world = found()
    one, other = world.invoice(at=at), world.invoice(at=at)
    payment = pay(world, one, 125_500, at=at)

    def received() -> tuple[object, object]:
        return stands(world, one).get("received", 0), stands(world, other).get("received", 0)

    def move() -> None:
        if received() == (125_500, 0):
            move_payment(payment.id, other.id, who=world.who(), at=at)

    def seen() -> object:
        assert received() in ((125_500, 0), (0, 125_500))
        return received()

    assert killed_at_each_step(move, seen) > 10
    assert received() == (0, 125_500)
    prove_books(world)
    verify_finds_nothing(world)
