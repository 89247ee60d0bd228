"""Series on the pages: looked at before they are booked, changed and cancelled in one go."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from storno.diary.book import ActivityInput, book_activity
from storno.diary.cancel import cancel_booking
from storno.diary.change import BookingChanges, change_booking
from storno.diary.hours.closed import close_days
from storno.diary.hours.keep import keep_other_hours
from storno.diary.models import Booking, BookingState, Series, Sight
from storno.diary.series.cancel import cancel_series
from storno.diary.sight import open_diary
from storno.documents.models import Draft
from tests.diary.practice import HOUR, Practice
from tests.diary.recurring import days, recur, sessions
from tests.web.cast import count_of, row_of
from tests.web.diary.test_new import TEN, typed
from tests.web.papers.member import Member, Seen

WEEK = timedelta(days=7)


def weekly(clinic: Practice, at: datetime, count: int = 4) -> Series:
    """Daisy on Thursdays at ten, from the 18th of June."""
    return recur(clinic, TEN, f"FREQ=WEEKLY;COUNT={count}", at=at).series


def test_the_days_are_seen_before_they_are_booked(clinic: Practice, paula: Member) -> None:
    form = typed(clinic, repeats="1", times="3")
    seen = paula.post("session_new", **form)
    assert seen.status == 200
    assert "Every week on Thursdays, 10:00–11:00" in seen.text
    assert "Thursday 18 June 2026 10:00–11:00 free Thursday 25 June" in seen.text
    assert count_of(Booking, clinic.world) == 0
    booked = paula.post("session_new", **form, book="free")
    series = row_of(Series, clinic.world)
    assert booked.path == paula.url("series", series.id)
    assert booked.said == "3 sessions are booked."
    assert series.rule == "FREQ=WEEKLY;COUNT=3"
    assert [each.starts_at for each in sessions(clinic, series)] == [
        TEN,
        TEN + WEEK,
        TEN + 2 * WEEK,
    ]
    assert count_of(Draft, clinic.world) == 3
    again = paula.post("session_new", **form, book="free")
    assert again.path == booked.path
    assert count_of(Booking, clinic.world) == 3


def test_what_is_taken_is_named_and_left_out(clinic: Practice, paula: Member, at: datetime) -> None:
    clinic.block(TEN + WEEK, at=at)
    form = typed(clinic, repeats="1", times="3", place="Room 2")
    seen = paula.post("session_new", **form)
    assert "1 day is not free" in seen.text
    assert "taken Supervision, 10:00–11:00" in seen.text
    assert "Book the 2 that are free" in seen.text
    changed = paula.post("session_new", **form, change="1")
    assert changed.status == 200
    assert (changed.field("place"), changed.field("times")) == ("Room 2", "3")
    clinic.block(TEN + 2 * WEEK, at=at)
    stale = paula.post("session_new", **form, book="free", seen="2026-06-25")
    assert stale.said == "Meanwhile other days are taken. Nothing is booked yet."
    assert "2 days are not free" in stale.text
    assert count_of(Series, clinic.world) == 0
    booked = paula.post("session_new", **form, book="free", seen="2026-06-25 2026-07-02")
    assert booked.said == (
        "1 session is booked. Left out, because they are not free: 25 June 2026, 2 July 2026."
    )
    assert "Left out 25 June 2026, 2 July 2026" in booked.text
    assert days(sessions(clinic, row_of(Series, clinic.world))) == [date(2026, 6, 18)]


def test_closed_days_are_left_out_or_booked_all_the_same(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    close_days("Summer party", date(2026, 6, 25), date(2026, 6, 25), who=clinic.world.who(), at=at)
    form = typed(clinic, repeats="1", times="3")
    seen = paula.post("session_new", **form)
    assert "1 day is not free" in seen.text
    assert "10:00–11:00 closed Closed: Summer party" in seen.text
    assert "Book the 2 that are free" in seen.text
    assert "Book 3, closed days too" in seen.text
    unseen = paula.post("session_new", **form, book="free", seen="")
    assert unseen.said == "Meanwhile other days are taken. Nothing is booked yet."
    assert count_of(Booking, clinic.world) == 0
    booked = paula.post("session_new", **form, book="closed", seen="2026-06-25")
    assert booked.said == "3 sessions are booked."


def test_nothing_is_offered_where_no_day_is_free(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    clinic.block(TEN, at=at)
    seen = paula.post("session_new", **typed(clinic, repeats="1", times="1"))
    assert "None of these days is free" in seen.text
    assert 'name="book"' not in seen.html


@pytest.mark.parametrize(
    ("how", "rule", "says"),
    [
        ({"repeats": "2", "until": "2026-07-16"}, "FREQ=WEEKLY;INTERVAL=2;UNTIL=20260716",
         "Every 2 weeks on Thursdays"),
        ({"repeats": "weeks", "every": "3", "weekdays": ["MO", "TH"], "times": "5"},
         "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,TH;COUNT=5", "Every 3 weeks on Mondays and Thursdays"),
        ({"repeats": "months", "monthly": "date", "times": "3"}, "FREQ=MONTHLY;COUNT=3",
         "Every month on day 18"),
        ({"repeats": "months", "every": "2", "monthly": "weekday", "times": "3"},
         "FREQ=MONTHLY;INTERVAL=2;BYDAY=3TH;COUNT=3", "Every 2 months on the third Thursday"),
    ],
)  # fmt: skip
def test_how_it_repeats(
    clinic: Practice, paula: Member, how: dict[str, str], rule: str, says: str
) -> None:
    seen = paula.post("session_new", **typed(clinic, **how), book="free")
    assert says in seen.text
    assert row_of(Series, clinic.world).rule == rule


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({}, "times", "Say when it ends: after so many times, or on a day."),
        ({"times": "3", "until": "2026-07-16"}, "times", "Say when it ends"),
        ({"times": "201"}, "times", "less than or equal to 200"),
        ({"times": "0"}, "times", "greater than or equal to 1"),
        ({"times": "soon"}, "times", "Enter a whole number."),
        ({"until": "2026-06-17"}, "until", "The series ends before it begins."),
        ({"until": "2029-06-17"}, "until", "A series lasts two years at most."),
        ({"times": "106"}, "times", "A series lasts two years at most."),
        ({"until": "2027-13-01"}, "until", "Enter a valid date."),
        ({"repeats": "weeks", "weekdays": "MO", "times": "3"}, "day", "none of the rule's"),
        ({"repeats": "weeks", "weekdays": "XX", "times": "3"}, "weekdays", "Select a valid choice"),
        ({"repeats": "weeks", "every": "0", "times": "3"}, "every", "greater than or equal to 1"),
        ({"repeats": "often", "times": "3"}, "repeats", "Select a valid choice"),
    ],
)
def test_what_cannot_recur_is_said_beside_its_field(
    clinic: Practice, paula: Member, wrong: dict[str, str], field: str, says: str
) -> None:
    seen = paula.post("session_new", **typed(clinic, repeats="1") | wrong, book="free")
    assert seen.status == 422
    assert says in seen.error_of(field)
    assert count_of(Booking, clinic.world) == 0


def test_a_series_lasts_the_two_years_that_the_form_promises(
    clinic: Practice, paula: Member
) -> None:
    form = typed(clinic, day="2027-12-30", repeats="4", until="2029-12-27")
    assert "lasts two years at most" in paula.get("session_new").text
    paula.post("session_new", **form, book="closed")
    first, *_others, last = sessions(clinic, row_of(Series, clinic.world))
    assert (first.starts_at.year, f"{last.starts_at:%Y-%m-%d}") == (2027, "2029-12-27")
    moved = {"day": "2029-12-28", "time": "10:00", "version": str(last.version)}
    change = paula.get("booking_change", last.id).filled | moved
    assert paula.post("booking_change", last.id, **change).said
    assert f"{row_of(Booking, clinic.world, id=last.id).starts_at:%Y-%m-%d}" == "2029-12-28"


def test_local_time_recurs_through_summer_time(clinic: Practice, paula: Member) -> None:
    form = typed(clinic, day="2026-10-22", repeats="1", times="2")
    seen = paula.post("session_new", **form)
    assert "Thursday 22 October 2026 10:00–11:00 free Thursday 29 October 2026 10:00–11:00" in (
        seen.text
    )
    paula.post("session_new", **form, book="free")
    found = sessions(clinic, row_of(Series, clinic.world))
    assert [each.starts_at.hour for each in found] == [8, 9]


def test_a_session_says_how_it_recurs(clinic: Practice, paula: Member, at: datetime) -> None:
    series = weekly(clinic, at)
    second = sessions(clinic, series)[1]
    seen = paula.get("booking", second.id)
    assert "Repeats Every week on Thursdays, 2 of 4" in seen.text
    assert f'href="{paula.url("series", series.id)}"' in seen.html
    page = paula.get("series", series.id)
    assert "Next session Thursday 18 June 2026, 10:00–11:00" in page.text
    assert page.text.count("Draft") == 4


def test_the_client_shows_a_series_as_one_line(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    series = weekly(clinic, at)
    clinic.book(TEN + 3 * HOUR, at=at)
    seen = paula.get("client_sessions", clinic.daisy.id)
    assert "Every week on Thursdays Next: Thursday 18 June 2026, 10:00–11:00" in seen.text
    assert seen.html.count(paula.url("series", series.id)) == 1
    assert "18 June, 13:00–14:00" in seen.text
    assert "18 June, 10:00–11:00" not in seen.text


def changing(clinic: Practice, series: Series, **more: str) -> dict[str, str]:
    """The form of a series as it is opened, and what is typed otherwise."""
    usual = {
        "version": str(series.version),
        "time": "10:00",
        "minutes": "60",
        "price": "1190.00",
        "recipient": str(clinic.daisy.id),
        "method": "",
    }
    return usual | more


def test_this_and_the_following_change_after_a_look(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    series = weekly(clinic, at)
    first, second, third, fourth = sessions(clinic, series)
    clinic.invoice(third, at=at)
    moved = BookingChanges(starts_at=fourth.starts_at + 4 * HOUR)
    change_booking(fourth.id, moved, who=clinic.who(), at=at)
    tabs = paula.get("booking_change", second.id)
    assert "This one This and the following All" in tabs.text
    url = paula.url("series_change", series.id) + "?since=2026-06-25"
    assert url in tabs.html
    assert "They go to daisy@example.com." in paula.get("series_change", series.id).text
    form = changing(clinic, series, time="12:30", price="990")
    seen = _send(paula, url, form)
    assert "Change 3 sessions?" in seen.text
    assert "Time 10:00 becomes 12:30 Price NOK 1,190.00 becomes NOK 990.00" in seen.text
    assert "1 was changed by hand and keeps that: 9 July 2026." in seen.text
    assert "1 is invoiced: its price, recipient and method stay." in seen.text
    assert clinic.now(second).starts_at == second.starts_at
    done = _send(paula, url, form | {"seen": "1"})
    assert done.said == (
        "The changes are saved. Invoiced, so their price, recipient and method stay: 2 July 2026."
    )
    local = [clinic.now(each).starts_at for each in (first, second, third, fourth)]
    assert [each.hour for each in local] == [8, 10, 10, 12]
    prices = [clinic.billing(clinic.now(each)).terms.unit_price for each in (first, second, third)]
    assert prices == [Decimal(1190), Decimal(990), Decimal(1190)]


def test_what_a_series_sends_is_changed_as_well(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    series = weekly(clinic, at)
    first = sessions(clinic, series)[0]
    form = changing(clinic, series) | {
        "messages_of": str(series.service_id),
        "messages": ["change", "reminder"],
    }
    seen = _send(paula, paula.url("series_change", series.id), form)
    assert "Messages – becomes reminder the day before, notice of a change" in seen.text
    assert seen.html.count('name="messages"') == 2
    _send(paula, paula.url("series_change", series.id), form | {"seen": "1"})
    assert clinic.now(first).messages == ["reminder", "change"]


def test_what_follows_is_given_away_after_a_look(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    series = weekly(clinic, at)
    second = sessions(clinic, series)[1]
    otto, actor = clinic.member("otto")
    open_diary(clinic.paula.id, Sight.BOOK, who=actor, at=at)
    off = ActivityInput(title="Away", practitioner=otto.id, starts_at=TEN + WEEK, minutes=60)
    away = book_activity(off, who=actor, at=at)
    keep_other_hours(otto.id, date(2026, 7, 2), date(2026, 7, 2), (), who=actor, at=at)
    url = paula.url("series_change", series.id) + "?since=2026-06-25"
    form = changing(clinic, series, practitioner=str(otto.id))
    taken = _send(paula, url, form)
    assert "25 Jun 2026: there is another booking from" in taken.error_of("practitioner")
    cancel_booking(away.id, who=actor, at=at)
    seen = _send(paula, url, form)
    assert "Change 3 sessions?" in seen.text
    assert "Practitioner Paula becomes Otto" in seen.text
    assert "While the practitioner is away: 2 July 2026." in seen.text
    assert "closed" not in seen.text
    close_days(
        "Moving", date(2026, 6, 25), date(2026, 6, 25), who=clinic.who("administrator"), at=at
    )
    seen = _send(paula, url, form)
    assert "While the practitioner is away: 2 July 2026." in seen.text
    assert "On a day on which you are closed: 25 June 2026." in seen.text
    assert clinic.now(second).practitioner_id == clinic.paula.person_id
    done = _send(paula, url, form | {"seen": "1"})
    assert done.said == "They are in the diary of Otto now. The client is not told of that."
    assert "Practitioner Otto" in done.text
    assert clinic.now(second).practitioner_id == otto.person_id
    old = paula.get("series", series.id)
    assert "From 25 June 2026 on it goes on as another series" in old.text
    assert done.path in old.html


def _send(paula: Member, url: str, data: Mapping[str, str | Sequence[str]]) -> Seen:
    return Seen(paula.client.post(url, data, follow=True))


def test_a_change_that_does_not_fit_says_which_days(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    series = weekly(clinic, at)
    clinic.block(TEN + WEEK + 2 * HOUR, at=at)
    seen = paula.post("series_change", series.id, **changing(clinic, series, time="12:00"))
    assert seen.status == 422
    assert "25 Jun 2026: there is another booking from 12:00 to 13:00." in seen.error_of("time")
    assert seen.field("time") == "12:00"
    same = paula.post("series_change", series.id, **changing(clinic, series))
    assert same.said == "Nothing was changed."
    old = changing(clinic, series, place="Room 2", version="9", seen="1")
    assert "was changed in another window" in paula.post("series_change", series.id, **old).said


def test_one_or_those_that_follow_or_all_are_cancelled(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    series = weekly(clinic, at)
    first, second, third, fourth = sessions(clinic, series)
    clinic.invoice(third, at=at)
    asked = paula.get("booking_cancel", second.id)
    assert (
        "This one This and the following 3 sessions, also those that were changed by hand."
        in asked.text
    )
    assert "What is invoiced stays unless it is charged in full: 2 July 2026." in asked.text
    assert "All that are to come 4 sessions" in asked.text
    done = paula.post("booking_cancel", second.id, charge="nothing", which="following")
    assert done.path == paula.url("series", series.id)
    assert done.said == (
        "2 sessions are cancelled, and their times are free again. "
        "Invoiced, so they stay: 2 July 2026."
    )
    states = [clinic.now(each).state for each in (first, second, third, fourth)]
    assert states == ["booked", "cancelled", "booked", "cancelled"]
    whole = paula.get("series_cancel", series.id)
    assert "Cancel what is to come? Daisy Duck 18 June 2026, 2 July 2026 2 sessions" in whole.text
    paula.post("series_cancel", series.id)
    assert clinic.now(first).state == BookingState.CANCELLED
    assert clinic.now(third).state == BookingState.BOOKED


def test_what_was_cancelled_together_is_taken_back_together(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    series = weekly(clinic, at)
    assert "Take the last cancellation back" not in paula.get("series", series.id).text
    cancel_series(series.id, who=clinic.who(), at=at)
    block = clinic.block(TEN, at=at)
    assert "Take the last cancellation back" in paula.get("series", series.id).text
    refused = paula.post("series_restore", series.id)
    assert "18 Jun 2026: there is another booking from" in refused.said
    assert {each.state for each in sessions(clinic, series)} == {"cancelled"}
    cancel_booking(block.id, who=clinic.who(), at=at)
    seen = paula.post("series_restore", series.id)
    assert seen.said == "The cancellation is taken back: these sessions stand again."
    assert {each.state for each in sessions(clinic, series)} == {"booked"}


def test_one_of_a_series_is_cancelled_alone(clinic: Practice, paula: Member, at: datetime) -> None:
    series = weekly(clinic, at)
    first, *others = sessions(clinic, series)
    paula.post("booking_cancel", first.id, charge="nothing", which="one")
    assert clinic.now(first).state == BookingState.CANCELLED
    assert {clinic.now(each).state for each in others} == {"booked"}


def test_a_closed_diary_shows_no_series(clinic: Practice, at: datetime) -> None:
    series = weekly(clinic, at)
    member, _who = clinic.member("otto")
    otto = Member(clinic.world, member.person)
    for page in ("series", "series_change", "series_cancel"):
        assert otto.get(page, series.id).status == 404
    assert count_of(Booking, clinic.world, state="cancelled") == 0
