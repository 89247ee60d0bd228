"""The mailbox of an installation without a mail server: exactly what would have gone out."""

from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import uuid4

import pytest
from django.test import override_settings

from storno.archive.file import fetch
from storno.archive.models import FileKind
from storno.core.environment import SmsGateway
from storno.core.pages import Place
from storno.core.refusals import Absent, Invalid
from storno.documents.files import pdf_of
from storno.mailroom.mailbox import is_kept_here, kept_letter, kept_letters
from storno.mailroom.models import Letter
from storno.mailroom.queue import Envelope, queue
from storno.organizations.scope import scope
from tests.documents.mail import deliver_all, try_one
from tests.mailroom.post_office import post_office
from tests.mailroom.sms_center import GATEWAY
from tests.world import found


def test_a_letter_in_the_mailbox_is_the_one_on_the_wire(at: datetime) -> None:
    """The same letter once into the mailbox and once over SMTP: only the boundaries differ."""
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at, language="fi")
    (kept,) = deliver_all(world, at=at)
    with scope(world.id):
        row = Letter.objects.get(organization_id=world.id)
        content = fetch(row.id, FileKind.LETTER, organization_id=world.id)
        assert content is not None
        pdf = pdf_of(invoice.id, organization_id=world.id)
        assert kept_letter(row.id, organization_id=world.id) == kept
        Letter.objects.filter(id=row.id).update(state="queued", sent_at=None, next_attempt_at=at)
    assert (row.state, row.sent_at) == ("sent", at)
    assert b"\r\n" in content
    assert content.count(b"\n") == content.count(b"\r\n")
    with post_office() as (office, _port):
        try_one(world, at)
    (sent,) = office.received
    filed = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
    for name in ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"):
        assert sent[name] == filed[name], name
    parts = [part for part in sent.walk() if not part.is_multipart()]
    text, html, paper = (part.get_payload(decode=True) for part in parts)
    assert isinstance(text, bytes)
    assert isinstance(html, bytes)
    assert text.decode().replace("\r\n", "\n") == kept.text
    assert html.decode().replace("\r\n", "\n") == kept.html
    assert paper == pdf == kept.attachments[0].content
    assert (kept.subject_id, kept.sent_at, kept.language) == (invoice.id, at, "fi")


def test_the_mailbox_is_read_in_pages_the_newest_first(at: datetime) -> None:
    world = found(hold_seconds=0)
    for number in range(3):
        world.invoice(at=at + timedelta(minutes=number), language="en")
    deliver_all(world, at=at + timedelta(hours=1))
    with scope(world.id):
        first = kept_letters(world.id, limit=2)
        rest = kept_letters(world.id, limit=2, after=Place.read(first.next))
        with pytest.raises(Invalid):
            kept_letters(world.id, limit=1000)
    assert [letter.subject for letter in (*first.items, *rest.items)] == [
        f"Invoice 2026-000{number} from Alice Example" for number in (3, 2, 1)
    ]
    assert rest.next == ""


def test_what_was_not_kept_is_not_in_the_mailbox(at: datetime) -> None:
    """Letters that are waiting, and those that went out over a server, are not there."""
    world, other = found(hold_seconds=0), found(hold_seconds=0)
    world.invoice(at=at)
    with post_office() as (_office, _port):
        try_one(world, at)
    world.invoice(at=at)
    with scope(world.id):
        rows = list(Letter.objects.filter(organization_id=world.id))
        assert kept_letters(world.id).items == ()
        for letter_id in (*(row.id for row in rows), uuid4()):
            with pytest.raises(Absent):
                kept_letter(letter_id, organization_id=world.id)
    (kept,) = deliver_all(world, at=at)
    with scope(other.id):
        assert kept_letters(other.id).items == ()
        with pytest.raises(Absent):
            kept_letter(kept.id, organization_id=other.id)


def test_a_queue_of_many_is_one_statement_each_with_its_own_id(at: datetime) -> None:
    world = found()
    with scope(world.id):
        queued = queue(
            (Envelope("note", uuid4(), "d@example.com", "en") for _number in range(3)),
            organization_id=world.id,
            at=at,
        )
    assert len({letter.message_id for letter in queued}) == 3
    assert all(letter.message_id == f"<{letter.id}@localhost>" for letter in queued)


@pytest.mark.parametrize(
    ("smtp_url", "sms", "on_loopback", "kept"),
    [
        ("", None, True, True),
        ("", GATEWAY, True, True),
        ("", None, False, False),
        ("smtp://x", None, True, True),
        ("smtp://x", GATEWAY, True, False),
        ("smtp://x", GATEWAY, False, False),
    ],
)
def test_the_mailbox_is_for_this_machine_alone_and_for_what_has_no_server(
    smtp_url: str, sms: SmsGateway | None, on_loopback: bool, kept: bool
) -> None:
    with override_settings(SMTP_URL=smtp_url, SMS=sms, ON_LOOPBACK=on_loopback):
        assert is_kept_here() is kept
