"""Documents as PDF: the issued ones once and for all, the others for looking at.

All of it inside an open scope, unless it says otherwise.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import cast
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from storno.archive.file import fetch, put_on_file
from storno.archive.models import File, FileKind
from storno.clients.models import Client, ClientKind
from storno.core.refusals import Refused
from storno.documents.draft import entered_in
from storno.documents.elsewhere import must_be_ours
from storno.documents.freeze import Content
from storno.documents.models import Document, Draft, Kind, Particulars
from storno.documents.prepare import draft_content, on_leaving
from storno.documents.queries import whole_document
from storno.documents.typeset import issued_paper, unissued_paper
from storno.organizations.queries import circumstances
from storno.printing.labels import WORDS, Language
from storno.printing.paper import Paper
from storno.printing.render import render

RECENT = timedelta(hours=1)
"""How long after its issue a document is rendered ahead of the first click."""

_UNSAFE = re.compile(r"[^\w.-]+")


class ErasedLawfully(Refused):
    """The document's personal parts are gone, so it cannot be shown any more."""

    code = "erased_lawfully"
    message = _("What this document said was erased when its retention period was over.")
    remedy = _("Its number, date and amounts are kept; nothing can bring the rest back.")


def is_erased(document_id: UUID, *, organization_id: UUID) -> bool:
    """Whether the personal parts of a document are gone."""
    return not Particulars.objects.filter(
        organization_id=organization_id, document_id=document_id
    ).exists()


def paper_of(document_id: UUID, *, organization_id: UUID) -> Paper:
    """An issued document as it is printed. Raises Absent, ErasedLawfully."""
    whole = whole_document(document_id, organization_id)
    if not whole.parts:
        raise ErasedLawfully
    return issued_paper(whole)


def pdf_of(document_id: UUID, *, organization_id: UUID) -> bytes:
    """The PDF of an issued document: the one on file, or made now and put there.

    It bears the moment of issue, so it comes out the same whenever it is made.
    Raises Absent, ErasedLawfully.
    """
    on_file = fetch(document_id, FileKind.PDF, organization_id=organization_id)
    if on_file is not None:
        return on_file
    whole = whole_document(document_id, organization_id)
    if not whole.parts:
        raise ErasedLawfully
    issued_at = whole.document.issued_at
    content = render(issued_paper(whole), timestamp=issued_at)
    return put_on_file(
        document_id, FileKind.PDF, content, organization_id=organization_id, at=issued_at
    )


def organizations_without_papers(at: datetime) -> list[UUID]:
    """Who has documents of the last hour without a PDF; ids only, asked outside of any scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organizations_without_papers(%s)", [at])
        return [id_ for (id_,) in cursor.fetchall()]


def recent_without_pdf(organization_id: UUID, *, at: datetime, limit: int) -> Sequence[UUID]:
    """Documents of the last hour that have no PDF on file yet, the oldest first."""
    files = File.objects.filter(
        organization_id=organization_id, kind=FileKind.PDF, subject_id=OuterRef("id")
    )
    return list(
        Document.objects.filter(
            organization_id=organization_id,
            issued_on__gte=(at - RECENT).date() - timedelta(days=1),
            issued_at__gt=at - RECENT,
        )
        .exclude(Exists(files))
        .order_by("id")
        .values_list("id", flat=True)[:limit]
    )


def preview_of_draft(draft: Draft, *, at: datetime) -> bytes:
    """A draft as PDF, marked as one; what is still missing in it stays blank.

    Raises InvoicedElsewhere: a record is no paper.
    """
    must_be_ours(draft)
    now = on_leaving(draft, circumstances(draft.organization_id, at))
    # An unfinished draft is for nobody yet: a client that is never saved stands in.
    recipient = draft.recipient or Client(kind=ClientKind.PERSON)
    content = draft_content(draft, entered_in(draft).lines, recipient, now)
    return render(unissued_paper(content, "draft", on=now.today), timestamp=draft.changed_at)


def pending_pdf(content: Content, *, on: date, at: datetime) -> bytes:
    """A paper that is still to be issued as PDF, without a number and marked as pending."""
    return render(unissued_paper(content, "pending", on=on), timestamp=at)


def file_name(document: Document) -> str:
    """What the PDF is called where it is saved: Lasku-2026-0001.pdf."""
    words = WORDS[cast(Language, document.language)]
    title = words.invoice if document.kind == Kind.INVOICE else words.credit_note
    return name_of_file(title, document.number)


def name_of_file(title: str, number: str) -> str:
    """What a paper of this title is called where it is saved."""
    return f"{_UNSAFE.sub('-', f'{title.capitalize()}-{number}')}.pdf"
