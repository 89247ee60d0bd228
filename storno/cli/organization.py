"""`storno organization`: create an organization, or change how it works."""

import json

import click

from storno.administration.create import create_organization
from storno.administration.operate import KEYS, set_by_operator
from storno.administration.profiles import Profile
from storno.administration.seller import SellerChanges
from storno.cli.ready import with_ready_database
from storno.core.clock import read_clock
from storno.organizations.countries import COUNTRIES
from storno.people.introduce import introduce_person


@click.group()
def command() -> None:
    """Organizations of this installation."""


@command.command()
@click.argument("slug")
@click.option("--name", required=True, help="As it stands on documents.")
@click.option("--country", required=True, type=click.Choice(sorted(COUNTRIES)))
@click.option("--profile", required=True, type=click.Choice([profile.value for profile in Profile]))
@click.option("--admin", required=True, help="The administrator's e-mail; invited if unknown.")
@click.option("--business-id", default="")
@click.option("--vat-registered", type=click.Choice(["yes", "no"]), default="no")
@click.option("--street", default="")
@click.option("--postcode", default="")
@click.option("--city", default="")
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
        admin=introduce_person(email=admin),
        at=read_clock(),
    )
    if as_json:
        click.echo(json.dumps({"id": str(organization.id), "slug": organization.slug}))
    else:
        click.echo(f"The organization {organization.slug} is created.")


@command.command("set", epilog="Keys: " + ", ".join(KEYS))
@click.argument("slug")
@click.argument("assignments", nargs=-1, required=True, metavar="KEY=VALUE...")
@with_ready_database
def set_values(slug: str, assignments: tuple[str, ...]) -> None:
    """Change settings, all of them or none; running processes see it at once."""
    set_by_operator(slug, assignments, at=read_clock())
    click.echo(f"Set for {slug}: {' '.join(assignments)}")
