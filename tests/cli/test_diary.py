"""`storno diary` and `storno session`: a diary at the terminal, by its owner."""

import json
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from storno.catalogue.models import Charge
from storno.cli import diary, session
from storno.diary.models import Booking
from tests.conftest import Clock
from tests.diary.practice import Practice, practice
from tests.observe import everything


@pytest.fixture
def paula(clock: Clock) -> Practice:
    return practice()


def run(paula: Practice, command: click.Command, *words: str, who: str = "") -> Result:
    """A verb of Paula's."""
    named = ["--as", who or paula.paula.person.email]
    if command is session.command:
        named += ["--organization", paula.world.organization.slug]
    return CliRunner().invoke(command, [*words, *named])


def told(paula: Practice, command: click.Command, *words: str) -> Any:
    done = run(paula, command, *words, "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    return json.loads(done.stdout)


def book(paula: Practice, *more: str) -> tuple[str, ...]:
    return ("book", "--client", "daisy", "--service", "60", *more)


def test_a_session_is_booked_shown_moved_cancelled_and_taken_back(paula: Practice) -> None:
    booked = told(
        paula, session.command, *book(paula, "--at", "2026-06-18T10:00", "--price", "900")
    )
    assert booked == {
        "id": booked["id"],
        "client": "Daisy Duck",
        "service": "60 min",
        "state": "booked",
        "starts_at": "2026-06-18T08:00:00+00:00",
        "ends_at": "2026-06-18T09:00:00+00:00",
        "minutes": 60,
        "place": "",
        "price": "900.00",
        "currency": "NOK",
        "draft": booked["draft"],
        "series": None,
        "warnings": [],
    }
    moved = run(paula, session.command, "move", booked["id"], "--at", "2026-12-25T10:00")
    assert moved.stdout == (
        "Moved: Daisy Duck, 25 December 2026, 10:00.\n"
        f"draft      {booked['draft']}\n"
        f"id         {booked['id']}\n"
        "Note: 25 Dec 2026 is a public holiday: Christmas Day.\n"
    )
    slug = paula.world.organization.slug
    day = run(paula, diary.command, slug, "--on", "2026-12-24", "--days", "2")
    assert day.stdout == (
        "24 December 2026\n"
        "  Nothing is booked.\n"
        "25 December 2026 (Closed: Christmas Day)\n"
        f"  10:00–11:00  Daisy Duck  60 min  booked  {booked['id']}\n"
    )
    gone = told(paula, session.command, "cancel", booked["id"], "--charge", Charge.HALF.value)
    assert (gone["state"], gone["price"]) == ("cancelled", "450.00")
    back = run(paula, session.command, "restore", booked["id"])
    assert back.stdout.startswith("Booked again: Daisy Duck, 25 December 2026, 10:00.\n")
    shown = run(paula, session.command, "show", booked["id"]).stdout
    assert "price      900.00\n" in shown
    assert "starts_at  25 December 2026, 10:00\n" in shown


def test_others_see_only_that_time_is_taken(paula: Practice) -> None:
    booked = told(paula, session.command, *book(paula, "--at", "2026-06-18T10:00"))
    nils, _ = paula.member("nils")
    slug, email = paula.world.organization.slug, nils.person.email
    whose = ("--who", paula.paula.person.email, "--on", "2026-06-18")
    assert run(paula, diary.command, slug, *whose, who=email).stdout == (
        "18 June 2026\n  10:00–11:00  busy\n"
    )
    hidden = run(paula, session.command, "show", booked["id"], who=email)
    assert (hidden.exit_code, hidden.stderr) == (
        3,
        f"Error: There is no session {booked['id']}.\n",
    )


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (
            ("--at", "2026-06-18T10:30"),
            3,
            "18 Jun 2026: there is another booking from 10:00 to 11:00.",
        ),
        (("--at", "2027-03-28T02:30"), 2, "The clocks go forward in this night"),
        (("--at", "9999-12-31T23:59"), 2, "The day is too far away. Check the year."),
        (("--at", "tomorrow"), 2, "Write a moment like 2026-06-17T10:00."),
        (("--at", "2026-06-19T10:00", "--price", "x"), 2, "Write a price like 1190.00."),
        (("--at", "2026-06-19T10:00", "--price", "NaN"), 2, "Enter a number."),
        (("--at", "2026-06-19T10:00", "--minutes", "0"), 2, "Enter how many minutes it takes."),
        (("--at", "2026-06-19T10:00", "--client", "nobody"), 3, "There is no client nobody."),
        (("--at", "2026-06-19T10:00", "--service", "x"), 3, "There is no service x to book."),
        (("--at", "2026-06-19T10:00", "--with", "a@b.c"), 3, "Nobody signs in as a@b.c."),
    ],
)
def test_what_cannot_be_booked_is_said_and_nothing_is_done(
    paula: Practice, words: tuple[str, ...], code: int, sentence: str
) -> None:
    told(paula, session.command, *book(paula, "--at", "2026-06-18T10:00"))
    before = everything(paula.world)
    done = run(paula, session.command, *book(paula, *words))
    assert (done.exit_code, sentence in done.stderr) == (code, True), done.stderr
    assert everything(paula.world) == before


def test_an_activity_is_no_session(paula: Practice, clock: Clock) -> None:
    activity: Booking = paula.block(clock.now, at=clock.now)
    for verb in ("show", "cancel", "restore"):
        done = run(paula, session.command, verb, str(activity.id))
        assert (done.exit_code, f"There is no session {activity.id}." in done.stderr) == (3, True)
