"""OCR giro: what was paid to Norwegian accounts with a KID, in records of 80 signs.

A transmission (records 10 and 89) has assignments (20, 88), these have transactions (30, 31, 32).
Every count and sum is checked before the file has come to its end.

Source: Nets, System Specification OCR giro (records and positions 1 to 80).
"""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from storno.banking.entry import Entry, Statement
from storno.banking.unreadable import Reason, Unreadable
from storno.money.currency import LARGEST_MINOR

FORMAT = "ocr_giro"

_LENGTH = 80
_PAYMENTS = "0900"
"""Service and type of the assignments that are ours; others tell of mandates."""
_MOST_NUMBERS = 10**7
"""Transaction numbers have seven digits."""
_REVERSALS = ("18", "20")

_END_OF_FILE = b" \r\n\x1a"
"""What old machines write behind the last record."""

_START = re.compile(r"NY000010\d{23}.*", re.ASCII)
_BEGIN = re.compile(r"NY(?P<kind>\d{4})20.{9}(?P<number>\d{7})(?P<account>\d{11}).*", re.ASCII)
_AMOUNT = re.compile(
    r"NY09(?P<kind>1\d|2[01])30(?P<number>\d{7})(?P<day>\d{6})(?P<settlement>\d{10})"
    r"(?P<sign>[-0 ])(?P<minor>\d{17})(?P<kid>[ \d]{24}[ \d-]).*",
    re.ASCII,
)
_PAYER = re.compile(r"NY09(?P<kind>\d\d)31(?P<number>\d{7}).{32}(?P<account>[\d ]{11}).*", re.ASCII)
_MESSAGE = re.compile(r"NY09(?P<kind>\d\d)32(?P<number>\d{7})(?P<text>.{40}).*", re.ASCII)
_END = re.compile(
    r"NY(?P<kind>\d{4})(?P<level>8[89])(?P<count>\d{8})(?P<records>\d{8})(?P<minor>\d{17}).*",
    re.ASCII,
)


@dataclass(slots=True)
class _Counted:
    """What has come of a transmission or an assignment."""

    kind: str
    level: str
    records: int = 1
    transactions: int = 0
    minor: int = 0

    def add(self, transactions: int, minor: int) -> None:
        self.transactions += transactions
        self.minor += minor


@dataclass(slots=True)
class _Payment:
    """A transaction, whose records 31 and 32 may still come."""

    kind: str
    number: str
    booked_on: date
    minor: int
    kid: str
    place: str
    account: str = ""
    text: str = ""


@dataclass(slots=True)
class _Assignment:
    """What is paid to one account."""

    number: str
    account: str
    counted: _Counted
    numbers: bytearray = field(default_factory=lambda: bytearray(_MOST_NUMBERS // 8))
    """A bit for each transaction number that has come: a file may have millions."""

    def is_new(self, number: int) -> bool:
        """Whether a transaction number comes for the first time; from now on it has come."""
        byte, bit = number >> 3, 1 << (number & 7)
        is_new = not self.numbers[byte] & bit
        self.numbers[byte] |= bit
        return is_new

    def entry(self, payment: _Payment) -> Entry:
        """A payment as it is booked. The number alone is given again in another settlement."""
        return Entry(
            account=self.account,
            key=f"{payment.place} {self.number} {payment.number} {payment.minor}",
            booked_on=payment.booked_on,
            amount_minor=payment.minor,
            currency="NOK",
            reference=payment.kid,
            text=payment.text,
            party_account=payment.account if payment.account.strip("0") else "",
            is_reversal=payment.kind in _REVERSALS,
        )


def begins_ocr_giro(begin: bytes) -> bool:
    """Whether a file that begins so is a transmission of Nets."""
    return begin.removeprefix(BOM_UTF8).startswith(b"NY000010")


def read_ocr_giro(file: BinaryIO) -> Iterator[Statement | Entry]:
    """Each assignment of payments as a statement, then its payments.

    Raises Unreadable, also after entries have come: counts and sums are known at the end.
    """
    reading = _Reading()
    while raw := file.readline(_LENGTH + 3):
        yield from reading.record(raw)
    reading.close()


class _Reading:
    """One file on its way: at which line it is, and what of it is open."""

    def __init__(self) -> None:
        self._line = 0
        self._whole: _Counted | None = None
        self._assignment: _Assignment | None = None
        self._payment: _Payment | None = None
        self._is_over = False

    def record(self, raw: bytes) -> Iterator[Statement | Entry]:
        """What a line brings to its end."""
        self._line += 1
        if self._is_over:
            if raw.strip(_END_OF_FILE):
                raise self._refuse(Reason.REPEATED, "after record 89")
            return
        record = self._text(raw)
        if self._whole is None:
            if not _START.fullmatch(record):
                raise self._refuse(Reason.BAD_VALUE, "record 10")
            self._whole = _Counted("0000", "89")
            return
        self._whole.records += 1
        if self._assignment is not None:
            yield from self._inside(record, self._whole, self._assignment)
        elif ended := _END.fullmatch(record):
            self._compare(self._whole, ended)
            self._is_over = True
        else:
            self._assignment = self._begin(record)
            if self._assignment.counted.kind == _PAYMENTS:
                yield Statement(FORMAT, self._assignment.number, self._assignment.account, "NOK")

    def close(self) -> None:
        """Nothing more comes. Raises Unreadable."""
        if not self._is_over:
            raise self._refuse(Reason.TRUNCATED)

    def _refuse(self, reason: Reason, what: str = "") -> Unreadable:
        """What is wrong at the line that is being read."""
        return Unreadable(self._line, reason, what)

    def _text(self, raw: bytes) -> str:
        """The record without its end of line. Raises Unreadable."""
        if raw.startswith(BOM_UTF8):
            raise self._refuse(Reason.WRONG_CHARSET)
        record = raw.removesuffix(b"\n").removesuffix(b"\r").decode("latin-1")
        if len(record) != _LENGTH:
            is_cut_off = len(record) < _LENGTH and not raw.endswith(b"\n")
            reason = Reason.TRUNCATED if is_cut_off else Reason.WRONG_LENGTH
            raise self._refuse(reason)
        if not record.isprintable() and not record.replace("\xa0", " ").isprintable():
            raise self._refuse(Reason.WRONG_CHARSET)
        return record

    def _begin(self, record: str) -> _Assignment:
        begun = _BEGIN.fullmatch(record)
        if begun is None:
            raise self._refuse(Reason.BAD_VALUE, "record 20")
        return _Assignment(begun["number"], begun["account"], _Counted(begun["kind"], "88"))

    def _inside(self, record: str, whole: _Counted, assignment: _Assignment) -> Iterator[Entry]:
        """A record of an assignment; of those that are not of payments only the end is read."""
        counted = assignment.counted
        counted.records += 1
        is_ours = counted.kind == _PAYMENTS
        ended = _END.fullmatch(record)
        begun = _AMOUNT.fullmatch(record) if is_ours and not ended else None
        if self._payment and (ended or begun):
            yield assignment.entry(self._payment)
            self._payment = None
        if ended:
            if not is_ours:
                counted.add(int(ended["count"]), int(ended["minor"]))
            self._compare(counted, ended)
            whole.add(counted.transactions, counted.minor)
            self._assignment = None
        elif begun:
            self._payment = self._paid(begun, assignment)
            counted.add(1, self._payment.minor)
        elif is_ours:
            self._more(record, self._payment)

    def _paid(self, found: re.Match[str], assignment: _Assignment) -> _Payment:
        """The payment of a record 30. Of its KID the fill is left out; zeros are part of it."""
        number, day, kid = found["number"], found["day"], found["kid"].strip()
        if not assignment.is_new(int(number)):
            raise self._refuse(Reason.REPEATED, "record 30, transaction number")
        if " " in kid:
            raise self._refuse(Reason.BAD_VALUE, "record 30, KID")
        try:
            booked_on = date(2000 + int(day[4:]), int(day[2:4]), int(day[:2]))
        except ValueError:
            raise self._refuse(Reason.BAD_DAY, "record 30") from None
        minor = int(found["minor"])
        if minor > LARGEST_MINOR:
            raise self._refuse(Reason.BAD_AMOUNT, "record 30")
        return _Payment(
            kind=found["kind"],
            number=number,
            booked_on=booked_on,
            minor=-minor if found["sign"] == "-" else minor,
            kid=kid,
            place=f"{booked_on} {found['settlement']}",
        )

    def _more(self, record: str, payment: _Payment | None) -> None:
        """A record 31 or 32 of the payment that is open. Raises Unreadable."""
        payer, message = _PAYER.fullmatch(record), _MESSAGE.fullmatch(record)
        found = payer or message
        if payment is None or found is None:
            raise self._refuse(Reason.BAD_VALUE, "record 30, 31, 32 or 88")
        if (found["kind"], found["number"]) != (payment.kind, payment.number):
            raise self._refuse(Reason.BAD_VALUE, "transaction number")
        if payer:
            payment.account = payer["account"].strip()
        if message:
            payment.text = " ".join(message["text"].split())

    def _compare(self, counted: _Counted, ended: re.Match[str]) -> None:
        """Compare what has come with what the bank says has come. Raises Unreadable."""
        if (ended["kind"], ended["level"]) != (counted.kind, counted.level):
            raise self._refuse(Reason.BAD_VALUE, f"record {counted.level}")
        if int(ended["records"]) != counted.records:
            raise self._refuse(Reason.WRONG_COUNT, "records")
        if int(ended["count"]) != counted.transactions:
            raise self._refuse(Reason.WRONG_COUNT, "transactions")
        if int(ended["minor"]) != abs(counted.minor):
            raise self._refuse(Reason.WRONG_TOTAL)
