"""Papers that somebody else pays for a client: they bill its sessions; inside a scope."""

from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from storno.diary.bill import SESSION
from storno.diary.models import Booking
from storno.documents.models import Draft, DraftLine, Kind, Line, Standing
from storno.documents.queries import InvoiceRow, rows_of

MOST = 50


def invoices_by_others(
    client_id: UUID, *, organization_id: UUID, today: date
) -> tuple[InvoiceRow, ...]:
    """The newest invoices of a client's sessions that somebody else pays."""
    lines = Line.objects.filter(
        organization_id=organization_id,
        source_kind=SESSION,
        source_id__in=_sessions(client_id, organization_id),
    )
    standings = Standing.objects.filter(
        organization_id=organization_id, id__in=lines.values("document_id")
    ).exclude(recipient_id=client_id)
    return rows_of(organization_id, list(standings.order_by("-id")[:MOST]), today=today)


def drafts_by_others(client_id: UUID, *, organization_id: UUID) -> list[Draft]:
    """The newest drafts and records of a client's sessions that somebody else shall pay."""
    lines = DraftLine.objects.filter(
        organization_id=organization_id,
        source_kind=SESSION,
        source_id__in=_sessions(client_id, organization_id),
    )
    drafts = Draft.objects.filter(
        organization_id=organization_id, kind=Kind.INVOICE, id__in=lines.values("draft_id")
    ).exclude(recipient_id=client_id)
    return list(drafts.select_related("recipient").order_by("-id")[:MOST])


def _sessions(client_id: UUID, organization_id: UUID) -> QuerySet[Booking, UUID]:
    mine = Booking.objects.filter(organization_id=organization_id, client_id=client_id)
    return mine.values_list("id", flat=True)
