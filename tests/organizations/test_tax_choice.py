"""Which tax may stand on a line."""

from datetime import date
from decimal import Decimal

import pytest

from storno.organizations.models import Seller, Settings
from storno.organizations.tax_choice import categories_open, tax_errors
from storno.tax.category import TaxCategory

REGISTERED = Seller(country="FI", vat_registered=True)
UNREGISTERED = Seller(country="FI", vat_registered=False)
CLOSED = Settings(zero_rate_open=False, reverse_charge_open=False)
OPEN = Settings(zero_rate_open=True, reverse_charge_open=True)


@pytest.mark.parametrize(
    ("category", "rate", "seller", "settings", "wrong"),
    [
        ("standard", "25.5", REGISTERED, CLOSED, []),
        ("standard", "13.50", REGISTERED, CLOSED, []),
        ("standard", "14", REGISTERED, CLOSED, [("tax_rate", "rate_not_in_force")]),
        ("standard", "NaN", REGISTERED, CLOSED, [("tax_rate", "rate_not_in_force")]),
        ("standard", "sNaN", REGISTERED, CLOSED, [("tax_rate", "rate_not_in_force")]),
        ("standard", "-25.5", REGISTERED, CLOSED, [("tax_rate", "rate_not_in_force")]),
        ("standard", None, REGISTERED, CLOSED, [("tax_rate", "required")]),
        ("standard", "25.5", UNREGISTERED, OPEN, [("tax_category", "not_vat_registered")]),
        ("zero", None, UNREGISTERED, OPEN, [("tax_category", "not_vat_registered")]),
        ("reverse_charge", None, UNREGISTERED, OPEN, [("tax_category", "not_vat_registered")]),
        ("exempt", None, UNREGISTERED, CLOSED, []),
        ("exempt", "25.5", UNREGISTERED, CLOSED, [("tax_rate", "no_rate_here")]),
        ("exempt", "25.5", REGISTERED, CLOSED, [("tax_rate", "no_rate_here")]),
        ("outside_scope", None, UNREGISTERED, CLOSED, []),
        ("zero", None, REGISTERED, CLOSED, [("tax_category", "category_closed")]),
        ("zero", "0", REGISTERED, OPEN, []),
        ("reverse_charge", None, REGISTERED, CLOSED, [("tax_category", "category_closed")]),
        ("reverse_charge", None, REGISTERED, OPEN, []),
    ],
)
def test_choices(
    category: str,
    rate: str | None,
    seller: Seller,
    settings: Settings,
    wrong: list[tuple[str, str]],
) -> None:
    errors = tax_errors(
        TaxCategory(category),
        None if rate is None else Decimal(rate),
        seller=seller,
        settings=settings,
        on=date(2026, 6, 16),
    )
    assert [(error.field, error.code) for error in errors] == wrong


@pytest.mark.parametrize(
    ("seller", "settings", "closed"),
    [
        (REGISTERED, OPEN, set()),
        (REGISTERED, CLOSED, {"zero", "reverse_charge"}),
        (UNREGISTERED, OPEN, {"standard", "zero", "reverse_charge"}),
        (UNREGISTERED, CLOSED, {"standard", "zero", "reverse_charge"}),
    ],
)
def test_what_is_open(seller: Seller, settings: Settings, closed: set[str]) -> None:
    """Outside the register no setting opens what speaks of VAT (merverdiavgiftsloven § 15-11)."""
    assert categories_open(seller, settings) == set(TaxCategory) - closed


@pytest.mark.parametrize(
    ("contact", "way"),
    [
        ("help@example.com", "help@example.com"),
        ("", "Ask customer service, or whoever runs this installation."),
    ],
)
def test_who_opens_a_category_is_named(contact: str, way: str) -> None:
    (error,) = tax_errors(
        TaxCategory.ZERO,
        None,
        seller=REGISTERED,
        settings=Settings(zero_rate_open=False, support_contact=contact),
        on=date(2026, 6, 16),
    )
    assert str(error.message) == (f"0 % and reverse charge are opened by customer service. {way}")


def test_the_rates_of_the_day_are_told() -> None:
    (error,) = tax_errors(
        TaxCategory.STANDARD,
        Decimal("25.5"),
        seller=REGISTERED,
        settings=CLOSED,
        on=date(2024, 8, 31),
    )
    assert str(error.message) == (
        "This VAT rate was not in force on the delivery day. In force: 24 %, 14 %, 10 %."
    )


def test_a_day_before_the_table_has_no_rates() -> None:
    (error,) = tax_errors(
        TaxCategory.STANDARD,
        Decimal("22"),
        seller=REGISTERED,
        settings=CLOSED,
        on=date(2012, 12, 31),
    )
    assert error.code == "rate_not_in_force"
