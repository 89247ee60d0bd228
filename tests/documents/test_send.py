"""Sending what is issued, marking what was given, and letters that failed."""

from datetime import datetime, timedelta
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections

from storno.clients.models import Client
from storno.core.pages import Place
from storno.core.refusals import NotAllowed
from storno.corrections.credit import credit_invoice
from storno.corrections.give_credit import Credited
from storno.corrections.plan import CreditRequest
from storno.documents.models import HandedOver, Reason
from storno.documents.send import hand_over, send_again, send_document, send_to_other_address
from storno.mailroom.models import Letter
from storno.mailroom.queries import failed_letters, letter_of, letters_about, letters_of
from storno.organizations.models import Channel
from storno.organizations.scope import scope
from tests.documents.mail import deliver_all, try_one
from tests.mailroom.post_office import post_office
from tests.observe import everything, history, letters, refused
from tests.world import World, found

HOUR = timedelta(hours=1)


@pytest.fixture
def world() -> World:
    """An organization that issues at once."""
    return found(hold_seconds=0)


def fail(world: World, at: datetime) -> Letter:
    """Have the one due letter refused."""
    with post_office(at_rcpt="550 nobody") as (_office, _port):
        assert try_one(world, at)
    with scope(world.id):
        (letter,) = failed_letters(world.id)
    return letter


def read(world: World, letter_id: UUID) -> Letter:
    """A letter as it is now."""
    with scope(world.id):
        return letter_of(letter_id, organization_id=world.id)


def test_what_the_member_delivers_leaves_only_by_send(world: World, at: datetime) -> None:
    invoice = world.invoice(at=at, channel=Channel.NONE)
    assert letters(world) == []
    letter = send_document(invoice.id, who=world.who(), at=at + HOUR)
    assert letters(world) == [("document", "daisy@example.com")]
    assert (letter.subject_id, letter.language) == (invoice.id, "fi")
    assert history(world, invoice.id) == ["invoice.issued", "document.sent"]
    (arrived,) = deliver_all(world, at=at + HOUR)
    assert arrived.subject == "Lasku 2026-0001, Alice Example"


def test_a_second_press_sends_nothing_twice(world: World, at: datetime) -> None:
    """While it is on its way; sent, it may be sent once more."""
    invoice = world.invoice(at=at)
    first = send_document(invoice.id, who=world.who(), at=at)
    assert letters(world) == [("document", "daisy@example.com")]
    deliver_all(world, at=at)
    second = send_document(invoice.id, who=world.who(), at=at)
    assert first.id != second.id
    assert letters(world) == [("document", "daisy@example.com")] * 2


def test_two_presses_at_once_make_one_letter(world: World, at: datetime) -> None:
    invoice = world.invoice(at=at, channel=Channel.NONE)
    together = Barrier(2)

    def press() -> None:
        together.wait()
        send_document(invoice.id, who=world.who(), at=at)
        connection.close()

    threads = [Thread(target=press) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert letters(world) == [("document", "daisy@example.com")]


def test_a_credit_note_can_be_sent_and_given(world: World, at: datetime) -> None:
    """Its history stands with its invoice."""
    invoice = world.invoice(at=at, channel=Channel.NONE)
    given = credit_invoice(invoice.id, CreditRequest(Reason.CANCELLED), who=world.who(), at=at)
    assert isinstance(given, Credited)
    assert letters(world) == []
    send_document(given.credit_note.id, address=" new@example.com ", who=world.who(), at=at)
    assert letters(world) == [("document", "new@example.com")]
    hand_over(given.credit_note.id, who=world.who(), at=at)
    assert history(world, invoice.id) == [
        *("invoice.issued", "invoice.credited", "document.sent", "document.handed_over")
    ]
    (arrived,) = deliver_all(world, at=at)
    assert "/i/" in arrived.text


@pytest.mark.parametrize(
    "address", ["", "daisy", "daisy@", "a@b@c.fi", "a@example.com\nBcc: x@y.fi"]
)
def test_an_address_must_be_one(world: World, at: datetime, address: str) -> None:
    invoice = world.invoice(at=at, channel=Channel.NONE)
    code = "required" if not address else "not_an_email"
    with refused(world, f"address: {code}"):
        send_document(invoice.id, address=address, who=world.who(), at=at)


def test_a_recipient_without_an_address(world: World, at: datetime) -> None:
    with scope(world.id):
        Client.objects.filter(organization_id=world.id).update(email="")
    invoice = world.invoice(at=at, channel=Channel.NONE)
    with refused(world, "address: required"):
        send_document(invoice.id, who=world.who(), at=at)


def test_what_was_erased_is_not_sent(world: World, at: datetime) -> None:
    invoice = world.invoice(at=at, channel=Channel.NONE)
    with connections["owner"].cursor() as owner:
        owner.execute(
            "DELETE FROM documents_particulars WHERE organization_id = %s", [str(world.id)]
        )
    with refused(world, "erased_lawfully"):
        send_document(invoice.id, who=world.who(), at=at)


def test_given_once_and_for_all(world: World, at: datetime) -> None:
    invoice = world.invoice(at=at, channel=Channel.NONE)
    first = hand_over(invoice.id, who=world.who(), at=at)
    again = hand_over(invoice.id, who=world.who(), at=at + HOUR)
    assert (first.id, first.at, first.by) == (again.id, at, world.alice.id)
    assert history(world, invoice.id) == ["invoice.issued", "document.handed_over"]
    with scope(world.id):
        assert HandedOver.objects.filter(organization_id=world.id).count() == 1


def test_a_failed_letter_is_sent_again_under_the_same_id(world: World, at: datetime) -> None:
    invoice = world.invoice(at=at)
    failed = fail(world, at)
    again = send_again(failed.id, who=world.who(), at=at + HOUR)
    assert (again.id, again.message_id) == (failed.id, failed.message_id)
    row = read(world, failed.id)
    assert (row.state, row.attempts, row.next_attempt_at) == ("queued", 0, at + HOUR)
    assert (row.failure, row.reply) == ("", "")
    assert history(world, invoice.id) == ["invoice.issued", "letter.sent_again"]
    with post_office() as (office, _port):
        try_one(world, at + HOUR)
    assert [message["Message-ID"] for message in office.received] == [failed.message_id]


def test_another_address_is_another_letter(world: World, at: datetime) -> None:
    invoice = world.invoice(at=at)
    failed = fail(world, at)
    instead = send_to_other_address(failed.id, "new@example.com", who=world.who(), at=at + HOUR)
    assert instead.message_id != failed.message_id
    assert letters(world) == [("document", "daisy@example.com"), ("document", "new@example.com")]
    replaced = read(world, failed.id)
    assert (replaced.state, replaced.failure, replaced.reply) == (
        "replaced",
        "refused",
        "550 nobody",
    )
    assert history(world, invoice.id) == ["invoice.issued", "letter.redirected"]
    with scope(world.id):
        assert failed_letters(world.id) == []


def test_a_credit_note_does_not_go_where_its_invoice_could_not(world: World, at: datetime) -> None:
    invoice = world.invoice(at=at)
    failed = fail(world, at)
    send_to_other_address(failed.id, "new@example.com", who=world.who(), at=at)
    credit_invoice(invoice.id, CreditRequest(Reason.CANCELLED), who=world.who(), at=at)
    assert letters(world)[2:] == [("document", "new@example.com")]


def test_only_a_failed_letter_is_sent_again(world: World, at: datetime) -> None:
    world.invoice(at=at)
    with scope(world.id):
        (letter,) = letters_of(world.id).items
    for moment in (at, at + HOUR):
        with refused(world, "letter_has_not_failed"):
            send_again(letter.id, who=world.who(), at=moment)
        with refused(world, "letter_has_not_failed"):
            send_to_other_address(letter.id, "new@example.com", who=world.who(), at=moment)
        deliver_all(world, at=at)


def test_a_failed_letter_and_a_wrong_address(world: World, at: datetime) -> None:
    world.invoice(at=at)
    failed = fail(world, at)
    with refused(world, "address: not_an_email"):
        send_to_other_address(failed.id, "new", who=world.who(), at=at)


def test_strangers_and_readers(world: World, at: datetime) -> None:
    invoice = world.invoice(at=at)
    failed = fail(world, at)
    other = found()
    for who, codes in ((world.who("reader"), ["not_allowed"]), (other.who(), ["absent"])):
        before = everything(other)
        with refused(world, *codes):
            send_document(invoice.id, address="x@example.com", who=who, at=at)
        with refused(world, *codes):
            hand_over(invoice.id, who=who, at=at)
        with refused(world, *codes):
            send_again(failed.id, who=who, at=at)
        with refused(world, *codes):
            send_to_other_address(failed.id, "x@example.com", who=who, at=at)
        assert everything(other) == before
    with pytest.raises(NotAllowed):
        send_document(uuid4(), who=world.who("reader"), at=at)


def test_letters_are_read_in_pages(world: World, at: datetime) -> None:
    invoices = [world.invoice(at=at) for _number in range(3)]
    with scope(world.id):
        page = letters_of(world.id, limit=2)
        rest = letters_of(world.id, limit=2, after=Place.read(page.next))
        assert [row.subject_id for row in (*page.items, *rest.items)] == [
            invoice.id for invoice in reversed(invoices)
        ]
        assert rest.next == ""
        about = letters_about([invoices[0].id, invoices[2].id], organization_id=world.id)
        assert [row.subject_id for row in about] == [invoices[0].id, invoices[2].id]
