"""Crediting in part: by quantity, by amount, in steps that add up to the cent."""

from datetime import datetime
from decimal import Decimal

from storno.documents.models import Kind
from tests.deeds import amount, credit, lines_of, part, pay, quantity
from tests.observe import (
    balances,
    bookings,
    numbers,
    stands,
)
from tests.world import found, line


def test_three_times_10_10_by_quantity(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(line("10.10", "3"), at=at)
    assert invoice.payable_minor == 3_803
    (only,) = lines_of(world, invoice)
    request = part(quantity(only, "1"))
    notes = [credit(world, invoice, request, at=at) for _ in range(3)]
    assert [(note.net_minor, note.tax_minor) for note in notes] == [
        (1_010, 258),
        (1_010, 257),
        (1_010, 258),
    ]
    assert [note.effect and note.effect["kind"] for note in notes] == [
        "still_to_pay",
        "still_to_pay",
        "nothing_to_pay",
    ]
    assert notes[0].effect == {
        "kind": "still_to_pay",
        "amount_minor": 2_535,
        "currency": "EUR",
        "due_on": "2026-06-30",
    }
    assert stands(world, invoice) == {"state": "credited", "credited": 3_803}
    assert balances(world) == {}
    assert numbers(world, Kind.CREDIT_NOTE) == ["2026-K1", "2026-K2", "2026-K3"]


def test_over_three_rates_in_two_steps(at: datetime) -> None:
    world = found(hold_seconds=0, vat_on="invoice")
    invoice = world.invoice(
        *[line("10.10")] * 3,
        line("33.33", rate=Decimal("13.5")),
        line("15.54", rate=Decimal(10)),
        at=at,
    )
    assert invoice.payable_minor == 9_295
    first_line, second, third, middle, last = lines_of(world, invoice)
    first = credit(
        world,
        invoice,
        part(quantity(first_line, "1"), quantity(middle, "1")),
        at=at,
    )
    assert bookings(world, first.id) == [
        ("SALES[S,25.5]", "AR", 1_010),
        ("SALES[S,13.5]", "AR", 3_333),
        ("VAT[25.5]", "AR", 258),
        ("VAT[13.5]", "AR", 450),
    ]
    assert stands(world, invoice) == {
        "state": "part_credited",
        "credited": 5_051,
        "open": 4_244,
    }
    rest = credit(world, invoice, at=at)
    assert [credited.corrects_line_id for credited in lines_of(world, rest)] == [
        second.id,
        third.id,
        last.id,
    ]
    assert bookings(world, rest.id) == [
        ("SALES[S,25.5]", "AR", 2_020),
        ("SALES[S,10]", "AR", 1_554),
        ("VAT[25.5]", "AR", 515),
        ("VAT[10]", "AR", 155),
    ]
    assert stands(world, invoice) == {"state": "credited", "credited": 9_295}


def test_gross_prices_by_quantity(at: datetime) -> None:
    """3 × 3.33 with tax: 9.99 = 7.96 + 2.03."""
    world = found(hold_seconds=0)
    invoice = world.invoice(line("3.33", "3", gross=True), at=at)
    (only,) = lines_of(world, invoice)
    request = part(quantity(only, "1"))
    notes = [credit(world, invoice, request, at=at) for _ in range(3)]
    assert [(note.net_minor, note.tax_minor) for note in notes] == [
        (265, 68),
        (266, 67),
        (265, 68),
    ]


def test_by_amount_then_by_quantity_then_the_rest(at: datetime) -> None:
    """Of 3 × 10.10: 5.00 as goodwill, then one piece, then what is left: 15.20 for two pieces."""
    world = found(hold_seconds=0)
    invoice = world.invoice(line("10.10", "3"), at=at)
    (only,) = lines_of(world, invoice)
    goodwill = credit(world, invoice, part(amount(only, 500)), at=at)
    one = credit(world, invoice, part(quantity(only, "1")), at=at)
    rest = credit(world, invoice, at=at)
    assert [
        (row.quantity, row.unit, row.unit_price, row.amount_minor, row.credited_quantity)
        for note in (goodwill, one, rest)
        for row in lines_of(world, note)
    ] == [
        (Decimal(1), "", Decimal(5), 500, Decimal(0)),
        (Decimal(1), "h", Decimal("10.1"), 1_010, Decimal(1)),
        (Decimal(1), "", Decimal("15.2"), 1_520, Decimal(2)),
    ]
    assert [note.tax_minor for note in (goodwill, one, rest)] == [128, 257, 388]
    assert stands(world, invoice) == {"state": "credited", "credited": 3_803}


def test_a_part_credit_down_to_what_was_paid_settles_the_invoice(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    pay(world, invoice, 62_750, at=at)
    (only,) = lines_of(world, invoice)
    note = credit(world, invoice, part(amount(only, 50_000)), at=at)
    assert stands(world, invoice) == {"state": "paid", "received": 62_750, "credited": 62_750}
    assert note.effect == {"kind": "nothing_to_pay", "cancelled": False}
    assert balances(world) == {"BANK": 62_750, "SALES[S,25.5]": -50_000, "VAT[25.5]": -12_750}


def test_more_than_what_is_open_is_owed_back(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    pay(world, invoice, 100_000, at=at)
    (only,) = lines_of(world, invoice)
    note = credit(world, invoice, part(amount(only, 50_000)), at=at)
    assert stands(world, invoice) == {
        "state": "paid",
        "received": 100_000,
        "credited": 62_750,
        "owed_back": 37_250,
    }
    assert note.effect == {"kind": "owed_back", "amount_minor": 37_250, "currency": "EUR"}
