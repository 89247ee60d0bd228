"""`storno payout`: what is payable goes from client money to the sellers' own accounts."""

import json
from datetime import date
from pathlib import Path

import click

from storno.cli.batches import (
    AS,
    JSON,
    acting_house,
    acting_member,
    amount_text,
    batch_row,
    payment_row,
    print_rows,
    say_batch,
    today_of,
)
from storno.cli.day import DayType
from storno.cli.look import looking_for, read_amount
from storno.cli.ready import with_ready_database
from storno.cli.verb import Verbs
from storno.core.clock import read_clock
from storno.organizations.scope import scope, scope_of
from storno.payouts.approve import approve_batch, drop_batch, refuse_payout, write_file
from storno.payouts.books import CURRENCY
from storno.payouts.meet import say_back, say_left
from storno.payouts.not_left import undo_left
from storno.payouts.propose import due_now, propose_payouts
from storno.payouts.queries import batch_with, batches_of, instructions_of, left_out_of
from storno.payouts.rules import set_payout_limit


@click.group(cls=Verbs)
def command() -> None:
    """Payouts: a batch is proposed, approved, and handed to the bank as a file (pain.001)."""


@command.command()
@JSON
@with_ready_database
def due(as_json: bool) -> None:
    """Print what a batch would pay now, to whom, and who would be left out."""
    rows = [
        {
            "seller": each.seller.name,
            "payable": amount_text(each.amount_minor),
            "account": each.payee.account,
            "why_not": each.why_not,
        }
        for each in due_now(who=acting_house(), at=read_clock())
    ]
    print_rows(rows, as_json=as_json)


@command.command()
@AS
@click.option("--on", "pay_on", type=DayType(), help="Pay on; today if unsaid.")
@JSON
@with_ready_database
def propose(email: str, pay_on: date | None, as_json: bool) -> None:
    """Propose a batch of all that is payable."""
    who, at = acting_member(email), read_clock()
    batch = propose_payouts(pay_on or today_of(who, at), who=who, at=at)
    say_batch(batch, "Proposed", as_json=as_json)


@command.command("list")
@JSON
@with_ready_database
def list_(as_json: bool) -> None:
    """Print the batches, the newest first."""
    with scope(acting_house().organization_id):
        rows = [
            batch_row(row.batch) | {state.value: count for state, count in row.payments.items()}
            for row in batches_of(acting_house().organization_id)
        ]
    print_rows(rows, as_json=as_json)


@command.command()
@click.argument("batch")
@JSON
@with_ready_database
def show(batch: str, as_json: bool) -> None:
    """Print the payments of a batch, and how far each is."""
    who = acting_house()
    with looking_for("batch", batch) as batch_id, scope_of(who):
        rows = [payment_row(each) for each in instructions_of(batch_with(batch_id, who))]
    print_rows(rows, as_json=as_json)


@command.command()
@click.argument("batch")
@AS
@JSON
@with_ready_database
def approve(batch: str, email: str, as_json: bool) -> None:
    """Approve a batch; above the limit by somebody else than who proposed it."""
    who = acting_member(email)
    with looking_for("batch", batch) as batch_id:
        approved = approve_batch(batch_id, who=who, at=read_clock())
        with scope_of(who):
            rows = [payment_row(each) for each in left_out_of(approved)]
    if as_json:
        click.echo(json.dumps(batch_row(approved) | {"left_out": rows}))
        return
    say_batch(approved, "Dropped" if approved.dropped_at else "Approved", as_json=False)
    if rows:
        click.echo("Left out, since they hold no more:")
        print_rows(rows, as_json=False)


@command.command()
@click.argument("batch")
@click.argument("path", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@AS
@JSON
@with_ready_database
def file(batch: str, path: Path, email: str, as_json: bool) -> None:
    """Write the file for the bank: the same as often as it is asked for."""
    who = acting_member(email)
    with looking_for("batch", batch) as batch_id:
        content = write_file(batch_id, who=who, at=read_clock())
    path.write_bytes(content)
    click.echo(json.dumps({"path": str(path)}) if as_json else f"Written to {path}.")


@command.command()
@click.argument("batch")
@AS
@click.option("--bank-has-none", is_flag=True, help="No bank has the file that was fetched.")
@JSON
@with_ready_database
def drop(batch: str, email: str, bank_has_none: bool, as_json: bool) -> None:
    """Take a batch back; hand its file to no bank after that."""
    who = acting_member(email)
    with looking_for("batch", batch) as batch_id:
        dropped = drop_batch(batch_id, not_sent=bank_has_none, who=who, at=read_clock())
        say_batch(dropped, "Dropped", as_json=as_json)


@command.command()
@click.argument("payout")
@AS
@JSON
@with_ready_database
def refused(payout: str, email: str, as_json: bool) -> None:
    """Say that the bank has refused one payment: it is payable again."""
    who = acting_member(email)
    with looking_for("payout", payout) as payout_id:
        refuse_payout(payout_id, who=who, at=read_clock())
    click.echo(json.dumps({"id": payout}) if as_json else "It is payable again.")


@command.command()
@click.argument("batch")
@click.argument("entry")
@AS
@click.option("--payout", help="The one payment that the entry is; without it all on the way.")
@JSON
@with_ready_database
def left(batch: str, entry: str, email: str, payout: str | None, as_json: bool) -> None:
    """Say which waiting entry of the bank a batch is, where the bank does not say so itself."""
    who = acting_member(email)
    with looking_for("batch", batch) as batch_id, looking_for("entry", entry) as entry_id:
        if payout is None:
            say_left(entry_id, batch_id, who=who, at=read_clock())
        else:
            with looking_for("payout", payout) as payout_id:
                say_left(entry_id, batch_id, payout_id=payout_id, who=who, at=read_clock())
    click.echo(json.dumps({"id": batch}) if as_json else "Noted.")


@command.command()
@click.argument("payout")
@click.argument("entry")
@AS
@JSON
@with_ready_database
def back(payout: str, entry: str, email: str, as_json: bool) -> None:
    """Say by which waiting entry of the bank a payout came back, where it does not say so."""
    who = acting_member(email)
    with looking_for("payout", payout) as payout_id, looking_for("entry", entry) as entry_id:
        say_back(entry_id, payout_id, who=who, at=read_clock())
    click.echo(json.dumps({"id": payout}) if as_json else "It is payable again.")


@command.command("not-left")
@click.argument("entry")
@AS
@JSON
@with_ready_database
def not_left(entry: str, email: str, as_json: bool) -> None:
    """Take back what `left` has said of an entry; it waits again, the payouts are on the way."""
    who = acting_member(email)
    with looking_for("entry", entry) as entry_id:
        undo_left(entry_id, who=who, at=read_clock())
    click.echo(json.dumps({"id": entry}) if as_json else "Taken back.")


@command.command()
@click.argument("amount")
@AS
@JSON
@with_ready_database
def limit(amount: str, email: str, as_json: bool) -> None:
    """Set the sum of a batch above which a second person approves it.

    A higher sum counts once a second person has set it too.
    """
    rules = set_payout_limit(
        read_amount(amount, CURRENCY), who=acting_member(email), at=read_clock()
    )
    said = amount_text(rules.limit_minor)
    wished = None if rules.wished_minor is None else amount_text(rules.wished_minor)
    sentence = f"Above {said} a second person approves."
    if wished is not None:
        sentence += f" {wished} counts once somebody else sets it too."
    click.echo(json.dumps({"limit": said, "wished": wished}) if as_json else sentence)
