"""Payment notices: sent by a click, then on their days, until nothing is left to pay."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import override_settings

from storno.clients.models import Client, ToldBy
from storno.clients.save import amend_client
from storno.corrections.credit import credit_invoice
from storno.corrections.settle import reverse_payment
from storno.corrections.undo import undo_credit
from storno.documents.models import Document
from storno.mailroom.mail import Mail
from storno.mailroom.models import Letter
from storno.mailroom.parcel import Withdrawn
from storno.mailroom.sms import Sms, segments
from storno.notices.letter import compose_notice
from storno.notices.models import Notice
from storno.notices.pause import PauseReason, pause_reminders, resume_reminders
from storno.notices.queries import next_at, notices_of
from storno.notices.reach import addresses_of
from storno.notices.remind import organizations_with_due_notices, remind_due
from storno.notices.send import notify
from storno.organizations.models import Settings
from storno.organizations.queries import seller_of
from storno.organizations.scope import scope
from tests.deeds import CANCELLED, pay
from tests.diary.practice import Practice, practice
from tests.observe import everything, history, letters, refused, standing

DAY = timedelta(days=1)
FIRST, SECOND = datetime(2026, 6, 30, 7, tzinfo=UTC), datetime(2026, 7, 14, 7, tzinfo=UTC)
"""9:00 in Oslo, 14 and 28 days after the first."""

NOTIFIED = ("payment_notification", "daisy@example.com")
REMINDED = ("payment_reminder", "daisy@example.com")


@pytest.fixture
def clinic() -> Practice:
    return practice()


@pytest.fixture
def invoice(clinic: Practice, at: datetime) -> Document:
    return clinic.invoice(clinic.book(at - DAY, at=at), at=at)


def arrive(clinic: Practice) -> None:
    """Let every letter have arrived."""
    with scope(clinic.id):
        Letter.objects.filter(organization_id=clinic.id).update(
            state="sent", sent_at=datetime(2026, 6, 16, 10, tzinfo=UTC), next_attempt_at=None
        )


def states(clinic: Practice, invoice: Document) -> list[str]:
    with scope(clinic.id):
        rows = notices_of(invoice.id, clinic.id)
    return [row.notice.dropped or row.notice.state for row in rows]


def coming(clinic: Practice, invoice: Document) -> datetime | None:
    stands = standing(clinic.world, invoice)
    with scope(clinic.id):
        return next_at(notices_of(invoice.id, clinic.id), stands)


def test_one_press_tells_at_once_and_plans_the_reminders(
    clinic: Practice, invoice: Document, at: datetime
) -> None:
    assert letters(clinic.world) == []
    told = notify(invoice.id, who=clinic.who(), at=at)
    assert letters(clinic.world) == [NOTIFIED]
    assert (states(clinic, invoice), coming(clinic, invoice)) == (["sent", "due", "due"], FIRST)
    assert notify(invoice.id, who=clinic.who(), at=at).id == told.id
    arrive(clinic)
    for due_at in (FIRST, SECOND):
        assert clinic.id not in organizations_with_due_notices(due_at - timedelta(microseconds=1))
        assert clinic.id in organizations_with_due_notices(due_at)
        assert [remind_due(clinic.id, at=due_at) for _twice in range(2)] == [1, 0]
    assert letters(clinic.world) == [NOTIFIED, REMINDED, REMINDED]
    assert (states(clinic, invoice), coming(clinic, invoice)) == (["sent"] * 3, None)
    arrive(clinic)
    notify(invoice.id, who=clinic.who(), at=SECOND + DAY)
    assert letters(clinic.world)[3:] == [REMINDED]
    assert history(clinic.world, invoice.id) == [
        "invoice.issued",
        "notification.sent",
        *["reminder.sent"] * 3,
    ]


def test_it_says_an_amount_a_day_a_link_and_a_name_and_nothing_else(
    clinic: Practice, invoice: Document, at: datetime
) -> None:
    with scope(clinic.id):
        Client.objects.filter(organization_id=clinic.id).update(phone="912 34 567", country="NO")
    notify(invoice.id, who=clinic.who(), at=at)
    remind_due(clinic.id, at=FIRST)
    with scope(clinic.id):
        queued = list(Letter.objects.filter(organization_id=clinic.id).order_by("id"))
        written = [compose_notice(letter) for letter in queued]
    assert [(letter.kind, letter.medium, letter.to_address) for letter in queued] == [
        (*NOTIFIED[:1], "email", "daisy@example.com"),
        (*NOTIFIED[:1], "sms", "+4791234567"),
        (*REMINDED[:1], "email", "daisy@example.com"),
        (*REMINDED[:1], "sms", "+4791234567"),
    ]
    for each in written:
        assert isinstance(each, Mail | Sms)
        assert "60 min" not in each.text and "psych" not in each.text.lower()
        assert "1190,00" in "".join(each.text.split()) and "/i/" in each.text
        assert "Alice" in each.text
    first, short, second, _short = written
    assert isinstance(first, Mail) and isinstance(second, Mail) and isinstance(short, Sms)
    assert (segments(short.text), first.attachments) == (1, ())
    assert first.subject != second.subject
    pay(clinic.world, invoice, 119000, at=FIRST)
    with scope(clinic.id), pytest.raises(Withdrawn):
        compose_notice(queued[2])


def test_what_is_paid_is_not_asked_for(clinic: Practice, invoice: Document, at: datetime) -> None:
    notify(invoice.id, who=clinic.who(), at=at)
    paid = pay(clinic.world, invoice, 119000, at=at)
    assert coming(clinic, invoice) is None
    assert remind_due(clinic.id, at=FIRST) == 0
    assert states(clinic, invoice) == ["sent", "paid", "due"]
    with refused(clinic.world, "nothing_to_pay"):
        notify(invoice.id, who=clinic.who(), at=FIRST)
    reverse_payment(paid.id, "mistake", who=clinic.who(), at=FIRST)
    assert (coming(clinic, invoice), remind_due(clinic.id, at=SECOND)) == (SECOND, 1)


def test_a_credit_on_hold_lets_reminders_wait(
    clinic: Practice, invoice: Document, at: datetime
) -> None:
    notify(invoice.id, who=clinic.who(), at=at)
    with scope(clinic.id):
        Settings.objects.filter(organization_id=clinic.id).update(hold_seconds=1200)
    credit_invoice(invoice.id, CANCELLED, who=clinic.who(), at=FIRST)
    with refused(clinic.world, "credit_on_its_way"):
        notify(invoice.id, who=clinic.who(), at=FIRST)
    assert (coming(clinic, invoice), remind_due(clinic.id, at=FIRST)) == (None, 0)
    assert clinic.id not in organizations_with_due_notices(FIRST + DAY / 2)
    undo_credit(invoice.id, who=clinic.who(), at=FIRST)
    assert (coming(clinic, invoice), remind_due(clinic.id, at=FIRST + DAY)) == (FIRST + DAY, 1)


def test_of_what_a_sleeping_worker_missed_one_goes_and_not_at_night(
    clinic: Practice, invoice: Document, at: datetime
) -> None:
    notify(invoice.id, who=clinic.who(), at=at)
    night = SECOND + timedelta(hours=20)
    assert remind_due(clinic.id, at=night) == 0
    morning = SECOND + DAY
    assert (coming(clinic, invoice), remind_due(clinic.id, at=morning)) == (morning, 1)
    assert sorted(states(clinic, invoice)) == ["overtaken", "sent", "sent"]


def test_paused_and_resumed(clinic: Practice, invoice: Document, at: datetime) -> None:
    with refused(clinic.world, "nothing_planned"):
        pause_reminders(invoice.id, PauseReason.AGREED, who=clinic.who(), at=at)
    notify(invoice.id, who=clinic.who(), at=at)
    with refused(clinic.world, "not_paused"):
        resume_reminders(invoice.id, who=clinic.who(), at=at)
    pause_reminders(invoice.id, PauseReason.DISPUTED, who=clinic.who(), at=at)
    before = everything(clinic.world)
    assert (coming(clinic, invoice), remind_due(clinic.id, at=FIRST)) == (None, 0)
    assert everything(clinic.world) == before
    resume_reminders(invoice.id, who=clinic.who(), at=FIRST + 3 * DAY)
    with scope(clinic.id):
        planned = Notice.objects.filter(organization_id=clinic.id, state="due").order_by("due_at")
        days = [notice.due_at for notice in planned]
    assert days == [FIRST + 4 * DAY, SECOND + 4 * DAY]
    assert history(clinic.world, invoice.id)[-2:] == [
        "reminders.paused_as_disputed",
        "reminders.resumed",
    ]


def test_the_recipient_is_told_as_it_wants_and_told_in_any_case(
    clinic: Practice, invoice: Document, at: datetime
) -> None:
    def told_by(wish: ToldBy | None, *, phone: str = "400 00 123") -> list[str]:
        now = amend_client(
            clinic.daisy.id,
            lambda entered: replace(entered, told_by=wish, phone=phone, country="NO"),
            who=clinic.world.who(),
            at=at,
        )
        with scope(clinic.id):
            ways = addresses_of([now.id], seller_of(clinic.id))[now.id]
        return [way.address for way in ways]

    email, number = "daisy@example.com", "+4740000123"
    assert told_by(None) == [email, number]
    assert told_by(ToldBy.EMAIL) == [email]
    assert told_by(ToldBy.NONE) == [email, number]
    assert told_by(ToldBy.SMS) == [number]
    with override_settings(SMS=None, ON_LOOPBACK=False):
        assert told_by(ToldBy.SMS) == [email, number], "nobody sends SMS here"
    notify(invoice.id, who=clinic.world.who(), at=at)
    arrive(clinic)
    assert told_by(ToldBy.SMS, phone="") == [email]
    remind_due(clinic.id, at=FIRST)
    assert letters(clinic.world) == [("payment_notification", number), REMINDED]


def test_nobody_to_tell(clinic: Practice, invoice: Document, at: datetime) -> None:
    notify(invoice.id, who=clinic.who(), at=at)
    arrive(clinic)
    with scope(clinic.id):
        Client.objects.filter(organization_id=clinic.id).update(email="")
    with refused(clinic.world, "recipient_has_no_address"):
        notify(invoice.id, who=clinic.who(), at=at + DAY)
    assert remind_due(clinic.id, at=FIRST) == 0
    assert states(clinic, invoice) == ["sent", "no_address", "due"]
    with refused(clinic.world, "not_allowed"):
        notify(invoice.id, who=clinic.who("reader"), at=at)
    assert standing(clinic.world, invoice).open_minor == 119000
