"""Each document for itself: its seal, its personal parts, its number, and what it adds up to."""

from collections.abc import Iterator

from storno.core.canonical import salted_hash
from storno.documents.models import Document, Kind
from storno.documents.seal import seal_of
from storno.numbering.take import NumberTooLong, written
from storno.reports.verify.dossier import Books, Paper
from storno.reports.verify.violation import UNRECKONABLE, Violation, named
from storno.tax.breakdown import break_down, line_amount


def prove_paper(paper: Paper, books: Books) -> Iterator[Violation]:
    """Everything that a document must be whatever happened to it later."""
    books.documents += 1
    yield from _prove_seal(paper)
    yield from _prove_particulars(paper, books)
    yield from _prove_number(paper.document, books)
    yield from _prove_totals(paper)
    yield from _prove_amounts(paper)
    if paper.document.kind == Kind.INVOICE:
        yield from _prove_tax(paper)


def _prove_seal(paper: Paper) -> Iterator[Violation]:
    document = paper.document
    try:
        holds = bytes(document.seal) == seal_of(document, paper.lines, paper.subtotals)
    except KeyError:
        yield Violation(
            "form_unknown",
            document.id,
            f"{named(document)} was sealed in form {document.form}, which this release of Storno "
            "does not know.",
        )
        return
    if not holds:
        yield Violation(
            "seal_broken",
            document.id,
            f"{named(document)} is not what was sealed: it, its lines or its tax were changed.",
        )


def _prove_particulars(paper: Paper, books: Books) -> Iterator[Violation]:
    """The personal parts match their hash; or they were erased, lawfully and wholly."""
    document = paper.document
    if paper.erasures:
        books.erased += 1
        yield from _prove_erasure(paper, books)
        return
    if len(paper.particulars) != 1:
        yield Violation(
            "personal_parts_missing",
            document.id,
            f"The personal parts of {named(document)} are missing, and there is no record that "
            "they were erased.",
        )
        return
    (particulars,) = paper.particulars
    parts = particulars.parts
    holds = (
        particulars.id == document.id
        and salted_hash(particulars.salt, parts) == bytes(document.personal)
        and isinstance(parts, dict)
        and len(parts.get("lines", ())) == len(paper.lines)
    )
    if not holds:
        yield Violation(
            "personal_parts_changed",
            document.id,
            f"The personal parts of {named(document)} are not those that were sealed.",
        )


def _prove_erasure(paper: Paper, books: Books) -> Iterator[Violation]:
    document, erasure = paper.document, paper.erasures[0]
    if erasure.erased_at.astimezone(books.zone).date() <= document.retain_until:
        yield Violation(
            "erased_too_early",
            document.id,
            f"{named(document)} was erased on {erasure.erased_at.astimezone(books.zone).date()}, "
            f"but had to be kept until {document.retain_until}.",
        )
    if paper.particulars or erasure.id != document.id or len(paper.erasures) > 1:
        yield Violation(
            "erasure_unfinished",
            document.id,
            f"{named(document)} is recorded as erased, but its personal parts are still there or "
            "the record is not its own.",
        )


def _prove_number(document: Document, books: Books) -> Iterator[Violation]:
    series = books.series.get(document.series_id)
    if series is None:
        yield Violation(
            "series_missing", document.id, f"The series of {named(document)} does not exist."
        )
        return
    try:
        text = written(series.format, year=document.issued_on.year, number=document.sequence)
    except (NumberTooLong, LookupError, ValueError):
        text = ""
    if document.number != text:
        yield Violation(
            "number_misspelt",
            document.id,
            f"{named(document)} is number {document.sequence} of a series that writes it {text!r}.",
        )
    if series.kind not in (document.kind, Kind.INVOICE):
        yield Violation(
            "series_of_another_kind",
            document.id,
            f"{named(document)} has its number from a series for credit notes.",
        )
    if series.year not in (0, document.issued_on.year):
        yield Violation(
            "series_of_another_year",
            document.id,
            f"{named(document)} of {document.issued_on} has its number from the series of "
            f"{series.year}.",
        )


def _prove_totals(paper: Paper) -> Iterator[Violation]:
    """BR-CO-10, BR-CO-14, BR-CO-15 of EN 16931."""
    document = paper.document
    net = sum(group.net_minor for group in paper.subtotals)
    tax = sum(group.tax_minor for group in paper.subtotals)
    stored = (document.net_minor, document.tax_minor, document.payable_minor)
    if stored != (net, tax, net + tax) or net != sum(line.net_minor for line in paper.lines):
        yield Violation(
            "totals_wrong",
            document.id,
            f"{named(document)} does not add up: its lines, its tax groups and its totals differ.",
        )
    if not paper.lines:
        yield Violation("no_lines", document.id, f"{named(document)} has no lines.")


def _prove_amounts(paper: Paper) -> Iterator[Violation]:
    """Quantity × price less the discount is the amount."""
    document = paper.document
    for line in paper.lines:
        try:
            amount = line_amount(
                quantity=line.quantity,
                unit_price=line.unit_price,
                discount_percent=line.discount_percent,
            )
            holds = amount == line.amount_minor
        except UNRECKONABLE:
            holds = False
        if not holds:
            yield Violation(
                "line_amount_wrong",
                document.id,
                f"Line {line.position + 1} of {named(document)} is not quantity times price.",
            )


def _prove_tax(invoice: Paper) -> Iterator[Violation]:
    """The tax groups of an invoice and its lines' nets, by the rules of the tax room."""
    try:
        breakdown = break_down(invoice.priced())
        holds = breakdown.groups == invoice.groups() and breakdown.line_nets == tuple(
            line.net_minor for line in invoice.lines
        )
    except UNRECKONABLE:
        holds = False
    if not holds:
        yield Violation(
            "tax_wrong",
            invoice.document.id,
            f"The tax of {named(invoice.document)} is not what its lines bear.",
        )
