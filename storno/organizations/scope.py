"""The scope: one transaction that sees one organization's rows and nobody else's."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction


@contextmanager
def scope(organization_id: UUID) -> Iterator[None]:
    """Open the one transaction in which this organization's rows can be seen and written.

    The setting lives exactly as long as the transaction, so a pooled connection never carries it to
    the next user. Scopes do not nest: a second one inside raises RuntimeError (`durable`).
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL app.organization = %s", [str(organization_id)])
        yield
