"""Booking series: local time recurs, every session has its draft, and it is all or nothing."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from storno.diary.models import Booking, BookingKind, Sight
from storno.diary.series.book import SeriesInput, Skip, book_series
from storno.diary.series.change import SeriesChanges, change_series
from storno.diary.series.find import TimesAreTaken, left_out
from storno.diary.sight import open_diary
from storno.documents.draft import entered_in
from storno.documents.models import DraftLine
from storno.organizations.models import Method
from storno.organizations.scope import scope
from tests.diary.practice import HOUR, Practice, practice
from tests.diary.recurring import all_series, days, recur, sessions, times
from tests.observe import drafts, history, refused

WED = datetime(2026, 6, 17, 8, 0, tzinfo=UTC)
"""Ten o'clock in Oslo."""
WEEK = timedelta(days=7)


@pytest.fixture
def paula() -> Practice:
    return practice()


def test_each_session_of_a_series_has_its_draft(paula: Practice, at: datetime) -> None:
    booked = recur(paula, WED, "freq=weekly;count=3", at=at, price=Decimal(990), place="Room 1")
    series = all_series(paula)[0]
    assert (series.rule, series.first_on, str(series.begins), series.time_zone) == (
        "FREQ=WEEKLY;COUNT=3",
        date(2026, 6, 17),
        "10:00:00",
        "Europe/Oslo",
    )
    found = sessions(paula, series)
    assert [each.starts_at for each in found] == [WED, WED + WEEK, WED + 2 * WEEK]
    assert {(each.ends_at - each.starts_at, each.place) for each in found} == {(HOUR, "Room 1")}
    assert days(found) == [date(2026, 6, 17), date(2026, 6, 24), date(2026, 7, 1)]
    assert booked.left_out == ()
    written = drafts(paula.world)
    assert [draft.delivered_on for draft in written] == days(found)
    assert {draft.recipient_id for draft in written} == {paula.daisy.id}
    for each, draft in zip(found, written, strict=True):
        billing = paula.billing(each)
        assert (billing.draft, billing.terms.unit_price) == (draft, Decimal(990))
        assert history(paula.world, each.id) == ["booking.made"]
        assert history(paula.world, draft.id) == ["draft.saved"]
        with scope(paula.id):
            (line,) = entered_in(draft).lines
        assert (line.description, line.served_id) == ("60 min", paula.daisy.id)
    assert history(paula.world, series.id) == ["series.made"]


def test_ten_in_oslo_stays_ten_when_summer_time_ends(paula: Practice, at: datetime) -> None:
    """The clocks go back on 25 October 2026."""
    booked = recur(paula, datetime(2026, 10, 21, 8, tzinfo=UTC), "FREQ=WEEKLY;COUNT=2", at=at)
    assert times(paula, booked.series) == ["10-21 08:00", "10-28 09:00"]


def test_ten_in_helsinki_stays_ten_when_summer_time_begins(paula: Practice, at: datetime) -> None:
    """The clocks go forward on 28 March 2027; the series is in another zone than the practice."""
    starts_at = datetime(2027, 3, 26, 8, tzinfo=UTC)
    booked = recur(
        paula, starts_at, "FREQ=DAILY;COUNT=4", at=at, zone="Europe/Helsinki", book_closed=True
    )
    assert times(paula, booked.series) == [
        "03-26 08:00",
        "03-27 08:00",
        "03-28 07:00",
        "03-29 07:00",
    ]


def test_a_time_that_the_clocks_leave_out_is_told_by_the_offset_before(
    paula: Practice, at: datetime
) -> None:
    """02:30 on 28 March 2027 in Oslo is 03:30 there (RFC 5545 §3.3.5)."""
    starts_at = datetime(2027, 3, 27, 1, 30, tzinfo=UTC)
    booked = recur(paula, starts_at, "FREQ=DAILY;COUNT=3", at=at, book_closed=True)
    assert times(paula, booked.series) == ["03-27 01:30", "03-28 01:30", "03-29 00:30"]


def test_a_time_that_the_clocks_show_twice_is_the_first(paula: Practice, at: datetime) -> None:
    """02:30 on 25 October 2026 in Oslo; begun at the second one, it is that."""
    starts_at = datetime(2026, 10, 24, 0, 30, tzinfo=UTC)
    booked = recur(paula, starts_at, "FREQ=DAILY;COUNT=3", at=at)
    assert times(paula, booked.series) == ["10-24 00:30", "10-25 00:30", "10-26 01:30"]
    second = recur(
        paula, datetime(2026, 10, 25, 3, 30, tzinfo=UTC), "FREQ=DAILY;COUNT=1", at=at, minutes=15
    )
    assert times(paula, second.series) == ["10-25 03:30"]
    other = practice()
    again = recur(other, datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "FREQ=DAILY;COUNT=1", at=at)
    assert times(other, again.series) == ["10-25 01:30"]
    later = SeriesChanges(place="Room 2", minutes=30)
    change_series(again.series.id, later, who=other.who(), at=at)
    assert times(other, again.series) == ["10-25 01:30"]
    first = SeriesChanges(begins=time(2, 30))
    change_series(again.series.id, first, who=other.who(), at=at)
    assert times(other, again.series) == ["10-25 00:30"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=DAILY;INTERVAL=3;COUNT=3", ["06-17", "06-20", "06-23"]),
        ("FREQ=DAILY;BYDAY=WE,FR;COUNT=3", ["06-17", "06-19", "06-24"]),
        ("FREQ=WEEKLY;BYDAY=WE,MO;COUNT=4", ["06-17", "06-22", "06-24", "06-29"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=3", ["06-17", "06-29", "07-01"]),
        ("FREQ=WEEKLY;UNTIL=20260701", ["06-17", "06-24", "07-01"]),
        ("FREQ=WEEKLY;UNTIL=20260701T080000Z", ["06-17", "06-24", "07-01"]),
        ("FREQ=WEEKLY;UNTIL=20260701T075959Z", ["06-17", "06-24"]),
        ("FREQ=MONTHLY;COUNT=3", ["06-17", "07-17", "08-17"]),
        ("FREQ=MONTHLY;BYDAY=3WE;COUNT=3", ["06-17", "07-15", "08-19"]),
        ("FREQ=MONTHLY;BYDAY=3WE,-1FR;COUNT=3", ["06-17", "06-26", "07-15"]),
        ("FREQ=MONTHLY;BYMONTHDAY=17,-1;COUNT=4", ["06-17", "06-30", "07-17", "07-31"]),
    ],
)
def test_the_rules_of_a_diary(
    rule: str, expected: list[str], paula: Practice, at: datetime
) -> None:
    booked = recur(paula, WED, rule, at=at)
    assert [f"{day:%m-%d}" for day in days(sessions(paula, booked.series))] == expected


def test_a_month_that_lacks_the_day_is_left_out(paula: Practice, at: datetime) -> None:
    booked = recur(paula, datetime(2026, 8, 31, 8, tzinfo=UTC), "FREQ=MONTHLY;COUNT=3", at=at)
    assert times(paula, booked.series) == ["08-31 08:00", "10-31 09:00", "12-31 09:00"]


def test_every_time_that_is_taken_is_named_and_nothing_is_booked(
    paula: Practice, at: datetime
) -> None:
    paula.block(WED + WEEK + HOUR / 2, at=at)
    paula.book(WED + 3 * WEEK - HOUR / 2, at=at)
    with refused(paula.world, "time_is_taken", "time_is_taken"):
        recur(paula, WED, "FREQ=WEEKLY;COUNT=5", at=at)
    with pytest.raises(TimesAreTaken) as caught:
        recur(paula, WED, "FREQ=WEEKLY;COUNT=5", at=at)
    assert [(each.field, str(each.message)) for each in caught.value.blockers] == [
        (
            "occurrences.2026-06-24",
            "24 Jun 2026: there is another booking from 10:30 to 11:30.",
        ),
        (
            "occurrences.2026-07-08",
            "8 Jul 2026: there is another booking from 09:30 to 10:30.",
        ),
    ]


def test_what_ends_as_a_session_begins_is_not_in_the_way(paula: Practice, at: datetime) -> None:
    paula.block(WED + WEEK + HOUR, at=at)
    paula.block(WED + WEEK - HOUR, at=at)
    recur(paula, WED, "FREQ=WEEKLY;COUNT=2", at=at)


def test_taken_times_are_left_out_where_that_is_asked(paula: Practice, at: datetime) -> None:
    paula.block(WED + WEEK, at=at)
    booked = recur(paula, WED, "FREQ=WEEKLY;COUNT=3", at=at, skip=frozenset({Skip.TAKEN}))
    assert booked.left_out == (date(2026, 6, 24),)
    found = sessions(paula, booked.series)
    assert days(found) == [date(2026, 6, 17), date(2026, 7, 1)]
    assert len(drafts(paula.world)) == 2
    with scope(paula.id):
        assert left_out(booked.series, found) == [date(2026, 6, 24)]
    with refused(paula.world, "time_is_taken", "time_is_taken"):
        recur(paula, WED, "FREQ=WEEKLY;INTERVAL=2;COUNT=2", at=at, skip=frozenset({Skip.TAKEN}))


def test_of_a_year_of_taken_times_the_first_are_named(paula: Practice, at: datetime) -> None:
    """A holiday is a block of time in each week: nothing is half-done."""
    recur(paula, WED, "FREQ=WEEKLY;COUNT=52", at=at)
    with refused(paula.world, *["time_is_taken"] * 20):
        recur(paula, WED + HOUR / 2, "FREQ=WEEKLY;COUNT=52", at=at)
    with pytest.raises(TimesAreTaken) as caught:
        recur(paula, WED + HOUR / 2, "FREQ=WEEKLY;COUNT=52", at=at)
    assert len(caught.value.days) == 52


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"rule": ""}, "rule: not_understood"),
        ({"rule": "every week"}, "rule: not_understood"),
        ({"rule": "RRULE:FREQ=WEEKLY;COUNT=2"}, "rule: not_understood"),
        ({"rule": "COUNT=2"}, "rule: not_understood"),
        ({"rule": "FREQ=WEEKLY;COUNT=0"}, "rule: not_understood"),
        ({"rule": "FREQ=WEEKLY;COUNT=2;COUNT=3"}, "rule: not_understood"),
        ({"rule": "FREQ=WEEKLY;BYDAY=XX;COUNT=2"}, "rule: not_understood"),
        ({"rule": "FREQ=MONTHLY;BYDAY=6MO;COUNT=2"}, "rule: not_understood"),
        ({"rule": "FREQ=MONTHLY;BYMONTHDAY=32;COUNT=2"}, "rule: not_understood"),
        ({"rule": "FREQ=WEEKLY;COUNT=" + "9" * 300}, "rule: not_understood"),
        ({"rule": "FREQ=HOURLY;COUNT=2"}, "rule: unknown_frequency"),
        ({"rule": "FREQ=YEARLY;COUNT=2"}, "rule: unknown_frequency"),
        ({"rule": "FREQ=WEEKLY;WKST=SU;COUNT=2"}, "rule: unknown_part"),
        ({"rule": "FREQ=MONTHLY;BYSETPOS=1;BYDAY=MO;COUNT=2"}, "rule: unknown_part"),
        ({"rule": "FREQ=DAILY"}, "rule: endless"),
        ({"rule": "FREQ=DAILY;COUNT=2;UNTIL=20260701"}, "rule: two_ends"),
        ({"rule": "FREQ=DAILY;UNTIL=20260616"}, "rule: ends_before_it_begins"),
        ({"rule": "FREQ=DAILY;UNTIL=20260231"}, "rule: not_a_day"),
        ({"rule": "FREQ=DAILY;UNTIL=20260701T100000"}, "rule: not_a_day"),
        ({"rule": "FREQ=DAILY;UNTIL=99991231T235959Z"}, "rule: not_a_day"),
        ({"rule": "FREQ=DAILY;UNTIL=99991231"}, "rule: too_many"),
        ({"rule": "FREQ=DAILY;COUNT=201"}, "rule: too_many"),
        ({"rule": "FREQ=DAILY;UNTIL=20270103"}, "rule: too_many"),
        ({"rule": "FREQ=WEEKLY;COUNT=106"}, "rule: too_long"),
        ({"rule": "FREQ=WEEKLY;UNTIL=20280618"}, "rule: too_long"),
        ({"rule": "FREQ=WEEKLY;BYDAY=1MO;COUNT=2"}, "rule: counted_weekday"),
        ({"rule": "FREQ=WEEKLY;BYMONTHDAY=17;COUNT=2"}, "rule: day_of_month_in_week"),
        ({"rule": "FREQ=WEEKLY;BYDAY=MO;COUNT=2"}, "starts_at: not_in_rule"),
        ({"rule": "FREQ=MONTHLY;BYMONTHDAY=31;BYDAY=1MO;COUNT=2"}, "starts_at: not_in_rule"),
        ({"zone": "Europe/Atlantis"}, "time_zone: unknown_zone"),
        ({"zone": "../../etc/passwd"}, "time_zone: unknown_zone"),
        ({"zone": "Factory"}, "time_zone: unknown_zone"),
        ({"zone": "localtime"}, "time_zone: unknown_zone"),
        ({"zone": "posixrules"}, "time_zone: unknown_zone"),
        ({"zone": "Europe/Oslo\x00"}, "time_zone: unknown_zone"),
        ({"minutes": 0}, "minutes: not_positive"),
        ({"minutes": 24 * 60 + 1}, "minutes: too_long"),
        ({"price": Decimal(-1)}, "price: negative"),
        ({"starts_at": datetime(2012, 6, 1, tzinfo=UTC)}, "starts_at: out_of_range"),
        (
            {"starts_at": datetime(2028, 6, 1, 8, tzinfo=UTC), "rule": "FREQ=MONTHLY;COUNT=24"},
            "starts_at: too_far",
        ),
    ],
)
def test_what_cannot_be_booked(
    changes: dict[str, object], code: str, paula: Practice, at: datetime
) -> None:
    usual: dict[str, object] = {"starts_at": WED, "rule": "FREQ=WEEKLY;COUNT=2"}
    with refused(paula.world, code):
        recur(paula, at=at, **(usual | changes))  # type: ignore[arg-type]


def test_days_of_24_hours_collide_where_one_has_23(paula: Practice, at: datetime) -> None:
    """The night of 28 March 2027 in Oslo is an hour short."""
    with refused(paula.world, "minutes: overlaps_itself"):
        recur(
            paula,
            datetime(2027, 3, 27, 12, tzinfo=UTC),
            "FREQ=DAILY;COUNT=2",
            at=at,
            minutes=24 * 60,
        )


def test_a_series_is_booked_only_where_one_may_book(paula: Practice, at: datetime) -> None:
    membership, otto = paula.member("otto")
    entered = SeriesInput(session=paula.asked(WED), rule="FREQ=WEEKLY;COUNT=2")
    with refused(paula.world, "diary_closed"):
        book_series(entered, who=otto, at=at)
    with refused(paula.world, "not_allowed"):
        book_series(entered, who=paula.who("reader"), at=at)
    open_diary(membership.id, Sight.BOOK, who=paula.who(), at=at)
    assert len(book_series(entered, who=otto, at=at).sessions) == 2


def test_another_payer_reads_initials_in_every_draft(paula: Practice, at: datetime) -> None:
    employer = paula.company()
    recur(paula, WED, "FREQ=WEEKLY;COUNT=2", at=at, recipient=employer.id)
    assert [draft.recipient_id for draft in drafts(paula.world)] == [employer.id] * 2
    with scope(paula.id):
        lines = DraftLine.objects.filter(organization_id=paula.id)
        assert {line.description for line in lines} != {"60 min"}
        assert not any("Daisy" in line.description for line in lines)


def test_invoiced_elsewhere_each_draft_is_the_record_of_that(paula: Practice, at: datetime) -> None:
    recur(paula, WED, "FREQ=WEEKLY;COUNT=2", at=at, method=Method.EXTERNAL)
    assert [draft.external_at for draft in drafts(paula.world)] == [at, at]


def test_two_hundred_sessions_are_booked_with_the_statements_of_ten(
    paula: Practice, at: datetime
) -> None:
    def statements(count: int, starts_at: datetime) -> int:
        with CaptureQueriesContext(connection) as captured:
            recur(paula, starts_at, f"FREQ=DAILY;COUNT={count}", at=at, book_closed=True)
        return len(captured)

    statements(1, WED + 2 * HOUR)  # the first one also says who looks after the client
    few = statements(10, WED)
    assert statements(200, WED + HOUR) == few <= 30
    with scope(paula.id):
        booked = Booking.objects.filter(organization_id=paula.id, kind=BookingKind.SESSION)
        assert booked.count() == 211
    assert len(drafts(paula.world)) == 211
