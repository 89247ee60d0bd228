"""The one clock: the database's, so that every process and every row agree on what "now" is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.db import connection


def _database_moment() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (moment,) = cursor.fetchone()
    assert isinstance(moment, datetime)
    return moment.astimezone(UTC)


_source: Callable[[], datetime] = _database_moment


def read_clock() -> datetime:
    """The present moment in UTC. Doors call it once per request and pass the answer down."""
    return _source()


@contextmanager
def clock_at(source: Callable[[], datetime]) -> Iterator[None]:
    """Replace the clock while the block runs, in every thread: for tests and demonstrations."""
    global _source
    previous, _source = _source, source
    try:
        yield
    finally:
        _source = previous
