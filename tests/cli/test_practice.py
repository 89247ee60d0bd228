"""What else of a practice is done at the terminal: series, hours, links, drafts and notices."""

import json
from datetime import datetime, timedelta
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from storno.cli import closed, draft, feed, grants, hours, invoice, series, session
from storno.diary.feed import calendar_behind
from storno.diary.models import Booking, Sight
from storno.diary.sight import open_diary
from storno.organizations.scope import scope
from tests.conftest import Clock
from tests.diary.practice import Practice, practice
from tests.observe import everything

TENS = ("--at", "2026-06-18T10:00", "--rule", "FREQ=WEEKLY;COUNT=3")
WHAT = ("--client", "daisy", "--service", "60")


@pytest.fixture
def paula(clock: Clock) -> Practice:
    return practice()


def run(paula: Practice, command: click.Command, *words: str, who: str = "") -> Result:
    """A verb of Paula's."""
    named = ("--as", who or paula.paula.person.email)
    slug = paula.world.organization.slug
    return CliRunner().invoke(command, [*words, *named, "--organization", slug])


def told(paula: Practice, command: click.Command, *words: str, who: str = "") -> Any:
    done = run(paula, command, *words, "--json", who=who)
    assert (done.exit_code, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_a_series_is_foreseen_booked_changed_cancelled_and_taken_back(paula: Practice) -> None:
    told(paula, session.command, "book", "--at", "2026-06-25T10:30", *WHAT)
    before = everything(paula.world)
    assert run(paula, series.command, "book", *TENS, *WHAT, "--dry-run").stdout == (
        "Would be booked: 3.\n  18 June 2026\n  25 June 2026  taken\n  2 July 2026\n"
    )
    refused = run(paula, series.command, "book", *TENS, *WHAT)
    assert refused.exit_code == 3
    assert refused.stderr == (
        "Error: 25 Jun 2026: there is another booking from 10:30 to 11:30. Choose another time, "
        "leave these days out, or move the other bookings first.\n"
    )
    assert everything(paula.world) == before
    booked = told(paula, series.command, "book", *TENS, *WHAT, "--skip", "taken")
    id_ = booked["id"]
    assert [each["on"] for each in booked["sessions"]] == ["2026-06-18", "2026-07-02"]
    assert (booked["left_out"], booked["price"]) == (["2026-06-25"], "1190.00")
    first = told(paula, session.command, "show", booked["sessions"][0]["id"])
    assert first["series"] == id_

    change = ("change", id_, "--begins", "12:00", "--price", "900")
    seen = told(paula, series.command, *change, "--dry-run")
    assert seen == {
        "dry_run": True,
        "sessions": ["2026-06-18", "2026-07-02"],
        "begun": [],
        "by_hand": [],
        "invoiced": [],
        "not_at_work": [],
    }
    changed = told(paula, series.command, *change)
    assert (changed["begins"], changed["price"], changed["left"]) == ("12:00", "900.00", [])

    cancel = ("cancel", id_, "--since", "2026-07-02")
    foreseen = run(paula, series.command, *cancel, "--dry-run")
    assert foreseen.stdout == "Would be cancelled: 1.\n"
    gone = told(paula, series.command, *cancel)
    assert [each["state"] for each in gone["sessions"]] == ["booked", "cancelled"]
    back = run(paula, series.command, "restore", id_)
    assert back.stdout.startswith("Booked again: Daisy Duck, FREQ=WEEKLY;COUNT=3.\n")
    assert "  25 June 2026  left out\n" in back.stdout
    nothing = run(paula, series.command, "restore", id_, "--json")
    assert nothing.exit_code == 3
    lost = run(paula, series.command, "show", "7")
    assert (lost.exit_code, lost.stderr) == (3, "Error: There is no series 7.\n")


def test_a_series_says_who_pays_and_is_given_to_somebody_else(
    paula: Practice, at: datetime
) -> None:
    mickey = paula.company("Mickey")
    how = ("--recipient", "mickey", "--method", "automatic", "--message", "change", "--video", "")
    both = run(paula, series.command, "book", *TENS, *WHAT, *how, "--silent")
    assert (both.exit_code, everything(paula.world)["diary_booking"]) == (2, [])
    id_ = told(paula, series.command, "book", *TENS, *WHAT, *how)["id"]
    with scope(paula.id):
        booked = Booking.objects.filter(organization_id=paula.id, series_id=id_)
        said = [(each.recipient_id, each.method, each.messages) for each in booked]
    assert said == [(mickey.id, "automatic", ["change"])] * 3
    otto, actor = paula.member("otto")
    open_diary(paula.paula.id, Sight.BOOK, who=actor, at=at)
    give = ("change", id_, "--since", "2026-06-25", "--with", otto.person.email)
    seen = told(paula, series.command, *give, "--dry-run")
    assert (seen["sessions"], seen["not_at_work"]) == (["2026-06-25", "2026-07-02"], [])
    given = told(paula, series.command, *give)
    assert [each["on"] for each in given["sessions"]] == ["2026-06-25", "2026-07-02"]
    with scope(paula.id):
        theirs = Booking.objects.filter(organization_id=paula.id, series_id=given["id"])
        assert set(theirs.values_list("practitioner_id", flat=True)) == {otto.person_id}


def test_the_scripts_of_a_credited_invoice(paula: Practice) -> None:
    """See draft, then a price, or the booking cancelled; each at the terminal."""
    booked = told(paula, session.command, "book", "--at", "2026-06-18T10:00", *WHAT)
    assert told(paula, draft.command, "finalise", booked["draft"]) == {
        "state": "issued",
        "number": "2026-0001",
    }
    done = run(paula, invoice.command, "credit", "2026-0001", "--reason", "wrong_price")
    said, label, corrected = done.stdout.rstrip().rsplit(maxsplit=2)
    assert (said, label) == ("Invoice 2026-0001: Credited by credit note 2026-K1.", "draft")
    assert run(paula, draft.command, "list", "--state", "awaiting").stdout == (
        f"{corrected}  draft     1190.00 NOK  Daisy Duck\n"
    )
    before = everything(paula.world)
    for wrong in ("-1", "free", "NaN", "1e12"):
        assert run(paula, draft.command, "price", corrected, wrong).exit_code == 2
    assert run(paula, draft.command, "price", corrected, "1", "--line", "2").exit_code == 2
    assert everything(paula.world) == before
    priced = run(paula, draft.command, "price", corrected, "990")
    assert priced.stdout == "The draft comes to 990.00 NOK.\n"
    shown = told(paula, session.command, "show", booked["id"])
    assert (shown["price"], shown["draft"]) == ("990.00", corrected)
    issued = run(paula, draft.command, "finalise", corrected)
    assert issued.stdout == "Invoice 2026-0002 is issued.\n"
    late = run(paula, draft.command, "price", corrected, "1")
    assert late.exit_code == 3
    again = told(paula, invoice.command, "credit", "2026-0002", "--next", "draft")
    gone = run(paula, draft.command, "delete", again["draft"], "--session", "cancel")
    assert gone.stdout == "The draft is deleted.\n"
    assert told(paula, session.command, "show", booked["id"])["state"] == "cancelled"
    assert run(paula, draft.command, "list").stdout == "No drafts.\n"


def test_a_draft_is_invoiced_elsewhere_and_taken_back(paula: Practice) -> None:
    booked = told(paula, session.command, "book", "--at", "2026-06-18T10:00", *WHAT)
    external = ("external", booked["draft"], "--number", "A-7")
    marked = run(paula, draft.command, *external, "--paid-on", "2026-06-16", "--paid-by", "card")
    assert marked.stdout == "Invoiced externally; A-7; paid 2026-06-16 card.\n"
    paid = run(paula, draft.command, "internal", booked["draft"])
    assert paid.exit_code == 3
    assert told(paula, draft.command, *external)["external"] == {
        "number": "A-7",
        "paid_on": None,
        "paid_by": "",
    }
    assert told(paula, draft.command, "internal", booked["draft"])["external"] is None
    lost = run(paula, draft.command, "internal", booked["id"])
    assert (lost.exit_code, lost.stderr) == (3, f"Error: There is no draft {booked['id']}.\n")


def test_a_recipient_is_told_and_reminders_are_paused_and_resumed(
    paula: Practice, clock: Clock
) -> None:
    booked = paula.book(clock.now + timedelta(hours=1), at=clock.now)
    number = paula.invoice(booked, at=clock.now).number
    early = run(paula, invoice.command, "pause", number)
    assert (early.exit_code, early.stderr) == (
        3,
        "Error: No reminder of this invoice is planned. There is nothing to pause.\n",
    )
    said = run(paula, invoice.command, "notify", number)
    assert said.stdout == (
        f"Invoice {number}: told what is to pay. The next reminder goes 30 June 2026, 09:00.\n"
    )
    paused = told(paula, invoice.command, "pause", number, "--reason", "disputed")
    assert [each["state"] for each in paused["notifications"]] == ["sent", "paused", "paused"]
    resumed = run(paula, invoice.command, "resume", number)
    assert resumed.stdout.startswith(f"Invoice {number}: reminders resumed. The next reminder goes")


def test_hours_and_closed_days_are_kept(paula: Practice) -> None:
    nothing = run(paula, hours.command, "show").stdout
    assert nothing == "Nothing is said; office hours are offered.\n"
    wrong = run(paula, hours.command, "keep", "--since", "2026-07-01", "--monday", "late")
    assert (wrong.exit_code, "Write hours like 9:00–12:00" in wrong.stderr) == (2, True)
    week = ("--monday", "9-12,13-16", "--friday", "8:30-11")
    told(paula, hours.command, "keep", "--since", "2026-07-01", *week)
    lines = run(paula, hours.command, "show").stdout.splitlines()
    assert lines[:3] == [
        "From 2026-07-01 on",
        "  monday     09:00-12:00, 13:00-16:00",
        "  tuesday    none",
    ]
    assert lines[5] == "  friday     08:30-11:00"

    told(paula, hours.command, "keep", "--since", "2026-08-01", "--monday", "9-12")
    dropped = run(paula, hours.command, "drop", "--since", "2026-08-01")
    assert dropped.stdout == "Dropped: the usual week from 2026-08-01 on.\n"
    assert run(paula, hours.command, "drop", "--since", "2026-08-01").stderr == (
        "Error: There is no usual week from 2026-08-01 on.\n"
    )
    short = ("--from", "2026-07-02", "--hours", "9-11")
    assert run(paula, hours.command, "other", *short).stdout == (
        "Kept: 2026-07-02 to 2026-07-02: 09:00-11:00\n"
    )
    told(paula, hours.command, "other", "--from", "2026-07-20", "--to", "2026-07-24")
    gone = told(paula, hours.command, "drop-other", "--from", "2026-07-20")
    assert gone == {"first_on": "2026-07-20", "last_on": "2026-07-24", "hours": []}
    kept = told(paula, hours.command, "show")
    assert [each["first_on"] for each in kept["weeks"]] == ["2026-07-01"]
    assert [each["first_on"] for each in kept["other_hours"]] == ["2026-07-02"]
    none = run(paula, hours.command, "drop-other", "--from", "2026-07-20")
    assert (none.exit_code, none.stderr) == (
        3,
        "Error: There are no other hours from 2026-07-20 on.\n",
    )

    summer = ("close", "Summer", "--from", "2026-07-06", "--to", "2026-07-10")
    assert run(paula, closed.command, *summer).exit_code == 3
    alice = paula.world.alice.email
    days = told(paula, closed.command, *summer, who=alice)
    assert told(paula, closed.command, "list")["items"] == [days]
    opened = run(paula, closed.command, "open", days["id"], who=alice)
    assert opened.stdout == "Open again: 2026-07-06 to 2026-07-10  Summer\n"
    assert run(paula, closed.command, "list").stdout == "No closed days are to come.\n"


def test_a_diary_is_opened_by_a_link_and_to_a_member(paula: Practice, clock: Clock) -> None:
    assert told(paula, feed.command, "show") == {"feed": None}
    url = run(paula, feed.command, "make", "--names").stdout.strip()
    assert calendar_behind(url.split("/")[-1].removesuffix(".ics"), at=clock.now)
    assert told(paula, feed.command, "show")["feed"]["names"] is True
    told(paula, feed.command, "withdraw")
    assert run(paula, feed.command, "show").stdout == "There is no link.\n"

    email = paula.member("nils")[0].person.email
    opened = run(paula, grants.command, "open", email, "--sight", "book")
    assert opened.stdout == f"Open to {email}: see and book.\n"
    assert told(paula, grants.command, "list") == {"items": [{"member": email, "sight": "book"}]}
    told(paula, grants.command, "close", email)
    assert run(paula, grants.command, "list").stdout == "It is open to nobody else.\n"
    own = run(paula, grants.command, "open", paula.paula.person.email)
    assert (own.exit_code, "Your own diary is open to you." in own.stderr) == (2, True)
