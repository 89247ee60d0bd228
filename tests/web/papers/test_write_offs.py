"""Asking no more for what is open, and asking for it again, on pages."""

from datetime import datetime

from storno.organizations.scope import scope
from storno.payments.models import WriteOff
from tests.conftest import Clock
from tests.deeds import hold_credit, pay
from tests.observe import everything, stands
from tests.web.papers.member import Member
from tests.world import found


def test_bad_debt_is_foreseen_written_off_and_asked_for_again(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    pay(world, invoice, 60_000, at=at)
    member = Member(world)
    assert "Write off" in member.get("invoice", invoice.id).text
    dialog = member.get("invoice_write_off", invoice.id)
    assert "€655.00 of invoice 2026-0001 is not asked for any more." in dialog.text
    assert "Bad debt: €655.00 is lost, the VAT stays as it is" in dialog.text
    assert "Bad debt: €521.91 is lost, €133.09 of VAT is taken back" in dialog.text
    assert "Cent difference" not in dialog.text
    said = {name: dialog.field(name) for name in ("once", "seen")}
    none = member.post("invoice_write_off", invoice.id, **said | {"kind": "cent_difference"})
    assert none.status == 422
    page = member.post("invoice_write_off", invoice.id, **said | {"kind": "bad_debt_relieved"})
    assert page.said == "It is not asked for any more. It can be taken back."
    assert "€655.00 written off, nothing is asked for" in page.text
    assert "Left to pay €0.00" in page.text
    assert "Register payment" in page.text
    before = everything(world)
    again = member.post("invoice_write_off", invoice.id, **said | {"kind": "bad_debt", "once": "x"})
    assert (again.status, everything(world) == before) == (409, True)
    assert "there is nothing that you could write off now" in again.text
    with scope(world.id):
        row = WriteOff.objects.get(organization_id=world.id)
    assert member.post("write_off_reversal", row.id, reason=" ").status == 422
    page = member.post("write_off_reversal", row.id, reason="She will pay")
    assert page.said == "It is asked for again. Both stay in the history."
    assert "Reversed: She will pay" in page.text
    assert stands(world, invoice) == {"state": "part_paid", "received": 60_000, "open": 65_500}


def test_cents_are_settled_with_the_payment_or_chosen_first(at: datetime, clock: Clock) -> None:
    world = found()
    first, second = world.invoice(at=at), world.invoice(at=at)
    member = Member(world)
    dialog = member.get("invoice_payment", first.id)
    assert "If no more than €1.00 is missing, settle it" in dialog.text
    entered = {name: dialog.field(name) for name in ("paid_on", "once", "seen")}
    entered |= {"amount": "1,254.99", "method": "cash", "settle": "on"}
    few = member.post("invoice_payment", first.id, **entered | {"amount": "600"})
    assert (few.status, "More is left to pay than a cent difference." in few.text) == (409, True)
    page = member.post("invoice_payment", first.id, **entered)
    assert "16 June 2026, cent difference" in page.text
    assert stands(world, first)["state"] == "paid"
    pay(world, second, 125_499, at=at)
    dialog = member.get("invoice_write_off", second.id)
    assert dialog.field("kind") == "cent_difference"
    assert "Cent difference: €0.01" in dialog.text


def test_while_it_is_being_cancelled_it_says_why_not(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    hold_credit(world, invoice, at=at)
    member = Member(world)
    assert "Take it back first" in member.get("invoice", invoice.id).text
    dialog = member.get("invoice_write_off", invoice.id)
    assert "there is nothing that you could write off now" in dialog.text
