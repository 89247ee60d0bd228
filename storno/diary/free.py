"""When a practitioner is free: times of work in which nothing is booked. Who is there is not told.

So it is open to every member, also of diaries that are closed to them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import invalid
from storno.diary.book import practitioner, service_to_book
from storno.diary.hours.opening import open_times
from storno.diary.queries import Range
from storno.diary.slot import LONGEST, taking_time
from storno.organizations.models import Settings
from storno.organizations.roles import Actor

STEP = timedelta(minutes=15)
"""Times are offered each quarter of an hour, and where something ends."""

Times = Sequence[tuple[datetime, datetime]]
"""From when to when, in order, none overlapping another."""


@dataclass(frozen=True, slots=True)
class Free:
    """When something could begin; `more` where there are more times than were asked for."""

    starts: tuple[datetime, ...]
    more: bool


def when_free(
    membership_id: UUID,
    asked: Range,
    *,
    service: UUID | None = None,
    minutes: int | None = None,
    most: int,
    apart: bool = False,
    settings: Settings,
    who: Actor,
) -> Free:
    """When a member is free for a service, or for so many minutes, the earliest first.

    With `apart` no time overlaps the one before it. `settings` were read with their seller. Inside
    a scope; open to every member. Raises Invalid.
    """
    person_id = practitioner(membership_id, who)
    if minutes is None:
        if service is None:
            words = _("Say for which service, or for how many minutes.")
            raise invalid("minutes", "required", words)
        minutes = service_to_book(service, who).minutes or 0
    return free_starts(person_id, minutes, asked, settings=settings, most=most, apart=apart)


def free_starts(
    practitioner_id: UUID,
    minutes: int,
    asked: Range,
    *,
    settings: Settings,
    most: int,
    apart: bool = False,
) -> Free:
    """When something that lasts so many minutes could begin, the earliest first; inside a scope.

    It begins and ends in the range and in one stretch of work. `settings` were read with their
    seller. Raises Invalid.
    """
    if not 0 < minutes <= LONGEST.total_seconds() // 60:
        words = _("Enter how many minutes it takes, 24 hours at most.")
        raise invalid("minutes", "out_of_range", words)
    since, until = asked.since, asked.until
    work = open_times([practitioner_id], since, until, settings=settings)[practitioner_id]
    taken = taking_time(settings.organization_id, since=since, until=until).filter(
        practitioner_id=practitioner_id
    )
    busy = list(taken.order_by("starts_at").values_list("starts_at", "ends_at"))
    found = tuple(
        islice(starts_in(without(work, busy), timedelta(minutes=minutes), apart=apart), most + 1)
    )
    return Free(found[:most], len(found) > most)


def without(work: Times, busy: Times) -> Iterator[tuple[datetime, datetime]]:
    """What is left of times without others."""
    place = 0
    for begins, ends in work:
        since = begins
        while place < len(busy) and busy[place][1] <= since:
            place += 1
        for taken_from, taken_until in busy[place:]:
            if taken_from >= ends:
                break
            if since < taken_from:
                yield since, taken_from
            since = max(since, taken_until)
        if since < ends:
            yield since, ends


def starts_in(
    free: Iterator[tuple[datetime, datetime]], lasts: timedelta, *, apart: bool = False
) -> Iterator[datetime]:
    """When something can begin in free times: with each of them, then each quarter of an hour.

    With `apart` after each other instead.
    """
    for begins, ends in free:
        start = _whole_minute(begins)
        while start + lasts <= ends:
            yield start
            start = start + lasts if apart else _next_step(start)


def _whole_minute(moment: datetime) -> datetime:
    cut = moment.replace(second=0, microsecond=0)
    return cut if cut == moment else cut + timedelta(minutes=1)


def _next_step(moment: datetime) -> datetime:
    """The next quarter of an hour; all zones keep whole ones."""
    passed = (moment - datetime.min.replace(tzinfo=UTC)) % STEP
    return moment - passed + STEP
