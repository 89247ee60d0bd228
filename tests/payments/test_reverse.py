"""Taking a payment back: a record of its own, with a reason, once."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from storno.corrections.settle import reverse_payment
from storno.organizations.scope import scope
from storno.payments.models import Payment, Reversal
from tests.deeds import amount, credit, lines_of, part, pay
from tests.observe import balances, bookings, history, refused, stands
from tests.world import found


def test_a_reversed_payment_stays_and_its_invoice_is_open_again(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    payment = pay(world, invoice, 125_500, at=at)
    later = at + timedelta(days=1)
    reversal = reverse_payment(payment.id, "  Another customer's ", who=world.who(), at=later)
    with scope(world.id):
        kept = Reversal.objects.get(organization_id=world.id)
        assert Payment.objects.filter(organization_id=world.id).count() == 1
    assert (kept.id, kept.payment_id, kept.reason) == (
        reversal.id,
        payment.id,
        "Another customer's",
    )
    assert (kept.reversed_at, kept.reversed_by) == (later, world.alice.id)
    assert stands(world, invoice) == {"state": "sent", "open": 125_500}
    assert bookings(world, reversal.id) == [
        ("AR", "BANK", 125_500),
        ("VAT[25.5]", "VATDEF[25.5]", 25_500),
    ]
    assert history(world, invoice.id)[-1] == "payment.reversed"


def test_one_of_two_payments(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    first, _second = pay(world, invoice, 60_000, at=at), pay(world, invoice, 70_000, at=at)
    reverse_payment(first.id, "Wrong", who=world.who(), at=at)
    assert stands(world, invoice) == {"state": "part_paid", "received": 70_000, "open": 55_500}
    assert balances(world)["AR"] == 55_500


def test_unapplied_money_goes_first(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    pay(world, invoice, 125_500, at=at)
    over = pay(world, invoice, 4_500, at=at)
    reversal = reverse_payment(over.id, "Wrong", who=world.who(), at=at)
    assert bookings(world, reversal.id) == [("UNAPPLIED", "BANK", 4_500)]
    assert stands(world, invoice) == {"state": "paid", "received": 125_500}


def test_after_a_credit_it_lessens_what_is_owed_back(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    payment = pay(world, invoice, 125_500, at=at)
    credit(world, invoice, at=at)
    reversal = reverse_payment(payment.id, "It never came", who=world.who(), at=at)
    assert bookings(world, reversal.id) == [("REFUND", "BANK", 125_500)]
    assert stands(world, invoice) == {"state": "credited", "credited": 125_500}
    assert balances(world) == {}


def test_unapplied_money_then_what_is_owed_back_then_what_is_open(at: datetime) -> None:
    """1255.00 and 45.00 came, 753.00 were credited; of the 1255.00 that go back, 457.00 reopen."""
    world = found(hold_seconds=0, vat_on="invoice")
    invoice = world.invoice(at=at)
    payment = pay(world, invoice, 125_500, at=at)
    pay(world, invoice, 4_500, at=at)
    (only,) = lines_of(world, invoice)
    credit(world, invoice, part(amount(only, 60_000)), at=at)
    reversal = reverse_payment(payment.id, "It never came", who=world.who(), at=at)
    assert bookings(world, reversal.id) == [
        ("UNAPPLIED", "BANK", 4_500),
        ("REFUND", "BANK", 75_300),
        ("AR", "BANK", 45_700),
    ]
    assert stands(world, invoice) == {
        "state": "part_credited",
        "credited": 75_300,
        "received": 4_500,
        "open": 45_700,
    }


def test_once_only(at: datetime) -> None:
    world = found()
    payment = pay(world, world.invoice(at=at), 125_500, at=at)
    reverse_payment(payment.id, "Wrong", who=world.who(), at=at)
    with refused(world, "already_reversed"):
        reverse_payment(payment.id, "Wrong", who=world.who(), at=at)


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("", "reason: required"),
        (" \n ", "reason: required"),
        ("x" * 201, "reason: too_long"),
        ("a\x00b", "reason: unprintable"),
    ],
)
def test_it_takes_a_reason(reason: str, code: str, at: datetime) -> None:
    world = found()
    payment = pay(world, world.invoice(at=at), 125_500, at=at)
    with refused(world, code):
        reverse_payment(payment.id, reason, who=world.who(), at=at)


def test_who_may(at: datetime) -> None:
    alices, charlies = found(), found()
    payment = pay(alices, alices.invoice(at=at), 125_500, at=at)
    with refused(alices, "recent_sign_in_required"):
        reverse_payment(payment.id, "Wrong", who=alices.who(fresh=False), at=at)
    with refused(alices, "not_allowed"):
        reverse_payment(payment.id, "Wrong", who=alices.who("reader"), at=at)
    with refused(alices, "absent"):
        reverse_payment(payment.id, "Wrong", who=charlies.who(), at=at)
    with refused(alices, "absent"):
        reverse_payment(uuid4(), "Wrong", who=alices.who(), at=at)
