"""How much of which lines a credit takes, pure.

How much of a line is left is counted twice: in quantity, and in money in the line's own pricing. A
credit by quantity takes the cumulative share, a credit by amount leaves the quantity; the credit
that takes the last of the quantity takes all the money that is left.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.catalogue.save import DECIMALS, LARGEST_PRICE
from storno.core.entered import is_finer
from storno.core.refusals import Blocker, FieldError, Invalid
from storno.documents.content import LARGEST_QUANTITY, LARGEST_TOTAL_MINOR
from storno.documents.models import Line
from storno.money.rounding import round_half_away
from storno.tax.breakdown import line_amount


@dataclass(frozen=True, slots=True)
class CreditLine:
    """How much of one line to credit: a quantity, or an amount in the line's own pricing."""

    line_id: UUID
    quantity: Decimal | None = None
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line of the invoice and what earlier credit notes took of it."""

    line: Line
    description: str
    credited_quantity: Decimal
    credited_minor: int

    @property
    def quantity_left(self) -> Decimal:
        """What can still be credited by quantity."""
        return self.line.quantity - self.credited_quantity

    @property
    def left_minor(self) -> int:
        """What can still be credited, in the line's own pricing."""
        return self.line.amount_minor - self.credited_minor

    @property
    def is_left(self) -> bool:
        """Whether anything is left; a free line counts by its quantity."""
        return self.left_minor > 0 or (self.line.amount_minor == 0 and self.quantity_left > 0)


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line of the credit note. `credited_quantity` is what it takes of the invoice's line."""

    facts: LineFacts
    quantity: Decimal
    unit_price: Decimal
    discount_percent: Decimal
    credited_quantity: Decimal
    amount_minor: int

    @property
    def unit(self) -> str:
        """The unit of what is printed; a mere amount has none."""
        return self.facts.line.unit if self.quantity == self.credited_quantity else ""

    @property
    def leaves_some(self) -> bool:
        """Whether the invoice still asks for a part of the line afterwards."""
        return self.amount_minor < self.facts.left_minor


def plan_lines(
    lines: Sequence[LineFacts], asked_lines: Sequence[CreditLine] | None
) -> tuple[tuple[PlannedLine, ...], tuple[Blocker, ...]]:
    """The credit note's lines, and a blocker for each line that is asked for more than is left.

    Raises Invalid for a request about other lines.
    """
    if asked_lines is None:
        return tuple(_take_rest(line) for line in lines if line.is_left), ()
    known = {line.line.id: line for line in lines}
    _check_lines(asked_lines, known)
    planned: list[PlannedLine] = []
    blockers: list[Blocker] = []
    for at, asked in enumerate(asked_lines):
        line = known[asked.line_id]
        taken = _take(line, asked)
        if taken.amount_minor > line.left_minor or taken.credited_quantity > line.quantity_left:
            blockers.append(
                Blocker(
                    "more_than_left",
                    _("More is asked than is left to credit on this line."),
                    _("Credit at most what is left."),
                    f"lines.{at}",
                )
            )
        planned.append(taken)
    return tuple(planned), tuple(blockers)


def _check_lines(asked: Sequence[CreditLine], known: Mapping[UUID, LineFacts]) -> None:
    errors: list[FieldError] = []
    seen: set[UUID] = set()
    if not asked:
        errors.append(FieldError("lines", "required", _("Choose at least one line.")))
    for at, line in enumerate(asked):
        path = f"lines.{at}"
        if line.line_id not in known:
            errors.append(
                FieldError(f"{path}.line", "unknown_line", _("This invoice has no such line."))
            )
            continue
        if line.line_id in seen:
            errors.append(FieldError(f"{path}.line", "named_twice", _("Name each line once.")))
        seen.add(line.line_id)
        errors += _measure_errors(path, line)
    if errors:
        raise Invalid(errors)


def _measure_errors(path: str, line: CreditLine) -> Iterator[FieldError]:
    if (line.quantity is None) == (line.amount_minor is None):
        yield FieldError(path, "quantity_or_amount", _("Give either a quantity or an amount."))
        return
    value = line.amount_minor if line.quantity is None else line.quantity
    most = LARGEST_TOTAL_MINOR if line.quantity is None else LARGEST_QUANTITY
    assert value is not None, "one of them is given"
    field = f"{path}.amount" if line.quantity is None else f"{path}.quantity"
    if not Decimal(value).is_finite() or value <= 0:
        yield FieldError(field, "not_positive", _("Enter more than 0."))
    elif value > most:
        yield FieldError(field, "too_large", _("No line has as much as that."))
    elif is_finer(Decimal(value), DECIMALS):
        yield FieldError(
            field, "too_many_decimals", _("At most %(count)d decimals.") % {"count": DECIMALS}
        )


def _take_rest(facts: LineFacts) -> PlannedLine:
    return _planned(facts, facts.quantity_left, facts.left_minor)


def _take(facts: LineFacts, asked: CreditLine) -> PlannedLine:
    if asked.amount_minor is not None:
        return _planned(facts, Decimal(0), asked.amount_minor)
    assert asked.quantity is not None
    if asked.quantity == facts.quantity_left:
        return _take_rest(facts)
    return _planned(facts, asked.quantity, _share(facts, asked.quantity))


def _share(facts: LineFacts, quantity: Decimal) -> int:
    """What a quantity takes of the line's amount, so that all shares add up to it."""
    amount, whole = Decimal(facts.line.amount_minor), facts.line.quantity
    so_far = round_half_away(amount * facts.credited_quantity / whole)
    return round_half_away(amount * (facts.credited_quantity + quantity) / whole) - so_far


def _planned(facts: LineFacts, quantity: Decimal, amount_minor: int) -> PlannedLine:
    """Print quantity × price where that is the amount to the cent, else 1 × the amount.

    So each line can be reckoned up, and a draft of what was credited asks for just that: an amount
    above the largest price, of which no total holds ten, stands there as 10 × a tenth of it.
    """
    line = facts.line
    if 0 < quantity <= line.quantity:
        usual = line_amount(
            quantity=quantity,
            unit_price=line.unit_price,
            discount_percent=line.discount_percent,
        )
        if usual == amount_minor:
            return PlannedLine(
                facts,
                quantity,
                line.unit_price,
                line.discount_percent,
                quantity,
                amount_minor,
            )
    price, times = Decimal(amount_minor).scaleb(-2), Decimal(1)
    if price > LARGEST_PRICE:
        price, times = price.scaleb(-1), Decimal(10)
    return PlannedLine(facts, times, price, Decimal(0), quantity, amount_minor)
