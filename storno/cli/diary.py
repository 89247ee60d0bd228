"""`storno diary`: print what stands in diaries on some days."""

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import click

from storno.cli.day import DayType
from storno.cli.look import find_member, find_membership
from storno.cli.ready import with_ready_database
from storno.cli.verb import Verb
from storno.core.clock import read_clock
from storno.diary.hours.opening import plans_of
from storno.diary.hours.plan import Plan
from storno.diary.models import BookingKind
from storno.diary.queries import Entry, Range, entries_in, memberships_of
from storno.organizations.models import Membership
from storno.organizations.queries import settings_of
from storno.organizations.roles import Actor
from storno.organizations.scope import scope
from storno.printing.labels import format_day


@click.command(cls=Verb)
@click.argument("organization")
@click.option("--as", "email", required=True, help="The member who looks: the e-mail address.")
@click.option("--on", type=DayType(), help="The first day; without it, today.")
@click.option(
    "--days", type=click.IntRange(1, 31), default=1, show_default=True, help="So many days."
)
@click.option(
    "--who", "whose", multiple=True, help="Whose diary, by e-mail; without it, one's own."
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@with_ready_database
def command(
    organization: str,
    email: str,
    on: date | None,
    days: int,
    whose: tuple[str, ...],
    as_json: bool,
) -> None:
    """Print what stands in diaries; of one that is closed to the member only that time is taken."""
    who = find_member(email, organization)
    wanted = {find_membership(each, who).person_id for each in whose or (email,)}
    found = _found(who, wanted, on, days)
    if as_json:
        click.echo(json.dumps(found))
        return
    for day in found["days"]:
        note = f" ({day['note']})" if day["note"] else ""
        click.echo(f"{format_day(date.fromisoformat(day['on']), 'en')}{note}")
        for each in day["bookings"]:
            click.echo(f"  {each['time']}  {each['words']}")
        if not day["bookings"]:
            click.echo("  Nothing is booked.")


def _found(who: Actor, wanted: set[UUID], on: date | None, days: int) -> dict[str, Any]:
    """The days as they are told."""
    with scope(who.organization_id):
        settings = settings_of(who.organization_id)
        zone = ZoneInfo(settings.seller.time_zone)
        first = on or read_clock().astimezone(zone).date()
        since, until = (_midnight(first + timedelta(days=n), zone) for n in (0, days))
        entries = entries_in(Range(since, until), wanted, who=who, cancelled=True)
        plans = plans_of(wanted, since, until, settings=settings)
    members = memberships_of(who.organization_id, wanted)
    shown = [_shown(entry, members, zone) for entry in entries]
    told = [
        {
            "on": str(day := first + timedelta(days=number)),
            "note": _note(day, plans),
            "bookings": [each for each in shown if each["on"] == str(day)],
        }
        for number in range(days)
    ]
    return {"time_zone": settings.seller.time_zone, "days": told}


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _note(day: date, plans: Mapping[UUID, Plan]) -> str:
    """Why nobody works on a day."""
    shut = [plan.on(day).shut for plan in plans.values()]
    return "" if None in shut else "; ".join(dict.fromkeys(map(str, shut)))


def _shown(entry: Entry, members: Mapping[UUID, Membership], zone: ZoneInfo) -> dict[str, Any]:
    """Some time that is taken, in values and in words."""
    booking = entry.booking
    begins, ends = (each.astimezone(zone) for each in (entry.starts_at, entry.ends_at))
    shown: dict[str, Any] = {
        "on": str(begins.date()),
        "time": f"{begins:%H:%M}–{ends:%H:%M}",
        "starts_at": begins.isoformat(),
        "ends_at": ends.isoformat(),
        "practitioner": members[entry.practitioner_id].person.email,
        "id": None,
    }
    if booking is None:
        return shown | {"words": "busy"}
    of_session = booking.kind == BookingKind.SESSION
    title = str(booking.client) if of_session else booking.title
    words = [title, booking.description, str(booking.get_state_display()), str(booking.id)]
    return shown | {
        "id": str(booking.id),
        "kind": booking.kind,
        "title": title,
        "state": booking.state,
        "words": "  ".join(filter(None, words)),
    }
