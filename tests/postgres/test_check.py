"""A database is looked at before Storno stands on it; each thing that is wrong is named."""

from collections.abc import Iterator
from urllib.parse import quote

import psycopg
import pytest

from storno.postgres.check import (
    CannotReachDatabase,
    Facts,
    TooFewRights,
    TooManyRights,
    WrongServer,
    check_database,
    check_server,
)
from storno.postgres.refuse import PostgresRefused
from storno.postgres.throwaway import Throwaway, throwaway_cluster


@pytest.fixture(scope="module")
def cluster() -> Iterator[Throwaway]:
    """A server of its own: these tests bend roles and rights."""
    with throwaway_cluster() as made:
        yield made


def run(cluster: Throwaway, statement: str, database: str = "storno") -> None:
    with psycopg.connect(cluster.url("postgres", database), autocommit=True) as connection:
        connection.execute(statement)


def test_both_roles_as_they_should_be_pass(cluster: Throwaway) -> None:
    check_database(cluster.app_url, cluster.owner_url)
    check_database(cluster.app_url, None)


@pytest.mark.parametrize(
    ("bend", "unbend", "kind", "sentence"),
    [
        (
            "ALTER ROLE storno_app SUPERUSER",
            "ALTER ROLE storno_app NOSUPERUSER",
            TooManyRights,
            'role "storno_app" is a superuser',
        ),
        (
            "ALTER ROLE storno_app BYPASSRLS",
            "ALTER ROLE storno_app NOBYPASSRLS",
            TooManyRights,
            'ALTER ROLE "storno_app" NOBYPASSRLS;',
        ),
        (
            "CREATE ROLE chief SUPERUSER; GRANT chief TO storno_app",
            "DROP ROLE chief",
            TooManyRights,
            "is a superuser, or a member of one",
        ),
        (
            "CREATE ROLE chief BYPASSRLS; GRANT chief TO storno_app",
            "DROP ROLE chief",
            TooManyRights,
            "a member of a role that has it",
        ),
        (
            "ALTER ROLE storno_app CREATEROLE",
            "ALTER ROLE storno_app NOCREATEROLE",
            TooManyRights,
            'ALTER ROLE "storno_app" NOCREATEROLE NOREPLICATION;',
        ),
        (
            "ALTER ROLE storno_app REPLICATION",
            "ALTER ROLE storno_app NOREPLICATION",
            TooManyRights,
            "may make roles or replicate the database",
        ),
        (
            "GRANT pg_write_all_data, pg_read_server_files TO storno_app",
            "REVOKE pg_write_all_data, pg_read_server_files FROM storno_app",
            TooManyRights,
            'REVOKE pg_read_server_files, pg_write_all_data FROM "storno_app";',
        ),
        (
            "GRANT storno_owner TO storno_app",
            "REVOKE storno_owner FROM storno_app",
            TooManyRights,
            "owns the database or is a member",
        ),
        (
            "CREATE TABLE mine (); ALTER TABLE mine OWNER TO storno_app",
            "DROP TABLE mine",
            TooManyRights,
            "owns tables or is a member of the role that does (1 tables)",
        ),
        (
            "GRANT CREATE ON SCHEMA public TO PUBLIC",
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
            TooManyRights,
            "may create tables in the schema public",
        ),
        (
            "REVOKE USAGE ON SCHEMA public FROM PUBLIC",
            "GRANT USAGE ON SCHEMA public TO PUBLIC",
            TooFewRights,
            'GRANT USAGE ON SCHEMA public TO "storno_app";',
        ),
        (
            "REVOKE CONNECT ON DATABASE storno FROM storno_app",
            "GRANT CONNECT ON DATABASE storno TO storno_app",
            CannotReachDatabase,
            "the role needs CONNECT on the database",
        ),
        (
            "ALTER ROLE storno_app NOLOGIN",
            "ALTER ROLE storno_app LOGIN",
            CannotReachDatabase,
            "storno_app",
        ),
    ],
)
def test_a_wrong_application_role_is_refused_with_the_way_out(
    cluster: Throwaway, bend: str, unbend: str, kind: type[PostgresRefused], sentence: str
) -> None:
    for statement in bend.split("; "):
        run(cluster, statement)
    try:
        with pytest.raises(kind) as refused:
            check_database(cluster.app_url, cluster.owner_url)
    finally:
        run(cluster, unbend)
    assert sentence in str(refused.value)
    check_database(cluster.app_url, cluster.owner_url)


def test_the_owner_must_be_able_to_create(cluster: Throwaway) -> None:
    run(cluster, "CREATE ROLE nobody LOGIN; GRANT CONNECT ON DATABASE storno TO nobody")
    nobody = cluster.url("nobody", "storno")
    with pytest.raises(TooFewRights, match='ALTER DATABASE storno OWNER TO "nobody"'):
        check_database(cluster.app_url, nobody)


def test_owner_and_application_are_two(cluster: Throwaway) -> None:
    with pytest.raises(TooManyRights, match='both name the role "storno_app"'):
        check_database(cluster.app_url, cluster.app_url)


def test_two_different_databases_are_refused(cluster: Throwaway) -> None:
    with pytest.raises(WrongServer, match="name two different databases"):
        check_database(cluster.app_url, cluster.url("storno_owner", "postgres"))


def test_another_encoding_is_refused(cluster: Throwaway) -> None:
    run(
        cluster,
        "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 "
        "LOCALE_PROVIDER libc LOCALE 'C'",
    )
    with pytest.raises(WrongServer, match="stores its text as LATIN1"):
        check_database(cluster.url("storno_app", "latin"), None)


@pytest.mark.parametrize(
    ("major", "standby", "sentence"),
    [
        (14, False, "is PostgreSQL 14. Storno needs PostgreSQL 15 to 18."),
        (19, False, "is PostgreSQL 19."),
        (18, True, "is a read-only standby. Name the primary server."),
    ],
)
def test_another_kind_of_server_is_refused(major: int, standby: bool, sentence: str) -> None:
    facts = Facts(
        role="storno_app",
        major=major,
        encoding="UTF8",
        standby=standby,
        database="storno@1",
        superuser=False,
        bypasses=False,
        widens=False,
        reaches="",
        enters=True,
        creates=False,
        owns=0,
        owns_database=False,
    )
    with pytest.raises(WrongServer) as refused:
        check_server(facts)
    assert sentence in str(refused.value)


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    url = "postgresql://storno_app:s3cret@127.0.0.1:1/storno"
    with pytest.raises(CannotReachDatabase) as refused:
        check_database(url, None)
    assert "storno on 127.0.0.1 (STORNO_DATABASE_URL) cannot be reached" in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_an_address_that_cannot_be_read_is_not_repeated() -> None:
    with pytest.raises(CannotReachDatabase) as refused:
        check_database(f"postgresql://storno_app:{quote('s3', safe='')}%zz@db/storno", None)
    assert "STORNO_DATABASE_URL is not an address of a database." in str(refused.value)
    assert "s3" not in str(refused.value)
