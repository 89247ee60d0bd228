"""OCR giro: every field from its place, every count and sum compared, every fault with its line."""

from datetime import date

import pytest

from storno.banking.account import plain_account
from storno.banking.entry import Entry, Statement
from storno.banking.unreadable import Unreadable
from tests.banking.messages import all_of

ACCOUNT = "15039000083"
PAID = date(2026, 11, 20)


def record(*fields: str) -> str:
    """Fields side by side, filled with zeros as Nets does."""
    return "".join(fields).ljust(80, "0")


def paid(
    number: str, minor: int, kid: str, *, kind: str = "10", sign: str = "0", payer: str = ""
) -> list[str]:
    """A transaction: its records 30 and 31."""
    amount = f"NY09{kind}30{number}", "201126", "0120112345", sign, f"{minor:017}", f"{kid:>25}"
    form = f"NY09{kind}31{number}", "1234567890", "099038562", "1883206", "191126", f"{payer:0>11}"
    return [record(*amount), record(*form)]


def end(kind: str, transactions: int, records: int, minor: int) -> str:
    return record(f"NY{kind}", f"{transactions:08}", f"{records:08}", f"{minor:017}", "201126")


PAYMENTS = [
    record("NY090020", "001008566", "0000299", ACCOUNT),
    *paid("0000001", 102000, "0000531", payer="97104133219"),
    *paid("0000002", 2000, "000000000000000000000012-", kind="18", sign="-"),
    *paid("0000003", 50, "", kind="21"),
    record("NY092132", "0000003", f"{'Blåbær  SA, 4 timer':40}"),
    end("090088", 3, 9, 100050),
]
MANDATES = [
    record("NY212420", "000000000", "0000300", ACCOUNT),
    record("NY219470", "0000001", "1", f"{'55405419':>25}", "J"),
    end("212488", 1, 3, 0),
]
RECORDS = [
    record("NY000010", "00008080", "1170031", "00010200"),
    *PAYMENTS,
    *MANDATES,
    end("000089", 4, 14, 100050),
]


def file(records: list[str], between: str = "\r\n") -> bytes:
    return (between.join(records) + between).encode("latin-1")


READ = [
    Statement("ocr_giro", "0000299", ACCOUNT, "NOK"),
    Entry(
        account=ACCOUNT,
        key="2026-11-20 0120112345 0000299 0000001 102000",
        booked_on=PAID,
        amount_minor=102000,
        currency="NOK",
        reference="0000531",
        party_account="97104133219",
    ),
    Entry(
        account=ACCOUNT,
        key="2026-11-20 0120112345 0000299 0000002 -2000",
        booked_on=PAID,
        amount_minor=-2000,
        currency="NOK",
        reference="000000000000000000000012-",
        is_reversal=True,
    ),
    Entry(
        account=ACCOUNT,
        key="2026-11-20 0120112345 0000299 0000003 50",
        booked_on=PAID,
        amount_minor=50,
        currency="NOK",
        text="Blåbær SA, 4 timer",
    ),
]


def test_payments_are_read_and_mandates_counted() -> None:
    assert all_of(file(RECORDS)) == READ
    assert all_of(file(RECORDS, "\n").rstrip()) == READ
    assert all_of(file([*RECORDS, "", " \x1a"])) == READ


def test_a_norwegian_account_is_the_same_in_every_file() -> None:
    written = ("NO83 1503 9000 083", "no8315039000083", ACCOUNT, "1503 90 00083")
    assert {plain_account(each) for each in written} == {ACCOUNT}
    assert plain_account("FI21 1234 5600 0007 85") == "FI2112345600000785"


@pytest.mark.parametrize(
    ("was", "becomes", "code", "line"),
    [
        ("0" * 12 + "102000", "0" * 12 + "102001", "wrong_total", 10),
        (end("090088", 3, 9, 100050), end("090088", 4, 9, 100050), "wrong_count", 10),
        (end("090088", 3, 9, 100050), end("090088", 3, 8, 100050), "wrong_count", 10),
        (end("212488", 1, 3, 0), end("212488", 1, 4, 0), "wrong_count", 13),
        (end("212488", 1, 3, 0), end("090088", 1, 3, 0), "bad_value", 13),
        (end("000089", 4, 14, 100050), end("000089", 3, 14, 100050), "wrong_count", 14),
        (end("000089", 4, 14, 100050), end("000089", 4, 13, 100050), "wrong_count", 14),
        (end("000089", 4, 14, 100050), end("000089", 4, 14, 100051), "wrong_total", 14),
        ("NY000010", "NY000010X", "wrong_length", 1),
        ("NY00001000008080", "NY000010A0008080", "bad_value", 1),
        ("NY090020", "NY090021", "bad_value", 2),
        ("NY091030", "NY092230", "bad_value", 3),
        ("NY0910300000001201126", "NY0910300000001310226", "bad_day", 3),
        ("0000531", "00 0531", "bad_value", 3),
        ("0000531", "KID 531", "bad_value", 3),
        (f"{102000:017}", "9" * 17, "bad_amount", 3),
        ("NY0910310000001", "NY0910310000002", "bad_value", 4),
        ("NY0918300000002", "NY0918300000001", "repeated", 5),
        ("Blåbær", "Blå\0ær", "wrong_charset", 9),
        ("Blåbær", "Blå\x98ær", "wrong_charset", 9),
        ("Blåbær", "Blåb\nr", "wrong_length", 9),
        ("NY000089", "NY000088", "bad_value", 14),
    ],
)
def test_a_broken_file_is_refused_with_line_and_reason(
    was: str, becomes: str, code: str, line: int
) -> None:
    content = file(RECORDS)
    broken = content.replace(was.encode("latin-1"), becomes.encode("latin-1"), 1)
    assert broken != content
    with pytest.raises(Unreadable) as refused:
        all_of(broken)
    assert (refused.value.reason.code, refused.value.line) == (code, line)


def test_a_file_without_a_record_or_with_one_twice_is_refused() -> None:
    for place in range(len(RECORDS)):
        for wrong in (
            RECORDS[:place] + RECORDS[place + 1 :],
            RECORDS[: place + 1] + RECORDS[place:],
        ):
            with pytest.raises(Unreadable):
                all_of(file(wrong))


def test_a_file_cut_anywhere_or_in_another_charset_is_refused() -> None:
    content = file(RECORDS).rstrip()
    for end_ in range(8, len(content), 7):
        with pytest.raises(Unreadable) as refused:
            all_of(content[:end_])
        assert refused.value.reason.code == "truncated", end_
    for wrong, code in (
        (content.decode("latin-1").encode(), "wrong_length"),
        (content.decode("latin-1").encode("utf-8-sig"), "wrong_charset"),
        (content.decode("latin-1").encode("utf-16"), "not_xml"),
        (content.decode("latin-1").encode("utf-16-be"), "unknown_format"),
        (b"\x1f\x8b\x08" + content, "packed"),
        (b"PK\x03\x04" + content, "packed"),
        (content + b"\r\n" + content, "repeated"),
        (b"NY000010" + b"0" * 10_000_000, "wrong_length"),
    ):
        with pytest.raises(Unreadable) as refused:
            all_of(wrong)
        assert refused.value.reason.code == code
    with pytest.raises(Unreadable) as refused:
        all_of(b"NY000010")
    assert refused.value.line == 1
