"""The agenda as its page shows it: days, and on each what stands there, in time order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from storno.core.refusals import Words
from storno.diary.bill import Billing, billings_of
from storno.diary.hours.opening import plans_of
from storno.diary.hours.plan import Plan
from storno.diary.models import Booking, BookingKind, BookingState
from storno.diary.queries import Entry, entries_in
from storno.organizations.queries import Circumstances
from storno.printing.labels import format_period
from storno.web.access import Here
from storno.web.diary.asked import Asked, Scale
from storno.web.diary.billed import Billed, billed
from storno.web.diary.grid import grid_told
from storno.web.diary.times import clock_change, say_span
from storno.web.diary.whose import Whose, whose
from storno.web.diary.worked import for_client, note_of
from storno.web.say import reader_language, say_day, say_moment, say_short
from storno.web.zones import town_of


@dataclass(frozen=True, slots=True)
class Row:
    """Some time in a diary, in words; what is closed to the reader is only taken.

    `gone`: it was called off and takes no time.
    """

    kind: str
    at: datetime
    time: str
    title: str
    url: str = ""
    told: str = ""
    whose: str = ""
    state: str = ""
    gone: bool = False
    billed: Billed | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day with what stands on it."""

    on: date
    title: str
    is_today: bool
    note: str
    rows: list[Row]
    new_url: str


def agenda(asked: Asked, here: Here) -> dict[str, Any]:
    """All that the page shows; inside a scope."""
    now, all_ = here.now, whose(here)
    people = all_.people(asked.members)
    zone = now.seller.time_zone
    asked_for = asked.range(zone)
    entries = entries_in(
        asked_for, people, diaries=all_.diaries, who=here.who, cancelled=asked.cancelled
    )
    rows = Rows(now, all_, here, many=len(people) > 1)
    plans = plans_of(people, asked_for.since, asked_for.until, settings=now.settings)
    days = list(_days(asked, rows.of(entries), rows, plans))
    return {
        "days": days,
        "none": not entries,
        "zone": town_of(zone),
        "title": _title(asked),
        "several": len(people) > 1,
        "of_others": people != [here.person.id],
        "names": ", ".join(all_.name(person) for person in people),
        "new_url": _new_url(asked, now.today, here) if all_.bookable() else "",
        "grid": grid_told(asked, people, all_, now) if asked.grid else None,
        **_ways(asked, now.today, here),
        "diaries": _diaries(people, all_) if len(all_.members) > 1 else [],
    }


def _title(asked: Asked) -> str:
    days = asked.days
    words = format_period(days[0], days[-1], reader_language())
    if asked.scale is Scale.WEEK:
        return _("Week %(number)s, %(days)s") % {
            "number": days[0].isocalendar().week,
            "days": words,
        }
    return words


def _ways(asked: Asked, today: date, here: Here) -> dict[str, Any]:
    """From here to other days, other scales, and to what was called off."""
    return {
        "asked": asked,
        "tabs": _tabs(asked, today, here),
        "earlier_url": asked.earlier.url(here, today),
        "later_url": asked.later.url(here, today),
        "today_url": "" if today in asked.days else replace(asked, on=today).url(here, today),
        "cancelled_url": replace(asked, cancelled=not asked.cancelled).url(here, today),
        "diary_url": here.url("diary"),
        "access_url": here.url("diary_access"),
        "feed_url": here.url("feed"),
        "hours_url": here.url("own_hours"),
    }


def _tabs(asked: Asked, today: date, here: Here) -> list[dict[str, Any]]:
    """The scales, of the grid where there is one; and beside them the list of the same days."""
    drawn = settings.DIARY_GRID
    ways = [
        (_("Day"), "d", replace(asked, scale=Scale.DAY, grid=drawn)),
        (_("Week"), "w", replace(asked, scale=Scale.WEEK, grid=drawn)),
        (_("Month"), "m", replace(asked, scale=Scale.MONTH, grid=drawn)),
    ]
    if drawn:
        ways.insert(0, (pgettext("form of the diary", "List"), "a", replace(asked, grid=False)))
    return [
        {"label": label, "key": key, "url": way.url(here, today), "current": way == asked}
        for label, key, way in ways
    ]


def _diaries(people: list[UUID], all_: Whose) -> list[dict[str, Any]]:
    """The diaries that can be chosen."""
    return [
        {
            "id": member.id,
            "name": str(member.person),
            "told": all_.told(person),
            "chosen": person in people,
        }
        for person, member in all_.members.items()
    ]


def _new_url(asked: Asked, day: date, here: Here) -> str:
    """Where something is booked on a day, for whose diary is looked at where it is one."""
    query = {"on": day.isoformat()}
    if len(asked.members) == 1:
        query["who"] = str(asked.members[0])
    return here.url("session_new", **query)


def _days(
    asked: Asked, found_rows: list[Row], rows: "Rows", plans: Mapping[UUID, Plan]
) -> Iterator[Day]:
    """The days; of a month only today, those that are closed, and those on which something is."""
    now, may_book = rows.now, bool(rows.all_.bookable())
    zone = ZoneInfo(now.seller.time_zone)
    by_day: dict[date, list[Row]] = {}
    for row in found_rows:
        # What began before the first day and lasts into it stands there.
        day = max(row.at.astimezone(zone).date(), asked.first)
        by_day.setdefault(day, []).append(row)
    for day in asked.days:
        found = by_day.get(day, [])
        shut = any(plan.on(day).shut for plan in plans.values())
        if found or shut or asked.scale is not Scale.MONTH or day == now.today:
            notes = [clock_change(day, now.seller.time_zone), note_of(day, plans, rows.all_)]
            yield Day(
                on=day,
                title=say_day(day, now.today).full,
                is_today=day == now.today,
                note=" · ".join(filter(None, notes)),
                rows=found,
                new_url=_new_url(asked, day, rows.here) if may_book else "",
            )


@dataclass(frozen=True, slots=True)
class Rows:
    """What rows are made with; `many`: those of several diaries stand together.

    `dated`: they are of one client and stand below no days, so each is called by its own.
    """

    now: Circumstances
    all_: Whose
    here: Here
    many: bool
    dated: bool = False

    def of(self, entries: list[Entry]) -> list[Row]:
        """The entries as rows, with as many statements for a hundred as for one."""
        open_ = [entry.booking for entry in entries if entry.booking]
        sessions = [booking for booking in open_ if booking.kind == BookingKind.SESSION]
        billings = billings_of(sessions)
        return [self._row(entry, billings) for entry in entries]

    def _row(self, entry: Entry, billings: Mapping[UUID, Billing]) -> Row:
        booking, zone = entry.booking, self.now.seller.time_zone
        span = say_span(entry.starts_at, entry.ends_at, zone)
        row = Row(
            kind="busy",
            at=entry.starts_at,
            time="" if self.dated else span,
            title=_("Busy"),
            whose=self.all_.name(entry.practitioner_id) if self.many else "",
        )
        if booking is None:
            return row
        row = replace(
            row,
            kind=booking.kind,
            title=self._dated(entry, span) if self.dated else title_of(booking),
            url=self.here.url("booking", booking.id),
            told=" · ".join(
                filter(
                    None, [for_client(booking, zone), told_of(booking), self._called_off(booking)]
                )
            ),
            state=state_of(booking),
            gone=booking.state == BookingState.CANCELLED,
        )
        if booking.kind == BookingKind.ACTIVITY:
            return row
        return replace(row, billed=billed(booking, billings[booking.id], self.now, self.here))

    def _called_off(self, booking: Booking) -> str:
        """When and by whom it was called off, among the sessions of one client, who may ask."""
        if booking.cancelled_at is None or not self.dated:
            return ""
        when = say_moment(booking.cancelled_at, self.here.at, self.now.seller.time_zone).words
        if booking.cancelled_by is None:
            return _("cancelled %(when)s") % {"when": when}
        name = self.all_.name(booking.cancelled_by)
        return _("cancelled %(when)s by %(name)s") % {"when": when, "name": name}

    def _dated(self, entry: Entry, span: str) -> str:
        """The day and the time, by which sessions of one client are told apart."""
        day = entry.starts_at.astimezone(ZoneInfo(self.now.seller.time_zone)).date()
        return _("%(day)s, %(time)s") % {"day": say_short(day, self.now.today), "time": span}


def title_of(booking: Booking) -> str:
    """Who comes, or what it is."""
    return booking.client.name if booking.client else booking.title


def told_of(booking: Booking) -> str:
    """What it is and where."""
    where = [booking.place] if booking.place else []
    if booking.video:
        where.append(_("video"))
    return " · ".join([*([booking.description] if booking.description else []), *where])


def state_of(booking: Booking) -> str:
    """What became of it, in words; nothing of what is simply booked."""
    if booking.state == BookingState.BOOKED:
        return ""
    if booking.state == BookingState.CANCELLED and booking.cancelled_late:
        return _("Cancelled late")
    return str(_STATES[booking.state])


_STATES: dict[str, Words] = {
    BookingState.HELD: pgettext_lazy("state of a session", "Held"),
    BookingState.NO_SHOW: pgettext_lazy("state of a session", "Did not come"),
    BookingState.CANCELLED: pgettext_lazy("state of a session", "Cancelled"),
}
