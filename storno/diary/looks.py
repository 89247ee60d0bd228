"""Looks at clients by way of what they have with the house: a session, a paper, its history."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet, Subquery
from django.db.models.functions import Coalesce

from storno.clients.looks import note_look
from storno.clients.models import Client
from storno.diary.models import Booking, BookingKind
from storno.diary.queries import booking_with
from storno.diary.sight import Diaries, diaries_of
from storno.documents.models import Document, Draft, DraftLine, Line
from storno.organizations.roles import Actor


def booking_looked_at(
    booking_id: UUID,
    *,
    diaries: Diaries | None = None,
    who: Actor,
    at: datetime,
    kind: BookingKind | None = None,
) -> Booking:
    """The booking with this id, and that the actor has looked at its client. Raises Absent.

    `diaries` where the caller has them already.
    """
    booking = booking_with(booking_id, diaries=diaries, who=who, kind=kind)
    if booking.client_id is not None:
        note_look(booking.client_id, who=who, at=at)
    return booking


def note_look_at_paper(invoice_id: UUID, payer_id: UUID, *, who: Actor, at: datetime) -> None:
    """Note that the actor reads an invoice or a credit note on it: a look at those it serves.

    Where it bills no sessions, at who pays.
    """
    served = set(_billed(invoice_id, who).values_list("client_id", flat=True))
    note_look(*(sorted(filter(None, served)) or [payer_id]), who=who, at=at)


def note_look_at_history(subject_id: UUID, *, who: Actor, at: datetime) -> None:
    """Note whose history is read: of a client, of a session, or of a paper that serves one."""
    note_look(*sorted(_whose(subject_id, who)), who=who, at=at)


def _billed(invoice_id: UUID | Subquery, who: Actor) -> QuerySet[Booking]:
    """The sessions that an invoice bills."""
    lines = Line.objects.filter(organization_id=who.organization_id, document_id=invoice_id)
    sessions = Booking.objects.filter(organization_id=who.organization_id, client_id__isnull=False)
    return sessions.filter(id__in=lines.filter(source_id__isnull=False).values("source_id"))


def _whose(subject_id: UUID, who: Actor) -> set[UUID]:
    """Which clients a subject in sight is about; none of all else."""
    one = {"organization_id": who.organization_id, "id": subject_id}
    sessions = Booking.objects.filter(diaries_of(who).readable, **one, client_id__isnull=False)
    drafted = DraftLine.objects.filter(
        organization_id=who.organization_id,
        draft_id__in=Draft.objects.filter(**one).values("id"),
        served_id__isnull=False,
    )
    papers = Document.objects.filter(**one)
    invoice_id = papers.annotate(invoice=Coalesce("corrects_id", "id")).values("invoice")[:1]
    served = set(
        Client.objects.filter(**one)
        .values_list("id", flat=True)
        .union(
            sessions.values_list("client_id", flat=True),
            drafted.values_list("served_id", flat=True),
            _billed(Subquery(invoice_id), who).values_list("client_id", flat=True),
        )
    )
    if served:
        return served
    drafts = Draft.objects.filter(**one, recipient_id__isnull=False)
    payers = papers.values_list("recipient_id", flat=True)
    return set(payers.union(drafts.values_list("recipient_id", flat=True)))
