"""Lines as entered: their totals, and what is wrong with each field."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from storno.core.refusals import Invalid
from storno.documents.content import LineInput, check_lines, total_up
from storno.organizations.models import Seller, Settings
from storno.organizations.queries import Circumstances
from storno.tax.category import TaxCategory
from tests.world import line

TODAY = date(2026, 6, 16)


def circumstances(**more: Any) -> Circumstances:
    """A registered Finnish seller with everything closed that customer service opens."""
    seller = Seller(country=more.pop("country", "FI"), vat_registered=True)
    settings = Settings()
    for name, value in more.items():
        setattr(seller if name == "vat_registered" else settings, name, value)
    return Circumstances(seller, settings, TODAY)


def errors(*lines: LineInput, **more: Any) -> list[str]:
    try:
        check_lines(lines, circumstances(**more), on=TODAY)
    except Invalid as wrong:
        return [f"{error.field}: {error.code}" for error in wrong.errors]
    return []


def changed(**fields: Any) -> LineInput:
    return replace(line(), **fields)


def test_totals_per_group() -> None:
    """Three of 3.35 at 25.5 %: tax of the group 2.56, not three times 0.85."""
    totals = total_up([line("3.35")] * 3 + [line("100.00", gross=True)])
    assert totals.amounts == (335, 335, 335, 10_000)
    assert [(group.net_minor, group.tax_minor) for group in totals.breakdown.groups] == [
        (1_005, 256),
        (7_968, 2_032),
    ]
    assert totals.breakdown.payable_minor == 11_261


def test_an_amount_is_rounded_once_after_the_discount() -> None:
    """7.5 × 80.05 less 12.5 % = 525.328125."""
    assert total_up([line("80.05", "7.5", discount="12.5")]).amounts == (52_533,)


def test_nothing_adds_up_to_nothing() -> None:
    assert total_up([]).breakdown.payable_minor == 0


def test_a_line_without_a_day_is_delivered_on_that_of_the_draft() -> None:
    fourteen, own = line(rate=Decimal(14)), date(2025, 12, 31)
    check_lines([fourteen], circumstances(), on=own)
    with pytest.raises(Invalid) as wrong:
        check_lines([fourteen, replace(fourteen, delivered_on=own)], circumstances(), on=TODAY)
    assert [(error.field, error.code) for error in wrong.value.errors] == [
        ("lines.0.tax_rate", "rate_not_in_force")
    ]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"description": " \n"}, "description: required"),
        ({"description": "x" * 301}, "description: too_long"),
        ({"description": "a\x07b"}, "description: unprintable"),
        ({"description": "\u202egnp.exe"}, "description: unprintable"),
        ({"unit": "x" * 21}, "unit: too_long"),
        ({"quantity": Decimal(0)}, "quantity: not_positive"),
        ({"quantity": Decimal(-1)}, "quantity: negative"),
        ({"quantity": Decimal("NaN")}, "quantity: not_a_number"),
        ({"quantity": Decimal("sNaN")}, "quantity: not_a_number"),
        ({"quantity": Decimal("Infinity")}, "quantity: not_a_number"),
        ({"quantity": Decimal("1E+400")}, "quantity: too_large"),
        ({"quantity": Decimal("10000000")}, "quantity: too_large"),
        ({"quantity": Decimal("0.00001")}, "quantity: too_many_decimals"),
        ({"unit_price": Decimal("-0.01")}, "unit_price: negative"),
        ({"unit_price": Decimal("100000000")}, "unit_price: too_large"),
        ({"unit_price": Decimal("1.00001")}, "unit_price: too_many_decimals"),
        ({"discount_percent": Decimal("100.01")}, "discount_percent: too_large"),
        ({"discount_percent": Decimal(-1)}, "discount_percent: negative"),
        ({"discount_percent": Decimal("0.001")}, "discount_percent: too_many_decimals"),
        ({"work": "play"}, "work: unknown"),
        ({"delivered_on": date(2012, 12, 31)}, "delivered_on: out_of_range"),
        ({"delivered_on": date(2030, 1, 1)}, "delivered_on: out_of_range"),
        ({"tax_rate": None}, "tax_rate: required"),
        ({"tax_rate": Decimal(24)}, "tax_rate: rate_not_in_force"),
        ({"tax_rate": Decimal(0)}, "tax_rate: rate_not_in_force"),
        ({"tax_rate": Decimal("NaN")}, "tax_rate: rate_not_in_force"),
        ({"tax_rate": Decimal("sNaN")}, "tax_rate: rate_not_in_force"),
        ({"tax_category": TaxCategory.EXEMPT}, "tax_rate: no_rate_here"),
    ],
)
def test_a_wrong_field_is_named(fields: dict[str, Any], error: str) -> None:
    assert errors(line(), changed(**fields)) == [f"lines.1.{error}"]


@pytest.mark.parametrize(
    "fields",
    [
        {"quantity": Decimal("0.0001")},
        {"quantity": Decimal("9999999.9999"), "unit_price": Decimal("0.01")},
        {"unit_price": Decimal(0)},
        {"unit_price": Decimal("1.00000"), "quantity": Decimal("1.50000000")},
        {"discount_percent": Decimal(100)},
        {"description": "Työ 🛠 – עבודה", "unit": ""},
        {"tax_rate": Decimal("25.50")},
        {"tax_rate": Decimal(24), "delivered_on": date(2024, 8, 31)},
        {"tax_rate": Decimal(14), "delivered_on": date(2025, 12, 31)},
        {"tax_rate": Decimal("13.5"), "delivered_on": date(2026, 1, 1)},
        {"tax_category": TaxCategory.EXEMPT, "tax_rate": None},
        {"tax_category": TaxCategory.OUTSIDE_SCOPE, "tax_rate": Decimal(0)},
    ],
)
def test_what_is_right(fields: dict[str, Any]) -> None:
    assert errors(changed(**fields)) == []


def test_the_rate_is_that_of_the_delivery_day() -> None:
    """14 % ended with 2025: the same line is right the day before and wrong the day after."""
    fourteen = changed(tax_rate=Decimal(14))
    assert errors(replace(fourteen, delivered_on=date(2025, 12, 31))) == []
    assert errors(replace(fourteen, delivered_on=date(2026, 1, 1))) == [
        "lines.0.tax_rate: rate_not_in_force"
    ]


@pytest.mark.parametrize(
    ("category", "setting"),
    [
        (TaxCategory.ZERO, "zero_rate_open"),
        (TaxCategory.REVERSE_CHARGE, "reverse_charge_open"),
    ],
)
def test_what_customer_service_opens_is_closed_until_then(
    category: TaxCategory, setting: str
) -> None:
    asked = changed(tax_category=category, tax_rate=None)
    assert errors(asked) == ["lines.0.tax_category: category_closed"]
    assert errors(asked, **{setting: True}) == []


def test_a_seller_outside_the_register_shows_no_vat() -> None:
    assert errors(line(), vat_registered=False) == ["lines.0.tax_category: not_vat_registered"]
    assert errors(line(category=TaxCategory.OUTSIDE_SCOPE), vat_registered=False) == []


def test_norway_has_its_own_rates() -> None:
    assert errors(line(rate=Decimal(25)), country="NO") == []
    assert errors(line(rate=Decimal("25.5")), country="NO") == [
        "lines.0.tax_rate: rate_not_in_force"
    ]


def test_every_wrong_line_is_named() -> None:
    assert errors(line("-1"), line(), line(quantity="-1", rate=Decimal(24))) == [
        "lines.0.unit_price: negative",
        "lines.2.quantity: negative",
        "lines.2.tax_rate: rate_not_in_force",
    ]


def test_at_most_500_lines() -> None:
    assert errors(*[line("1")] * 500) == []
    assert errors(*[line("1")] * 501) == ["lines: too_many_lines"]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([line("99999999.99", "10", category=TaxCategory.OUTSIDE_SCOPE)], []),
        (
            [line("99999999.99", "10", category=TaxCategory.OUTSIDE_SCOPE), line("0.10")],
            ["lines: total_too_large"],
        ),
        ([line("99999999.99", "10")], ["lines: total_too_large"]),
        ([line("99999999.9999", "9999999.9999")], ["lines: total_too_large"]),
    ],
    ids=["fits", "a little too large", "with tax too large", "beyond every amount"],
)
def test_the_largest_total_is_that_of_an_epc_code(lines: list[LineInput], found: list[str]) -> None:
    assert errors(*lines) == found
