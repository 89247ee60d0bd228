"""Reminders that go by themselves so many days after the due day, where the settings say so.

What holds is read under the lock of the standing, as for a click. Order of locks: the standing.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection

from storno.documents.models import Standing
from storno.documents.queries import document as read_document
from storno.notices.plan import is_daytime
from storno.notices.reach import addresses_of
from storno.organizations.queries import circumstances
from storno.organizations.roles import system
from storno.organizations.scope import scope
from storno.overdue.queries import past_of
from storno.overdue.remind import blockers_of_reminder, write_reminder

MISSED_DAYS = 7
"""How long after its day a reminder still goes by itself, so that who turns them on reminds nobody
of what has been open for months; that is left to a click."""


def organizations_that_remind() -> list[UUID]:
    """Who has reminders go by themselves; ids only, asked outside of any scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organizations_that_remind()")
        return [id_ for (id_,) in cursor.fetchall()]


def remind_overdue(organization_id: UUID, *, at: datetime) -> Iterator[UUID]:
    """Send the reminders whose day has come, each in its own transaction; yield their invoices."""
    with scope(organization_id):
        now = circumstances(organization_id, at)
        if not is_daytime(at, now.seller.time_zone):
            return
        steps = _steps(organization_id, now.settings.overdue_days, now.today)
        past = past_of(steps, organization_id)
    for invoice_id, step in steps.items():
        reminded_on = past[invoice_id].reminded_on
        if reminded_on is None or reminded_on < step:
            with scope(organization_id):
                sent = _remind(invoice_id, organization_id, at=at)
            if sent:
                yield invoice_id


def _steps(organization_id: UUID, days: list[int], today: date) -> dict[UUID, date]:
    """The open invoices whose day is one of the last, and that day; of several the last."""
    found: dict[UUID, date] = {}
    mine = Standing.objects.filter(organization_id=organization_id, open_minor__gt=0)
    for after in sorted(days):
        last = today - timedelta(days=after)
        due = mine.filter(due_on__gt=last - timedelta(days=MISSED_DAYS), due_on__lte=last)
        for id_, due_on in due.values_list("id", "due_on"):
            found[id_] = due_on + timedelta(days=after)
    return found


def _remind(invoice_id: UUID, organization_id: UUID, *, at: datetime) -> bool:
    """Remind of one invoice, unless something speaks against it now; whether a letter goes."""
    mine = Standing.objects.select_for_update().filter(organization_id=organization_id)
    standing = mine.get(id=invoice_id)
    now = circumstances(organization_id, at)
    past = past_of([invoice_id], organization_id)[invoice_id]
    if blockers_of_reminder(standing, past, now):
        return False
    recipient = standing.recipient_id
    to = addresses_of([recipient], now.seller).get(recipient, ())
    if not to:
        return False
    invoice = read_document(invoice_id, organization_id)
    write_reminder(invoice, standing, to, now, who=system(organization_id), at=at)
    return True
