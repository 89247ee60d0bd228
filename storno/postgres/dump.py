"""Copy a database out into a stream, and back in from one, by PostgreSQL's own programs.

Passwords go by the environment, never by the command line, which others on the machine can read.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from storno.postgres.find import Programs, candidates, version_of
from storno.postgres.refuse import PostgresRefused

PROGRAMS = ("pg_dump", "pg_restore", "psql")

CHUNK = 1_000_000

BEGIN = r"""
\set ON_ERROR_STOP on
BEGIN;
SET LOCAL client_min_messages = warning;
DO $$
DECLARE
  statement text;
BEGIN
  FOR statement IN
    SELECT format('DROP %s IF EXISTS %s CASCADE', what, thing) FROM (
      SELECT oid, oid::regclass::text AS thing,
             CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
               WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS what
        FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
      UNION ALL
      SELECT oid, oid::regprocedure::text, 'ROUTINE'
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    ) AS things
    WHERE NOT EXISTS (SELECT FROM pg_depend WHERE objid = things.oid AND deptype = 'e')
    ORDER BY what <> 'TABLE', what = 'ROUTINE'
  LOOP
    EXECUTE statement;
  END LOOP;
END $$;
"""
"""Begins the one transaction in which a database is emptied and filled again.

What belongs to an extension stays; tables go before the sequences and functions that they use.
"""

UNKNOWN_BEFORE_17 = b"SET transaction_timeout = 0;\n"
"""What newer programs say at the beginning and servers before 17 do not understand."""


class NoClients(PostgresRefused):
    """The programs that dump and restore are not here, or are too old."""


class CannotDump(PostgresRefused):
    """The database could not be read to its end; the program's own words are in the message."""


class CannotRestore(PostgresRefused):
    """The database could not be filled and is as it was."""


def find_clients(chosen: Path | None, major: int) -> Programs:
    """The three programs of this major version, as near as can be, and never older.

    `chosen` is STORNO_POSTGRES_BIN and excludes all others. Raises `NoClients`.
    """
    found: dict[int, Path] = {}
    for folder in candidates(chosen, PROGRAMS[0]):
        version = version_of(folder, PROGRAMS)
        if version is not None and version >= major:
            found.setdefault(version, folder)
    if not found:
        raise NoClients(
            f"The programs {', '.join(PROGRAMS)} of PostgreSQL {major} or newer were not found.",
            f"Install the client of PostgreSQL {major}, or let STORNO_POSTGRES_BIN name its "
            "folder.",
        )
    return Programs(found[min(found)], min(found))


def dump(
    url: str,
    out: IO[bytes],
    clients: Programs,
    *,
    without: Sequence[str],
    progress: Callable[[int], None],
) -> int:
    """Write a database, as of one moment, in PostgreSQL's custom format; returns its bytes.

    `without` names tables whose rows stay behind. Raises `CannotDump`.
    """
    options = [f"--exclude-table-data={table}" for table in without]
    command = ["pg_dump", "--format=custom", "--lock-wait-timeout=60s", *options]
    written = 0
    with _program(clients.folder, command, url, stdout=subprocess.PIPE) as (process, last_words):
        assert process.stdout
        while chunk := process.stdout.read(CHUNK):
            out.write(chunk)
            written += len(chunk)
            progress(written)
        if process.wait() != 0:
            raise CannotDump(
                f"The database could not be dumped: {last_words()}.", "Nothing was kept of it."
            )
    return written


def restore(
    url: str, archive: IO[bytes], clients: Programs, *, major: int, progress: Callable[[int], None]
) -> None:
    """Empty a database and fill it from an archive of `dump`, all or nothing.

    `major` is the server's version; `progress` hears the bytes of SQL. What reading the archive
    raises is passed on. Raises `CannotRestore`.
    """
    read = ["pg_restore", "--file=-", "--no-owner", "--no-privileges"]
    fill = ["psql", "--no-psqlrc", "--quiet", "--output=/dev/null", "--file=-"]
    pipe = subprocess.PIPE
    with (
        ThreadPoolExecutor(1) as aside,
        _program(clients.folder, read, None, stdin=pipe, stdout=pipe) as (reader, reader_words),
        _program(clients.folder, fill, url, stdin=pipe) as (filler, filler_words),
    ):
        assert reader.stdin
        assert reader.stdout
        assert filler.stdin
        poured = aside.submit(_pour, archive, reader.stdin)
        with suppress(BrokenPipeError):  # whoever ends early says why below
            filler.stdin.write(BEGIN.encode())
            _fill(reader.stdout, filler.stdin, major, progress)
            poured.result()
            if reader.wait() == 0:
                filler.stdin.write(b"\nCOMMIT;\n")
            filler.stdin.close()
        if filler.wait() != 0 or reader.wait() != 0:
            reason = filler_words() if filler.returncode else reader_words()
            raise CannotRestore(
                f"The backup could not be restored: {reason}.", "The database is as it was."
            )


def _pour(archive: IO[bytes], into: IO[bytes]) -> None:
    """Hand the archive over to its end; a reader that wants no more is let be."""
    try:
        shutil.copyfileobj(archive, into, CHUNK)
    except BrokenPipeError:
        return
    finally:
        with suppress(BrokenPipeError):
            into.close()


def _fill(script: IO[bytes], into: IO[bytes], major: int, progress: Callable[[int], None]) -> None:
    """Pass the script on, without what an older server would stumble over."""
    done = 0
    chunk = script.read(CHUNK)
    if major < 17:
        chunk = chunk.replace(UNKNOWN_BEFORE_17, b"", 1)
    while chunk:
        into.write(chunk)
        done += len(chunk)
        progress(done)
        chunk = script.read(CHUNK)


@contextmanager
def _program(
    folder: Path,
    command: Sequence[str],
    url: str | None,
    *,
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.DEVNULL,
) -> Iterator[tuple[subprocess.Popen[bytes], Callable[[], str]]]:
    """Run a program, signed in by `url`; beside it comes what gives its last words.

    It is ended with the block, if it has not ended by itself.
    """
    environment, address = {**os.environ, "LC_ALL": "C"}, []
    if url is not None:
        parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
        if "password" in parts:
            environment["PGPASSWORD"] = parts.pop("password")
        address = [f"--dbname={make_conninfo(**parts)}"]
    with tempfile.TemporaryFile() as words:

        def last_words() -> str:
            words.seek(0)
            lines = words.read().decode(errors="replace").strip().splitlines()
            errors = [line for line in lines if "error:" in line.lower()]
            return "".join(errors[:1] or lines[-1:]).strip(" .")

        process = subprocess.Popen(
            [folder / command[0], *command[1:], *address],
            stdin=stdin,
            stdout=stdout,
            stderr=words,
            env=environment,
        )
        try:
            yield process, last_words
        finally:
            process.kill()
            process.wait()
            for end in (process.stdin, process.stdout):
                if end:
                    with suppress(BrokenPipeError):
                        end.close()
