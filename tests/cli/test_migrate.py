"""`storno migrate`: everything or nothing, one at a time, by the owner, never backwards."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from psycopg.conninfo import conninfo_to_dict

from storno.postgres.throwaway import Throwaway
from tests.cli.installation import create
from tests.conftest import MIGRATED

ROOT = Path(__file__).parents[2]
INDEXES_AND_CONSTRAINTS = """
SELECT relname FROM pg_class WHERE relkind = 'i' UNION SELECT conname FROM pg_constraint
"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


@dataclass(frozen=True)
class Database:
    """One of the tests' server, and how each role signs in to it."""

    name: str

    def url(self, role: str) -> str:
        server = conninfo_to_dict(os.environ["STORNO_OWNER_DATABASE_URL"])
        return Throwaway(Path(str(server["host"]))).url(role, self.name)

    @property
    def owner_url(self) -> str:
        return self.url("storno_owner")

    @property
    def app_url(self) -> str:
        return self.url("storno_app")


@pytest.fixture
def empty(tmp_path: Path) -> Database:
    """A database without a table."""
    return Database(create("unmigrated", tmp_path).name)


@pytest.fixture
def migrated(tmp_path: Path) -> Database:
    """A database that has been migrated."""
    return Database(create("up_to_date", tmp_path, template=MIGRATED).name)


@contextmanager
def another_role(database: Database, created: str) -> Iterator[None]:
    """Another role of the server, for as long as the block lasts."""
    with psycopg.connect(database.url("postgres"), autocommit=True) as connection:
        connection.execute(created)
        try:
            yield
        finally:
            connection.execute("DROP OWNED BY another; DROP ROLE another")


def begin(database: Database, *verb: str, **variables: str) -> subprocess.Popen[str]:
    given = {
        "PATH": "/usr/bin:/bin",
        "STORNO_SECRET_KEY": "only-for-this-test-" * 3,
        "STORNO_DATABASE_URL": database.app_url,
        "STORNO_OWNER_DATABASE_URL": database.owner_url,
        **variables,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "storno.cli.main", *(verb or ("migrate",)), "--json"],
        cwd=ROOT,
        env={name: value for name, value in given.items() if value},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def applied(database: Database) -> list[str]:
    process = begin(database)
    said, meanwhile = process.communicate()
    names: list[str] = json.loads(said)["applied"]
    told = f"Making the database ready ({len(names)} migrations) …\n" if names else ""
    assert (process.returncode, meanwhile) == (0, told)
    return names


def refusal(database: Database, *verb: str, **variables: str) -> tuple[int, str]:
    process = begin(database, *verb, **variables)
    said, _meanwhile = process.communicate()
    return process.returncode, json.loads(said)["detail"]


def tables(database: Database) -> set[str]:
    with psycopg.connect(database.owner_url) as connection:
        return {name for (name,) in connection.execute(TABLES)}


def test_every_model_has_its_migration() -> None:
    loader = MigrationLoader(None)
    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("storno.")}
    wanted = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    assert wanted.changes(graph=loader.graph, trim_to_apps=ours) == {}


def test_every_index_and_constraint_of_a_model_stands_in_the_database() -> None:
    with psycopg.connect(os.environ["STORNO_OWNER_DATABASE_URL"]) as connection:
        standing = {name for (name,) in connection.execute(INDEXES_AND_CONSTRAINTS)}
    options = [model._meta for model in apps.get_models()]
    wanted = {named.name for each in options for named in (*each.indexes, *each.constraints)}
    assert len(wanted) > 100
    assert wanted - standing == set()


def test_of_two_at_once_one_migrates_an_empty_database_with_policies_on_its_tables(
    empty: Database,
) -> None:
    """The other one waits for it, and like whoever comes later finds nothing to do."""
    said = [process.communicate() for process in [begin(empty), begin(empty)]]
    nothing, names = sorted((json.loads(out)["applied"] for out, _ in said), key=len)
    assert nothing == []
    assert len(names) > 20
    assert "documents.0001_initial" in names
    assert sorted(meanwhile for _, meanwhile in said) == [
        "",
        f"Making the database ready ({len(names)} migrations) …\n",
    ]
    with psycopg.connect(empty.owner_url) as connection:
        policies = connection.execute("SELECT count(*) FROM pg_policies").fetchone()
    assert policies
    assert policies[0] > 10
    before = tables(empty)
    assert applied(empty) == []
    assert tables(empty) == before


def test_a_migration_that_fails_leaves_the_database_as_it_was(empty: Database) -> None:
    with psycopg.connect(empty.owner_url) as connection:
        connection.execute("CREATE TABLE usersessions_usersession ()")
    code, wrong = refusal(empty)
    assert code == 1
    assert "A migration failed, and the database is as it was: " in wrong
    assert 'relation "usersessions_usersession" already exists' in wrong
    assert tables(empty) == {"usersessions_usersession"}


BROKEN = """
GRANT DELETE ON ledger_transfer TO storno_app;
GRANT TRUNCATE ON people_person TO PUBLIC;
ALTER TABLE mailroom_letter DISABLE ROW LEVEL SECURITY;
CREATE POLICY all_rows ON clients_client USING (true);
REVOKE EXECUTE ON FUNCTION erase_document FROM storno_app
"""
BY_A_GROUP = """
CREATE ROLE another NOINHERIT;
GRANT another TO storno_app;
GRANT UPDATE ON history_event TO another
"""


def test_nothing_works_while_the_fences_do_not_stand(migrated: Database) -> None:
    """Migrating puts them up again; what another role brings along it leaves, and says."""
    verb = ("organization", "set", "nobody", "wording=service")
    with psycopg.connect(migrated.url("postgres"), autocommit=True) as connection:
        connection.execute(BROKEN)
        code, wrong = refusal(migrated, *verb, STORNO_OWNER_DATABASE_URL="")
        assert code == 2
        assert wrong == (
            "The database does not keep to what Storno set up: DELETE on ledger_transfer is too "
            "much; TRUNCATE on people_person is too much; the policy of clients_client is not the "
            "one; and 2 more. Run `storno migrate`; what then is still too much, the application's "
            "role has by another role or by PUBLIC: revoke it there."
        )
        applied(migrated)
        code, wrong = refusal(migrated, *verb, STORNO_OWNER_DATABASE_URL="")
        assert (code, "does not keep to" in wrong) == (3, False)
    with another_role(migrated, BY_A_GROUP):
        applied(migrated)
        code, wrong = refusal(migrated, *verb, STORNO_OWNER_DATABASE_URL="")
        assert (code, "UPDATE on history_event is too much. Run" in wrong) == (2, True)


def test_a_role_that_was_never_given_rights_is_told_so(migrated: Database) -> None:
    other = {"STORNO_DATABASE_URL": migrated.url("another"), "STORNO_OWNER_DATABASE_URL": ""}
    with another_role(migrated, "CREATE ROLE another LOGIN"):
        code, wrong = refusal(migrated, "demo", **other)
    assert code == 2
    assert wrong.startswith("The application's role has no rights in this database: run `storno")


def test_a_database_of_a_newer_version_is_left_alone(migrated: Database) -> None:
    with psycopg.connect(migrated.owner_url) as connection:
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('documents', '9999_of_the_future', now())"
        )
    code, wrong = refusal(migrated)
    assert code == 2
    assert "migrated by a newer version of Storno (documents.9999_of_the_future)" in wrong


def test_the_owners_address_is_needed(empty: Database) -> None:
    code, wrong = refusal(empty, STORNO_OWNER_DATABASE_URL="")
    assert code == 2
    assert "set STORNO_OWNER_DATABASE_URL as well as STORNO_DATABASE_URL" in wrong
    assert tables(empty) == set()


def test_an_application_role_that_no_policy_binds_is_refused_first(empty: Database) -> None:
    code, wrong = refusal(empty, STORNO_DATABASE_URL=empty.url("postgres"))
    assert code == 2
    assert 'role "postgres" is a superuser, or a member of one, whom no policy binds' in wrong
    assert tables(empty) == set()
