"""Reading letters, inside an open scope."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from storno.core.pages import Page, Place, checked_limit, page_of
from storno.core.refusals import Absent
from storno.mailroom.models import Letter, LetterState


def letters_of(
    organization_id: UUID, *, after: Place | None = None, limit: int = 50
) -> Page[Letter]:
    """A page of an organization's letters, the newest first. Raises Invalid."""
    letters = Letter.objects.filter(organization_id=organization_id)
    if after is not None:
        letters = letters.filter(id__lt=after.id)
    return page_of(
        letters.order_by("-id")[: checked_limit(limit) + 1],
        limit=limit,
        place=lambda letter: Place("", letter.id),
    )


def letters_about(subject_ids: Iterable[UUID], *, organization_id: UUID) -> list[Letter]:
    """All letters about some documents or other subjects, the oldest first."""
    return list(
        Letter.objects.filter(
            organization_id=organization_id, subject_id__in=list(subject_ids)
        ).order_by("id")
    )


def failed_letters(
    organization_id: UUID, *, but_for: Collection[str] = (), limit: int = 50
) -> list[Letter]:
    """Letters that somebody must see to, the newest first; some kinds may be left out."""
    failed = Letter.objects.filter(organization_id=organization_id, state=LetterState.FAILED)
    return list(failed.exclude(kind__in=but_for).order_by("-id")[: checked_limit(limit)])


def letter_of(letter_id: UUID, *, organization_id: UUID) -> Letter:
    """One letter. Raises Absent."""
    found = Letter.objects.filter(organization_id=organization_id, id=letter_id).first()
    if found is None:
        raise Absent
    return found


def organizations_with_due_letters(at: datetime) -> list[UUID]:
    """Who has letters that are due; ids only, asked outside of any scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organizations_with_due_letters(%s)", [at])
        return [id_ for (id_,) in cursor.fetchall()]
