"""`storno demo`: load the demonstration, once."""

import json
from collections.abc import Iterable
from dataclasses import asdict

import click
from django.conf import settings

from storno.cli.ready import with_ready_database
from storno.cli.verb import Unfit, Verb
from storno.core.clock import read_clock
from storno.demo.load import LogIn, load_demo


@click.command(cls=Verb)
@click.option("--json", "as_json", is_flag=True, help="Print the log-ins as JSON.")
@with_ready_database
def command(as_json: bool) -> None:
    """Make the demo organizations and print their log-ins.

    What is there already stays as it is. Only on an installation that is reached on this machine.
    """
    if not settings.ON_LOOPBACK:
        raise Unfit(
            "The demonstration has passwords that everybody knows, so it is only for an "
            "installation on this machine (STORNO_URL on localhost)."
        )
    log_ins = load_demo(read_clock(), loading)
    click.echo(json.dumps(as_values(log_ins)) if as_json else in_words(log_ins))


def loading(slug: str) -> None:
    """Say that a demo organization is being made, which takes a while."""
    click.echo(f"Making the demo organization {slug} …", err=True)


def as_values(log_ins: Iterable[LogIn]) -> dict[str, object]:
    """The log-ins as JSON knows them."""
    return {"log_ins": [asdict(each) for each in log_ins]}


def in_words(log_ins: Iterable[LogIn]) -> str:
    """The log-ins, a line each."""
    lines = (f"  {each.email}  password {each.password}  ({each.what})" for each in log_ins)
    return "\n".join(["Log-ins of the demonstration:", *lines])
