"""What is not credited, and that nothing happens then."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from storno.corrections.credit import credit_invoice, read_plan
from storno.corrections.give_credit import Credited
from storno.corrections.take_lines import CreditLine
from storno.documents.erase import erase_expired
from storno.organizations.scope import scope
from storno.tax.category import TaxCategory
from tests.deeds import CANCELLED, amount, credit, lines_of, part, pay, quantity
from tests.observe import (
    bookings,
    refused,
)
from tests.world import found, line


def test_crediting_twice_is_refused(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    credit(world, invoice, at=at)
    with refused(world, "already_credited"):
        credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at)


def test_a_credit_note_cannot_be_credited(at: datetime) -> None:
    world = found(hold_seconds=0)
    note = credit(world, world.invoice(at=at), at=at)
    with refused(world, "credit_note_cannot_be_credited"):
        credit_invoice(note.id, CANCELLED, who=world.who(), at=at)


def test_a_draft_cannot_be_credited(at: datetime) -> None:
    world = found()
    draft = world.draft(at=at)
    with refused(world, "absent"):
        credit_invoice(draft.id, CANCELLED, who=world.who(), at=at)


def test_another_organizations_invoice_is_absent(at: datetime) -> None:
    alices, charlies = found(), found()
    invoice = alices.invoice(at=at)
    with refused(alices, "absent"):
        credit_invoice(invoice.id, CANCELLED, who=charlies.who(), at=at)


@pytest.mark.parametrize("role", ["reader", "office"])
def test_who_may_not_credit(role: str, at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    with refused(world, "not_allowed"):
        credit_invoice(invoice.id, CANCELLED, who=world.who(role), at=at)
    with scope(world.id):
        _case, plan = read_plan(invoice.id, CANCELLED, who=world.who(role), at=at)
    assert [blocker.code for blocker in plan.blockers] == ["not_allowed"]


@pytest.mark.parametrize("amount", [1, 125_500, 200_000])
def test_paid_invoices_are_customer_services(amount: int, at: datetime) -> None:
    world = found(paid_credit="desk", support_contact="Chat, weekdays 8-16")
    invoice = world.invoice(at=at)
    pay(world, invoice, amount, at=at)
    with refused(world, "paid_credit_needs_desk"):
        credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at)
    with scope(world.id):
        _case, plan = read_plan(invoice.id, CANCELLED, who=world.who(), at=at)
    assert str(plan.blockers[0].remedy) == "Chat, weekdays 8-16"


def test_without_a_contact_there_is_still_a_way(at: datetime) -> None:
    world = found(paid_credit="desk")
    invoice = world.invoice(at=at)
    pay(world, invoice, 1, at=at)
    with scope(world.id):
        _case, plan = read_plan(invoice.id, CANCELLED, who=world.who(), at=at)
    assert [(blocker.code, str(blocker.remedy)) for blocker in plan.blockers] == [
        ("paid_credit_needs_desk", "Ask customer service, or whoever runs this installation.")
    ]


def test_a_paid_invoice_asks_for_a_recent_sign_in(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    pay(world, invoice, 1, at=at)
    with refused(world, "recent_sign_in_required"):
        credit_invoice(invoice.id, CANCELLED, who=world.who(fresh=False), at=at)
    credit(world, invoice, at=at)


def test_an_unpaid_invoice_asks_for_none(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    credited = credit_invoice(invoice.id, CANCELLED, who=world.who(fresh=False), at=at)
    assert isinstance(credited, Credited)


@pytest.mark.parametrize("hold_seconds", [0, 1200])
@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({"quantity": Decimal("3.0001")}, ["more_than_left"]),
        ({"amount_minor": 3_031}, ["more_than_left"]),
        ({"quantity": Decimal("9999999")}, ["more_than_left"]),
        ({"amount_minor": 99_999_999_999}, ["more_than_left"]),
        ({"quantity": Decimal("1E+999999")}, ["lines.0.quantity: too_large"]),
        ({"amount_minor": 10**30}, ["lines.0.amount: too_large"]),
        ({"quantity": Decimal(0)}, ["lines.0.quantity: not_positive"]),
        ({"quantity": Decimal(-1)}, ["lines.0.quantity: not_positive"]),
        ({"quantity": Decimal("NaN")}, ["lines.0.quantity: not_positive"]),
        ({"quantity": Decimal("Infinity")}, ["lines.0.quantity: not_positive"]),
        ({"quantity": Decimal("0.00001")}, ["lines.0.quantity: too_many_decimals"]),
        ({"amount_minor": 0}, ["lines.0.amount: not_positive"]),
        ({"amount_minor": -1}, ["lines.0.amount: not_positive"]),
        ({}, ["lines.0: quantity_or_amount"]),
        ({"quantity": Decimal(1), "amount_minor": 1}, ["lines.0: quantity_or_amount"]),
    ],
)
def test_what_can_be_asked_of_a_line(
    asked: dict[str, object], codes: list[str], hold_seconds: int, at: datetime
) -> None:
    world = found(hold_seconds=hold_seconds)
    invoice = world.invoice(line("10.10", "3"), at=at)
    (only,) = lines_of(world, invoice)
    request = part(CreditLine(only.id, **asked))  # type: ignore[arg-type]
    with refused(world, *codes):
        credit_invoice(invoice.id, request, who=world.who(), at=at)


def test_what_can_be_asked_of_lines(at: datetime) -> None:
    world = found()
    invoice, other = world.invoice(at=at), world.invoice(at=at)
    (mine,), (theirs,) = lines_of(world, invoice), lines_of(world, other)
    asked = quantity(mine, "1")
    for lines, code in [
        ((), "lines: required"),
        ((CreditLine(uuid4(), Decimal(1)),), "lines.0.line: unknown_line"),
        ((asked, quantity(theirs, "1")), "lines.1.line: unknown_line"),
        ((asked, asked), "lines.1.line: named_twice"),
    ]:
        with refused(world, code):
            credit_invoice(invoice.id, replace(CANCELLED, lines=lines), who=world.who(), at=at)


def test_never_more_than_is_left_of_a_line(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(line("10.10", "3"), line("10.10", "3"), at=at)
    first, _second = lines_of(world, invoice)
    credit(world, invoice, part(quantity(first, "2")), at=at)
    for asked in (
        quantity(first, "1.0001"),
        quantity(first, "2"),
        amount(first, 1_011),
    ):
        with refused(world, "more_than_left"):
            credit_invoice(invoice.id, part(asked), who=world.who(), at=at)
    credit(world, invoice, part(amount(first, 1_010)), at=at)
    with refused(world, "more_than_left"):
        credit_invoice(invoice.id, part(amount(first, 1)), who=world.who(), at=at)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"reason_text": "x" * 501}, "reason_text: too_long"),
        ({"reason_text": "\x00"}, "reason_text: unprintable"),
        ({"deliver_to": "daisy"}, "deliver_to: not_an_email"),
        ({"deliver_to": "a@b.fi\nBcc: c@d.fi"}, "deliver_to: not_an_email"),
    ],
)
def test_what_is_wrong_with_the_words(wrong: dict[str, str], code: str, at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    with refused(world, code):
        credit_invoice(
            invoice.id,
            replace(CANCELLED, **wrong),  # type: ignore[arg-type]
            who=world.who(),
            at=at,
        )


def test_a_line_outside_the_scope_of_vat(at: datetime) -> None:
    world = found("NO", hold_seconds=0)
    invoice = world.invoice(line("1190.00", category=TaxCategory.OUTSIDE_SCOPE), at=at)
    note = credit(world, invoice, at=at)
    assert bookings(world, note.id) == [("SALES[O,0]", "AR", 119_000)]
    assert (note.currency, note.tax_minor, note.seller["account"]) == ("NOK", 0, "86011117947")


def test_what_has_been_erased_is_not_credited(at: datetime) -> None:
    """Sold in 2015, kept until the end of 2021: nobody knows any more whom it went to."""
    world = found(hold_seconds=0)
    sold = datetime(2015, 5, 5, 9, tzinfo=UTC)
    invoice = world.invoice(line(rate=Decimal(24)), at=sold)
    assert erase_expired(world.id, at=at) == 1
    with refused(world, "content_erased"):
        credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at)
