"""What stands in the diaries between two days, as the grid draws it.

Times are those of the organization's clocks, without an offset: a day in which they are changed is
drawn like every other, and what is dragged over it keeps its time of day.
"""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from storno.core.refusals import invalid
from storno.diary.models import BookingState
from storno.diary.queries import Entry, Range, entries_in
from storno.web.access import Here
from storno.web.diary.agenda import Row, Rows
from storno.web.diary.asked import FIRST_YEAR, LAST_YEAR, read_asked
from storno.web.diary.shade import shades
from storno.web.diary.times import midnight
from storno.web.diary.whose import Whose, whose

MOST_DAYS = 45
"""Six weeks, as a month is drawn, and some days more."""


def events(query: QueryDict, here: Here) -> dict[str, Any]:
    """What is asked for; inside a scope. Raises Invalid."""
    now, all_ = here.now, whose(here)
    asked, zone = read_asked(query, now.today), now.seller.time_zone
    people = all_.people(asked.members)
    days = _days_asked(query, asked.first, zone)
    entries = entries_in(
        days, people, diaries=all_.diaries, who=here.who, cancelled=asked.cancelled
    )
    rows = Rows(now, all_, here, many=len(people) > 1).of(entries)
    drawn = zip(entries, rows, strict=True)
    return {
        "events": [_event(entry, row, all_, zone) for entry, row in drawn],
        "shades": list(shades(days, people, all_, now.settings)),
    }


def _days_asked(query: QueryDict, first: date, zone: str) -> Range:
    """From a day up to, not including, another; a week where none is named. Raises Invalid."""
    begins = _day_asked(query, "from") or first
    ends = _day_asked(query, "to") or begins + timedelta(days=7)
    if not timedelta(0) < ends - begins <= timedelta(days=MOST_DAYS):
        raise invalid("to", "out_of_range", _("Ask for 45 days at most."))
    return Range(midnight(begins, zone), midnight(ends, zone))


def _day_asked(query: QueryDict, name: str) -> date | None:
    """A day of the address, if it names one. Raises Invalid."""
    text = query.get(name, "")
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        day = date.min
    # The first month of the calendar is drawn with days of the year before.
    if day and not FIRST_YEAR - 1 <= day.year <= LAST_YEAR + 1:
        raise invalid(name, "no_day", _("Enter a day like 2026-11-03."))
    return day


def _event(entry: Entry, row: Row, all_: Whose, zone: str) -> dict[str, Any]:
    """Some time in a diary; of a closed one only that it is taken."""
    booking = entry.booking
    starts, ends = _local(entry.starts_at, zone), _local(entry.ends_at, zone)
    event: dict[str, Any] = {
        "who": all_.members[entry.practitioner_id].id,
        "start": starts.isoformat(),
        # Where the clocks go back, what ends later may show an earlier time.
        "end": (ends if ends > starts else starts + (entry.ends_at - entry.starts_at)).isoformat(),
        "kind": row.kind,
        "title": str(row.title),
        "time": row.time,
        "whose": row.whose,
    }
    if booking is None:
        return event
    on = booking.state != BookingState.CANCELLED
    return event | {
        "id": booking.id,
        "version": booking.version,
        "url": row.url,
        "told": row.told,
        "state": booking.state,
        "stateWords": row.state,
        "billed": row.billed
        and {"sign": row.billed.state, "words": row.billed.words, "locked": row.billed.locked},
        "moves": all_.here.url("booking_time", booking.id)
        if on and all_.may_write(entry.practitioner_id)
        else "",
    }


def _local(at: datetime, zone: str) -> datetime:
    """What calendar and clock show at a moment."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
