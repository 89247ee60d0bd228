"""`storno restore`: bring the whole installation back from one file."""

import json
import sys
import zlib
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import click
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from pydantic import TypeAdapter

from storno.cli.backup import DATABASE, FORMAT, MANIFEST, SECRET_KEY, Manifest
from storno.cli.connect import close_connections, owner, server_major, with_database
from storno.cli.migrate import migrate
from storno.cli.progress import Progress
from storno.cli.verb import Failure, Unfit, Verb
from storno.cli.verify import everyone, verify
from storno.core.environment import environment
from storno.organizations.models import Organization
from storno.people.models import Person
from storno.postgres.dump import CannotRestore, find_clients, restore

DAMAGED = (BadZipFile, EOFError, KeyError, OSError, RuntimeError, TypeError, ValueError, zlib.error)
"""What reading a file raises that is no backup, or that lacks a piece or a bit of one."""

NO_KEY = "No secret key was inside: links already sent and second factors need the old one."


@click.command(cls=Verb)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Give up what is in the database now.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@with_database
def command(file: Path, replace: bool, as_json: bool) -> None:
    """Fill the database from FILE, bring it to this version, and verify it.

    The database must be empty, or give way (--replace); Storno must not be running on it. All of
    FILE is restored or nothing. A secret key inside takes the place of the one in STORNO_DATA.
    Exit code 1 if the restored books have a violation.
    """
    owner()
    manifest, backed_up_key = _read(file)
    _check_fits(manifest)
    if not replace and _is_in_use():
        raise Unfit(
            "The database is not empty: say --replace to give up what is in it, after a backup."
        )
    _fill_from(file, manifest)
    key = NO_KEY if backed_up_key is None else _bring_key_back(backed_up_key, file)
    applied = migrate()
    outcome = verify(everyone(), aloud=not as_json)
    if as_json:
        said = {"made_at": manifest.made_at, "applied": applied, "secret_key": key}
        click.echo(json.dumps(said | {"verified": outcome.as_dict()}))
    else:
        click.echo(f"Restored the backup of {manifest.made_at}. {key}\n{outcome.in_words()}")
    sys.exit(1 if outcome.violations else 0)


def _read(file: Path) -> tuple[Manifest, str | None]:
    """What the file says of itself, and the secret key that it says is inside.

    All is looked for that a restore will need, before anything is given up for it.
    """
    try:
        with ZipFile(file) as archive:
            said = archive.read(MANIFEST)
            made_as = json.loads(said)["format"]
            if made_as != FORMAT:
                raise Unfit(f"{file} was made by another version of Storno ({made_as}).")
            manifest = TypeAdapter(Manifest).validate_json(said, strict=True)
            key = archive.read(SECRET_KEY).decode() if manifest.secret_key else None
            archive.open(DATABASE).close()
            return manifest, key
    except DAMAGED:
        raise Unfit(f"{file} is no backup of Storno, or it is damaged.") from None


def _check_fits(manifest: Manifest) -> None:
    """A newer version's tables are not for this one."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if newer := sorted(set(manifest.migrations) - known):
        raise Unfit(
            f"The backup was made by a newer version of Storno ({newer[-1]}): "
            "restore it with that version."
        )


def _is_in_use() -> bool:
    """Whether anybody works with this database: tables alone are nothing to lose."""
    tables = owner().introspection.table_names()
    return any(
        model._meta.db_table in tables and rows.using("owner").exists()
        for model, rows in ((Organization, Organization.objects), (Person, Person.objects))
    )


def _fill_from(file: Path, manifest: Manifest) -> None:
    """Restore the database; what is damaged in the file leaves it as it was."""
    env, major = environment(), server_major()
    _must_be_alone()
    clients = find_clients(env.postgres_bin, max(major, manifest.postgresql))
    progress = Progress("{} bytes restored")
    try:
        with ZipFile(file) as archive, archive.open(DATABASE) as member:
            restore(env.owner_database_url, member, clients, major=major, progress=progress)
    except (BadZipFile, EOFError, zlib.error):
        raise Failure(f"{file} is damaged; the database is as it was.") from None
    except CannotRestore as reason:
        raise Failure(str(reason)) from None


def _must_be_alone() -> None:
    """Raise `Unfit` while anybody but us is at work in the database; leaves no connection open."""
    close_connections()
    with owner().cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND usename IN (current_user, %s)",
            [connections["default"].settings_dict["USER"]],
        )
        (others,) = cursor.fetchone()
    close_connections()
    if others:
        raise Unfit(f"Storno is running on this database ({others} connections): stop it first.")


def _bring_key_back(key: str, file: Path) -> str:
    """Put the backup's secret key into STORNO_DATA, unless one is given; says what came of it."""
    env = environment()
    if key == env.secret_key:
        return "The secret key is the same."
    if env.given_secret_key:
        return (
            "STORNO_SECRET_KEY is another one than in the backup: links already sent and second "
            f"factors need the one in {file} ({SECRET_KEY})."
        )
    path = env.secret_key_file
    unfinished = path.with_name(f"{path.name}.restored")
    unfinished.touch(mode=0o600)
    unfinished.write_text(key)
    unfinished.replace(path)
    return "The secret key is that of the backup."
