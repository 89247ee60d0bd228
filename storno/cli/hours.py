"""`storno hours`: print when a member works, or keep a usual week."""

import json
from datetime import date
from typing import Any

import click

from storno.cli.clients import of_organization
from storno.cli.day import DayType
from storno.cli.look import find_member, find_membership
from storno.cli.ready import with_ready_database
from storno.cli.verb import Verbs
from storno.core.clock import read_clock
from storno.diary.hours.keep import keep_week, other_hours_of, weeks_of, whose_hours
from storno.diary.hours.plan import WEEKDAYS, Spans, kept_spans, kept_week, read_week
from storno.organizations.queries import circumstances
from storno.organizations.scope import scope_of


def of_member(verb: Any) -> Any:
    """Give a verb whose hours they are, and who acts."""
    whose = click.option("--who", "whose", help="Whose hours, by e-mail; without it, one's own.")
    return of_organization(whose(verb))


def of_weekdays(verb: Any) -> Any:
    """Give a verb an option for the hours of each day of the week."""
    for name in reversed(WEEKDAYS):
        words = f"Hours on {name.title()} like 9-12,13-16; left out, none."
        verb = click.option(f"--{name}", default="", help=words)(verb)
    return verb


@click.group(cls=Verbs)
def command() -> None:
    """Working hours of members."""


@command.command()
@of_member
@with_ready_database
def show(slug: str, email: str, as_json: bool, whose: str | None) -> None:
    """Print the usual weeks of a member, and the single days to come that are otherwise."""
    who, at = find_member(email, slug), read_clock()
    person_id, mine = find_membership(whose or email, who).person_id, who.organization_id
    with scope_of(who):
        today = circumstances(mine, at).today
        weeks = weeks_of(person_id, organization_id=mine)
        other = other_hours_of(person_id, organization_id=mine, since=today)
    found: dict[str, list[dict[str, Any]]] = {
        "weeks": [
            {"first_on": str(each.first_on)}
            | dict(zip(WEEKDAYS, map(_hours, kept_week(each.week)), strict=True))
            for each in weeks
        ],
        "other_hours": [
            {
                "first_on": str(each.first_on),
                "last_on": str(each.last_on),
                "hours": _hours(kept_spans(each.hours)),
            }
            for each in other
        ],
    }
    click.echo(json.dumps(found) if as_json else _said(found))


@command.command()
@of_member
@click.option("--since", type=DayType(), required=True, help="From this day on it holds.")
@of_weekdays
@with_ready_database
def keep(
    slug: str, email: str, as_json: bool, whose: str | None, since: date, **typed: str
) -> None:
    """Keep the usual week of a member from a day on; one from the same day is replaced."""
    who, at = find_member(email, slug), read_clock()
    member = find_membership(whose or email, who)
    whose_hours(member.id, who)  # is told before what is wrong with the week
    kept = keep_week(member.id, since, read_week(typed), who=who, at=at)
    said = {"id": str(kept.id), "first_on": str(kept.first_on)}
    click.echo(json.dumps(said) if as_json else f"Kept: the usual week from {kept.first_on} on.")


def _hours(spans: Spans) -> list[str]:
    return list(map(str, spans))


def _said(found: dict[str, list[dict[str, Any]]]) -> str:
    """The hours as lines."""
    lines = []
    for week in found["weeks"]:
        lines.append(f"From {week['first_on']} on")
        lines += [f"  {name:10} {', '.join(week[name]) or 'none'}" for name in WEEKDAYS]
    for other in found["other_hours"]:
        hours = ", ".join(other["hours"]) or "away"
        lines.append(f"{other['first_on']} to {other['last_on']}: {hours}")
    return "\n".join(lines or ["Nothing is said; office hours are offered."])
