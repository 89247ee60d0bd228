"""`storno series`: book sessions by a rule, see them, change or cancel them, or take that back."""

import json
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

import click

from storno.catalogue.models import Charge
from storno.cli.day import DayType
from storno.cli.look import (
    find_client,
    find_member,
    find_membership,
    looking_for,
    read_price,
)
from storno.cli.ready import with_ready_database
from storno.cli.session import TELL, of_organization, of_session_to_book, price_text, session_in
from storno.cli.verb import Verbs
from storno.core.clock import read_clock
from storno.diary.models import Booking, Series
from storno.diary.series.book import SeriesInput, Skip, book_series
from storno.diary.series.cancel import cancel_series
from storno.diary.series.change import SeriesChanges, change_series
from storno.diary.series.find import left_out, series_with, sessions_of
from storno.diary.series.foresee import (
    Booked,
    foresee_cancellation,
    foresee_change,
    foresee_series,
)
from storno.diary.series.restore import restore_series
from storno.organizations.models import Method
from storno.organizations.roles import Actor
from storno.organizations.scope import scope_of
from storno.printing.labels import format_day

DRY_RUN = click.option("--dry-run", is_flag=True, help="Only say what would be done.")
SINCE = click.option(
    "--since", type=DayType(), help="From this day of the series on; without it, all of it."
)
LEAVE_INVOICED = click.option(
    "--leave-invoiced", is_flag=True, help="Leave sessions as they are that are invoiced."
)


def of_series(verb: Any) -> Any:
    """Give a verb the series as well, by the id that `storno session show` prints."""
    return click.argument("series")(of_organization(verb))


@click.group(cls=Verbs)
def command() -> None:
    """Series of sessions, by the id that `storno session show` prints."""


@command.command()
@of_session_to_book
@click.option("--rule", required=True, help="How it recurs: FREQ=WEEKLY;COUNT=10.")
@click.option(
    "--skip",
    multiple=True,
    type=click.Choice([each.value for each in Skip]),
    help="Leave out days that are this.",
)
@click.option("--book-closed", is_flag=True, help="Book closed days all the same.")
@DRY_RUN
@with_ready_database
def book(slug: str, email: str, as_json: bool, rule: str, dry_run: bool, **asked: Any) -> None:
    """Book all sessions of a series, each with the draft that bills it, or nothing."""
    who, at = find_member(email, slug), read_clock()
    entered = SeriesInput(
        session=session_in(asked, email, who),
        rule=rule,
        skip=frozenset(map(Skip, asked["skip"])),
        book_closed=asked["book_closed"],
    )
    if dry_run:
        with scope_of(who):
            _foretell(foresee_series(entered, who=who, at=at), as_json=as_json)
        return
    _tell(book_series(entered, who=who, at=at).series, "Booked", (), who, as_json=as_json)


@command.command()
@of_series
@with_ready_database
def show(series: str, slug: str, email: str, as_json: bool) -> None:
    """Print a series and its sessions, the cancelled ones as well."""
    who = find_member(email, slug)
    with looking_for("series", series) as id_, scope_of(who):
        found = series_with(id_, who=who)
    _tell(found, "Series", (), who, as_json=as_json)


@command.command()
@of_series
@SINCE
@click.option("--with", "practitioner", help="Whose they are from now on, by e-mail.")
@click.option("--begins", type=click.DateTime(["%H:%M"]), help="The local time of day: 10:00.")
@click.option("--minutes", type=int, help="How long each takes.")
@click.option("--place", help="Where they are.")
@click.option("--video", help="The link by which they are.")
@click.option("--price", help="What each costs.")
@click.option("--recipient", help="Who pays: words of the name, or the number.")
@click.option("--method", type=click.Choice(Method.values), help="How they are invoiced.")
@LEAVE_INVOICED
@DRY_RUN
@with_ready_database
def change(
    series: str,
    slug: str,
    email: str,
    as_json: bool,
    since: date | None,
    leave_invoiced: bool,
    dry_run: bool,
    **more: Any,
) -> None:
    """Change all sessions of a series, or those from a day on; what is left out stays."""
    who, at = find_member(email, slug), read_clock()
    changes = _changes(more, who)
    with looking_for("series", series) as id_:
        if dry_run:
            with scope_of(who):
                seen = foresee_change(id_, changes, since=since, who=who, at=at)
            kept = {"begun": seen.begun, "by_hand": seen.by_hand, "invoiced": seen.invoiced}
            kept["not_at_work"] = [each for each in seen.sessions if seen.warnings.get(each.id)]
            _foretell_kept("changed", seen.sessions, kept, as_json=as_json)
            return
        done = change_series(
            id_, changes, since=since, leave_invoiced=leave_invoiced, who=who, at=at
        )
    _tell(done.series, "Changed", done.left, who, as_json=as_json)


@command.command()
@of_series
@SINCE
@click.option(
    "--charge",
    type=click.Choice(Charge.values),
    default=Charge.NOTHING.value,
    show_default=True,
    help="How much of the price those cost that are cancelled too late.",
)
@LEAVE_INVOICED
@TELL
@DRY_RUN
@with_ready_database
def cancel(
    series: str,
    slug: str,
    email: str,
    as_json: bool,
    since: date | None,
    charge: str,
    leave_invoiced: bool,
    dry_run: bool,
    **more: Any,
) -> None:
    """Cancel the sessions of a series that are to come, all of them or those from a day on."""
    who, at = find_member(email, slug), read_clock()
    with looking_for("series", series) as id_:
        if dry_run:
            with scope_of(who):
                seen = foresee_cancellation(id_, since=since, who=who, at=at)
            kept = {"late": seen.late, "invoiced": seen.invoiced}
            _foretell_kept("cancelled", seen.sessions, kept, as_json=as_json)
            return
        done = cancel_series(
            id_,
            Charge(charge),
            since=since,
            leave_invoiced=leave_invoiced,
            tell=more["tell"],
            who=who,
            at=at,
        )
    _tell(done.series, "Cancelled", done.left, who, as_json=as_json)


@command.command()
@of_series
@SINCE
@with_ready_database
def restore(series: str, slug: str, email: str, as_json: bool, since: date | None) -> None:
    """Take back what was cancelled last in a series, if the times are still free."""
    who, at = find_member(email, slug), read_clock()
    with looking_for("series", series) as id_:
        done = restore_series(id_, since=since, who=who, at=at)
    _tell(done, "Booked again", (), who, as_json=as_json)


def _changes(more: dict[str, Any], who: Actor) -> SeriesChanges:
    """The changes as the room takes them."""
    begins: datetime | None = more["begins"]
    price, recipient, method = more["price"], more["recipient"], more["method"]
    to = more["practitioner"]
    return SeriesChanges(
        practitioner=None if to is None else find_membership(to, who).id,
        begins=time(begins.hour, begins.minute) if begins else None,
        minutes=more["minutes"],
        place=more["place"],
        video=more["video"],
        price=None if price is None else read_price(price),
        recipient=None if recipient is None else find_client(recipient, who).id,
        method=Method(method) if method else None,
    )


def _foretell(seen: Booked, *, as_json: bool) -> None:
    """Say which days a series would have, and what is in the way of them."""
    rows = []
    for session in seen.sessions:
        day = session.recurrence_on
        shut = seen.closed.get(day) if day else None
        is_taken = session.id in seen.taken
        rows.append({"on": str(day), "taken": is_taken, "closed": str(shut) if shut else None})
    if as_json:
        click.echo(json.dumps({"dry_run": True, "sessions": rows}))
        return
    click.echo(f"Would be booked: {len(rows)}.")
    for row, session in zip(rows, seen.sessions, strict=True):
        words = (_day(session), "taken" if row["taken"] else "", row["closed"])
        click.echo("  " + "  ".join(str(each) for each in words if each))


def _foretell_kept(
    done: str, sessions: list[Booking], kept: dict[str, list[Booking]], *, as_json: bool
) -> None:
    """Say how many sessions a deed concerns, and of which there is something to know before."""
    if as_json:
        days = {
            name: [str(each.recurrence_on) for each in found]
            for name, found in {"sessions": sessions, **kept}.items()
        }
        click.echo(json.dumps({"dry_run": True, **days}))
        return
    click.echo(f"Would be {done}: {len(sessions)}.")
    for name, found in kept.items():
        if found:
            click.echo(f"  {name.replace('_', ' ')}: {', '.join(map(_day, found))}")


def _tell(series: Series, done: str, left: Iterable[Booking], who: Actor, *, as_json: bool) -> None:
    """Say what was done, and how the series stands."""
    with scope_of(who):
        sessions = sessions_of(series)
        skipped = left_out(series, sessions)
    kept = {each.id for each in left}
    if as_json:
        click.echo(json.dumps(_shown(series, sessions, skipped) | {"left": list(map(str, kept))}))
        return
    click.echo(f"{done}: {sessions[0].client if sessions else ''}, {series.rule}.")
    for session in sessions:
        note = "left, for it is invoiced" if session.id in kept else ""
        words = (_day(session), str(session.get_state_display()), note, str(session.id))
        click.echo("  " + "  ".join(filter(None, words)))
    for day in skipped:
        click.echo(f"  {format_day(day, 'en')}  left out")
    click.echo(f"{'id':10} {series.id}")


def _shown(series: Series, sessions: list[Booking], skipped: list[date]) -> dict[str, Any]:
    """A series in values."""
    return {
        "id": str(series.id),
        "rule": series.rule,
        "first_on": str(series.first_on),
        "begins": f"{series.begins:%H:%M}",
        "time_zone": series.time_zone,
        "minutes": series.minutes,
        "price": price_text(series.unit_price),
        "left_out": list(map(str, skipped)),
        "sessions": [
            {
                "id": str(each.id),
                "on": str(each.recurrence_on),
                "starts_at": each.starts_at.isoformat(),
                "state": each.state,
            }
            for each in sessions
        ],
    }


def _day(session: Booking) -> str:
    assert session.recurrence_on is not None, "a session of a series has its day"
    return format_day(session.recurrence_on, "en")
