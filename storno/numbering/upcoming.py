"""What the next numbers will be, if nothing else is issued before. Inside an open scope."""

from dataclasses import dataclass
from uuid import UUID

from storno.numbering.models import Series, SeriesKind
from storno.numbering.plan import plans_of
from storno.numbering.take import plan_of, written


@dataclass(frozen=True, slots=True)
class Upcoming:
    """The next number of each kind as it will be written."""

    invoice: str
    credit_note: str


def upcoming_numbers(organization_id: UUID, *, year: int) -> Upcoming:
    """Foresee the next numbers in a year without taking them. Raises NumberTooLong."""
    invoice = _next(SeriesKind.INVOICE, organization_id, year)
    if plans_of(organization_id).credit_note.shares_invoices:
        running = _running(SeriesKind.CREDIT_NOTE, organization_id, year)
        return Upcoming(invoice, _of(running, year) if running else invoice)
    return Upcoming(invoice, _next(SeriesKind.CREDIT_NOTE, organization_id, year))


def _next(kind: SeriesKind, organization_id: UUID, year: int) -> str:
    if running := _running(kind, organization_id, year):
        return _of(running, year)
    plan = plan_of(kind, organization_id=organization_id)
    begun = Series.objects.filter(organization_id=organization_id, kind=kind).exists()
    return written(plan.format, year=year, number=1 if begun else plan.first_number)


def _running(kind: SeriesKind, organization_id: UUID, year: int) -> Series | None:
    return (
        Series.objects.filter(organization_id=organization_id, kind=kind, year__in=(year, 0))
        .order_by("-year")
        .first()
    )


def _of(running: Series, year: int) -> str:
    return written(running.format, year=year, number=running.next_number)
