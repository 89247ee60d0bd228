"""What a deed on a series would do, told before it is done; inside a scope.

Nothing is locked or written. The deed decides anew, and refuses what came between.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from storno.core.refusals import FieldError
from storno.diary.bill import Billing, billings_of
from storno.diary.cancel import is_late
from storno.diary.hours.plan import Shut
from storno.diary.hours.warn import warnings_of
from storno.diary.models import Booking, BookingState, Series
from storno.diary.series.book import SeriesInput, closed_days, plan_series
from storno.diary.series.change import SeriesChanges, Usual, fill, given_to, place, usual_of
from storno.diary.series.find import begins_at, first_to_come, series_with, sessions_from
from storno.diary.sight import diaries_of
from storno.diary.slot import what_is_in_the_way
from storno.organizations.queries import settings_of
from storno.organizations.roles import Actor


@dataclass(frozen=True, slots=True)
class Booked:
    """A series before it is booked.

    `taken`: what is in the way of its sessions, by their ids; `closed`: the days on which nobody
    works; `warnings`: of what else there is to warn, by the sessions' ids.
    """

    series: Series
    sessions: list[Booking]
    taken: Mapping[UUID, Booking]
    closed: Mapping[date, Shut]
    warnings: Mapping[UUID, tuple[FieldError, ...]]


def foresee_series(entered: SeriesInput, *, who: Actor, at: datetime) -> Booked:
    """The sessions that a series would have. Raises Invalid, NotAllowed."""
    series, sessions = plan_series(entered, who=who, at=at)
    return Booked(
        series,
        sessions,
        what_is_in_the_way(sessions),
        closed_days(sessions, series),
        warnings_of(sessions, settings=settings_of(series.organization_id)),
    )


@dataclass(frozen=True, slots=True)
class Changed:
    """The sessions that a change of a series concerns, by time; each can be one of several.

    `begun` keep their time and place, `by_hand` what was changed in them alone, `invoiced` what
    they bill. `warnings`: of what there is to warn where they are given to somebody, by their ids.
    """

    sessions: list[Booking]
    begun: list[Booking]
    by_hand: list[Booking]
    invoiced: list[Booking]
    warnings: Mapping[UUID, tuple[FieldError, ...]]


def foresee_change(
    series_id: UUID, changes: SeriesChanges, *, since: date | None, who: Actor, at: datetime
) -> Changed:
    """What a change would leave as it is. Raises Absent, NotAllowed, Invalid, TimesAreTaken."""
    diaries, to = diaries_of(who), given_to(changes, who)
    series = series_with(series_id, diaries=diaries, who=who)
    is_given = to not in (None, series.practitioner_id)
    for person_id in {series.practitioner_id, to or series.practitioner_id}:
        diaries.must_book(person_id)
    if is_given:
        since = first_to_come(series, since, at=at)
    sessions = _standing(series, since)
    before = usual_of(series)
    billings = billings_of(sessions)
    differ = [
        each for each in sessions if _differs(each, billings[each.id], before, changes, series)
    ]
    fill(series, changes, to=to, who=who, at=at)
    moved = place(sessions, before, series, at=at)
    settings = settings_of(series.organization_id)
    in_time = (changes.begins, changes.minutes, changes.place, changes.video) != (None,) * 4
    return Changed(
        sessions=sessions,
        begun=[each for each in sessions if in_time and each.starts_at <= at],
        by_hand=differ,
        invoiced=[
            each for each in sessions if changes.of_billing and billings[each.id].price_locked
        ],
        warnings=warnings_of(moved, settings=settings) if is_given else {},
    )


def _differs(
    session: Booking, billing: Billing, usual: Usual, changes: SeriesChanges, series: Series
) -> bool:
    """Whether something of a session that is to be changed is not as usual: it keeps that."""
    day = session.recurrence_on
    assert day is not None, "a session of a series has its day"
    kept = (
        (changes.begins, session.starts_at == begins_at(series, day)),
        (changes.minutes, session.minutes == usual.minutes),
        (changes.place, session.place == usual.place),
        (changes.video, session.video == usual.video),
        (changes.price, billing.terms.unit_price == usual.unit_price),
        (changes.recipient, billing.terms.recipient_id == usual.recipient_id),
        (changes.method, session.method == usual.method),
    )
    return any(change is not None and not as_usual for change, as_usual in kept)


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The sessions of a series that are to come; the `late` are charged, the `invoiced` stay."""

    series: Series
    sessions: list[Booking]
    late: list[Booking]
    invoiced: list[Booking]


def foresee_cancellation(
    series_id: UUID, *, since: date | None, who: Actor, at: datetime
) -> Cancelled:
    """What there is to cancel. Raises Absent, NotAllowed, Invalid."""
    diaries = diaries_of(who)
    series = series_with(series_id, diaries=diaries, who=who)
    diaries.must_book(series.practitioner_id)
    coming = [each for each in _standing(series, since) if each.starts_at > at]
    billings = billings_of(coming)
    return Cancelled(
        series=series,
        sessions=coming,
        late=[each for each in coming if is_late(each, at=at)],
        invoiced=[each for each in coming if billings[each.id].price_locked],
    )


def _standing(series: Series, since: date | None) -> list[Booking]:
    """The sessions of a series that are not cancelled, or those from one of its days on."""
    rows = sessions_from(series, since).exclude(state=BookingState.CANCELLED)
    return list(rows.order_by("starts_at", "id"))
