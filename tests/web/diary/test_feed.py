"""The link to a diary: made on its page, fetched by a calendar program, withdrawn."""

import re
from datetime import UTC, datetime

from django.test import Client

from storno.diary.feed import make_feed, withdraw_feed
from tests.conftest import Clock
from tests.diary.practice import Practice
from tests.web.cast import member_as
from tests.web.papers.member import Member

WED = datetime(2026, 6, 17, 8, 0, tzinfo=UTC)
"""Ten o'clock in Oslo."""


def test_a_calendar_program_fetches_it(clinic: Practice, clock: Clock) -> None:
    clinic.book(WED, at=clock.now)
    secret = make_feed(names=False, who=clinic.who(), at=clock.now).secret
    program = Client(SERVER_NAME="localhost")
    path = f"/diary/feed/{secret}.ics"
    answer = program.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert b"SUMMARY:Session" in answer.content
    assert not answer.cookies
    assert (answer["Referrer-Policy"], answer["Cache-Control"]) == (
        "no-referrer",
        "private, no-store",
    )
    again = program.get(path, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert program.post(path).status_code == 405
    unknown = program.get("/diary/feed/unknown.ics")
    withdraw_feed(who=clinic.who(), at=clock.now)
    withdrawn = program.get(path)
    assert (unknown.status_code, withdrawn.status_code) == (404, 404)
    assert unknown.content == withdrawn.content
    codes = {program.get(path).status_code for _ in range(60)}
    assert codes == {404, 429}


def test_the_link_is_shown_once(clinic: Practice, paula: Member) -> None:
    made = paula.post("feed", names="yes", once="1" * 32)
    assert "Here is your link" in made.text
    (secret,) = set(re.findall(r"/diary/feed/([\w-]{43})\.ics", made.html))
    again = paula.post("feed", names="yes", once="1" * 32)
    assert again.said == "This link was made before; it is not shown a second time."
    seen = paula.get("feed")
    assert secret not in seen.html
    assert "It tells who comes and where." in seen.text
    assert Client(SERVER_NAME="localhost").get(f"/diary/feed/{secret}.ics").status_code == 200
    withdrawn = paula.post("feed_withdraw")
    assert withdrawn.said == "The link is withdrawn. It opens nothing any more."
    assert member_as(clinic.world, "reader").post("feed").status == 403
