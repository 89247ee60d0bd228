"""KIDs: known ones, both rules again in another form, and slips of the pen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from storno.references.finnish import BadReference
from storno.references.kid import KidAlgorithm, is_kid, kid_of

BASES = st.text("0123456789", min_size=1, max_size=24)


@pytest.mark.parametrize(
    ("base", "mod10", "mod11"),
    [
        ("1234", "12344", "12343"),
        ("60224", "602243", "602248"),
        ("0001001", "00010017", "00010014"),
        ("6", "67", "6-"),
        ("0", "00", "00"),
        ("12 34", "12344", "12343"),
    ],
)
def test_known_kids(base: str, mod10: str, mod11: str) -> None:
    assert kid_of(base, KidAlgorithm.MOD10) == mod10
    assert kid_of(base, KidAlgorithm.MOD11) == mod11
    assert is_kid(mod10, KidAlgorithm.MOD10)
    assert is_kid(mod11, KidAlgorithm.MOD11)


@given(BASES)
def test_the_rules_in_another_form(base: str) -> None:
    assert kid_of(base, KidAlgorithm.MOD10) == base + luhn.calc_check_digit(base)
    check = kid_of(base, KidAlgorithm.MOD11)[-1]
    values = [10 if check == "-" else int(check), *map(int, reversed(base))]
    weights = "1" + "234567" * 4
    assert sum(int(w) * v for w, v in zip(weights, values, strict=False)) % 11 == 0


@given(BASES, st.sampled_from(KidAlgorithm), st.data())
def test_one_wrong_digit_is_always_found(
    base: str, algorithm: KidAlgorithm, data: st.DataObject
) -> None:
    kid = kid_of(base, algorithm)
    at = data.draw(st.integers(0, len(kid) - 1))
    wrong = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != kid[at]))
    assert is_kid(kid, algorithm)
    assert not is_kid(kid[:at] + wrong + kid[at + 1 :], algorithm)


@pytest.mark.parametrize("base", ["", "12a4", "-123", "1.23", "١٢٣٤", "²³¹", "1" * 25, "6-"])
def test_what_is_no_base_is_refused(base: str) -> None:
    for algorithm in KidAlgorithm:
        with pytest.raises(BadReference, match="is not 1-24 digits"):
            kid_of(base, algorithm)
        assert not is_kid(f"{base}-", algorithm)
