"""Whether the fences stand in the database as the models say: rights, policies, functions.

The migration puts them up. Somebody may have granted, revoked or dropped since, so this is asked at
every start and by whoever asks whether Storno is ready.
"""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

from storno.organizations.rights import (
    POLICY,
    definer_functions,
    directory_models,
    tenant_models,
)

_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")

_INSIDE = "(organization_id = ( SELECT current_organization() AS current_organization))"
"""A policy's condition as PostgreSQL tells it."""

_HELD = """
SELECT table_.relname, right_.name
FROM pg_class table_, unnest(%s::text[]) right_(name)
WHERE table_.relnamespace = 'public'::regnamespace AND table_.relname = ANY (%s::name[])
  AND EXISTS (SELECT FROM pg_roles role_ WHERE pg_has_role(role_.oid, 'MEMBER')
    AND (has_table_privilege(role_.oid, table_.oid, right_.name)
      OR right_.name = 'UPDATE' AND has_any_column_privilege(role_.oid, table_.oid, right_.name)))
"""
"""What the application may do by itself, or by a role that it is a member of."""

_FENCED = """
SELECT table_.relname FROM pg_class table_
WHERE table_.relnamespace = 'public'::regnamespace AND table_.relname = ANY (%s::name[])
  AND table_.relrowsecurity
  AND (SELECT array_agg(ROW(policyname, permissive, roles, cmd, qual, with_check)::text)
    FROM pg_policies WHERE schemaname = 'public' AND tablename = table_.relname)
    = ARRAY[ROW(%s::name, 'PERMISSIVE', '{public}'::name[], 'ALL', %s::text, %s::text)::text]
"""
"""The tables that their one policy keeps apart by organization, and nothing else opens."""

_CALLABLE = """
SELECT proname FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND proname = ANY (%s::name[])
  AND has_function_privilege(oid, 'EXECUTE')
"""


def breaches(application: BaseDatabaseWrapper) -> list[str]:
    """What stands otherwise than the models say, in words for whoever runs the database.

    Asked as the application, on a migrated database.
    """
    return [*_rights(application), *_policies(application), *_functions(application)]


def _rights(application: BaseDatabaseWrapper) -> Iterator[str]:
    meant = {
        model._meta.db_table: frozenset(model.rights.value.split(", ")) for model in tenant_models()
    }
    directory = [model._meta.db_table for model in directory_models()]
    meant |= dict.fromkeys(directory, frozenset(_RIGHTS) - {"TRUNCATE"})
    held = _asked(application, _HELD, list(_RIGHTS), list(meant))
    for table, rights in sorted(meant.items()):
        for right in _RIGHTS:
            if right in rights and (table, right) not in held:
                yield f"{right} on {table} is missing"
            if right not in rights and (table, right) in held:
                yield f"{right} on {table} is too much"


def _policies(application: BaseDatabaseWrapper) -> Iterator[str]:
    tables = sorted(model._meta.db_table for model in tenant_models())
    fenced = _asked(application, _FENCED, tables, POLICY, _INSIDE, _INSIDE)
    for table in tables:
        if (table,) not in fenced:
            yield f"the policy of {table} is not the one"


def _functions(application: BaseDatabaseWrapper) -> Iterator[str]:
    names = sorted(definer_functions())
    callable_ = _asked(application, _CALLABLE, names)
    for name in names:
        if (name,) not in callable_:
            yield f"EXECUTE on {name} is missing"


def _asked(
    application: BaseDatabaseWrapper, query: str, *values: str | list[str]
) -> set[tuple[str, ...]]:
    with application.cursor() as cursor:
        cursor.execute(query, values)
        return set(cursor.fetchall())
