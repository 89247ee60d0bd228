"""Reminders that go by themselves on their day, as long as something is left to pay.

What holds is read under the lock of the standing: a payment or a credit at the last moment comes
first, and nothing is sent. Order of locks: the standing.
"""

import logging
from datetime import datetime
from uuid import UUID

from django.db import InterfaceError, OperationalError, ProgrammingError, connection

from storno.core.defects import told
from storno.documents.models import Standing
from storno.documents.queries import document as read_document
from storno.notices.models import Dropped, Notice, NoticeState
from storno.notices.plan import is_daytime, next_nine
from storno.notices.reach import addresses_of
from storno.notices.send import blockers_of_notice, put_in_mail
from storno.organizations.queries import seller_of
from storno.organizations.roles import system
from storno.organizations.scope import scope

AT_ONCE = 50
"""Invoices of one organization in one round."""

NOT_THE_NOTICE = (OperationalError, InterfaceError, ProgrammingError)
"""The database is away, too busy, or of another version than this worker."""

log = logging.getLogger(__name__)


def organizations_with_due_notices(at: datetime) -> list[UUID]:
    """Who has notices that are due; ids only, asked outside of any scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organizations_with_due_notices(%s)", [at])
        return [id_ for (id_,) in cursor.fetchall()]


def remind_due(organization_id: UUID, *, at: datetime) -> int:
    """Send the reminders that are due, each in its own transaction; return how many went.

    One that a defect keeps back holds up no other; the defect is raised at the end, so that the
    organization is left alone for a while.
    """
    with scope(organization_id):
        due = Notice.objects.filter(
            organization_id=organization_id, state=NoticeState.DUE, due_at__lte=at
        )
        found = list(due.order_by("due_at", "id").values_list("invoice_id", flat=True)[:AT_ONCE])
    sent, failed = 0, None
    for invoice_id in dict.fromkeys(found):
        try:
            sent += remind(invoice_id, organization_id=organization_id, at=at)
        except NOT_THE_NOTICE:
            raise
        except Exception as defect:  # noqa: BLE001 -- it holds up nobody else
            log.error("reminder of invoice %s not sent: %s", invoice_id, told(defect))  # noqa: TRY400
            failed = defect
    if failed is not None:
        raise RuntimeError("a reminder could not be sent") from failed
    return sent


def remind(invoice_id: UUID, *, organization_id: UUID, at: datetime) -> bool:
    """Send what is due of one invoice, once; whether something went.

    Of several, after a long sleep, only the last goes. While a credit note is on hold or the
    recipient disputes the invoice, and at night, it waits for the next morning.
    """
    with scope(organization_id):
        mine = Standing.objects.select_for_update().filter(organization_id=organization_id)
        standing = mine.get(id=invoice_id)
        of_it = Notice.objects.filter(organization_id=organization_id, invoice_id=invoice_id)
        due = list(of_it.filter(state=NoticeState.DUE, due_at__lte=at).order_by("due_at", "id"))
        if not due:
            return False
        ids = [notice.id for notice in due]
        if not standing.open_minor:
            _drop(ids, Dropped.PAID, organization_id)
            return False
        seller = seller_of(organization_id)
        zone = seller.time_zone
        if blockers_of_notice(standing) or not is_daytime(at, zone):
            morning = next_nine(max(at, standing.cancelling_at or at), zone)
            of_it.filter(id__in=ids).update(due_at=morning)
            return False
        to = addresses_of([standing.recipient_id], seller).get(standing.recipient_id, ())
        if not to:
            _drop(ids, Dropped.NO_ADDRESS, organization_id)
            return False
        _drop(ids[:-1], Dropped.OVERTAKEN, organization_id)
        of_it.filter(id=ids[-1]).update(state=NoticeState.SENT, sent_at=at)
        invoice = read_document(invoice_id, organization_id)
        put_in_mail([(due[-1], invoice, to)], who=system(organization_id), at=at)
        return True


def _drop(ids: list[UUID], why: Dropped, organization_id: UUID) -> None:
    if ids:
        Notice.objects.filter(organization_id=organization_id, id__in=ids).update(
            state=NoticeState.DROPPED, dropped=why
        )
