"""`storno demo`: load the demonstration, once."""

import click
from django.conf import settings

from storno.cli.connect import Unfit
from storno.cli.ready import with_ready_database
from storno.core.clock import read_clock
from storno.demo.load import load_demo


@click.command()
@with_ready_database
def command() -> None:
    """Make the two demo organizations and print their log-ins.

    What is there already stays as it is. Only on an installation that is reached on this machine.
    """
    if not settings.ON_LOOPBACK:
        raise Unfit(
            "The demonstration has passwords that everybody knows, so it is only for an "
            "installation on this machine (STORNO_URL on localhost)."
        )
    click.echo("\n".join(load_demo_once()))


def load_demo_once() -> list[str]:
    """Make what is missing of the demonstration; returns the log-ins, a line each."""
    return ["Log-ins of the demonstration:", *load_demo(read_clock())]
