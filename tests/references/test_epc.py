"""The payload of the EPC QR code, on the example of its guidelines and line by line."""

from typing import TypedDict, Unpack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storno.references.epc import MAX_BYTES, BadPayload, epc_payload


class Payment(TypedDict, total=False):
    name: str
    iban: str
    amount_minor: int
    reference: str | None
    text: str
    bic: str
    purpose: str


def payload(**changes: Unpack[Payment]) -> str:
    payment: Payment = {
        "name": "Alice",
        "iban": "FI21 1234 5600 0007 85",
        "amount_minor": 125500,
        "reference": None,
    }
    payment.update(changes)
    return epc_payload(**payment)


def test_the_example_of_the_guidelines() -> None:
    assert epc_payload(
        name="Franz Mustermänn",
        iban="DE71110220330123456789",
        amount_minor=1230,
        reference="RF18 5390 0754 7034",
        bic="BHBLDEHHXXX",
        purpose="GDDS",
    ).split("\n") == [
        "BCD",
        "001",
        "1",
        "SCT",
        "BHBLDEHHXXX",
        "Franz Mustermänn",
        "DE71110220330123456789",
        "EUR12.3",
        "GDDS",
        "RF18539007547034",
    ]


def test_without_a_bic_it_is_version_002() -> None:
    assert payload(reference="RF341234561").split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "",
        "Alice",
        "FI2112345600000785",
        "EUR1255",
        "",
        "RF341234561",
    ]


def test_a_finnish_reference_stands_in_the_text() -> None:
    assert payload(reference="12 34561").split("\n")[7:] == ["EUR1255", "", "", "1234561"]


def test_text_without_reference_is_the_remittance_text() -> None:
    assert payload(text="Invoice 2026-1001").split("\n")[7:] == [
        "EUR1255",
        "",
        "",
        "Invoice 2026-1001",
    ]


@pytest.mark.parametrize("reference", ["RF341234561", "1234561"])
def test_text_beside_a_reference_is_a_note_to_the_payer(reference: str) -> None:
    fields = payload(reference=reference, text="Invoice 2026-1001").split("\n")
    assert len(fields) == 12
    assert reference in fields[9:11]
    assert fields[11] == "Invoice 2026-1001"


def test_neither_text_nor_reference_ends_with_the_amount() -> None:
    assert payload().split("\n")[7:] == ["EUR1255"]


@pytest.mark.parametrize(
    ("amount_minor", "text"),
    [
        (1, "EUR0.01"),
        (10, "EUR0.1"),
        (100, "EUR1"),
        (10000, "EUR100"),
        (123456, "EUR1234.56"),
        (99_999_999_999, "EUR999999999.99"),
    ],
)
def test_amounts(amount_minor: int, text: str) -> None:
    assert payload(amount_minor=amount_minor).split("\n")[7] == text


def test_nobody_can_write_into_the_next_line() -> None:
    fields = payload(name="Alice\nDE71110220330123456789\r\n", text="a\nb\u2028c").split("\n")
    assert fields[5:8] == ["Alice DE71110220330123456789", "FI2112345600000785", "EUR1255"]
    assert fields[10] == "a b c"


def test_the_name_is_cut_to_70_signs() -> None:
    assert payload(name="Ä" * 71).split("\n")[5] == "Ä" * 70


def test_the_name_gives_way_where_the_payload_is_too_large() -> None:
    full = payload(name="\N{MAPLE LEAF}" * 70, text="x" * 140)
    assert len(full.encode()) <= MAX_BYTES
    assert full.split("\n")[5].strip("\N{MAPLE LEAF}") == ""
    assert len(full.encode()) >= MAX_BYTES - 2


@given(st.text(min_size=1, max_size=90).filter(str.strip), st.text(max_size=70))
def test_any_name_and_text_keep_the_form(name: str, text: str) -> None:
    whole = payload(name=name, text=text, reference="RF341234561")
    fields = whole.split("\n")
    assert len(whole.encode()) <= MAX_BYTES
    assert 10 <= len(fields) <= 12
    assert 1 <= len(fields[5]) <= 70
    assert fields[6:8] == ["FI2112345600000785", "EUR1255"]
    assert fields[9] == "RF341234561"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"iban": "FI2112345600000786"}, "is not an account"),
        ({"iban": ""}, "is not an account"),
        ({"amount_minor": 0}, "not between"),
        ({"amount_minor": -1}, "not between"),
        ({"amount_minor": 100_000_000_000}, "not between"),
        ({"bic": "BHBLDE"}, "is not a BIC"),
        ({"bic": "BHBLDEHHXX"}, "is not a BIC"),
        ({"purpose": "GDDSX"}, "is not a purpose code"),
        ({"purpose": "G\nD"}, "is not a purpose code"),
        ({"reference": "RF351234561"}, "neither a creditor reference nor"),
        ({"reference": "1234562"}, "neither a creditor reference nor"),
        ({"text": "x" * 141}, "the text is too long"),
        ({"text": "x" * 71, "reference": "1234561"}, "the text is too long"),
        ({"name": ""}, "the name is empty"),
        ({"name": " \n "}, "the name is empty"),
        ({"text": "\N{MAPLE LEAF}" * 140}, "finds no room"),
    ],
)
def test_what_breaks_a_limit_is_refused(changes: Payment, message: str) -> None:
    with pytest.raises(BadPayload, match=message):
        payload(**changes)


def test_the_longest_text_is_let_in() -> None:
    assert payload(text="x" * 140).endswith("\n" + "x" * 140)
    assert payload(text="x" * 70, reference="1009").endswith("\n1009\n" + "x" * 70)
