"""The rules of the house that a person would forget: each is held here for every file."""

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
HOUSE = ROOT / "storno"
FILES = sorted(path for path in HOUSE.rglob("*.py") if "migrations" not in path.parts)

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
LONGEST_VIEW = 30
SAYS_NOTHING = {"utils", "helpers", "services", "managers", "common", "misc", "base"}
DOORS = ("web", "api", "cli", "worker")
MONEY_ROOMS = (
    "money",
    "banking",
    "tax",
    "references",
    "ledger",
    "payments",
    "corrections",
    "documents",
    "custody",
)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _rooms(*names: str) -> list[Path]:
    return [path for path in FILES if path.relative_to(HOUSE).parts[0] in names]


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _long(path: Path, most: int) -> list[str]:
    return [
        function.name
        for function in _functions(path)
        if (function.end_lineno or 0) - function.lineno >= most
    ]


def _faults(find: Callable[[Path], Collection[object]], files: Iterable[Path]) -> dict[str, object]:
    """What is found in each file in which something is; a test for each file took many seconds."""
    return {_name(path): found for path in files if (found := find(path))}


def test_a_file_fits_a_head() -> None:
    """A file or function beyond its bound lacks a concept."""
    assert _faults(lambda path: path.read_text().splitlines()[LONGEST_FILE:], FILES) == {}
    assert _faults(lambda path: _long(path, LONGEST_FUNCTION), FILES) == {}


def test_a_view_translates_and_no_more() -> None:
    """A view parses, makes one call and shows."""
    views = [path for path in _rooms("web", "api") if path.name == "views.py" or "v1" in path.parts]
    assert _faults(lambda path: _long(path, LONGEST_VIEW), views) == {}


def test_a_name_says_something() -> None:
    """No room and no file is called by a word that fits everything."""

    def empty_words(path: Path) -> set[str]:
        return SAYS_NOTHING.intersection(path.relative_to(HOUSE).with_suffix("").parts)

    assert _faults(empty_words, FILES) == {}


def test_nothing_is_left_for_later() -> None:
    """Unfinished code does not land."""
    later = re.compile(r"\b(?:TODO|FIXME|XXX)\b|raise NotImplementedError")
    assert _faults(lambda path: later.findall(path.read_text()), FILES) == {}


def test_no_float_near_money() -> None:
    """Money is whole minor units or Decimal."""

    def floats(path: Path) -> list[int]:
        return [
            node.lineno
            for node in ast.walk(_tree(path))
            if (isinstance(node, ast.Constant) and isinstance(node.value, float))
            or (isinstance(node, ast.Name) and node.id == "float")
        ]

    assert _faults(floats, _rooms(*MONEY_ROOMS)) == {}


def test_a_door_never_writes() -> None:
    """A door has no business with rows: it calls a verb or a query."""
    writes = {"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "objects"}

    def lines(path: Path) -> list[int]:
        return [
            node.lineno
            for node in ast.walk(_tree(path))
            if (isinstance(node, ast.Attribute) and node.attr in writes)
            or (isinstance(node, ast.ImportFrom) and node.module == "storno.core.insert")
        ]

    assert _faults(lines, _rooms("web", "api", "worker")) == {}


def test_imports_stand_at_the_top() -> None:
    """An import inside a function hides a circle; only the command line loads its verbs late."""

    def hidden(path: Path) -> list[int]:
        return [
            node.lineno
            for function in _functions(path)
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]

    late = _rooms("cli", "config")
    assert _faults(hidden, [path for path in FILES if path not in late]) == {}


def test_a_deed_says_who_and_when() -> None:
    """Who acts and at which moment are arguments of every deed."""

    def unsaid(path: Path) -> list[str]:
        return [
            function.name
            for function in _functions(path)
            if any(
                isinstance(mark, ast.Name) and mark.id == "deed" for mark in function.decorator_list
            )
            and not {"who", "at"} <= {argument.arg for argument in function.args.kwonlyargs}
        ]

    assert _faults(unsaid, FILES) == {}


def test_only_two_files_open_a_scope() -> None:
    """Whose rows are seen is said where a scope is opened, and where client money crosses."""
    saying = {_name(path) for path in FILES if "SET LOCAL app.organization" in path.read_text()}
    assert saying == {"storno/organizations/scope.py", "storno/custody/crossing.py"}


def test_every_room_is_on_the_map() -> None:
    """ARCHITECTURE.md names each room, and is short."""
    text = (ROOT / "ARCHITECTURE.md").read_text()
    rooms = {path.name for path in HOUSE.iterdir() if (path / "__init__.py").exists()}
    assert {room for room in rooms if f"`{room}`" not in text} == set()
    assert len(text.splitlines()) <= 150


def test_the_locks_name_no_registry() -> None:
    """The locks bind versions by hash, not to somebody's server."""
    own = ("bin/installer.lock", "bin/node.lock", "package-lock.json")
    for lock in ("requirements.lock", "requirements-dev.lock", *own):
        assert not re.search(r"https?://|--index-url|--find-links", (ROOT / lock).read_text())


NOT_OURS = {".git", ".venv", "node_modules", "var"}
TEXTS = {".py", ".md", ".html", ".css", ".js", ".toml", ".sh", ".typ"}


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    """The project stands on its own."""
    tops = [top for top in ROOT.iterdir() if top.name not in NOT_OURS]
    files = [path for top in tops for path in (top, *top.rglob("*")) if path.suffix in TEXTS]
    assert len(files) > len(FILES)
    machine = re.compile(r"/work/(?:main|shared)|/root/\.pyenv")

    def places(path: Path) -> list[str]:
        return machine.findall(path.read_text().replace("|/root/\\.pyenv", ""))

    assert _faults(places, files) == {}
