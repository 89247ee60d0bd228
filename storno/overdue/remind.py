"""Reminding of an invoice that was not paid in time: by a click, and at once.

What it costs the recipient beside the invoice, if anything, is in the settings (`charge.py`).

The first time three business days after the due day, for money takes that long to arrive. Nothing
goes for what is paid, credited, disputed or paused. Order of locks: the standing, then inserts.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.clients.reach import Way
from storno.core.ids import new_id
from storno.core.refusals import Absent, Blocked, Blocker, Refused
from storno.documents.files import ErasedLawfully, is_erased
from storno.documents.issue import OVERDUE_LETTER
from storno.documents.models import Document, Standing
from storno.documents.queries import document as read_document
from storno.history.record import Happening, record
from storno.late.days import reminded_from
from storno.mailroom.queue import Envelope, queue
from storno.notices.reach import addresses_of
from storno.notices.send import blockers_of_notice
from storno.organizations.once import deed
from storno.organizations.queries import Circumstances, circumstances
from storno.organizations.roles import Actor, Deed
from storno.organizations.sealed import sealed
from storno.overdue.charge import chargeable, charges_on, open_charges, write_charges
from storno.overdue.models import Reminder
from storno.overdue.queries import Past, past_of, sent_of

TERM = timedelta(days=14)
"""How long somebody who is reminded has to pay; the Norwegian law asks for as much
(inkassoloven § 9), the Finnish one for a reasonable time (laki saatavien perinnästä 5 §)."""

NOT_YET = Blocker(
    "not_overdue_yet",
    _("It is too early to remind of this invoice."),
    _("Money that was sent on the due day needs three business days to arrive. Wait that long."),
)
PAUSED = Blocker(
    "reminders_paused",
    _("The reminders of this invoice are paused."),
    _("Resume them first."),
)
REMINDED_TODAY = Blocker(
    "reminded_today",
    _("This invoice was reminded of today already."),
    _("Give the recipient some days to pay."),
)


class NobodyToRemind(Refused):
    """The recipient can be reached by nothing."""

    code = "nobody_to_remind"
    message = _("The recipient has no e-mail address or phone number.")
    remedy = _("Add one to the recipient, or give the reminder yourself, on paper.")


@dataclass(frozen=True)
class OverdueReminded(Happening):
    """The recipient was reminded that an invoice was not paid in time."""

    kind: ClassVar = "overdue.reminded"
    sentence: ClassVar = _("A reminder was sent: %(amount_minor)s to pay by %(until_on)s.")
    reminder_id: str
    amount_minor: int
    currency: str
    until_on: str


@dataclass(frozen=True)
class OverdueRemindedByHand(Happening):
    """A reminder was made that a member gives by hand."""

    kind: ClassVar = "overdue.reminded_by_hand"
    sentence: ClassVar = _(
        "A reminder was made to be given: %(amount_minor)s to pay by %(until_on)s."
    )
    reminder_id: str
    amount_minor: int
    currency: str
    until_on: str


@deed
def remind_of_invoice(
    invoice_id: UUID, *, by_hand: bool = False, who: Actor, at: datetime
) -> Reminder:
    """Remind the recipient of an overdue invoice now, at each address; or by hand, on paper.

    Raises Absent, ErasedLawfully, Blocked, NobodyToRemind, NotAllowed.
    """
    who.must(Deed.SEND)
    mine = who.organization_id
    invoice = read_document(invoice_id, mine)
    if invoice.corrects_id is not None:
        raise Absent
    if is_erased(invoice.id, organization_id=mine):
        raise ErasedLawfully
    standing = Standing.objects.select_for_update().get(organization_id=mine, id=invoice.id)
    now = circumstances(mine, at)
    past = past_of([invoice.id], mine)[invoice.id]
    if blockers := blockers_of_reminder(standing, past, now):
        raise Blocked(blockers)
    to = addresses_of([invoice.recipient_id], now.seller).get(invoice.recipient_id, ())
    if not to and not by_hand:
        raise NobodyToRemind
    return write_reminder(invoice, standing, () if by_hand else to, now, who=who, at=at)


def blockers_of_reminder(standing: Standing, past: Past, now: Circumstances) -> tuple[Blocker, ...]:
    """Why nobody is to be reminded of an invoice today."""
    if blockers := blockers_of_notice(standing):
        return blockers
    if now.today < reminded_from(standing.due_on, now.seller.country):
        return (NOT_YET,)
    if past.paused:
        return (PAUSED,)
    if past.reminded_on == now.today:
        return (REMINDED_TODAY,)
    return ()


def is_overdue(standing: Standing, today: date) -> bool:
    """Whether something is open whose due day is over."""
    return standing.open_minor > 0 and standing.due_on < today


def write_reminder(
    invoice: Document,
    standing: Standing,
    to: tuple[Way, ...],
    now: Circumstances,
    *,
    who: Actor,
    at: datetime,
) -> Reminder:
    """Write a reminder of a locked standing and queue its letters; with nowhere `to`, by hand."""
    mine = invoice.organization_id
    days = [each.sent_on for each in sent_of(invoice.id, mine)]
    before = charges_on([invoice.id], mine)
    charging = chargeable(invoice, standing, days, before, now)
    costs = open_charges(before) + sum(each.amount_minor for each in charging)
    reminder = sealed(
        Reminder(
            id=new_id(),
            organization_id=mine,
            invoice_id=invoice.id,
            open_minor=standing.open_minor,
            charges_minor=costs,
            pay_by=now.today + TERM,
            by_hand=not to,
            sent_on=now.today,
            sent_at=at,
            sent_by=who.person_id,
        )
    )
    reminder.save(force_insert=True)
    queue(
        [
            Envelope(OVERDUE_LETTER, invoice.id, way.address, invoice.language, way.medium)
            for way in to
        ],
        organization_id=mine,
        at=at,
    )
    told = OverdueReminded if to else OverdueRemindedByHand
    happened = told(
        str(reminder.id), reminder.asked_minor, invoice.currency, reminder.pay_by.isoformat()
    )
    record(happened, subject_id=invoice.id, who=who, at=at)
    write_charges(reminder, charging, invoice, who=who, at=at)
    return reminder
