"""Changing rows behind Storno's back, as the owner, and taking it all back afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import connections, models, transaction

from storno.clients.models import ConsentText, Look
from storno.documents import seal as documents_seal
from storno.documents.models import Document, Line, Standing, TaxSubtotal
from storno.ledger import post
from storno.ledger.models import Transfer
from storno.mailroom.models import Letter
from storno.numbering.models import Series
from storno.numbering.take import NO_SEAL
from storno.organizations.rights import tenant_models
from storno.organizations.sealed import Sealed, sealed
from storno.organizations.tenant import Rights, TenantModel
from storno.support.models import Attachment, Message

OF_CLIENTS: frozenset[type[TenantModel]] = frozenset({Attachment, ConsentText, Look, Message})
"""Written once as well, but no books: they go in time, and nothing is derived from them."""

GUARDED: tuple[type[TenantModel], ...] = (
    *(
        model
        for model in tenant_models()
        if model.rights is Rights.WRITE_ONCE and model not in OF_CLIENTS
    ),
    Letter,
    Standing,
    Series,
)
"""The tables that are proven: all books that are written once, and what moves along with them."""


def vouched_for(model: type[TenantModel]) -> list[Any]:
    """The columns that are proven: all, or those that are sealed in a row that moves on."""
    fields = model._meta.concrete_fields
    if model.rights is Rights.WRITE_ONCE or not issubclass(model, Sealed):
        return list(fields)
    names = {"seal", *model.FORMS[max(model.FORMS)]}
    return [field for field in fields if field.attname in names]


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_CONSTRAINTS = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
FROM pg_constraint JOIN pg_namespace ON pg_namespace.oid = connamespace
WHERE nspname = 'public' AND contype IN ('f', 'c', 'u') ORDER BY contype = 'f' DESC
"""


@contextmanager
def behind_its_back() -> Iterator[None]:
    """As the owner, without any constraint that would hinder; all is undone at the end."""
    with transaction.atomic(using="owner"):
        with connections["owner"].cursor() as cursor:
            cursor.execute(_CONSTRAINTS)
            for (statement,) in cursor.fetchall():
                cursor.execute(statement)
        yield
        transaction.set_rollback(True, using="owner")


@contextmanager
def once() -> Iterator[None]:
    """One mischief among several: undone before the next."""
    with transaction.atomic(using="owner"):
        mark = transaction.savepoint(using="owner")
        yield
        transaction.savepoint_rollback(mark, using="owner")


def rows(model: type[TenantModel], organization_id: UUID) -> Any:
    """All rows of a table in an organization, as the owner sees them."""
    return model._meta.default_manager.using("owner").filter(  # type: ignore[union-attr]
        organization_id=organization_id
    )


def other(field: Any, value: Any, *, neighbour: UUID) -> Any:
    """Another value that the column could hold, as near to this one as can be."""
    if field.name == "organization":
        return neighbour
    if field.choices:
        return next(choice for choice, _name in field.choices if choice != value)
    return next(change for type_, change in _CHANGES if isinstance(field, type_))(field, value)


_CHANGES: tuple[tuple[type, Callable[[Any, Any], Any]], ...] = (
    (models.UUIDField, lambda field, value: uuid4()),
    (models.ForeignKey, lambda field, value: uuid4()),
    (models.DateTimeField, lambda field, value: (value or EPOCH) + timedelta(microseconds=1)),
    (models.DateField, lambda field, value: (value or EPOCH.date()) + timedelta(days=1)),
    (models.BooleanField, lambda field, value: not value),
    (models.IntegerField, lambda field, value: value + 1),
    (models.DecimalField, lambda field, value: value + Decimal(1).scaleb(-field.decimal_places)),
    (models.BinaryField, lambda field, value: bytes(value)[:-1] + bytes([value[-1] ^ 1])),
    (models.JSONField, lambda field, value: {**(value or {}), "": 0}),
    (models.CharField, lambda field, value: f"{value[: field.max_length - 1]}."),
)


def reseal(organization_id: UUID) -> None:
    """What a forger with time would do: seal everything anew, so that only its sense is wrong."""
    for series in rows(Series, organization_id):
        head = NO_SEAL
        for document in (
            rows(Document, organization_id).filter(series_id=series.id).order_by("sequence")
        ):
            of_it = {"document_id": document.id}
            document.previous_seal = head
            document.seal = head = documents_seal.seal_of(
                document,
                rows(Line, organization_id).filter(**of_it).order_by("position"),
                rows(TaxSubtotal, organization_id).filter(**of_it).order_by("position"),
            )
            document.save(using="owner")
        rows(Series, organization_id).filter(id=series.id).update(head=head)
    postings: dict[UUID, list[Transfer]] = {}
    for transfer in rows(Transfer, organization_id).order_by("posting_id", "position"):
        postings.setdefault(transfer.posting_id, []).append(transfer)
    for source_id, transfers in postings.items():
        seal = post.seal_of(transfers)
        rows(Transfer, organization_id).filter(posting_id=source_id).update(seal=seal)
    for model in tenant_models():
        if not issubclass(model, Sealed):
            continue
        for row in rows(model, organization_id):
            sealed(row).save(using="owner")
