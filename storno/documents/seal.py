"""The seal of a document: a hash over its canonical form, chained within its series.

The form is versioned (`Document.form`): a document is checked by the form under which it was
sealed, so that a later form can add columns without breaking old seals. Personal parts enter as
`sha256(salt ‖ parts)` (`salted_hash`), which cannot be guessed back once the salt is erased.
"""

import hashlib
from collections.abc import Mapping, Sequence

from django.db import models

from storno.core.canonical import canonical, row_form
from storno.documents.models import Document, Line, TaxSubtotal

FORM = 1

_LINE_COLUMNS = (
    "id",
    "organization_id",
    "document_id",
    "position",
    "quantity",
    "unit",
    "unit_price",
    "includes_tax",
    "discount_percent",
    "tax_category",
    "tax_rate",
    "delivered_on",
    "work",
    "source_kind",
    "source_id",
    "corrects_line_id",
    "amount_minor",
    "net_minor",
    "credited_quantity",
)
_SUBTOTAL_COLUMNS = (
    "id",
    "organization_id",
    "document_id",
    "position",
    "tax_category",
    "tax_rate",
    "includes_tax",
    "net_minor",
    "tax_minor",
)
_DOCUMENT_COLUMNS = (
    "id",
    "organization_id",
    "kind",
    "series_id",
    "sequence",
    "number",
    "draft_id",
    "corrects_id",
    "turn",
    "replaces_id",
    "recipient_id",
    "issued_at",
    "issued_on",
    "issued_by",
    "delivered_on",
    "due_on",
    "currency",
    "language",
    "channel",
    "vat_on",
    "seller",
    "net_minor",
    "tax_minor",
    "payable_minor",
    "payment_account",
    "payment_reference",
    "reason",
    "effect",
    "retain_until",
    "form",
    "personal",
    "previous_seal",
)

COLUMNS: dict[int, Mapping[type[models.Model], Sequence[str]]] = {
    1: {
        Document: _DOCUMENT_COLUMNS,
        Line: _LINE_COLUMNS,
        TaxSubtotal: _SUBTOTAL_COLUMNS,
    }
}
"""The columns of each form. A form that has sealed documents is never changed."""


def seal_of(document: Document, lines: Sequence[Line], subtotals: Sequence[TaxSubtotal]) -> bytes:
    """The seal that belongs to a document; lines and subtotals in their order.

    Raises KeyError for a form that this release does not know.
    """
    columns = COLUMNS[document.form]
    form = {
        "document": row_form(document, columns[Document]),
        "lines": [row_form(line, columns[Line]) for line in lines],
        "tax": [row_form(subtotal, columns[TaxSubtotal]) for subtotal in subtotals],
    }
    return hashlib.sha256(canonical(form)).digest()
