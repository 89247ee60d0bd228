"""What every verb is: it tells its exit codes, takes only text, and fails in one shape."""

from collections.abc import Mapping
from typing import Any

import click

EXIT_CODES = "Exit codes: 0 done, 1 failed or violations found, 2 wrong use, 3 refused by a rule."


class Failure(click.ClickException):
    """A verb that came to nothing. `members` are those of the API's problem+json."""

    code = "failed"

    def __init__(self, sentence: str, **members: list[dict[str, str]]) -> None:
        super().__init__(sentence)
        self.members: Mapping[str, list[dict[str, str]]] = members


class Unfit(Failure):
    """The environment does not allow this verb."""

    code = "unfit"
    exit_code = 2


class Unreadable(Failure):
    """What was typed cannot be made into what the verb prints; says why in one sentence."""

    code = "invalid"
    exit_code = 2

    def __init__(self, why: ValueError) -> None:
        sentence = str(why)
        super().__init__(f"{sentence[:1].upper()}{sentence[1:]}.")


class NotThere(Failure):
    """What a verb names does not exist, or belongs to another."""

    code = "absent"
    exit_code = 3


def told(error: click.ClickException) -> dict[str, Any]:
    """A failure as `--json` answers it: `code`, `detail`, and `blockers` or `errors`."""
    if isinstance(error, Failure):
        return {"code": error.code, "detail": error.message, **error.members}
    return {"code": "wrong_use", "detail": error.format_message()}


class _TellsExitCodes(click.Command):
    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The own words of a verb or a group of them, then what its exit codes mean."""
        super().format_epilog(ctx, formatter)
        formatter.write_paragraph()
        formatter.write_text(EXIT_CODES)


class Verb(_TellsExitCodes):
    """A verb of `storno`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; bytes that are no text are refused, for no field can hold them."""
        rest = super().parse_args(ctx, args)
        for param in self.params:
            given = ctx.params.get(param.name or "")
            for text in given if isinstance(given, tuple) else (given,):
                if isinstance(text, str) and not _is_text(text):
                    raise click.BadParameter("This is not text.", ctx=ctx, param=param)
        return rest


class Verbs(_TellsExitCodes, click.Group):
    """Verbs about one thing."""

    command_class = Verb


def _is_text(given: str) -> bool:
    """Whether it can be written as UTF-8, and kept by the database, which has no NUL."""
    try:
        given.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in given
