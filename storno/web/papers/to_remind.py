"""What can be reminded of today, and why the rest cannot, before anything goes."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from storno.corrections.facts import read_standing
from storno.diary.looks import note_look_at_paper
from storno.documents.models import Document, Standing
from storno.documents.queries import Filter, InvoiceRow, Tab, list_invoices
from storno.documents.queries import document as document_with
from storno.notices.reach import addresses_of
from storno.organizations.models import LateCharges
from storno.overdue.charge import chargeable, charges_on, open_charges
from storno.overdue.interest import interest_on
from storno.overdue.queries import past_of, sent_of
from storno.overdue.remind import TERM, NobodyToRemind, blockers_of_reminder
from storno.web.access import Here
from storno.web.papers.ways_out import Subject, show_blockers
from storno.web.say import say_date, say_money

MOST = 100
"""Overdue invoices on one page; when these are reminded of, the next ones stand there."""


def shown_reminder(invoice_id: UUID, here: Here) -> dict[str, Any]:
    """The dialog: how much, to where, until when; or why it cannot be today."""
    mine = here.organization.id
    invoice, standing = document_with(invoice_id, mine), read_standing(invoice_id, mine)
    note_look_at_paper(invoice_id, invoice.recipient_id, who=here.who, at=here.at)
    now = here.now
    addresses = addresses_of([invoice.recipient_id], now.seller).get(invoice.recipient_id, ())
    past = past_of([invoice_id], mine)[invoice_id]
    blockers = blockers_of_reminder(standing, past, now)
    subject = Subject(invoice_id=invoice_id, recipient_id=invoice.recipient_id)
    return {
        "amount": say_money(standing.open_minor, invoice.currency),
        "costs": list(_costs(invoice, standing, here)),
        "due": say_date(standing.due_on),
        "pay_by": say_date(now.today + TERM),
        "interest": _interest(invoice, standing, here),
        "addresses": [way.address for way in addresses],
        "unreachable": () if addresses else show_blockers(NobodyToRemind().blockers, here, subject),
        "blockers": show_blockers(blockers, here, subject),
        "payment_url": here.url("invoice_payment", invoice_id),
        "post_url": here.url("invoice_remind", invoice_id),
        "back_url": here.url("invoice", invoice_id),
        "back_label": _("Invoice %(number)s") % {"number": invoice.number},
    }


def _costs(invoice: Document, standing: Standing, here: Here) -> Iterator[str]:
    """What the reminder asks for beside the invoice: of before, and what it costs itself."""
    mine, currency = here.organization.id, invoice.currency
    before = charges_on([invoice.id], mine)
    if earlier := open_charges(before):
        yield _("%(amount)s of earlier reminders") % {"amount": say_money(earlier, currency)}
    days = [each.sent_on for each in sent_of(invoice.id, mine)]
    for each in chargeable(invoice, standing, days, before, here.now):
        said = {"kind": each.kind.label, "amount": say_money(each.amount_minor, currency)}
        yield _("%(kind)s: %(amount)s") % said


def _interest(invoice: Document, standing: Standing, here: Here) -> str:
    """What late interest has run up, in a sentence, where it is told and not claimed."""
    found, today = interest_on(invoice, standing, here.now), here.now.today
    asked = LateCharges(here.now.settings.late_charges)
    if found is None or (
        asked in (LateCharges.INTEREST, LateCharges.BOTH) and found.until == today
    ):
        return ""
    said = {
        "amount": say_money(found.amount_minor, invoice.currency),
        "percent": number_format(found.percent.normalize()),
        "since": say_date(found.since),
        "until": say_date(found.until),
    }
    if found.until < today:
        return (
            _("Late interest until %(until)s is %(amount)s; the rate of later days is not known.")
            % said
        )
    return (
        _(
            "Late interest since %(since)s is %(amount)s so far (%(percent)s%% a year). "
            "The reminder does not ask for it."
        )
        % said
    )


def to_remind(here: Here) -> dict[str, Any]:
    """The overdue invoices, the newest first: those that can be reminded of, and the others."""
    mine, now = here.organization.id, here.now
    page = list_invoices(mine, Filter(Tab.OVERDUE), today=now.today, limit=MOST)
    past = past_of([row.standing.id for row in page.rows], mine)
    reached = addresses_of({row.standing.recipient_id for row in page.rows}, now.seller)
    ready: list[dict[str, str]] = []
    others: list[dict[str, str]] = []
    for row in page.rows:
        blockers = blockers_of_reminder(row.standing, past[row.standing.id], now)
        if not blockers and not reached.get(row.standing.recipient_id):
            blockers = NobodyToRemind().blockers
        why = str(blockers[0].message) if blockers else ""
        (others if why else ready).append(_row(row, why, here))
    return {
        "ready": ready,
        "others": others,
        "pay_by": say_date(now.today + TERM),
        "back_url": here.url("invoices", state=Tab.OVERDUE.value),
        "back_label": _("Invoices"),
    }


def _row(row: InvoiceRow, why: str, here: Here) -> dict[str, str]:
    return {
        "id": str(row.standing.id),
        "url": here.url("invoice", row.standing.id),
        "number": row.document.number,
        "name": row.recipient_name,
        "due": say_date(row.standing.due_on),
        "open": say_money(row.standing.open_minor, row.document.currency),
        "why": why,
    }
