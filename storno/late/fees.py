"""What a reminder may cost, as the law of each country has it. Pure.

Where the law's limit is not known to this release nothing is charged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class ReminderFee:
    """At most `amount_minor` for one reminder, and for `most` of them.

    The first so many days `after_due`, each following one so many `after_last` that was sent.
    """

    amount_minor: int
    after_due: timedelta
    after_last: timedelta
    most: int


_FINNISH_PERSON = ReminderFee(500, timedelta(days=14), timedelta(days=14), most=2)
"""Laki saatavien perinnästä 513/1999, 10 a and 10 b §."""
_FINNISH_COMPANY = ReminderFee(1_200, timedelta(days=0), timedelta(days=10), most=2)
"""The same law since 1 May 2022, of what is owed by others than consumers."""


def fee_of(country: str, *, company: bool) -> ReminderFee | None:
    """What a reminder may cost somebody in a country (ISO 3166-1 alpha-2); None is not known."""
    if country != "FI":
        return None
    return _FINNISH_COMPANY if company else _FINNISH_PERSON


def may_charge(
    fee: ReminderFee, due_on: date, reminded_on: Sequence[date], charged: int, today: date
) -> bool:
    """Whether a reminder of today may cost it; `reminded_on` are the days of those before."""
    if charged >= fee.most or today < due_on + fee.after_due:
        return False
    return not reminded_on or today >= max(reminded_on) + fee.after_last
