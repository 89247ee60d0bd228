"""What is set aside of client money, given up with its payment, and returned with a credit."""

from datetime import datetime

from storno.custody.models import Return
from storno.custody.operate import set_by_operator
from storno.organizations.scope import scope
from tests.custody.house import came, credited_by_desk, in_custody, undone
from tests.observe import balances, history, stands
from tests.reports.books import codes
from tests.world import World, line

PAID = {
    "CBANK": 125_500,
    "VATRES": -25_500,
    "PREP": -20_000,
    "FEE": -5_000,
    "FEEVAT": -1_275,
    "PAYABLE": -73_725,
}
"""#20."""

OWN = {"HELD": 73_725, "HELDVAT": 25_500, "HELDTAX": 20_000, "SERVICE": 5_000, "INVAT": 1_275}
"""#22, of which the operator still holds what is payable."""

SOLD = {"SALES[S,25.5]": -100_000, "VAT[25.5]": -25_500}


def returned(world: World) -> list[tuple[int, int]]:
    with scope(world.id):
        rows = Return.objects.filter(organization_id=world.id)
        return [(row.shares.withheld_minor, row.shares.set_aside_minor) for row in rows]


def test_a_payment_is_split_at_once_in_both_books(at: datetime) -> None:
    world = in_custody()
    invoice = world.invoice(at=at)
    payment = came(world, invoice, 125_500, at=at)
    assert stands(world, invoice) == {"state": "paid", "received": 125_500}
    assert balances(world) == PAID | OWN | SOLD
    undone(world, payment, at=at)
    assert stands(world, invoice) == {"state": "sent", "open": 125_500}
    assert balances(world) == {"AR": 125_500, "SALES[S,25.5]": -100_000, "VATDEF[25.5]": -25_500}
    assert codes(world) == set()


def test_a_part_is_split_in_proportion_and_the_last_takes_the_rounding(at: datetime) -> None:
    world = in_custody()
    invoice = world.invoice(at=at)
    came(world, invoice, 60_000, at=at)
    books = balances(world)
    assert {name: books[name] for name in PAID} == {
        "CBANK": 60_000,
        "VATRES": -12_191,
        "PREP": -9_562,
        "FEE": -2_390,
        "FEEVAT": -609,
        "PAYABLE": -35_248,
    }
    came(world, invoice, 65_500, at=at)
    assert balances(world) == PAID | OWN | SOLD
    assert codes(world) == set()


def test_what_is_over_is_neither_split_nor_charged_until_it_meets_a_claim(at: datetime) -> None:
    world = in_custody()
    invoice = world.invoice(at=at)
    first, _second = came(world, invoice, 60_000, at=at), came(world, invoice, 70_000, at=at)
    assert balances(world) == {
        **(PAID | OWN | SOLD),
        "CBANK": 130_000,
        "PAYER": -4_500,
        "HELD": 73_725 + 4_500,
        "UNAPPLIED": -4_500,
    }
    undone(world, first, at=at)
    books = balances(world)
    assert (books["CBANK"], "PAYER" in books) == (70_000, False)
    assert (books["VATRES"], books["PREP"], books["FEE"]) == (-14_223, -11_155, -2_789)
    assert codes(world) == set()


def test_a_credit_returns_what_was_withheld_whatever_the_rates_are_by_then(at: datetime) -> None:
    world, generous = in_custody(), in_custody("fee_on_credit=refund")
    for house, back in ((world, 45_500), (generous, 51_775)):
        invoice = house.invoice(at=at)
        payment = came(house, invoice, 125_500, at=at)
        set_by_operator(house.organization.slug, ["withholding_percent=35"], at=at)
        credited_by_desk(house, invoice, at=at)
        assert returned(house) == [(45_500, back)]
        books = balances(house)
        assert books["PAYABLE"] == -73_725 - back
        assert "VATRES" not in books
        assert "HELDVAT" not in books
        assert "custody.returned" in history(house, invoice.id)
        late = came(house, invoice, 100, at=at)
        assert balances(house)["PAYER"] == -100
        for wrong in (late, payment):
            undone(house, wrong, at=at)
        assert balances(house) == {}, "what was returned is owed, and has come"
        assert codes(house) == set()


def test_money_that_comes_after_a_paid_invoice_was_credited_is_its_payers(at: datetime) -> None:
    world = in_custody()
    invoice = world.invoice(at=at)
    came(world, invoice, 125_500, at=at)
    credited_by_desk(world, invoice, at=at)
    before = balances(world)
    for number in (1, 2):
        came(world, invoice, 1_000, at=at)
        now = balances(world)
        assert now["PAYER"] == -number * 1_000
        assert now["PAYABLE"] == before["PAYABLE"]
        assert now["FEE"] == before["FEE"]
        assert {"VATRES", "PREP"}.isdisjoint(now)
    assert codes(world) == set()


def test_what_met_the_claim_in_place_of_other_money_is_given_up_with_it(at: datetime) -> None:
    """Two paid the same invoice, and both by mistake: nothing of either is left to pay out."""
    for changed in ((), ("withholding_percent=35",)):
        world = in_custody()
        invoice = world.invoice(at=at)
        unpaid = balances(world)
        first, second = (came(world, invoice, 125_500, at=at) for _each in range(2))
        undone(world, first, at=at)
        assert balances(world)["PAYABLE"] == -73_725
        set_by_operator(world.organization.slug, changed, at=at)
        undone(world, second, at=at)
        assert balances(world) == unpaid
        assert codes(world) == set()


def test_parts_by_changed_rates_return_as_their_sums(at: datetime) -> None:
    world = in_custody()
    invoice = world.invoice(line("333.33", "3"), at=at)
    slug = world.organization.slug
    taken = 0
    for amount, percent in ((1, 20), (30_000, 33), (17, 0), (59_999, 12)):
        set_by_operator(slug, [f"withholding_percent={percent}"], at=at)
        came(world, invoice, amount, at=at)
    books = balances(world)
    taken = -books["VATRES"] - books["PREP"]
    credited_by_desk(world, invoice, at=at)
    assert returned(world) == [(taken, taken)]
    assert codes(world) == set()
