"""`storno migrate`: bring the database and the rights on it to this version, all or nothing."""

import json

import click
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState
from django.db.models import BaseConstraint, Index

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
            if applied:
                _apply_all(connection)
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


class Models(ProjectState):
    """The models as they are at one migration; an index or a constraint makes none of them anew.

    Django would build every related model again for each, which is most of what a migration of an
    empty database costs: seconds. Only forwards: what is removed or altered Django does in its way.
    """

    def add_index(self, app_label: str, model_name: str, index: Index) -> None:
        """Know of one more index of a model."""
        self._add("indexes", app_label, model_name, index)

    def add_constraint(self, app_label: str, model_name: str, constraint: BaseConstraint) -> None:
        """Know of one more constraint of a model."""
        self._add("constraints", app_label, model_name, constraint)

    def _add(self, kind: str, app_label: str, model_name: str, added: object) -> None:
        options = self.models[app_label, model_name].options
        options[kind] = [*options[kind], added]
        if "apps" in vars(self):  # built already, as Django asks itself
            setattr(self.apps.get_model(app_label, model_name)._meta, kind, options[kind])


def _apply_all(connection: BaseDatabaseWrapper) -> None:
    """Apply what is pending as `manage.py migrate` does, and tell Django's own rooms of it."""
    executor = MigrationExecutor(connection)
    targets = executor.loader.graph.leaf_nodes()
    models = Models(real_apps=executor.loader.unmigrated_apps)
    for migration, _ in executor.migration_plan(targets, clean_start=True):
        if (migration.app_label, migration.name) in executor.loader.applied_migrations:
            migration.mutate_state(models, preserve=False)
    plan = executor.migration_plan(targets)
    emit_pre_migrate_signal(0, interactive=False, db=connection.alias, plan=plan)
    executor.migrate(targets, plan, models)
    emit_post_migrate_signal(0, interactive=False, db=connection.alias, plan=plan)


def _application_role() -> str:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT current_user")
        (role,) = cursor.fetchone()
    return str(role)
