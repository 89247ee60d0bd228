"""The database and the models say the same: whose rows they are, their keys, and who may do what.

What the models declare is compared with the catalogue of PostgreSQL; then everything forbidden is
tried, as the application's role.
"""

import re
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, models

from storno.clients.models import Client
from storno.core.ids import new_id
from storno.documents.models import Draft
from storno.history.models import Event
from storno.organizations.fences import qual_of
from storno.organizations.keys import TenantForeignKey, TenantKey, TenantReference
from storno.organizations.rights import (
    POLICY,
    conditions_of_sight,
    directory_models,
    tenant_models,
)
from storno.organizations.scope import scope
from storno.organizations.tenant import Rights, TenantModel
from tests.world import World, found

DIRECTORY = {
    # who signs in, and how
    "people_person",
    "people_remembered",
    "account_emailaddress",
    "account_emailconfirmation",
    "mfa_authenticator",
    "usersessions_usersession",
    "django_session",
    # what Django keeps of its models
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    # what is looked up before an organization is known
    "organizations_organization",
    "organizations_membership",
    "organizations_apitoken",
    "organizations_publiclink",
    "organizations_asked",
    "organizations_hookaddress",
    "staff_search",
    "staff_staff",
    "staff_visit",
    "support_reply",
    "support_service",
    "support_waiting",
    "diary_diaryfeed",
    "numbering_paymentreference",
    "numbering_receivingaccount",
}
"""The closed list: every other table belongs to one organization. No row here names anybody but
those who sign in."""

WRITE_ONCE = {
    "archive_file",
    "documents_document",
    "documents_line",
    "documents_taxsubtotal",
    "history_event",
    "ledger_transfer",
}
"""At least these the application can only add to."""

MIGRATIONS = {"django_migrations"}
"""Read by every process before it starts: is the database of this version?"""

PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")

TENANT = tenant_models()


def rows(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def table(model: type[models.Model]) -> str:
    return model._meta.db_table


def of_tables(found: list[type[TenantModel]]) -> Any:
    return pytest.mark.parametrize("model", found, ids=table)


@pytest.fixture(scope="module")
def world() -> World:
    """An organization with rows in its tables."""
    at = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)
    world = found()
    world.invoice(at=at)
    world.draft(at=at)
    return world


@pytest.fixture(scope="module")
def other() -> World:
    """Another organization, with rows of its own."""
    at = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)
    other = found()
    other.invoice(at=at)
    return other


# What is declared, and what the catalogue says.


def test_every_table_is_its_organizations_or_on_the_closed_list() -> None:
    tables = {name for (name,) in rows("SELECT tablename FROM pg_tables WHERE schemaname='public'")}
    assert {table(model) for model in directory_models()} == DIRECTORY
    assert tables == {table(model) for model in TENANT} | DIRECTORY | MIGRATIONS
    assert {table(model) for model in TENANT if model.rights is Rights.WRITE_ONCE} >= WRITE_ONCE


def test_the_application_owns_nothing_and_passes_no_policy() -> None:
    ((superuser, bypasses, creates_roles, creates_databases),) = rows(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles "
        "WHERE rolname = current_user"
    )
    assert (superuser, bypasses, creates_roles, creates_databases) == (False,) * 4
    owned = "SELECT relname FROM pg_class WHERE pg_has_role(current_user, relowner, 'MEMBER')"
    assert rows(owned) == []
    assert rows("SELECT has_schema_privilege('public', 'CREATE')") == [(False,)]


def test_every_tenant_table_has_its_policy_and_no_other_has_one() -> None:
    policies = rows(
        "SELECT tablename, policyname, permissive, roles::text[], cmd, qual, with_check "
        "FROM pg_policies ORDER BY tablename"
    )
    inside = "(organization_id = ( SELECT current_organization() AS current_organization))"
    assert policies == [
        (table(model), POLICY, "PERMISSIVE", ["public"], "ALL", qual_of(table(model)), inside)
        for model in TENANT
    ]
    narrowed = {table(model) for model in TENANT if qual_of(table(model)) != inside}
    assert narrowed == set(conditions_of_sight())
    enabled = rows("SELECT relname FROM pg_class WHERE relrowsecurity ORDER BY relname")
    assert enabled == [(table(model),) for model in TENANT]


@pytest.mark.parametrize("privilege", PRIVILEGES)
def test_the_application_has_exactly_the_rights_declared(privilege: str) -> None:
    """On tables, and on no single column either."""
    free = Rights.FREE.value.split(", ")
    expected = {table(model) for model in TENANT if privilege in model.rights.value.split(", ")}
    expected |= DIRECTORY if privilege in free else set()
    expected |= MIGRATIONS if privilege == "SELECT" else set()
    given = (
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm') "
        "AND relnamespace = 'public'::regnamespace AND "
    )
    on_table = "has_table_privilege(oid, %s)"
    assert {name for (name,) in rows(given + on_table, privilege)} == expected
    if privilege in ("SELECT", "INSERT", "UPDATE", "REFERENCES"):
        on_column = "has_any_column_privilege(oid, %s)"
        assert {name for (name,) in rows(given + on_column, privilege)} == expected


def test_functions_that_see_more_keep_their_path_and_are_not_for_everybody() -> None:
    careless = rows(
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace "
        "AND (proconfig IS NULL OR NOT proconfig::text LIKE '%%search_path%%' "
        "OR proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0))"
    )
    assert careless == []


def keys(model: type[TenantModel], kind: str) -> set[tuple[Any, ...]]:
    """The keys of a table: name, columns, table and columns referred to, rule, deferrable."""
    columns = (
        "(SELECT array_agg(attname::text ORDER BY place) FROM unnest(%s) WITH ORDINALITY "
        "AS part(number, place) JOIN pg_attribute ON attrelid = %s AND attnum = number)"
    )
    found = rows(
        f"SELECT conname, {columns % ('conkey', 'conrelid')}, confrelid::regclass::text, "
        f"{columns % ('confkey', 'confrelid')}, confdeltype, condeferrable "
        "FROM pg_constraint WHERE conrelid = %s::regclass AND contype = %s",
        table(model),
        kind,
    )
    return {
        (name, tuple(mine), target, tuple(theirs or ()), rule, deferrable)
        for name, mine, target, theirs, rule, deferrable in found
    }


@of_tables(TENANT)
def test_its_primary_key_begins_with_the_organization(model: type[TenantModel]) -> None:
    (declared,) = (each for each in model._meta.constraints if isinstance(each, TenantKey))
    assert {(name, mine, late) for name, mine, *_to, late in keys(model, "p")} == {
        (declared.name, ("organization_id", "id"), False)
    }


@of_tables(TENANT)
def test_its_references_stay_inside_the_organization(model: type[TenantModel]) -> None:
    """One composite key for each reference declared, one to the organization, and no other."""
    references = [each for each in model._meta.constraints if isinstance(each, TenantReference)]
    fields = [field for field in model._meta.fields if isinstance(field, TenantForeignKey)]
    assert {field.name for field in fields} <= {reference.field for reference in references}
    foreign = [field for field in model._meta.fields if isinstance(field, models.ForeignKey)]
    assert {field.name for field in foreign} == {field.name for field in fields} | {"organization"}
    expected: set[tuple[Any, ...]] = set()
    for reference in references:
        field = model._meta.get_field(reference.field)
        target = model._meta.apps.get_model(reference.to) if reference.to else field.related_model
        assert isinstance(field, models.Field)
        assert isinstance(target, type)
        assert issubclass(target, TenantModel)
        expected.add(
            (
                reference.name,
                ("organization_id", field.column),
                table(target),
                ("organization_id", "id"),
                "c" if reference.cascade else "a",
                False,
            )
        )
    (key,) = (each for each in model._meta.constraints if isinstance(each, TenantKey))
    owner = ("organization_id",), "organizations_organization", ("id",), "a", False
    assert keys(model, "f") == expected | {(f"{key.name}_is_owned", *owner)}


@of_tables(TENANT)
def test_what_is_unique_is_so_within_the_organization(model: type[TenantModel]) -> None:
    """Uniqueness over all organizations lives in the directory only."""
    unique = rows(
        "SELECT indexrelid::regclass::text, (SELECT array_agg(attname::text) FROM pg_attribute "
        "WHERE attrelid = indrelid AND attnum = ANY (indkey)) "
        "FROM pg_index WHERE indisunique AND indrelid = %s::regclass",
        table(model),
    )
    assert [name for name, columns in unique if "organization_id" not in columns] == []
    declared = [c for c in model._meta.constraints if isinstance(c, models.UniqueConstraint)]
    assert len(unique) == 1 + len(declared)


# What is forbidden, tried.


def refused(attempt: Callable[[], object], *, inside: World | None, words: str) -> None:
    """The database refuses, in the organization's scope or without any."""
    with scope(inside.id) if inside else nullcontext(), pytest.raises(ProgrammingError) as error:
        attempt()
    assert re.search(words, str(error.value)), str(error.value)


def execute(sql: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


@of_tables(TENANT)
def test_without_a_scope_nothing_is_read_or_written(model: type[TenantModel], world: World) -> None:
    attempts: list[Callable[[], object]] = [
        lambda: list(model._default_manager.all()),
        lambda: model._default_manager.filter(organization_id=world.id).count(),
        lambda: execute(
            f"SELECT count(*) FROM {table(model)} WHERE organization_id = %s", world.id
        ),
        lambda: execute(f"INSERT INTO {table(model)} SELECT * FROM {table(model)}"),
    ]
    for attempt in attempts:
        refused(attempt, inside=None, words="no organization in scope")


@of_tables(TENANT)
def test_a_scope_shows_its_own_rows_only(
    model: type[TenantModel], world: World, other: World
) -> None:
    with scope(world.id):
        assert not model._default_manager.exclude(organization_id=world.id).exists()
        assert not model._default_manager.filter(organization_id=other.id).exists()
        strangers = f"SELECT count(*) FROM {table(model)} WHERE organization_id <> %s"
        assert rows(strangers, world.id) == [(0,)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.organization', true)")
        assert cursor.fetchone() in [("",), (None,)]


@of_tables([model for model in TENANT if model.rights is Rights.WRITE_ONCE])
def test_what_is_written_once_stays(model: type[TenantModel], world: World) -> None:
    attempts: list[Callable[[], object]] = [
        lambda: model._default_manager.filter(organization_id=world.id).update(id=new_id()),
        lambda: model._default_manager.filter(organization_id=world.id).delete(),
        lambda: list(model._default_manager.select_for_update().all()),
        lambda: execute(f"UPDATE {table(model)} SET id = id"),
        lambda: execute(f"DELETE FROM {table(model)}"),
        lambda: execute(f"TRUNCATE {table(model)}"),
        lambda: execute(f"ALTER TABLE {table(model)} DISABLE ROW LEVEL SECURITY"),
    ]
    with scope(world.id):
        before = list(model._default_manager.values())
    for attempt in attempts:
        refused(attempt, inside=world, words="permission denied|must be owner")
    with scope(world.id):
        assert list(model._default_manager.values()) == before


@of_tables([model for model in TENANT if model.rights is Rights.KEPT])
def test_what_is_kept_is_never_deleted(model: type[TenantModel], world: World) -> None:
    attempts: list[Callable[[], object]] = [
        lambda: model._default_manager.filter(organization_id=world.id).delete(),
        lambda: execute(f"DELETE FROM {table(model)}"),
        lambda: execute(f"TRUNCATE {table(model)}"),
    ]
    for attempt in attempts:
        refused(attempt, inside=world, words="permission denied")


def test_no_row_is_given_to_another_organization(world: World, other: World) -> None:
    def give_away() -> None:
        Client.objects.filter(id=world.daisy.id).update(organization_id=other.id)

    def write_for_others() -> None:
        now = datetime(2026, 6, 16, tzinfo=UTC)
        Event.objects.create(organization_id=other.id, at=now, kind="x", subject_id=new_id())

    refused(give_away, inside=world, words="violates row-level security policy")
    refused(write_for_others, inside=world, words="violates row-level security policy")


def test_a_reference_to_anothers_row_is_refused(world: World, other: World) -> None:
    """Whatever the application believes: the key is of both columns."""
    with scope(world.id):
        draft = Draft.objects.get(organization_id=world.id)
    for stranger in (other.daisy.id, new_id()):
        with pytest.raises(IntegrityError, match="draft_recipient_is_a_client"), scope(world.id):
            Draft.objects.filter(id=draft.id).update(recipient_id=stranger)


def test_scopes_do_not_nest(world: World, other: World) -> None:
    with scope(world.id), pytest.raises(RuntimeError, match="durable"), scope(other.id):
        raise AssertionError("a scope within a scope")
