"""Which tax category and rate an organization may put on a line of a given day."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from storno.core.refusals import FieldError
from storno.organizations.models import Seller, Settings
from storno.tax.category import TaxCategory
from storno.tax.rates import NoRateKnown, rates_in_force

WITHOUT_REGISTER = (TaxCategory.EXEMPT, TaxCategory.OUTSIDE_SCOPE)
"""What a seller outside the VAT register may put on a line.

0 % and reverse charge are of registered sellers as much as VAT itself (EN 16931: BR-S-02, BR-Z-02
and BR-AE-02 ask for the seller's VAT id).
"""


def tax_errors(
    category: TaxCategory, rate: Decimal | None, *, seller: Seller, settings: Settings, on: date
) -> Iterator[FieldError]:
    """What is wrong with a category and its rate (percent) for a supply of this day.

    Only registered sellers show VAT (AVL 209 e §; merverdiavgiftsloven § 15-11).
    """
    if not seller.vat_registered and category not in WITHOUT_REGISTER:
        yield FieldError(
            "tax_category",
            "not_vat_registered",
            _(
                "You are not in the VAT register, so no VAT may be shown. "
                "Choose a line without VAT."
            ),
        )
    elif not category.bears_tax:
        yield from _untaxed_errors(category, rate, settings)
    elif rate is None:
        yield FieldError("tax_rate", "required", _("Choose the VAT rate."))
    else:
        yield from _rate_errors(rate, country=seller.country, on=on)


def _untaxed_errors(
    category: TaxCategory, rate: Decimal | None, settings: Settings
) -> Iterator[FieldError]:
    if rate:
        yield FieldError(
            "tax_rate", "no_rate_here", _("Only lines with VAT have a VAT rate. Leave it empty.")
        )
    closed = {
        TaxCategory.ZERO: not settings.zero_rate_open,
        TaxCategory.REVERSE_CHARGE: not settings.reverse_charge_open,
    }
    if closed.get(category):
        yield FieldError(
            "tax_category",
            "category_closed",
            _("0 % and reverse charge are opened by customer service. Contact them first."),
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
