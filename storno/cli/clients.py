"""`storno clients`: import clients from a CSV file, write them into one, or delete one."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from storno.cli.look import find_client, find_member, find_membership
from storno.cli.ready import with_ready_database
from storno.cli.verb import Verbs
from storno.clients.columns import COLUMNS
from storno.clients.delete import delete_client
from storno.clients.models import WhenThere
from storno.clients.plan_import import Fate, ImportPlan, PlannedRow
from storno.clients.read_csv import MOST_BYTES
from storno.clients.take_in import import_clients
from storno.core.clock import read_clock
from storno.core.sheet import sheet_of
from storno.organizations.scope import scope_of
from storno.reports.client_list import client_rows, contact_rows

TARGET = [
    click.option("--organization", "slug", required=True, help="The organization's short name."),
    click.option("--as", "email", required=True, help="The member who acts: the e-mail address."),
    click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON."),
]


def of_organization(verb: Any) -> Any:
    """Give a verb the organization, who acts, and the way to answer."""
    for option in reversed(TARGET):
        verb = option(verb)
    return verb


@click.group(cls=Verbs)
def command() -> None:
    """Clients of an organization."""


@command.command("import", epilog="Columns: " + ", ".join(COLUMNS))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@of_organization
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option(
    "--when-there",
    type=click.Choice(WhenThere.values),
    default=WhenThere.SKIP.value,
    show_default=True,
    help="What becomes of a row whose client is there already.",
)
@click.option("--keeper", help="Who looks after whoever is new, by e-mail.")
@with_ready_database
def import_file(
    file: Path,
    slug: str,
    email: str,
    as_json: bool,
    dry_run: bool,
    when_there: str,
    keeper: str | None,
) -> None:
    """Import clients; rows that are wrong are named and left out."""
    with file.open("rb") as source:
        content = source.read(MOST_BYTES + 1)
    who = find_member(email, slug)
    done = import_clients(
        content,
        when_there=WhenThere(when_there),
        keeper=find_membership(keeper, who).id if keeper else None,
        dry_run=dry_run,
        who=who,
        at=read_clock(),
    )
    counts = {fate.value: len(done.plan.of(fate)) for fate in Fate}
    if as_json:
        id_ = str(done.id) if done.id else None
        told = {"id": id_, "dry_run": dry_run, **counts, "left_out": done.plan.left_out}
        click.echo(json.dumps({**told, "rows": _wrong(done.plan)}))
        return
    if done.plan.left_out:
        click.echo(f"not imported: {', '.join(done.plan.left_out)}", err=True)
    for wrong in _wrong(done.plan):
        click.echo(f"row {wrong['row']}: {wrong['message']}", err=True)
    said = ", ".join(f"{count} {word}" for word, count in counts.items())
    click.echo(f"{'Would be' if dry_run else 'Done'}: {said}.")


@command.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@of_organization
@click.option("--contacts", is_flag=True, help="Who stands beside whom, in place of the clients.")
@with_ready_database
def export_file(file: Path, slug: str, email: str, as_json: bool, contacts: bool) -> None:
    """Write all clients, or their contacts, into a CSV file that is made anew."""
    who = find_member(email, slug)
    with scope_of(who):
        sheet = sheet_of((contact_rows if contacts else client_rows)(who=who))
    with file.open("xb") as target:
        target.write(sheet)
    click.echo(json.dumps({"file": str(file)}) if as_json else f"Written: {file}")


@command.command()
@click.argument("client")
@of_organization
@with_ready_database
def delete(client: str, slug: str, email: str, as_json: bool) -> None:
    """Delete a client that was entered by mistake: without a session, a draft or an invoice."""
    who = find_member(email, slug)
    found = find_client(client, who, archived=True)
    delete_client(found.id, who=who, at=read_clock())
    number = found.number
    click.echo(json.dumps({"deleted": number}) if as_json else f"Deleted: client {number}.")


def _wrong(plan: ImportPlan) -> list[dict[str, Any]]:
    """The rows that are wrong, each with its reasons."""
    return [
        {"row": planned.row.number, "message": " ".join(_reasons(planned))}
        for planned in plan.of(Fate.WRONG)
    ]


def _reasons(planned: PlannedRow) -> Iterator[str]:
    for error in planned.errors:
        column = COLUMNS.get(error.field)
        yield f"{column}: {error.message}" if column else str(error.message)
