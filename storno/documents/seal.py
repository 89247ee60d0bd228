"""The seal of a document: a hash over its canonical form, chained within its series.

The form is versioned (`Document.form`): a document is checked by the form under which it was
sealed, so that a later form can add columns without breaking old seals. Personal parts enter as
`sha256(salt ‖ parts)`, which cannot be guessed back once the salt is erased.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models

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


def _plain(value: Any) -> Any:
    """A value in its one canonical spelling, the same before it is stored and after."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value


def _canonical(form: Any) -> bytes:
    return json.dumps(form, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _row(instance: models.Model, columns: Iterable[str]) -> dict[str, Any]:
    return {name: _plain(getattr(instance, name)) for name in columns}


def personal_hash(salt: bytes, parts: Mapping[str, Any]) -> bytes:
    """`sha256(salt ‖ parts)`: what the seal knows of the personal parts."""
    return hashlib.sha256(bytes(salt) + _canonical(parts)).digest()


def seal_of(document: Document, lines: Sequence[Line], subtotals: Sequence[TaxSubtotal]) -> bytes:
    """The seal that belongs to a document; lines and subtotals in their order.

    Raises KeyError for a form that this release does not know.
    """
    columns = COLUMNS[document.form]
    form = {
        "document": _row(document, columns[Document]),
        "lines": [_row(line, columns[Line]) for line in lines],
        "tax": [_row(subtotal, columns[TaxSubtotal]) for subtotal in subtotals],
    }
    return hashlib.sha256(_canonical(form)).digest()
