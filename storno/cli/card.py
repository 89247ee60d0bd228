"""`storno card`: let an organization be paid by card, with its keys at Stripe."""

import json
from typing import TextIO

import click

from storno.cli.look import find_organization
from storno.cli.ready import with_ready_database
from storno.cli.verb import Verbs
from storno.core.clock import read_clock
from storno.online.account import hook_address
from storno.online.set_up import end_card_payment, keep_keys
from storno.organizations.roles import system
from storno.organizations.scope import scope


@click.group(cls=Verbs)
def command() -> None:
    """Payment by card."""


@command.command("set-up")
@click.argument("slug")
@click.option("--keys", type=click.File(), default="-", help="A file; standard input unless told.")
@click.option("--json", "as_json", is_flag=True, help="Print the account as JSON.")
@with_ready_database
def set_up(slug: str, keys: TextIO, as_json: bool) -> None:
    """Keep the keys once Stripe knows them: the secret key in one line, the webhook's in the next.

    They are read from a file or from standard input, so that they stand in no list of processes.
    """
    organization = find_organization(slug)
    lines = [line.strip() for line in keys.read(1000).splitlines()]
    secret_key, hook_secret = [*lines, "", ""][:2]
    who = system(organization.id)
    account = keep_keys(secret_key, hook_secret or None, who=who, at=read_clock())
    with scope(organization.id):
        hook_url = hook_address(organization.id)
    told = {"account": account.account, "is_live": account.is_live, "hook_url": hook_url}
    if as_json:
        click.echo(json.dumps(told))
        return
    kind = "live keys" if account.is_live else "test keys, no money moves"
    click.echo(f"Invoices of {slug} can be paid by card: account {account.account}, {kind}.")
    click.echo(f"Stripe is to tell: {hook_url}")


@command.command()
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@with_ready_database
def end(slug: str, as_json: bool) -> None:
    """Delete the keys: nobody can pay by card any more."""
    organization = find_organization(slug)
    end_card_payment(who=system(organization.id), at=read_clock())
    words = f"Invoices of {slug} are paid by card no more; the keys are deleted."
    click.echo(json.dumps({"slug": slug, "account": None}) if as_json else words)
