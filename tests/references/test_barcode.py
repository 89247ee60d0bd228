"""The 54 digits of the Finnish bank bar code, on the examples of its guide and field by field."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storno.references.barcode import BadBarcode, finnish_barcode
from storno.references.creditor import creditor_reference
from storno.references.finnish import finnish_reference

ACCOUNT = "FI2112345600000785"
BASES = st.integers(min_value=100, max_value=10**19 - 1)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def test_version_4_carries_a_finnish_reference() -> None:
    assert (
        finnish_barcode(
            iban="FI58 1017 1000 0001 22",
            amount_minor=48299,
            reference="55958 22432 94671",
            due_on=date(2012, 1, 31),
        )
        == "458101710000001220004829900000000559582243294671120131"
    )


def test_version_5_carries_a_creditor_reference() -> None:
    assert (
        finnish_barcode(
            iban="FI3936363002092492",
            amount_minor=103,
            reference="RF66 5907 3839 0",
            due_on=date(2023, 3, 11),
        )
        == "539363630020924920000010366000000000000590738390230311"
    )


@given(BASES, st.integers(0, 99_999_999), DAYS)
def test_every_field_is_in_its_place(base: int, amount: int, due_on: date) -> None:
    national = finnish_reference(base)
    code = finnish_barcode(iban=ACCOUNT, amount_minor=amount, reference=national, due_on=due_on)
    assert len(code) == 54
    assert code[:17] == "4" + ACCOUNT[2:]
    assert int(code[17:23]) * 100 + int(code[23:25]) == amount
    assert code[25:28] == "000"
    assert code[28:48].lstrip("0") == national
    assert code[48:] == due_on.strftime("%y%m%d")

    embedded = creditor_reference(national)
    code_5 = finnish_barcode(iban=ACCOUNT, amount_minor=amount, reference=embedded, due_on=due_on)
    assert len(code_5) == 54
    assert code_5[0] == "5"
    assert code_5[1:25] + code_5[48:] == code[1:25] + code[48:]
    assert "RF" + code_5[25:27] + code_5[27:48].lstrip("0") == embedded


def test_what_does_not_fit_is_left_to_the_payer() -> None:
    def code(amount_minor: int) -> str:
        return finnish_barcode(
            iban=ACCOUNT, amount_minor=amount_minor, reference="1009", due_on=None
        )

    assert code(99_999_999)[17:25] == "99999999"
    assert code(100_000_000)[17:25] == "00000000"
    assert code(0)[17:25] == "00000000"
    assert code(0)[48:] == "000000"


@pytest.mark.parametrize(
    ("iban", "amount_minor", "reference", "message"),
    [
        ("DE71110220330123456789", 100, "1009", "is not a Finnish account"),
        ("FI2112345600000786", 100, "1009", "is not a Finnish account"),
        ("FI21123456000007", 100, "1009", "is not a Finnish account"),
        ("", 100, "1009", "is not a Finnish account"),
        (ACCOUNT, -1, "1009", "is negative"),
        (ACCOUNT, 100, "1008", "no reference that a bar code can carry"),
        (ACCOUNT, 100, "RF00590738390", "no reference that a bar code can carry"),
        (ACCOUNT, 100, "", "no reference that a bar code can carry"),
    ],
)
def test_other_payments_are_refused(
    iban: str, amount_minor: int, reference: str, message: str
) -> None:
    with pytest.raises(BadBarcode, match=message):
        finnish_barcode(iban=iban, amount_minor=amount_minor, reference=reference, due_on=None)


def test_a_creditor_reference_with_letters_is_refused() -> None:
    with pytest.raises(BadBarcode):
        finnish_barcode(
            iban=ACCOUNT, amount_minor=100, reference=creditor_reference("A123"), due_on=None
        )
