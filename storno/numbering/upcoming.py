"""What the next numbers will be, if nothing else is issued before. Inside an open scope."""

from dataclasses import dataclass
from uuid import UUID

from storno.numbering.models import Series, SeriesKind
from storno.numbering.take import plan_of, written


@dataclass(frozen=True, slots=True)
class Upcoming:
    """The next number of each kind as it will be written."""

    invoice: str
    credit_note: str


def upcoming_numbers(organization_id: UUID, *, year: int) -> Upcoming:
    """Foresee the next numbers in a year without taking them. Raises NumberTooLong."""
    invoice = _next(SeriesKind.INVOICE, organization_id, year)
    if plan_of(SeriesKind.CREDIT_NOTE, organization_id=organization_id).shares_invoices:
        return Upcoming(invoice, invoice)
    return Upcoming(invoice, _next(SeriesKind.CREDIT_NOTE, organization_id, year))


def _next(kind: SeriesKind, organization_id: UUID, year: int) -> str:
    mine = Series.objects.filter(organization_id=organization_id, kind=kind)
    if running := mine.filter(year__in=(year, 0)).order_by("-year").first():
        return written(running.format, year=year, number=running.next_number)
    plan = plan_of(kind, organization_id=organization_id)
    first_number = 1 if mine.exists() else plan.first_number
    return written(plan.format, year=year, number=first_number)
