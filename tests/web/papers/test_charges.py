"""Fees and interest on the invoice's page and by API."""

import pytest

from storno.documents.models import Document
from tests.api.caller import caller
from tests.conftest import Clock
from tests.deeds import pay
from tests.observe import stands
from tests.overdue.test_charge import DUE, LATER, of
from tests.overdue.test_remind import DAY, ISSUED, remind
from tests.reports.books import codes
from tests.web.papers.member import Member
from tests.world import World, found


@pytest.fixture
def world() -> World:
    return found(hold_seconds=0, late_charges="fee")


@pytest.fixture
def invoice(world: World) -> Document:
    """An invoice of 1255.00 with a fee of 5.00 on it."""
    invoice = world.invoice(at=ISSUED)
    remind(world, invoice, DUE + 14 * DAY)
    return invoice


def test_what_a_fee_was_paid_with_is_told_where_money_is(
    world: World, invoice: Document, clock: Clock
) -> None:
    clock.now = LATER
    pay(world, invoice, 126_000, at=LATER)
    page = Member(world).get("invoice", invoice.id)
    assert "used for reminder fees and interest" in page.text
    assert "Reminder fee: €5.00 paid" in page.text
    alice = caller(world)
    (refund,) = alice.get(f"/invoices/{invoice.id}/refunds").body["items"]
    assert (refund["way"], refund["amount"], refund["method"]) == ("charges", "5.00", None)
    (charge,) = alice.get(f"/invoices/{invoice.id}/charges").body["items"]
    assert (charge["kind"], charge["open"], charge["waived"]) == ("reminder_fee", "0.00", None)
    body = {"invoice": str(invoice.id), "way": "charges"}
    assert alice.post("/refunds", body).status == 422
    given_up = alice.post(f"/charges/{charge['id']}/waiver")
    assert (given_up.status, given_up.body["waived"]) == (201, "waived")
    assert alice.post(f"/charges/{charge['id']}/waiver").status == 409
    assert stands(world, invoice)["owed_back"] == 500
    page = Member(world).get("invoice", invoice.id)
    assert "Reminder fee: €5.00 it was given up" in page.text


def test_a_fee_is_given_up_on_the_invoices_page(
    world: World, invoice: Document, clock: Clock
) -> None:
    clock.now = LATER
    alice = Member(world)
    page = alice.get("invoice", invoice.id)
    assert "Reminder fee: €5.00 to be paid" in page.text
    (charge,) = of(world, invoice)
    done = alice.post("charge_waive", charge.charge.id)
    assert done.said == "It is given up. What was paid of it is owed back."
    again = alice.post("charge_waive", charge.charge.id)
    assert "This has been given up already." in again.said
    clock.now = DUE + 28 * DAY
    dialog = alice.get("invoice_remind", invoice.id)
    assert "Beside it, it asks for: Reminder fee: €5.00" in dialog.text
    assert codes(world) == set()
