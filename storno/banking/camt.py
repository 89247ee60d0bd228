"""Statements and notifications of ISO 20022 (camt.053, camt.054), read in one pass.

Expat reads them, with nothing between it and this file: it keeps nothing, has types, and says at
which line it is. A document type is refused before anything of it is read, so there are no entities
to expand and nothing to fetch; depth, names, and lengths are bounded.

Most entries are read by the mould of one before them: expat then only says whether they are XML,
which takes a third of the time.

Source: ISO 20022, camt.053.001.02 to .13 and camt.054.001.02 to .13.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pyexpat import ExpatError, ParserCreate, errors
from typing import BinaryIO, NoReturn

from storno.banking.booked import Page
from storno.banking.entry import Entry, Statement
from storno.banking.found import Detail, Found, Misplaced
from storno.banking.mould import Mould, Step, mould_of
from storno.banking.places import Kind, Place, document
from storno.banking.unreadable import Reason, Unreadable

VERSIONS = range(2, 14)

_NAME = re.compile(r"urn:iso:std:iso:20022:tech:xsd:(camt\.05[34]\.001\.([0-9]{2})) Document")
_MESSAGES = {
    "camt.053": ("BkToCstmrStmt", "Stmt"),
    "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}
_CHUNK = 1 << 16
_LONGEST = 1 << 20
"""A tag or a comment of so many bytes is none: expat would keep all of it."""
_DEEPEST = 50
_MOST_NAMES = 5_000
_MOST_SIGNS = 10_000
"""Of one balance, entry or detail: the standard's longest texts come to less."""
_MOST_BALANCES = 100
_MOST_DETAILS = 50_000
"""In one entry: they wait for their sum. Banks send some thousands at the most."""

_MOST_MOULDS = 16
_CHARSETS = {"utf-8", "us-ascii", "iso-8859-1"}
"""Those that expat and Python read alike."""

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
        self._parser.XmlDeclHandler = self._declaration
        self._parser.StartDoctypeDeclHandler = self._document_type
        self._parser.StartNamespaceDeclHandler = self._prefix
        self._parser.EndNamespaceDeclHandler = self._prefix
        self._listen()
        self._charset = "utf-8"
        self._format = ""
        self._places: list[Place] = []
        self._passed_over = 0
        self._written: list[str] = []
        self._behind = 0
        self._currency = ""
        self._found: list[Found] = []
        self._page: Page | None = None
        self._seen: set[tuple[str, str]] = set()
        self._ready: list[Statement | Entry] = []
        self._rest = b""
        self._fed = 0
        self._still = 0
        self._tags = 0
        self._steps: list[Step] = []
        self._moulds: list[Mould] = []
        self._entry_ends = b"</Ntry>"
        self._closers: dict[str, Callable[[Found], None]] = {
            "statement": self._close_statement,
            "balance": self._close_balance,
            "entry": self._close_entry,
            "detail": self._close_detail,
        }

    def feed(self, chunk: bytes, *, is_last: bool = False) -> list[Statement | Entry]:
        """What the next bytes of the file bring to an end."""
        self._ready = []
        written, begin = self._rest + chunk, 0
        while (ends := written.find(self._entry_ends, begin)) >= 0:
            end = ends + len(self._entry_ends)
            self._read_entry(written[begin:end])
            begin = end
        self._rest = written[begin:]
        if is_last or len(self._rest) > _CHUNK:
            self._parse(self._rest, is_last=is_last)
            self._rest = b""
        return self._ready

    def _listen(self) -> None:
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def _parse(self, written: bytes, *, is_last: bool = False) -> None:
        """Have expat read on, and tell what it finds. Raises Unreadable."""
        self._still += len(written)
        try:
            self._parser.Parse(written, is_last)
        except ExpatError as error:
            raise Unreadable(error.lineno, self._reason(error.code, written)) from None
        except (LookupError, ValueError):  # the character set that the file declares
            raise Unreadable(1, Reason.WRONG_CHARSET) from None
        if self._still > _LONGEST or len(self._parser.intern) > _MOST_NAMES:
            self._refuse(Reason.OUT_OF_BOUNDS)
        self._fed += len(written)

    def _read_entry(self, written: bytes) -> None:
        """Read on to the end of an entry: by the mould of one before, else by way of expat."""
        text = self._plain(written)
        for mould in self._moulds if text else ():
            if found := mould.cast(text, self._parser.CurrentLineNumber):
                self._parser.StartElementHandler = self._parser.EndElementHandler = None
                self._still = 0
                self._parse(written)
                self._listen()
                self._close_entry(found)
                return
        self._tags, self._steps = 0, []
        self._parse(written)
        if text and len(self._moulds) < _MOST_MOULDS:
            cast = mould_of(text, self._steps)
            self._moulds += [cast] if cast else []

    def _plain(self, written: bytes) -> str:
        """The text of an entry that begins here in a statement, if it may be read by a mould."""
        is_here = bool(self._places) and self._places[-1].name == "statement"
        if not is_here or self._passed_over or len(written) > _MOST_SIGNS:
            return ""
        if self._charset not in _CHARSETS or self._parser.CurrentByteIndex != self._fed:
            return ""
        try:
            return written.decode(self._charset)
        except UnicodeDecodeError:
            return ""

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

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self._charset = (encoding or self._charset).lower()

    def _prefix(self, prefix: str | None, *_namespace: str) -> None:
        """The same markup means something else from here on."""
        self._moulds.clear()
        if not self._places:
            self._entry_ends = f"</{prefix}:Ntry>".encode() if prefix else b"</Ntry>"

    def _document_type(self, *_declared: object) -> None:
        self._refuse(Reason.DOCUMENT_TYPE)

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._still = 0
        self._tags += 1
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
            self._note(Step(place, len(self._found)))
        elif place.kind is not Kind.OUTER:
            self._written = []
            self._behind = self._tags
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

    def _note(self, step: Step) -> None:
        if len(self._steps) < _MOST_SIGNS:  # no mould has more
            self._steps.append(step)

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
            if self._behind:  # else the text was that of an element in this one
                self._note(Step(place, len(self._found), self._behind, self._currency))
            self._behind = 0
            self._keep(place, " ".join("".join(self._written).split()))
            self._written = []
        if not self._places and not self._seen:
            self._refuse(Reason.MISSING, "/".join(_MESSAGES[self._format[:8]]))

    def _keep(self, place: Place, text: str) -> None:
        """Take down what stands at a place, if anything does. Raises Unreadable."""
        if text and self._page is not None and len(self._found) == 1:
            self._refuse(Reason.REPEATED, place.path)  # after the first entry
        try:
            self._found[-1].keep(place, text, self._currency)
        except Misplaced as why:
            self._refuse(why.reason, place.path)

    def _begin(self, statement: Found) -> Page:
        """The statement in which we are; its head is handed out before its first entry."""
        if self._page is None:
            self._page = Page(self._format, statement)
            seen = self._page.statement.account, self._page.place
            if seen in self._seen:  # its entries would have the keys of others
                self._refuse(Reason.REPEATED, "Id", statement.line)
            self._seen.add(seen)
            self._ready.append(self._page.statement)
        return self._page

    def _close_statement(self, found: Found) -> None:
        self._begin(found).close(self._parser.CurrentLineNumber)
        self._page = None

    def _close_balance(self, found: Found) -> None:
        if self._page is not None:
            self._refuse(Reason.REPEATED, "Bal", found.line)
        balances = self._found[-1].balances
        balances.append(found)
        if len(balances) > _MOST_BALANCES:
            self._refuse(Reason.OUT_OF_BOUNDS, "Bal")

    def _close_entry(self, found: Found) -> None:
        self._ready += self._begin(self._found[-1]).entries(found)

    def _close_detail(self, found: Found) -> None:
        entry = self._found[-1]
        entry.details.append(Detail.of(found))
        if len(entry.details) > _MOST_DETAILS:
            self._refuse(Reason.OUT_OF_BOUNDS, "Ntry/NtryDtls/TxDtls")
