"""`storno erasures`: who is to be erased, until when clients are kept, and erasing one for good."""

import json
from datetime import date
from typing import Any

import click

from storno.cli.clients import of_organization
from storno.cli.day import DayType
from storno.cli.look import find_client, find_member
from storno.cli.ready import with_ready_database
from storno.cli.verb import Verbs
from storno.clients.looks import note_look
from storno.core.clock import read_clock
from storno.diary.erase import ForeseenErasure, erase_client, foresee_erasure
from storno.diary.retention import due_clients, keep_client
from storno.organizations.queries import settings_of
from storno.organizations.roles import Deed
from storno.organizations.scope import scope_of

COUNTED = ("consents", "contacts", "sessions", "papers", "bookings")
DAYS = ("papers_until", "bookings_until", "until")


@click.group(cls=Verbs)
def command() -> None:
    """Erasing clients, and until when they are kept."""


@command.command("list")
@of_organization
@with_ready_database
def list_(slug: str, email: str, as_json: bool) -> None:
    """Print the clients whose time is over: to erase them is for a person to decide."""
    who = find_member(email, slug)
    who.must(Deed.ERASE_CLIENTS)
    with scope_of(who):
        due = due_clients(settings_of(who.organization_id), who=who, at=read_clock())
    if as_json:
        told = [
            {"number": each.client.number, "last_on": str(each.last_on), "until": str(each.until)}
            for each in due
        ]
        click.echo(json.dumps({"clients": told}))
        return
    for each in due:
        click.echo(f"{each.client.number}  {each.client}  last used {each.last_on}")
    if not due:
        click.echo("Nobody is to be erased.")


@command.command()
@click.argument("client")
@of_organization
@with_ready_database
def show(client: str, slug: str, email: str, as_json: bool) -> None:
    """Print what erasing a client does, and what stands in the way."""
    who, at = find_member(email, slug), read_clock()
    who.must(Deed.ERASE_CLIENTS)
    found = find_client(client, who, archived=True)
    with scope_of(who):
        note_look(found.id, who=who, at=at)
        foreseen = foresee_erasure(found.id, who=who, at=at)
    _tell(foreseen, as_json=as_json)


@command.command()
@click.argument("client")
@of_organization
@click.option("--until", type=DayType(), help="The last day; without it, as long as is set.")
@with_ready_database
def keep(client: str, slug: str, email: str, as_json: bool, until: date | None) -> None:
    """Choose until when a client is kept."""
    who = find_member(email, slug)
    kept = keep_client(find_client(client, who, archived=True).id, until, who=who, at=read_clock())
    day = str(kept.keep_until) if kept.keep_until else None
    said = {"number": kept.number, "keep_until": day}
    click.echo(json.dumps(said) if as_json else f"Kept until: {day or 'as long as is set'}.")


@command.command()
@click.argument("client")
@of_organization
@click.option("--number", type=int, required=True, help="The client's own number, as you mean it.")
@with_ready_database
def erase(client: str, slug: str, email: str, as_json: bool, number: int) -> None:
    """Erase a client for good; what books must keep is locked, and goes by itself."""
    who = find_member(email, slug)
    found = find_client(client, who, archived=True)
    erased = erase_client(found.id, number=number, who=who, at=read_clock())
    if not as_json:
        click.echo(f"Erased: client {number}.")
    _tell(erased, as_json=as_json)


def _tell(foreseen: ForeseenErasure, *, as_json: bool) -> None:
    """What goes at once, what stays until when, and what must be done first."""
    days = {name: getattr(foreseen, name) for name in DAYS}
    told: dict[str, Any] = {
        "number": foreseen.client.number,
        **{name: getattr(foreseen, name) for name in COUNTED},
        **{name: str(day) if day else None for name, day in days.items()},
        "blockers": [
            {"code": each.code, "message": str(each.message), "remedy": str(each.remedy)}
            for each in foreseen.blockers
        ],
    }
    if as_json:
        click.echo(json.dumps(told))
        return
    goes = ", ".join(f"{told[name]} {name}" for name in ("consents", "contacts"))
    click.echo(f"Goes at once: {goes}, how to reach the client, and places of sessions.")
    for name, until in (("papers", "papers_until"), ("bookings", "bookings_until")):
        if told[until]:
            click.echo(f"Stays until {told[until]}: {told[name]} {name}.")
    for each in foreseen.blockers:
        click.echo(f"First: {each.message} {each.remedy}")
