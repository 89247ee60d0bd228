"""Which tax category and rate an organization may put on a line of a given day."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from storno.core.refusals import FieldError
from storno.organizations.customer_service import way_to_service
from storno.organizations.models import Seller, Settings
from storno.tax.category import TaxCategory
from storno.tax.rates import NoRateKnown, rates_in_force

_OF_REGISTERED = {TaxCategory.STANDARD, TaxCategory.ZERO, TaxCategory.REVERSE_CHARGE}
"""What only registered sellers put on a line.

0 % and reverse charge are theirs as much as VAT itself (EN 16931: BR-S-02, BR-Z-02 and BR-AE-02
ask for the seller's VAT id).
"""


def categories_open(seller: Seller, settings: Settings) -> frozenset[TaxCategory]:
    """What a line may bear at all."""
    closed = set() if seller.vat_registered else set(_OF_REGISTERED)
    if not settings.zero_rate_open:
        closed.add(TaxCategory.ZERO)
    if not settings.reverse_charge_open:
        closed.add(TaxCategory.REVERSE_CHARGE)
    return frozenset(TaxCategory) - closed


def tax_errors(
    category: TaxCategory, rate: Decimal | None, *, seller: Seller, settings: Settings, on: date
) -> Iterator[FieldError]:
    """What is wrong with a category and its rate (percent) for a supply of this day.

    Only registered sellers show VAT (AVL 209 e §; merverdiavgiftsloven § 15-11).
    """
    if not seller.vat_registered and category in _OF_REGISTERED:
        yield FieldError(
            "tax_category",
            "not_vat_registered",
            _(
                "You are not in the VAT register, so no VAT may be shown, nor 0 %, nor reverse "
                "charge. Choose a line that is exempt or outside the scope of VAT."
            ),
        )
    elif not category.bears_tax:
        yield from _untaxed_errors(category, rate, seller, settings)
    elif rate is None:
        yield FieldError("tax_rate", "required", _("Choose the VAT rate."))
    else:
        yield from _rate_errors(rate, country=seller.country, on=on)


def _untaxed_errors(
    category: TaxCategory, rate: Decimal | None, seller: Seller, settings: Settings
) -> Iterator[FieldError]:
    if rate:
        yield FieldError(
            "tax_rate", "no_rate_here", _("Only lines with VAT have a VAT rate. Leave it empty.")
        )
    if category not in categories_open(seller, settings):
        closed = _("0 % and reverse charge are opened by customer service.")
        yield FieldError(
            "tax_category",
            "category_closed",
            f"{closed} {way_to_service(settings)}",
        )


def _rate_errors(rate: Decimal, *, country: str, on: date) -> Iterator[FieldError]:
    try:
        rates = rates_in_force(country, on)
    except NoRateKnown:
        rates = ()
    if not rate.is_finite() or rate not in rates:
        yield FieldError(
            "tax_rate",
            "rate_not_in_force",
            _("This VAT rate was not in force on the delivery day. In force: %(rates)s.")
            % {"rates": ", ".join(f"{number_format(each.normalize())} %" for each in rates)},
        )
