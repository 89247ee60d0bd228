"""`storno token`: make a key to the API for a member."""

import json

import click

from storno.administration.tokens import create_token
from storno.cli.look import find_organization, find_person, looking
from storno.cli.ready import with_ready_database
from storno.cli.verb import Verbs
from storno.core.clock import read_clock
from storno.organizations.actors import Scope
from storno.organizations.roles import system


@click.group(cls=Verbs)
def command() -> None:
    """Keys to the API."""


@command.command()
@click.option("--organization", "slug", required=True, help="The organization's short name.")
@click.option("--member", required=True, help="The member's e-mail address.")
@click.option(
    "--scopes",
    default=",".join(Scope),
    show_default=True,
    help="What it opens: read, write, money (money stands for a recent sign-in).",
)
@click.option("--label", default="", help="What it is for.")
@click.option("--json", "as_json", is_flag=True, help="Print the token and its id as JSON.")
@with_ready_database
def create(slug: str, member: str, scopes: str, label: str, as_json: bool) -> None:
    """Make a token and print it, alone, on standard output; it is shown this once."""
    organization, person = find_organization(slug), find_person(member)
    with looking(f"{member} is no member of {slug}."):
        fresh = create_token(
            person_id=person.id,
            label=label,
            scopes=[scope.strip() for scope in scopes.split(",") if scope.strip()],
            who=system(organization.id),
            at=read_clock(),
        )
    if as_json:
        click.echo(json.dumps({"id": str(fresh.token.id), "token": fresh.text}))
    else:
        click.echo(fresh.text)
