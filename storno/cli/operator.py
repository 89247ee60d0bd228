"""`storno operator`: who keeps client money for sellers, and on which account."""

import json

import click

from storno.cli.ready import with_ready_database
from storno.cli.verb import Verbs
from storno.core.clock import read_clock
from storno.custody.operator import SLUG, create_operator
from storno.support.operate import KEYS, set_operator_and_service


@click.group(cls=Verbs)
def command() -> None:
    """The operator: one an installation, an organization with books of its own."""


@command.command()
@click.option("--name", required=True, help="As sellers read it.")
@click.option("--custody-iban", required=True, help="The account on which client money is kept.")
@click.option("--slug", default=SLUG, show_default=True, help="Its name in addresses.")
@click.option("--admin", help="The e-mail of who signs in to its books; invited if unknown.")
@click.option("--json", "as_json", is_flag=True, help="Print its id as JSON.")
@with_ready_database
def create(name: str, custody_iban: str, slug: str, admin: str | None, as_json: bool) -> None:
    """Create the operator."""
    made = create_operator(
        name=name, custody_iban=custody_iban, slug=slug, admin=admin, at=read_clock()
    )
    if as_json:
        click.echo(json.dumps({"id": str(made.id), "slug": made.slug}))
    else:
        click.echo(f"The operator {made.slug} is created.")


@command.command("set", epilog="Keys: " + ", ".join(KEYS))
@click.argument("assignments", nargs=-1, required=True, metavar="KEY=VALUE...")
@click.option("--json", "as_json", is_flag=True, help="Print what was set as JSON.")
@with_ready_database
def set_values(assignments: tuple[str, ...], as_json: bool) -> None:
    """Change the operator, or create it; sellers in custody follow another account.

    What begins with service_ is about customer service, also where there is no operator.
    """
    house = set_operator_and_service(assignments, at=read_clock())
    slug = house.slug if house else None
    if as_json:
        pairs = dict(each.split("=", 1) for each in assignments)
        click.echo(json.dumps({"id": str(house.id) if house else None, "slug": slug, "set": pairs}))
    else:
        click.echo(f"Set for {slug or 'customer service'}: {' '.join(assignments)}")
