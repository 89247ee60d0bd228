"""Reading a CSV file as people have it: in any usual encoding, with any usual separator (pure).

RFC 4180 knows commas and says nothing of encodings; Excel in the North writes semicolons and
Windows-1252. What cannot be read is said in a sentence, of the whole file, before a row is looked
at.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Invalid, Words, invalid
from storno.core.sheet import plain_cell

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 5000
MOST_COLUMNS = 100
LONGEST_CELL = 2000
"""Characters; longer is no address, but a quote that was never closed."""

SEPARATORS = (";", ",", "\t")

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row below the heading. `number` counts as spreadsheets do: the heading is row 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as it was read: what its columns are called, and what stands below."""

    heading: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    separator: str


def decode(content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or Windows-1252. Raises Invalid."""
    if len(content) > MOST_BYTES:
        raise _wrong("too_large", _("The file is larger than 2 MB. Divide it."))
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "")
    for name in [encoding] if encoding else ["utf-8", "cp1252"]:
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
        break
    raise _wrong("not_text", _("This is no CSV file. Save the table as CSV, in UTF-8."))


def read_csv(text: str) -> Sheet:
    """The table of a text. Raises Invalid, about `file`."""
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        rows = list(_rows(reader))
    except csv.Error:
        words = _("A quotation mark is opened or closed in the wrong place near line %(line)d.")
        raise _wrong("unreadable", words % {"line": reader.line_num}) from None
    if not rows:
        raise _wrong("empty", _("The file is empty."))
    heading = rows[0].cells
    if len(rows) == 1:
        raise _wrong("empty", _("There is nothing below the first row, which names the columns."))
    return Sheet(heading, tuple(rows[1:]), separator)


def _rows(reader: Iterator[list[str]]) -> Iterator[SheetRow]:
    """The rows in which something stands. Raises Invalid, csv.Error."""
    found = 0
    for number, cells in enumerate(reader, start=1):
        if len(cells) > MOST_COLUMNS:
            words = _("Row %(row)d has more than 100 columns.") % {"row": number}
            raise _wrong("too_many_columns", words)
        if any(len(cell) > LONGEST_CELL for cell in cells):
            words = _("A cell of row %(row)d is longer than 2,000 characters.") % {"row": number}
            raise _wrong("cell_too_long", words)
        plain = tuple(plain_cell(cell.strip()) for cell in cells)
        if not any(plain):
            continue
        found += 1
        if found > MOST_ROWS + 1:
            raise _wrong("too_many_rows", _("There are more than 5,000 rows. Divide the file."))
        yield SheetRow(number, plain)


def _separator(text: str) -> str:
    """What stands most often in the first line, outside of quotation marks."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = "".join(first.split('"')[::2])
    return max(SEPARATORS, key=bare.count)


def _wrong(code: str, words: Words) -> Invalid:
    return invalid("file", code, words)
