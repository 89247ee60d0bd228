"""The scope: one transaction that sees one organization's rows and nobody else's."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import connection, transaction

from storno.organizations.roles import Actor

_GATHER = """
SELECT set_config('app.clients_in_sight', ARRAY(SELECT clients_in_sight())::text, true) IS NULL
"""
"""Once, and not for each statement: what only reads asks many. The ids stay in the database."""

_limit: ContextVar[UUID | None] = ContextVar("limit", default=None)
"""Whose clients alone the open scope shows; None where it shows all."""


@contextmanager
def scope(organization_id: UUID, *, clients_of: UUID | None = None) -> Iterator[None]:
    """Open the one transaction in which this organization's rows can be seen and written.

    `clients_of`: of its clients, and of what bears on them, only those that this person sees (see
    `storno.sight`). The settings live exactly as long as the transaction, so a pooled connection
    never carries them to the next user. Scopes do not nest: a second one inside raises RuntimeError
    (`durable`).
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL app.organization = %s", [str(organization_id)])
            if clients_of is not None:
                cursor.execute("SET LOCAL app.clients_of = %s", [str(clients_of)])
                cursor.execute(_GATHER)
        limit = _limit.set(clients_of)
        try:
            yield
        finally:
            _limit.reset(limit)


@contextmanager
def unlimited() -> Iterator[None]:
    """Read all clients' rows within the open scope: for what a deed decides by, never to be told.

    Whether a session is billed already does not depend on who asks. After an exception inside
    nothing of the transaction stands, so no limit stays lifted.
    """
    clients_of = _limit.get()
    if clients_of is None:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.clients_of = ''")
        try:
            yield
        except BaseException:
            transaction.set_rollback(True)
            raise
        cursor.execute("SET LOCAL app.clients_of = %s", [str(clients_of)])


def scope_of(who: Actor) -> AbstractContextManager[None]:
    """The scope in which an actor reads and acts: what they may not see is not there."""
    return scope(who.organization_id, clients_of=who.clients_of)
