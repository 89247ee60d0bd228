"""What a session costs: it is one, at one price. The line that bills it may say more than that."""

from dataclasses import replace
from decimal import Decimal
from typing import Protocol

from storno.documents.content import LineInput
from storno.tax.breakdown import line_amount


class Priced(Protocol):
    """A line of a draft or of a document, entered or stored."""

    @property
    def quantity(self) -> Decimal:
        """How many."""

    @property
    def unit_price(self) -> Decimal:
        """What one costs, in the major unit."""

    @property
    def discount_percent(self) -> Decimal:
        """How much less it is."""


def price_of(line: Priced) -> Decimal:
    """What the session costs that a line bills: the line's amount, in the major unit.

    A single one without a discount costs its price, with all the decimals that this has.
    """
    if _is_single(line):
        return line.unit_price
    amount_minor = line_amount(
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount_percent=line.discount_percent,
    )
    return Decimal(f"{amount_minor}E-2")


def at_price(line: LineInput, price: Decimal) -> LineInput:
    """A line by which its session costs this; one that says so already stays as it is.

    Another price is that of the session, so it takes the place of several and of a discount.
    """
    if price_of(line) == price:
        return line
    if _is_single(line):
        return replace(line, unit_price=price)
    return replace(
        line, quantity=Decimal(1), unit="", unit_price=price, discount_percent=Decimal(0)
    )


def _is_single(line: Priced) -> bool:
    return line.quantity == 1 and not line.discount_percent
