"""Fees and interest: charged by reminders, met by what is beyond the invoice, and given up."""

from datetime import UTC, date, datetime

import pytest

from storno.clients.models import ClientKind
from storno.clients.save import ClientInput, create_client
from storno.corrections.charges import waive_charge
from storno.corrections.settle import reverse_payment
from storno.documents.models import Document
from storno.documents.queries import whole_document
from storno.organizations.scope import scope
from storno.overdue.charge import ChargeNow, charges_on
from storno.overdue.models import ChargeKind
from storno.overdue.paper import paper_of_reminder
from tests.bank.told import bring, told
from tests.custody.house import in_custody
from tests.deeds import credit, pay
from tests.observe import balances, history, refused, stands
from tests.overdue.test_remind import DAY, ISSUED, remind
from tests.reports.books import codes
from tests.world import FOUNDED, World, found

FEE, INTEREST = ChargeKind.REMINDER_FEE, ChargeKind.LATE_INTEREST
DUE = datetime(2026, 5, 19, 9, tzinfo=UTC)


def of(world: World, invoice: Document) -> list[ChargeNow]:
    with scope(world.id):
        return charges_on([invoice.id], world.id)


def sums(world: World, invoice: Document) -> list[tuple[str, int, int]]:
    """Kind, amount and what is open of each charge."""
    return [
        (each.charge.kind, each.charge.amount_minor, each.open_minor) for each in of(world, invoice)
    ]


def test_without_the_setting_a_reminder_costs_nothing() -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=ISSUED)
    reminder = remind(world, invoice, DUE + 20 * DAY)
    assert (reminder.charges_minor, reminder.asked_minor) == (0, 125_500)
    assert sums(world, invoice) == []
    assert codes(world) == set()


def test_a_consumer_pays_five_euros_from_the_fourteenth_day_and_for_two_reminders_at_most() -> None:
    world = found(hold_seconds=0, late_charges="fee")
    invoice = world.invoice(at=ISSUED)
    assert remind(world, invoice, DUE + 13 * DAY).charges_minor == 0
    assert remind(world, invoice, DUE + 26 * DAY).charges_minor == 0  # 13 days after the former
    assert remind(world, invoice, DUE + 40 * DAY).charges_minor == 500
    assert remind(world, invoice, DUE + 54 * DAY).charges_minor == 1_000
    assert remind(world, invoice, DUE + 68 * DAY).charges_minor == 1_000
    assert sums(world, invoice) == [(FEE, 500, 500), (FEE, 500, 500)]
    assert codes(world) == set()


def test_a_company_pays_twelve_and_interest_of_each_day_once() -> None:
    world = found(hold_seconds=0, late_charges="both")
    buyer = create_client(
        ClientInput(
            kind=ClientKind.COMPANY,
            name="Duck Ltd",
            business_id="2077474-0",
            email="duck@example.com",
            street="Aleksanterinkatu 2",
            postcode="00100",
            city="Helsinki",
            country="FI",
        ),
        who=world.who(),
        at=FOUNDED,
    )
    invoice = world.invoice(recipient=buyer, at=ISSUED)
    # 1255.00 at 10.5 % for 30 days: 10.83.
    reminder = remind(world, invoice, DUE + 30 * DAY)
    assert reminder.charges_minor == 1_200 + 1_083
    first = of(world, invoice)[1].charge
    assert (first.since, first.until) == (date(2026, 5, 20), date(2026, 6, 18))
    second = remind(world, invoice, DUE + 40 * DAY)
    assert sums(world, invoice) == [
        (FEE, 1_200, 1_200),
        (INTEREST, 1_083, 1_083),
        (FEE, 1_200, 1_200),
        (INTEREST, 361, 361),
    ]
    assert second.asked_minor == 125_500 + 2 * 1_200 + 1_083 + 361
    with scope(world.id):
        paper = paper_of_reminder(second, whole_document(invoice.id, world.id))
    assert [each.amount_minor for each in paper.lines] == [125_500, 3_844]
    assert paper.payable_minor == 129_344
    assert codes(world) == set()


@pytest.fixture
def world() -> World:
    return found(hold_seconds=0, late_charges="fee")


@pytest.fixture
def invoice(world: World) -> Document:
    """An invoice of 1255.00 with a fee of 5.00 on it."""
    invoice = world.invoice(at=ISSUED)
    remind(world, invoice, DUE + 14 * DAY)
    return invoice


LATER = DUE + 15 * DAY


def test_what_is_beyond_the_invoice_pays_the_fee_and_only_the_rest_is_owed_back(
    world: World, invoice: Document
) -> None:
    pay(world, invoice, 125_500, at=LATER)
    assert stands(world, invoice) == {"state": "paid", "received": 125_500}
    assert sums(world, invoice) == [(FEE, 500, 500)]
    pay(world, invoice, 700, at=LATER)
    assert sums(world, invoice) == [(FEE, 500, 0)]
    assert stands(world, invoice)["owed_back"] == 200
    assert balances(world, invoice)["LATE"] == -500
    assert codes(world) == set()


def test_the_bank_brings_both_at_once(world: World, invoice: Document) -> None:
    (entry,) = bring(
        world,
        told("1260.00", "A1", reference=invoice.payment_reference, day="2026-06-03"),
        account=invoice.payment_account,
        at=LATER,
    )
    assert entry.state == "matched"
    assert sums(world, invoice) == [(FEE, 500, 0)]
    assert "owed_back" not in stands(world, invoice)
    assert codes(world) == set()


def test_a_payment_that_is_taken_back_gives_the_fee_up_again(
    world: World, invoice: Document
) -> None:
    payment = pay(world, invoice, 126_000, at=LATER)
    assert sums(world, invoice) == [(FEE, 500, 0)]
    reverse_payment(payment.id, "typed twice", who=world.who(), at=LATER)
    assert sums(world, invoice) == [(FEE, 500, 500)]
    assert stands(world, invoice) == {"state": "sent", "open": 125_500}
    assert "LATE" not in balances(world, invoice)
    assert codes(world) == set()


def test_a_credit_takes_what_was_charged_along(world: World, invoice: Document) -> None:
    pay(world, invoice, 126_000, at=LATER)
    credit(world, invoice, at=LATER)
    assert sums(world, invoice) == [(FEE, 500, 0)]
    (charge,) = of(world, invoice)
    assert charge.waiver is not None
    assert (charge.waiver.why, charge.paid_minor) == ("credited", 0)
    assert stands(world, invoice)["owed_back"] == 126_000
    assert "LATE" not in balances(world, invoice)
    assert codes(world) == set()


def test_what_is_waived_is_owed_back_or_meets_the_others(world: World, invoice: Document) -> None:
    remind(world, invoice, DUE + 28 * DAY)
    first, second = (each.charge for each in of(world, invoice))
    pay(world, invoice, 126_000, at=DUE + 29 * DAY)
    assert [each.open_minor for each in of(world, invoice)] == [0, 500]
    waive_charge(first.id, who=world.who(), at=DUE + 30 * DAY)
    assert [each.paid_minor for each in of(world, invoice)] == [0, 500]
    assert "owed_back" not in stands(world, invoice)
    with refused(world, "already_waived"):
        waive_charge(first.id, who=world.who(), at=DUE + 30 * DAY)
    with refused(world, "not_allowed"):
        waive_charge(second.id, who=world.who("reader"), at=DUE + 30 * DAY)
    waive_charge(second.id, who=world.who(), at=DUE + 30 * DAY)
    assert stands(world, invoice)["owed_back"] == 500
    assert history(world, invoice.id).count("charge.waived") == 2
    assert codes(world) == set()


def test_who_keeps_client_money_charges_nothing(at: datetime) -> None:
    world = in_custody(late_charges="both", hold_seconds=0)
    invoice = world.invoice(at=ISSUED)
    assert remind(world, invoice, DUE + 20 * DAY).charges_minor == 0
    assert sums(world, invoice) == []
