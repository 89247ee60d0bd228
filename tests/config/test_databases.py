"""The log-ins: a restart of the database fails nobody's next request."""

import os

import psycopg
import pytest
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg.conninfo import make_conninfo

from storno.clients.models import Client
from storno.config.databases import databases
from storno.core.environment import Environment, WrongEnvironment
from storno.organizations.scope import scope
from storno.postgres.settle import APPLICATION_ROLE, SUPERUSER_ROLE
from tests.world import found


def test_a_connection_that_died_in_the_pool_is_not_used() -> None:
    connection = connections["default"]
    assert isinstance(connection, DatabaseWrapper)
    connection.close()
    connection.close_pool()
    world = found()
    connection.close()
    superuser = make_conninfo(os.environ["STORNO_OWNER_DATABASE_URL"], user=SUPERUSER_ROLE)
    with psycopg.connect(superuser) as other:
        ended = other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s",
            [APPLICATION_ROLE],
        ).fetchall()
    assert ended
    with scope(world.id):
        assert Client.objects.filter(organization_id=world.id).count() == 1


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:secret@host:5432/%zz",
        "postgresql://me:secret@host/storno?nonsense=1",
        "postgresql://me:secret@host",
        "postgresql://me:secret@[::1/storno",
    ],
)
def test_an_address_that_is_none_is_refused_without_its_password(url: str) -> None:
    good = "postgresql://me@host/storno"
    for name, variables in (
        ("STORNO_DATABASE_URL", {"STORNO_DATABASE_URL": url}),
        (
            "STORNO_OWNER_DATABASE_URL",
            {"STORNO_DATABASE_URL": good, "STORNO_OWNER_DATABASE_URL": url},
        ),
    ):
        with pytest.raises(WrongEnvironment) as refused:
            databases(Environment.from_mapping(variables))
        assert str(refused.value) == (
            f"{name} must look like postgresql://user:password@host:5432/storno; "
            "%-encode odd characters."
        )
