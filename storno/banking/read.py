"""The door to what banks send: whatever its format, statements, and behind each its entries."""

from collections.abc import Iterator
from typing import BinaryIO

from storno.banking.camt import begins_camt, read_camt
from storno.banking.entry import Entry, Statement
from storno.banking.ocr_giro import begins_ocr_giro, read_ocr_giro
from storno.banking.unreadable import Reason, Unreadable

_ENOUGH = 1024
"""So many bytes say which format it is."""
_PACKED = b"\x1f\x8b", b"PK\x03\x04"
"""How gzip and ZIP begin."""


def read(file: BinaryIO) -> Iterator[Statement | Entry]:
    """Each statement of a file (open in binary, at its beginning, seekable), then its entries.

    Nothing is kept: memory stays flat however large the file is. What comes is provisional until
    the last of it has come, for a fault at the end refuses the whole file.
    Raises Unreadable with the line and the reason.
    """
    begin = file.read(_ENOUGH)
    file.seek(0)
    if begins_camt(begin):
        return read_camt(file)
    if begins_ocr_giro(begin):
        return read_ocr_giro(file)
    if begin.startswith(_PACKED):
        raise Unreadable(1, Reason.PACKED)
    raise Unreadable(1, Reason.UNKNOWN_FORMAT if begin.strip() else Reason.EMPTY)
