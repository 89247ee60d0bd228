"""Reminders and disputes against the history, which tells of each."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from storno.documents.models import Document, Kind, Standing
from storno.history.models import Event
from storno.organizations.sealed import is_whole
from storno.overdue.dispute import DisputeEnded, InvoiceDisputed
from storno.overdue.models import Reminder
from storno.overdue.remind import OverdueReminded, OverdueRemindedByHand
from storno.reports.verify.dossier import Books
from storno.reports.verify.loose_ends import found, having
from storno.reports.verify.violation import Violation


def prove_overdue(books: Books) -> Iterator[Violation]:
    """That each reminder is what was sent, and told of; and that what is disputed is told so."""
    reminders = books.rows(Reminder)
    yield from found(
        "reminder_without_invoice",
        "A reminder is of no invoice.",
        reminders.filter(~having(books.rows(Document).filter(kind=Kind.INVOICE), id="invoice_id")),
    )
    told = {
        str(event.facts.get("reminder_id")): (event.kind, event.subject_id, event.at)
        for event in _events(books, OverdueReminded.kind, OverdueRemindedByHand.kind)
    }
    for reminder in reminders.iterator():
        if not is_whole(reminder):
            yield Violation(
                "reminder_seal_broken", reminder.id, "A reminder is not what was sealed."
            )
        by = OverdueRemindedByHand if reminder.by_hand else OverdueReminded
        if told.pop(str(reminder.id), None) != (by.kind, reminder.invoice_id, reminder.sent_at):
            yield Violation(
                "reminder_untold", reminder.id, "The history does not tell of a reminder."
            )
    for _kind, invoice_id, _moment in told.values():
        yield Violation(
            "reminder_unfounded", invoice_id, "The history tells of a reminder that is not there."
        )
    yield from _disputes(books)


def _disputes(books: Books) -> Iterator[Violation]:
    """What is disputed since when, and over what, as the happenings leave it."""
    disputed: dict[UUID, tuple[datetime | None, str]] = {}
    for event in _events(books, InvoiceDisputed.kind, DisputeEnded.kind):
        if event.kind == DisputeEnded.kind:
            disputed.pop(event.subject_id, None)
        else:
            since, _over = disputed.get(event.subject_id, (event.at, ""))
            disputed[event.subject_id] = (since, str(event.facts.get("over")))
    for standing in books.rows(Standing).exclude(disputed_at=None, dispute="").iterator():
        if disputed.pop(standing.id, None) != (standing.disputed_at, standing.dispute):
            yield Violation(
                "dispute_wrong", standing.id, "An invoice is not disputed as the history tells."
            )
    for invoice_id in disputed:
        yield Violation(
            "dispute_wrong", invoice_id, "The history tells that an invoice is disputed."
        )


def _events(books: Books, *kinds: str) -> Iterator[Event]:
    return books.rows(Event).filter(kind__in=kinds).order_by("id").iterator()
