"""Taking back what of a series was cancelled together: all of it, or nothing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from storno.catalogue.models import Charge
from storno.diary.cancel import cancel_booking
from storno.diary.models import Series
from storno.diary.series.cancel import cancel_series
from storno.diary.series.restore import restore_series
from tests.diary.practice import HOUR, Practice, practice
from tests.diary.recurring import recur, sessions, times
from tests.observe import drafts, history, refused

WED = datetime(2026, 6, 17, 8, 0, tzinfo=UTC)
"""Less than a day after the tests' moment, so cancelling it is late."""
WEEK = timedelta(days=7)
ALL = ["06-17 08:00", "06-24 08:00", "07-01 08:00", "07-08 08:00"]


@pytest.fixture
def paula() -> Practice:
    return practice()


@pytest.fixture
def weekly(paula: Practice, at: datetime) -> Series:
    """Four Wednesdays, the last of them on 8 July."""
    return recur(paula, WED, "FREQ=WEEKLY;COUNT=4", at=at).series


def test_all_of_it_stands_again_as_it_was(paula: Practice, weekly: Series, at: datetime) -> None:
    cancel_series(weekly.id, Charge.HALF, who=paula.who(), at=at)
    assert len(drafts(paula.world)) == 1
    done = restore_series(weekly.id, version=2, who=paula.who(), at=at + HOUR)
    assert (done.version, times(paula, weekly)) == (3, ALL)
    found = sessions(paula, weekly)
    assert {paula.billing(each).terms.unit_price for each in found} == {Decimal(1190)}
    assert len({draft.id for draft in drafts(paula.world)}) == 4
    assert history(paula.world, weekly.id)[-2:] == ["series.cancelled", "series.restored"]
    with refused(paula.world, "not_cancelled"):
        restore_series(weekly.id, who=paula.who(), at=at + HOUR)


def test_what_was_cancelled_before_stays_so(paula: Practice, weekly: Series, at: datetime) -> None:
    cancel_booking(sessions(paula, weekly)[2].id, who=paula.who(), at=at)
    cancel_series(weekly.id, since=date(2026, 6, 24), who=paula.who(), at=at + HOUR)
    assert times(paula, weekly) == ALL[:1]
    with refused(paula.world, "booking_changed_meanwhile"):
        restore_series(weekly.id, version=1, who=paula.who(), at=at)
    restore_series(weekly.id, since=date(2026, 7, 8), who=paula.who(), at=at + HOUR)
    assert times(paula, weekly) == [ALL[0], ALL[3]]
    restore_series(weekly.id, who=paula.who(), at=at + HOUR)
    assert times(paula, weekly) == [*ALL[:2], ALL[3]]
    assert len(drafts(paula.world)) == 3


def test_what_is_in_the_way_is_named_and_nothing_happens(
    paula: Practice, weekly: Series, at: datetime
) -> None:
    cancel_series(weekly.id, Charge.FULL, who=paula.who(), at=at)
    for weeks in (1, 3):
        paula.block(WED + weeks * WEEK, at=at)
    with refused(paula.world, "time_is_taken", "time_is_taken"):
        restore_series(weekly.id, who=paula.who(), at=at)
    paula.invoice(sessions(paula, weekly)[0], at=at)
    with refused(paula.world, "credit_first"):
        restore_series(weekly.id, who=paula.who(), at=at)


def test_who_may_not_takes_nothing_back(paula: Practice, weekly: Series, at: datetime) -> None:
    cancel_series(weekly.id, who=paula.who(), at=at)
    _membership, otto = paula.member("otto")
    with refused(paula.world, "absent"):
        restore_series(weekly.id, who=otto, at=at)
    with refused(paula.world, "not_allowed"):
        restore_series(weekly.id, who=paula.who("reader"), at=at)
