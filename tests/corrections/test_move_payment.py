"""Moving a payment to the invoice to which it belongs: taken back here, written anew there."""

from datetime import datetime
from uuid import UUID, uuid4

import pytest

from storno.clients.models import ClientKind
from storno.clients.save import ClientInput, create_client
from storno.corrections.move_payment import move_payment
from storno.corrections.refund import NothingOpen, refund_invoice
from storno.corrections.settle import register_payment, reverse_payment
from storno.documents.models import Document
from storno.matching.match import link_entry, undo_match
from storno.organizations.scope import scope
from storno.payments.models import MoneyKind, Payment, Reversal
from storno.payments.refund import GivenBack
from storno.payments.register import PaymentInput
from tests.bank.told import bring, told
from tests.deeds import HOLD, credit, hold_credit, pay
from tests.observe import balances, bookings, everything, history, refused, stands
from tests.properties.invariants import prove_books, verify_finds_nothing
from tests.world import World, found

PAID = {"state": "paid", "received": 125_500}
OPEN = {"state": "sent", "open": 125_500}
GOOFY = ClientInput(
    kind=ClientKind.PERSON,
    name="Goofy",
    email="goofy@example.com",
    street="Kaivokatu 3",
    postcode="00100",
    city="Helsinki",
    country="FI",
)


def two(world: World, at: datetime) -> tuple[Document, Document, Payment]:
    """An invoice that was paid by mistake, the one that was meant, and the payment."""
    wrong, right = world.invoice(at=at), world.invoice(at=at)
    return wrong, right, pay(world, wrong, 125_500, at=at)


def proven(world: World) -> None:
    prove_books(world)
    verify_finds_nothing(world)


def test_a_payment_moves_and_both_invoices_say_so(at: datetime) -> None:
    world = found()
    wrong, right, payment = two(world, at)
    moved = move_payment(payment.id, right.id, who=world.who(), at=at)
    assert (stands(world, wrong), stands(world, right)) == (OPEN, PAID)
    kept = (moved.amount_minor, moved.paid_on, moved.method, moved.moved_from_id)
    assert kept == (125_500, payment.paid_on, payment.method, payment.id)
    with scope(world.id):
        reversal = Reversal.objects.get(organization_id=world.id)
    assert (reversal.payment_id, reversal.reason) == (
        payment.id,
        f"Moved to invoice {right.number}.",
    )
    assert bookings(world, reversal.id)[0] == ("AR", "BANK", 125_500)
    assert bookings(world, moved.id)[0] == ("BANK", "AR", 125_500)
    assert balances(world)["BANK"] == 125_500
    assert history(world, wrong.id)[-2:] == ["payment.reversed", "payment.moved_away"]
    assert history(world, right.id)[-1] == "payment.moved"
    proven(world)


def test_it_moves_on_and_back_and_each_payment_moves_once(at: datetime) -> None:
    world = found()
    wrong, right, payment = two(world, at)
    moved = move_payment(payment.id, right.id, who=world.who(), at=at)
    with refused(world, "already_reversed"):
        move_payment(payment.id, right.id, who=world.who(), at=at)
    back = move_payment(moved.id, wrong.id, who=world.who(), at=at)
    assert (stands(world, wrong), stands(world, right)) == (PAID, OPEN)
    with refused(world, "already_reversed"):
        move_payment(payment.id, right.id, who=world.who(), at=at)
    reverse_payment(back.id, "It never came", who=world.who(), at=at)
    assert (stands(world, wrong), stands(world, right)) == (OPEN, OPEN)
    proven(world)


def test_what_is_too_much_there_is_owed_back_there(at: datetime) -> None:
    world = found()
    _wrong, right, payment = two(world, at)
    pay(world, right, 25_500, at=at)
    move_payment(payment.id, right.id, who=world.who(), at=at)
    assert stands(world, right) == {
        "state": "paid",
        "received": 151_000,
        "owed_back": 25_500,
        "unapplied": 25_500,
    }
    proven(world)


def test_a_credit_note_on_hold_there_is_stopped(at: datetime) -> None:
    world = found()
    _wrong, right, payment = two(world, at)
    hold_credit(world, right, at=at)
    move_payment(payment.id, right.id, who=world.who(), at=at)
    assert "credit.stopped" in history(world, right.id)
    assert stands(world, right) == PAID
    proven(world)


def test_a_credit_note_that_is_due_there_goes_first(at: datetime) -> None:
    world = found()
    _wrong, right, payment = two(world, at)
    hold_credit(world, right, at=at)
    with pytest.raises(NothingOpen):
        move_payment(payment.id, right.id, who=world.who(), at=at + HOLD)
    assert stands(world, right) == {"state": "credited", "credited": 125_500}


def test_cents_that_were_settled_with_it_are_asked_for_again(at: datetime) -> None:
    world = found(settled_cents=10)
    wrong, right = world.invoice(at=at), world.invoice(at=at)
    entered = PaymentInput(125_499, at.date(), MoneyKind.BANK_TRANSFER)
    payment = register_payment(wrong.id, entered, settle=True, who=world.who(), at=at)
    move_payment(payment.id, right.id, who=world.who(), at=at)
    assert stands(world, wrong) == OPEN
    assert stands(world, right) == {"state": "part_paid", "received": 125_499, "open": 1}
    proven(world)


def test_what_cannot_be_moved_stays_where_it_is(at: datetime) -> None:
    world, other = found(hold_seconds=0), found()
    wrong, right, payment = two(world, at)
    paid = world.invoice(at=at)
    pay(world, paid, 125_500, at=at)
    goofy = create_client(GOOFY, who=world.who(), at=at)
    others = world.invoice(recipient=goofy, at=at)
    for target, code in (
        (wrong.id, "target: same_invoice"),
        (paid.id, "nothing_open"),
        (others.id, "other_recipient"),
        (uuid4(), "absent"),
        (other.invoice(at=at).id, "absent"),
    ):
        _refused(world, payment, target, code, at)
    credit(world, wrong, at=at)
    given = GivenBack(at.date(), MoneyKind.CASH)
    refund_invoice(wrong.id, given, amount_minor=100, who=world.who(), at=at)
    _refused(world, payment, right.id, "money_was_given_back", at)


def _refused(world: World, payment: Payment, target: UUID, code: str, at: datetime) -> None:
    before = everything(world)
    with refused(world, code):
        move_payment(payment.id, target, who=world.who(), at=at)
    assert everything(world) == before


@pytest.mark.parametrize(
    ("role", "fresh", "code"),
    [("administrator", False, "recent_sign_in_required"), ("reader", True, "not_allowed")],
)
def test_who_may_not(role: str, fresh: bool, code: str, at: datetime) -> None:
    world, charlies = found(), found()
    _wrong, right, payment = two(world, at)
    with refused(world, code):
        move_payment(payment.id, right.id, who=world.who(role, fresh=fresh), at=at)
    with refused(charlies, "absent"):
        move_payment(payment.id, right.id, who=charlies.who(), at=at)


def test_what_the_bank_told_is_moved_after_its_match_is_undone(at: datetime) -> None:
    world = found()
    _wrong, right, payment = two(world, at)
    day = at.date().isoformat()
    (entry,) = bring(
        world,
        told("1255.00", "A1", day=day, currency=right.currency),
        account=right.payment_account,
        at=at,
    )
    link_entry(entry.id, payment.id, who=world.who(), at=at)
    _refused(world, payment, right.id, "linked_to_entry", at)
    undo_match(entry.id, "Of the other invoice", who=world.who(), at=at)
    moved = move_payment(payment.id, right.id, who=world.who(), at=at)
    link_entry(entry.id, moved.id, who=world.who(), at=at)
    verify_finds_nothing(world)
