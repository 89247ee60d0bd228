"""`storno desk`: customer service at the terminal: who waits, what was said, and the answer."""

import json
from typing import Any
from uuid import UUID

import click

from storno.cli.desk_cases import refund_case
from storno.cli.desk_replies import reply
from storno.cli.look import find_person, looking_for
from storno.cli.ready import with_ready_database
from storno.cli.verb import Verbs
from storno.core.clock import read_clock
from storno.organizations.roles import Actor
from storno.organizations.scope import scope_of
from storno.support.queries import conversation_with, messages_of
from storno.support.queue import Part, look_into, queue_rows
from storno.support.talk import Said, answer, close, hand_to, reopen

JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
AS = click.option("--as", "email", required=True, help="Who of customer service acts.")
VERSION = click.option(
    "--version", type=int, required=True, help="Which version was shown: see storno … show."
)
PARTS = [each.value for each in Part if each is not Part.MINE]


@click.group(cls=Verbs)
def command() -> None:
    """Customer service across organizations."""


command.add_command(refund_case)
command.add_command(reply)


@command.group(cls=Verbs)
def conversation() -> None:
    """What members have asked."""


@conversation.command("list")
@click.option(
    "--part",
    type=click.Choice(PARTS),
    default=Part.WAITING.value,
    show_default=True,
    help="Which ones.",
)
@JSON
@with_ready_database
def list_(part: str, as_json: bool) -> None:
    """Print a part of the queue: who waits longest first, what is closed last closed first."""
    rows = [
        {
            "id": str(each.id),
            "organization": each.organization.slug,
            "waits_since": each.waits_since.isoformat() if each.waits_since else None,
            "closed_at": each.closed_at.isoformat() if each.closed_at else None,
            "staff": each.has_it.person.email if each.has_it else None,
        }
        for each in queue_rows(Part(part))
    ]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        since = row["waits_since"] or row["closed_at"] or "-"
        click.echo(f"{row['id']}  {row['organization']}  {since}  {row['staff'] or '-'}")


@conversation.command()
@click.argument("id", metavar="ID")
@AS
@click.option("--before", type=click.UUID, help="Print what was said before this message.")
@JSON
@with_ready_database
def show(id: str, email: str, before: UUID | None, as_json: bool) -> None:
    """Print what was said last, and the version that an answer to it names."""
    conversation_id, who = _visit(id, email)
    with scope_of(who):
        found = conversation_with(conversation_id, who)
        stretch = messages_of(conversation_id, who, before=before)
    said: list[dict[str, Any]] = [
        {
            "id": str(line.message.id),
            "side": line.message.side,
            "said_at": line.message.said_at.isoformat(),
            "text": line.message.text,
            "files": [file.name for file in line.files],
        }
        for line in stretch.lines
    ]
    earlier = str(stretch.earlier) if stretch.earlier else None
    if as_json:
        closed = found.closed_at is not None
        shown = {"version": found.version, "closed": closed, "messages": said, "earlier": earlier}
        click.echo(json.dumps(shown))
        return
    if earlier:
        click.echo(f"More was said before: --before {earlier}")
    for each in said:
        click.echo(f"{each['said_at']}  {each['side']}: {each['text']} {' '.join(each['files'])}")
    click.echo(f"Version {found.version}{', closed' if found.closed_at else ''}")


@conversation.command("answer")
@click.argument("id", metavar="ID")
@click.argument("text")
@AS
@VERSION
@click.option("--internal", "note", is_flag=True, help="Leave it as a note that members never see.")
@JSON
@with_ready_database
def answer_(id: str, text: str, email: str, version: int, note: bool, as_json: bool) -> None:
    """Answer, or leave a note; refused if something was said since it was shown."""
    conversation_id, who = _visit(id, email)
    said = Said(text)
    answer(conversation_id, said, version=version, is_note=note, who=who, at=read_clock())
    _say(conversation_id, "Noted." if note else "Answered.", as_json=as_json)


@conversation.command("close")
@click.argument("id", metavar="ID")
@AS
@VERSION
@JSON
@with_ready_database
def close_(id: str, email: str, version: int, as_json: bool) -> None:
    """End a conversation."""
    conversation_id, who = _visit(id, email)
    close(conversation_id, version=version, who=who, at=read_clock())
    _say(conversation_id, "Closed.", as_json=as_json)


@conversation.command("reopen")
@click.argument("id", metavar="ID")
@AS
@VERSION
@JSON
@with_ready_database
def reopen_(id: str, email: str, version: int, as_json: bool) -> None:
    """Put a closed conversation back into the queue."""
    conversation_id, who = _visit(id, email)
    reopen(conversation_id, version=version, who=who, at=read_clock())
    _say(conversation_id, "Open again.", as_json=as_json)


@conversation.command("hand")
@click.argument("id", metavar="ID")
@AS
@VERSION
@click.option("--to", help="The e-mail of who has it from now on; nobody without it.")
@JSON
@with_ready_database
def hand(id: str, email: str, version: int, to: str | None, as_json: bool) -> None:
    """Take a conversation, hand it over to a colleague, or put it back."""
    conversation_id, who = _visit(id, email)
    colleague = None if to is None else find_person(to).id
    hand_to(conversation_id, colleague, version=version, who=who, at=read_clock())
    _say(conversation_id, "Put back." if to is None else "Handed over.", as_json=as_json)


def _say(conversation_id: UUID, sentence: str, *, as_json: bool) -> None:
    click.echo(json.dumps({"id": str(conversation_id)}) if as_json else sentence)


def _visit(written: str, email: str) -> tuple[UUID, Actor]:
    """The conversation that was written, and who visits its organization for it."""
    person = find_person(email)
    with looking_for("conversation", written) as id_:
        _waiting, who = look_into(id_, person.id, at=read_clock())
    return id_, who
