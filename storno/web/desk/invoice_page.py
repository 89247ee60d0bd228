"""What customer service reads of an invoice."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from storno.cases.queries import case_of_invoice, payers_of
from storno.corrections.facts import read_standing
from storno.custody.queries import set_asides_of
from storno.documents.models import Document, Standing
from storno.documents.queries import credit_notes_of, state_on, whole_document
from storno.history.tell import events_of, tell
from storno.organizations.queries import circumstances
from storno.organizations.roles import Actor
from storno.payments.queries import PaymentRow, payments_of, refunds_on
from storno.references.creditor import spaced_in_fours
from storno.web.desk.door import Desk
from storno.web.desk.organization_page import happenings
from storno.web.papers.reading import recipient_on
from storno.web.papers.states import state_in_list
from storno.web.say import reader_language, say_date, say_money


def invoice_page(invoice_id: UUID, who: Actor, desk: Desk) -> dict[str, Any]:
    """Facts, payments, what was set aside of them, and the story. Raises Absent."""
    mine = who.organization_id
    now = circumstances(mine, desk.at)
    standing = read_standing(invoice_id, mine)
    whole = whole_document(invoice_id, mine)
    invoice, notes = whole.document, credit_notes_of(invoice_id, mine)
    state = state_on(standing, now.today)
    words = state_in_list(
        state,
        standing,
        seller=now.seller,
        settings=now.settings,
        at=desk.at,
        today=now.today,
    )
    case = case_of_invoice(invoice_id, mine)
    subjects = [invoice_id, invoice.draft_id, *(note.id for note in notes)]
    told = tell(
        events_of(mine, subjects), language=reader_language(), time_zone=now.seller.time_zone
    )
    return {
        "title": _("Invoice %(number)s") % {"number": invoice.number},
        "whose": now.seller.name,
        "organization_url": reverse("desk_organization", args=[mine]),
        "state": state,
        "words": words,
        "facts": list(_facts(invoice, standing, recipient_on(whole))),
        "notes": [
            {"number": note.number, "day": say_date(note.issued_on), "amount": _money(note)}
            for note in notes
        ],
        "payments": [_payment(row, invoice) for row in payments_of(invoice_id, mine)],
        "refunds": [
            {
                "day": say_date(row.refund.refunded_on),
                "amount": say_money(row.refund.amount_minor, invoice.currency),
                "undone": row.reversal is not None,
            }
            for row in refunds_on([invoice_id], mine)
        ],
        "payers": [
            {"name": each.name, "account": spaced_in_fours(each.account)}
            for each in payers_of(invoice_id, who)
        ],
        "set_aside": list(_set_aside(invoice)),
        "case_url": "" if case is None else reverse("desk_case", args=[case.case.id]),
        "happenings": happenings(told, desk, now.seller.time_zone),
    }


def _facts(invoice: Document, standing: Standing, recipient: str) -> Iterator[tuple[str, str]]:
    currency = invoice.currency
    if recipient:
        yield _("Recipient"), recipient
    yield _("Amount"), _money(invoice)
    yield _("Issued"), say_date(invoice.issued_on)
    if invoice.due_on:
        yield _("Due"), say_date(invoice.due_on)
    if invoice.payment_reference:
        yield _("Reference"), invoice.payment_reference
    yield _("Left to pay"), say_money(standing.open_minor, currency)
    if standing.owed_back_minor:
        yield _("Owed back"), say_money(standing.owed_back_minor, currency)


def _money(paper: Document) -> str:
    return say_money(paper.payable_minor, paper.currency)


def _payment(row: PaymentRow, invoice: Document) -> dict[str, Any]:
    return {
        "day": say_date(row.payment.paid_on),
        "amount": say_money(row.payment.amount_minor, invoice.currency),
        "undone": row.reversal is not None,
    }


def _set_aside(invoice: Document) -> Iterator[dict[str, Any]]:
    """What was set aside of each payment, the oldest first."""
    for shares, is_undone in set_asides_of(invoice):
        parts = (
            (_("VAT"), shares.vat_minor),
            (_("Income tax"), shares.prepayment_minor),
            (_("Service fee with its VAT"), shares.fee_minor + shares.fee_vat_minor),
            (_("Paid out to the seller"), shares.payable_minor),
        )
        yield {
            "parts": [(label, say_money(minor, invoice.currency)) for label, minor in parts],
            "undone": is_undone,
        }
