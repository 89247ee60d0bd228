"""A list of invoices as CSV (RFC 4180): what is shown, for a spreadsheet."""

import csv
import io
from collections.abc import Iterable

from django.http import HttpResponse

from storno.documents.queries import InvoiceRow
from storno.documents.words import state_words
from storno.money.currency import decimal_text

COLUMNS = (
    "number",
    "recipient",
    "state",
    "state_label",
    "issued_on",
    "due_on",
    "currency",
    "amount",
    "open",
    "owed_back",
)

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell beginning with one of these is run by spreadsheets; an apostrophe keeps it text."""


def safe(text: str) -> str:
    """A text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text


def sheet_of(rows: Iterable[InvoiceRow], name: str, wording: str) -> HttpResponse:
    """Invoices as a file to save; UTF-8 with its mark, which spreadsheets ask for.

    Names of columns and states are the same in every language; the label is for who reads.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows:
        document, standing = row.document, row.standing
        writer.writerow(
            [
                safe(document.number),
                safe(row.recipient_name),
                row.state,
                str(state_words(row.state, wording, in_part=standing.is_cancelled_in_part)),
                standing.issued_on.isoformat(),
                standing.due_on.isoformat(),
                document.currency,
                decimal_text(standing.payable_minor, document.currency),
                decimal_text(standing.open_minor, document.currency),
                decimal_text(standing.owed_back_minor, document.currency),
            ]
        )
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
