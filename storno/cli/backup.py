"""`storno backup`: put the whole installation into one file."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import click
from django.db.migrations.recorder import MigrationRecorder

from storno.cli.connect import owner, server_major, with_database
from storno.cli.progress import Progress
from storno.cli.verb import Failure, Unfit, Verb
from storno.core.clock import read_clock
from storno.core.environment import environment
from storno.postgres.dump import CannotDump, dump, find_clients
from storno.postgres.find import Programs

FORMAT = "storno-backup 1"

MANIFEST, DATABASE, SECRET_KEY = "backup.json", "database.dump", "secret-key"
"""What lies in the file, which is a ZIP archive: `database.dump` is for `pg_restore`."""

LEFT_BEHIND = (
    "django_session",
    "usersessions_usersession",
    "people_remembered",
    "organizations_asked",
)
"""Who is signed in and what was counted a moment ago: after a restore everybody signs in again."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself.

    `postgresql`: the major version of the programs that wrote it; older ones cannot read it.
    """

    format: str
    made_at: str
    postgresql: int
    secret_key: bool
    migrations: list[str]


@click.command(cls=Verb)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--with-secret-key", is_flag=True, help="Put the secret key inside as well.")
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
@with_database
def command(file: Path, with_secret_key: bool, as_json: bool) -> None:
    """Write FILE: the database as of one moment, with every document, file and letter.

    Others may work meanwhile. FILE must not be there yet, appears only when it is whole, and can be
    read by nobody else. Without the secret key, links already sent and second factors will not work
    after a restore elsewhere: keep a copy of it apart, or let it be inside and lock the file away.
    """
    env = environment()
    owner()
    if file.exists():
        raise Unfit(f"{file} is there already: a backup overwrites nothing.")
    at = read_clock()
    clients = find_clients(env.postgres_bin, server_major())
    manifest = _manifest(clients, secret_key=with_secret_key, at=at)
    progress = Progress("{} bytes dumped")
    with _whole(file) as out, ZipFile(out, "w", ZIP_STORED) as archive:
        archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=2))
        if with_secret_key:
            archive.writestr(SECRET_KEY, env.secret_key)
        entry = ZipInfo(DATABASE, (at.year, at.month, at.day, at.hour, at.minute, at.second))
        with archive.open(entry, "w", force_zip64=True) as member:
            dump(env.owner_database_url, member, clients, without=LEFT_BEHIND, progress=progress)
    said = {"file": str(file), "bytes": file.stat().st_size, "secret_key": with_secret_key}
    click.echo(json.dumps(said) if as_json else _in_words(said))


def _manifest(clients: Programs, *, secret_key: bool, at: datetime) -> Manifest:
    applied = MigrationRecorder(owner()).applied_migrations()
    return Manifest(
        format=FORMAT,
        made_at=at.isoformat(),
        postgresql=clients.major,
        secret_key=secret_key,
        migrations=sorted(f"{app}.{name}" for app, name in applied),
    )


@contextmanager
def _whole(file: Path) -> Iterator[IO[bytes]]:
    """A file that gets its name when it is whole and on the disk; until then nobody sees it."""
    try:
        handle, unfinished = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    except OSError as error:
        raise Unfit(f"{file} cannot be written: {error.strerror}.") from None
    try:
        # No more than this user may see it, from the first byte on (mkstemp).
        with os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        Path(unfinished).replace(file)
    except CannotDump as reason:
        raise Failure(str(reason)) from None
    except OSError as error:
        raise Failure(f"{file} could not be written: {error.strerror}.") from None
    finally:
        Path(unfinished).unlink(missing_ok=True)


def _in_words(said: dict[str, object]) -> str:
    key = (
        "The secret key is inside: whoever has the file has everything."
        if said["secret_key"]
        else "The secret key is not inside: keep a copy of it apart "
        "(STORNO_SECRET_KEY, or secret-key in STORNO_DATA)."
    )
    return f"Backed up to {said['file']} ({said['bytes']} bytes). {key}"
