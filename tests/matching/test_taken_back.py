"""The bank takes money back, in whatever order it says so, and whoever had registered it."""

from datetime import timedelta
from typing import Any

import pytest

from storno.corrections.linked import LinkedToEntry
from storno.corrections.settle import reverse_payment
from storno.matching.match import link_entry
from tests.bank.told import AT, bring, told
from tests.deeds import pay
from tests.observe import balances, stands
from tests.reports.books import codes
from tests.world import found


@pytest.mark.parametrize("is_first", [True, False], ids=["return first", "return last"])
@pytest.mark.parametrize("touched", [True, False], ids=["paid before", "untouched"])
def test_the_order_in_a_statement_does_not_matter(touched: bool, is_first: bool) -> None:
    world = found()
    invoice = world.invoice(at=AT)
    if touched:
        pay(world, invoice, 100, at=AT)
    before = stands(world, invoice), balances(world)
    named: dict[str, Any] = {"reference": invoice.payment_reference, "end_to_end": "E1"}
    came = told("1255.00", "A1", **named)
    back = told("1255.00", "A2", side="DBIT", reason="AC04", **named)
    entries = bring(world, *((back, came) if is_first else (came, back)))
    assert sorted(each.state for each in entries) == ["matched", "returned"]
    assert (stands(world, invoice), balances(world)) == before
    assert codes(world) == set()


def test_a_linked_payment_goes_with_its_entry_and_not_before() -> None:
    world = found()
    invoice = world.invoice(at=AT)
    open_ = balances(world)
    payment = pay(world, invoice, 125_500, at=AT)
    (entry,) = bring(world, told("1255.00", "A1", day=AT.date().isoformat(), end_to_end="E1"))
    link_entry(entry.id, payment.id, who=world.who(), at=AT)
    with pytest.raises(LinkedToEntry):
        reverse_payment(payment.id, "a mistake", who=world.who(), at=AT)
    later = (AT + timedelta(days=1)).date().isoformat()
    told_back = told("1255.00", "A2", side="DBIT", end_to_end="E1", reason="AC04", day=later)
    bring(world, told_back, id="S2")
    assert stands(world, invoice)["state"] == "sent"
    assert balances(world) == open_
    assert codes(world) == set()
