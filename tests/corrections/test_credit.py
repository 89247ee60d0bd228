"""Crediting in full: the paper, its postings, its letters."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from storno.clients.models import Client
from storno.core import ids
from storno.corrections.credit import credit_invoice
from storno.documents.models import Kind, Particulars
from storno.mailroom.models import Letter
from storno.mailroom.queue import Envelope, queue
from storno.numbering.models import SeriesPlan
from storno.organizations.models import Channel, Settings
from storno.organizations.scope import scope
from tests.deeds import CANCELLED, amount, credit, lines_of, part, pay, quantity
from tests.observe import (
    balances,
    bookings,
    documents,
    drafts,
    history,
    letters,
    numbers,
    refused,
    stands,
)
from tests.world import found, line


def test_the_credit_note_mirrors_its_invoice(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at, buyer_reference="PO 7", case_number="A 1", opening_text="Hello")
    then = at + timedelta(days=2)
    note = credit(world, invoice, at=then)
    assert (note.kind, note.number, note.sequence) == (Kind.CREDIT_NOTE, "2026-K1", 1)
    assert (note.issued_at, note.issued_on, note.due_on) == (then, date(2026, 6, 18), None)
    assert (note.corrects_id, note.recipient_id) == (invoice.id, world.daisy.id)
    assert (note.net_minor, note.tax_minor, note.payable_minor) == (100_000, 25_500, 125_500)
    assert (note.payment_account, note.payment_reference) == ("", "")
    assert (note.reason, note.effect) == (
        "cancelled",
        {"kind": "nothing_to_pay", "cancelled": True},
    )
    assert (note.seller, note.currency, note.language, note.delivered_on) == (
        invoice.seller,
        invoice.currency,
        invoice.language,
        invoice.delivered_on,
    )
    assert note.issued_by == world.alice.id
    with scope(world.id):
        parts = Particulars.objects.get(document_id=note.id).parts
    assert parts["buyer"]["name"] == "Daisy Duck"
    assert parts["corrects"] == {"number": "2026-0001", "issued_on": "2026-06-16"}
    assert (parts["buyer_reference"], parts["case_number"]) == ("PO 7", "A 1")
    assert parts["lines"] == ["Carpentry"]
    assert "opening_text" not in parts
    (credited,) = lines_of(world, note)
    (original,) = lines_of(world, invoice)
    assert credited.corrects_line_id == original.id
    assert (credited.quantity, credited.unit, credited.unit_price, credited.amount_minor) == (
        Decimal(1),
        "h",
        Decimal(1000),
        100_000,
    )


def test_a_full_credit_ends_the_invoice(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    note = credit(world, invoice, at=at)
    assert stands(world, invoice) == {"state": "credited", "credited": 125_500}
    assert bookings(world, note.id) == [
        ("SALES[S,25.5]", "AR", 100_000),
        ("VATDEF[25.5]", "AR", 25_500),
    ]
    assert balances(world) == {}
    assert letters(world) == [
        ("document", "daisy@example.com"),
        ("document", "daisy@example.com"),
    ]
    assert history(world, invoice.id) == ["invoice.issued", "invoice.credited"]
    assert drafts(world) == []


def test_with_vat_on_the_invoice(at: datetime) -> None:
    world = found(hold_seconds=0, vat_on="invoice")
    note = credit(world, world.invoice(at=at), at=at)
    assert bookings(world, note.id) == [
        ("SALES[S,25.5]", "AR", 100_000),
        ("VAT[25.5]", "AR", 25_500),
    ]


def test_what_was_paid_is_owed_back(at: datetime) -> None:
    world = found(hold_seconds=0, vat_on="invoice")
    invoice = world.invoice(at=at)
    pay(world, invoice, 125_500, at=at)
    note = credit(world, invoice, at=at)
    assert bookings(world, note.id) == [
        ("SALES[S,25.5]", "REFUND", 100_000),
        ("VAT[25.5]", "REFUND", 25_500),
    ]
    assert stands(world, invoice) == {
        "state": "credited",
        "received": 125_500,
        "credited": 125_500,
        "owed_back": 125_500,
    }
    assert note.effect == {"kind": "owed_back", "amount_minor": 125_500, "currency": "EUR"}


def test_what_was_paid_in_part_is_split(at: datetime) -> None:
    world = found(hold_seconds=0, vat_on="invoice")
    invoice = world.invoice(at=at)
    pay(world, invoice, 60_000, at=at)
    note = credit(world, invoice, at=at)
    assert bookings(world, note.id) == [
        ("SALES[S,25.5]", "AR", 65_500),
        ("SALES[S,25.5]", "REFUND", 34_500),
        ("VAT[25.5]", "REFUND", 25_500),
    ]
    assert note.effect == {"kind": "owed_back", "amount_minor": 60_000, "currency": "EUR"}


def test_tax_on_payment_goes_back_from_where_it_stands(at: datetime) -> None:
    """600.00 of 1255.00 were paid: 121.91 of the tax were due, 133.09 were not."""
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    payment = pay(world, invoice, 60_000, at=at)
    assert bookings(world, payment.id) == [
        ("BANK", "AR", 60_000),
        ("VATDEF[25.5]", "VAT[25.5]", 12_191),
    ]
    note = credit(world, invoice, at=at)
    assert bookings(world, note.id) == [
        ("SALES[S,25.5]", "AR", 65_500),
        ("SALES[S,25.5]", "REFUND", 34_500),
        ("VATDEF[25.5]", "REFUND", 13_309),
        ("VAT[25.5]", "REFUND", 12_191),
    ]
    assert balances(world) == {"BANK": 60_000, "REFUND": -60_000}


def test_money_that_was_too_much_stays_unapplied(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    pay(world, invoice, 130_000, at=at)
    credit(world, invoice, at=at)
    assert balances(world) == {"BANK": 130_000, "REFUND": -125_500, "UNAPPLIED": -4_500}
    assert stands(world, invoice) == {
        "state": "credited",
        "received": 130_000,
        "credited": 125_500,
        "owed_back": 130_000,
        "unapplied": 4_500,
    }


def test_a_free_invoice_is_credited_once_and_posts_nothing(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(line("0"), line("0", "2"), at=at)
    note = credit(world, invoice, at=at)
    assert (note.payable_minor, bookings(world, note.id)) == (0, [])
    assert stands(world, invoice) == {"state": "credited"}
    with refused(world, "already_credited"):
        credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at)


def test_a_free_line_that_is_left_does_not_keep_an_invoice_alive(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(line("10.00"), line("0", description="A gift"), at=at)
    sold, _gift = lines_of(world, invoice)
    credit(world, invoice, part(amount(sold, 1_000)), at=at)
    assert stands(world, invoice) == {"state": "credited", "credited": 1_255}
    with refused(world, "already_credited"):
        credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at)


def test_the_rate_of_the_supply_is_credited_after_it_has_ended(at: datetime) -> None:
    """14 % of December 2025, credited in 2026, when it is 13.5 %."""
    world = found(hold_seconds=0)
    sold = datetime(2025, 12, 30, 10, tzinfo=UTC)
    invoice = world.invoice(line("100.00", rate=Decimal(14)), at=sold)
    note = credit(world, invoice, at=at)
    assert (note.number, note.tax_minor, note.delivered_on) == (
        "2026-K1",
        1_400,
        date(2025, 12, 30),
    )
    assert bookings(world, note.id)[1] == ("VATDEF[14]", "AR", 1_400)


def test_what_was_posted_when_vat_was_due_otherwise_goes_back_the_same_way(at: datetime) -> None:
    world = found(hold_seconds=0, vat_on="invoice")
    invoice = world.invoice(at=at)
    with scope(world.id):
        Settings.objects.filter(organization_id=world.id).update(vat_on="payment")
    credit(world, invoice, at=at)
    assert balances(world) == {}


def test_a_credit_note_is_never_older_than_its_invoice(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    note = credit(world, invoice, at=at - timedelta(days=1))
    assert note.issued_on == invoice.issued_on


def test_a_shared_series(at: datetime) -> None:
    world = found(hold_seconds=0)
    with scope(world.id):
        SeriesPlan.objects.create(
            organization_id=world.id, kind="credit_note", format="unused", shares_invoices=True
        )
    invoice = world.invoice(at=at)
    credit(world, invoice, at=at)
    world.invoice(at=at)
    assert numbers(world) == ["2026-0001", "2026-0002", "2026-0003"]
    assert [document.kind for document in documents(world)] == [
        "invoice",
        "credit_note",
        "invoice",
    ]
    first, second, third = documents(world)
    assert bytes(second.previous_seal) == bytes(first.seal)
    assert bytes(third.previous_seal) == bytes(second.seal)


def test_an_invoice_is_found_even_if_its_credit_note_came_from_a_clock_that_was_behind(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ids order rows by the clock of the machine that made them, and machines differ."""
    world = found(hold_seconds=0)
    invoice = world.invoice(line("10.10", "2"), at=at)
    (only,) = lines_of(world, invoice)
    request = part(quantity(only, "1"))
    with monkeypatch.context() as behind:
        behind.setattr(ids, "_last", 1)
        behind.setattr("storno.core.ids.time.time_ns", lambda: 10**18)
        note = credit(world, invoice, request, at=at)
    assert note.id < invoice.id
    credit(world, invoice, request, at=at)
    assert stands(world, invoice) == {"state": "credited", "credited": 2_535}


def test_the_credit_note_goes_wherever_the_invoice_went(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    with scope(world.id):
        queue(
            [
                Envelope("document", invoice.id, "accounts@example.com", "fi"),
                Envelope("document", invoice.id, "daisy@example.com", "fi"),
                Envelope("credit_stopped", invoice.id, "alice@example.com", "fi"),
            ],
            organization_id=world.id,
            at=at,
        )
        Client.objects.filter(id=world.daisy.id).update(email="daisy@new.example.com")
    note = credit(world, invoice, at=at)
    with scope(world.id):
        sent = list(Letter.objects.filter(subject_id=note.id).values_list("to_address", flat=True))
    assert sent == ["daisy@example.com", "accounts@example.com"]


def test_a_changed_address_can_be_given(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    note = credit(world, invoice, replace(CANCELLED, deliver_to="daisy@new.example.com"), at=at)
    with scope(world.id):
        assert Letter.objects.get(subject_id=note.id).to_address == "daisy@new.example.com"


def test_who_delivered_the_invoice_himself_hands_over_the_credit_note(at: datetime) -> None:
    world = found(hold_seconds=0)
    credit(world, world.invoice(at=at, channel=Channel.NONE), at=at)
    assert letters(world) == []
