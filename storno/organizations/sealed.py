"""Rows that vouch for themselves, with a hash over the columns that are written once.

A document is chained within its series and a posting is sealed as a whole; this is for the rows
that stand alone.
"""

import hashlib
from collections.abc import Mapping
from typing import ClassVar, TypeVar

from django.db import models

from storno.core.canonical import canonical, row_form
from storno.organizations.tenant import Rights, TenantModel


class Sealed(TenantModel):
    """A row with a `seal`: the SHA-256 over the columns that `FORMS` names for its `form`.

    A form that has sealed rows is never changed: a new column comes with a further form. Columns
    that the form leaves out may move, where the model's rights allow it.
    """

    rights = Rights.WRITE_ONCE

    FORMS: ClassVar[Mapping[int, tuple[str, ...]]]

    form = models.PositiveSmallIntegerField()
    seal = models.BinaryField(max_length=32)

    class Meta:
        abstract = True


Row = TypeVar("Row", bound=Sealed)


def sealed(row: Row) -> Row:
    """The row, made ready to be written: with its newest form and the seal that belongs to it."""
    row.form = max(row.FORMS)
    row.seal = seal_of(row)
    return row


def seal_of(row: Sealed) -> bytes:
    """The seal that belongs to a row. Raises KeyError for a form unknown to this release."""
    return hashlib.sha256(canonical(row_form(row, row.FORMS[row.form]))).digest()


def is_whole(row: Sealed) -> bool:
    """Whether a row is still what was sealed, in a form that this release knows."""
    return row.form in row.FORMS and bytes(row.seal) == seal_of(row)
