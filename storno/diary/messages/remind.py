"""Reminding: the worker queues the reminders that are due, and notes in the same act that it did.

A session holds when its reminder is due (`remind_at`), so the rows are the queue; a worker that is
killed has done both or neither.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection

from storno.catalogue.models import Message
from storno.diary.messages.tell import tell_client
from storno.diary.models import Booking
from storno.organizations.scope import scope

BATCH = 50


def organizations_with_due_reminders(at: datetime) -> list[UUID]:
    """Who has sessions to remind of; ids only, asked outside of any scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organizations_with_due_reminders(%s)", [at])
        return [id_ for (id_,) in cursor.fetchall()]


def remind_of_sessions(organization_id: UUID, *, at: datetime) -> int:
    """Queue the reminders of the next sessions that are due; return how many sessions these are.

    Of what has begun meanwhile nobody is reminded. Called outside of any scope.
    """
    with scope(organization_id):
        mine = Booking.objects.filter(organization_id=organization_id)
        due = mine.filter(remind_at__lte=at).select_related("client").order_by("remind_at", "id")
        sessions = list(due.select_for_update(of=("self",), skip_locked=True)[:BATCH])
        for session in sessions:
            tell_client(session, Message.REMINDER, at=at)
        mine.filter(id__in=[session.id for session in sessions]).update(remind_at=None)
    return len(sessions)
