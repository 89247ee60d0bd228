"""Reading reminders, inside an open scope."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Max

from storno.core.refusals import Absent
from storno.documents.issue import OVERDUE_LETTER
from storno.mailroom.models import Letter
from storno.notices.models import Notice, NoticeState
from storno.overdue.models import Reminder


@dataclass(frozen=True, slots=True)
class Past:
    """What was done about an invoice: when it was last reminded of, and whether that is paused."""

    reminded_on: date | None
    paused: bool


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """A reminder with its letters, one to each address."""

    reminder: Reminder
    letters: tuple[Letter, ...]


def past_of(invoice_ids: Collection[UUID], organization_id: UUID) -> Mapping[UUID, Past]:
    """What was done about each of some invoices, with two statements."""
    of_them = {"organization_id": organization_id, "invoice_id__in": list(invoice_ids)}
    last = dict(
        Reminder.objects.filter(**of_them)
        .values("invoice_id")
        .annotate(last=Max("sent_on"))
        .values_list("invoice_id", "last")
    )
    paused = set(
        Notice.objects.filter(**of_them, state=NoticeState.PAUSED).values_list(
            "invoice_id", flat=True
        )
    )
    return {each: Past(last.get(each), each in paused) for each in invoice_ids}


def reminders_of(invoice_id: UUID, organization_id: UUID) -> list[ReminderRow]:
    """The reminders of an invoice with their letters, the oldest first."""
    reminders = sent_of(invoice_id, organization_id)
    if not reminders:
        return []
    letters = Letter.objects.filter(
        organization_id=organization_id, subject_id=invoice_id, kind=OVERDUE_LETTER
    )
    return with_letters(reminders, list(letters.order_by("id")))


def with_letters(reminders: Sequence[Reminder], letters: Collection[Letter]) -> list[ReminderRow]:
    """Reminders of one invoice, oldest first, with their letters out of all that are about it."""
    sent: dict[UUID, list[Letter]] = {reminder.id: [] for reminder in reminders}
    for letter in letters:
        if letter.kind == OVERDUE_LETTER:
            sent[reminder_in(letter, reminders).id].append(letter)
    return [ReminderRow(reminder, tuple(sent[reminder.id])) for reminder in reminders]


def reminder_in(letter: Letter, reminders: Sequence[Reminder]) -> Reminder:
    """The reminder that a letter brings: the last that was there when it was queued."""
    return [each for each in reminders if each.sent_at <= letter.queued_at][-1]


def sent_of(invoice_id: UUID, organization_id: UUID) -> list[Reminder]:
    """The reminders of an invoice, the oldest first."""
    mine = Reminder.objects.filter(organization_id=organization_id, invoice_id=invoice_id)
    return list(mine.order_by("sent_at", "id"))


def reminder_with(reminder_id: UUID, organization_id: UUID) -> Reminder:
    """One reminder. Raises Absent."""
    found = Reminder.objects.filter(organization_id=organization_id, id=reminder_id).first()
    if found is None:
        raise Absent
    return found
