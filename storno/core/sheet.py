"""Sheets: rows as CSV (RFC 4180) in UTF-8 with its mark, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, TextIO

Row = Sequence[str]

IN_MEMORY = 1024 * 1024
"""Bytes of a file that are held in memory; longer ones go to disk."""

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell beginning with one of these is run by spreadsheets; an apostrophe keeps it text."""


def safe_cell(text: str) -> str:
    """A text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text


def plain_cell(cell: str) -> str:
    """The text of a cell, without the apostrophe that kept it from being a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_BEGINS_A_FORMULA) else cell


def write_rows(file: TextIO, rows: Iterable[Row], *, separator: str = ",") -> None:
    """Write rows whose cells are safe already."""
    csv.writer(file, delimiter=separator).writerows(rows)


def sheet_of(rows: Iterable[Row], *, separator: str = ",") -> IO[bytes]:
    """The rows in a file of its own, on disk once it is long, which is gone once it is closed."""
    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 whoever sends it closes it
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    write_rows(text, rows, separator=separator)
    text.detach()
    file.seek(0)
    return file
