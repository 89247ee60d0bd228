"""Writing rows with few words on the wire.

A statement here is the same for one row and for a thousand, so the database plans it once, where
`bulk_create` makes a longer one for each number of rows.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

from django.db import connection, models
from psycopg import sql

Row = TypeVar("Row", bound=models.Model)


FEW = 8
"""So many rows are written out one by one; of more, each column goes as one array."""


def insert(new: Iterable[Row]) -> list[Row]:
    """Insert new rows of one table with one statement, each with all its columns; return them.

    Raises IntegrityError. Of columns that are arrays themselves, only a few rows can be written.
    """
    rows = list(new)
    if not rows:
        return rows
    fields = rows[0]._meta.concrete_fields
    columns = [
        [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows]
        for field in fields
    ]
    with connection.cursor() as cursor:
        if len(rows) > FEW:
            cursor.execute(_of_arrays(type(rows[0])), columns)
        else:
            values = [value for row in zip(*columns, strict=True) for value in row]
            cursor.execute(_of_values(type(rows[0]), len(rows)), values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias
    return rows


def rewrite(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these columns of many locked rows of one organization, all sent before any answer.

    One statement for all of them would be planned by statistics, which know nothing yet of rows
    that have just come by the thousand; each of these goes by its key.
    """
    if not rows:
        return
    model = type(rows[0])
    by_name = {each.name: each for each in model._meta.concrete_fields}
    fields = [by_name[name] for name in names]
    columns = [
        [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows]
        for field in [*fields, by_name["organization"], by_name["id"]]
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            _rewriting(model, tuple(str(field.column) for field in fields)),
            list(zip(*columns, strict=True)),
        )


@contextmanager
def sent_together() -> Iterator[None]:
    """Send what the block writes without waiting for each answer; its end waits for all of them.

    An error is raised where an answer is next awaited, at the end of the block at the latest, as
    the same exception. A read in the block is answered at once; how many rows a statement changed
    is not known in it, so rows that exist are changed by `update` there, and not by `save`. For
    blocks that nobody recovers from in the middle: the first error is the end of the transaction.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


@cache
def _of_values(model: type[models.Model], count: int) -> str:
    row = sql.SQL("({})").format(
        sql.SQL(", ").join([sql.Placeholder()] * len(model._meta.concrete_fields))
    )
    return _into(model, sql.SQL("VALUES {}").format(sql.SQL(", ").join([row] * count)))


@cache
def _of_arrays(model: type[models.Model]) -> str:
    # Without its length, for an array would cut a text that is too long instead of refusing it.
    types = [
        str(field.db_type(connection)).partition("(")[0] for field in model._meta.concrete_fields
    ]
    arrays = sql.SQL(", ").join(sql.SQL("%s::{}[]").format(sql.SQL(each)) for each in types)
    return _into(model, sql.SQL("SELECT * FROM unnest({})").format(arrays))


@cache
def _rewriting(model: type[models.Model], names: tuple[str, ...]) -> str:
    changes = [sql.SQL("{} = %s").format(sql.Identifier(name)) for name in names]
    return (
        sql.SQL("UPDATE {} SET {} WHERE organization_id = %s AND id = %s")
        .format(sql.Identifier(model._meta.db_table), sql.SQL(", ").join(changes))
        .as_string()
    )


def _into(model: type[models.Model], rows: sql.Composed) -> str:
    columns = [sql.Identifier(str(field.column)) for field in model._meta.concrete_fields]
    return (
        sql.SQL("INSERT INTO {} ({}) {}")
        .format(sql.Identifier(model._meta.db_table), sql.SQL(", ").join(columns), rows)
        .as_string()
    )
