"""Business days in Finland and Norway."""

from datetime import date

import pytest

from storno.late.days import reminded_from


@pytest.mark.parametrize(
    ("country", "due_on", "first"),
    [
        ("FI", date(2026, 6, 2), date(2026, 6, 5)),  # Tuesday to Friday
        ("FI", date(2026, 6, 5), date(2026, 6, 10)),  # over a weekend
        ("FI", date(2026, 6, 17), date(2026, 6, 23)),  # Midsummer's eve and day
        ("NO", date(2026, 6, 17), date(2026, 6, 22)),  # which Norway does not keep
        ("NO", date(2026, 5, 15), date(2026, 5, 20)),  # the 17th is a Sunday
        ("FI", date(2026, 12, 23), date(2026, 12, 30)),  # Christmas, and its eve
        ("FI", date(2026, 12, 30), date(2027, 1, 5)),  # New Year
        ("FI", date(2026, 4, 2), date(2026, 4, 9)),  # Easter
    ],
)
def test_the_third_business_day_after_the_due_day(country: str, due_on: date, first: date) -> None:
    assert reminded_from(due_on, country) == first
