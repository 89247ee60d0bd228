"""Mischief on what was reminded of, and what is disputed."""

from uuid import uuid4

from storno.documents.models import Standing
from storno.overdue.models import Reminder
from tests.reports.mischief import CREDIT, Books, forge, says


@says("reminder_seal_broken")
def reminded_of_more(books: Books) -> None:
    books.all(Reminder).filter(by_hand=False).update(open_minor=1)


@says("reminder_without_invoice", "reminder_untold")
def a_reminder_of_a_credit_note(books: Books) -> None:
    forge(books.all(Reminder).first(), invoice_id=books.id(CREDIT))
    books.seal()


@says("reminder_unfounded")
def a_reminder_is_gone(books: Books) -> None:
    books.all(Reminder).filter(by_hand=True).delete()


@says("reminder_untold", "reminder_unfounded")
def a_reminder_under_another_name(books: Books) -> None:
    books.all(Reminder).filter(by_hand=True).update(id=uuid4())
    books.seal()


@says("dispute_wrong")
def a_dispute_is_forgotten(books: Books) -> None:
    books.all(Standing).exclude(dispute="").update(disputed_at=None, dispute="")
