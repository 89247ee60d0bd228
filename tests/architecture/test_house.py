"""The rules of the house that a person would forget: each is held here for every file."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
HOUSE = ROOT / "storno"
FILES = sorted(path for path in HOUSE.rglob("*.py") if "migrations" not in path.parts)

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
LONGEST_VIEW = 30
SAYS_NOTHING = {"utils", "helpers", "services", "managers", "common", "misc", "base"}
DOORS = ("web", "api", "cli", "worker")
MONEY_ROOMS = ("money", "tax", "references", "ledger", "payments", "corrections", "documents")


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


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_a_file_fits_a_head(path: Path) -> None:
    """A file or function beyond its bound lacks a concept."""
    assert len(path.read_text().splitlines()) <= LONGEST_FILE
    long = [
        function.name
        for function in _functions(path)
        if (function.end_lineno or 0) - function.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


@pytest.mark.parametrize("path", _rooms("web", "api"), ids=_name)
def test_a_view_translates_and_no_more(path: Path) -> None:
    """A view parses, makes one call and shows."""
    if path.name not in ("views.py",) and "v1" not in path.parts:
        return
    long = [
        function.name
        for function in _functions(path)
        if (function.end_lineno or 0) - function.lineno >= LONGEST_VIEW
    ]
    assert long == []


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_a_name_says_something(path: Path) -> None:
    """No room and no file is called by a word that fits everything."""
    assert SAYS_NOTHING.isdisjoint(path.relative_to(HOUSE).with_suffix("").parts)


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_nothing_is_left_for_later(path: Path) -> None:
    """Unfinished code does not land."""
    assert re.findall(r"\b(?:TODO|FIXME|XXX)\b|raise NotImplementedError", path.read_text()) == []


@pytest.mark.parametrize("path", _rooms(*MONEY_ROOMS), ids=_name)
def test_no_float_near_money(path: Path) -> None:
    """Money is whole minor units or Decimal."""
    tree = _tree(path)
    floats = [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
    ]
    assert floats == []


@pytest.mark.parametrize("path", _rooms("web", "api", "worker"), ids=_name)
def test_a_door_never_writes(path: Path) -> None:
    """A door has no business with rows: it calls a verb or a query."""
    writes = {"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "objects"}
    found = [
        f"line {node.lineno}"
        for node in ast.walk(_tree(path))
        if (isinstance(node, ast.Attribute) and node.attr in writes)
        or (isinstance(node, ast.ImportFrom) and node.module == "storno.core.insert")
    ]
    assert found == []


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_imports_stand_at_the_top(path: Path) -> None:
    """An import inside a function hides a circle; only the command line loads its verbs late."""
    if path.relative_to(HOUSE).parts[0] in ("cli", "config"):
        return
    hidden = [
        node.lineno
        for function in _functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_a_deed_says_who_and_when(path: Path) -> None:
    """Who acts and at which moment are arguments of every deed."""
    for function in _functions(path):
        if any(
            isinstance(mark, ast.Name) and mark.id == "deed" for mark in function.decorator_list
        ):
            named = {argument.arg for argument in function.args.kwonlyargs}
            assert {"who", "at"} <= named, function.name


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


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in sorted(ROOT.rglob("*"))
        if path.suffix in {".py", ".md", ".html", ".css", ".js", ".toml", ".sh", ".typ"}
        and not {".venv", "var", ".git", "node_modules"} & set(path.relative_to(ROOT).parts)
    ],
    ids=_name,
)
def test_no_file_knows_the_machine_it_was_written_on(path: Path) -> None:
    """The project stands on its own."""
    text = path.read_text()
    assert not re.search(
        r"/work/(?:main|shared)|/root/\.pyenv", text.replace("|/root/\\.pyenv", "")
    )
