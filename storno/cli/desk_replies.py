"""Saved replies at the terminal: what customer service answers often."""

import json

import click

from storno.cli.ready import with_ready_database
from storno.cli.verb import Verbs
from storno.support.replies import drop_reply, keep_reply, replies

JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")


@click.group("reply", cls=Verbs)
def reply() -> None:
    """What customer service answers often; each conversation offers it."""


@reply.command("list")
@JSON
@with_ready_database
def list_(as_json: bool) -> None:
    """Print all replies by their titles."""
    rows = [{"title": each.title, "text": each.text} for each in replies()]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(f"{row['title']}: {row['text']}")


@reply.command()
@click.argument("title")
@click.argument("text")
@JSON
@with_ready_database
def keep(title: str, text: str, as_json: bool) -> None:
    """Keep a reply under a title, in place of the one that is there."""
    kept = keep_reply(title, text)
    said = json.dumps({"title": kept.title, "text": kept.text})
    click.echo(said if as_json else f"Kept: {kept.title}")


@reply.command()
@click.argument("title")
@JSON
@with_ready_database
def drop(title: str, as_json: bool) -> None:
    """Keep a reply no more."""
    drop_reply(title)
    click.echo(json.dumps({"title": title}) if as_json else f"Dropped: {title}")
