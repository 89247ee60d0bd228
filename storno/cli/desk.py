"""`storno desk`: customer service at the terminal: who waits, what was said, and the answer."""

import json
from typing import Any
from uuid import UUID

import click

from storno.cli.desk_cases import refund_case
from storno.cli.look import find_person, looking_for
from storno.cli.ready import with_ready_database
from storno.cli.verb import Verbs
from storno.core.clock import read_clock
from storno.organizations.roles import Actor
from storno.organizations.scope import scope_of
from storno.support.queries import messages_of
from storno.support.queue import look_into, queue_rows
from storno.support.talk import Said, answer, close

JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
AS = click.option("--as", "email", required=True, help="Who of customer service acts.")


@click.group(cls=Verbs)
def command() -> None:
    """Customer service across organizations."""


command.add_command(refund_case)


@command.group(cls=Verbs)
def conversation() -> None:
    """What members have asked."""


@conversation.command("list")
@JSON
@with_ready_database
def list_(as_json: bool) -> None:
    """Print who waits for an answer, the longest first."""
    rows = [
        {
            "id": str(each.id),
            "organization": each.organization.slug,
            "waits_since": each.waits_since.isoformat() if each.waits_since else None,
            "staff": each.staff.person.email if each.staff else None,
        }
        for each in queue_rows()
    ]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(
            f"{row['id']}  {row['organization']}  {row['waits_since']}  {row['staff'] or '-'}"
        )


@conversation.command()
@click.argument("id", metavar="ID")
@AS
@JSON
@with_ready_database
def show(id: str, email: str, as_json: bool) -> None:
    """Print what was said."""
    conversation_id, who = _visit(id, email)
    with scope_of(who):
        said: list[dict[str, Any]] = [
            {
                "side": line.message.side,
                "said_at": line.message.said_at.isoformat(),
                "text": line.message.text,
                "files": [file.name for file in line.files],
            }
            for line in messages_of(conversation_id, who)
        ]
    if as_json:
        click.echo(json.dumps(said))
        return
    for each in said:
        click.echo(f"{each['said_at']}  {each['side']}: {each['text']} {' '.join(each['files'])}")


@conversation.command("answer")
@click.argument("id", metavar="ID")
@click.argument("text")
@AS
@click.option("--internal", "note", is_flag=True, help="Leave it as a note that members never see.")
@JSON
@with_ready_database
def answer_(id: str, text: str, email: str, note: bool, as_json: bool) -> None:
    """Answer, or leave a note."""
    conversation_id, who = _visit(id, email)
    answer(conversation_id, Said(text), is_note=note, who=who, at=read_clock())
    _say(conversation_id, "Noted." if note else "Answered.", as_json=as_json)


@conversation.command("close")
@click.argument("id", metavar="ID")
@AS
@JSON
@with_ready_database
def close_(id: str, email: str, as_json: bool) -> None:
    """End a conversation."""
    conversation_id, who = _visit(id, email)
    close(conversation_id, who=who, at=read_clock())
    _say(conversation_id, "Closed.", as_json=as_json)


def _say(conversation_id: UUID, sentence: str, *, as_json: bool) -> None:
    click.echo(json.dumps({"id": str(conversation_id)}) if as_json else sentence)


def _visit(written: str, email: str) -> tuple[UUID, Actor]:
    """The conversation that was written, and who visits its organization for it."""
    person = find_person(email)
    with looking_for("conversation", written) as id_:
        _waiting, who = look_into(id_, person.id, at=read_clock())
    return id_, who
