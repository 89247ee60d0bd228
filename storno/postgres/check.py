"""Check a database before Storno stands on it: reachable, of a known version, rights as needed.

The application's role must not be able to step around the row-level policies: PostgreSQL lifts them
for superusers, for roles with BYPASSRLS, and for whoever has the rights of a table's owner
(PostgreSQL documentation, 5.9 Row Security Policies).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import class_row

from storno.postgres.find import NEWEST, OLDEST
from storno.postgres.refuse import PostgresRefused

APPLICATION = "STORNO_DATABASE_URL"
OWNER = "STORNO_OWNER_DATABASE_URL"

FACTS = """
WITH mine AS (SELECT * FROM pg_roles WHERE pg_has_role(oid, 'MEMBER'))
SELECT current_user AS role,
       current_setting('server_version_num')::int / 10000 AS major,
       current_setting('server_encoding') AS encoding,
       pg_is_in_recovery() AS standby,
       current_database() || '@' || (SELECT system_identifier FROM pg_control_system()) AS database,
       (SELECT bool_or(rolsuper) FROM mine) AS superuser,
       (SELECT bool_or(rolbypassrls) FROM mine) AS bypasses,
       (SELECT bool_or(rolcreaterole OR rolreplication) FROM mine) AS widens,
       (SELECT coalesce(string_agg(rolname, ', ' ORDER BY rolname), '') FROM mine
         WHERE rolname IN ('pg_write_all_data', 'pg_read_server_files', 'pg_write_server_files',
                           'pg_execute_server_program')) AS reaches,
       has_schema_privilege('public', 'USAGE') AS enters,
       has_schema_privilege('public', 'CREATE') AS creates,
       (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND n.nspname !~ '^(pg_|information_schema$)'
           AND pg_has_role(c.relowner, 'MEMBER')) AS owns,
       (SELECT pg_has_role(datdba, 'MEMBER') FROM pg_database WHERE datname = current_database())
         AS owns_database
"""


class CannotReachDatabase(PostgresRefused):
    """The server does not answer, or does not let this login in."""


class WrongServer(PostgresRefused):
    """The server answers but is not one on which Storno can stand."""


class TooManyRights(PostgresRefused):
    """The application's role could step around the policies that keep organizations apart."""


class TooFewRights(PostgresRefused):
    """A role lacks what it needs."""


@dataclass(frozen=True)
class Facts:
    """What the server says about itself and about the role that asks."""

    role: str
    major: int
    encoding: str
    standby: bool
    database: str
    superuser: bool
    bypasses: bool
    widens: bool
    reaches: str
    enters: bool
    creates: bool
    owns: int
    owns_database: bool


def check_database(application_url: str, owner_url: str | None) -> None:
    """Look at the database as both roles see it, changing nothing.

    Raises `CannotReachDatabase`, `WrongServer`, `TooManyRights`, `TooFewRights`.
    """
    application = _look(APPLICATION, application_url)
    check_server(application)
    _check_application(application)
    if owner_url:
        owner = _look(OWNER, owner_url)
        _check_owner(owner, application)


def check_server(facts: Facts) -> None:
    """Refuse a server on which Storno cannot stand. Raises `WrongServer`."""
    if not OLDEST <= facts.major <= NEWEST:
        raise WrongServer(
            f"The database server is PostgreSQL {facts.major}.",
            f"Storno needs PostgreSQL {OLDEST} to {NEWEST}.",
        )
    if facts.encoding != "UTF8":
        raise WrongServer(
            f"The database stores its text as {facts.encoding}.",
            "Create it with ENCODING 'UTF8' TEMPLATE template0.",
        )
    if facts.standby:
        raise WrongServer(
            f"The server that {APPLICATION} names is a read-only standby.",
            "Name the primary server.",
        )


def _check_application(facts: Facts) -> None:
    role = f'"{facts.role}"'
    if facts.superuser:
        raise TooManyRights(
            f"The application's role {role} is a superuser, or a member of one, whom no policy "
            "binds.",
            f"Let {APPLICATION} name a plain role: CREATE ROLE storno_app LOGIN PASSWORD '…';",
        )
    if facts.bypasses:
        raise TooManyRights(
            f"The application's role {role} has BYPASSRLS, or is a member of a role that has it: "
            "no policy binds it.",
            f"ALTER ROLE {role} NOBYPASSRLS; and revoke the membership.",
        )
    if facts.widens:
        raise TooManyRights(
            f"The application's role {role} may make roles or replicate the database, by itself or "
            "as a member of another: it could give itself any right.",
            f"ALTER ROLE {role} NOCREATEROLE NOREPLICATION; and revoke the membership.",
        )
    if facts.reaches:
        raise TooManyRights(
            f"The application's role {role} is a member of {facts.reaches}, and so reaches what is "
            "written once.",
            f"REVOKE {facts.reaches} FROM {role};",
        )
    if facts.owns_database:
        raise TooManyRights(
            f"The application's role {role} owns the database or is a member of the role that "
            "does.",
            f"Let {OWNER} name the role that owns it and {APPLICATION} another one.",
        )
    if facts.owns:
        raise TooManyRights(
            f"The application's role {role} owns tables or is a member of the role that "
            f"does ({facts.owns} tables), so no policy binds it.",
            f"Let {OWNER} name the role that owns them and {APPLICATION} another one.",
        )
    if facts.creates:
        raise TooManyRights(
            f"The application's role {role} may create tables in the schema public.",
            f"REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role};",
        )
    if not facts.enters:
        raise TooFewRights(
            f"The application's role {role} may not use the schema public.",
            f"GRANT USAGE ON SCHEMA public TO {role};",
        )


def _check_owner(facts: Facts, application: Facts) -> None:
    if facts.database != application.database:
        raise WrongServer(
            f"{APPLICATION} and {OWNER} name two different databases.",
            "Let both name the same one, each with its own role.",
        )
    if facts.role == application.role:
        raise TooManyRights(
            f'{APPLICATION} and {OWNER} both name the role "{facts.role}".',
            "Use two: the one owns the database, and the other is a plain role.",
        )
    if not facts.creates:
        raise TooFewRights(
            f'The owner\'s role "{facts.role}" may not create tables in the schema public.',
            f'ALTER DATABASE {facts.database.split("@")[0]} OWNER TO "{facts.role}";',
        )


def _look(variable: str, url: str) -> Facts:
    with (
        _reach(variable, url) as connection,
        connection.cursor(row_factory=class_row(Facts)) as ask,
    ):
        facts = ask.execute(FACTS).fetchone()
    assert facts is not None
    return facts


@contextmanager
def _reach(variable: str, url: str) -> Iterator[psycopg.Connection]:
    """Connect, or say in words where it failed; never with the password."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:  # its text may quote the password
        raise CannotReachDatabase(
            f"{variable} is not an address of a database.",
            "Write it like postgresql://user:password@host:5432/storno; %-encode odd characters.",
        ) from None
    where = f"{parts.get('dbname', '')} on {parts.get('host', 'this machine')}"
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            yield connection
    except psycopg.OperationalError as error:
        said = str(error).strip().splitlines()[0]
        raise CannotReachDatabase(
            f"The database {where} ({variable}) cannot be reached: {said}.",
            "Start the server, or correct the variable; the role needs CONNECT on the database.",
        ) from None
