"""Warning of bookings at times at which nobody works; nothing stands in their way."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from storno.core.refusals import FieldError, Words
from storno.diary.hours.opening import plans_of
from storno.diary.hours.plan import (
    DAY,
    Hours,
    Plan,
    Shut,
    Span,
    Why,
    days_between,
    say_spans,
    span_on,
)
from storno.diary.models import Booking, BookingState
from storno.organizations.models import Settings
from storno.printing.labels import language_called


def warnings_of(
    bookings: Sequence[Booking], *, settings: Settings
) -> dict[UUID, tuple[FieldError, ...]]:
    """What there is to warn of, by the bookings' ids: one statement, however many they are.

    `settings` were read with their seller. A cancelled booking takes no time, so none is said.
    """
    standing = [each for each in bookings if each.state != BookingState.CANCELLED]
    found: dict[UUID, tuple[FieldError, ...]] = {each.id: () for each in bookings}
    if not standing:
        return found
    plans = plans_of(
        {each.practitioner_id for each in standing},
        min(each.starts_at for each in standing),
        max(each.ends_at for each in standing),
        settings=settings,
    )
    return found | {
        each.id: tuple(warn_at(plans[each.practitioner_id], each.starts_at, each.ends_at))
        for each in standing
    }


def warn_at(plan: Plan, starts_at: datetime, ends_at: datetime) -> Iterator[FieldError]:
    """Why this is no time of work, for each of its days."""
    for day in days_between(starts_at, ends_at, plan.zone):
        hours = plan.on(day)
        if hours.shut is not None:
            yield warn_shut(day, hours.shut)
        elif hours.said and not _is_work(plan, day, starts_at, ends_at):
            yield FieldError("starts_at", "outside_hours", _say_outside(day, hours))


def _is_work(plan: Plan, day: date, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether what of a booking is on a day lies within one span of work."""
    midnight, next_midnight = span_on(day, Span(0, DAY), plan.zone)
    since, until = max(starts_at, midnight), min(ends_at, next_midnight)
    spans = (span_on(day, span, plan.zone) for span in plan.on(day).spans)
    return any(begins <= since and until <= ends for begins, ends in spans)


def warn_shut(day: date, shut: Shut) -> FieldError:
    """That nobody works on a day, and why."""
    said = {"day": formats.date_format(day, "SHORT_DATE_FORMAT"), "name": shut.name}
    match shut.why:
        case Why.HOLIDAY:
            words = _("%(day)s is a public holiday: %(name)s.")
            return FieldError("starts_at", "holiday", words % said)
        case Why.CLOSED_DAY:
            words = _("You are closed on %(day)s: %(name)s.")
            return FieldError("starts_at", "closed_day", words % said)
        case Why.AWAY:
            words = _("The practitioner is away on %(day)s.")
            return FieldError("starts_at", "away", words % said)


def _say_outside(day: date, hours: Hours) -> Words:
    hours_said = say_spans(hours.spans, language_called(get_language()))
    said = {"day": formats.date_format(day, "SHORT_DATE_FORMAT"), "hours": hours_said}
    if not hours.spans:
        return _("%(day)s is no working day.") % said
    return _("This is outside the working hours of %(day)s: %(hours)s.") % said
