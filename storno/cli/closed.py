"""`storno closed`: print the days on which the house is closed, close it, or open it again."""

import json
from datetime import date
from typing import Any

import click

from storno.cli.clients import of_organization
from storno.cli.day import DayType
from storno.cli.look import find_member, looking_for
from storno.cli.ready import with_ready_database
from storno.cli.verb import Verbs
from storno.core.clock import read_clock
from storno.diary.hours.closed import close_days, closed_days_of, open_again
from storno.diary.models import ClosedDays
from storno.organizations.queries import circumstances
from storno.organizations.scope import scope_of


@click.group(cls=Verbs)
def command() -> None:
    """Days on which the house is closed; public holidays are not among them."""


@command.command("list")
@of_organization
@with_ready_database
def list_closed(slug: str, email: str, as_json: bool) -> None:
    """Print the closed days that are not over."""
    who, at = find_member(email, slug), read_clock()
    with scope_of(who):
        today = circumstances(who.organization_id, at).today
        found = closed_days_of(who.organization_id, since=today)
    if as_json:
        click.echo(json.dumps({"items": list(map(_shown, found))}))
        return
    for each in found:
        click.echo(f"{_said(each)}  {each.id}")
    if not found:
        click.echo("No closed days are to come.")


@command.command()
@click.argument("name")
@of_organization
@click.option("--from", "first_on", type=DayType(), required=True, help="The first day.")
@click.option("--to", "last_on", type=DayType(), help="The last day; without it, the first.")
@with_ready_database
def close(
    name: str, slug: str, email: str, as_json: bool, first_on: date, last_on: date | None
) -> None:
    """Close the house on some days under a name; what is booked stays booked."""
    who = find_member(email, slug)
    made = close_days(name, first_on, last_on or first_on, who=who, at=read_clock())
    click.echo(json.dumps(_shown(made)) if as_json else f"Closed: {_said(made)}  {made.id}")


@command.command("open")
@click.argument("days")
@of_organization
@with_ready_database
def open_days(days: str, slug: str, email: str, as_json: bool) -> None:
    """Open the house again on closed days, by the id that `storno closed list` prints."""
    who = find_member(email, slug)
    with looking_for("run of closed days", days) as id_:
        gone = open_again(id_, who=who, at=read_clock())
    click.echo(json.dumps({"opened": days}) if as_json else f"Open again: {_said(gone)}")


def _shown(days: ClosedDays) -> dict[str, Any]:
    return {
        "id": str(days.id),
        "name": days.name,
        "first_on": str(days.first_on),
        "last_on": str(days.last_on),
    }


def _said(days: ClosedDays) -> str:
    return f"{days.first_on} to {days.last_on}  {days.name}"
