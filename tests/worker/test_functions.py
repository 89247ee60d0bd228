"""The functions that run with the owner's rights are those that the code names, and no others."""

import re
from datetime import datetime, timedelta

import psycopg
import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, connections

from storno.cli.migrate import migrate
from storno.corrections.finalise import finalise_draft
from storno.documents.files import organizations_without_papers, pdf_of
from storno.documents.queries import organizations_with_due_drafts
from storno.mailroom.queries import organizations_with_due_letters
from storno.organizations.scope import scope
from tests.world import found

CATALOGUE = """
SELECT proname, prosecdef, has_function_privilege(%s, oid, 'EXECUTE'),
  proconfig[1] IN ('search_path=pg_catalog, public, pg_temp', 'search_path=public, pg_temp')
FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef
"""


def catalogue() -> set[tuple[object, ...]]:
    """The functions with the owner's rights: name, definer, grant, and a path of their own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (application,) = cursor.fetchone()
    with connections["owner"].cursor() as owner:
        owner.execute(CATALOGUE, [application])
        return set(owner.fetchall())


def declared() -> set[tuple[object, ...]]:
    """The functions that the rooms name."""
    statements = [
        statement for room in apps.get_app_configs() for statement in getattr(room, "functions", ())
    ]
    names = [re.match(r"CREATE OR REPLACE FUNCTION (\w+)", each) for each in statements]
    return {(name[1], True, True, True) for name in names if name}


def test_the_catalogue_has_what_the_code_names() -> None:
    assert catalogue() == declared()
    assert ("organizations_with_due_drafts", True, True, True) in declared()


def test_a_function_that_the_code_no_longer_has_is_gone_after_migrating() -> None:
    with connections["owner"].cursor() as owner:
        owner.execute(
            "CREATE FUNCTION left_over(which int) RETURNS int LANGUAGE sql SECURITY DEFINER "
            "SET search_path = public, pg_temp AS 'SELECT 1'"
        )
    assert catalogue() - declared() == {("left_over", True, True, True)}
    migrate()
    assert catalogue() == declared()


def test_the_application_cannot_look_across_by_itself(at: datetime) -> None:
    for table in ("documents_draft", "mailroom_letter", "documents_document"):
        with pytest.raises((ProgrammingError, psycopg.Error)), connection.cursor() as cursor:
            cursor.execute(f"SELECT organization_id FROM {table}")


def test_due_drafts(at: datetime) -> None:
    world = found(hold_seconds=1200)
    draft = world.draft(at=at)
    finalise_draft(draft.id, who=world.who(), at=at)
    due = at + timedelta(seconds=1200)
    assert world.id not in organizations_with_due_drafts(due - timedelta(seconds=1))
    assert organizations_with_due_drafts(due).count(world.id) == 1


def test_due_letters(at: datetime) -> None:
    world = found(hold_seconds=0)
    for _number in range(2):
        world.invoice(at=at)
    before = at - timedelta(seconds=1)
    assert world.id not in organizations_with_due_letters(before)
    assert organizations_with_due_letters(at).count(world.id) == 1


def test_papers_to_set(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    assert organizations_without_papers(at).count(world.id) == 1
    assert world.id not in organizations_without_papers(at + timedelta(hours=1))
    with scope(world.id):
        pdf_of(invoice.id, organization_id=world.id)
    assert world.id not in organizations_without_papers(at)
