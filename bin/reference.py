"""Write docs/reference from the code: commands, endpoints, refusals, happenings, settings.

`bin/reference.py` writes the pages; a test compares them with what it would write now.
"""

import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "reference"
BEGUN = "<!-- written by bin/reference.py -->\n"


def pages() -> dict[str, str]:
    """Each page by its name."""
    import storno

    for module in walk_packages(storno.__path__, "storno."):
        if "migrations" not in module.name and not module.name.startswith("storno.config"):
            import_module(module.name)
    return {
        "commands.md": "\n".join(_commands()),
        "endpoints.md": "\n".join(_endpoints()),
        "happenings.md": "\n".join(_happenings()),
        "refusals.md": "\n".join(_refusals()),
        "settings.md": "\n".join(_settings()),
    }


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
    yield ""


def _commands() -> Iterator[str]:
    import click

    from storno.cli.main import verb_lines
    from storno.cli.verb import EXIT_CODES

    yield "# Commands\n"
    yield BEGUN
    yield f"{EXIT_CODES}\n"
    for verb, line in verb_lines().items():
        command = import_module(f"storno.cli.{verb}").command
        yield f"## storno {verb}\n"
        yield f"{line}\n"
        named = _verbs(f"storno {verb}", command)
        for words, each in named:
            arguments = [p for p in each.params if isinstance(p, click.Argument)]
            signature = " ".join(
                [words, *((p.metavar or p.human_readable_name) for p in arguments)]
            )
            yield f"`{signature}`: {(each.help or '').splitlines()[0]}\n"
            options = [p for p in each.params if isinstance(p, click.Option)]
            if options:
                yield from _table(
                    ("option", "what it does"),
                    [(f"`{'`, `'.join(p.opts)}`", _told(p)) for p in options],
                )


def _verbs(words: str, command: object) -> Iterator[tuple[str, object]]:
    """A verb by the words that call it; of a group each of its verbs."""
    import click

    if not isinstance(command, click.Group):
        yield words, command
        return
    for name, each in sorted(command.commands.items()):
        yield from _verbs(f"{words} {name}", each)


def _told(option: object) -> str:
    import click

    assert isinstance(option, click.Option)
    choices = option.type.choices if isinstance(option.type, click.Choice) else ()
    parts = [option.help or "", "needed" if option.required else "", ", ".join(map(str, choices))]
    return "; ".join(part for part in parts if part)


def _endpoints() -> Iterator[str]:
    from storno.api.urls import api

    yield "# Endpoints of /api/v1\n"
    yield BEGUN
    yield "The whole contract, with bodies and answers, is `/api/v1/openapi.json`.\n"
    paths = api.get_openapi_schema()["paths"]
    yield from _table(
        ("endpoint", "what it does"),
        [
            (f"`{method.upper()} {path}`", operation.get("summary", ""))
            for path, operations in sorted(paths.items())
            for method, operation in operations.items()
        ],
    )


def _happenings() -> Iterator[str]:
    from storno.history.record import KINDS

    yield "# What history keeps\n"
    yield BEGUN
    yield from _table(
        ("kind", "as it is told"),
        [
            (f"`{kind}`", str(happening.sentence))
            for kind, happening in sorted(KINDS.items())
            if happening.__module__.startswith("storno.")
        ],
    )


def _refusals() -> Iterator[str]:
    from bin.reasons import Reasons

    yield "# Refusals\n"
    yield BEGUN
    yield "A refused deed has changed nothing. Codes stay; sentences may become better."
    yield "Strokes part the sentences of one code; `%(…)s` stands for what is named.\n"
    reasons = Reasons()
    yield from _table(
        ("code", "why", "the way out"),
        [
            (f"`{code}`", " / ".join(why), " / ".join(way_out))
            for code, (why, way_out) in sorted(reasons.refusals.items())
        ],
    )
    yield "## Wrong input\n"
    yield "What cannot be taken names its fields. A draft with what cannot go out as it stands is"
    yield "refused with the same codes.\n"
    yield from _table(
        ("code", "why"),
        [(f"`{code}`", " / ".join(why)) for code, (why, _none) in sorted(reasons.input.items())],
    )


def _settings() -> Iterator[str]:
    from storno.administration.profiles import PROFILES
    from storno.custody.operate import FORMS, KEYS, KINDS

    yield "# Settings of an organization\n"
    yield BEGUN
    yield "The keys of `storno organization set SLUG key=value …`; a profile sets first values.\n"
    meanings = {name: text for form in FORMS for name, text in _meanings(form)}
    yield from _table(
        ("key", "what it is", "values", *(f"{profile}" for profile in PROFILES)),
        [
            (
                f"`{key}`",
                meanings[key],
                _values(KINDS[key]),
                *(_first(values, key) for values in PROFILES.values()),
            )
            for key in KEYS
        ],
    )


def _meanings(form: type) -> Iterator[tuple[str, str]]:
    """Each field of a class with the text that stands beneath it."""
    import ast
    import inspect

    (written,) = ast.parse(inspect.getsource(form)).body
    assert isinstance(written, ast.ClassDef)
    for field, text in zip(written.body, written.body[1:], strict=False):
        match field, text:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(said))),
            ):
                yield name, said


def _values(kind: type) -> str:
    """What may be written for a value of a type."""
    from decimal import Decimal
    from enum import Enum

    if issubclass(kind, Enum):
        return ", ".join(f"`{each.value}`" for each in kind)
    words = {bool: "`yes`, `no`", int: "whole number", Decimal: "number", str: "text"}
    return (words | {list: "whole numbers with commas between them"})[kind]


def _first(values: object, key: str) -> str:
    for part in ("by_members", "by_operator"):
        found = getattr(getattr(values, part), key, None)
        if found is not None:
            return ("no", "yes")[found] if isinstance(found, bool) else str(found)
    return ""


def main() -> None:
    """Write every page."""
    from storno.cli.connect import prepare

    prepare(for_help=True)
    PAGES.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (PAGES / name).write_text(text.rstrip() + "\n")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
