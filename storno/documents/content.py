"""What somebody puts into a draft, and what is wrong with it.

The checks here are the same for a page, the API and the command line. A draft may be incomplete
(no recipient yet); it may never be wrong.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.catalogue.save import DECIMALS, LARGEST_PRICE
from storno.core.entered import figure_errors, text_errors
from storno.core.refusals import FieldError, Invalid
from storno.documents.models import Work
from storno.money.currency import AmountTooLarge
from storno.organizations.models import Channel
from storno.organizations.queries import Circumstances
from storno.organizations.tax_choice import tax_errors
from storno.printing.glyphs import is_blank
from storno.tax.breakdown import Breakdown, PricedLine, break_down, line_amount
from storno.tax.category import TaxCategory

MOST_LINES = 500

YEARS_AHEAD = 3
"""How far deliveries may lie ahead: sessions that begin next year may recur for two."""

TOO_MANY_LINES = FieldError(
    "lines", "too_many_lines", _("A document has at most 500 lines. Split it into several.")
)
LARGEST_QUANTITY = Decimal("9999999.9999")
LARGEST_TOTAL_MINOR = 99_999_999_999
"""999 999 999.99, the largest amount of an EPC QR code (EPC069-12)."""


@dataclass(frozen=True, slots=True)
class LineInput:
    """A line as entered. `unit_price` in the major unit, with tax where `includes_tax`.

    `tax_rate` in percent, only with the category standard; without `delivered_on` it is delivered
    on the draft's day. `served_id` is the client whose session it bills. `id` names the line of the
    draft that it is, whatever else has changed.
    """

    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    tax_category: TaxCategory
    tax_rate: Decimal | None = None
    includes_tax: bool = False
    discount_percent: Decimal = Decimal(0)
    delivered_on: date | None = None
    work: str = ""
    source_kind: str = ""
    source_id: UUID | None = None
    served_id: UUID | None = None
    id: UUID | None = field(default=None, compare=False)

    @property
    def rate(self) -> Decimal:
        """The rate to reckon with: zero where the category bears none."""
        return self.tax_rate or Decimal(0)


@dataclass(frozen=True, slots=True)
class DraftInput:
    """A draft as entered; None stands for "the usual": the client's or the organization's."""

    recipient_id: UUID | None
    lines: tuple[LineInput, ...]
    due_in_days: int | None = None
    term_agreed: bool = False
    delivered_on: date | None = None
    channel: Channel | None = None
    deliver_to: str = ""
    language: str | None = None
    buyer_reference: str = ""
    case_number: str = ""
    opening_text: str = ""
    closing_text: str = ""
    exemption_reason: str = ""


OF_RECIPIENT: Mapping[str, Any] = {
    "channel": None,
    "deliver_to": "",
    "language": None,
    "due_in_days": None,
    "term_agreed": False,
    "buyer_reference": "",
    "case_number": "",
}
"""What goes with the recipient, and what stands for the usual of whoever is chosen anew."""


def for_recipient(entered: DraftInput, recipient_id: UUID | None) -> DraftInput:
    """A draft for somebody else: its way, language and term are what is usual for them."""
    if recipient_id == entered.recipient_id:
        return entered
    return replace(entered, recipient_id=recipient_id, **OF_RECIPIENT)


def with_prices(entered: DraftInput, prices: Sequence[Decimal]) -> DraftInput:
    """A draft with other prices, one for each of its lines."""
    return replace(
        entered,
        lines=tuple(
            replace(line, unit_price=price)
            for line, price in zip(entered.lines, prices, strict=True)
        ),
    )


@dataclass(frozen=True, slots=True)
class Totals:
    """What lines add up to: each line's amount in its own pricing, and the breakdown."""

    amounts: tuple[int, ...]
    breakdown: Breakdown


def total_up(lines: Sequence[LineInput]) -> Totals:
    """The totals as they will be issued, for lines that passed `check_lines`."""
    priced = [
        PricedLine(
            amount_minor=line_amount(
                quantity=line.quantity,
                unit_price=line.unit_price,
                discount_percent=line.discount_percent,
            ),
            includes_tax=line.includes_tax,
            category=line.tax_category,
            rate=line.rate,
        )
        for line in lines
    ]
    return Totals(tuple(line.amount_minor for line in priced), break_down(priced))


def check_lines(lines: Sequence[LineInput], now: Circumstances, *, on: date) -> None:
    """Find fault with the lines of a draft that is delivered on a day.

    Raises Invalid naming each wrong field.
    """
    if len(lines) > MOST_LINES:
        raise Invalid([TOO_MANY_LINES])
    errors = [
        FieldError(f"lines.{place}.{error.field}", error.code, error.message)
        for place, line in enumerate(lines)
        for error in _line_errors(line, now, on=line.delivered_on or on)
    ]
    if not errors and _is_too_large(lines):
        errors.append(
            FieldError("lines", "total_too_large", _("The total is larger than 999 999 999.99."))
        )
    if errors:
        raise Invalid(errors)


def _is_too_large(lines: Sequence[LineInput]) -> bool:
    try:
        return total_up(lines).breakdown.payable_minor > LARGEST_TOTAL_MINOR
    except AmountTooLarge:
        return True


def _line_errors(line: LineInput, now: Circumstances, *, on: date) -> Iterator[FieldError]:
    wrong = tuple(text_errors("description", line.description, longest=300))
    yield from wrong
    if not wrong and is_blank(line.description):
        yield FieldError("description", "required", _("Say what was done or sold."))
    yield from text_errors("unit", line.unit, longest=20)
    yield from figure_errors("quantity", line.quantity, largest=LARGEST_QUANTITY, decimals=DECIMALS)
    if line.quantity.is_finite() and line.quantity == 0:
        yield FieldError("quantity", "not_positive", _("The quantity must be more than 0."))
    yield from figure_errors(
        "unit_price", line.unit_price, largest=LARGEST_PRICE, decimals=DECIMALS
    )
    yield from figure_errors(
        "discount_percent", line.discount_percent, largest=Decimal(100), decimals=2
    )
    if line.work not in Work.values:
        yield FieldError("work", "unknown", _("Choose work or material."))
    if not 2013 <= on.year <= now.today.year + YEARS_AHEAD:
        yield FieldError(
            "delivered_on",
            "out_of_range",
            _("The delivery day is too far away. Check the year."),
        )
    else:
        yield from tax_errors(
            line.tax_category,
            line.tax_rate,
            seller=now.seller,
            settings=now.settings,
            on=on,
        )
