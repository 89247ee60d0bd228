"""The page of a session behind its link."""

import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import connection
from django.test import Client as Browser

from storno.catalogue.models import Message
from storno.catalogue.save import amend_service
from storno.clients.models import Client as ClientRow
from storno.clients.save import amend_client
from storno.diary.cancel import cancel_booking
from storno.diary.change import BookingChanges, change_booking
from storno.diary.feed import calendar_behind, make_feed
from storno.diary.messages.compose import page_of
from storno.diary.models import Booking
from storno.diary.public import CancelledBy, cancelled_by
from storno.history.models import Event
from storno.mailroom.models import Letter
from storno.organizations.models import Asked, Seller
from storno.organizations.scope import scope
from storno.web.public import limit
from tests.conftest import Clock
from tests.diary.practice import HOUR, Practice, practice
from tests.diary.recurring import recur
from tests.observe import history
from tests.web.cast import count_of, nobody, row_of
from tests.web.papers.member import Member, Seen

FRIDAY = datetime(2026, 6, 19, 8, 0, tzinfo=UTC)
"""10:00 in Oslo, three days ahead; it is cancelled freely until Thursday at 10:00."""

SAME = ("UID", "SEQUENCE", "STATUS", "LAST-MODIFIED", "DTSTART")


@pytest.fixture
def paula(clock: Clock) -> Practice:
    paula = practice()
    who = paula.world.who()
    paula.service = amend_service(
        paula.service.id,
        lambda entered: replace(entered, name="Trauma therapy", messages=(Message.CANCELLATION,)),
        who=who,
        at=clock.now,
    )
    amend_client(
        paula.daisy.id, lambda entered: replace(entered, language="en"), who=who, at=clock.now
    )
    with scope(paula.id):
        Seller.objects.filter(organization_id=paula.id).update(
            name="Sofie", phone="+47 22 00 00 00"
        )
    return paula


def path_of(session: Booking) -> str:
    """The path of a session's page."""
    with scope(session.organization_id):
        return page_of(session).removeprefix("http://localhost:8000")


def see(session: Booking, below: str = "") -> Seen:
    return Seen(nobody().get(f"{path_of(session)}{below}"))


def test_the_client_sees_when_and_where_and_nothing_of_what_for(
    paula: Practice, clock: Clock
) -> None:
    session = paula.book(FRIDAY, place="Storgata 1", at=clock.now)
    response = nobody().get(path_of(session))
    seen = Seen(response)
    assert seen.status == 200
    assert '<html lang="en">' in seen.html
    for said in (
        "With Sofie Day Friday 19 June 2026 Time 10:00–11:00 (time in Oslo) Place Storgata 1",
        "You can cancel here free of charge until Thursday 18 June 2026 at 10:00.",
    ):
        assert said in seen.text
    for hidden in ("Trauma", "1190", "Daisy", "Paula", "Join video", "csrf", "/o/"):
        assert hidden not in seen.html
    assert not response.cookies
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert "no-store" in response["Cache-Control"]
    for below in ("", "/cancel", "/calendar"):
        asked = nobody().head(f"{path_of(session)}{below}")
        assert (asked.status_code, asked.content) == (200, b"")


def test_by_video_the_time_is_the_clients_own(paula: Practice, clock: Clock) -> None:
    amend_client(
        paula.daisy.id,
        lambda entered: replace(entered, time_zone="Europe/Helsinki"),
        who=paula.world.who(),
        at=clock.now,
    )
    session = paula.book(FRIDAY, video="https://meet.example.com/1", at=clock.now)
    seen = see(session)
    assert "11:00–12:00 (time in Helsinki)" in seen.text
    assert 'href="https://meet.example.com/1"' in seen.html
    clock.now = FRIDAY + 2 * HOUR
    assert "meet.example.com" not in see(session).html


def test_the_client_cancels_in_time_after_a_question(paula: Practice, clock: Clock) -> None:
    session = paula.book(FRIDAY, at=clock.now)
    asked = see(session, "/cancel")
    assert "Cancel this appointment?" in asked.text
    assert paula.now(session).state == "booked"
    strict = Browser(SERVER_NAME="localhost", enforce_csrf_checks=True)
    response = strict.post(f"{path_of(session)}/cancel")
    assert (response.status_code, response["Location"]) == (302, path_of(session))
    now = paula.now(session)
    assert (now.state, now.charge, now.cancelled_late, now.cancelled_by) == (
        *("cancelled", "nothing", False),
        None,
    )
    assert paula.billing(session).draft is None
    with scope(paula.id):
        events = Event.objects.filter(organization_id=paula.id, subject_id=session.id)
        told = list(events.order_by("id").values_list("kind", "person_id"))
        letters = list(Letter.objects.filter(organization_id=paula.id).values_list("kind"))
        assert cancelled_by([now]) == {session.id: CancelledBy.CLIENT}
    assert told[-1] == ("session.cancelled_by_client", None)
    assert set(letters) == {("session_cancellation",), ("session_cancelled_by_client",)}
    member = Member(paula.world, paula.paula.person)
    page = member.get("booking", session.id).text
    assert "The client cancelled it today at 11:12. The time is free again." in page
    assert "Cancelled by the client; nothing is charged. the client, today at 11:12" in page
    home = member.get("home").text
    assert "Daisy Duck cancelled a session It was to be 19 June at 10:00; " in home
    before = count_of(Letter, paula.world)
    assert strict.post(f"{path_of(session)}/cancel").status_code == 302
    assert count_of(Letter, paula.world) == before
    seen = see(session)
    assert "Cancelled" in seen.text
    assert "Cancel appointment" not in seen.text


def test_later_it_says_until_when_and_whom_to_call(paula: Practice, clock: Clock) -> None:
    session = paula.book(FRIDAY, at=clock.now)
    path = path_of(session)
    clock.now = FRIDAY - timedelta(hours=24, seconds=-1)
    seen = see(session)
    assert "It can no longer be cancelled here. Call Sofie: +47 22 00 00 00." in seen.text
    assert "Cancelling here was possible until Thursday 18 June 2026 at 10:00." in seen.text
    assert nobody().get(f"{path}/cancel")["Location"] == path
    assert nobody().post(f"{path}/cancel")["Location"] == path
    assert paula.now(session).state == "booked"


def test_what_is_invoiced_is_not_cancelled_here(paula: Practice, clock: Clock) -> None:
    session = paula.book(FRIDAY, at=clock.now)
    paula.invoice(session, at=clock.now)
    assert "Cancel appointment" not in see(session).text
    assert nobody().post(f"{path_of(session)}/cancel").status_code == 302
    assert paula.now(session).state == "booked"


def test_the_page_follows_the_session_and_closes_after_it(paula: Practice, clock: Clock) -> None:
    session = paula.book(FRIDAY, at=clock.now)
    path = path_of(session)
    moved = BookingChanges(starts_at=FRIDAY + timedelta(days=300))
    session = change_booking(session.id, moved, who=paula.who(), at=clock.now)
    assert path_of(session) == path
    clock.now = session.ends_at + timedelta(days=14)
    assert "Over" in see(session).text
    clock.now += timedelta(seconds=1)
    for below in ("", "/cancel", "/calendar"):
        gone = see(session, below)
        assert gone.status == 410
        assert "Sofie" not in gone.text
    assert nobody().post(f"{path}/cancel").status_code == 302


def test_of_a_series_one_link_leads_to_each_session_to_come(paula: Practice, clock: Clock) -> None:
    made = recur(paula, FRIDAY, "FREQ=WEEKLY;COUNT=4", at=clock.now)
    first, second, third, last = made.sessions
    alone = paula.book(FRIDAY + HOUR, at=clock.now)
    path = path_of(first)
    seen = see(first)
    days = re.findall(r'need-title" href="([^"]*)">(.*?)<', seen.html)
    assert days == [
        (f"{path}/{second.id}", "Friday 26 June 2026"),
        (f"{path}/{third.id}", "Friday 3 July 2026"),
        (f"{path}/{last.id}", "Friday 10 July 2026"),
    ]
    assert "Cancel appointment" in see(first, f"/{third.id}").text
    assert "Friday 3 July 2026" in see(first, f"/{third.id}/cancel").text
    answer = nobody().post(f"{path}/{third.id}/cancel")
    assert answer["Location"] == f"{path}/{third.id}"
    assert [paula.now(each).state for each in made.sessions] == [
        "booked", "booked", "cancelled", "booked"
    ]  # fmt: skip
    assert str(third.id) not in see(first).html
    assert "Cancelled" in see(first, f"/{third.id}").text
    file = see(first, "/calendar").response.content.decode()
    assert re.findall(r"UID:(.*)\r", file) == [str(each.id) for each in (first, second, last)]
    for other in (alone.id, paula.id):
        assert nobody().get(f"{path}/{other}").status_code == 404
        assert nobody().post(f"{path}/{other}/cancel").status_code == 404
    assert paula.now(alone).state == "booked"
    assert str(first.id) not in see(alone).html
    clock.now = FRIDAY + timedelta(days=20, hours=1)
    left = see(first)
    assert "Over" in left.text
    assert "Friday 10 July 2026 10:00–11:00 It can no longer" in left.text
    clock.now = last.ends_at + timedelta(days=14)
    assert see(first).status == 200
    clock.now += timedelta(seconds=1)
    assert see(first).status == 410


def test_the_file_and_the_diary_s_feed_tell_of_the_same_event(
    paula: Practice, clock: Clock
) -> None:
    session = paula.book(FRIDAY, at=clock.now)
    secret = make_feed(names=False, who=paula.who(), at=clock.now).secret

    def said(calendar: bytes) -> dict[str, str]:
        lines = dict(line.split(":", 1) for line in calendar.decode().splitlines())
        return {name: lines[name] for name in SAME}

    def both() -> dict[str, str]:
        file = said(see(session, "/calendar").response.content)
        assert file == said(calendar_behind(secret, at=clock.now))
        return file

    assert both() == {
        "UID": str(session.id),
        "SEQUENCE": "0",
        "STATUS": "CONFIRMED",
        "LAST-MODIFIED": f"{clock.now:%Y%m%dT%H%M%SZ}",
        "DTSTART": "20260619T080000Z",
    }
    clock.now += HOUR
    cancel_booking(session.id, who=paula.who(), at=clock.now)
    told = both()
    assert (told["SEQUENCE"], told["STATUS"]) == ("1", "CANCELLED")
    assert told["LAST-MODIFIED"] == f"{clock.now:%Y%m%dT%H%M%SZ}"


def test_a_calendar_gets_when_and_with_whom(paula: Practice, clock: Clock) -> None:
    session = paula.book(FRIDAY, place="Storgata 1", at=clock.now)
    response = see(session, "/calendar").response
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    lines = response.content.decode().replace("\r\n ", "").splitlines()
    assert "SUMMARY:Appointment with Sofie" in lines
    assert "DTSTART:20260619T080000Z" in lines
    assert "DTEND:20260619T090000Z" in lines
    assert "STATUS:CONFIRMED" in lines
    assert f"URL:http://localhost:8000{path_of(session)}" in lines
    assert b"Trauma" not in response.content
    cancel_booking(session.id, who=paula.who(), at=clock.now)
    assert b"STATUS:CANCELLED" in see(session, "/calendar").response.content


def test_no_other_text_opens_anything(paula: Practice, clock: Clock) -> None:
    path = path_of(paula.book(FRIDAY, at=clock.now))
    other = path_of(paula.book(FRIDAY + HOUR, at=clock.now))
    key, other_key = path.removeprefix("/s/"), other.removeprefix("/s/")
    mixed = key[:22] + other_key[22:]
    for text in (mixed, key[:-1], f"{key}A", "A" * 43, "é" * 43, "\x00", key.swapcase()):
        assert nobody().get(f"/s/{text}").status_code == 404
    assert nobody().get(f"/i/{key}").status_code == 404


def test_who_asks_too_often_rests_until_the_hour_is_over(
    paula: Practice, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (paula.book(FRIDAY + n * HOUR, at=clock.now) for n in (0, 1))
    clock.now = clock.now.replace(minute=30, second=0)
    monkeypatch.setattr(limit, "OF_LINK", 3)
    for _time in range(3):
        assert see(first).status == 200
    refused = see(first, "/cancel")
    assert (refused.status, refused.response["Retry-After"]) == (429, "1800")
    assert "That was too often" in refused.text
    assert "it rests for 30 minutes" in refused.text
    assert "Sofie" not in refused.html
    assert nobody().post(f"{path_of(first)}/cancel").status_code == 429
    assert paula.now(first).state == "booked"
    assert see(second).status == 200
    with monkeypatch.context() as of_address:
        of_address.setattr(limit, "OF_ADDRESS", 1)
        assert see(second).status == 429
        elsewhere = Browser(SERVER_NAME="localhost", REMOTE_ADDR="2001:db8::1")
        assert elsewhere.get(path_of(second)).status_code == 200
        beside = Browser(SERVER_NAME="localhost", REMOTE_ADDR="2001:db8::2")
        assert beside.get(path_of(second)).status_code == 429
    clock.now += HOUR / 2
    assert nobody().get(path_of(first)).status_code == 200


def test_the_client_says_whether_it_wants_to_be_reminded(paula: Practice, clock: Clock) -> None:
    untold = paula.book(FRIDAY, at=clock.now)
    assert "remind" not in see(untold).text.lower()
    amend_service(
        paula.service.id,
        lambda entered: replace(entered, messages=(Message.REMINDER,)),
        who=paula.world.who(),
        at=clock.now,
    )
    session = paula.book(FRIDAY + HOUR, at=clock.now)
    path, strict = path_of(session), Browser(SERVER_NAME="localhost", enforce_csrf_checks=True)
    member = Member(paula.world, paula.paula.person)
    for wanted, now, button, in_diary in (
        ("no", "You are not reminded of appointments.", "Remind me again", "No reminder leaves"),
        ("yes", "You are reminded a day before", "Do not remind me", "The reminder leaves"),
    ):
        for _twice in range(2):
            said = strict.post(f"{path}/reminders", {"wanted": wanted})
            assert (said.status_code, said["Location"]) == (302, path)
        seen = see(session)
        assert now in seen.text
        assert button in seen.text
        assert in_diary in member.get("booking", session.id).text
        client = row_of(ClientRow, paula.world)
        assert client.wants_reminders == (wanted == "yes")
    for nothing in ({}, {"wanted": "\0"}):
        assert strict.post(f"{path}/reminders", nothing).status_code == 302
    told = ["client.reminders_refused", "client.reminders_wanted"]
    assert history(paula.world, paula.daisy.id)[-2:] == told
    clock.now = FRIDAY + timedelta(days=15)
    assert strict.post(f"{path}/reminders", {"wanted": "no"}).status_code == 410
    assert row_of(ClientRow, paula.world).wants_reminders


def test_what_goes_wrong_behind_a_link_is_said_in_its_language(
    paula: Practice, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also that it rests, that there is nothing, and that an address takes forms only."""
    amend_client(
        paula.daisy.id,
        lambda entered: replace(entered, language="nb"),
        who=paula.world.who(),
        at=clock.now,
    )
    path = path_of(paula.book(FRIDAY, at=clock.now))
    browser = Browser(SERVER_NAME="localhost", headers={"accept-language": "fi"})
    nothing = Seen(browser.get(f"{path}/{paula.daisy.id}"))
    assert (nothing.status, '<html lang="nb">' in nothing.html) == (404, True)
    forms_only = Seen(browser.post(path, headers={"accept": "text/html"}))
    assert (forms_only.status, '<html lang="nb">' in forms_only.html) == (405, True)
    monkeypatch.setattr(limit, "OF_LINK", 2)
    rests = browser.get(path)
    assert (rests.status_code, rests["Content-Language"]) == (429, "nb")
    assert '<html lang="nb">' in Seen(rests).html
    unknown = Seen(browser.get(f"/s/{'A' * 43}"))
    assert (unknown.status, '<html lang="fi">' in unknown.html) == (404, True)


def test_an_address_that_asks_too_often_uses_up_no_link(
    paula: Practice, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    Asked.objects.all().delete()  # other tests ask in the same hour
    path = path_of(paula.book(FRIDAY, at=clock.now))
    monkeypatch.setattr(limit, "OF_LINK", 1)
    monkeypatch.setattr(limit, "OF_ADDRESS", 2)
    greedy = Browser(SERVER_NAME="localhost", REMOTE_ADDR="192.0.2.7")
    answers = [greedy.get(f"/s/{'A' * 42}{n}").status_code for n in range(4)]
    assert answers == [404, 404, 429, 429]
    assert greedy.get(path).status_code == 429
    counts = Asked.objects.filter(hour=clock.now.replace(minute=0)).order_by("times")
    assert list(counts.values_list("times", flat=True)) == [1, 1, 5]
    assert [nobody().get(path).status_code for _time in range(2)] == [200, 429]


def test_what_cannot_be_counted_is_shown_all_the_same(paula: Practice, clock: Clock) -> None:
    path = path_of(paula.book(FRIDAY, at=clock.now))
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
        try:
            assert nobody().get(path).status_code == 200
        finally:
            cursor.execute("RESET default_transaction_read_only")
        ended = cursor.connection.info.backend_pid
    with psycopg.connect(os.environ["STORNO_DATABASE_URL"]) as other:
        other.execute("SELECT pg_terminate_backend(%s, 1000)", [ended])
    assert nobody().get(path).status_code == 200
