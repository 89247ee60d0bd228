"""`storno organization`: create an organization, or change how it works."""

import json

import click

from storno.administration.create import create_organization
from storno.administration.profiles import Profile
from storno.administration.seller import SellerChanges
from storno.cli.look import find_organization
from storno.cli.ready import with_ready_database
from storno.cli.verb import Verbs
from storno.core.clock import read_clock
from storno.custody.operate import KEYS, set_by_operator
from storno.organizations.countries import COUNTRIES


@click.group(cls=Verbs)
def command() -> None:
    """Organizations of this installation."""


@command.command()
@click.argument("slug")
@click.option("--name", required=True, help="As it stands on documents.")
@click.option(
    "--country",
    required=True,
    type=click.Choice(sorted(COUNTRIES)),
    help="By whose law it invoices.",
)
@click.option(
    "--profile",
    required=True,
    type=click.Choice([profile.value for profile in Profile]),
    help="What its settings begin with.",
)
@click.option("--admin", required=True, help="The administrator's e-mail; invited if unknown.")
@click.option("--business-id", default="", help="With its check digits.")
@click.option(
    "--vat-registered",
    type=click.Choice(["yes", "no"]),
    default="no",
    show_default=True,
    help="Whether it stands in the VAT register.",
)
@click.option("--street", default="", help="Of its postal address.")
@click.option("--postcode", default="", help="Of its postal address.")
@click.option("--city", default="", help="Of its postal address.")
@click.option("--iban", "--account", "account", default="", help="Where money is paid to.")
@click.option("--json", "as_json", is_flag=True, help="Print its id as JSON.")
@with_ready_database
def create(
    slug: str,
    name: str,
    country: str,
    profile: str,
    admin: str,
    vat_registered: str,
    as_json: bool,
    **seller: str,
) -> None:
    """Create an organization; an administrator who is not known yet gets a letter."""
    organization = create_organization(
        slug=slug,
        country=country,
        profile=profile,
        seller=SellerChanges(
            name=name,
            vat_registered=vat_registered == "yes",
            business_id=seller["business_id"],
            street=seller["street"],
            postcode=seller["postcode"],
            city=seller["city"],
            account=seller["account"],
        ),
        admin=admin,
        at=read_clock(),
    )
    if as_json:
        click.echo(json.dumps({"id": str(organization.id), "slug": organization.slug}))
    else:
        click.echo(f"The organization {organization.slug} is created.")


@command.command("set", epilog="Keys: " + ", ".join(KEYS))
@click.argument("slug")
@click.argument("assignments", nargs=-1, required=True, metavar="KEY=VALUE...")
@click.option("--json", "as_json", is_flag=True, help="Print what was set as JSON.")
@with_ready_database
def set_values(slug: str, assignments: tuple[str, ...], as_json: bool) -> None:
    """Change settings, all of them or none; running processes see it at once."""
    find_organization(slug)
    entered = set_by_operator(slug, assignments, at=read_clock())
    if as_json:
        click.echo(json.dumps({"slug": slug, "set": entered}, default=str))
    else:
        click.echo(f"Set for {slug}: {' '.join(assignments)}")
