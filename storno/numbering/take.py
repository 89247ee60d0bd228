"""Taking numbers: under the lock of the series' row, at issue and never before.

A database sequence would leave gaps on rollback; here the counter goes back with the transaction.
Gapless per series and year: AVL 209 e § 2, bokføringsforskriften § 5-1-3.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Refused
from storno.numbering.models import Series, SeriesKind, SeriesPlan
from storno.organizations.models import Seller

LONGEST_NUMBER = 20
"""Finvoice 3.0 carries at most 20 characters (InvoiceNumber)."""

NO_SEAL = bytes(32)


USUAL_FORMATS = {
    SeriesKind.INVOICE: "{year}-{number:04}",
    SeriesKind.CREDIT_NOTE: "{year}-K{number}",
}
"""How numbers look where nobody has planned otherwise."""


class NumberTooLong(Refused):
    """The format has no room for the next number."""

    code = "number_too_long"
    message = _("The next number would be longer than 20 characters.")
    remedy = _("Shorten the number format in the settings.")


@dataclass(frozen=True, slots=True)
class Number:
    """A number given: its place in the series and how it is written."""

    series_id: UUID
    sequence: int
    text: str


def written(format_: str, *, year: int, number: int) -> str:
    """A number as the format writes it. Raises NumberTooLong."""
    text = format_.format(year=year, number=number)
    if len(text) > LONGEST_NUMBER:
        raise NumberTooLong
    return text


def lock_plans(organization_id: UUID) -> None:
    """Let one transaction at a time plan numbers or begin a series: it locks the seller's row.

    Whoever holds it takes no other lock than that of one series, and nobody asks for it who holds
    a series already.
    """
    Seller.objects.select_for_update().get(organization_id=organization_id)


def plan_of(kind: SeriesKind, *, organization_id: UUID) -> SeriesPlan:
    """How the numbers of this kind look: as somebody has set it, or a new row with the usual."""
    found = SeriesPlan.objects.filter(organization_id=organization_id, kind=kind).first()
    usual = SeriesPlan(organization_id=organization_id, kind=kind, format=USUAL_FORMATS[kind])
    return found or usual


def lock_series(kind: SeriesKind, *, year: int, organization_id: UUID) -> Series:
    """Lock the running series of this kind and year, and begin it where it is the first time.

    The planned first number is that of the first series; the series of a later year begins at 1.
    """
    mine = Series.objects.filter(organization_id=organization_id)
    running = mine.filter(kind=kind, year__in=(year, 0)).order_by("-year")
    for found in running.select_for_update():
        return found
    plan = plan_of(kind, organization_id=organization_id)
    if not plan.shared_number_given:
        lock_plans(organization_id)
        plan = plan_of(kind, organization_id=organization_id)
    if plan.shares_invoices:
        if not plan.shared_number_given:
            SeriesPlan.objects.filter(organization_id=organization_id, id=plan.id).update(
                shared_number_given=True
            )
        return lock_series(SeriesKind.INVOICE, year=year, organization_id=organization_id)
    first_number = 1 if mine.filter(kind=kind).exists() else plan.first_number
    begun = Series(
        organization_id=organization_id,
        kind=kind,
        year=year if "{year" in plan.format else 0,
        format=plan.format,
        first_number=first_number,
        next_number=first_number,
        head=NO_SEAL,
    )
    Series.objects.bulk_create([begun], ignore_conflicts=True)
    return mine.select_for_update().get(kind=kind, year=begun.year)


def set_moment(series: Series, *, at: datetime, on: date) -> tuple[datetime, date]:
    """The moment and day of the next documents of a locked series: numbers rise with time.

    Whoever read the clock later may have got the lock earlier; then the series' own moment counts.
    """
    series.last_issued_at = max(at, series.last_issued_at or at)
    series.last_issued_on = max(on, series.last_issued_on or on)
    return series.last_issued_at, series.last_issued_on


def next_number(series: Series, *, year: int) -> Number:
    """Give the next number of a locked series; `save_series` writes the counter back."""
    number = Number(
        series.id, series.next_number, written(series.format, year=year, number=series.next_number)
    )
    series.next_number += 1
    return number


def save_series(series: Series) -> None:
    """Write the counter and the head of the chain back, still under the lock."""
    Series.objects.filter(organization_id=series.organization_id, id=series.id).update(
        next_number=series.next_number,
        head=series.head,
        last_issued_at=series.last_issued_at,
        last_issued_on=series.last_issued_on,
    )
