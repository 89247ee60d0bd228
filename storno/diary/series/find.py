"""A series and its sessions: found, locked, and why something cannot be done with all of them.

Order of locks: the diary, the series, its sessions by their ids, their drafts by theirs.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from storno.clients.save import must_not_be_erased
from storno.core.refusals import Absent, Blocker, Invalid, Refused, Words, invalid
from storno.diary.bill import CreditFirst
from storno.diary.change import StaleBooking
from storno.diary.hours.plan import Shut
from storno.diary.hours.warn import warn_shut
from storno.diary.models import Booking, BookingState, Series
from storno.diary.series.recurrence import Rule, checked_rule, moment_of
from storno.diary.sight import Diaries, diaries_of
from storno.diary.slot import TimeIsTaken, lock_diaries, said_of, what_is_in_the_way
from storno.organizations.roles import Actor

MOST_NAMED = 20
"""So many days are named by a refusal; of more it is enough to know that there are."""


class OfSomeDays:
    """What makes a refusal one of some days; `days` are all of them, with what there is to say."""

    code: ClassVar[str]
    remedy: ClassVar[Words]

    def __init__(self, days: Mapping[date, Words]) -> None:
        super().__init__()
        self.days = days

    @property
    def blockers(self) -> tuple[Blocker, ...]:
        """The first of the days, each under its own name as a field."""
        return tuple(
            Blocker(self.code, words, self.remedy, f"occurrences.{day.isoformat()}")
            for day, words in sorted(self.days.items())[:MOST_NAMED]
        )


def each_day(sessions: Iterable[Booking], words: Words) -> dict[date, Words]:
    """What there is to say of the days of sessions of a series; `words` name their `day`."""
    days: dict[date, Words] = {}
    for session in sessions:
        assert session.recurrence_on is not None, "a session of a series has its day"
        day = formats.date_format(session.recurrence_on, "SHORT_DATE_FORMAT")
        days[session.recurrence_on] = words % {"day": day}
    return days


class TimesAreTaken(OfSomeDays, Refused):
    """The practitioner has other bookings at some times of the series."""

    code = TimeIsTaken.code
    message = _("Some times of the series are taken.")
    remedy = _("Choose another time, leave these days out, or move the other bookings first.")

    @classmethod
    def by(cls, in_the_way: Mapping[UUID, Booking], among: Sequence[Booking], zone: str) -> Refused:
        """The refusal that names what is in the way of sessions."""
        days: dict[date, Words] = {}
        for session in among:
            other = in_the_way.get(session.id)
            if other is not None and session.recurrence_on is not None:
                days[session.recurrence_on] = said_of(other, session.recurrence_on, zone)
        return cls(days)


class DaysAreClosed(OfSomeDays, Refused):
    """Nobody works on some days of the series."""

    code = "day_is_closed"
    message = _("Some days of the series are closed.")
    remedy = _("Leave these days out, book them all the same, or choose other days.")

    @classmethod
    def by(cls, closed: Mapping[date, Shut]) -> Refused:
        """The refusal that names the days."""
        return cls({day: warn_shut(day, shut).message for day, shut in closed.items()})


class SomeAreInvoiced(OfSomeDays, Refused):
    """Invoices of some sessions of the series stand."""

    code = CreditFirst.code
    message = _("Some sessions of the series are invoiced.")
    remedy = _("Credit these invoices first, or leave these sessions as they are.")

    @classmethod
    def of(cls, sessions: Sequence[Booking]) -> Refused:
        """The refusal that names sessions."""
        return cls(each_day(sessions, _("%(day)s: this session is invoiced.")))


def rule_of(series: Series) -> Rule:
    """The rule by which a series recurs."""
    return checked_rule(
        series.rule, first_on=series.first_on, begins=series.begins, zone=series.time_zone
    )


def days_of(series: Series) -> tuple[date, ...]:
    """The days of a series' rule, those that were left out as well."""
    return rule_of(series).days(series.first_on)


def begins_at(series: Series, day: date) -> datetime:
    """When the session of a day begins, unless it was moved."""
    return moment_of(day, series.begins.replace(fold=series.fold), series.time_zone)


def must_not_overlap(sessions: Sequence[Booking]) -> None:
    """Raise Invalid where sessions of a series would be at the same time."""
    by_time = sorted(sessions, key=lambda session: session.starts_at)
    for one, next_ in pairwise(by_time):
        if next_.starts_at < one.ends_at:
            words = _("They take so long that one would begin before the last is over.")
            raise invalid("minutes", "overlaps_itself", words)


def must_all_be_free(sessions: Sequence[Booking], series: Series) -> None:
    """Raise TimesAreTaken where others stand where sessions of a locked diary shall be."""
    must_not_overlap(sessions)
    ids = {session.id for session in sessions}
    if found := what_is_in_the_way(sessions, except_for=ids):
        raise TimesAreTaken.by(found, sessions, series.time_zone)


def series_with(series_id: UUID, *, diaries: Diaries | None = None, who: Actor) -> Series:
    """A series in a diary that the actor may look into. Raises Absent.

    `diaries` where the caller has them already.
    """
    for series in Series.objects.filter(organization_id=who.organization_id, id=series_id):
        if (diaries or diaries_of(who)).sight_of(series.practitioner_id) is not None:
            return series
    raise Absent


def sessions_of(series: Series) -> list[Booking]:
    """The sessions of a series by time, without those given to others; inside a scope."""
    rows = _in_its_diary(series).select_related("client", "service", "recipient")
    return list(rows.order_by("starts_at", "id"))


def _in_its_diary(series: Series) -> QuerySet[Booking]:
    """The sessions that follow a series: those that are still with its practitioner."""
    return Booking.objects.filter(
        organization_id=series.organization_id,
        series_id=series.id,
        practitioner_id=series.practitioner_id,
    )


def left_out(series: Series, sessions: Sequence[Booking]) -> list[date]:
    """The days of the rule that were taken or closed when it was booked, or given away."""
    there = {session.recurrence_on for session in sessions}
    return [day for day in days_of(series) if day not in there]


def lock_series(
    series_id: UUID, version: int | None, *, to: UUID | None = None, who: Actor
) -> Series:
    """Lock a series and the diary that it stands in, and that of the person `to` whom it is given.

    Raises Absent, StaleBooking, ClientIsErased, and NotAllowed where the diary may only be looked
    into.
    """
    seen = series_with(series_id, who=who)
    diaries = diaries_of(who)
    for person_id in {seen.practitioner_id, to or seen.practitioner_id}:
        diaries.must_book(person_id)
    lock_diaries(seen.organization_id, {seen.practitioner_id, to or seen.practitioner_id})
    mine = Series.objects.filter(organization_id=who.organization_id, id=series_id)
    series = mine.select_for_update().get()
    if series.practitioner_id != seen.practitioner_id:  # given away: another diary is locked
        raise StaleBooking
    if version is not None and version != series.version:
        raise StaleBooking
    must_not_be_erased([series.client_id], organization_id=who.organization_id)
    return series


def sessions_from(series: Series, since: date | None) -> QuerySet[Booking]:
    """The sessions of a series, or those from one of its days on. Raises Invalid."""
    rows = _in_its_diary(series)
    if since is not None:
        if since not in days_of(series):
            raise _not_in_series()
        rows = rows.filter(recurrence_on__gte=since)
    return rows.select_related("client", "service", "recipient")


def first_to_come(series: Series, since: date | None, *, at: datetime) -> date:
    """The first day, of a series or from one of its days on, that is yet to come.

    Raises Invalid where none is: what has begun stays with whom it was.
    """
    standing = sessions_from(series, since).exclude(state=BookingState.CANCELLED)
    coming = standing.filter(starts_at__gt=at).order_by("recurrence_on")
    for day in coming.values_list("recurrence_on", flat=True)[:1]:
        assert day is not None, "a session of a series has its day"
        return day
    words = _("No session of this series is still to come.")
    raise invalid("practitioner", "nothing_to_come", words)


def lock_from(series: Series, since: date | None) -> list[Booking]:
    """Lock the sessions of a locked series, or those from one of its days on. Raises Invalid."""
    found = list(sessions_from(series, since).select_for_update(of=("self",)).order_by("id"))
    if not found:
        raise _not_in_series()
    return found


def _not_in_series() -> Invalid:
    return invalid("since", "not_in_series", _("The series has no session on this day."))
