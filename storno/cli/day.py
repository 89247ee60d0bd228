"""A day as it is written at a terminal."""

from datetime import date

import click

FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)


class DayType(click.ParamType[date]):
    """A day of the calendar."""

    name = "day"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Read the text."""
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = date.min
        if not FIRST <= day <= LAST:
            self.fail("Write a day like 2026-06-17.", param, ctx)
        return day
