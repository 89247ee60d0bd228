"""What is open is written off, settled as a cent difference, paid after all, and taken back."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from storno.core.refusals import NotAllowed, SignInAgain
from storno.corrections.plan import CreditRequest
from storno.corrections.refund import offset_invoice
from storno.corrections.settle import register_payment, reverse_payment
from storno.corrections.undo import undo_credit
from storno.corrections.write_off import reverse_write_off, settle_difference, write_off_invoice
from storno.documents.models import Document, Reason
from storno.documents.queries import state_on
from storno.organizations.scope import scope
from storno.payments.models import MoneyKind, Payment, WriteOff, WriteOffReversal
from storno.payments.register import PaymentInput
from storno.reports.verify.dossier import open_books
from storno.reports.verify.prove import prove
from tests.deeds import amount, credit, hold_credit, lines_of, part, pay
from tests.observe import balances, bookings, history, refused, standing, stands
from tests.world import World, found

INVOICE, PAYMENT = {"vat_on": "invoice"}, {"vat_on": "payment"}


def proven(**settings: str) -> Iterator[World]:
    """An organization without a hold; in the end its books prove true."""
    world = found(hold_seconds=0, **settings)
    yield world
    with scope(world.id):
        assert list(prove(open_books(world.id, database="default"))) == []


@pytest.fixture
def world() -> Iterator[World]:
    """VAT falls due with the invoice."""
    yield from proven(vat_on="invoice")


@pytest.fixture
def on_payment() -> Iterator[World]:
    """VAT falls due with the money."""
    yield from proven(vat_on="payment")


def write_off(world: World, invoice: Document, *, relieved: bool = True, at: datetime) -> WriteOff:
    return write_off_invoice(invoice.id, relieved=relieved, who=world.who(), at=at)


def ask_again(world: World, row: WriteOff, *, at: datetime) -> WriteOffReversal:
    return reverse_write_off(row.id, "She will pay", who=world.who(), at=at)


def settle(world: World, invoice: Document, amount_minor: int, *, at: datetime) -> Payment:
    entered = PaymentInput(amount_minor, at.date(), MoneyKind.BANK_TRANSFER)
    return register_payment(invoice.id, entered, settle=True, who=world.who(), at=at)


def test_with_relief_the_vat_is_taken_back_and_comes_again_with_the_money(
    world: World, at: datetime
) -> None:
    invoice = world.invoice(at=at)
    row = write_off(world, invoice, at=at)
    assert (row.kind, row.amount_minor, row.turn) == ("bad_debt_relieved", 125_500, 1)
    assert bookings(world, row.id) == [("BADDEBT", "AR", 100_000), ("VAT[25.5]", "AR", 25_500)]
    assert stands(world, invoice) == {
        "state": "written_off",
        "relieved": 125_500,
        "written": 125_500,
    }
    assert history(world, invoice.id)[-1] == "write_off.made"
    with refused(world, "nothing_open"):
        write_off(world, invoice, at=at)
    part_of_it = pay(world, invoice, 60_000, at=at)
    assert bookings(world, part_of_it.id) == [
        ("BANK", "BADDEBT", 47_809),
        ("BANK", "VAT[25.5]", 12_191),
    ]
    assert stands(world, invoice)["state"] == "written_off"
    pay(world, invoice, 65_500, at=at)
    assert balances(world, invoice) == {
        "BANK": 125_500,
        "SALES[S,25.5]": -100_000,
        "VAT[25.5]": -25_500,
    }
    assert stands(world, invoice) == {"state": "paid", "received": 125_500, "relieved": 125_500}
    over = pay(world, invoice, 100, at=at)
    assert bookings(world, over.id) == [("BANK", "UNAPPLIED", 100)]


def test_all_of_it_comes_in_at_once(world: World, on_payment: World, at: datetime) -> None:
    for house in (world, on_payment):
        invoice = house.invoice(at=at)
        write_off(house, invoice, at=at)
        paid = pay(house, invoice, 125_500, at=at)
        assert bookings(house, paid.id) == [
            ("BANK", "BADDEBT", 100_000),
            ("BANK", "VAT[25.5]", 25_500),
        ]


@pytest.mark.parametrize("basis", ["VAT", "VATDEF"])
def test_what_is_open_of_a_part_paid_invoice(
    world: World, on_payment: World, basis: str, at: datetime
) -> None:
    house = {"VAT": world, "VATDEF": on_payment}[basis]
    invoice = house.invoice(at=at)
    pay(house, invoice, 60_000, at=at)
    relieved = write_off(house, invoice, at=at)
    assert bookings(house, relieved.id) == [
        ("BADDEBT", "AR", 52_191),
        (f"{basis}[25.5]", "AR", 13_309),
    ]
    back = ask_again(house, relieved, at=at)
    assert bookings(house, back.id) == [
        ("AR", "BADDEBT", 52_191),
        ("AR", f"{basis}[25.5]", 13_309),
    ]
    assert stands(house, invoice) == {"state": "part_paid", "received": 60_000, "open": 65_500}
    whole = write_off(house, invoice, relieved=False, at=at)
    assert bookings(house, whole.id) == [("BADDEBT", "AR", 65_500)]
    deferred = {"VATDEF[25.5]": -13_309} if house is on_payment else {}
    due = 12_191 if house is on_payment else 25_500
    assert (
        balances(house, invoice)
        == {
            "BANK": 60_000,
            "BADDEBT": 65_500,
            "SALES[S,25.5]": -100_000,
            "VAT[25.5]": -due,
        }
        | deferred
    )
    with refused(house, "already_reversed"):
        ask_again(house, relieved, at=at)


@pytest.mark.parametrize("on", ["invoice", "payment"])
def test_the_credit_of_what_was_written_off(
    world: World, on_payment: World, on: str, at: datetime
) -> None:
    """600.00 paid, 655.00 written off, credited whole: what was paid is owed back."""
    house = {"invoice": world, "payment": on_payment}[on]
    invoice, other = house.invoice(at=at), house.invoice(at=at)
    for one, relieved in ((invoice, True), (other, False)):
        pay(house, one, 60_000, at=at)
        write_off(house, one, relieved=relieved, at=at)
    note = credit(house, invoice, at=at)
    assert bookings(house, note.id) == [
        ("SALES[S,25.5]", "BADDEBT", 52_191),
        ("SALES[S,25.5]", "REFUND", 47_809),
        ("VAT[25.5]", "REFUND", 12_191),
    ]
    assert stands(house, invoice) == {
        "state": "credited",
        "received": 60_000,
        "credited": 125_500,
        "owed_back": 60_000,
        "relieved": 65_500,
    }
    credit(house, other, at=at)
    for one in (invoice, other):
        assert balances(house, one) == {"BANK": 60_000, "REFUND": -60_000}
    third = house.invoice(at=at)
    write_off(house, third, at=at)
    request = part(amount(lines_of(house, third)[0], 40_000))
    note = credit(house, third, request, at=at)
    assert bookings(house, note.id) == [("SALES[S,25.5]", "BADDEBT", 40_000)]
    assert stands(house, third) == {
        "state": "written_off",
        "credited": 50_200,
        "relieved": 125_500,
        "written": 75_300,
    }
    credit(house, third, at=at)
    assert balances(house, third) == {}


@pytest.mark.parametrize("on", ["invoice", "payment"])
def test_a_cent_is_settled_with_the_payment_and_goes_with_it(
    world: World, on_payment: World, on: str, at: datetime
) -> None:
    house = {"invoice": world, "payment": on_payment}[on]
    invoice = house.invoice(at=at)
    payment = settle(house, invoice, 125_499, at=at)
    assert balances(house, invoice) == {
        "BANK": 125_499,
        "ROUND": 1,
        "SALES[S,25.5]": -100_000,
        "VAT[25.5]": -25_500,
    }
    assert stands(house, invoice) == {
        "state": "paid",
        "received": 125_499,
        "rounded": 1,
        "written": 1,
    }
    assert history(house, invoice.id)[-2:] == ["payment.registered", "write_off.cents"]
    reverse_payment(payment.id, "Of somebody else", who=house.who(), at=at)
    assert stands(house, invoice) == {"state": "sent", "open": 125_500}
    with refused(house, "more_than_cents"):
        settle(house, invoice, 125_399, at=at)
    with refused(house, "more_than_cents"):
        settle_difference(invoice.id, who=house.who(), at=at)
    pay(house, invoice, 125_400, at=at)
    settle_difference(invoice.id, who=house.who("office"), at=at)
    pay(house, invoice, 100, at=at)
    assert balances(house, invoice) == {
        "BANK": 125_500,
        "SALES[S,25.5]": -100_000,
        "VAT[25.5]": -25_500,
    }
    settle(house, house.invoice(at=at), 125_500, at=at)
    assert "ROUND" not in balances(house)


def test_bad_debt_without_its_vat_is_met_before_that_with_it_and_cents_last(
    world: World, at: datetime
) -> None:
    invoice = world.invoice(at=at)
    settled = settle(world, invoice, 125_490, at=at)
    cents = pay(world, invoice, 10, at=at)
    reverse_payment(settled.id, "Bounced", who=world.who(), at=at)
    write_off(world, invoice, at=at)
    reverse_payment(cents.id, "Bounced", who=world.who(), at=at)
    write_off(world, invoice, relieved=False, at=at)
    settle_row = standing(world, invoice)
    assert (settle_row.relieved_minor, settle_row.lost_minor) == (125_490, 10)
    first = pay(world, invoice, 10, at=at)
    assert bookings(world, first.id) == [("BANK", "BADDEBT", 10)]
    pay(world, invoice, 125_490, at=at)
    assert "BADDEBT" not in balances(world, invoice)


def test_money_of_another_invoice_meets_it_only_while_it_is_asked_for(
    world: World, at: datetime
) -> None:
    invoice, other = world.invoice(at=at), world.invoice(at=at)
    pay(world, invoice, 130_000, at=at)
    row = write_off(world, other, at=at)
    with refused(world, "nothing_open"):
        offset_invoice(invoice.id, other.id, who=world.who(), at=at)
    ask_again(world, row, at=at)
    assert offset_invoice(invoice.id, other.id, who=world.who(), at=at).amount_minor == 4_500


def test_who_may_and_when(at: datetime) -> None:
    world = found(vat_on="invoice")
    invoice = world.invoice(at=at)
    for roles in (("office",), ("practitioner",), ("reader",)):
        with pytest.raises(NotAllowed):
            write_off_invoice(invoice.id, relieved=False, who=world.who(*roles), at=at)
    hold_credit(world, invoice, CreditRequest(Reason.CANCELLED), at=at)
    with refused(world, "being_cancelled"):
        write_off(world, invoice, at=at)
    with refused(world, "being_cancelled"):
        settle_difference(invoice.id, who=world.who(), at=at)
    undo_credit(invoice.id, who=world.who(), at=at)
    row = write_off(world, invoice, at=at)
    assert state_on(standing(world, invoice), at.date() + timedelta(days=90)) == "written_off"
    with pytest.raises(SignInAgain):
        reverse_write_off(row.id, "Why", who=world.who(fresh=False), at=at)
    with pytest.raises(NotAllowed):
        reverse_write_off(row.id, "Why", who=world.who("office"), at=at)
    with refused(world, "reason: required"):
        reverse_write_off(row.id, " ", who=world.who(), at=at)
