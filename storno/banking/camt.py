"""Statements and notifications of ISO 20022 (camt.053, camt.054), read in one pass.

Expat reads them, with nothing between it and this file: it keeps nothing, has types, and says at
which line it is. A document type is refused before anything of it is read, so there are no entities
to expand and nothing to fetch; depth, names, and lengths are bounded.

Source: ISO 20022, camt.053.001.02 to .13 and camt.054.001.02 to .13.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pyexpat import ExpatError, ParserCreate, errors
from typing import BinaryIO, NoReturn

from storno.banking.amount import NoAmount, read_amount
from storno.banking.booked import Detail, Found, Page
from storno.banking.entry import Entry, Statement
from storno.banking.places import Kind, Place, document
from storno.banking.unreadable import Reason, Unreadable

VERSIONS = range(2, 14)

_NAME = re.compile(r"urn:iso:std:iso:20022:tech:xsd:(camt\.05[34]\.001\.([0-9]{2})) Document")
_MESSAGES = {
    "camt.053": ("BkToCstmrStmt", "Stmt"),
    "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9:.]+)?(Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII)
_CHOICES = {
    "side": ("CRDT", "DBIT"),
    "is_reversal": ("true", "false", "1", "0"),
    "is_last": ("true", "false", "1", "0"),
}

_CHUNK = 1 << 16
_LONGEST = 16
"""A tag or a comment over so many chunks (1 MB) is none: expat would keep all of it."""
_DEEPEST = 50
_MOST_NAMES = 5_000
_MOST_SIGNS = 10_000
"""Of one balance, entry or detail: the standard's longest texts come to less."""
_MOST_DETAILS = 50_000
"""In one entry: they wait for their sum. Banks send some thousands at the most."""

_CUT_OFF = {
    errors.codes[each]
    for each in (
        errors.XML_ERROR_NO_ELEMENTS,
        errors.XML_ERROR_UNCLOSED_TOKEN,
        errors.XML_ERROR_PARTIAL_CHAR,
        errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
_ENCODING = {
    errors.codes[each]
    for each in (errors.XML_ERROR_UNKNOWN_ENCODING, errors.XML_ERROR_INCORRECT_ENCODING)
}


def begins_camt(begin: bytes) -> bool:
    """Whether a file that begins so may be XML, in any of the character sets that XML has."""
    return begin.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\xff\xfe", b"\xfe\xff"))


def read_camt(file: BinaryIO) -> Iterator[Statement | Entry]:
    """Each statement, then its booked entries, as they stand in the file.

    An entry of several transactions comes as these where they add up to it, else as itself.
    Raises Unreadable, also after entries have come: the sums are known at the end.
    """
    reading = _Reading()
    while chunk := file.read(_CHUNK):
        yield from reading.feed(chunk)
    yield from reading.feed(b"", is_last=True)


class _Reading:
    """One file on its way through expat: where it is, and what has been found there."""

    def __init__(self) -> None:
        self._parser = ParserCreate(None, " ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._document_type
        self._format = ""
        self._places: list[Place] = []
        self._passed_over = 0
        self._written: list[str] = []
        self._currency = ""
        self._found: list[Found] = []
        self._page: Page | None = None
        self._is_any = False
        self._ready: list[Statement | Entry] = []
        self._fed = 0
        self._still = 0
        self._closers: dict[str, Callable[[Found], None]] = {
            "statement": self._close_statement,
            "balance": self._close_balance,
            "entry": self._close_entry,
            "detail": self._close_detail,
        }

    def feed(self, chunk: bytes, *, is_last: bool = False) -> list[Statement | Entry]:
        """What the next bytes of the file bring to an end."""
        self._ready = []
        self._still += 1
        try:
            self._parser.Parse(chunk, is_last)
        except ExpatError as error:
            raise Unreadable(error.lineno, self._reason(error.code, chunk)) from None
        except (LookupError, ValueError):  # the character set that the file declares
            raise Unreadable(1, Reason.WRONG_CHARSET) from None
        if self._still > _LONGEST or len(self._parser.intern) > _MOST_NAMES:
            self._refuse(Reason.OUT_OF_BOUNDS)
        self._fed += len(chunk)
        return self._ready

    def _reason(self, code: int, chunk: bytes) -> Reason:
        if code in _ENCODING:
            return Reason.WRONG_CHARSET
        if code in _CUT_OFF:
            return Reason.TRUNCATED
        at = self._parser.ErrorByteIndex - self._fed
        is_text = not 0 <= at < len(chunk) or chunk[at] < 0x80
        return Reason.NOT_XML if is_text else Reason.WRONG_CHARSET

    def _refuse(self, reason: Reason, what: str = "", line: int = 0) -> NoReturn:
        raise Unreadable(line or self._parser.CurrentLineNumber, reason, what)

    def _document_type(self, *_declared: object) -> None:
        self._refuse(Reason.DOCUMENT_TYPE)

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._still = 0
        if not self._places:
            self._places.append(self._document(tag))
            return
        place = None if self._passed_over else self._places[-1].inner.get(tag)
        if place is None:
            self._passed_over += 1
            if self._passed_over > _DEEPEST:
                self._refuse(Reason.OUT_OF_BOUNDS)
            return
        self._places.append(place)
        if place.kind is Kind.GROUP:
            self._found.append(Found(self._parser.CurrentLineNumber))
        elif place.kind is not Kind.OUTER:
            self._written = []
            self._parser.CharacterDataHandler = self._text
            self._currency = attributes.get("Ccy", "") if place.kind is Kind.AMOUNT else ""

    def _document(self, tag: str) -> Place:
        """What is read in the document that begins with a tag."""
        named = _NAME.fullmatch(tag)
        if named is None:
            self._refuse(Reason.UNKNOWN_FORMAT)
        if int(named[2]) not in VERSIONS:
            self._refuse(Reason.UNKNOWN_VERSION)
        self._format = named[1]
        return document(tag.partition(" ")[0], *_MESSAGES[self._format[:8]])

    def _text(self, text: str) -> None:
        self._still = 0
        if self._passed_over:
            return
        self._written.append(text)
        found = self._found[-1]
        found.signs += len(text)
        if found.signs > _MOST_SIGNS:
            self._refuse(Reason.OUT_OF_BOUNDS, self._places[-1].path)

    def _end(self, _tag: str) -> None:
        self._still = 0
        if self._passed_over:
            self._passed_over -= 1
            return
        place = self._places.pop()
        if place.kind is Kind.GROUP:
            self._closers[place.name](self._found.pop())
        elif place.kind is not Kind.OUTER:
            self._parser.CharacterDataHandler = None
            text = " ".join("".join(self._written).split())
            self._written = []
            if text or place.kind is Kind.AMOUNT:
                self._keep(place, text)
        if not self._places and not self._is_any:
            self._refuse(Reason.MISSING, "/".join(_MESSAGES[self._format[:8]]))

    def _keep(self, place: Place, text: str) -> None:
        """Take down what stands at a place. Raises Unreadable."""
        found = self._found[-1]
        if place.kind is Kind.TEXTS:
            found.more.setdefault(place.name, []).append(text)
            return
        is_late = self._page is not None and len(self._found) == 1
        if is_late or not found.takes(place.name):
            self._refuse(Reason.REPEATED, place.path)
        if place.kind is Kind.AMOUNT:
            try:
                found.amounts[place.name] = read_amount(text, self._currency), self._currency
            except NoAmount:
                self._refuse(Reason.BAD_AMOUNT, place.path)
        elif place.kind is Kind.DAY:
            found.days[place.name] = self._read_day(place, text)
        elif text in _CHOICES.get(place.name, (text,)):
            found.texts[place.name] = text
        else:
            self._refuse(Reason.BAD_VALUE, place.path)

    def _read_day(self, place: Place, text: str) -> date:
        """The day that is written, alone or in a moment; its zone is the bank's."""
        written = _DAY.fullmatch(text)
        try:
            return date.fromisoformat(written[1] if written else "")
        except ValueError:
            self._refuse(Reason.BAD_DAY, place.path)

    def _begin(self, statement: Found) -> Page:
        """The statement in which we are; its head is handed out before its first entry."""
        if self._page is None:
            self._page = Page(self._format, statement)
            self._is_any = True
            self._ready.append(self._page.statement)
        return self._page

    def _close_statement(self, found: Found) -> None:
        self._begin(found).close(self._parser.CurrentLineNumber)
        self._page = None

    def _close_balance(self, found: Found) -> None:
        if self._page is not None:
            self._refuse(Reason.REPEATED, "Bal", found.line)
        self._found[-1].balances.append(found)

    def _close_entry(self, found: Found) -> None:
        self._ready += self._begin(self._found[-1]).entries(found)

    def _close_detail(self, found: Found) -> None:
        entry = self._found[-1]
        entry.details.append(Detail.of(found))
        if len(entry.details) > _MOST_DETAILS:
            self._refuse(Reason.OUT_OF_BOUNDS, "Ntry/NtryDtls/TxDtls")
