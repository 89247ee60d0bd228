"""Changing a series: all of it, or what comes from a day on; what was changed by hand stays."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from storno.clients.care import cares_of
from storno.diary.amend import amend_draft
from storno.diary.book import ActivityInput, book_activity
from storno.diary.cancel import cancel_booking
from storno.diary.change import BookingChanges, change_booking
from storno.diary.models import Booking, Series, Sight
from storno.diary.series.book import Skip
from storno.diary.series.change import Changed, SeriesChanges, change_series
from storno.diary.series.find import SomeAreInvoiced
from storno.diary.series.foresee import foresee_change
from storno.diary.sight import open_diary
from storno.documents.content import with_prices
from storno.documents.draft import entered_in
from storno.organizations.models import Method
from storno.organizations.scope import scope
from tests.diary.practice import HOUR, Practice, practice
from tests.diary.recurring import all_series, days, recur, sessions, times
from tests.observe import drafts, history, letters, refused

WED = datetime(2026, 6, 17, 8, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
SECOND = date(2026, 6, 24)
AFTER_TWO = WED + WEEK + HOUR * 2
"""When two of the sessions have been."""


@pytest.fixture
def paula() -> Practice:
    return practice()


@pytest.fixture
def weekly(paula: Practice, at: datetime) -> Series:
    """Four Wednesdays, the last of them on 8 July."""
    return recur(paula, WED, "FREQ=WEEKLY;COUNT=4", at=at, place="Room 1").series


def change(
    paula: Practice,
    series: Series,
    at: datetime,
    *,
    since: date | None = None,
    leave_invoiced: bool = False,
    **changes: object,
) -> Changed:
    return change_series(
        series.id,
        SeriesChanges(**changes),  # type: ignore[arg-type]
        since=since,
        leave_invoiced=leave_invoiced,
        who=paula.who(),
        at=at,
    )


def prices(paula: Practice, found: list[Booking]) -> list[Decimal]:
    return [paula.billing(each).terms.unit_price for each in found]


def test_all_of_it_moves_to_another_time_of_day(
    paula: Practice, weekly: Series, at: datetime
) -> None:
    before = [draft.version for draft in drafts(paula.world)]
    changed = change(paula, weekly, at, begins=time(14, 30), minutes=45)
    assert times(paula, weekly) == ["06-17 12:30", "06-24 12:30", "07-01 12:30", "07-08 12:30"]
    found = sessions(paula, weekly)
    assert {each.ends_at - each.starts_at for each in found} == {timedelta(minutes=45)}
    assert (changed.series.begins, changed.series.minutes, changed.left) == (time(14, 30), 45, [])
    assert history(paula.world, found[0].id) == [
        "booking.made",
        "booking.time_changed",
        "booking.length_changed",
    ]
    assert history(paula.world, weekly.id) == ["series.made", "series.changed"]
    assert [draft.version for draft in drafts(paula.world)] == before, "no draft says the time"


def test_local_time_moves_across_the_end_of_summer_time(paula: Practice, at: datetime) -> None:
    series = recur(
        paula, datetime(2026, 10, 21, 8, tzinfo=UTC), "FREQ=WEEKLY;COUNT=2", at=at
    ).series
    change(paula, series, at, begins=time(9))
    assert times(paula, series) == ["10-21 07:00", "10-28 08:00"]


def test_what_follows_becomes_a_series_of_its_own(
    paula: Practice, weekly: Series, at: datetime
) -> None:
    changed = change(paula, weekly, at, since=SECOND, begins=time(12), place="Room 2")
    first, second = all_series(paula)
    assert (first.rule, first.begins, first.place) == ("FREQ=WEEKLY;COUNT=1", time(10), "Room 1")
    assert (second.id, second.rule, second.first_on) == (
        changed.series.id,
        "FREQ=WEEKLY;COUNT=3",
        SECOND,
    )
    assert times(paula, first) == ["06-17 08:00"]
    assert times(paula, second) == ["06-24 10:00", "07-01 10:00", "07-08 10:00"]
    assert days(sessions(paula, second)) == [SECOND, date(2026, 7, 1), date(2026, 7, 8)]
    assert {each.place for each in sessions(paula, second)} == {"Room 2"}
    assert history(paula.world, first.id) == ["series.made", "series.split"]
    assert history(paula.world, second.id) == ["series.changed"]


def test_from_its_first_day_on_is_all_of_it(paula: Practice, weekly: Series, at: datetime) -> None:
    change(paula, weekly, at, since=date(2026, 6, 17), place="Room 2")
    assert [series.rule for series in all_series(paula)] == ["FREQ=WEEKLY;COUNT=4"]
    assert {each.place for each in sessions(paula, weekly)} == {"Room 2"}


def test_what_has_begun_keeps_its_time_and_place_but_not_its_price(
    paula: Practice, weekly: Series
) -> None:
    change(paula, weekly, AFTER_TWO, begins=time(12), place="Room 2", price=Decimal(990))
    assert times(paula, weekly) == ["06-17 08:00", "06-24 08:00", "07-01 10:00", "07-08 10:00"]
    found = sessions(paula, weekly)
    assert [each.place for each in found] == ["Room 1", "Room 1", "Room 2", "Room 2"]
    assert prices(paula, found) == [Decimal(990)] * 4


def test_what_was_changed_by_hand_stays_as_it_was_changed(
    paula: Practice, weekly: Series, at: datetime
) -> None:
    moved, elsewhere, cheaper, usual = sessions(paula, weekly)
    by_hand = [
        (moved, BookingChanges(starts_at=WED + HOUR * 3)),
        (elsewhere, BookingChanges(place="Home", minutes=90)),
    ]
    for session, changes in by_hand:
        change_booking(session.id, changes, who=paula.who(), at=at)
    draft = paula.billing(cheaper).draft
    assert draft is not None
    amend_draft(draft.id, lambda now: with_prices(now, [Decimal(500)]), who=paula.who(), at=at)
    change(paula, weekly, at, begins=time(9), minutes=50, place="Room 2", price=Decimal(990))
    found = sessions(paula, weekly)
    assert [each.id for each in found] == [moved.id, elsewhere.id, cheaper.id, usual.id]
    assert times(paula, weekly) == ["06-17 11:00", "06-24 07:00", "07-01 07:00", "07-08 07:00"]
    assert [(each.ends_at - each.starts_at).total_seconds() / 60 for each in found] == [
        50,
        90,
        50,
        50,
    ]
    assert [each.place for each in found] == ["Room 2", "Home", "Room 2", "Room 2"]
    assert prices(paula, found) == [Decimal(990), Decimal(990), Decimal(500), Decimal(990)]


def test_price_payer_and_method_are_those_of_every_draft(
    paula: Practice, weekly: Series, at: datetime
) -> None:
    employer = paula.company()
    change(paula, weekly, at, price=Decimal(990), recipient=employer.id, method=Method.EXTERNAL)
    written = drafts(paula.world)
    assert [draft.recipient_id for draft in written] == [employer.id] * 4
    assert [draft.external_at for draft in written] == [at] * 4
    with scope(paula.id):
        assert [entered_in(draft).lines[0].unit_price for draft in written] == [Decimal(990)] * 4
    found = sessions(paula, weekly)
    assert prices(paula, found) == [Decimal(990)] * 4
    assert {(each.method, each.recipient_id) for each in found} == {("external", employer.id)}
    change(paula, weekly, at, method=Method.MANUAL)
    assert [draft.external_at for draft in drafts(paula.world)] == [None] * 4


def test_invoiced_sessions_are_named_or_left(paula: Practice, weekly: Series, at: datetime) -> None:
    first, second, *_rest = sessions(paula, weekly)
    later = AFTER_TWO
    for session in (first, second):
        paula.invoice(session, at=later)
    with refused(paula.world, "credit_first", "credit_first"):
        change(paula, weekly, later, price=Decimal(990))
    with pytest.raises(SomeAreInvoiced) as caught:
        change(paula, weekly, later, since=SECOND, price=Decimal(990))
    assert [(each.field, str(each.message)) for each in caught.value.blockers] == [
        ("occurrences.2026-06-24", "24 Jun 2026: this session is invoiced.")
    ]
    changed = change(paula, weekly, later, price=Decimal(990), leave_invoiced=True)
    assert [each.id for each in changed.left] == [first.id, second.id]
    now = sessions(paula, weekly)
    assert prices(paula, now) == [Decimal(1190), Decimal(1190), Decimal(990), Decimal(990)]
    assert len(drafts(paula.world)) == 2
    moved = change(paula, weekly, later, place="Room 2")
    assert moved.left == [], "a place is no matter of an invoice"


def test_all_or_nothing_moves(paula: Practice, weekly: Series, at: datetime) -> None:
    paula.block(WED + WEEK + HOUR * 2, at=at)
    paula.book(WED + 3 * WEEK + HOUR, at=at)
    with refused(paula.world, "time_is_taken"):
        change(paula, weekly, at, begins=time(12))
    with refused(paula.world, "time_is_taken"):
        change(paula, weekly, at, since=SECOND, minutes=61)


def test_it_does_not_move_onto_a_session_of_its_own_that_was_moved_by_hand(
    paula: Practice, at: datetime
) -> None:
    series = recur(paula, WED, "FREQ=DAILY;COUNT=2", at=at).series
    first, _second = sessions(paula, series)
    onto = BookingChanges(starts_at=WED + timedelta(days=1, hours=2))
    change_booking(first.id, onto, who=paula.who(), at=at)
    with refused(paula.world, "time_is_taken"):
        change(paula, series, at, begins=time(12))


@pytest.mark.parametrize("begins", [time(2), time(22)])
def test_long_sessions_move_past_one_another(begins: time, paula: Practice, at: datetime) -> None:
    """Each moves to where the next one still is, were they not moved in order."""
    series = recur(
        paula, WED + timedelta(hours=2), "FREQ=DAILY;COUNT=5", at=at, minutes=23 * 60
    ).series
    change(paula, series, at, begins=begins)
    assert [each.starts_at.hour for each in sessions(paula, series)] == [(begins.hour - 2) % 24] * 5


def test_a_cancelled_session_is_left_alone(paula: Practice, weekly: Series, at: datetime) -> None:
    second = sessions(paula, weekly)[1]
    cancel_booking(second.id, who=paula.who(), at=at)
    before = paula.now(second)
    change(paula, weekly, at, begins=time(12), price=Decimal(990))
    now = paula.now(second)
    assert (now.starts_at, now.unit_price, now.version) == (
        before.starts_at,
        before.unit_price,
        before.version,
    )


def test_in_another_zone_a_draft_follows_to_the_day_of_its_session(
    paula: Practice, at: datetime
) -> None:
    """23:30 in Lisbon is the next day in Oslo, where the practice is."""
    series = recur(
        paula,
        datetime(2026, 6, 17, 8, tzinfo=UTC),
        "FREQ=WEEKLY;COUNT=2",
        at=at,
        zone="Europe/Lisbon",
    ).series
    change(paula, series, at, begins=time(23, 30))
    assert [draft.delivered_on for draft in drafts(paula.world)] == [
        date(2026, 6, 18),
        date(2026, 6, 25),
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"minutes": 0}, "minutes: not_positive"),
        ({"minutes": 10**9}, "minutes: too_long"),
        ({"price": Decimal(-1)}, "price: negative"),
        ({"place": "x" * 201}, "place: too_long"),
        ({"video": "http://x"}, "video: not_an_address"),
        ({"method": Method.EINVOICE}, "method: method_not_open"),
        ({"recipient": uuid4()}, "recipient: unknown_recipient"),
        ({"since": date(2026, 6, 25)}, "since: not_in_series"),
        ({"since": date(2026, 7, 15)}, "since: not_in_series"),
    ],
)
def test_bad_input_changes_nothing(
    changes: dict[str, object], code: str, paula: Practice, weekly: Series, at: datetime
) -> None:
    with refused(paula.world, code):
        change(paula, weekly, at, **changes)  # type: ignore[arg-type]


def test_who_may_not_changes_nothing(paula: Practice, weekly: Series, at: datetime) -> None:
    membership, otto = paula.member("otto")
    changes = SeriesChanges(place="Room 2")
    with refused(paula.world, "absent"):
        change_series(weekly.id, changes, who=otto, at=at)
    open_diary(membership.id, Sight.VIEW, who=paula.who(), at=at)
    with refused(paula.world, "diary_closed"):
        change_series(weekly.id, changes, who=otto, at=at)
    with refused(paula.world, "not_allowed"):
        change_series(weekly.id, changes, who=paula.who("reader"), at=at)
    with refused(paula.world, "absent"):
        change_series(weekly.id, changes, who=practice().who(), at=at)
    with refused(paula.world, "booking_changed_meanwhile"):
        change_series(weekly.id, changes, version=2, who=paula.who(), at=at)


def test_no_series_is_left_without_sessions(paula: Practice, at: datetime) -> None:
    """Wednesdays of which the first and the last are taken and left out."""
    for weeks in (0, 3):
        paula.block(WED + weeks * WEEK, at=at)
    taken = frozenset([Skip.TAKEN])
    series = recur(paula, WED, "FREQ=WEEKLY;COUNT=4", at=at, skip=taken).series
    with refused(paula.world, "since: not_in_series"):
        change(paula, series, at, since=date(2026, 7, 8), place="Room 2")
    done = change(paula, series, at, since=date(2026, 6, 24), place="Room 2")
    assert (done.series.id, len(all_series(paula))) == (series.id, 1)
    assert {each.place for each in sessions(paula, series)} == {"Room 2"}


def test_what_is_to_come_is_given_to_somebody_else(
    paula: Practice, weekly: Series, at: datetime
) -> None:
    """All of it, of which one session has been: that one stays with Paula, as it was held."""
    otto, actor = paula.member("otto")
    later = WED + HOUR
    with refused(paula.world, "diary_closed"):
        change(paula, weekly, later, practitioner=otto.id)
    with refused(paula.world, "diary_closed"), scope(paula.id):
        changes = SeriesChanges(practitioner=otto.id)
        foresee_change(weekly.id, changes, since=None, who=paula.who(), at=later)
    open_diary(paula.paula.id, Sight.BOOK, who=actor, at=at)
    with refused(paula.world, "practitioner: unknown_practitioner"):
        change(paula, weekly, later, practitioner=uuid4())
    block = ActivityInput(title="Away", practitioner=otto.id, starts_at=WED + WEEK, minutes=60)
    away = book_activity(block, who=actor, at=at)
    with refused(paula.world, "time_is_taken"):
        change(paula, weekly, later, practitioner=otto.id)
    cancel_booking(away.id, who=actor, at=at)

    before = sessions(paula, weekly)
    given = change(paula, weekly, later, practitioner=otto.id, minutes=45).series
    assert (given.practitioner_id, given.first_on) == (otto.person_id, SECOND)
    assert days(sessions(paula, weekly)) == [date(2026, 6, 17)]
    assert sessions(paula, weekly)[0].practitioner_id == paula.paula.person_id
    assert times(paula, given) == ["06-24 08:00", "07-01 08:00", "07-08 08:00"]
    now = [paula.now(each) for each in before]
    assert [each.practitioner_id == otto.person_id for each in now] == [False, True, True, True]
    assert [each.minutes for each in now] == [60, 45, 45, 45]
    assert history(paula.world, before[1].id)[1:] == [
        "booking.practitioner_changed",
        "booking.length_changed",
    ]
    assert letters(paula.world) == []
    assert paula.book(WED + WEEK, at=at).state == "booked", "the time they had is free"
    over = WED + WEEK * 4
    with refused(paula.world, "practitioner: nothing_to_come"):
        change(paula, given, over, practitioner=paula.paula.id)


def test_access_to_the_client_comes_and_goes_with_a_given_series(
    paula: Practice, weekly: Series, at: datetime
) -> None:
    otto, actor = paula.member("otto")
    open_diary(paula.paula.id, Sight.BOOK, who=actor, at=at)

    def access() -> list[bool]:
        with scope(paula.id):
            theirs = cares_of(paula.daisy.id, paula.id).filter(person_id=otto.person_id)
            return list(theirs.values_list("given", flat=True))

    given = change(paula, weekly, at, practitioner=otto.id, since=SECOND).series
    assert access() == [True]
    last = sessions(paula, given)[-1]
    change_booking(last.id, BookingChanges(practitioner=paula.paula.id), who=paula.who(), at=at)
    assert access() == [True]
    back = change(paula, given, at, practitioner=paula.paula.id).series
    assert access() == []
    theirs = [each.id for each in sessions(paula, back)]
    assert (len(theirs), theirs[-1]) == (3, last.id), "with whom the series is, it follows it"
