"""Series of Daisy with Paula, and what stands of them."""

from datetime import date, datetime
from typing import Any

from storno.diary.models import Booking, Series
from storno.diary.series.book import SeriesBooked, SeriesInput, Skip, book_series
from storno.diary.series.find import sessions_of
from storno.organizations.scope import scope
from tests.diary.practice import Practice


def recur(
    paula: Practice,
    starts_at: datetime,
    rule: str,
    *,
    at: datetime,
    zone: str = "",
    skip: frozenset[Skip] = frozenset(),
    book_closed: bool = False,
    **more: Any,
) -> SeriesBooked:
    """Book Daisy with Paula again and again."""
    entered = SeriesInput(
        session=paula.asked(starts_at, **more),
        rule=rule,
        time_zone=zone,
        skip=skip,
        book_closed=book_closed,
    )
    return book_series(entered, who=paula.who(), at=at)


def sessions(paula: Practice, series: Series) -> list[Booking]:
    """The sessions of a series as they stand, by time."""
    with scope(paula.id):
        return sessions_of(series)


def days(found: list[Booking]) -> list[date]:
    """The days of a rule for which sessions stand."""
    return [day for session in found if (day := session.recurrence_on)]


def times(paula: Practice, series: Series) -> list[str]:
    """When the sessions of a series that are not cancelled begin, in UTC."""
    found = sessions(paula, series)
    return [f"{each.starts_at:%m-%d %H:%M}" for each in found if each.state != "cancelled"]


def all_series(paula: Practice) -> list[Series]:
    """Every series, the oldest first."""
    with scope(paula.id):
        return list(Series.objects.filter(organization_id=paula.id).order_by("id"))
