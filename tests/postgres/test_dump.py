"""Dump and restore with every PostgreSQL that is here, and what they say when they cannot."""

import io
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from storno.postgres.dump import (
    PROGRAMS,
    CannotDump,
    CannotRestore,
    NoClients,
    dump,
    find_clients,
    restore,
)
from storno.postgres.find import NEWEST, OLDEST, candidates, version_of
from storno.postgres.throwaway import Throwaway, throwaway_cluster

SERVERS = {
    major: folder
    for folder in reversed(list(candidates(None)))
    if (major := version_of(folder)) and OLDEST <= major <= NEWEST
}
NEWEST_CLIENTS = find_clients(None, max(SERVERS))


@pytest.fixture(scope="module", params=SERVERS, ids=str)
def server(request: pytest.FixtureRequest) -> Iterator[tuple[int, Throwaway]]:
    """A server of each major version, with two databases."""
    with throwaway_cluster(SERVERS[request.param]) as made:
        with psycopg.connect(made.owner_url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE other")
        yield request.param, made


def quietly(done: int) -> None:
    assert done > 0


def fill(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS letters, stamps")
        connection.execute("CREATE TABLE letters (id bigserial PRIMARY KEY, words text)")
        connection.execute("CREATE TABLE stamps (id int GENERATED ALWAYS AS IDENTITY)")
        connection.execute("INSERT INTO letters (words) VALUES ('äöå € 🧾'), (E'\\\\.\\nCOMMIT;')")
        connection.execute("INSERT INTO stamps DEFAULT VALUES")


def archive_of(url: str) -> bytes:
    out = io.BytesIO()
    written = dump(url, out, NEWEST_CLIENTS, without=["stamps"], progress=quietly)
    assert written == len(out.getvalue())
    return out.getvalue()


def words(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT words FROM letters ORDER BY id")]


def test_what_is_dumped_comes_back_elsewhere(server: tuple[int, Throwaway]) -> None:
    major, cluster = server
    fill(cluster.owner_url)
    other = cluster.url("storno_owner", "other")
    with psycopg.connect(other, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS in_the_way (id serial PRIMARY KEY)")
        connection.execute("CREATE OR REPLACE VIEW seen AS SELECT id FROM in_the_way")
        connection.execute("CREATE OR REPLACE FUNCTION one() RETURNS int RETURN 1")
    archive = archive_of(cluster.owner_url)
    restore(other, io.BytesIO(archive), NEWEST_CLIENTS, major=major, progress=quietly)
    assert words(other) == words(cluster.owner_url) == ["äöå € 🧾", "\\.\nCOMMIT;"]
    with psycopg.connect(other) as connection:
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
            "AND relkind IN ('r', 'v') ORDER BY relname"
        ).fetchall()
        assert tables == [("letters",), ("stamps",)]
        assert connection.execute("SELECT count(*) FROM stamps").fetchone() == (0,)
        assert connection.execute("SELECT to_regproc('one')").fetchone() == (None,)


def test_a_torn_archive_changes_nothing(server: tuple[int, Throwaway]) -> None:
    major, cluster = server
    fill(cluster.owner_url)
    archive = archive_of(cluster.owner_url)
    for torn in (archive[: len(archive) * 3 // 4], b"", b"PGDMP"):
        with pytest.raises(CannotRestore, match=r"could not be restored: .+ as it was"):
            restore(
                cluster.owner_url,
                io.BytesIO(torn),
                NEWEST_CLIENTS,
                major=major,
                progress=quietly,
            )
        assert len(words(cluster.owner_url)) == 2


def test_an_archive_that_cannot_be_read_changes_nothing(server: tuple[int, Throwaway]) -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if chunk := super().read(size):
                return chunk
            raise OSError("the disk is gone")

    major, cluster = server
    fill(cluster.owner_url)
    failing = Failing(archive_of(cluster.owner_url))
    with pytest.raises(OSError, match="the disk is gone"):
        restore(cluster.owner_url, failing, NEWEST_CLIENTS, major=major, progress=quietly)
    assert len(words(cluster.owner_url)) == 2


def test_the_programs_say_why_they_cannot(server: tuple[int, Throwaway]) -> None:
    major, cluster = server
    fill(cluster.owner_url)
    archive = io.BytesIO(archive_of(cluster.owner_url))
    with pytest.raises(CannotDump, match="permission denied for table letters"):
        dump(cluster.app_url, io.BytesIO(), NEWEST_CLIENTS, without=[], progress=quietly)
    with pytest.raises(CannotRestore, match="must be owner of"):
        restore(cluster.app_url, archive, NEWEST_CLIENTS, major=major, progress=quietly)
    nowhere = cluster.url("storno_owner", "nowhere")
    with pytest.raises(CannotDump, match='database "nowhere" does not exist'):
        dump(nowhere, io.BytesIO(), NEWEST_CLIENTS, without=[], progress=quietly)
    assert len(words(cluster.owner_url)) == 2


def test_clients_are_never_older_than_the_server(tmp_path: Path) -> None:
    for major in SERVERS:
        clients = find_clients(None, major)
        assert version_of(clients.folder, PROGRAMS) == clients.major >= major
    with pytest.raises(NoClients, match="of PostgreSQL 99 or newer were not found"):
        find_clients(None, 99)
    with pytest.raises(NoClients, match="let STORNO_POSTGRES_BIN name its folder"):
        find_clients(tmp_path, OLDEST)
