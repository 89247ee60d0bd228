"""`storno …`: finds the verb, and loads nothing but that verb.

Exit codes: 0 done, 1 violations found or failed, 2 wrong use or environment, 3 refused by a rule.
"""

import signal
import sys
from importlib import import_module
from types import FrameType
from typing import NoReturn

import click

from storno.core.environment import WrongEnvironment
from storno.postgres.refuse import PostgresRefused

VERBS = {
    "up": "Run Storno: database, pages and worker, until Ctrl-C.",
    "migrate": "Bring the database to this version, all or nothing.",
}
"""Each verb is a file of this room with a `command`; its line here is what `--help` shows."""


class Verbs(click.Group):
    """The verbs, each loaded when it is called, so that help is there at once."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """All verbs, in the order of the table."""
        return list(VERBS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Set Django up, then load the one verb."""
        if name not in VERBS:
            return None
        import_module("storno.cli.connect").prepare(for_help="--help" in sys.argv)
        command: click.Command = import_module(f"storno.cli.{name}").command
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line for each verb, without loading it."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=Verbs, epilog="Exit codes: 0 done, 1 failed, 2 wrong use, 3 refused by a rule.")
def verbs() -> None:
    """Storno: invoicing in which undoing is as safe as doing."""


def main() -> None:
    """The command line's door: what is wrong outside of Storno is said in one sentence."""
    signal.signal(signal.SIGTERM, _end)
    try:
        verbs(prog_name="storno")
    except (WrongEnvironment, PostgresRefused) as reason:
        click.echo(f"Error: {reason}", err=True)
        sys.exit(2)


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    """End in order, so that a database started for this verb is stopped again."""
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
