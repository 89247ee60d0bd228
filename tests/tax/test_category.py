"""The codes of the tax categories."""

import pytest

from storno.tax.category import TaxCategory


@pytest.mark.parametrize(
    ("value", "code", "bears_tax"),
    [
        ("standard", "S", True),
        ("zero", "Z", False),
        ("exempt", "E", False),
        ("reverse_charge", "AE", False),
        ("outside_scope", "O", False),
    ],
)
def test_each_category_has_its_code(value: str, code: str, bears_tax: bool) -> None:
    category = TaxCategory(value)
    assert category.code == code
    assert category.bears_tax is bears_tax


def test_there_are_five() -> None:
    assert len(TaxCategory) == 5
