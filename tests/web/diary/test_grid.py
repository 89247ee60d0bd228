"""What the grid draws and what is dragged in it, asked without a browser."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from storno.catalogue.models import Charge, Message
from storno.diary.book import book_session
from storno.diary.cancel import cancel_booking
from storno.diary.hours.keep import keep_other_hours, keep_week
from storno.diary.hours.plan import read_week
from storno.diary.messages.tell import SETTLES
from storno.diary.models import Booking, Sight
from storno.diary.sight import open_diary
from tests.conftest import Clock
from tests.diary.practice import HOUR, Practice
from tests.diary.recurring import recur
from tests.diary.told import told
from tests.web.papers.member import Member, Seen

TODAY = datetime(2026, 6, 16, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def events(member: Member, **query: Any) -> list[dict[str, Any]]:
    """What stands in the feed."""
    answer = member.client.get(member.url("diary_events"), query)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["events"]
    return found


def drag(member: Member, booking: Booking, **fields: Any) -> Seen:
    """Send what a drag sends."""
    return member.post("booking_time", booking.id, **fields)


def undo(member: Member, seen: Seen, **other: Any) -> None:
    """Press the button that takes a drag back, which must go."""
    form = r'<form method="post" action="([^"]*)" data-send>(.*?)</form>'
    button = re.search(form, seen.html, re.DOTALL)
    assert button, seen.text
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', button[2]))
    answer = Seen(member.client.post(button[1], sent | other))
    assert answer.status == 200, answer.text


def test_the_feed_says_of_an_open_diary_all_and_of_a_closed_one_when_it_is_busy(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    other, actor = clinic.member("otto")
    session = clinic.book(TODAY, at=at, place="Room 2")
    clinic.invoice(session, at=at)
    asked = clinic.asked(TODAY + 3 * HOUR, practitioner=other.id)
    theirs = book_session(asked, who=actor, at=at)
    both = {"who": [str(clinic.paula.id), str(other.id)]}
    mine, busy = events(paula, **both)
    assert busy == {
        "who": str(other.id),
        "start": "2026-06-16T13:00:00",
        "end": "2026-06-16T14:00:00",
        "kind": "busy",
        "title": "Busy",
        "time": "13:00–14:00",
        "whose": "Otto",
    }
    url = paula.url("booking", session.id)
    assert mine == {
        "who": str(clinic.paula.id),
        "start": "2026-06-16T10:00:00",
        "end": "2026-06-16T11:00:00",
        "kind": "session",
        "title": "Daisy Duck",
        "time": "10:00–11:00",
        "whose": "Paula",
        "id": str(session.id),
        "version": 1,
        "url": url,
        "told": "60 min · Room 2",
        "state": "booked",
        "stateWords": "",
        "billed": mine["billed"],
        "moves": f"{url}time/",
    }
    assert mine["billed"]["locked"] is True
    open_diary(clinic.paula.id, Sight.VIEW, who=actor, at=at)
    seen = events(paula, **both)[1]
    assert (seen["title"], seen["id"], seen["moves"]) == ("Daisy Duck", str(theirs.id), "")


def test_what_was_cancelled_is_there_when_asked_for_and_stays(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    session = clinic.book(TODAY, at=at)
    cancel_booking(session.id, Charge.NOTHING, who=clinic.who(), at=at)
    assert events(paula) == []
    (gone,) = events(paula, cancelled="1")
    assert (gone["state"], gone["stateWords"], gone["moves"]) == ("cancelled", "Cancelled", "")


def test_an_hour_that_the_clocks_show_twice_is_as_long_as_it_lasts(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    clinic.book(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), at=at)
    (night,) = events(paula, **{"from": "2026-10-25", "to": "2026-10-26"})
    assert (night["start"], night["end"]) == ("2026-10-25T02:30:00", "2026-10-25T03:30:00")
    assert night["time"] == "02:30 CEST–02:30 CET"


def test_what_is_no_time_of_work_is_shaded_and_of_a_closed_diary_not_told_why(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    other, actor = clinic.member("otto")
    week = read_week({"tuesday": "9-12, 13-24"})
    keep_week(clinic.paula.id, TODAY.date(), week, who=clinic.who(), at=at)
    for member, who in ((clinic.paula, clinic.who()), (other, actor)):
        keep_other_hours(member.id, TODAY.date() + DAY, TODAY.date() + DAY, (), who=who, at=at)
    query = {"from": "2026-06-16", "to": "2026-06-18", "who": [str(clinic.paula.id), str(other.id)]}
    answer = paula.client.get(paula.url("diary_events"), query).json()
    spans = [
        (each["who"] == str(other.id), each["start"][8:16], each["end"][8:16], each["words"])
        for each in answer["shades"]
    ]
    assert spans == [
        (False, "16T00:00", "16T09:00", ""),
        (False, "16T12:00", "16T13:00", ""),
        (False, "17T00:00", "18T00:00", "Away"),
        (True, "17T00:00", "18T00:00", ""),
    ]
    assert [each["wholeDay"] for each in answer["shades"]] == [False, False, True, True]
    seen = drag(paula, clinic.book(TODAY, at=at), starts="2026-06-16T12:00")
    assert (seen.status, "This is outside the working hours of" in seen.text) == (200, True)
    assert 'class="callout waits"' in seen.html


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"from": "2026-06-01", "to": "2026-07-16"}, 200),
        ({"from": "1999-12-27", "to": "2000-02-07"}, 200),
        ({"from": "2026-06-01", "to": "2026-07-17"}, 422),
        ({"from": "2026-06-02", "to": "2026-06-01"}, 422),
        ({"from": "0001-01-01", "to": "0001-01-02"}, 422),
        ({"from": "\x00"}, 422),
        ({"to": "9999-12-31"}, 422),
    ],
)
def test_only_so_many_days_are_asked_for(paula: Member, query: dict[str, str], status: int) -> None:
    assert paula.client.get(paula.url("diary_events"), query).status_code == status


def test_the_feed_asks_as_much_for_many_as_for_one(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert events(paula)
        return len(captured)

    clinic.book(TODAY, at=at)
    events(paula)
    few = statements()
    for hours in range(2, 8):
        clinic.book(TODAY + hours * HOUR, at=at)
        clinic.block(TODAY + DAY + hours * HOUR, at=at)
    assert statements() == few


def test_a_drag_moves_and_its_undo_moves_back(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    session = clinic.book(TODAY, at=at, messages=(Message.CHANGE,))
    seen = drag(paula, session, version=1, starts="2026-06-17T13:30")
    says = (
        "Daisy Duck: moved to Wednesday 17 June 2026, 13:30–14:30. "
        "A message about it goes to daisy@example.com. Undo"
    )
    assert (seen.status, says in seen.text, "callout done" in seen.html) == (200, True, True)
    moved = clinic.now(session)
    assert (moved.starts_at, moved.minutes) == (TODAY + DAY + 3.5 * HOUR, 60)
    undo = {"version": 2, "starts": TODAY.isoformat(), "ends": (TODAY + HOUR).isoformat()}
    for name, value in undo.items():
        assert f'name="{name}" value="{value}"' in seen.html
    back = drag(paula, session, **undo, undo=1)
    assert (back.status, "data-send" in back.html) == (200, False)
    assert "Daisy Duck: put back to Tuesday 16 June 2026, 10:00–11:00." in back.text
    assert clinic.now(session).starts_at == TODAY


def test_what_follows_in_a_series_is_moved_by_one_press_and_back(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    first, second, third = recur(clinic, TODAY + DAY, "FREQ=WEEKLY;COUNT=3", at=at).sessions
    elsewhere = drag(paula, first, starts="2026-06-18T13:30")
    assert "Move the following too" not in elsewhere.text, "a series keeps its days"
    seen = drag(paula, second, starts="2026-06-24T13:30")
    says = "The other sessions of the series stay where they are. Undo Move the following too"
    assert says in seen.text
    more = paula.post("booking_following", second.id)
    says = "Daisy Duck: this one and the following begin at 13:30 now. Undo"
    assert (more.status, says in more.text) == (200, True)
    begin = [f"{clinic.now(each).starts_at:%d %H:%M}" for each in (first, second, third)]
    assert begin == ["18 11:30", "24 11:30", "01 11:30"]
    assert paula.post("booking_following", second.id, begins="x", undo=1).status == 422
    assert paula.post("booking_following", clinic.block(TODAY, at=at).id).status == 404
    back = paula.post("booking_following", second.id, begins="10:00", minutes=60, undo=1)
    assert "this one and the following are back at 10:00." in back.text
    begin = [f"{clinic.now(each).starts_at:%d %H:%M}" for each in (first, second, third)]
    assert begin == ["18 11:30", "24 08:00", "01 08:00"]


def test_a_drag_into_another_column_gives_and_its_undo_takes_back(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    otto, actor = clinic.member("otto")
    open_diary(clinic.paula.id, Sight.BOOK, who=actor, at=at)
    session = clinic.book(TODAY, at=at)
    seen = drag(paula, session, version=1, starts="2026-06-16T10:00", who=otto.id)
    says = "Daisy Duck: now with Otto, Tuesday 16 June 2026, 10:00–11:00. Undo"
    assert (seen.status, says in seen.text) == (200, True)
    assert "Given by Paula to Otto." in paula.get("booking", session.id).text
    assert f'name="who" value="{clinic.paula.id}"' in seen.html
    assert drag(paula, session, version=2, who="\x00").status == 422
    back = drag(paula, session, version=2, who=clinic.paula.id, undo=1)
    assert (back.status, clinic.now(session).practitioner_id) == (200, clinic.paula.person_id)


def test_of_a_drag_that_was_undone_nobody_is_told(clock: Clock) -> None:
    """In time or to somebody else; and of what follows in a series, with the one that was dragged.

    Undone later than the message left, another one tells how it is again.
    """
    with told(clock.now, Message.CHANGE) as t:
        paula = Member(t.paula.world, t.paula.paula.person)
        otto, actor = t.paula.member("otto")
        open_diary(t.paula.paula.id, Sight.BOOK, who=actor, at=clock.now)
        session = t.paula.book(TODAY + DAY, at=clock.now)
        series = recur(t.paula, TODAY + 2 * DAY, "FREQ=WEEKLY;COUNT=3", at=clock.now)
        there = {"starts": "2026-06-19T13:30", "who": otto.id}
        for where in ({"starts": "2026-06-19T13:30"}, there):
            undo(paula, drag(paula, session, **where))
        first = drag(paula, session, **there)
        undo(paula, drag(paula, session, starts="2026-06-19T15:30"))
        undo(paula, first, version=t.paula.now(session).version)
        following = series.sessions[1]
        drag(paula, following, starts="2026-06-25T13:30")
        undo(paula, paula.post("booking_following", following.id))
        assert t.leave(clock.now + SETTLES) == []
        assert t.letters() == [("session_change", "withdrawn")] * 3
        clock.now += 2 * SETTLES
        seen = drag(paula, session, starts="2026-06-17T13:30")
        assert t.leave(clock.now + SETTLES) == ["Sofie: changed to Wed 17 Jun at 13:30."]
        clock.now += SETTLES
        undo(paula, seen)
        assert t.leave(clock.now + SETTLES) == ["Sofie: changed to Wed 17 Jun at 10:00."]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"starts": "2026-06-16T13:30"}, "Supervision is booked then"),
        ({"starts": "2026-06-16T14:00", "version": "7"}, "changed in another window"),
        ({"starts": "2027-03-28T02:30"}, "there is no such time"),
        ({"ends": "2026-06-16T09:00"}, "Enter how many minutes it takes."),
        ({"ends": "2026-06-18T09:00"}, "A booking lasts 24 hours at most."),
        ({"starts": "2035-06-16T09:00"}, "The day is too far away."),
        ({"starts": "9999-12-31T23:59:59-12:00"}, "Enter a time."),
        ({"starts": "\x00"}, "Enter a time."),
        ({"starts": "", "ends": "soon"}, "Enter a time."),
    ],
)
def test_what_is_refused_is_said_and_stays_where_it_was(
    clinic: Practice, paula: Member, at: datetime, fields: dict[str, str], says: str
) -> None:
    session = clinic.book(TODAY, at=at)
    clinic.block(TODAY + 3 * HOUR, at=at)
    seen = drag(paula, session, **fields)
    assert seen.status in (409, 422)
    assert says in seen.text
    now = clinic.now(session)
    assert (now.starts_at, now.minutes, now.version) == (TODAY, 60, 1)


def test_nobody_drags_in_a_diary_that_is_closed_to_them(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    session = clinic.book(TODAY, at=at)
    membership, _actor = clinic.member("otto")
    otto = Member(clinic.world, membership.person)
    assert drag(otto, session, starts="2026-06-17T10:00").status == 404
    open_diary(membership.id, Sight.VIEW, who=clinic.who(), at=at)
    seen = drag(otto, session, starts="2026-06-17T10:00")
    assert (seen.status, "You may not book in this diary." in seen.text) == (403, True)
    assert clinic.now(session).starts_at == TODAY


def test_the_page_offers_the_grid_where_it_can_be_drawn(clinic: Practice, paula: Member) -> None:
    url = paula.url("diary")
    with override_settings(DIARY_GRID=True):
        seen = paula.get("diary", view="month", **{"as": "grid"})
        assert "List Day Week Month" in seen.text
        assert f'href="{url}?view=month"' in seen.html
        assert f'"eventsUrl": "{url}events/?who={clinic.paula.id}"' in seen.html
        assert '"offset": "+02:00"' in seen.html
        assert "grid-told" not in paula.get("diary").html
    with override_settings(DIARY_GRID=False):
        seen = paula.get("diary", view="month", **{"as": "grid"})
        assert "List" not in seen.text
        assert "grid-told" not in seen.html


def test_a_time_that_was_clicked_stands_in_the_form(paula: Member) -> None:
    seen = paula.get("session_new", on="2026-06-17", time="13:30", minutes="45")
    for name, value in {"day": "2026-06-17", "time": "13:30", "minutes": "45"}.items():
        assert f'name="{name}" value="{value}"' in seen.html
    assert "time=13%3A30" in seen.html  # kept on the way to an activity
    assert paula.get("session_new", time="\x00<", minutes="soon").status == 200
