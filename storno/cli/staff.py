"""`storno staff`: who serves customers across organizations."""

import json

import click

from storno.cli.ready import with_ready_database
from storno.cli.verb import Verbs
from storno.core.clock import read_clock
from storno.staff.enlist import all_staff, dismiss, enlist
from storno.staff.models import StaffRole


@click.group(cls=Verbs)
def command() -> None:
    """Who serves customers: they see an organization in a recorded visit only."""


@command.command()
@click.argument("email")
@click.option("--role", type=click.Choice(StaffRole.values), required=True, help="As what.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@with_ready_database
def create(email: str, role: str, as_json: bool) -> None:
    """Let a person serve customers, or serve them as something else."""
    staff = enlist(email, role, at=read_clock())
    if as_json:
        click.echo(json.dumps({"id": str(staff.id), "email": email, "role": staff.role}))
    else:
        click.echo(f"{email} serves customers as {staff.role}.")


@command.command()
@click.argument("email")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@with_ready_database
def end(email: str, as_json: bool) -> None:
    """Let a person serve customers no more."""
    staff = dismiss(email, at=read_clock())
    if as_json:
        click.echo(json.dumps({"id": str(staff.id), "email": email}))
    else:
        click.echo(f"{email} serves customers no more.")


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@with_ready_database
def list_(as_json: bool) -> None:
    """Print who serves customers now."""
    rows = [{"email": each.person.email, "role": each.role} for each in all_staff()]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(f"{row['email']}  {row['role']}")
