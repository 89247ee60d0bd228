"""Sheets: rows as CSV (RFC 4180) in UTF-8 with its mark, safe to open in a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import TextIO

Row = Sequence[str]

_BEGINS_A_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""A cell beginning like this is run by spreadsheets; a further apostrophe keeps it text.

One that has its apostrophes already gets another, so that reading it back takes only ours away.
"""


def safe_cell(text: str) -> str:
    """A text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _BEGINS_A_FORMULA.match(text) else text


def plain_cell(cell: str) -> str:
    """The text of a cell, without the apostrophe that kept it from being a formula."""
    return cell[1:] if cell[:1] == "'" and _BEGINS_A_FORMULA.match(cell) else cell


def write_rows(file: TextIO, rows: Iterable[Row], *, separator: str = ",") -> None:
    """Write rows whose cells are safe already."""
    csv.writer(file, delimiter=separator).writerows(rows)


def sheet_of(rows: Iterable[Row], *, separator: str = ",") -> bytes:
    """The rows as a file: whole before anything of it leaves, and nothing to be closed."""
    text = io.StringIO(newline="")
    write_rows(text, rows, separator=separator)
    return text.getvalue().encode("utf-8-sig")
