"""Client money crosses from the operator's books to a seller's: two scopes in one transaction.

Nothing else changes the scope of an open transaction. Order of locks: what is the seller's, then
what is the operator's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

_ENTER = "SET LOCAL app.organization = %s"


@contextmanager
def crossing(organization_id: UUID, *, back_to: UUID) -> Iterator[None]:
    """See and write another organization's rows inside, and then those of `back_to` again.

    Where both are the same nothing changes. After an exception nothing of the transaction stands,
    so that nobody goes on in the wrong scope.
    """
    if organization_id == back_to:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, [str(organization_id)])
        try:
            yield
        except BaseException:
            transaction.set_rollback(True)
            raise
        cursor.execute(_ENTER, [str(back_to)])
