"""Giving back what is owed back, on pages."""

from datetime import datetime

from storno.documents.models import Document
from storno.organizations.scope import scope
from storno.payments.models import Refund
from tests.conftest import Clock
from tests.deeds import credit, pay
from tests.observe import everything, stands
from tests.web.papers.member import Member, Seen
from tests.world import World, found, line


def credited(world: World, at: datetime) -> Document:
    """A paid invoice over 1255.00, then cancelled."""
    invoice = world.invoice(at=at)
    pay(world, invoice, 125_500, at=at)
    credit(world, invoice, at=at)
    return invoice


def mark(member: Member, invoice: Document, **changed: str) -> Seen:
    """Mark as refunded what the dialog prefills, or something else."""
    dialog = member.get("invoice_refund", invoice.id)
    said = {name: dialog.field(name) for name in ("amount", "refunded_on", "once", "seen")}
    return member.post("invoice_refund", invoice.id, **(said | {"method": "cash"} | changed))


def refunds(world: World) -> list[Refund]:
    with scope(world.id):
        return list(Refund.objects.filter(organization_id=world.id).order_by("id"))


def test_all_that_is_owed_and_today_are_prefilled_and_marked(at: datetime, clock: Clock) -> None:
    world = found(hold_seconds=0)
    invoice = credited(world, at)
    member = Member(world)
    page = member.get("invoice", invoice.id)
    assert "You owe €1,255.00 back." in page.text
    assert "Mark as refunded" in page.text
    dialog = member.get("invoice_refund", invoice.id)
    assert (dialog.field("amount"), dialog.field("refunded_on")) == ("1255.00", "2026-06-16")
    page = mark(member, invoice)
    assert "It is marked as refunded." in page.said
    assert "Refunded today: €1,255.00 went back" in page.text
    assert "Owed back" not in page.text
    assert "Mark as refunded" not in page.text
    assert "16 June 2026, cash" in page.text
    assert (
        "Nothing is owed back on invoice 2026-0001."
        in member.get("invoice_refund", invoice.id).text
    )


def test_what_cannot_be_keeps_what_was_typed_and_changes_nothing(
    at: datetime, clock: Clock
) -> None:
    world = found(hold_seconds=0)
    invoice = credited(world, at)
    member = Member(world)
    before = everything(world)
    for changed, status, sentence in (
        ({"amount": "1255,01"}, 409, "This is more than is owed back."),
        ({"amount": ""}, 422, "Enter a number"),
        ({"refunded_on": ""}, 422, "required"),
        ({"refunded_on": "2026-06-17"}, 422, "The day of the refund lies in the future."),
        ({"refunded_on": "2026-06-15"}, 422, "The money came in later than this."),
        ({"method": "offset"}, 422, "Select a valid choice"),
    ):
        answer = mark(member, invoice, **changed)
        assert (answer.status, sentence in answer.text) == (status, True), changed
        for name, value in changed.items():
            assert name == "method" or answer.field(name) == value
    assert everything(world) == before


def test_two_windows_mark_it_once(at: datetime, clock: Clock) -> None:
    world = found(hold_seconds=0)
    invoice = credited(world, at)
    member = Member(world)
    opened = member.get("invoice_refund", invoice.id)
    mark(member, invoice, amount="500.00")
    said = {name: opened.field(name) for name in ("amount", "refunded_on", "once", "seen")}
    late = member.post("invoice_refund", invoice.id, method="cash", **said)
    assert (late.status, len(refunds(world))) == (409, 1)
    assert "Money was given back on this invoice meanwhile." in late.text
    assert "You owe €755.00 back on invoice 2026-0001." in late.text


def test_it_is_used_for_another_invoice_and_that_is_reversed(at: datetime, clock: Clock) -> None:
    world = found(hold_seconds=0)
    invoice = credited(world, at)
    member = Member(world)
    none = member.get("invoice_offset", invoice.id)
    assert "This recipient has no other invoice that is still to be paid." in none.text
    other = world.invoice(line("990", gross=True), at=at)
    dialog = member.get("invoice_offset", invoice.id)
    assert "Invoice 2026-0002 of 16 June 2026, €990.00 left to pay" in dialog.text
    said = {"target": str(other.id), "once": dialog.field("once")}
    more = member.post("invoice_offset", invoice.id, amount="990.01", **said)
    assert (more.status, "left to pay on the other invoice" in more.text) == (409, True)
    page = member.post("invoice_offset", invoice.id, amount="", **said)
    assert "It is used for the other invoice." in page.said
    assert "for another invoice" in page.text
    assert stands(world, other)["state"] == "paid"
    paid = member.get("invoice", other.id)
    assert f'<a href="{member.url("invoice", invoice.id)}">from another invoice</a>' in paid.html
    world.invoice(at=at)
    late = member.post("invoice_offset", invoice.id, amount="", **(said | {"once": "x" * 22}))
    assert late.error_of("target").startswith("Nothing is left to pay on the other invoice.")
    done = mark(member, invoice)
    used = "Refunded today: €265.00 went back, €990.00 was used for another invoice"
    assert used in done.text
    assert "Reverse" not in paid.text
    refund, _rest = refunds(world)
    asked = member.get("refund_reversal", refund.id)
    assert "The other invoice, which it paid, is to be paid again." in asked.text
    done = member.post("refund_reversal", refund.id, why="mistake", reason="Wrong invoice")
    assert "The refund is reversed." in done.said
    assert stands(world, other)["state"] == "sent"
    assert "Reversed: Wrong invoice" in member.get("invoice", invoice.id).text


def test_the_credit_dialog_marks_what_has_gone_back_already(at: datetime, clock: Clock) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    member = Member(world)
    assert "The money" not in member.get("invoice_credit", invoice.id).text
    pay(world, invoice, 125_500, at=at)
    dialog = member.get("invoice_credit", invoice.id)
    assert "It has been paid back already: mark it as refunded" in dialog.text
    said = {name: dialog.field(name) for name in ("once", "seen")}
    said |= {"reason": "cancelled", "next": "nothing", "refund": "on", "method": "cash"}
    for day, sentence in (
        ("", "Enter the day on which the money went back."),
        ("2026-06-17", "The day of the refund lies in the future."),
    ):
        answer = member.post("invoice_credit", invoice.id, refunded_on=day, **said)
        assert (answer.status, answer.error_of("refunded_on")[: len(sentence)]) == (422, sentence)
    done = member.post("invoice_credit", invoice.id, refunded_on="2026-06-16", **said)
    assert "Refunded today: €1,255.00 went back" in done.text
