"""Creditor references: known ones, and agreement with another implementation of ISO 11649."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649

from storno.references.creditor import (
    creditor_reference,
    is_creditor_reference,
    spaced_in_fours,
)
from storno.references.finnish import BadReference, finnish_reference

BODIES = st.text(string.digits + string.ascii_uppercase, min_size=1, max_size=21)


@pytest.mark.parametrize(
    ("national", "reference"),
    [
        ("1234561", "RF341234561"),
        ("123453", "RF81123453"),
        ("539007547034", "RF18539007547034"),
        ("590738390", "RF66590738390"),
        ("5390 0754 7034", "RF18539007547034"),
    ],
)
def test_known_references(national: str, reference: str) -> None:
    assert creditor_reference(national) == reference
    assert is_creditor_reference(reference)


@given(BODIES)
def test_every_reference_is_valid_elsewhere(body: str) -> None:
    reference = creditor_reference(body)
    assert iso11649.is_valid(reference)
    assert reference[4:] == body
    assert is_creditor_reference(spaced_in_fours(reference))
    assert is_creditor_reference(reference.lower())


@given(BODIES, st.integers(0, 99))
def test_only_one_pair_of_check_digits_is_right(body: str, check: int) -> None:
    right = creditor_reference(body)
    text = f"RF{check:02}{body}"
    assert is_creditor_reference(text) == (text == right)


@given(st.integers(min_value=100, max_value=10**19 - 1))
def test_every_finnish_reference_fits(base: int) -> None:
    national = finnish_reference(base)
    assert creditor_reference(national).endswith(national)


@pytest.mark.parametrize("national", ["", "   ", "1" * 22, "12-3", "ÄÖ", "١٢٣", "²", "\u0131"])
def test_what_cannot_be_embedded_is_refused(national: str) -> None:
    with pytest.raises(BadReference):
        creditor_reference(national)


@pytest.mark.parametrize(
    "text", ["", "RF", "RF34", "RF351234561", "FR341234561", "1234561", "RFAA1234561", "RF34١٢٣"]
)
def test_what_is_no_reference(text: str) -> None:
    assert not is_creditor_reference(text)


def test_it_is_printed_in_fours_from_the_left() -> None:
    assert spaced_in_fours("RF18539007547034") == "RF18 5390 0754 7034"
    assert spaced_in_fours("RF34 1234 561") == "RF34 1234 561"
