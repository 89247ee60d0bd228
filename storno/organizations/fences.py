"""Whether the fences stand in the database as the models say: rights, policies, functions.

The migration puts them up. Somebody may have granted, revoked or dropped since, so this is asked at
every start and by whoever asks whether Storno is ready.
"""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

from storno.organizations.rights import (
    CURRENT_ORGANIZATION,
    POLICY,
    WHOSE_CLIENTS,
    body_of,
    conditions_of_sight,
    definer_functions,
    directory_models,
    tenant_models,
)

_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")

_INSIDE = "(organization_id = ( SELECT current_organization() AS current_organization))"
"""A policy's condition as PostgreSQL tells it."""

_SEEN = f"({_INSIDE} AND ((( SELECT whose_clients() AS whose_clients) <> 'own'::text) OR %s))"
"""The same where not everybody sees all clients."""

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
SELECT table_.relname
FROM pg_class table_ JOIN unnest(%s::name[], %s::text[]) AS meant(name, qual)
  ON table_.relname = meant.name
WHERE table_.relnamespace = 'public'::regnamespace AND table_.relrowsecurity
  AND (SELECT array_agg(ROW(policyname, permissive, roles, cmd, qual, with_check)::text)
    FROM pg_policies WHERE schemaname = 'public' AND tablename = table_.relname)
    = ARRAY[ROW(%s::name, 'PERMISSIVE', '{public}'::name[], 'ALL', meant.qual, %s::text)::text]
"""
"""The tables that their one policy keeps apart by organization, and nothing else opens."""

_CALLABLE = """
SELECT proname, prosrc FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND proname = ANY (%s::name[])
  AND has_function_privilege(oid, 'EXECUTE')
"""

_WINDOWS = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')
  AND has_any_column_privilege(oid, 'SELECT')
  AND NOT EXISTS (SELECT FROM pg_depend
    WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
"""
"""The views that the application may read: they show what their owner sees, in every scope."""


def breaches(application: BaseDatabaseWrapper) -> list[str]:
    """What stands otherwise than the models say, in words for whoever runs the database.

    Asked as the application, on a migrated database.
    """
    return [
        *_rights(application),
        *_policies(application),
        *_functions(application),
        *_windows(application),
    ]


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
    fenced = _asked(
        application, _FENCED, tables, [qual_of(each) for each in tables], POLICY, _INSIDE
    )
    for table in tables:
        if (table,) not in fenced:
            yield f"the policy of {table} is not the one"


def qual_of(table: str) -> str:
    """The condition of a table's policy, as PostgreSQL tells it."""
    condition = conditions_of_sight().get(table)
    return _SEEN % condition if condition else _INSIDE


def _functions(application: BaseDatabaseWrapper) -> Iterator[str]:
    """The rooms' functions, and those that the policies lean on."""
    meant = {name: body_of(each) for name, each in definer_functions().items()}
    meant["current_organization"] = body_of(CURRENT_ORGANIZATION)
    meant["whose_clients"] = body_of(WHOSE_CLIENTS)
    callable_ = {row[0]: row[1] for row in _asked(application, _CALLABLE, sorted(meant))}
    for name, body in sorted(meant.items()):
        if name not in callable_:
            yield f"EXECUTE on {name} is missing"
        elif callable_[name] != body:
            yield f"the function {name} is not the one"


def _windows(application: BaseDatabaseWrapper) -> Iterator[str]:
    for (name,) in sorted(_asked(application, _WINDOWS)):
        yield f"the view {name} may be read"


def _asked(
    application: BaseDatabaseWrapper, query: str, *values: str | list[str]
) -> set[tuple[str, ...]]:
    with application.cursor() as cursor:
        cursor.execute(query, values)
        return set(cursor.fetchall())
