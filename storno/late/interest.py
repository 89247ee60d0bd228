"""Late interest as the law has it: simple, by dated rates, actual/365. Pure.

It runs from the day after the due day to the day of payment. Where a table ends nothing is guessed:
it is reckoned as far as the rate is known, and the answer says how far that is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from storno.money.rounding import round_ratio

DAYS_OF_A_YEAR = 365

OF_COMPANIES = Decimal(1)
"""What a Finnish company pays more than a person (korkolaki 4 a §: 8 for 7 points)."""


@dataclass(frozen=True, slots=True)
class Interest:
    """What has run up, in minor units; `percent` a year is the last rate, from its day on.

    `until` is the last day that is reckoned; before the one that was asked for, if the rate of the
    days after it is not known.
    """

    amount_minor: int
    percent: Decimal
    since: date
    until: date


_TABLES: dict[str, tuple[tuple[date, Decimal], ...]] = {
    # Korkolaki 633/1982, 4 and 12 §: the reference rate that the Bank of Finland tells before each
    # half-year, and 7 points, of persons.
    "FI": (
        (date(2023, 1, 1), Decimal("9.5")),
        (date(2023, 7, 1), Decimal("11.0")),
        (date(2024, 1, 1), Decimal("11.5")),
        (date(2025, 1, 1), Decimal("10.5")),
        (date(2025, 7, 1), Decimal("9.5")),
    ),
    # Forsinkelsesrenteloven 1976-12-17-100, § 3: by regulation for each half-year, of all alike.
    "NO": (
        (date(2023, 1, 1), Decimal("10.75")),
        (date(2023, 7, 1), Decimal("11.75")),
        (date(2024, 1, 1), Decimal("12.50")),
        (date(2025, 7, 1), Decimal("12.25")),
        (date(2026, 1, 1), Decimal("12.00")),
    ),
}

KNOWN_UNTIL = {"FI": date(2026, 12, 31), "NO": date(2026, 6, 30)}
"""The end of the last half-year whose rate was told when this release was made."""


def late_interest(
    amount_minor: int, due_on: date, until: date, *, country: str, company: bool, own: Decimal
) -> Interest | None:
    """What has run up on an amount that was due; None where no day of it has a known rate.

    `own` is what was agreed with a company, in percent a year; 0 is the law's, as for persons
    always. Countries by ISO 3166-1 alpha-2.
    """
    first = due_on + timedelta(days=1)
    agreed = own if company else Decimal(0)
    if not agreed:
        until = min(until, KNOWN_UNTIL[country])
        first = max(first, _TABLES[country][0][0])
    if until < first:
        return None
    more = OF_COMPANIES if company and country == "FI" else Decimal(0)
    spans = [(first, agreed)] if agreed else list(_rates(country, first, until, more))
    ends = [*(begin for begin, _percent in spans[1:]), until + timedelta(days=1)]
    weight = sum(
        (end - begin).days * int(percent * 100)
        for (begin, percent), end in zip(spans, ends, strict=True)
    )
    interest = round_ratio(amount_minor * weight, DAYS_OF_A_YEAR * 100 * 100)
    return Interest(interest, spans[-1][1], first, until)


def _rates(country: str, first: date, until: date, more: Decimal) -> Iterator[tuple[date, Decimal]]:
    """The rates of a span of days, each with its first day in it."""
    table = _TABLES[country]
    for place, (begin, percent) in enumerate(table):
        following = table[place + 1][0] if place + 1 < len(table) else date.max
        if begin <= until and following > first:
            yield max(begin, first), percent + more
