"""Who may do what in the database: policies, grants and functions, after each migration.

Run by the owner. Everything here can be run again at any time and ends in the same state. One test
compares the catalogue of the database with the models.
"""

import re
from collections.abc import Iterable

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from storno.organizations.tenant import TenantModel

CURRENT_ORGANIZATION = """
CREATE OR REPLACE FUNCTION current_organization() RETURNS uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
DECLARE
  organization uuid := nullif(current_setting('app.organization', true), '')::uuid;
BEGIN
  IF organization IS NULL THEN
    RAISE EXCEPTION 'no organization in scope' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN organization;
END $$
"""

WHOSE_CLIENTS = """
CREATE OR REPLACE FUNCTION whose_clients() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
  SELECT CASE coalesce(current_setting('app.clients_of', true), '')
    WHEN '' THEN 'all' ELSE 'own' END
$$
"""
"""Asked once a statement. The planner takes it for nearly certain that something is not equal, so
that whoever sees all clients gets the plans of a table without this condition."""

POLICY = "only_within_its_organization"


def tenant_models() -> list[type[TenantModel]]:
    """All concrete tenant models, in the order of their tables' names."""
    found = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    return sorted(found, key=lambda model: model._meta.db_table)


def directory_models() -> list[type[models.Model]]:
    """All other models with a table: what must be found before an organization is known."""
    found = [
        model
        for model in apps.get_models(include_auto_created=True)
        if not issubclass(model, TenantModel) and model._meta.managed
    ]
    return sorted(found, key=lambda model: model._meta.db_table)


def _tenant_statements(model: type[TenantModel], application_role: str) -> Iterable[str]:
    table = model._meta.db_table
    inside = "organization_id = (SELECT current_organization())"
    condition = conditions_of_sight().get(table)
    seen = f" AND ((SELECT whose_clients()) <> 'own' OR {condition})" if condition else ""
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
    yield f'CREATE POLICY {POLICY} ON "{table}" USING ({inside}{seen}) WITH CHECK ({inside})'
    yield f'REVOKE ALL ON "{table}" FROM PUBLIC, "{application_role}"'
    yield f'GRANT {model.rights.value} ON "{table}" TO "{application_role}"'


DROP_POLICIES = """
DO $$
DECLARE
  former record;
BEGIN
  FOR former IN SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public' LOOP
    EXECUTE format('DROP POLICY %I ON %I', former.policyname, former.tablename);
  END LOOP;
END $$
"""
"""One policy too many opens a table as wide as one that is missing: what one allows is allowed."""

DROP_FORMER_FUNCTIONS = """
DO $$
DECLARE
  former regprocedure;
BEGIN
  FOR former IN
    SELECT oid FROM pg_proc
    WHERE prosecdef AND pronamespace = 'public'::regnamespace AND proowner = current_user::regrole
  LOOP
    EXECUTE 'DROP FUNCTION ' || former;
  END LOOP;
END $$
"""
"""What the code no longer has must not stay behind with the owner's rights."""


def _function_statements(application_role: str) -> Iterable[str]:
    """The functions that the rooms' `AppConfig.functions` create: theirs alone is the way to do it.

    They run with the owner's rights (SECURITY DEFINER), so each takes the organization from the
    scope and nobody but the application may call it.
    """
    yield DROP_FORMER_FUNCTIONS
    for name, statement in definer_functions().items():
        yield statement
        yield f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC"
        yield f'GRANT EXECUTE ON FUNCTION {name} TO "{application_role}"'


def definer_functions() -> dict[str, str]:
    """The statements that create the rooms' functions, by the names of these."""
    found = {}
    for room in apps.get_app_configs():
        for statement in getattr(room, "functions", ()):
            created = re.match(r"CREATE OR REPLACE FUNCTION (\w+)", statement)
            assert created, f"a function of {room.label} cannot be created twice"
            found[created[1]] = statement
    return found


def conditions_of_sight() -> dict[str, str]:
    """What a row must fulfil to be seen by who sees their own clients only, by table."""
    return {
        table: condition
        for room in apps.get_app_configs()
        for table, condition in getattr(room, "conditions", {}).items()
    }


def body_of(statement: str) -> str:
    """What a function does, of the statement that creates it: all between its dollar signs."""
    return statement.split("$$")[1]


def rights_statements(application_role: str) -> list[str]:
    """All statements that bring policies and grants in line with the models."""
    statements = [
        CURRENT_ORGANIZATION,
        WHOSE_CLIENTS,
        DROP_POLICIES,
        f'GRANT USAGE ON SCHEMA public TO "{application_role}"',
        f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{application_role}"',
    ]
    for directory in directory_models():
        table = directory._meta.db_table
        statements.append(f'REVOKE ALL ON "{table}" FROM PUBLIC, "{application_role}"')
        statements.append(
            f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO "{application_role}"'
        )
    statements.extend(_function_statements(application_role))  # policies call some of them
    for model in tenant_models():
        statements.extend(_tenant_statements(model, application_role))
    return statements


def apply_rights(owner: BaseDatabaseWrapper, application_role: str) -> None:
    """Bring the rights of a migrated database in line with the models, in one transaction."""
    with owner.cursor() as cursor:
        cursor.execute(";\n".join(rights_statements(application_role)))
