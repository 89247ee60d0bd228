"""Looks at clients by way of what they have with the house: a session, a paper, its history."""

from datetime import datetime
from uuid import UUID

from storno.clients.looks import note_look
from storno.clients.models import Client
from storno.diary.models import Booking, BookingKind
from storno.diary.queries import booking_with
from storno.diary.sight import Diaries, diaries_of
from storno.documents.models import Document, Draft
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


def note_look_at_history(subject_id: UUID, *, who: Actor, at: datetime) -> None:
    """Note whose history is read: of a client, of a session, or of a paper that goes to one."""
    if client_id := _whose(subject_id, who):
        note_look(client_id, who=who, at=at)


def _whose(subject_id: UUID, who: Actor) -> UUID | None:
    """Which client a subject in sight is about; None of all else."""
    one = {"organization_id": who.organization_id, "id": subject_id}
    sessions = Booking.objects.filter(diaries_of(who).readable, **one, client_id__isnull=False)
    found: UUID | None = (
        Client.objects.filter(**one)
        .values_list("id", flat=True)
        .union(
            sessions.values_list("client_id", flat=True),
            Document.objects.filter(**one).values_list("recipient_id", flat=True),
            Draft.objects.filter(**one).values_list("recipient_id", flat=True),
        )
        .first()
    )
    return found
