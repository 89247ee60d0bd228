"""Booking a series: all its sessions with their drafts, or nothing.

Order of locks: the diary, then inserts.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from storno.catalogue.models import Message
from storno.clients.care import take_into_care
from storno.core.ids import new_id
from storno.core.insert import insert
from storno.core.refusals import Blocked, Invalid, Refused, invalid
from storno.diary.bill import is_drafted_at_once, make_drafts
from storno.diary.book import BookingMade, SessionInput, hold_parties, practitioner, session_asked
from storno.diary.hours.opening import plans_of
from storno.diary.hours.plan import Shut
from storno.diary.messages.tell import keep_reminder, tell_client_of_series
from storno.diary.models import Booking, Series
from storno.diary.rules import booking_errors
from storno.diary.series.find import DaysAreClosed, TimesAreTaken, begins_at, must_not_overlap
from storno.diary.series.recurrence import Rule, checked_rule, checked_zone
from storno.diary.sight import diaries_of
from storno.diary.slot import lock_diary, span, time_errors, what_is_in_the_way
from storno.history.record import Happening, record, record_all
from storno.organizations.once import deed
from storno.organizations.queries import seller_of, settings_of
from storno.organizations.roles import Actor, Deed


@dataclass(frozen=True)
class SeriesMade(Happening):
    """A series was booked."""

    kind: ClassVar = "series.made"
    sentence: ClassVar = _("Sessions booked in a series: %(sessions)s.")
    sessions: int


class Skip(StrEnum):
    """Why days of a rule are left out: something else is booked, or nobody works then."""

    TAKEN = "taken"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesInput:
    """A series as entered: what each session is booked with, and when it recurs.

    The first session begins at `session.starts_at`; its local time in `time_zone` recurs (an IANA
    name; empty: the organization's) by `rule`, an RRULE of RFC 5545. Days of which a reason stands
    in `skip` are left out; those that are closed are booked all the same with `book_closed`.
    With `skip_days` no other days than these are left out.
    """

    session: SessionInput
    rule: str
    time_zone: str = ""
    skip: frozenset[Skip] = frozenset()
    book_closed: bool = False
    skip_days: frozenset[date] | None = None


@dataclass(frozen=True, slots=True)
class SeriesBooked:
    """A series with its sessions, and the days that were left out: taken, or closed."""

    series: Series
    sessions: list[Booking]
    left_out: tuple[date, ...]

    @property
    def id(self) -> UUID:
        """The id of the series."""
        return self.series.id


@deed
def book_series(entered: SeriesInput, *, who: Actor, at: datetime) -> SeriesBooked:
    """Book every session of a series, each with the draft that bills it.

    Raises Invalid, NotAllowed, TimesAreTaken, DaysAreClosed, Blocked where days are both.
    """
    series, sessions = plan_series(entered, who=who, at=at)
    lock_diary(who.organization_id, series.practitioner_id)
    hold_parties(sessions, who)
    free = _to_book(sessions, series, entered)
    insert([series])
    insert(free)
    take_into_care(series.client_id, series.practitioner_id, who=who, at=at)
    made = [(each.id, BookingMade(each.starts_at.isoformat())) for each in free]
    record_all(made, who=who, at=at)
    record(SeriesMade(len(free)), subject_id=series.id, who=who, at=at)
    if is_drafted_at_once(free[0], settings_of(who.organization_id)):
        make_drafts(free, who=who, at=at)
    tell_client_of_series(series.id, free, Message.CONFIRMATION, at=at)
    booked = {each.id for each in free}
    left = (each.recurrence_on for each in sessions if each.id not in booked)
    return SeriesBooked(series, free, tuple(day for day in left if day is not None))


def plan_series(entered: SeriesInput, *, who: Actor, at: datetime) -> tuple[Series, list[Booking]]:
    """A series as entered with the session of each of its days, in no diary yet.

    Raises Invalid, NotAllowed.
    """
    who.must(Deed.BOOK)
    asked = session_asked(entered.session, who)
    errors = (*time_errors(asked.starts_at, asked.ends_at, at=at), *booking_errors(asked))
    if errors:
        raise Invalid(errors)
    asked.practitioner_id = practitioner(entered.session.practitioner, who)
    diaries_of(who).must_book(asked.practitioner_id)
    series, rule = _series(asked, entered, who=who, at=at)
    sessions = [_session(asked, series, day) for day in rule.days(series.first_on)]
    last = sessions[-1]
    if any(time_errors(last.starts_at, last.ends_at, at=at)):
        words = _("This goes further than the diary. Begin or end the series earlier.")
        raise invalid("starts_at", "too_far", words)
    must_not_overlap(sessions)
    return series, sessions


def _to_book(sessions: Sequence[Booking], series: Series, entered: SeriesInput) -> list[Booking]:
    """The sessions of a locked diary that are booked; others are left out only as was said.

    Raises TimesAreTaken, DaysAreClosed, or Blocked with the days of both.
    """
    taken = what_is_in_the_way(sessions)
    book_closed = entered.book_closed and Skip.CLOSED not in entered.skip
    closed = {} if book_closed else closed_days(sessions, series)
    free = [each for each in sessions if each.id not in taken and each.recurrence_on not in closed]
    refused: list[Refused] = []
    if taken and not (_skips(entered, Skip.TAKEN, _days_of(sessions, taken)) and free):
        refused.append(TimesAreTaken.by(taken, sessions, series.time_zone))
    if closed and not (_skips(entered, Skip.CLOSED, closed) and free):
        refused.append(DaysAreClosed.by(closed))
    if len(refused) > 1:
        raise Blocked([blocker for each in refused for blocker in each.blockers])
    if refused:
        raise refused[0]
    return free


def _days_of(sessions: Sequence[Booking], ids: Collection[UUID]) -> set[date | None]:
    return {each.recurrence_on for each in sessions if each.id in ids}


def _skips(entered: SeriesInput, why: Skip, days: Collection[date | None]) -> bool:
    """Whether days are left out for a reason, as was said of all or of these."""
    shown = entered.skip_days
    return why in entered.skip and (shown is None or shown.issuperset(days))


def closed_days(sessions: Sequence[Booking], series: Series) -> dict[date, Shut]:
    """The days of the rule on which nobody works, with why; outside of hours is none of them."""
    settings = settings_of(series.organization_id)
    since, until = sessions[0].starts_at, sessions[-1].ends_at
    (plan,) = plans_of([series.practitioner_id], since, until, settings=settings).values()
    found = {}
    for each in sessions:
        shut = plan.on(each.starts_at.astimezone(plan.zone).date()).shut
        if shut is not None and each.recurrence_on is not None:
            found[each.recurrence_on] = shut
    return found


def _series(
    asked: Booking, entered: SeriesInput, *, who: Actor, at: datetime
) -> tuple[Series, Rule]:
    """The series in which a session is the first one, and its rule. Raises Invalid."""
    zone = checked_zone(entered.time_zone or seller_of(who.organization_id).time_zone)
    first = asked.starts_at.astimezone(ZoneInfo(zone))
    rule = checked_rule(entered.rule, first_on=first.date(), begins=first.time(), zone=zone)
    assert asked.unit_price is not None, "a session has a price"
    series = Series(
        id=new_id(),
        organization_id=who.organization_id,
        rule=str(rule),
        first_on=first.date(),
        begins=first.time(),
        fold=first.fold,
        time_zone=zone,
        minutes=asked.minutes,
        practitioner_id=asked.practitioner_id,
        client=asked.client,
        service=asked.service,
        recipient=asked.recipient,
        method=asked.method,
        unit_price=asked.unit_price,
        place=asked.place,
        video=asked.video,
        created_by=who.person_id,
        created_at=at,
    )
    return series, rule


def _session(asked: Booking, series: Series, day: date) -> Booking:
    """The session of a day, with what was asked of the first one."""
    session = Booking(
        id=new_id(),
        organization_id=series.organization_id,
        kind=asked.kind,
        practitioner_id=series.practitioner_id,
        client=asked.client,
        service=asked.service,
        recipient=asked.recipient,
        method=asked.method,
        description=asked.description,
        unit_price=asked.unit_price,
        price_includes_tax=asked.price_includes_tax,
        tax_category=asked.tax_category,
        tax_rate=asked.tax_rate,
        place=asked.place,
        video=asked.video,
        messages=asked.messages,
        series_id=series.id,
        recurrence_on=day,
        created_by=series.created_by,
        created_at=series.created_at,
    )
    session.starts_at, session.ends_at = span(begins_at(series, day), series.minutes)
    keep_reminder(session, at=series.created_at)
    return session
