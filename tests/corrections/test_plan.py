"""The plan as dialog and estimate see it: also of what will be refused."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from storno.corrections.credit import read_plan
from storno.corrections.plan import CreditPlan, CreditRequest
from storno.documents.content import total_up
from storno.documents.draft import entered_in
from storno.documents.models import Document, Draft, FollowUp
from storno.organizations.scope import scope
from storno.printing.effect import NothingToPay, OwedBack, StillToPay
from tests.deeds import CANCELLED, HOLD, amount, credit, hold_credit, lines_of, part, pay, quantity
from tests.observe import everything, refused
from tests.world import World, found, line


def plan(
    world: World, invoice: Document, request: CreditRequest = CANCELLED, *, at: datetime
) -> CreditPlan:
    with scope(world.id):
        return read_plan(invoice.id, request, who=world.who(), at=at)[1]


def codes(planned: CreditPlan) -> list[tuple[str, str]]:
    return [(blocker.code, blocker.field) for blocker in planned.blockers]


def test_a_plan_does_nothing(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    before = everything(world)
    planned = plan(world, invoice, at=at)
    assert everything(world) == before
    assert (codes(planned), planned.payable_minor, planned.goes_at) == ([], 125_500, at + HOLD)
    assert (planned.addresses, planned.follow_up) == (("daisy@example.com",), FollowUp.NOTHING)


def test_the_plan_is_what_will_be_done(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(line("10.10", "3"), line("5.00", gross=True), at=at)
    pay(world, invoice, 1_000, at=at)
    ten, five = lines_of(world, invoice)
    request = part(quantity(ten, "2"), amount(five, 125))
    planned = plan(world, invoice, request, at=at)
    note = credit(world, invoice, request, at=at)
    assert (planned.payable_minor, planned.goes_at) == (note.payable_minor, None)
    assert [row.amount_minor for row in lines_of(world, note)] == [
        row.amount_minor for row in planned.lines
    ]


def test_what_is_left_for_the_recipient(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    (only,) = lines_of(world, invoice)
    half = part(amount(only, 50_000))
    due = invoice.due_on
    assert due is not None
    assert plan(world, invoice, at=at).effect == NothingToPay(cancelled=True)
    assert plan(world, invoice, half, at=at).effect == StillToPay(62_750, "EUR", due)
    pay(world, invoice, 62_750, at=at)
    assert plan(world, invoice, half, at=at).effect == NothingToPay(cancelled=False)
    assert plan(world, invoice, at=at).effect == OwedBack(62_750, "EUR")


def test_a_blocked_plan_names_each_line_that_is_too_much(at: datetime) -> None:
    world = found()
    invoice = world.invoice(line("10.10", "3"), line("5.00"), line("1.00"), at=at)
    ten, five, one = lines_of(world, invoice)
    planned = plan(
        world, invoice, part(quantity(ten, "4"), amount(one, 100), amount(five, 501)), at=at
    )
    assert codes(planned) == [("more_than_left", "lines.0"), ("more_than_left", "lines.2")]
    assert planned.moves == ()


def test_a_plan_of_what_is_credited_or_on_hold_is_blocked(at: datetime) -> None:
    world = found()
    held = world.invoice(at=at)
    hold_credit(world, held, at=at)
    assert codes(plan(world, held, at=at)) == [("credit_already_on_hold", "")]
    assert codes(plan(world, held, at=at + HOLD)) == [("credit_is_leaving", "")]
    at_once = found(hold_seconds=0)
    credited = at_once.invoice(at=at)
    credit(at_once, credited, at=at)
    planned = plan(at_once, credited, at=at)
    assert codes(planned) == [("already_credited", "")]
    assert (planned.lines, planned.payable_minor) == ((), 0)
    (only,) = lines_of(at_once, credited)
    assert codes(plan(at_once, credited, part(quantity(only, "9")), at=at)) == [
        ("already_credited", "")
    ]


def test_a_part_that_is_worth_nothing_is_refused(at: datetime) -> None:
    """A free line, and a thousandth of a piece at 1.00; beside something of worth both pass."""
    world = found()
    invoice = world.invoice(line("0"), line("1.00", "5"), at=at)
    free, cheap = lines_of(world, invoice)
    for worthless in (
        part(quantity(free, "1")),
        part(quantity(cheap, "0.001")),
        part(quantity(free, "1"), quantity(cheap, "0.001")),
    ):
        planned = plan(world, invoice, worthless, at=at)
        assert codes(planned) == [("nothing_to_credit", "lines.0")]
        assert planned.moves == ()
        with refused(world, "nothing_to_credit"):
            hold_credit(world, invoice, worthless, at=at)
    both = plan(world, invoice, part(quantity(free, "1"), quantity(cheap, "1")), at=at)
    assert (codes(both), both.payable_minor) == ([], 126)


def test_an_invoice_over_nothing_is_cancelled_as_a_whole_or_not_at_all(at: datetime) -> None:
    world = found()
    invoice = world.invoice(line("0"), line("0", "2"), at=at)
    one, _two = lines_of(world, invoice)
    assert codes(plan(world, invoice, part(quantity(one, "1")), at=at)) == [
        ("nothing_to_credit", "lines.0")
    ]
    whole = plan(world, invoice, at=at)
    assert (codes(whole), whole.payable_minor, len(whole.lines)) == ([], 0, 2)
    assert whole.effect == NothingToPay(cancelled=True)


@pytest.mark.parametrize(
    ("received", "sentence"),
    [
        (1, "A part of this invoice has been paid. Then it is cancelled by customer service."),
        (
            125_500,
            "This invoice has been paid. Paid invoices are cancelled by customer service.",
        ),
    ],
)
def test_what_has_been_paid_is_said_as_it_is(received: int, sentence: str, at: datetime) -> None:
    world = found(paid_credit="desk")
    invoice = world.invoice(at=at)
    pay(world, invoice, received, at=at)
    (blocker,) = plan(world, invoice, at=at).blockers
    assert (blocker.code, str(blocker.message)) == ("paid_credit_needs_desk", sentence)


def test_every_reason_is_named_at_once(at: datetime) -> None:
    world = found(paid_credit="desk")
    invoice = world.invoice(at=at)
    pay(world, invoice, 1, at=at)
    (only,) = lines_of(world, invoice)
    planned = plan(world, invoice, part(amount(only, 100_001)), at=at)
    assert codes(planned) == [("paid_credit_needs_desk", ""), ("more_than_left", "lines.0")]


def test_a_cent_of_rounding_is_printed_as_an_amount(at: datetime) -> None:
    """3 × 3.333 is 10.00: the second piece takes 3.34, so it is one at that price."""
    world = found(hold_seconds=0)
    invoice = world.invoice(line("3.333", "3"), at=at)
    (only,) = lines_of(world, invoice)
    printed = [
        lines_of(world, credit(world, invoice, part(quantity(only, "1")), at=at))[0]
        for _ in range(3)
    ]
    assert [row.amount_minor for row in printed] == [333, 334, 333]
    assert [(row.quantity, row.unit, row.unit_price) for row in printed] == [
        (Decimal(1), "h", Decimal("3.333")),
        (Decimal(1), "h", Decimal("3.34")),
        (Decimal(1), "h", Decimal("3.333")),
    ]


@pytest.mark.parametrize("price", ["0.02", "10.10", "100.00"])
@pytest.mark.parametrize("gross", [True, False])
def test_drafts_after_credits_by_amount_ask_for_what_was_credited(
    at: datetime, price: str, gross: bool
) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(line(price, gross=gross), at=at)
    (only,) = lines_of(world, invoice)
    whole = only.amount_minor
    drafted = []
    for asked in (part(amount(only, 1)), CANCELLED):
        credited = credit(world, invoice, replace(asked, follow_up=FollowUp.DRAFT), at=at)
        (row,) = lines_of(world, credited)
        assert row.quantity * row.unit_price * 100 == row.amount_minor
        drafted.append(row.amount_minor)
    assert drafted == [1, whole - 1]
    with scope(world.id):
        drafts = Draft.objects.filter(replaces_id=invoice.id).order_by("id")
        asked_for = [total_up(entered_in(each).lines).amounts for each in drafts]
    assert asked_for == [(1,), (whole - 1,)]


def test_an_address_for_this_credit_note_alone(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    request = replace(CANCELLED, deliver_to="x@example.com")
    assert plan(world, invoice, request, at=at).addresses == ("x@example.com",)
