"""A client's sessions, on a tab beside the invoices."""

from datetime import UTC, datetime, timedelta

from storno.diary.cancel import cancel_booking
from storno.diary.models import Sight
from storno.diary.series.cancel import cancel_series
from storno.diary.sight import open_diary
from tests.diary.practice import Practice
from tests.diary.recurring import recur
from tests.web.papers.member import Member
from tests.world import found

TEN = datetime(2026, 6, 18, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_the_sessions_of_a_client_stand_newest_first(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    empty = paula.get("client_sessions", clinic.daisy.id)
    assert "No session in the diaries that are open to you" in empty.text
    clinic.book(TEN, at=at, place="Room 2")
    cancel_booking(clinic.book(TEN + DAY, at=at).id, who=clinic.who(), at=at)
    seen = paula.get("client_sessions", clinic.daisy.id)
    assert "Profile Sessions Invoices" in seen.part('aria-label="Parts".*?</nav>')
    assert (
        "19 June, 10:00–11:00 "
        "Paula · 60 min · cancelled today at 11:12 by Paula Cancelled "
        "18 June, 10:00–11:00 Paula · 60 min · Room 2 Draft "
    ) in seen.text
    assert seen.text.endswith("Sessions in diaries that are not open to you are not shown.")
    assert paula.url("session_new") + f"?client={clinic.daisy.id}" in seen.html
    assert (
        paula.url("client_sessions", clinic.daisy.id) in paula.get("client", clinic.daisy.id).html
    )


def test_older_ones_stand_on_the_next_page(clinic: Practice, paula: Member, at: datetime) -> None:
    for number in range(52):
        clinic.book(TEN + number * DAY, at=at)
    first = paula.get("client_sessions", clinic.daisy.id)
    assert first.html.count('class="diary-row ') == 50
    older = first.html.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = paula.client.get(older.replace("&amp;", "&")).content.decode()
    assert second.count('class="diary-row ') == 2
    assert "19 June, 10:00–11:00" in second
    assert "18 June, 10:00–11:00" in second
    wrong = paula.get("client_sessions", clinic.daisy.id, before="nonsense")
    assert wrong.html.count('class="diary-row ') == 50


def test_what_was_called_off_of_a_series_is_there_while_the_series_goes_on(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    booked = recur(clinic, TEN, "FREQ=WEEKLY;COUNT=3", at=at)
    second = booked.sessions[1]
    cancel_booking(second.id, who=clinic.who(), at=at)
    hole = "25 June, 10:00–11:00 Paula · 60 min · cancelled today at 11:12 by Paula Cancelled"
    assert hole in paula.get("client_sessions", clinic.daisy.id).text
    cancel_series(booked.series.id, who=clinic.who(), at=at)
    ended = paula.get("client_sessions", clinic.daisy.id).text
    assert ("No session is to come." in ended, "25 June" in ended) == (True, False)


def test_only_sessions_in_open_diaries_are_shown(clinic: Practice, at: datetime) -> None:
    clinic.book(TEN, at=at)
    alice = Member(clinic.world)
    closed = alice.get("client_sessions", clinic.daisy.id).text
    assert closed.endswith("No session in the diaries that are open to you")
    assert "No session yet" not in closed
    mine = clinic.world.organization.memberships.get(person=clinic.world.alice)
    open_diary(mine.id, Sight.VIEW, who=clinic.who(), at=at)
    seen = alice.get("client_sessions", clinic.daisy.id)
    assert "18 June, 10:00–11:00 Paula · 60 min Draft" in seen.text


def test_that_there_is_none_yet_is_said_where_all_diaries_are_open(
    clinic: Practice, at: datetime
) -> None:
    members = clinic.world.organization.memberships
    members.filter(person=clinic.world.bob).delete()
    mine = members.get(person=clinic.world.alice)
    open_diary(mine.id, Sight.VIEW, who=clinic.who(), at=at)
    seen = Member(clinic.world).get("client_sessions", clinic.daisy.id)
    assert "No session yet" in seen.text
    assert "No session in the diaries that are open to you" not in seen.text


def test_where_nothing_is_booked_there_is_no_such_tab(clock: object) -> None:
    world = found()
    seen = Member(world).get("client", world.daisy.id)
    assert "Sessions" not in seen.part('aria-label="Parts".*?</nav>')
