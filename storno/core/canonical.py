"""The one spelling of a row, so that its hash is the same before it is stored and after.

JSON (RFC 8259) with sorted keys and no blanks, in UTF-8. Hashes of the trade are formed over it.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID


def _bytes(value: bytes | memoryview) -> str:
    return bytes(value).hex()


_SPELLINGS: dict[type, Callable[[Any], str]] = {
    Decimal: lambda value: format(value.normalize(), "f"),
    datetime: lambda value: value.astimezone(UTC).isoformat(),
    date: date.isoformat,
    UUID: str,
    bytes: _bytes,
    memoryview: _bytes,
}

_spell = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


def plain(value: Any) -> Any:
    """A value as JSON knows it: 2.50 and 2.5 are one number, a moment is in UTC, bytes are hex."""
    spelling = _SPELLINGS.get(type(value))
    return value if spelling is None else spelling(value)


def row_form(row: object, columns: Iterable[str]) -> dict[str, Any]:
    """The named columns of a row, each in its one spelling."""
    return {name: plain(getattr(row, name)) for name in columns}


def canonical(form: Any) -> bytes:
    """A form of plain values in its one spelling."""
    return _spell(form).encode()


def salted_hash(salt: bytes | memoryview, form: Any) -> bytes:
    """`sha256(salt ‖ form)`: with the salt gone, it cannot be guessed back what was hashed."""
    return hashlib.sha256(bytes(salt) + canonical(form)).digest()
