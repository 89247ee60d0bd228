"""Writing rows with few words on the wire.

A statement here is the same for one row and for a thousand, so the database plans it once, where
`bulk_create` makes a longer one for each number of rows.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeAlias, TypeVar

from django.db import connection, connections, models
from psycopg import sql

Row = TypeVar("Row", bound=models.Model)
Columns: TypeAlias = "Iterable[models.Field[Any, Any]]"


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
    columns = _columns(rows, fields)
    with connection.cursor() as cursor:
        if len(rows) > FEW:
            cursor.execute(_of_arrays(type(rows[0])), columns)
        else:
            values = [value for row in zip(*columns, strict=True) for value in row]
            cursor.execute(_of_values(type(rows[0]), len(rows)), values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias
    return rows


def _columns(rows: Sequence[models.Model], fields: Columns) -> list[list[Any]]:
    """The values of rows by their columns, as the database takes them."""
    database = connections[connection.alias]  # itself, or it is looked up for each value anew
    return [
        [field.get_db_prep_save(getattr(row, field.attname), database) for row in rows]
        for field in fields
    ]


SOME = 100
"""So many rows are changed by one statement. Of rows that have just come by the thousand there are
no statistics yet, and what is planned without compares each new value with each row."""


def rewrite(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these columns of many locked rows of one organization."""
    for first in range(0, len(rows), SOME):
        some = rows[first : first + SOME]
        by_name = {each.name: each for each in some[0]._meta.concrete_fields}
        fields = [by_name["id"], *(by_name[name] for name in names)]
        columns = _columns(some, fields)
        (organization_id,) = {getattr(row, by_name["organization"].attname) for row in some}
        with connection.cursor() as cursor:
            cursor.execute(
                _rewriting(type(some[0]), tuple(names)), [*columns, organization_id, columns[0]]
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
    types = _types(model._meta.concrete_fields)
    arrays = sql.SQL(", ").join(sql.SQL("%s::{}[]").format(each) for each in types)
    return _into(model, sql.SQL("SELECT * FROM unnest({})").format(arrays))


@cache
def _rewriting(model: type[models.Model], names: tuple[str, ...]) -> str:
    by_name = {each.name: each for each in model._meta.concrete_fields}
    fields = [by_name[name] for name in ("id", *names)]
    columns = [sql.Identifier(str(each.column)) for each in fields]
    return (
        sql.SQL(
            "UPDATE {} AS kept SET {} FROM unnest({}) AS new ({}) "
            "WHERE kept.organization_id = %s AND kept.id = ANY(%s::uuid[]) AND kept.id = new.id"
        )
        .format(
            sql.Identifier(model._meta.db_table),
            sql.SQL(", ").join(sql.SQL("{0} = new.{0}").format(each) for each in columns[1:]),
            sql.SQL(", ").join(sql.SQL("%s::{}[]").format(each) for each in _types(fields)),
            sql.SQL(", ").join(columns),
        )
        .as_string()
    )


def _types(fields: Columns) -> Iterator[sql.SQL]:
    """The types of columns in the database.

    Without its length, for an array would cut a text that is too long instead of refusing it.
    """
    for each in fields:
        yield sql.SQL(str(each.db_type(connection)).partition("(")[0])


def _into(model: type[models.Model], rows: sql.Composed) -> str:
    columns = [sql.Identifier(str(field.column)) for field in model._meta.concrete_fields]
    return (
        sql.SQL("INSERT INTO {} ({}) {}")
        .format(sql.Identifier(model._meta.db_table), sql.SQL(", ").join(columns), rows)
        .as_string()
    )
