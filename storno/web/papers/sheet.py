"""A list of invoices as a file for who reads it: in their language, as their spreadsheet takes it.

Programs ask the API, and the accountant's files have names that never change.
"""

import csv
import io
from collections.abc import Iterable

from django.http import HttpResponse
from django.utils.translation import gettext as _

from storno.core.sheet import safe_cell
from storno.documents.queries import InvoiceRow
from storno.documents.words import invoice_words
from storno.money.currency import decimal_text
from storno.web.say import reader_language
from storno.web.words import WORDS


def sheet_of(rows: Iterable[InvoiceRow], name: str, wording: str) -> HttpResponse:
    """Invoices as a file to save (RFC 4180); UTF-8 with its mark, days as ISO 8601.

    Where figures have a comma, the cells are parted by semicolons, as spreadsheets expect there.
    """
    comma = reader_language() != "en"
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if comma else ",")
    writer.writerow(_heads(wording))
    for row in rows:
        standing, currency = row.standing, row.document.currency
        figures = (standing.payable_minor, standing.open_minor, standing.owed_back_minor)
        amounts = [decimal_text(amount_minor, currency) for amount_minor in figures]
        writer.writerow(
            [
                safe_cell(row.document.number),
                safe_cell(row.recipient_name),
                str(
                    invoice_words(
                        row.state,
                        standing.payable_minor,
                        wording,
                        in_part=standing.is_cancelled_in_part,
                    )
                ),
                standing.issued_on.isoformat(),
                standing.due_on.isoformat(),
                currency,
                *(amount.replace(".", ",") if comma else amount for amount in amounts),
            ]
        )
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _heads(wording: str) -> list[str]:
    return [
        _("Number"),
        str(WORDS[wording].client),
        _("State"),
        _("Issued"),
        _("Due"),
        _("Currency"),
        _("Amount"),
        _("Open"),
        _("Owed back"),
    ]
