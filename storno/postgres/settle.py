"""Settle where the embedded cluster lives, who runs it and with which passwords, once for all."""

import errno
import fcntl
import json
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict
from urllib.parse import quote

from storno.postgres.account import Account, as_account, choose_account
from storno.postgres.refuse import PostgresRefused

DATABASE = "storno"
OWNER_ROLE = "storno_owner"
APPLICATION_ROLE = "storno_app"
SUPERUSER_ROLE = "postgres"
ROLES = (SUPERUSER_ROLE, OWNER_ROLE, APPLICATION_ROLE)

SOCKET_PORT = 5432
"""Only a part of the socket's name: the server listens on no network address."""

LONGEST_SOCKET_FOLDER = 88
"""Bytes that leave room for `/.s.PGSQL.5432` in the 104 of a socket address (sun_path)."""


class FolderUnwritable(PostgresRefused):
    """STORNO_DATA, or what lies in it, cannot be written."""


class DatabaseGone(PostgresRefused):
    """STORNO_DATA speaks of a database that is not where it was; none is made in its place."""


@dataclass(frozen=True)
class Place:
    """Where one embedded cluster lives and how one signs in to it."""

    folder: Path
    socket_folder: Path
    account: Account | None
    passwords: dict[str, str]

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data directory."""
        return self.folder / "cluster"

    @property
    def log(self) -> Path:
        """What the server says; no statements and no values, so no personal data."""
        return self.folder / "server.log"

    @property
    def application_url(self) -> str:
        """For web, worker and verbs: bound by the policies."""
        return self.url(APPLICATION_ROLE)

    @property
    def owner_url(self) -> str:
        """For migrate, backup, restore and verify."""
        return self.url(OWNER_ROLE)

    def url(self, role: str, database: str = DATABASE) -> str:
        """A connection URI (libpq) for one of the three roles."""
        return socket_url(role, self.passwords[role], self.socket_folder, database)


def socket_url(role: str, password: str, socket_folder: Path, database: str) -> str:
    """A connection URI (libpq) over a Unix socket; any character may stand in the path."""
    host = quote(str(socket_folder), safe="")
    secret = f":{quote(password, safe='')}" if password else ""
    return f"postgresql://{role}{secret}@/{database}?host={host}&port={SOCKET_PORT}"


def settle(data: Path) -> Place:
    """Find or choose the place of the cluster that belongs to STORNO_DATA.

    Run as root, the server belongs to another account; where that account cannot enter
    STORNO_DATA (a clone in a closed home), the cluster lives in /var/lib, and `database.json`
    remembers where. Raises `FolderUnwritable`, `DatabaseGone`.
    """
    with _writing(data):
        if not data.exists():
            # Root's children must pass through; what lies inside closes itself.
            data.mkdir(parents=True)
            data.chmod(0o711 if os.geteuid() == 0 else 0o700)
        if not data.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(data))
        with _alone(data):
            note = data / "database.json"
            known = _read_note(note) if note.exists() else _begin(data)
            folder = data / known["folder"]
            if not folder.is_dir():
                raise DatabaseGone(
                    f"The database of {data} was in {folder}, which is not there.",
                    f"Bring that folder back, or delete {note} to begin with an empty database.",
                )
            account = choose_account(folder)
            socket_folder = data / known["socket"]
            if not _usable_socket_folder(socket_folder, account):
                known["socket"] = _make_socket_folder(data, folder, account)
                socket_folder = data / known["socket"]
                _write_note(note, known)
            if not note.exists():
                _write_note(note, known)
    return Place(folder, socket_folder, account, known["passwords"])


class Note(TypedDict):
    """What `database.json` remembers; folders inside STORNO_DATA stand there relative to it."""

    folder: str
    socket: str
    passwords: dict[str, str]


@contextmanager
def _writing(data: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FolderUnwritable(
            f"{error.filename or data} cannot be written ({error.strerror}).",
            "Let STORNO_DATA name a folder that this user may write, on a disk with room.",
        ) from None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder itself as a lock; a killed process lets go of it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _read_note(note: Path) -> Note:
    try:
        known = json.loads(note.read_text())
        passwords = {role: str(known["passwords"][role]) for role in ROLES}
        return {"folder": str(known["folder"]), "socket": known["socket"], "passwords": passwords}
    except (ValueError, KeyError, TypeError):
        raise DatabaseGone(
            f"{note}, which knows the way to the database, is damaged.",
            "Bring that file back from a backup.",
        ) from None


def _begin(data: Path) -> Note:
    """Choose the folder and the passwords of a cluster that is yet to be made."""
    inside = data / "postgres"
    account = choose_account(inside)
    if (inside / "cluster").exists():
        raise DatabaseGone(
            f"{inside} holds a database, but its passwords ({data / 'database.json'}) are missing.",
            "Bring that file back, or move the folder away to begin with an empty database.",
        )
    if account is None or _enters(account, data):
        inside.mkdir(exist_ok=True)
        folder = inside
    else:
        folder = _make_outside(account)
    _close(folder, account)
    return {
        "folder": "postgres" if folder == inside else str(folder),
        "socket": "none yet",
        "passwords": {role: secrets.token_urlsafe(24) for role in ROLES},
    }


def _make_outside(account: Account) -> Path:
    for parent in ("/var/lib", "/var/tmp"):  # noqa: S108 -- a name that nobody can guess
        if _enters(account, Path(parent)) and os.access(parent, os.W_OK):
            return Path(tempfile.mkdtemp(prefix="storno-", dir=parent))
    raise FolderUnwritable(
        f"The user {account.name}, who runs the database for root, cannot enter STORNO_DATA.",
        "Let STORNO_DATA name a folder outside of any closed home, such as /srv/storno.",
    )


def _enters(account: Account, folder: Path) -> bool:
    ask = ["/bin/sh", "-c", 'test -x "$1"', "ask", str(folder)]
    answer = subprocess.run(ask, cwd="/", check=False, **as_account(account))
    return answer.returncode == 0


def _usable_socket_folder(folder: Path, account: Account | None) -> bool:
    uid = account.uid if account else os.geteuid()
    fits = len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER and "," not in str(folder)
    return fits and folder.is_dir() and not folder.is_symlink() and folder.lstat().st_uid == uid


def _make_socket_folder(data: Path, folder: Path, account: Account | None) -> str:
    """Make it beside the cluster, or in /tmp where that path is longer than a socket may have."""
    beside = folder / "socket"
    beside.mkdir(exist_ok=True)
    _close(beside, account)
    if _usable_socket_folder(beside, account):
        return os.path.relpath(beside, data) if folder.parent == data else str(beside)
    short = Path(tempfile.mkdtemp(prefix="storno-", dir="/tmp"))
    _close(short, account)
    return str(short)


def _close(folder: Path, account: Account | None) -> None:
    """Only the server's account (and root) may enter."""
    if account:
        shutil.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)


def _write_note(note: Path, known: Note) -> None:
    unfinished = note.with_name("database.json.new")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(known, indent=2))
    unfinished.replace(note)
