"""Reminders that meet workers, payments and credits: one goes or none, never after the money."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from storno.corrections.automatic import finalise_due
from storno.corrections.credit import credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.settle import register_payment
from storno.documents.models import Document
from storno.notices.models import Notice
from storno.notices.remind import remind
from storno.notices.send import notify
from storno.organizations.models import Method
from storno.organizations.scope import scope
from storno.payments.models import MoneyKind
from storno.payments.register import PaymentInput
from tests.deeds import CANCELLED
from tests.diary.practice import HOUR, Practice, practice
from tests.observe import letters, numbers
from tests.properties.invariants import verify_finds_nothing
from tests.races.together import TIMES, together

DUE = datetime(2026, 6, 30, 7, tzinfo=UTC)
"""9:00 in Oslo, 14 days after the first notification."""


def told(clinic: Practice, at: datetime) -> Document:
    """An invoice whose recipient was told, and is reminded at DUE."""
    invoice = clinic.invoice(clinic.book(at - HOUR, at=at), at=at)
    notify(invoice.id, who=clinic.who(), at=at)
    return invoice


def reminding(clinic: Practice, invoice: Document) -> Callable[[], Any]:
    return lambda: remind(invoice.id, organization_id=clinic.id, at=DUE)


def reminded(clinic: Practice, invoice: Document) -> list[str]:
    """What became of the notice of DUE, and one `letter` for each that it made."""
    with scope(clinic.id):
        mine = Notice.objects.filter(organization_id=clinic.id, invoice_id=invoice.id)
        first = mine.filter(kind="reminder").order_by("id")[0]
    made = [kind for kind, _to in letters(clinic.world) if kind == "payment_reminder"]
    return [first.dropped or first.state, *("letter" for _each in made)]


def test_workers_beside_each_other_remind_once(at: datetime) -> None:
    for _ in range(TIMES):
        clinic = practice()
        invoice = told(clinic, at)
        gone = together(*[reminding(clinic, invoice)] * 4, gate=("documents_standing", invoice.id))
        assert sorted(gone) == [False, False, False, True]
        assert reminded(clinic, invoice) == ["sent", "letter"]


def test_a_payment_and_a_credit_at_the_last_moment(at: datetime) -> None:
    """In either order: a reminder that went was asked for before, and none goes after."""
    for _ in range(TIMES):
        clinic = practice()
        invoice = told(clinic, at)
        entered = PaymentInput(119_000, DUE.date(), MoneyKind.CASH)
        gone, _paid = together(
            reminding(clinic, invoice),
            partial(register_payment, invoice.id, entered, who=clinic.who(), at=DUE),
            gate=("documents_standing", invoice.id),
        )
        assert reminded(clinic, invoice) == (["sent", "letter"] if gone else ["paid"])
        again = told(clinic, at + 2 * HOUR)
        before = len(letters(clinic.world))
        gone, _credited = together(
            reminding(clinic, again),
            partial(credit_invoice, again.id, CANCELLED, who=clinic.who(), at=DUE),
            gate=("documents_standing", again.id),
        )
        reminders = [kind for kind, _to in letters(clinic.world)[before:] if "remind" in kind]
        assert len(reminders) == gone
        verify_finds_nothing(clinic.world)


def test_what_goes_by_itself_goes_once(at: datetime) -> None:
    for _ in range(TIMES):
        clinic = practice(method=Method.AUTOMATIC)
        for place in range(3):
            clinic.book(at + place * HOUR, at=at)
        due = at + 9 * HOUR

        def work(clinic: Practice = clinic, due: datetime = due) -> int:
            finalise_due(clinic.id, at=due)
            return depart_due(clinic.id, at=due)

        together(*[work] * 3)
        work()
        assert numbers(clinic.world) == ["2026-0001", "2026-0002", "2026-0003"]
        assert [kind for kind, _to in letters(clinic.world)] == ["payment_notification"] * 3
        verify_finds_nothing(clinic.world)
