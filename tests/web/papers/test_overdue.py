"""Reminding and disputing on pages, one invoice and many."""

from datetime import timedelta

from storno.organizations.scope import scope
from storno.overdue.models import Reminder
from tests.conftest import Clock
from tests.deeds import pay
from tests.web.papers.member import Member
from tests.world import World, found


def reminders(world: World) -> int:
    with scope(world.id):
        return Reminder.objects.filter(organization_id=world.id).count()


def test_an_overdue_invoice_is_reminded_of_or_disputed(clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=clock.now - timedelta(days=30))
    member = Member(world)
    assert "Send a reminder" in member.get("invoice", invoice.id).text
    dialog = member.get("invoice_remind", invoice.id)
    assert "€1,255.00 was due on 31 May 2026." in dialog.text
    assert "It costs the recipient nothing." in dialog.text
    assert "Late interest since 1 June 2026 is €5.23 so far (9.5% a year)." in dialog.text
    assert "daisy@example.com" in dialog.text
    page = member.post("invoice_dispute", invoice.id, over="quality")
    assert "The recipient disputes this invoice Over how it was done, since today" in page.text
    assert "Send a reminder" not in page.text
    assert member.post("invoice_remind", invoice.id).status == 409
    assert reminders(world) == 0
    page = member.post("invoice_dispute_end", invoice.id)
    assert "disputes" not in page.text
    page = member.post("invoice_remind", invoice.id)
    assert "The reminder is on its way." in page.said
    assert "€1,255.00 to pay by 30 June 2026" in page.text
    assert "This invoice was reminded of today already." in (
        member.get("invoice_remind", invoice.id).text
    )
    assert reminders(world) == 1


def test_many_are_looked_at_and_reminded_of_in_one_go(clock: Clock) -> None:
    world = found()
    first, second, paid, early = (
        world.invoice(at=clock.now - timedelta(days=days)) for days in (40, 35, 30, 15)
    )
    member = Member(world)
    assert "Send reminders of what is overdue" in member.get("invoices", state="overdue").text
    page = member.get("invoices_remind")
    for invoice in (first, second, paid):
        assert f'value="{invoice.id}" checked' in page.html
    assert str(early.id) not in [*_ticked(page.html)]
    assert "It is too early to remind of this invoice." in page.text
    pay(world, paid, paid.payable_minor, at=clock.now)
    chosen = [str(each.id) for each in (first, second, paid)]
    page = member.post("invoices_remind", invoice=[*chosen, "no-id", str(world.id)])
    assert page.said == "2 reminders sent. What stands here was not reminded of."
    assert reminders(world) == 2
    assert "No reminder can go now." in page.text


def _ticked(html: str) -> list[str]:
    return [part.split('"')[0] for part in html.split('name="invoice" value="')[1:]]
