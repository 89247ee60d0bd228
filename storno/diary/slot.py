"""The time of a booking in a practitioner's diary.

Whoever changes a diary locks it first, so that it is changed by one after the other and what is in
the way can be named; the database's own constraint (`nobody_is_booked_twice`) stands behind it.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import QuerySet
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Blocker, FieldError, Refused
from storno.diary.models import Booking, BookingState
from storno.documents.content import YEARS_AHEAD
from storno.organizations.queries import seller_of
from storno.printing.labels import format_time, language_called

LONGEST = timedelta(hours=24)
"""What lasts longer is a holiday or a closed day, and no booking."""


class TimeIsTaken(Refused):
    """The practitioner has another booking at this time; `in_the_way` is the first of them."""

    code = "time_is_taken"
    message = _("There is another booking at this time.")
    remedy = _("Choose another time, or move the other booking first.")
    field = "starts_at"

    def __init__(self, in_the_way: Booking, zone: str) -> None:
        super().__init__()
        self.in_the_way = in_the_way
        day = in_the_way.starts_at.astimezone(ZoneInfo(zone)).date()
        self._said = said_of(in_the_way, day, zone)

    @property
    def blockers(self) -> tuple[Blocker, ...]:
        """The reason, with the time of what is in the way: whose it is only pages may tell."""
        return (Blocker(self.code, self._said, self.remedy, self.field),)


def said_of(in_the_way: Booking, day: date, zone: str) -> str:
    """From when to when something stands in the way on a day, by the clocks of a zone."""
    there, language = ZoneInfo(zone), language_called(get_language())
    words = _("%(day)s: there is another booking from %(since)s to %(until)s.")
    return str(words) % {
        "day": formats.date_format(day, "SHORT_DATE_FORMAT"),
        "since": format_time(in_the_way.starts_at, there, language),
        "until": format_time(in_the_way.ends_at, there, language),
    }


def lock_diary(organization_id: UUID, practitioner_id: UUID) -> None:
    """Lock a person's diary until the transaction ends; of somebody who has left as well.

    Until then nobody changes how sessions are usually invoiced: what is read of that stands.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0)), "
            "pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [_usual_way(organization_id), f"diary {organization_id} {practitioner_id}"],
        )


def lock_usual_way(organization_id: UUID) -> None:
    """Lock how sessions are usually invoiced: until the transaction ends no diary is changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_usual_way(organization_id)]
        )


def _usual_way(organization_id: UUID) -> str:
    return f"usual way {organization_id}"


def lock_diaries(organization_id: UUID, practitioner_ids: Collection[UUID]) -> None:
    """Lock the diaries of several persons, in the order of their ids, so that nobody waits back."""
    for practitioner_id in sorted(set(practitioner_ids)):
        lock_diary(organization_id, practitioner_id)


def span(starts_at: datetime, minutes: int) -> tuple[datetime, datetime]:
    """From when to when something is that lasts so many minutes; too many are as many as count."""
    most = int(LONGEST.total_seconds()) // 60 + 1
    lasts = timedelta(minutes=min(max(minutes, 0), most))
    until_time_ends = datetime.max.replace(tzinfo=starts_at.tzinfo) - starts_at
    return starts_at, starts_at + min(lasts, until_time_ends)


def time_errors(starts_at: datetime, ends_at: datetime, *, at: datetime) -> Iterator[FieldError]:
    """What is wrong with a time. The past is open: what was held may be entered afterwards."""
    if ends_at <= starts_at:
        yield FieldError("minutes", "not_positive", _("Enter how many minutes it takes."))
    elif ends_at - starts_at > LONGEST:
        yield FieldError("minutes", "too_long", _("A booking lasts 24 hours at most."))
    if not 2013 <= starts_at.year <= at.year + YEARS_AHEAD:
        yield FieldError("starts_at", "out_of_range", _("The day is too far away. Check the year."))


def must_be_free(booking: Booking) -> None:
    """Raise TimeIsTaken if something stands where the booking shall be; its diary is locked."""
    taken = taking_time(booking.organization_id, since=booking.starts_at, until=booking.ends_at)
    others = taken.filter(practitioner_id=booking.practitioner_id).exclude(id=booking.id)
    for other in others.order_by("starts_at")[:1]:
        raise TimeIsTaken(other, seller_of(booking.organization_id).time_zone)


def what_is_in_the_way(
    times: Sequence[Booking], *, except_for: Collection[UUID] = ()
) -> dict[UUID, Booking]:
    """What stands where bookings of one diary shall be, the first for each, by their ids.

    The diary is locked; what is in the way of many is found with one statement.
    """
    if not times:
        return {}
    taken = taking_time(
        times[0].organization_id,
        since=min(each.starts_at for each in times),
        until=max(each.ends_at for each in times),
    ).filter(practitioner_id=times[0].practitioner_id)
    standing = sorted(
        (each for each in taken if each.id not in except_for), key=lambda each: each.starts_at
    )
    ends = [each.ends_at for each in standing]
    found = {}
    for each in times:
        place = bisect_right(ends, each.starts_at)
        if place < len(standing) and standing[place].starts_at < each.ends_at:
            found[each.id] = standing[place]
    return found


def taking_time(organization_id: UUID, *, since: datetime, until: datetime) -> QuerySet[Booking]:
    """The bookings that take some of the time from `since` up to `until`.

    Those that are cancelled take none.
    """
    return Booking.objects.filter(
        organization_id=organization_id,
        starts_at__gt=since - LONGEST,  # so that it is a range of an index
        starts_at__lt=until,
        ends_at__gt=since,
    ).exclude(state=BookingState.CANCELLED)
