"""Finnish reference numbers: known ones, the rule again in another form, and slips of the pen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storno.references.finnish import (
    BadReference,
    finnish_reference,
    is_finnish_reference,
    spaced,
)

BASES = st.integers(min_value=100, max_value=10**19 - 1)


@pytest.mark.parametrize(
    ("base", "reference"),
    [
        ("12345", "123453"),
        ("123456", "1234561"),
        (123456, "1234561"),
        ("1001", "10016"),
        ("55958224329467", "559582243294671"),
        ("12 345", "123453"),
        ("100", "1009"),
    ],
)
def test_known_references(base: str | int, reference: str) -> None:
    assert finnish_reference(base) == reference
    assert is_finnish_reference(reference)


@given(BASES)
def test_the_weighted_sum_with_the_check_digit_is_a_multiple_of_ten(base: int) -> None:
    reference = finnish_reference(base)
    assert reference[:-1] == str(base)
    weights = "1" + "731" * 7
    assert (
        sum(int(w) * int(d) for w, d in zip(weights, reversed(reference), strict=False)) % 10 == 0
    )
    assert is_finnish_reference(reference)
    assert is_finnish_reference(spaced(reference))


@given(BASES, st.data())
def test_one_wrong_digit_is_always_found(base: int, data: st.DataObject) -> None:
    reference = finnish_reference(base)
    at = data.draw(st.integers(0, len(reference) - 1))
    wrong = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != reference[at]))
    assert not is_finnish_reference(reference[:at] + wrong + reference[at + 1 :])


@pytest.mark.parametrize(
    "base", ["12", "", "0123", "12a4", "-123", "1.23", "١٢٣٤", "²³¹", "1" * 20, 99, -123, 10**19]
)
def test_what_is_no_base_is_refused(base: str | int) -> None:
    with pytest.raises(BadReference):
        finnish_reference(base)


@pytest.mark.parametrize(
    "text",
    ["", "123", "1234562", "01234561", "123456l", "RF341234561", "١٢٣٤٥٣", "1234-561", "1" * 21],
)
def test_what_is_no_reference(text: str) -> None:
    assert not is_finnish_reference(text)


@pytest.mark.parametrize(
    ("reference", "printed"),
    [
        ("1009", "1009"),
        ("10016", "10016"),
        ("1234561", "12 34561"),
        ("12 34561", "12 34561"),
        ("559582243294671", "55958 22432 94671"),
    ],
)
def test_it_is_printed_in_fives_from_the_right(reference: str, printed: str) -> None:
    assert spaced(reference) == printed
