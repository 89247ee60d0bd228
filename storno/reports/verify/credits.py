"""Credit notes against their invoice: same parties, never more than there was, tax to the cent."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from storno.documents.models import Document
from storno.reports.verify.dossier import Dossier, Paper
from storno.reports.verify.violation import UNRECKONABLE, Violation, named
from storno.tax.breakdown import TaxGroup
from storno.tax.residual import credit_groups


def prove_credits(dossier: Dossier) -> Iterator[Violation]:
    """All credit notes of an invoice, in the order in which they were issued."""
    invoice = dossier.invoice
    credited: list[TaxGroup] = []
    for note in dossier.credit_notes:
        yield from _prove_parties(note.document, invoice.document)
        yield from _prove_lines(note, invoice)
        yield from _prove_tax(note, invoice, credited)
    yield from _prove_caps(dossier)


def _prove_parties(note: Document, invoice: Document) -> Iterator[Violation]:
    """The same seller, buyer and currency, and not before the invoice."""
    names = ("recipient_id", "currency", "seller", "vat_on")
    if any(getattr(note, name) != getattr(invoice, name) for name in names):
        yield Violation(
            "credit_note_between_others",
            note.id,
            f"{named(note)} is not between the parties of {named(invoice)} or in its currency.",
        )
    if note.issued_on < invoice.issued_on:
        yield Violation(
            "credit_note_before_invoice",
            note.id,
            f"{named(note)} is dated before {named(invoice)}, which it corrects.",
        )


def _prove_lines(note: Paper, invoice: Paper) -> Iterator[Violation]:
    """Each line names a line of the invoice and is taxed as that one was."""
    lines = {line.id: line for line in invoice.lines}
    for line in note.lines:
        corrected = lines.get(line.corrects_line_id) if line.corrects_line_id else None
        if corrected is None or any(
            getattr(line, name) != getattr(corrected, name)
            for name in ("tax_category", "tax_rate", "includes_tax")
        ):
            yield Violation(
                "credits_no_line",
                note.document.id,
                f"Line {line.position + 1} of {named(note.document)} names no line of "
                f"{named(invoice.document)}, or is taxed otherwise.",
            )


def _prove_tax(note: Paper, invoice: Paper, credited: list[TaxGroup]) -> Iterator[Violation]:
    """The cumulative residual: what the groups of this note must be after the earlier ones."""
    try:
        groups = note.groups()
        breakdown = credit_groups(note.priced(), original=invoice.groups(), credited=credited)
        holds = breakdown.groups == groups and breakdown.line_nets == tuple(
            line.net_minor for line in note.lines
        )
        credited += groups
    except UNRECKONABLE:
        holds = False
    if not holds:
        yield Violation(
            "credited_tax_wrong",
            note.document.id,
            f"The tax of {named(note.document)} is not the rest or the share of that of "
            f"{named(invoice.document)}, or more than was left.",
        )


def _prove_caps(dossier: Dossier) -> Iterator[Violation]:
    """Per line never more than there was; with its last quantity its last cent is credited."""
    quantity: defaultdict[UUID | None, Decimal] = defaultdict(Decimal)
    amount: defaultdict[UUID | None, int] = defaultdict(int)
    for note in dossier.credit_notes:
        for line in note.lines:
            quantity[line.corrects_line_id] += line.credited_quantity
            amount[line.corrects_line_id] += line.amount_minor
    invoice = dossier.invoice
    for line in invoice.lines:
        left = line.amount_minor - amount[line.id]
        quantity_left = line.quantity - quantity[line.id]
        if left < 0 or quantity_left < 0 or (quantity_left == 0 and left):
            yield Violation(
                "line_credited_too_much",
                invoice.document.id,
                f"Line {line.position + 1} of {named(invoice.document)} is credited beyond what it "
                "was, or used up with money left.",
            )
