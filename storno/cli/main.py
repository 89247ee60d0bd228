"""`storno …`: finds the verb, and loads nothing but that verb.

With `--json` standard output carries one JSON value, done or not; the exit code says which. What is
said meanwhile, and every failure without `--json`, goes to standard error.
"""

import ast
import json
import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from storno.cli.verb import Failure, Verbs, told
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


class AllVerbs(Verbs):
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


@click.group(cls=AllVerbs)
def verbs() -> None:
    """Storno: invoicing in which undoing is as safe as doing."""


class NoDatabase(Failure):
    """There is no PostgreSQL to stand on."""

    code = "no_database"
    exit_code = 2

    def __init__(self, refused: PostgresRefused) -> None:
        blocker = {"code": self.code, "message": refused.message, "remedy": refused.remedy}
        super().__init__(str(refused), blockers=[blocker | {"field": ""}])


class MachineRefused(Failure):
    """The disk is full, a file may not be read, or the like."""

    code = "machine_refused"

    def __init__(self, error: OSError) -> None:
        what = f"{error.filename}: " if error.filename else ""
        super().__init__(f"The machine refused it: {what}{error.strerror or error}.")


class WronglySet(Failure):
    """A variable of the environment cannot be used."""

    code = "wrong_environment"
    exit_code = 2


def main() -> None:
    """The command line's door: what is wrong outside of Storno is said in one sentence."""
    signal.signal(signal.SIGTERM, _end)
    try:
        code = verbs(prog_name="storno", standalone_mode=False)
    except click.Abort:
        code = 128 + signal.SIGINT
    except OSError as error:
        # Whoever reads no further has had enough and is told nothing.
        code = 1 if isinstance(error, BrokenPipeError) else _fail(MachineRefused(error))
        # What could not be written shall not be tried once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except PostgresRefused as refused:
        code = _fail(NoDatabase(refused))
    except WrongEnvironment as wrong:
        code = _fail(WronglySet(str(wrong)))
    except click.ClickException as failure:
        code = _fail(failure)
    sys.exit(code)


def _fail(failure: click.ClickException) -> int:
    if "--json" not in sys.argv:
        failure.show()
        return failure.exit_code
    try:
        click.echo(json.dumps(told(failure)))
    except OSError:  # standard output is what failed
        failure.show()
    return failure.exit_code


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    """End in order, so that a database started for this verb is stopped again."""
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
