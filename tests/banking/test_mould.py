"""Entries that are written alike are read as expat reads each, faults and lines included."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storno.banking.entry import Entry, Statement
from storno.banking.unreadable import Unreadable
from tests.banking.messages import all_of, amount, detail, entries_of, entry, message, tag
from tests.banking.messages import statement as statement_of
from tests.properties.depth import proof

PARTY = tag("RltdPties", tag("Dbtr", tag("Pty", tag("Nm", "NAME"))))
REFERENCE = tag("RmtInf", tag("Ustrd", "WORDS"), tag("Strd", tag("CdtrRefInf", tag("Ref", "REF"))))
KINDS = [
    "\n" + entry("1.23", detail(PARTY, REFERENCE), bank_id="ID"),
    " \n\n " + entry("1.23", detail(REFERENCE), more="<RvslInd> true </RvslInd>"),
    entry("1.23", detail(amount("1"), PARTY), detail(amount("0.23")), bank_id="ID"),
    entry("1.23", side="DBIT").replace("</Ntry>", "<AddtlNtryInf>WORDS</AddtlNtryInf></Ntry>"),
    entry("1.23", detail("<Refs/>", PARTY, tag("AddtlTxInf", "WORDS"))),
    entry("1.23", detail(PARTY)).replace("<Nm>", '<Nm lang="a &gt; b">'),
    entry("1.23", detail(PARTY)).replace("<Nm>", "<Nm lang='a > b'>"),
    entry("1.23", detail(PARTY)).replace("NAME", "<![CDATA[</Ntry>]]>NA<b>x</b>ME"),
    entry("1.23", detail(PARTY)).replace("<Pty>", '<x:Pty xmlns:x="y">').replace("</P", "</x:P"),
    entry("1.23", detail(PARTY)).replace("</Ntry>", "</Ntry >"),
    "<More><Ntry></Ntry></More>" + entry("1.23", detail(PARTY)),
]
ALONE = "<!-- read alone -->"


def read(entries: list[str]) -> list[Statement | Entry] | tuple[str, int, str]:
    """What is in a file of these entries, or why and where it is refused."""
    try:
        return all_of(message(statement_of(*entries)))
    except Unreadable as why:
        return (why.reason.code, why.line, why.what)


WORDS = st.sampled_from(
    ["", " ", "a  b\n", "\r\n", "&amp;", "&#65;", "<i/>", "ä", "]]", ">", "1.23"]
)
VALUES = st.fixed_dictionaries(
    {
        "NAME": WORDS,
        "WORDS": WORDS,
        "REF": WORDS,
        "ID": st.sampled_from(["", "A", "A", "NONREF"]),
        ">1.23<": st.sampled_from([">1.23<"] * 8 + [">4<", "> 5 <", "><", ">1,0<"]),
        "2026-11-20": st.sampled_from(["2026-11-20"] * 8 + ["2026-11-21", "2026-02-30", "&#50;"]),
        "CRDT": st.sampled_from(["CRDT"] * 8 + ["DBIT", "", "credit"]),
    }
)


def filled(kind: str, values: dict[str, str]) -> str:
    return re.sub("|".join(values), lambda found: values[found[0]], kind)


@given(st.lists(st.tuples(st.sampled_from(KINDS), VALUES), max_size=12))
@proof(150, 4000)
def test_entries_are_read_as_if_each_were_the_first(
    chosen: list[tuple[str, dict[str, str]]],
) -> None:
    entries = [filled(*each) for each in chosen]
    alone = [each.replace("<Sts>", ALONE + "<Sts>") for each in entries]
    assert read(entries) == read(alone)


def test_the_last_of_many_is_refused_at_its_own_line() -> None:
    good = entry("1.00", detail(PARTY), bank_id="ID").replace("<Amt", "\n<Amt") + "\n"
    for wrong, code, line in (
        (good.replace("1.00", "1.00 "), "", 0),
        (good.replace("1.00", "one"), "bad_amount", 25),
        (good.replace("CRDT", "D"), "bad_value", 25),
        (good.replace("2026-11-20", ""), "missing", 24),
        (good.replace("NAME", "N\0ME"), "not_xml", 25),
        (good.replace("NAME", "N]]>ME"), "not_xml", 25),
        (good.replace("NAME", "N&amp;ME"), "", 0),
        (good.replace("NAME", "N&me;"), "not_xml", 25),
        (good.replace("</Amt>", "</Amt"), "not_xml", 25),
        (good.replace("NAME", "N" * 10_001), "out_of_bounds", 25),
    ):
        found = read([*[good] * 10, wrong])
        assert found == read([*[ALONE + good] * 10, ALONE + wrong])
        assert found[:2] == (code, line) if code else len(found) == 12


def test_a_prefix_that_comes_to_mean_something_else_is_heeded() -> None:
    own = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
    named = entry("1.00", detail(PARTY)).replace("<Nm>", "<n:Nm>").replace("</Nm>", "</n:Nm>")
    other = statement_of(named, named).replace("<Stmt>", '<Stmt xmlns:n="other">')
    same = statement_of(named, named, id="S2")
    content = message(other, same).replace(b"<Document ", f'<Document xmlns:n="{own}" '.encode())
    assert [each.party for each in entries_of(content)] == ["", "", "NAME", "NAME"]
    assert [each.party for each in entries_of(content.replace(b'xmlns:n="other"', b""))] == [
        "NAME"
    ] * 4


def test_characters_split_between_chunks_are_whole() -> None:
    many = [entry("1.00", detail(PARTY)).replace("NAME", "ä" * 99 + str(n)) for n in range(999)]
    read_ = entries_of(message(statement_of(*many)))
    assert [each.party for each in read_] == ["ä" * 99 + str(n) for n in range(999)]
    latin = message(statement_of(*many)).decode().replace("UTF-8", "ISO-8859-1").encode("latin-1")
    assert entries_of(latin) == read_
    broken = message(statement_of(*many)).replace("ä998".encode(), b"\xc3998")
    with pytest.raises(Unreadable) as refused:
        all_of(broken)
    assert refused.value.reason.code == "wrong_charset"
