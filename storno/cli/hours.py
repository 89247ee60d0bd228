"""`storno hours`: print when a member works; keep or drop usual weeks and other hours."""

import json
from datetime import date
from typing import Any

import click

from storno.cli.clients import of_organization
from storno.cli.day import DayType
from storno.cli.look import find_member, find_membership
from storno.cli.ready import with_ready_database
from storno.cli.verb import NotThere, Verbs
from storno.core.clock import read_clock
from storno.diary.hours.keep import (
    drop_other_hours,
    drop_week,
    keep_other_hours,
    keep_week,
    other_hours_of,
    weeks_of,
    whose_hours,
)
from storno.diary.hours.plan import WEEKDAYS, Spans, kept_spans, kept_week, read_spans, read_week
from storno.diary.models import OtherHours
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


FROM = click.option(
    "--from", "first_on", type=DayType(), required=True, help="The first of the days."
)


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
        days = other_hours_of(person_id, organization_id=mine, since=today)
    found: dict[str, list[dict[str, Any]]] = {
        "weeks": [
            {"first_on": str(each.first_on)}
            | dict(zip(WEEKDAYS, map(_hours, kept_week(each.week)), strict=True))
            for each in weeks
        ],
        "other_hours": list(map(_other, days)),
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


@command.command()
@of_member
@click.option("--since", type=DayType(), required=True, help="The day from which it holds.")
@with_ready_database
def drop(slug: str, email: str, as_json: bool, whose: str | None, since: date) -> None:
    """Drop the usual week that holds from a day on; the one before it holds on."""
    who, at = find_member(email, slug), read_clock()
    member = find_membership(whose or email, who)
    whose_hours(member.id, who)
    with scope_of(who):
        weeks = weeks_of(member.person_id, organization_id=who.organization_id)
    for week in [each for each in weeks if each.first_on == since]:
        dropped = drop_week(member.id, week.id, who=who, at=at)
        said = {"first_on": str(dropped.first_on)}
        click.echo(json.dumps(said) if as_json else f"Dropped: the usual week from {since} on.")
        return
    raise NotThere(f"There is no usual week from {since} on.")


@command.command()
@of_member
@FROM
@click.option("--to", "last_on", type=DayType(), help="The last of the days; else just one.")
@click.option("--hours", default="", help="Like 9-12,13-16; left out, away.")
@with_ready_database
def other(
    slug: str,
    email: str,
    as_json: bool,
    whose: str | None,
    first_on: date,
    last_on: date | None,
    hours: str,
) -> None:
    """Keep other hours on some days, or none: away."""
    who, at = find_member(email, slug), read_clock()
    member = find_membership(whose or email, who)
    whose_hours(member.id, who)
    spans = read_spans(hours, "hours")
    kept = keep_other_hours(member.id, first_on, last_on or first_on, spans, who=who, at=at)
    _tell_other("Kept", kept, as_json=as_json)


@command.command("drop-other")
@of_member
@FROM
@with_ready_database
def drop_other(slug: str, email: str, as_json: bool, whose: str | None, first_on: date) -> None:
    """Drop the other hours that begin on a day; the usual ones hold again."""
    who, at = find_member(email, slug), read_clock()
    member = find_membership(whose or email, who)
    whose_hours(member.id, who)
    with scope_of(who):
        found = other_hours_of(
            member.person_id, organization_id=who.organization_id, since=first_on
        )
    for each in [each for each in found if each.first_on == first_on]:
        dropped = drop_other_hours(member.id, each.id, who=who, at=at)
        _tell_other("Dropped", dropped, as_json=as_json)
        return
    raise NotThere(f"There are no other hours from {first_on} on.")


def _tell_other(done: str, other: OtherHours, *, as_json: bool) -> None:
    """Say what was done with other hours."""
    if as_json:
        click.echo(json.dumps(_other(other)))
        return
    click.echo(f"{done}: {_said_other(_other(other))}")


def _other(other: OtherHours) -> dict[str, Any]:
    return {
        "first_on": str(other.first_on),
        "last_on": str(other.last_on),
        "hours": _hours(kept_spans(other.hours)),
    }


def _said_other(other: dict[str, Any]) -> str:
    hours = ", ".join(other["hours"]) or "away"
    return f"{other['first_on']} to {other['last_on']}: {hours}"


def _hours(spans: Spans) -> list[str]:
    return list(map(str, spans))


def _said(found: dict[str, list[dict[str, Any]]]) -> str:
    """The hours as lines."""
    lines = []
    for week in found["weeks"]:
        lines.append(f"From {week['first_on']} on")
        lines += [f"  {name:10} {', '.join(week[name]) or 'none'}" for name in WEEKDAYS]
    lines += map(_said_other, found["other_hours"])
    return "\n".join(lines or ["Nothing is said; office hours are offered."])
