"""Series that meet bookings and one another: nobody twice, nothing by halves."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from storno.catalogue.models import Charge
from storno.diary.cancel import cancel_booking
from storno.diary.change import BookingChanges, change_booking
from storno.diary.series.cancel import cancel_series
from storno.diary.series.change import SeriesChanges, change_series
from storno.diary.series.restore import restore_series
from tests.diary.practice import HOUR, practice
from tests.diary.recurring import all_series, recur, sessions
from tests.observe import drafts
from tests.races.test_diary import RACES, outcomes, standing
from tests.races.together import together

WED = datetime(2026, 6, 17, 8, 0, tzinfo=UTC)
WEEKLY = "FREQ=WEEKLY;COUNT=4"


@RACES
def test_of_series_that_meet_one_is_booked(again: int, at: datetime) -> None:
    paula = practice()
    results = outcomes(
        together(
            *[
                lambda minutes=minutes: recur(
                    paula, WED + timedelta(minutes=minutes), WEEKLY, at=at
                )
                for minutes in (0, 20, 40)
            ]
        )
    )
    assert results == ["done", *[" ".join(["time_is_taken"] * 4)] * 2]
    assert (len(all_series(paula)), len(standing(paula)), len(drafts(paula.world))) == (1, 4, 4)


@RACES
def test_a_series_and_a_session_at_one_of_its_times(again: int, at: datetime) -> None:
    paula = practice()
    results = outcomes(
        together(
            lambda: recur(paula, WED, WEEKLY, at=at),
            lambda: paula.book(WED + timedelta(weeks=2), at=at),
        )
    )
    assert results == ["done", "time_is_taken"]
    assert len(standing(paula)) in (1, 4)
    assert len(drafts(paula.world)) == len(standing(paula))


@RACES
def test_a_series_is_moved_while_another_time_is_booked(again: int, at: datetime) -> None:
    paula = practice()
    series = recur(paula, WED, WEEKLY, at=at).series
    results = outcomes(
        together(
            lambda: change_series(
                series.id, SeriesChanges(begins=time(12)), who=paula.who(), at=at
            ),
            lambda: paula.book(WED + timedelta(weeks=1, hours=2), at=at),
            gate=("diary_series", series.id),
        )
    )
    assert results == ["done", "time_is_taken"]
    assert {each.starts_at.hour for each in sessions(paula, series)} in ({8}, {10})


@RACES
def test_a_series_comes_back_or_its_time_is_booked(again: int, at: datetime) -> None:
    paula = practice()
    series = recur(paula, WED, WEEKLY, at=at).series
    cancel_series(series.id, who=paula.who(), at=at)
    results = outcomes(
        together(
            lambda: restore_series(series.id, who=paula.who(), at=at),
            lambda: paula.book(WED + timedelta(weeks=1, minutes=30), at=at),
            gate=("diary_series", series.id),
        )
    )
    assert results == ["done", "time_is_taken"]
    assert len(standing(paula)) in (1, 4)
    assert len(drafts(paula.world)) == len(standing(paula))


@RACES
def test_a_series_is_split_once_by_each(again: int, at: datetime) -> None:
    """Both splits find their day, in either order: the later day is in what the first left."""
    paula = practice()
    series = recur(paula, WED, WEEKLY, at=at).series
    changes = SeriesChanges(place="Room 2")
    splits = [
        lambda since=since: change_series(series.id, changes, since=since, who=paula.who(), at=at)
        for since in (date(2026, 6, 24), date(2026, 7, 8))
    ]
    results = outcomes(together(*splits, gate=("diary_series", series.id)))
    assert results in (["done", "done"], ["done", "since: not_in_series"])
    assert len(standing(paula)) == 4
    assert sum(len(sessions(paula, each)) for each in all_series(paula)) == 4


@RACES
@pytest.mark.parametrize("charge", [Charge.NOTHING, Charge.HALF])
def test_a_series_and_one_of_its_sessions_are_cancelled(
    charge: Charge, again: int, at: datetime
) -> None:
    paula = practice()
    series = recur(paula, WED, WEEKLY, at=at).series
    first = sessions(paula, series)[0]
    results = outcomes(
        together(
            lambda: cancel_series(series.id, charge, who=paula.who(), at=at),
            lambda: cancel_booking(first.id, charge, who=paula.who(), at=at),
            gate=("diary_booking", first.id),
        )
    )
    assert results in (["done", "done"], ["booking_cancelled", "done"])
    assert standing(paula) == []
    assert len(drafts(paula.world)) == (0 if charge is Charge.NOTHING else 1)


@RACES
def test_a_price_for_all_and_one_by_hand(again: int, at: datetime) -> None:
    paula = practice()
    series = recur(paula, WED, WEEKLY, at=at).series
    first = sessions(paula, series)[0]
    by_hand = BookingChanges(price=Decimal(500), starts_at=WED + HOUR)
    results = outcomes(
        together(
            lambda: change_series(
                series.id, SeriesChanges(price=Decimal(990)), who=paula.who(), at=at
            ),
            lambda: change_booking(first.id, by_hand, who=paula.who(), at=at),
            gate=("diary_booking", first.id),
        )
    )
    assert results == ["done", "done"]
    prices = [paula.billing(each).terms.unit_price for each in sessions(paula, series)]
    assert prices == [Decimal(500), *[Decimal(990)] * 3]
