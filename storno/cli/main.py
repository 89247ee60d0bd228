"""`storno …`: finds the verb, and loads nothing but that verb.

Exit codes: 0 done, 1 violations found or failed, 2 wrong use or environment, 3 refused by a rule.
"""

import ast
import signal
import sys
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from storno.core.environment import WrongEnvironment
from storno.postgres.refuse import PostgresRefused


def verb_lines() -> dict[str, str]:
    """Each verb with its line of help: a file of this room that begins with its name and colon.

    Read from the sources, so that help loads no verb.
    """
    found = {}
    for path in sorted(Path(__file__).parent.glob("*.py")):
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        name, colon, line = text.splitlines()[0].partition(": ") if text else ("", "", "")
        if colon and name == f"`storno {path.stem}`":
            found[path.stem] = line[0].upper() + line[1:]
    return found


class Verbs(click.Group):
    """The verbs, each loaded when it is called, so that help is there at once."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """All verbs."""
        return list(verb_lines())

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Set Django up, then load the one verb."""
        if name not in verb_lines():
            return None
        import_module("storno.cli.connect").prepare(for_help="--help" in sys.argv)
        command: click.Command = import_module(f"storno.cli.{name}").command
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line for each verb."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(verb_lines().items()))


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
