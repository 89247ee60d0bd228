"""The rates of value added tax by country and day, as data.

The day is that of the supply (the work completed, the goods handed over; for an advance, its
receipt), not the invoice date; a credit note keeps the rate of the original supply.

A rate of the table is one that some supply bore on that day; which goods and services it covered
is for the seller to know. Zero is no rate here but a tax category of its own.
"""

from datetime import date
from decimal import Decimal


class UnknownCountry(ValueError):
    """There is no table of rates for the country."""

    def __init__(self, country: str) -> None:
        super().__init__(f"no rates are known for the country {country!r}")
        self.country = country


class NoRateKnown(ValueError):
    """The day lies before the table of the country begins."""

    def __init__(self, country: str, on: date) -> None:
        super().__init__(f"no rates are known for {country} on {on.isoformat()}")
        self.country = country
        self.on = on


def _rates(*percentages: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(percentage) for percentage in percentages)


_TABLES: dict[str, tuple[tuple[date, tuple[Decimal, ...]], ...]] = {
    # Arvonlisäverolaki 1501/1993, 84-85 a §. On 2025-01-01 (691/2024) most of what bore 10 %
    # moved to 14 %, yet the rates themselves stayed.
    "FI": (
        (date(2013, 1, 1), _rates("24", "14", "10")),
        (date(2024, 9, 1), _rates("25.5", "14", "10")),  # 462/2024
        (date(2026, 1, 1), _rates("25.5", "13.5", "10")),  # 1358/2025
    ),
    # Merverdiavgiftsloven 2009-06-19-58, chapter 5, and the yearly decision of the Storting on
    # its rates. The rate of raw fish between fishermen (11.11) is not for Storno's users.
    "NO": (
        (date(2013, 1, 1), _rates("25", "15", "8")),
        (date(2016, 1, 1), _rates("25", "15", "10")),
        (date(2018, 1, 1), _rates("25", "15", "12")),
        (date(2020, 4, 1), _rates("25", "15", "6")),  # lowered for the pandemic
        (date(2021, 10, 1), _rates("25", "15", "12")),
    ),
}


def rates_in_force(country: str, on: date) -> tuple[Decimal, ...]:
    """The rates that a supply may bear in the country on the day, the highest first.

    Percentages (Decimal("25.5")); countries by ISO 3166-1 alpha-2.
    Raises UnknownCountry, NoRateKnown.
    """
    if country not in _TABLES:
        raise UnknownCountry(country)
    in_force: tuple[Decimal, ...] = ()
    for begins_on, rates in _TABLES[country]:
        if begins_on <= on:
            in_force = rates
    if not in_force:
        raise NoRateKnown(country, on)
    return in_force


def standard_rate(country: str, on: date) -> Decimal:
    """The rate that holds where no other is laid down. Raises UnknownCountry, NoRateKnown."""
    return rates_in_force(country, on)[0]


def is_in_force(country: str, rate: Decimal, on: date) -> bool:
    """Whether a supply of the day may bear the rate. Raises UnknownCountry, NoRateKnown."""
    return rate in rates_in_force(country, on)
