"""Reading notices, inside an open scope."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storno.documents.issue import TO_RECIPIENTS
from storno.documents.models import Standing
from storno.mailroom.models import Letter
from storno.notices.models import Notice, NoticeState
from storno.notices.send import blockers_of_notice


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice with its letters, one to each address."""

    notice: Notice
    letters: tuple[Letter, ...]


def notices_of(invoice_id: UUID, organization_id: UUID) -> list[NoticeRow]:
    """The notices of an invoice, sent and planned, the oldest first."""
    mine = Notice.objects.filter(organization_id=organization_id, invoice_id=invoice_id)
    notices = list(mine.order_by("due_at", "id"))
    moments = [notice.sent_at for notice in notices if notice.sent_at]
    letters = (
        Letter.objects.filter(
            organization_id=organization_id,
            subject_id=invoice_id,
            kind__in=TO_RECIPIENTS,
            queued_at__in=moments,
        ).order_by("id")
        if moments
        else ()
    )
    return with_letters(notices, list(letters))


def with_letters(notices: Sequence[Notice], letters: Collection[Letter]) -> list[NoticeRow]:
    """Notices of one invoice with their letters, out of all that are about it."""
    return [
        NoticeRow(
            notice,
            tuple(
                letter
                for letter in letters
                if letter.kind in TO_RECIPIENTS and letter.queued_at == notice.sent_at
            ),
        )
        for notice in notices
    ]


def next_at(rows: Sequence[NoticeRow], standing: Standing) -> datetime | None:
    """When the next notice goes by itself; None if none does as things stand."""
    if blockers_of_notice(standing):
        return None
    due = [row.notice.due_at for row in rows if row.notice.state == NoticeState.DUE]
    return min(due, default=None)


def is_paused(rows: Sequence[NoticeRow]) -> bool:
    """Whether somebody has paused the notices that were planned."""
    return any(row.notice.state == NoticeState.PAUSED for row in rows)
