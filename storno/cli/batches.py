"""What `storno payout` and `storno remit` share: who acts, and how batches are printed."""

import json
from datetime import date, datetime
from typing import Any

import click

from storno.banking.amount import written_amount
from storno.cli.look import find_member
from storno.cli.verb import NotThere
from storno.organizations.queries import day_of, operator, seller_of
from storno.organizations.roles import Actor, system
from storno.organizations.scope import scope
from storno.payouts.books import CURRENCY
from storno.payouts.models import Batch, Instruction

JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
AS = click.option("--as", "email", required=True, help="Which member of the operator acts.")


def acting_house() -> Actor:
    """The operator, for what is only looked at. Raises NotThere."""
    house = operator()
    if house is None:
        raise NotThere("There is no operator. Create it: storno operator create.")
    return system(house.id)


def acting_member(email: str) -> Actor:
    """The member of the operator who acts. Raises NotThere."""
    house = operator()
    if house is None:
        raise NotThere("There is no operator. Create it: storno operator create.")
    return find_member(email, house.slug)


def today_of(who: Actor, at: datetime) -> date:
    """The day that it is for the operator."""
    with scope(who.organization_id):
        return day_of(seller_of(who.organization_id), at)


def amount_text(minor: int) -> str:
    """A sum of the operator's account."""
    return written_amount(minor, CURRENCY)


def batch_row(batch: Batch) -> dict[str, Any]:
    """A batch as it is printed; `until` is of a remittance only."""
    said = [
        (batch.dropped_at, "dropped"),
        (batch.approved_at, "approved"),
        (batch.proposed_at, "proposed"),
    ]
    return {
        "id": str(batch.id),
        "pay_on": batch.pay_on.isoformat(),
        "until": batch.until and batch.until.isoformat(),
        "total": amount_text(batch.total_minor),
        "state": next(word for moment, word in said if moment is not None),
    }


def payment_row(instruction: Instruction) -> dict[str, Any]:
    """A payment of a batch as it is printed; `why_not` is of what was left out."""
    return {
        "payout": str(instruction.payout_id),
        "payee": instruction.payee,
        "account": instruction.account,
        "amount": amount_text(instruction.amount_minor),
        "state": instruction.state,
        "why_not": instruction.why_not or None,
    }


def say_batch(batch: Batch, word: str, *, as_json: bool) -> None:
    """Print what became of a batch."""
    if as_json:
        click.echo(json.dumps(batch_row(batch)))
    else:
        click.echo(f"{word}: {batch.id}  {batch.pay_on}  {amount_text(batch.total_minor)}")


def print_rows(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    """Print rows as JSON, or a line each."""
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo("  ".join(str(value) for value in row.values() if value is not None))
