"""`storno remit`: what is reserved for taxes goes from client money to the tax office."""

import json
from datetime import date

import click

from storno.cli.batches import (
    AS,
    JSON,
    acting_house,
    acting_member,
    amount_text,
    print_rows,
    say_batch,
    today_of,
)
from storno.cli.day import DayType
from storno.cli.look import find_organization, looking_for
from storno.cli.ready import with_ready_database
from storno.cli.verb import Verbs
from storno.core.clock import read_clock
from storno.payouts.remit import due_to_remit, propose_remittance
from storno.payouts.repaid import say_repaid
from storno.payouts.rules import set_tax_office

UNTIL = click.option("--until", type=DayType(), required=True, help="The last day of the period.")


@click.group(cls=Verbs)
def command() -> None:
    """Taxes: a batch for the tax office is proposed; `storno payout` approves it and the rest."""


@command.command()
@UNTIL
@JSON
@with_ready_database
def due(until: date, as_json: bool) -> None:
    """Print what would be remitted of whose reserves, and who would be left out."""
    rows = [
        {
            "seller": each.seller.name,
            "vat": amount_text(each.parts.vat_minor),
            "prepayment": amount_text(each.parts.prepayment_minor),
            "reference": each.payee.reference,
            "why_not": each.why_not,
        }
        for each in due_to_remit(until, who=acting_house(), at=read_clock())
    ]
    print_rows(rows, as_json=as_json)


@command.command()
@AS
@UNTIL
@click.option("--on", "pay_on", type=DayType(), help="Pay on; today if unsaid.")
@JSON
@with_ready_database
def propose(email: str, until: date, pay_on: date | None, as_json: bool) -> None:
    """Propose a batch of all that is reserved of money that came up to a day."""
    who, at = acting_member(email), read_clock()
    day = pay_on or today_of(who, at)
    batch = propose_remittance(until, day, who=who, at=at)
    say_batch(batch, "Proposed", as_json=as_json)


@command.command()
@click.argument("slug")
@click.argument("entry")
@AS
@JSON
@with_ready_database
def repaid(slug: str, entry: str, email: str, as_json: bool) -> None:
    """Say which waiting entry of the bank is what the tax office paid back for a seller."""
    who, seller_id = acting_member(email), find_organization(slug).id
    with looking_for("entry", entry) as entry_id:
        made = say_repaid(entry_id, seller_id, who=who, at=read_clock())
    said = {"vat": amount_text(made.vat_minor), "prepayment": amount_text(made.prepayment_minor)}
    click.echo(json.dumps(said) if as_json else "It is reserved again.")


@command.command()
@click.argument("name")
@click.argument("account")
@AS
@JSON
@with_ready_database
def office(name: str, account: str, email: str, as_json: bool) -> None:
    """Set to whom and to which account taxes are paid."""
    rules = set_tax_office(name, account, who=acting_member(email), at=read_clock())
    said = {"name": rules.tax_office, "account": rules.tax_account}
    click.echo(json.dumps(said) if as_json else f"Taxes are paid to {said['account']}.")
