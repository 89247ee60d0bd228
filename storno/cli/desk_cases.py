"""Refund cases at the terminal: those that wait, their approval, their refusal."""

import json
from uuid import UUID

import click

from storno.cases.approve import approve_case, decline_case
from storno.cases.ask import case_with
from storno.cases.look import look_into_case
from storno.cases.queries import cases_in_queue, organization_of, payers_of
from storno.cases.state import CaseNow, read_case
from storno.cli.look import find_person, looking, looking_for
from storno.cli.ready import with_ready_database
from storno.cli.verb import Verbs
from storno.core.clock import read_clock
from storno.organizations.roles import Actor
from storno.organizations.scope import scope_of

JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
AS = click.option("--as", "email", required=True, help="Who of customer service acts.")


@click.group("refund-case", cls=Verbs)
def refund_case() -> None:
    """Paid invoices whose clients are paid back, before they are credited."""


@refund_case.command("list")
@JSON
@with_ready_database
def list_(as_json: bool) -> None:
    """Print the cases that are not checked yet, those that were confirmed first."""
    rows = [
        {
            "id": str(each.id),
            "organization": each.organization.slug,
            "asked_at": each.asked_at.isoformat(),
            "confirmed_at": each.confirmed_at.isoformat() if each.confirmed_at else None,
        }
        for each in cases_in_queue()
    ]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(f"{row['id']}  {row['organization']}  {row['confirmed_at'] or 'asked'}")


@refund_case.command()
@click.argument("id", metavar="ID")
@AS
@JSON
@with_ready_database
def show(id: str, email: str, as_json: bool) -> None:
    """Print how far a case is, what was confirmed, and who had paid."""
    case_id, who = _visit(id, email)
    with scope_of(who):
        case = case_with(case_id, who)
        now, payers = read_case(case), payers_of(case.invoice_id, who)
    confirmed = now.confirmed
    shown = _shown(now) | {
        "received_minor": now.held_minor,
        "confirmed_minor": None if confirmed is None else confirmed.amount_minor,
        "paid_on": None if confirmed is None else confirmed.paid_on.isoformat(),
        "payers": [f"{each.name} {each.account}" for each in payers],
    }
    if as_json:
        click.echo(json.dumps(shown))
        return
    for name, value in shown.items():
        click.echo(f"{name}: {value}")


@refund_case.command()
@click.argument("id", metavar="ID")
@AS
@click.option("--version", type=int, help="The one that was shown.")
@JSON
@with_ready_database
def approve(id: str, email: str, version: int | None, as_json: bool) -> None:
    """Credit the invoice: its client was paid back."""
    case_id, who = _visit(id, email)
    _say(approve_case(case_id, version=version, who=who, at=read_clock()), as_json=as_json)


@refund_case.command()
@click.argument("id", metavar="ID")
@AS
@click.option("--reason", required=True, help="Why; its members read it.")
@click.option("--version", type=int, help="The one that was shown.")
@JSON
@with_ready_database
def decline(id: str, email: str, reason: str, version: int | None, as_json: bool) -> None:
    """Decline a case."""
    case_id, who = _visit(id, email)
    now = decline_case(case_id, reason, version=version, who=who, at=read_clock())
    _say(now, as_json=as_json)


def _shown(now: CaseNow) -> dict[str, object]:
    return {"id": str(now.case.id), "state": now.state.value, "version": now.case.version}


def _say(now: CaseNow, *, as_json: bool) -> None:
    click.echo(json.dumps(_shown(now)) if as_json else f"It is {now.state.value} now.")


def _visit(written: str, email: str) -> tuple[UUID, Actor]:
    """The case that was written, and who visits its organization for it."""
    person = find_person(email)
    with looking_for("refund case", written) as case_id:
        organization_of(case_id)
    with looking(f"There is no refund case {written}."):
        return case_id, look_into_case(case_id, person.id, at=read_clock())
