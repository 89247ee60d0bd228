"""Shares by the largest remainder, against a slow oracle that hands out unit after unit."""

from collections.abc import Sequence
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storno.money.shares import share_out

WEIGHTS = st.lists(st.integers(min_value=0, max_value=10**12), min_size=1, max_size=12)
TOTALS = st.integers(min_value=-(10**14), max_value=10**14)


def one_by_one(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """For a total and a sum of weights above zero."""
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    shares = [floor(share) for share in exact]
    while sum(shares) < total:
        short = [share - held for share, held in zip(exact, shares, strict=True)]
        shares[short.index(max(short))] += 1
    return tuple(shares)


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (100, [1, 1, 1], (34, 33, 33)),
        (-100, [1, 1, 1], (-34, -33, -33)),
        (100, [1, 2, 3], (17, 33, 50)),
        (5, [0, 1, 0], (0, 5, 0)),
        (1, [1, 1], (1, 0)),
        (0, [3, 4], (0, 0)),
        (7, [0, 0, 0], (7, 0, 0)),
        (-7, [0, 0], (-7, 0)),
        (0, [], ()),
    ],
)
def test_known_shares(total: int, weights: list[int], shares: tuple[int, ...]) -> None:
    assert share_out(total, weights) == shares


def test_a_part_payment_is_shared_between_net_and_tax() -> None:
    """600.00 of 1 000.00 + 255.00."""
    assert share_out(60000, [100000, 25500]) == (47809, 12191)


@given(TOTALS, WEIGHTS)
def test_shares_are_the_proportion_rounded_and_add_up(total: int, weights: list[int]) -> None:
    shares = share_out(total, weights)
    assert sum(shares) == total
    assert share_out(-total, weights) == tuple(-share for share in shares)
    if sum(weights):
        for share, weight in zip(shares, weights, strict=True):
            assert abs(share - Fraction(total * weight, sum(weights))) < 1
    if sum(weights) and total > 0:
        assert shares == one_by_one(total, weights)


@given(WEIGHTS, st.data())
def test_no_share_passes_its_weight_within_the_sum(weights: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(min_value=0, max_value=sum(weights)))
    shares = share_out(total, weights)
    assert all(0 <= share <= weight for share, weight in zip(shares, weights, strict=True))


def test_a_negative_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="a weight is negative"):
        share_out(1, [2, -1])


def test_there_must_be_somebody_to_share_among() -> None:
    with pytest.raises(ValueError, match="nobody to share 1 among"):
        share_out(1, [])
