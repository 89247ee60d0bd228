"""Reminders of what was not paid in time: by a click, by themselves, or not at all."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from storno.clients.models import Client
from storno.corrections.credit import credit_invoice
from storno.corrections.write_off import write_off_invoice
from storno.documents.erase import erase_expired
from storno.documents.files import ErasedLawfully
from storno.documents.models import Dispute, Document
from storno.documents.queries import whole_document
from storno.mailroom.mail import Mail
from storno.mailroom.models import Letter
from storno.mailroom.parcel import Withdrawn
from storno.mailroom.sms import Sms, segments
from storno.notices.pause import PauseReason, pause_reminders
from storno.notices.remind import remind_due
from storno.notices.send import notify
from storno.organizations.models import Settings
from storno.organizations.scope import scope
from storno.overdue.automatic import organizations_that_remind, remind_overdue
from storno.overdue.dispute import dispute_invoice, end_dispute
from storno.overdue.letter import compose_reminder
from storno.overdue.models import Reminder
from storno.overdue.paper import paper_of_reminder, pdf_of_reminder
from storno.overdue.queries import reminders_of
from storno.overdue.remind import remind_of_invoice
from storno.printing.layout import layout
from tests.deeds import CANCELLED, pay
from tests.observe import history, letters, refused, standing
from tests.world import World, found, line

DAY = timedelta(days=1)
ISSUED = datetime(2026, 5, 5, 9, tzinfo=UTC)
"""Due on Tuesday, 19 May 2026; the first reminder may go on Friday the 22nd."""

FRIDAY = datetime(2026, 5, 22, 9, tzinfo=UTC)
REMINDED = ("overdue_reminder", "daisy@example.com")


@pytest.fixture
def world() -> World:
    return found(hold_seconds=0)


@pytest.fixture
def invoice(world: World) -> Document:
    return world.invoice(at=ISSUED)


def remind(world: World, invoice: Document, at: datetime, *, by_hand: bool = False) -> Reminder:
    return remind_of_invoice(invoice.id, by_hand=by_hand, who=world.who(), at=at)


def told(world: World) -> list[tuple[str, str]]:
    return [each for each in letters(world) if each == REMINDED]


def test_one_press_from_the_third_business_day_on_and_once_a_day(
    world: World, invoice: Document
) -> None:
    with refused(world, "not_overdue_yet"):
        remind(world, invoice, FRIDAY - DAY)
    reminder = remind(world, invoice, FRIDAY)
    assert (reminder.open_minor, reminder.pay_by) == (125_500, date(2026, 6, 5))
    with refused(world, "reminded_today"):
        remind(world, invoice, FRIDAY)
    by_hand = remind(world, invoice, FRIDAY + DAY, by_hand=True)
    assert (told(world), reminder.by_hand, by_hand.by_hand) == ([REMINDED], False, True)
    assert history(world, invoice.id)[1:] == ["overdue.reminded", "overdue.reminded_by_hand"]
    with scope(world.id):
        first, second = reminders_of(invoice.id, world.id)
    assert (len(first.letters), first.letters[0].to_address) == (1, "daisy@example.com")
    assert second.letters == ()


def test_nothing_goes_for_what_is_settled_disputed_paused_or_unknown(
    world: World, invoice: Document
) -> None:
    who, other = world.who(), world.invoice(at=ISSUED)
    dispute_invoice(invoice.id, Dispute.AMOUNT, who=who, at=FRIDAY)
    with refused(world, "disputed"):
        remind(world, invoice, FRIDAY)
    with refused(world, "disputed"):
        notify(invoice.id, who=who, at=FRIDAY)
    dispute_invoice(invoice.id, Dispute.QUALITY, who=who, at=FRIDAY + DAY)
    disputed = standing(world, invoice)
    assert (disputed.disputed_at, disputed.dispute) == (FRIDAY, "quality")
    end_dispute(invoice.id, who=who, at=FRIDAY + DAY)
    with refused(world, "not_disputed"):
        end_dispute(invoice.id, who=who, at=FRIDAY + DAY)
    notify(other.id, who=who, at=ISSUED)
    pause_reminders(other.id, PauseReason.AGREED, who=who, at=FRIDAY)
    with refused(world, "reminders_paused"):
        remind(world, other, FRIDAY)
    pay(world, invoice, 125_500, at=FRIDAY)
    with refused(world, "nothing_to_pay"):
        remind(world, invoice, FRIDAY)
    with refused(world, "nothing_to_pay"):
        dispute_invoice(invoice.id, Dispute.OTHER, who=who, at=FRIDAY)
    credit_invoice(other.id, CANCELLED, who=who, at=FRIDAY)
    with refused(world, "nothing_to_pay"):
        remind(world, other, FRIDAY)
    lost = world.invoice(at=ISSUED + DAY)
    write_off_invoice(lost.id, relieved=False, who=who, at=FRIDAY)
    with refused(world, "nothing_to_pay"):
        remind(world, lost, FRIDAY + 10 * DAY)
    mute = world.invoice(at=FRIDAY)
    with scope(world.id):
        Client.objects.filter(organization_id=world.id).update(email="")
    with refused(world, "nobody_to_remind"):
        remind(world, mute, FRIDAY + 20 * DAY)
    remind(world, mute, FRIDAY + 20 * DAY, by_hand=True)
    assert told(world) == []
    with refused(world, "not_allowed"):
        remind_of_invoice(mute.id, who=replace(who, deeds=frozenset()), at=FRIDAY)


def test_the_letter_brings_the_paper_and_no_word_of_what_it_is_for(
    world: World, invoice: Document
) -> None:
    with scope(world.id):
        Client.objects.filter(organization_id=world.id).update(phone="040 123 4567")
    pay(world, invoice, 25_500, at=ISSUED)
    reminder = remind(world, invoice, FRIDAY)
    with scope(world.id):
        mine = Letter.objects.filter(organization_id=world.id, kind="overdue_reminder")
        mail, sms = (compose_reminder(letter) for letter in mine.order_by("medium"))
        paper = paper_of_reminder(reminder, whole_document(invoice.id, world.id))
        name, content = pdf_of_reminder(reminder)
    assert isinstance(mail, Mail)
    assert isinstance(sms, Sms)
    assert mail.subject == "Muistutus laskusta 2026-0001, Alice Example"
    for text in (mail.text, mail.html, sms.text):
        assert "Carpentry" not in text
        assert "1000,00" in "".join(text.split())
    assert segments(sms.text) <= 2
    (attached,) = mail.attachments
    assert (attached.name, attached.content) == (name, content)
    assert (name, content[:5]) == ("Maksumuistutus-2026-0001.pdf", b"%PDF-")
    sheet = layout(paper)
    assert (sheet["title"], sheet["number"]) == ("MAKSUMUISTUTUS", "2026-0001")
    assert paper.lines[0].description == "Lasku 2026-0001, päivätty 5.5.2026, eräpäivä 19.5.2026"
    assert sheet["columns"] == [("Kuvaus", ""), ("Summa EUR", "")]
    assert sheet["taxes"] == []
    assert paper.payment is not None
    assert paper.payment.reference == invoice.payment_reference
    assert paper.payment.bar_code.endswith("260605")
    pay(world, invoice, 100_000, at=FRIDAY)
    with scope(world.id), pytest.raises(Withdrawn):
        compose_reminder(mine.first())  # type: ignore[arg-type]


def test_those_that_go_by_themselves_go_once_on_their_day(world: World, invoice: Document) -> None:
    assert world.id not in organizations_that_remind()
    with scope(world.id):
        Settings.objects.filter(organization_id=world.id).update(overdue_days=[7, 21])
    assert world.id in organizations_that_remind()
    old = world.invoice(at=ISSUED + DAY)
    dispute_invoice(old.id, Dispute.OTHER, who=world.who(), at=FRIDAY)

    def went(on: datetime) -> list[object]:
        return list(remind_overdue(world.id, at=on))

    seventh = datetime(2026, 5, 26, 9, tzinfo=UTC)
    assert went(seventh - DAY) == []
    assert went(seventh.replace(hour=2)) == []  # 5 o'clock in Helsinki
    assert [went(seventh) for _twice in range(2)] == [[invoice.id], []]
    assert went(seventh + 13 * DAY) == []
    assert [went(seventh + 15 * DAY) for _twice in range(2)] == [[invoice.id], []]
    end_dispute(old.id, who=world.who(), at=seventh)
    assert went(seventh + 40 * DAY) == []
    assert told(world) == [REMINDED, REMINDED]


def test_planned_notices_wait_while_it_is_disputed(world: World, invoice: Document) -> None:
    who = world.who()
    notify(invoice.id, who=who, at=ISSUED)
    dispute_invoice(invoice.id, Dispute.NOT_RECEIVED, who=who, at=ISSUED)
    assert remind_due(world.id, at=ISSUED + 15 * DAY) == 0
    end_dispute(invoice.id, who=who, at=ISSUED + 15 * DAY)
    assert remind_due(world.id, at=ISSUED + 16 * DAY) == 1


def test_with_what_an_invoice_said_its_reminders_are_gone(world: World) -> None:
    long_ago = datetime(2015, 6, 16, 9, 12, tzinfo=UTC)
    invoice = world.invoice(line(rate=Decimal(24)), at=long_ago)
    reminder = remind(world, invoice, long_ago + 30 * DAY)
    erase_expired(world.id, at=datetime(2022, 1, 1, 12, tzinfo=UTC))
    with scope(world.id), pytest.raises(ErasedLawfully):
        pdf_of_reminder(reminder)
