"""The form of every row that belongs to an organization."""

from enum import Enum
from typing import ClassVar

from django.db import models

from storno.core.ids import new_id


class Rights(Enum):
    """What the application's database role may do to a tenant table, as SQL privileges."""

    WRITE_ONCE = "SELECT, INSERT"
    KEPT = "SELECT, INSERT, UPDATE"
    FREE = "SELECT, INSERT, UPDATE, DELETE"


class TenantModel(models.Model):
    """A row of one organization: row-level security shows it inside that organization's scope only.

    `rights` says what the application may do to it; the database is told by `rights.py`. Each
    concrete model adds a `TenantKey` and a `TenantReference` for every `TenantForeignKey`.
    """

    rights: ClassVar[Rights] = Rights.FREE

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization",
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )

    class Meta:
        abstract = True
