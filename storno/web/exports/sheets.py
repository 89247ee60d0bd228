"""The accountant's files as CSV (RFC 4180): UTF-8 with its mark, days as ISO 8601, no grouping.

Column names are English and stay the same in every language, so that programs find them. A file is
whole before its scope closes and leaves afterwards: no transaction waits for a slow line, and no
half file looks like a whole one.
"""

from collections.abc import Iterator

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from storno.core.sheet import Row, safe_cell, sheet_of
from storno.money.currency import decimal_text
from storno.organizations.roles import Actor
from storno.reports.accountant import (
    Period,
    TaxGroup,
    document_entries,
    payment_entries,
    tax_groups,
)

DOCUMENT_COLUMNS = ("kind", "number", "date", "corrects", "client", "currency")
TOTAL_COLUMNS = ("net", "tax", "gross")
PAYMENT_COLUMNS = ("kind", "date", "invoice", "client", "method", "currency", "amount", "id")


def documents_sheet(period: Period, style: str, *, who: Actor) -> bytes:
    """Invoices and credit notes; inside a scope. Raises NotAllowed."""
    return sheet_of(_document_rows(period, style, who), separator=_separator(style))


def payments_sheet(period: Period, style: str, *, who: Actor) -> bytes:
    """Payments and refunds with their reversals; inside a scope. Raises NotAllowed."""
    return sheet_of(_payment_rows(period, style, who), separator=_separator(style))


def csv_response(content: bytes, name: str) -> HttpResponse:
    """A sheet to save."""
    return file_response(content, name, content_type="text/csv; charset=utf-8")


def file_response(content: bytes, name: str, *, content_type: str) -> HttpResponse:
    """A file to save."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


def _document_rows(period: Period, style: str, who: Actor) -> Iterator[Row]:
    groups = tax_groups(period, who=who)
    yield [*DOCUMENT_COLUMNS, *TOTAL_COLUMNS, *(name for group in groups for name in _names(group))]
    for entry in document_entries(period, who=who):
        amounts = [entry.net_minor, entry.tax_minor, entry.gross_minor]
        for group in groups:
            amounts += entry.taxes.get(group, (0, 0))
        yield [
            entry.kind,
            safe_cell(entry.number),
            entry.issued_on.isoformat(),
            safe_cell(entry.corrects),
            str(entry.client_number),
            entry.currency,
            *(_figure(amount, entry.currency, style) for amount in amounts),
        ]


def _payment_rows(period: Period, style: str, who: Actor) -> Iterator[Row]:
    yield PAYMENT_COLUMNS
    for entry in payment_entries(period, who=who):
        yield [
            entry.kind,
            entry.on.isoformat(),
            safe_cell(entry.invoice),
            str(entry.client_number),
            entry.method,
            entry.currency,
            _figure(entry.amount_minor, entry.currency, style),
            str(entry.id),
        ]


def _names(group: TaxGroup) -> tuple[str, str]:
    """The two columns of a group: net_25.5 and tax_25.5, net_exempt and tax_exempt."""
    name = f"{group.rate.normalize():f}" if group.rate else group.category
    return f"net_{name}", f"tax_{name}"


def _figure(amount_minor: int, currency: str, style: str) -> str:
    text = decimal_text(amount_minor, currency)
    return text.replace(".", ",") if style == "nordic" else text


def _separator(style: str) -> str:
    return ";" if style == "nordic" else ","
