"""Lawful erasure: what is personal in a document goes when the law no longer asks for it.

Statutory books come before the right to erasure (GDPR art. 17(3)(b)) until `retain_until` is over
(KPL 2:10, bokføringsloven § 13); then the particulars with their salt, the files and the letters
go, and an `Erasure` stays. Number, date, amounts and seal are kept: they name nobody.

The application may not delete any of it. The one way is the database's function `erase_document`
(erase.sql), which looks at `retain_until` itself and at no clock ahead of its own.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from storno.documents.models import Document, Erasure
from storno.history.record import Happening, record
from storno.organizations.queries import day_of, seller_of
from storno.organizations.roles import system
from storno.organizations.scope import scope

BATCH = 250


@dataclass(frozen=True)
class DocumentErased(Happening):
    """The time for which a document had to be kept was over, and its personal parts were erased."""

    kind: ClassVar = "document.erased"
    sentence: ClassVar = _("The personal parts of %(number)s were erased: their time was over.")
    number: str


def erase_expired(organization_id: UUID, *, at: datetime) -> int:
    """Erase all documents of an organization whose time is over; return how many there were.

    Goes in batches, each a transaction of its own; what is erased already is passed over.
    """
    erased = 0
    while batch := _erase_batch(organization_id, at):
        erased += batch
    return erased


def _erase_batch(organization_id: UUID, at: datetime) -> int:
    with scope(organization_id):
        today = day_of(seller_of(organization_id), at)
        expired = list(
            Document.objects.filter(organization_id=organization_id, retain_until__lt=today)
            .exclude(
                Exists(
                    Erasure.objects.filter(
                        organization_id=organization_id, document_id=OuterRef("id")
                    )
                )
            )
            .order_by("id")
            .only("id", "organization_id", "number", "corrects_id")[:BATCH]
        )
        for document in expired:
            _erase(document, at)
        return len(expired)


def _erase(document: Document, at: datetime) -> None:
    """Erase one document and write it into history, at the moment that its record bears."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_document(%s, %s)", [document.id, at])
        (erased_at,) = cursor.fetchone()
    if erased_at is not None:
        record(
            DocumentErased(number=document.number),
            subject_id=document.invoice_id,
            who=system(document.organization_id),
            at=erased_at,
        )
