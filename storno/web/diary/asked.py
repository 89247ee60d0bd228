"""What part of the diaries an address asks for: days, whose, and whether what was called off."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from storno.diary.queries import Range
from storno.web.access import Here
from storno.web.diary.times import midnight

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Between these years a diary is leafed through; nothing is booked before or after."""

MOST_DIARIES = 20
"""More diaries are not looked at side by side."""


class Scale(StrEnum):
    """How many days are shown at once."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Asked:
    """Some days around `on`, of these members' diaries; of nobody's named: one's own.

    `grid`: drawn as a grid where a script runs, which else is the list.
    """

    scale: Scale
    on: date
    members: tuple[UUID, ...]
    cancelled: bool
    grid: bool = False

    @property
    def first(self) -> date:
        """The first day that is shown; weeks begin on Monday (ISO 8601)."""
        if self.scale is Scale.WEEK:
            return self.on - timedelta(days=self.on.weekday())
        return self.on.replace(day=1) if self.scale is Scale.MONTH else self.on

    @property
    def days(self) -> list[date]:
        """All days that are shown."""
        count = {Scale.DAY: 1, Scale.WEEK: 7}.get(self.scale)
        if count is None:
            count = monthrange(self.on.year, self.on.month)[1]
        return [self.first + timedelta(days=number) for number in range(count)]

    @property
    def earlier(self) -> "Asked":
        """As many days before these."""
        return replace(self, on=self.first - timedelta(days=1))

    @property
    def later(self) -> "Asked":
        """As many days after these."""
        return replace(self, on=self.days[-1] + timedelta(days=1))

    def range(self, time_zone: str) -> Range:
        """The time of these days, an hour shorter or longer where the clocks are changed."""
        after = self.days[-1] + timedelta(days=1)
        return Range(midnight(self.first, time_zone), midnight(after, time_zone))

    def url(self, here: Here, today: date) -> str:
        """The address that asks for this; what is usual is left out."""
        query: list[tuple[str, str]] = []
        if self.scale is not Scale.WEEK:
            query.append(("view", self.scale.value))
        if self.grid:
            query.append(("as", "grid"))
        if self.on != today:
            query.append(("on", self.on.isoformat()))
        query += [("who", str(member)) for member in self.members]
        if self.cancelled:
            query.append(("cancelled", "1"))
        address = here.url("diary")
        return f"{address}?{urlencode(query)}" if query else address


def read_asked(query: QueryDict, today: date) -> Asked:
    """Read an address; a mistyped part counts as absent, for it only narrows a view."""
    scale = query.get("view", "")
    members = dict.fromkeys(filter(None, map(_id, query.getlist("who"))))
    return Asked(
        scale=Scale(scale) if scale in list(Scale) else Scale.WEEK,
        on=read_day(query.get("on", "")) or today,
        members=tuple(members)[:MOST_DIARIES],
        cancelled=query.get("cancelled") == "1",
        grid=query.get("as") == "grid",
    )


def read_day(text: str) -> date | None:
    """A day of an address, if it is one that a diary has."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
