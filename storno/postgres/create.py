"""Create a cluster with its roles and its one database, so that a killed start leaves no half."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql

from storno.postgres.account import Account, as_account
from storno.postgres.find import Programs
from storno.postgres.refuse import PostgresRefused
from storno.postgres.settle import APPLICATION_ROLE, DATABASE, OWNER_ROLE, SUPERUSER_ROLE, Place

CLEAN = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "LANG": "C", "TZ": "UTC"}
"""The server's environment: nothing of ours, or PG… and LC_… variables would steer it."""


class CannotCreate(PostgresRefused):
    """`initdb` failed; its own words are in the message."""


def create_cluster(place: Place, programs: Programs) -> None:
    """Make the data directory beside its final place and move it there when it is whole.

    Raises `CannotCreate`.
    """
    unfinished = place.cluster.with_name("cluster.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    with tempfile.NamedTemporaryFile("w", dir=place.folder, suffix=".password") as secret:
        secret.write(place.passwords[SUPERUSER_ROLE])
        secret.flush()
        if place.account:
            shutil.chown(secret.name, place.account.uid, place.account.gid)
        passwords = ["--auth=scram-sha-256", f"--pwfile={secret.name}"]
        initialize(unfinished, programs, place.account, passwords)
    unfinished.rename(place.cluster)


def initialize(
    cluster: Path, programs: Programs, account: Account | None, options: list[str]
) -> None:
    """Run initdb for UTF-8 with the order of code points, the same on every machine.

    ICU is not asked for: the embedded programs come without it. Raises `CannotCreate`.
    """
    order = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    if programs.major < 17:
        order = ["--locale=C.UTF-8", "--data-checksums"]
    command: list[str | Path] = [programs.folder / "initdb", f"--pgdata={cluster}", *order]
    command += ["--encoding=UTF8", f"--username={SUPERUSER_ROLE}", *options]
    answer = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd="/",
        env=CLEAN,
        check=False,
        **as_account(account),
    )
    if answer.returncode != 0:
        said = re.findall(r"(?:error|FATAL|PANIC): +(.*)", answer.stderr)
        raise CannotCreate(
            f"The database could not be made in {cluster.parent}: "
            f"{said[0] if said else answer.stderr.strip()}.",
            "Put that right and start again; nothing half-made is kept.",
        )


def ensure_roles(superuser_url: str, passwords: dict[str, str]) -> None:
    """Make what is missing of the two roles and the database; the application owns nothing.

    `passwords` by role. The owner has the database, the application may only connect.
    """
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        for role in (OWNER_ROLE, APPLICATION_ROLE):
            if not _found(connection, "SELECT FROM pg_roles WHERE rolname = %s", role):
                connection.execute(
                    sql.SQL(
                        "CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE PASSWORD {}"
                    ).format(sql.Identifier(role), sql.Literal(passwords[role]))
                )
        if not _found(connection, "SELECT FROM pg_database WHERE datname = %s", DATABASE):
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}")
        connection.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
        connection.execute(f"GRANT CONNECT ON DATABASE {DATABASE} TO {APPLICATION_ROLE}")


def _found(connection: psycopg.Connection, query: str, name: str) -> bool:
    return connection.execute(query, [name]).fetchone() is not None
