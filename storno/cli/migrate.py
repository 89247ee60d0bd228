"""`storno migrate`: bring the database and the rights on it to this version, all or nothing."""

import json

import click
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from storno.cli.connect import owner, with_database
from storno.cli.verb import Failure, Unfit, Verb
from storno.organizations.rights import apply_rights

LOCK = 0x73746F726E6F
"""The advisory lock ("storno" in ASCII) that lets one migration wait for another."""


class NothingMigrated(Failure):
    """A migration failed and was undone with all that came before it."""


@click.command(cls=Verb)
@click.option("--json", "as_json", is_flag=True, help="Print what was applied as JSON.")
@with_database
def command(as_json: bool) -> None:
    """Bring the database to this version: everything, or after a failure nothing.

    Needs the owner of the database. Two at the same time wait for each other.
    """
    applied = migrate()
    if as_json:
        click.echo(json.dumps({"applied": applied}))
    else:
        click.echo("\n".join(applied) or "The database was up to date.")


def migrate() -> list[str]:
    """Apply what is pending and set the rights; returns the names of the migrations applied.

    One transaction holds it all: no table is ever seen without its policies, and a crash leaves
    the database as it was. Raises `Unfit` for a database that a newer version has migrated, and
    `NothingMigrated`.
    """
    connection = owner()
    try:
        with transaction.atomic(using="owner"), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            # Rows and tables change in one transaction: PostgreSQL wants no check left pending.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            applied = pending(connection)
            if applied:
                click.echo(f"Making the database ready ({len(applied)} migrations) …", err=True)
            # What keeps a practitioner from being booked twice needs equality beside ranges.
            cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
            call_command("migrate", database="owner", interactive=False, verbosity=0)
            role = _application_role()
            apply_rights(connection, role)
            # So that a start without the owner can see whether something is pending.
            cursor.execute(
                f"GRANT SELECT ON django_migrations TO {connection.ops.quote_name(role)}"
            )
    except DatabaseError as error:
        raise NothingMigrated(
            f"A migration failed, and the database is as it was: {str(error).strip()}"
        ) from error
    return applied


def pending(connection: BaseDatabaseWrapper) -> list[str]:
    """The migrations that this version has and the database lacks, in order.

    Raises `Unfit` where the database has migrations that this version does not know.
    """
    executor = MigrationExecutor(connection)
    strange = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    ours = {app for app, _ in executor.loader.disk_migrations}
    newer = sorted(f"{app}.{name}" for app, name in strange if app in ours)
    if newer:
        raise Unfit(
            f"The database was migrated by a newer version of Storno ({newer[-1]}): "
            "run that version, or restore a backup made by this one."
        )
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _application_role() -> str:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT current_user")
        (role,) = cursor.fetchone()
    return str(role)
