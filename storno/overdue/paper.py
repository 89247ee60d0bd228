"""A reminder as a paper: what is claimed and why, how to pay it, and whom to tell of a mistake.

That is what the law asks of a reminder (laki saatavien perinnästä 5 §; inkassoloven §§ 8-9). It is
made of what is frozen whenever it is asked for, so nothing of it is kept twice, or outlives the
erasure of its invoice.
"""

from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import override

from storno.documents.files import ErasedLawfully, name_of_file
from storno.documents.queries import WholeDocument, whole_document
from storno.documents.typeset import issued_paper, payment_of
from storno.money.currency import to_decimal
from storno.overdue.models import Reminder
from storno.printing.labels import WORDS, format_day
from storno.printing.paper import Paper, PaperLine, PaperTax
from storno.printing.render import render
from storno.tax.category import TaxCategory


def pdf_of_reminder(reminder: Reminder) -> tuple[str, bytes]:
    """The name and the PDF of a reminder, the same bytes each time. Raises ErasedLawfully."""
    whole = whole_document(reminder.invoice_id, reminder.organization_id)
    paper = paper_of_reminder(reminder, whole)
    return name_of_reminder(paper), render(paper, timestamp=reminder.sent_at)


def paper_of_reminder(reminder: Reminder, whole: WholeDocument) -> Paper:
    """A reminder as it is printed. Raises ErasedLawfully."""
    if not whole.parts:
        raise ErasedLawfully
    invoice, paper = whole.document, issued_paper(whole)
    words, language, open_minor = WORDS[paper.language], paper.language, reminder.open_minor
    assert invoice.due_on is not None, "an invoice is due"
    claim = words.claim.format(
        number=invoice.number,
        day=format_day(invoice.issued_on, language),
        due=format_day(invoice.due_on, language),
    )
    line = PaperLine(
        description=claim,
        quantity=Decimal(1),
        unit="",
        unit_price=to_decimal(open_minor, invoice.currency),
        amount_minor=open_minor,
        net_minor=open_minor,
        category=TaxCategory.OUTSIDE_SCOPE,
    )
    lines = [line]
    if costs := reminder.charges_minor:
        with override(language):
            what = _("Reminder fees and late interest")
        lines.append(
            replace(
                line,
                description=what,
                unit_price=to_decimal(costs, invoice.currency),
                amount_minor=costs,
                net_minor=costs,
            )
        )
    asked = reminder.asked_minor
    payment = payment_of(invoice, asked, pay_by=reminder.pay_by)
    assert payment is not None, "a reminder asks for something"
    seller = paper.seller
    contact = ", ".join(part for part in (seller.email, seller.phone) if part) or seller.name
    return replace(
        paper,
        kind="reminder",
        issued_on=reminder.sent_on,
        lines=tuple(lines),
        taxes=(PaperTax(TaxCategory.OUTSIDE_SCOPE, Decimal(0), asked, 0),),
        net_minor=asked,
        tax_minor=0,
        payable_minor=asked,
        due_on=reminder.pay_by,
        delivered_on=None,
        payment=replace(payment, terms_days=None, notice_days=None),
        text_before=words.reminds,
        text_after=words.dispute.format(contact=contact),
        household=None,
    )


def name_of_reminder(paper: Paper) -> str:
    """What the PDF of a reminder is called where it is saved: Maksumuistutus-2026-0001.pdf."""
    assert paper.number is not None, "only what was issued is reminded of"
    return name_of_file(WORDS[paper.language].reminder, paper.number)
