"""Late interest by dated rates, to the cent."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storno.late.interest import KNOWN_UNTIL, Interest, late_interest

LAW: dict[str, Any] = {"country": "FI", "company": False, "own": Decimal(0)}
THIRTY = (date(2026, 1, 31), date(2026, 3, 2))
"""Thirty days are late: from the first of February to the second of March."""


@pytest.mark.parametrize(
    ("due_on", "until", "how", "amount_minor", "percent"),
    [
        (*THIRTY, {}, 980, "9.5"),
        (*THIRTY, {"company": True}, 1083, "10.5"),
        (*THIRTY, {"company": True, "own": Decimal("16")}, 1650, "16"),
        (*THIRTY, {"own": Decimal("16")}, 980, "9.5"),  # of a person no more than the law has
        (*THIRTY, {"country": "NO"}, 1238, "12.00"),
        (*THIRTY, {"country": "NO", "company": True}, 1238, "12.00"),
        # 16 days at 10.5 %, 14 at 9.5 %, rounded once.
        (date(2025, 6, 14), date(2025, 7, 14), {}, 1035, "9.5"),
        (date(2026, 3, 1), date(2026, 3, 2), {}, 33, "9.5"),
    ],
)
def test_what_has_run_up(
    due_on: date, until: date, how: dict[str, Any], amount_minor: int, percent: str
) -> None:
    found = late_interest(125_500, due_on, until, **LAW | how)
    first = due_on + timedelta(days=1)
    assert found == Interest(amount_minor, Decimal(percent), first, until)


def test_nothing_is_guessed_where_the_table_ends() -> None:
    end = KNOWN_UNTIL["NO"]
    how = LAW | {"country": "NO"}
    known = late_interest(125_500, date(2026, 5, 31), end, **how)
    assert late_interest(125_500, date(2026, 5, 31), date(2026, 9, 1), **how) == known
    assert late_interest(125_500, end, date(2026, 9, 1), **how) is None
    assert late_interest(125_500, date(2026, 3, 1), date(2026, 3, 1), **LAW) is None
    agreed = how | {"company": True, "own": Decimal("12.5")}
    assert late_interest(125_500, end, end + timedelta(days=365), **agreed) == Interest(
        15_688, Decimal("12.5"), end + timedelta(days=1), end + timedelta(days=365)
    )


@given(
    st.integers(1, 10**9),
    st.dates(date(2023, 1, 1), date(2026, 12, 30)),
    st.integers(1, 400),
    st.integers(1, 400),
    st.sampled_from(["FI", "NO"]),
)
def test_more_days_never_cost_less_and_parts_add_up(
    amount: int, due_on: date, some: int, more: int, country: str
) -> None:
    """A span costs what its parts cost, but for the cent that each is rounded by."""
    how, until = LAW | {"country": country}, due_on + timedelta(days=some)
    whole = late_interest(amount, due_on, until + timedelta(days=more), **how)
    part = late_interest(amount, due_on, until, **how)
    rest = late_interest(amount, until, until + timedelta(days=more), **how)
    sums = [each.amount_minor if each else 0 for each in (whole, part, rest)]
    assert abs(sums[0] - sums[1] - sums[2]) <= 1
    assert sums[0] >= sums[1]
