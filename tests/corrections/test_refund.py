"""What is owed back goes back: marked as refunded, used for another invoice, and taken back."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from storno.clients.models import ClientKind
from storno.clients.save import ClientInput, create_client
from storno.core.refusals import SignInAgain
from storno.corrections.credit import credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.plan import CreditRequest
from storno.corrections.refund import offset_invoice, refund_invoice, reverse_refund
from storno.corrections.settle import reverse_payment
from storno.documents.models import Document, FollowUp, Kind, Reason
from storno.documents.queries import state_on
from storno.organizations.scope import scope
from storno.payments.models import Refund, RefundReversal, Why
from storno.payments.refund import GivenBack
from storno.payments.reverse_refund import Grounds
from storno.reports.verify.dossier import open_books
from storno.reports.verify.prove import prove
from tests.deeds import CANCELLED, HOLD, hold_credit, pay
from tests.observe import balances, bookings, documents, history, refused, standing, stands
from tests.world import World, found, line

TODAY = date(2026, 6, 16)
BY_BANK = GivenBack(TODAY, "bank_transfer")


def credited(world: World, *, paid: int = 125_500, at: datetime) -> Document:
    """An invoice over 1255.00 that was paid, then cancelled."""
    invoice = world.invoice(at=at)
    if paid:
        pay(world, invoice, paid, at=at)
    credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at)
    return invoice


def refund(
    world: World, invoice: Document, given: GivenBack = BY_BANK, *, at: datetime, **more: Any
) -> Refund:
    return refund_invoice(invoice.id, given, who=world.who(), at=at, **more)


def take_back(world: World, row: Refund, why: Why = Why.MISTAKE, *, at: datetime) -> RefundReversal:
    return reverse_refund(row.id, Grounds(why, "Wrong account"), who=world.who(), at=at)


def state(world: World, invoice: Document) -> str:
    return state_on(standing(world, invoice), TODAY)


@pytest.fixture
def world() -> Iterator[World]:
    """An organization without a hold; in the end its books prove true."""
    world = found(hold_seconds=0)
    yield world
    with scope(world.id):
        assert list(prove(open_books(world.id, database="default"))) == []


def test_all_that_is_owed_back_is_marked_as_refunded(world: World, at: datetime) -> None:
    invoice = credited(world, at=at)
    assert state(world, invoice) == "credited"
    row = refund(world, invoice, at=at)
    assert (row.amount_minor, row.unapplied_minor, row.way) == (125_500, 0, "outside")
    assert bookings(world, row.id) == [("REFUND", "BANK", 125_500)]
    assert balances(world) == {}
    assert stands(world, invoice) == {
        "state": "credited",
        "received": 125_500,
        "returned": 125_500,
        "credited": 125_500,
    }
    assert (state(world, invoice), standing(world, invoice).refunded_on) == ("refunded", TODAY)
    assert history(world, invoice.id)[-1] == "refund.registered"
    with refused(world, "nothing_owed_back"):
        refund(world, invoice, at=at)


def test_in_parts_never_more_than_is_owed_back(world: World, at: datetime) -> None:
    invoice = credited(world, paid=60_000, at=at)
    with refused(world, "more_than_owed_back"):
        refund(world, invoice, amount_minor=60_001, at=at)
    for amount, code in ((0, "not_positive"), (-1, "not_positive")):
        with refused(world, f"amount: {code}"):
            refund(world, invoice, amount_minor=amount, at=at)
    refund(world, invoice, amount_minor=59_999, at=at)
    assert state(world, invoice) == "credited"
    with refused(world, "more_than_owed_back"):
        refund(world, invoice, amount_minor=2, at=at)
    refund(world, invoice, at=at)
    assert state(world, invoice) == "refunded"


def test_what_was_paid_too_much_goes_first(world: World, at: datetime) -> None:
    invoice = credited(world, paid=130_000, at=at)
    row = refund(world, invoice, amount_minor=5_000, at=at)
    assert bookings(world, row.id) == [("UNAPPLIED", "BANK", 4_500), ("REFUND", "BANK", 500)]
    take_back(world, row, at=at)
    assert balances(world) == {"BANK": 130_000, "UNAPPLIED": -4_500, "REFUND": -125_500}


def test_too_much_goes_back_from_an_invoice_that_stands(world: World, at: datetime) -> None:
    invoice = world.invoice(at=at)
    pay(world, invoice, 130_000, at=at)
    row = refund(world, invoice, at=at)
    assert bookings(world, row.id) == [("UNAPPLIED", "BANK", 4_500)]
    assert (stands(world, invoice)["state"], state(world, invoice)) == ("paid", "paid")
    with refused(world, "nothing_owed_back"):
        refund(world, invoice, at=at)


def test_nothing_goes_back_on_what_is_unpaid_or_uncredited(world: World, at: datetime) -> None:
    invoice = world.invoice(at=at)
    with refused(world, "nothing_owed_back"):
        refund(world, invoice, at=at)
    pay(world, invoice, 125_500, at=at)
    with refused(world, "nothing_owed_back"):
        refund(world, invoice, at=at)
    unpaid, others = credited(world, paid=0, at=at), credited(found(hold_seconds=0), at=at)
    with refused(world, "nothing_owed_back"):
        refund(world, unpaid, at=at)
    for absent in (documents(world, Kind.CREDIT_NOTE)[0], others):
        with refused(world, "absent"):
            refund(world, absent, at=at)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (GivenBack(TODAY + timedelta(days=1), "cash"), "refunded_on: in_the_future"),
        (GivenBack(TODAY - timedelta(days=1), "cash"), "refunded_on: before_the_payment"),
        (GivenBack(TODAY, ""), "method: unknown"),
        (GivenBack(TODAY, "offset"), "method: unknown"),
    ],
)
def test_day_and_method_must_be_possible(
    given: GivenBack, code: str, world: World, at: datetime
) -> None:
    invoice = credited(world, at=at)
    with refused(world, code):
        refund(world, invoice, given, at=at)


@pytest.mark.parametrize(
    ("why", "told"), [(Why.MISTAKE, "refund.reversed"), (Why.CAME_BACK, "refund.came_back")]
)
def test_a_refund_is_taken_back_once_with_a_reason(
    why: Why, told: str, world: World, at: datetime
) -> None:
    invoice = credited(world, at=at)
    first = refund(world, invoice, amount_minor=25_500, at=at)
    second = refund(world, invoice, at=at)
    reversal = take_back(world, second, why, at=at)
    assert bookings(world, reversal.id) == [("BANK", "REFUND", 100_000)]
    assert stands(world, invoice)["owed_back"] == 100_000
    assert (state(world, invoice), history(world, invoice.id)[-1]) == ("credited", told)
    with refused(world, "already_reversed"):
        take_back(world, second, at=at)
    take_back(world, first, at=at)
    assert standing(world, invoice).refunded_on is None
    with refused(world, "reason: required"):
        reverse_refund(first.id, Grounds(why, " "), who=world.who(), at=at)
    with pytest.raises(SignInAgain):
        reverse_refund(first.id, Grounds(why, "x"), who=world.who(fresh=False), at=at)
    assert refund(world, invoice, at=at).amount_minor == 125_500


def test_a_payment_whose_money_went_back_stays(world: World, at: datetime) -> None:
    invoice = world.invoice(at=at)
    first = pay(world, invoice, 100_000, at=at)
    second = pay(world, invoice, 30_000, at=at)
    refunded = refund(world, invoice, at=at)
    reverse_payment(second.id, "Bounced", who=world.who(), at=at)
    assert stands(world, invoice) == {
        "state": "part_paid",
        "open": 30_000,
        "received": 100_000,
        "returned": 4_500,
    }
    pay(world, invoice, 2_000, at=at)
    with refused(world, "money_was_given_back"):
        reverse_payment(first.id, "Bounced", who=world.who(), at=at)
    reversal = take_back(world, refunded, at=at)
    assert bookings(world, reversal.id)[0] == ("BANK", "AR", 4_500), "it meets what is open"


def test_what_is_owed_back_pays_another_invoice(world: World, at: datetime) -> None:
    """1190 was paid and 990 is right: 990 is used, 200 goes back."""
    wrong, right = (world.invoice(line(price, gross=True), at=at) for price in ("1190", "990"))
    pay(world, wrong, 119_000, at=at)
    credit_invoice(wrong.id, CANCELLED, who=world.who(), at=at)
    row = offset_invoice(wrong.id, right.id, who=world.who(), at=at)
    assert (row.amount_minor, row.way, row.method) == (99_000, "offset", "")
    assert bookings(world, row.id) == [("REFUND", "OFFSET", 99_000)]
    assert stands(world, right) == {"state": "paid", "received": 99_000}
    assert (stands(world, wrong)["owed_back"], state(world, wrong)) == (20_000, "credited")
    assert history(world, wrong.id)[-1] == "refund.offset"
    assert history(world, right.id)[-1] == "payment.offset"
    refund(world, wrong, at=at)
    assert state(world, wrong) == "refunded"
    with refused(world, "nothing_owed_back"):
        offset_invoice(wrong.id, right.id, who=world.who(), at=at)


def test_an_offset_is_taken_back_on_both_invoices(world: World, at: datetime) -> None:
    wrong, right = credited(world, at=at), world.invoice(at=at)
    row = offset_invoice(wrong.id, right.id, amount_minor=60_000, who=world.who(), at=at)
    reversal = take_back(world, row, at=at)
    assert bookings(world, reversal.id) == [("OFFSET", "REFUND", 60_000)]
    assert stands(world, right) == {"state": "sent", "open": 125_500}
    assert stands(world, wrong)["owed_back"] == 125_500


def test_an_offset_needs_an_open_invoice_of_the_same_recipient(world: World, at: datetime) -> None:
    wrong, right = credited(world, at=at), world.invoice(at=at)
    goofy = create_client(
        ClientInput(
            kind=ClientKind.PERSON,
            name="Goofy",
            email="goofy@example.com",
            street="Kaivokatu 3",
            postcode="00100",
            city="Helsinki",
            country="FI",
        ),
        who=world.who(),
        at=at,
    )
    other = world.invoice(at=at, recipient=goofy)
    paid = world.invoice(at=at)
    pay(world, paid, 125_500, at=at)

    def use(target: Document, amount: int | None = None, of: Document = wrong) -> None:
        offset_invoice(of.id, target.id, amount_minor=amount, who=world.who(), at=at)

    small, elsewhere = world.invoice(line("1.00"), at=at), found().invoice(at=at)
    for target, amount, code in (
        (wrong, None, "target: same_invoice"),
        (other, None, "other_recipient"),
        (paid, None, "nothing_open"),
        (right, 125_501, "more_than_owed_back"),
        (right, 0, "amount: not_positive"),
        (small, 200, "more_than_open_there"),
        (documents(world, Kind.CREDIT_NOTE)[0], None, "absent"),
        (elsewhere, None, "absent"),
    ):
        with refused(world, code):
            use(target, amount)
    with refused(world, "nothing_owed_back"):
        use(right, of=paid)


def test_a_credit_and_its_refund_in_one_press(world: World, at: datetime) -> None:
    invoice = world.invoice(at=at)
    request = CreditRequest(Reason.CANCELLED, follow_up=FollowUp.NOTHING, refund=BY_BANK)
    with refused(world, "nothing_to_refund"):
        credit_invoice(invoice.id, request, who=world.who(), at=at)
    pay(world, invoice, 125_500, at=at)
    late = CreditRequest(Reason.CANCELLED, refund=GivenBack(TODAY + timedelta(days=1), "cash"))
    with refused(world, "refunded_on: in_the_future"):
        credit_invoice(invoice.id, late, who=world.who(), at=at)
    credit_invoice(invoice.id, request, who=world.who(), at=at)
    (note,) = documents(world, Kind.CREDIT_NOTE)
    assert note.effect == {
        "kind": "refunded",
        "amount_minor": 125_500,
        "currency": "EUR",
        "refunded_on": "2026-06-16",
    }
    assert (state(world, invoice), balances(world)) == ("refunded", {})
    assert history(world, invoice.id)[-2:] == ["invoice.credited", "refund.registered"]


def test_with_a_hold_the_refund_is_marked_when_the_credit_note_is_issued(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    pay(world, invoice, 125_500, at=at)
    request = CreditRequest(Reason.CANCELLED, refund=BY_BANK)
    held = hold_credit(world, invoice, request, at=at)
    assert held.plan.refunded_minor == 125_500
    assert (stands(world, invoice)["state"], state(world, invoice)) == ("paid", "cancelling")
    with refused(world, "credit_already_on_hold"):
        credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at)
    assert hold_credit(world, invoice, request, at=at).draft.id == held.draft.id
    assert depart_due(world.id, at=at + HOLD) == 1
    assert (state(world, invoice), balances(world)) == ("refunded", {})
    with scope(world.id):
        (row,) = Refund.objects.filter(organization_id=world.id)
    assert (row.registered_by, row.refunded_on, row.method) == (
        world.alice.id,
        TODAY,
        "bank_transfer",
    )
