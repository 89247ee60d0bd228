"""What is shaded in the grid: the time in which nobody works, where somebody has said so."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from storno.diary.hours.opening import plans_of
from storno.diary.hours.plan import DAY, Hours, Span, Why, days_between
from storno.diary.queries import Range
from storno.organizations.models import Settings
from storno.web.diary.whose import Whose


def shades(
    days: Range, people: Collection[UUID], all_: Whose, settings: Settings
) -> Iterator[dict[str, Any]]:
    """The closed time of each day and diary, in local time; with its reason where there is one.

    Of who has said no hours only the days on which nobody is there. Of a closed diary it is not
    told why.
    """
    plans = plans_of(people, days.since, days.until, settings=settings)
    for person, plan in plans.items():
        member, is_open = all_.members[person].id, all_.diaries.sight_of(person)
        for day in days_between(days.since, days.until, plan.zone):
            hours = plan.on(day)
            if not hours.said:
                continue
            shut = hours.shut if is_open or (hours.shut and hours.shut.why != Why.AWAY) else None
            for span in _closed(hours):
                yield {
                    "who": member,
                    "start": _shown(day, span.begins),
                    "end": _shown(day, span.ends),
                    "words": str(shut or ""),
                    "wholeDay": span == _ALL,
                }


_ALL = Span(0, DAY)


def _closed(hours: Hours) -> Iterator[Span]:
    """The time between the spans of work."""
    begins = 0
    for span in hours.spans:
        if begins < span.begins:
            yield Span(begins, span.begins)
        begins = span.ends
    if begins < DAY:
        yield Span(begins, DAY)


def _shown(day: date, minute: int) -> str:
    """A minute of a day as the clocks show it."""
    return (datetime.combine(day, time()) + timedelta(minutes=minute)).isoformat()
