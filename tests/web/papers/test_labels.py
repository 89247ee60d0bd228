"""The labels of the two help texts, word for word, in the vocabulary that each belongs to."""

from datetime import datetime

from storno.corrections.credit import credit_invoice
from tests.conftest import Clock
from tests.deeds import CANCELLED, pay
from tests.web.papers.member import Member, words
from tests.world import found


def buttons(html: str) -> set[str]:
    """What stands on links and buttons."""
    import re

    return {
        words(each) for each in re.findall(r"<(?:a|button)\b.*?</(?:a|button)>", html, re.DOTALL)
    }


def test_a_service_speaks_of_customers(at: datetime, clock: Clock) -> None:
    world = found()
    draft, invoice = world.draft(at=at), world.invoice(at=at)
    member = Member(world)
    assert {"Customers", "New invoice"} <= buttons(member.get("invoices").html)
    quick = {"Send invoice", "Change Price", "Change Recipient"}
    assert quick <= buttons(member.get("draft", draft.id).html)
    page = member.get("invoice", invoice.id)
    assert "Cancel the invoice" in buttons(page.html)
    assert "What's a credit note?" in page.text
    assert "What do I do if a customer cancels an order?" in page.text
    assert "Cancel the invoice" in buttons(member.get("invoice_credit", invoice.id).html)
    credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at)
    held = member.get("invoice", invoice.id)
    assert "Cancel refund" in buttons(held.html)
    assert "Keep the invoice active. No money moves." in held.text
    assert "Cancel the invoice" not in buttons(held.html)


def test_a_practice_speaks_of_clients(at: datetime, clock: Clock) -> None:
    world = found(wording="practice", hold_seconds=0, after_credit="draft", default_channel="none")
    draft, invoice = world.draft(at=at), world.invoice(at=at)
    member = Member(world)
    assert "Clients" in buttons(member.get("invoices").html)
    assert "Unpaid" in member.get("invoices").text
    page = member.get("draft", draft.id)
    assert {"Finalize Invoice", "Change Price", "Change Recipient", "Delete"} <= buttons(page.html)
    assert "Change" in buttons(member.get("draft_price", draft.id).html)
    seen = member.get("invoice", invoice.id)
    assert {"Credit Invoice", "Send Payment Notification"} <= buttons(seen.html)
    dialog = member.get("invoice_credit", invoice.id)
    assert 'class="button danger"' in dialog.html
    assert "Credit Invoice" in buttons(dialog.html)
    credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at)
    credited = member.get("invoice", invoice.id)
    assert "Give this credit note to your client." in credited.text
    slow = found(wording="practice", hold_seconds=1200)
    held = slow.invoice(at=at)
    credit_invoice(held.id, CANCELLED, who=slow.who(), at=at)
    assert "Undo" in buttons(Member(slow).get("invoice", held.id).html)


def test_nobody_is_notified_to_pay_what_is_paid_or_credited(at: datetime, clock: Clock) -> None:
    world = found(wording="practice", hold_seconds=0, default_channel="none")
    paid, part_paid, credited = (world.invoice(at=at) for _ in range(3))
    pay(world, paid, paid.payable_minor, at=at)
    pay(world, part_paid, 1, at=at)
    credit_invoice(credited.id, CANCELLED, who=world.who(), at=at)
    member = Member(world)
    notice = "Send Payment Notification"
    for invoice in (paid, credited):
        page = member.get("invoice", invoice.id)
        assert {"Send", "Send by e-mail"} <= buttons(page.html)
        assert notice not in buttons(page.html)
        assert "button primary" not in page.html
        dialog = member.get("invoice_send", invoice.id)
        assert "Send" in buttons(dialog.html)
        assert notice not in dialog.html
    assert notice in buttons(member.get("invoice", part_paid.id).html)
    assert notice in buttons(member.get("invoice_notify", part_paid.id).html)


def test_after_a_credit_the_draft_is_one_click_away(at: datetime, clock: Clock) -> None:
    world = found(wording="practice", hold_seconds=0, after_credit="draft")
    invoice = world.invoice(at=at)
    member = Member(world)
    page = member.post("invoice_credit", invoice.id, reason="wrong_price", next="draft")
    assert "See draft" in buttons(page.html)


def test_customer_service_is_never_called_otherwise(at: datetime, clock: Clock) -> None:
    world = found(paid_credit="desk")
    invoice = world.invoice(at=at)
    member = Member(world)
    for page in (member.get("invoice", invoice.id), member.get("invoices")):
        assert "desk" not in page.html.lower()
