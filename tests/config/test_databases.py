"""The log-ins: a restart of the database fails nobody's next request."""

import os

import psycopg
from django.db import connection
from psycopg.conninfo import make_conninfo

from storno.clients.models import Client
from storno.organizations.scope import scope
from storno.postgres.settle import APPLICATION_ROLE, SUPERUSER_ROLE
from tests.world import found


def test_a_connection_that_died_in_the_pool_is_not_used() -> None:
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
