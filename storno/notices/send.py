"""Telling a recipient that there is something to pay: by a click, or with the invoice by itself.

With the first notice the later ones are planned, as many days after it as the settings say. Order
of locks: the standing, then inserts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.clients.reach import Way
from storno.core.ids import new_id
from storno.core.insert import insert
from storno.core.refusals import Absent, Blocked, Blocker, Refused
from storno.documents.files import ErasedLawfully, is_erased
from storno.documents.issue import NOTIFICATION_LETTER, REMINDER_LETTER
from storno.documents.models import Document, Standing
from storno.documents.queries import document as read_document
from storno.history.record import Happening, record_all
from storno.mailroom.models import Letter, Medium
from storno.mailroom.queue import Envelope, queue
from storno.notices.models import Notice, NoticeKind, NoticeState
from storno.notices.plan import days_after
from storno.notices.reach import NOBODY, addresses_of
from storno.online.offer import offer
from storno.organizations.models import Channel
from storno.organizations.once import deed
from storno.organizations.queries import Circumstances, circumstances
from storno.organizations.roles import Actor, Deed

LETTERS = {
    NoticeKind.NOTIFICATION: NOTIFICATION_LETTER,
    NoticeKind.REMINDER: REMINDER_LETTER,
}


NOTHING_TO_PAY = Blocker(
    "nothing_to_pay",
    _("Nothing is left to pay, so nobody is told to pay."),
    _("There is nothing to do."),
)
BEING_CREDITED = Blocker(
    "credit_on_its_way",
    _("This invoice is being credited, so nobody is told to pay it."),
    _("Wait until the credit note has gone out, or take it back."),
)


DISPUTED = Blocker(
    "disputed",
    _("The recipient disputes this invoice, so nobody is told to pay it."),
    _("Settle it with the recipient; then credit the invoice, or mark it as not disputed."),
)


class NobodyToNotify(Refused):
    """The recipient can be reached by nothing."""

    code = NOBODY.code
    message = NOBODY.message
    remedy = _("Add one to the recipient, or deliver the invoice yourself.")
    field = NOBODY.field


@dataclass(frozen=True)
class NotificationSent(Happening):
    """The recipient was told that there is something to pay."""

    kind: ClassVar = "notification.sent"
    sentence: ClassVar = _("A payment notification was sent.")
    notice_id: str


@dataclass(frozen=True)
class ReminderSent(Happening):
    """The recipient was told once more."""

    kind: ClassVar = "reminder.sent"
    sentence: ClassVar = _("A reminder of the payment was sent.")
    notice_id: str


_SENT: dict[str, type[NotificationSent] | type[ReminderSent]] = {
    NoticeKind.NOTIFICATION: NotificationSent,
    NoticeKind.REMINDER: ReminderSent,
}


@deed
def notify(invoice_id: UUID, *, who: Actor, at: datetime) -> Notice:
    """Tell the recipient of an invoice now that there is something to pay, at each address.

    Where payment by card is set up, the invoice can be paid so from now on. The first time the
    reminders are planned too; what is planned already stays. While letters of the last notice are
    on their way, that one is the answer: a second press sends nothing twice. Raises Absent,
    ErasedLawfully, Blocked, NobodyToNotify, NotAllowed.
    """
    who.must(Deed.SEND)
    mine = who.organization_id
    invoice = read_document(invoice_id, mine)
    if invoice.corrects_id is not None:
        raise Absent
    if is_erased(invoice.id, organization_id=mine):
        raise ErasedLawfully
    standing = Standing.objects.select_for_update().get(organization_id=mine, id=invoice.id)
    if blockers := blockers_of_notice(standing):
        raise Blocked(blockers)
    earlier = list(Notice.objects.filter(organization_id=mine, invoice_id=invoice.id))
    if under_way := _under_way(earlier, invoice):
        return under_way
    now = circumstances(mine, at)
    to = addresses_of([invoice.recipient_id], now.seller).get(invoice.recipient_id, ())
    if not to:
        raise NobodyToNotify
    offer([invoice.id], organization_id=mine, at=at)
    notices = _planned(invoice, earlier, now, at=at)
    insert(notices)
    put_in_mail([(notices[0], invoice, to)], who=who, at=at)
    return notices[0]


def blockers_of_notice(standing: Standing) -> tuple[Blocker, ...]:
    """Why nobody is to be told to pay an invoice."""
    if not standing.open_minor:
        return (NOTHING_TO_PAY,)
    if standing.cancelling_at is not None:
        return (BEING_CREDITED,)
    if standing.disputed_at is not None:
        return (DISPUTED,)
    return ()


def begin_notices(
    documents: Iterable[Document], now: Circumstances, *, who: Actor, at: datetime
) -> None:
    """Tell the recipients of invoices that went out by themselves, in their transaction.

    One that is mailed itself needs no other e-mail. Nobody is told of what costs nothing.
    """
    owed, mine = [each for each in documents if each.payable_minor], who.organization_id
    if not owed:
        return
    ids = {document.recipient_id for document in owed}
    addresses = addresses_of(ids, now.seller)
    told, notices = [], []
    for document in owed:
        to = addresses.get(document.recipient_id, ())
        mailed = document.channel == Channel.EMAIL
        if not to and not mailed:
            continue
        first, *later = _planned(document, (), now, at=at)
        notices += [first, *later]
        own = [each for each in to if not (mailed and each.medium == Medium.EMAIL)]
        told.append((first, document, own))
    insert(notices)
    offer([notice.invoice_id for notice, _of, _to in told], organization_id=mine, at=at)
    put_in_mail(told, who=who, at=at)


def put_in_mail(
    told: Sequence[tuple[Notice, Document, Sequence[Way]]], *, who: Actor, at: datetime
) -> None:
    """Queue the letters of notices that go now, one to each address, and write it into history."""
    queue(
        [
            Envelope(
                LETTERS[NoticeKind(notice.kind)],
                invoice.id,
                way.address,
                invoice.language,
                way.medium,
            )
            for notice, invoice, to in told
            for way in to
        ],
        organization_id=who.organization_id,
        at=at,
    )
    record_all(
        [(notice.invoice_id, _SENT[notice.kind](str(notice.id))) for notice, _of, _to in told],
        who=who,
        at=at,
    )


def _under_way(earlier: Sequence[Notice], invoice: Document) -> Notice | None:
    """The last notice that was sent, while one of its letters is still on its way."""
    sent = [(notice.sent_at, notice.id, notice) for notice in earlier if notice.sent_at]
    if not sent:
        return None
    sent_at, _id, last = max(sent)
    letters = Letter.objects.filter(
        organization_id=invoice.organization_id,
        subject_id=invoice.id,
        kind=LETTERS[NoticeKind(last.kind)],
        queued_at=sent_at,
        next_attempt_at__isnull=False,
    )
    return last if letters.exists() else None


def _planned(
    invoice: Document, earlier: Sequence[Notice], now: Circumstances, *, at: datetime
) -> list[Notice]:
    """The notice that goes now, and with the first one the later ones."""
    is_first = not any(notice.sent_at for notice in earlier)
    kind = NoticeKind.NOTIFICATION if is_first else NoticeKind.REMINDER
    notices = [_notice(invoice, kind, at)]
    notices[0].state, notices[0].sent_at = NoticeState.SENT, at
    if not earlier:
        days = days_after(at, now.settings.notification_days, now.seller.time_zone)
        notices += [_notice(invoice, NoticeKind.REMINDER, due_at) for due_at in days]
    return notices


def _notice(invoice: Document, kind: NoticeKind, due_at: datetime) -> Notice:
    return Notice(
        id=new_id(),
        organization_id=invoice.organization_id,
        invoice_id=invoice.id,
        kind=kind,
        state=NoticeState.DUE,
        due_at=due_at,
    )
