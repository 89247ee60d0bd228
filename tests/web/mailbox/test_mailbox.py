"""The mailbox of an installation without a mail server."""

from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.test import override_settings

from storno.documents.issue import DOCUMENT_LETTER
from storno.documents.letter import compose_document_letter
from storno.mailroom.deliver import deliver_next
from storno.mailroom.models import Letter, Medium
from storno.mailroom.queue import Envelope, queue
from storno.mailroom.sms import Sms
from storno.mailroom.way_out import Mailbox
from storno.organizations.scope import scope
from tests.conftest import Clock
from tests.mailroom.sms_center import GATEWAY
from tests.web.cast import member_as, nobody, row_of, stranger
from tests.web.papers.member import Member
from tests.world import World, found

COMPOSERS = {DOCUMENT_LETTER: compose_document_letter}


def sent_letter(world: World, clock: Clock) -> UUID:
    """The letter of an invoice, as the worker leaves it in the mailbox."""
    world.invoice(at=clock.now)
    out = Mailbox()
    assert deliver_next(world.id, composers=COMPOSERS, out=out, at=clock.now)
    letter: Letter = row_of(Letter, world)
    return letter.id


def test_letters_are_listed_and_read_as_the_recipient_would(clock: Clock) -> None:
    world = found()
    letter_id = sent_letter(world, clock)
    alice = Member(world)
    seen = alice.get("mailbox")
    assert "Lasku 2026-0001" in seen.text
    assert "daisy@example.com" in seen.text
    assert "today at 12:12" in seen.text
    seen = alice.get("letter", letter_id)
    assert "Lasku-2026-0001.pdf" in seen.text
    assert f'src="{alice.url("letter_html", letter_id)}"' in seen.html
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in seen.html
    assert "/i/" in seen.text


def test_the_letters_page_may_do_nothing(clock: Clock) -> None:
    world = found()
    letter_id = sent_letter(world, clock)
    seen = Member(world).get("letter_html", letter_id)
    policy = seen.response["Content-Security-Policy"]
    assert set(policy.split("; ")) == {
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "frame-ancestors 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        "sandbox allow-popups allow-popups-to-escape-sandbox",
    }
    assert seen.response["X-Frame-Options"] == "SAMEORIGIN"
    assert seen.response["Referrer-Policy"] == "no-referrer"
    assert '<base target="_blank">' in seen.html
    assert "<script" not in seen.html


def test_attachments_are_saved(clock: Clock) -> None:
    world = found()
    letter_id = sent_letter(world, clock)
    alice = Member(world)
    response = alice.get("letter_attachment", letter_id, 0).response
    assert response.content.startswith(b"%PDF-")
    assert response["Content-Disposition"] == 'attachment; filename="Lasku-2026-0001.pdf"'
    assert alice.get("letter_attachment", letter_id, 1).status == 404


def test_an_empty_mailbox_teaches(clock: Clock) -> None:
    assert "No letter yet" in Member(found()).get("mailbox").text


@pytest.mark.parametrize("name", ["letter", "letter_html"])
def test_only_members_read(name: str, clock: Clock) -> None:
    world = found()
    letter_id = sent_letter(world, clock)
    assert member_as(world, "reader").get(name, letter_id).status == 200
    assert stranger(world).get(name, letter_id).status == 404
    assert Member(found()).get(name, letter_id).status == 404
    assert Member(world).get(name, uuid4()).status == 404
    assert nobody().get(Member(world).url(name, letter_id)).status_code == 302


@pytest.mark.parametrize(
    "away", [{"SMTP_URL": "smtp://mail.example", "SMS": GATEWAY}, {"ON_LOOPBACK": False}]
)
def test_elsewhere_there_is_no_mailbox(away: dict[str, object], clock: Clock) -> None:
    world = found()
    letter_id = sent_letter(world, clock)
    alice = Member(world)
    assert settings.ON_LOOPBACK
    with override_settings(**away):
        assert alice.get("mailbox").status == 404
        assert alice.get("letter", letter_id).status == 404
        assert alice.get("letter_html", letter_id).status == 404
        assert alice.get("letter_attachment", letter_id, 0).status == 404
        assert "Mailbox" not in alice.get("home").html


def test_an_sms_shows_its_number_its_words_and_its_length(clock: Clock) -> None:
    world = found()
    text = "Sofie: tomorrow at 10:00. https://storno.example/s/abc"
    with scope(world.id):
        envelope = Envelope("note", uuid4(), "+358401234567", "en", Medium.SMS)
        (letter,) = queue([envelope], organization_id=world.id, at=clock.now)
    deliver_next(
        world.id, composers={"note": lambda _letter: Sms(text)}, out=Mailbox(), at=clock.now
    )
    alice = Member(world)
    seen = alice.get("mailbox")
    assert f"{text} SMS · +358401234567" in seen.text
    seen = alice.get("letter", letter.id)
    assert f"To +358401234567 Sent today at 12:12 Length {len(text)} characters, 1 segment" in (
        seen.text
    )
    assert 'href="https://storno.example/s/abc"' in seen.html
