"""`storno grants`: print to whom one's own diary is open, open it to a member, or close it."""

import json

import click

from storno.cli.clients import of_organization
from storno.cli.look import find_member, find_membership
from storno.cli.ready import with_ready_database
from storno.cli.verb import Verbs
from storno.core.clock import read_clock
from storno.diary.models import Sight
from storno.diary.queries import given_by, memberships_of
from storno.diary.sight import close_diary, open_diary
from storno.organizations.scope import scope_of


@click.group(cls=Verbs)
def command() -> None:
    """To whom a member's own diary is open."""


@command.command("list")
@of_organization
@with_ready_database
def list_grants(slug: str, email: str, as_json: bool) -> None:
    """Print to whom one's own diary is open, and what they may do there."""
    who = find_member(email, slug)
    owner_id = find_membership(email, who).person_id
    with scope_of(who):
        given = given_by(owner_id, organization_id=who.organization_id)
    members = memberships_of(who.organization_id, given)
    rows = [
        {"member": member.person.email, "sight": given[person_id].sight}
        for person_id, member in members.items()
    ]
    if as_json:
        click.echo(json.dumps({"items": rows}))
        return
    for row in rows:
        click.echo(f"{row['member']}: {Sight(row['sight']).label}")
    if not rows:
        click.echo("It is open to nobody else.")


@command.command("open")
@click.argument("member")
@of_organization
@click.option(
    "--sight",
    type=click.Choice(Sight.values),
    default=Sight.VIEW.value,
    show_default=True,
    help="What the member may do there.",
)
@with_ready_database
def open_to(member: str, slug: str, email: str, as_json: bool, sight: str) -> None:
    """Open one's own diary to a member, by e-mail, or open it otherwise than so far."""
    who = find_member(email, slug)
    open_diary(find_membership(member, who).id, Sight(sight), who=who, at=read_clock())
    said = {"member": member, "sight": sight}
    click.echo(json.dumps(said) if as_json else f"Open to {member}: {Sight(sight).label}.")


@command.command()
@click.argument("member")
@of_organization
@with_ready_database
def close(member: str, slug: str, email: str, as_json: bool) -> None:
    """Close one's own diary to a member again."""
    who = find_member(email, slug)
    close_diary(find_membership(member, who).id, who=who, at=read_clock())
    said = {"member": member, "sight": None}
    click.echo(json.dumps(said) if as_json else f"Closed to {member}.")
