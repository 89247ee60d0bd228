"""Payments by hand: what is open is met, what is more is owed back."""

from datetime import UTC, date, datetime

import pytest

from storno.corrections.settle import register_payment
from storno.organizations.scope import scope
from storno.payments.models import MoneyKind, Payment
from storno.payments.register import PaymentInput
from tests.deeds import credit, pay
from tests.observe import balances, bookings, history, refused, stands
from tests.world import found, line


def test_a_payment_is_kept_as_entered(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    entered = PaymentInput(125_500, date(2026, 6, 15), MoneyKind.CASH)
    payment = register_payment(invoice.id, entered, who=world.who("office"), at=at)
    with scope(world.id):
        kept = Payment.objects.get(organization_id=world.id)
    assert (kept.id, kept.invoice_id, kept.amount_minor) == (payment.id, invoice.id, 125_500)
    assert (kept.paid_on, kept.method) == (date(2026, 6, 15), "cash")
    assert (kept.registered_at, kept.registered_by) == (at, world.alice.id)
    assert history(world, invoice.id)[-1] == "payment.registered"


@pytest.mark.parametrize(
    ("amounts", "stand"),
    [
        ([125_500], {"state": "paid", "received": 125_500}),
        ([60_000], {"state": "part_paid", "received": 60_000, "open": 65_500}),
        ([60_000, 65_500], {"state": "paid", "received": 125_500}),
        ([1] * 3, {"state": "part_paid", "received": 3, "open": 125_497}),
        (
            [130_000],
            {"state": "paid", "received": 130_000, "owed_back": 4_500, "unapplied": 4_500},
        ),
        (
            [125_500, 1_000],
            {"state": "paid", "received": 126_500, "owed_back": 1_000, "unapplied": 1_000},
        ),
    ],
)
def test_how_the_invoice_stands_then(
    amounts: list[int], stand: dict[str, object], at: datetime
) -> None:
    world = found()
    invoice = world.invoice(at=at)
    for amount in amounts:
        pay(world, invoice, amount, at=at)
    assert stands(world, invoice) == stand


def test_what_is_posted(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    first, second = pay(world, invoice, 60_000, at=at), pay(world, invoice, 70_000, at=at)
    assert bookings(world, first.id) == [
        ("BANK", "AR", 60_000),
        ("VATDEF[25.5]", "VAT[25.5]", 12_191),
    ]
    assert bookings(world, second.id) == [
        ("BANK", "AR", 65_500),
        ("BANK", "UNAPPLIED", 4_500),
        ("VATDEF[25.5]", "VAT[25.5]", 13_309),
    ]
    assert balances(world) == {
        "BANK": 130_000,
        "UNAPPLIED": -4_500,
        "SALES[S,25.5]": -100_000,
        "VAT[25.5]": -25_500,
    }


def test_money_for_a_free_or_a_credited_invoice_is_owed_back(at: datetime) -> None:
    world = found(hold_seconds=0)
    free, credited = world.invoice(line("0"), at=at), world.invoice(at=at)
    credit(world, credited, at=at)
    for invoice in (free, credited):
        pay(world, invoice, 1_000, at=at)
        assert stands(world, invoice)["owed_back"] == 1_000
    assert balances(world) == {"BANK": 2_000, "UNAPPLIED": -2_000}


def test_today_is_the_organizations(at: datetime) -> None:
    """At 21:30 UTC it is tomorrow in Helsinki."""
    world = found()
    invoice = world.invoice(at=at)
    late = datetime(2026, 6, 16, 21, 30, tzinfo=UTC)
    tomorrow = PaymentInput(1, date(2026, 6, 17), MoneyKind.OTHER)
    with refused(world, "paid_on: in_the_future"):
        register_payment(invoice.id, tomorrow, who=world.who(), at=at)
    register_payment(invoice.id, tomorrow, who=world.who(), at=late)


@pytest.mark.parametrize(
    ("amount", "day", "codes"),
    [
        (0, date(2026, 6, 16), ["amount: not_positive"]),
        (-1, date(2026, 6, 16), ["amount: not_positive"]),
        (99_999_999_999 + 1, date(2026, 6, 16), ["amount: too_large"]),
        (10**30, date(2026, 6, 16), ["amount: too_large"]),
        (1, date(2026, 6, 17), ["paid_on: in_the_future"]),
        (1, date(2025, 6, 14), ["paid_on: out_of_range"]),
        (0, date(9999, 12, 31), ["amount: not_positive", "paid_on: in_the_future"]),
    ],
)
def test_what_cannot_be(amount: int, day: date, codes: list[str], at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    with refused(world, *codes):
        register_payment(
            invoice.id, PaymentInput(amount, day, MoneyKind.CASH), who=world.who(), at=at
        )


def test_what_was_paid_in_advance_is_billed_later(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    ahead = PaymentInput(125_500, date(2025, 6, 15), MoneyKind.TERMINAL)
    register_payment(invoice.id, ahead, who=world.who(), at=at)
    assert stands(world, invoice)["received"] == 125_500


def test_the_largest_payments_add_up(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    for _ in range(3):
        pay(world, invoice, 99_999_999_999, at=at)
    assert stands(world, invoice)["received"] == 299_999_999_997


def test_whose_invoice_it_is(at: datetime) -> None:
    alices, charlies = found(hold_seconds=0), found()
    invoice = alices.invoice(at=at)
    note = credit(alices, alices.invoice(at=at), at=at)
    entered = PaymentInput(1, at.date(), MoneyKind.CASH)
    with refused(alices, "absent"):
        register_payment(invoice.id, entered, who=charlies.who(), at=at)
    with refused(alices, "absent"):
        register_payment(note.id, entered, who=alices.who(), at=at)
    with refused(alices, "not_allowed"):
        register_payment(invoice.id, entered, who=alices.who("reader"), at=at)
