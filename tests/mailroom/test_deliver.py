"""Delivering over a real SMTP server that takes, refuses, hangs and drops."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.test import override_settings

from storno.core.refusals import Refused
from storno.documents.issue import DOCUMENT_LETTER
from storno.mailroom.deliver import LEASE, WAITS, deliver_next
from storno.mailroom.mail import Mail
from storno.mailroom.models import Failure, Letter, Medium
from storno.mailroom.parcel import Undelivered
from storno.mailroom.queue import Envelope, queue
from storno.mailroom.way_out import is_server_missing, way_out
from storno.organizations.scope import scope
from tests.documents.mail import COMPOSERS, try_one
from tests.mailroom.post_office import post_office
from tests.world import World, found

SECOND = timedelta(seconds=1)


@pytest.fixture
def world(at: datetime) -> World:
    """An organization that issues at once, with one invoice whose letter is due."""
    world = found(hold_seconds=0)
    world.invoice(at=at, language="en")
    return world


def letter(world: World) -> Letter:
    """The organization's one letter."""
    with scope(world.id):
        return Letter.objects.get(organization_id=world.id)


def stands(world: World) -> tuple[str, int, datetime | None, str, str]:
    """How the letter stands."""
    row = letter(world)
    return row.state, row.attempts, row.next_attempt_at, row.failure, row.reply


def test_a_letter_arrives(world: World, at: datetime) -> None:
    with post_office() as (office, _port):
        assert try_one(world, at)
        assert not try_one(world, at)
    (message,) = office.received
    row = letter(world)
    assert (row.state, row.attempts, row.sent_at) == ("sent", 1, at)
    assert office.senders == ["no-reply@localhost"]
    assert message["From"] == "Alice Example <no-reply@localhost>"
    assert message["To"] == "daisy@example.com"
    assert message["Subject"] == "Invoice 2026-0001 from Alice Example"
    assert message["Message-ID"] == row.message_id
    assert message["Date"] == "Tue, 16 Jun 2026 09:12:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "en"
    assert message["Reply-To"] is None
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
    ]


@pytest.mark.parametrize("code", ["550 5.1.1", "553", "521"])
def test_a_refused_recipient_is_a_failure_at_once(world: World, at: datetime, code: str) -> None:
    with post_office(at_rcpt=f"{code} <{{address}}>: nobody of that name") as (office, _port):
        try_one(world, at)
        assert not try_one(world, at + timedelta(days=2))
    assert office.received == []
    assert stands(world) == ("failed", 1, None, "refused", f"{code} …: nobody of that name")


def test_a_refused_letter_is_a_failure_at_once(world: World, at: datetime) -> None:
    with post_office(at_data="554 5.7.1 looks like spam") as (_office, _port):
        try_one(world, at)
    assert stands(world) == ("failed", 1, None, "refused", "554 5.7.1 looks like spam")


def test_a_postponed_letter_is_tried_again_under_the_same_id(world: World, at: datetime) -> None:
    with post_office(at_rcpt="450 4.2.0 greylisted, come back") as (office, _port):
        try_one(world, at)
        again = at + WAITS[0]
        assert stands(world) == ("queued", 1, again, "postponed", "450 4.2.0 greylisted, come back")
        assert not try_one(world, again - SECOND)
        office.at_rcpt = ""
        assert try_one(world, again)
    assert stands(world) == ("sent", 2, None, "", "")
    assert [message["Message-ID"] for message in office.received] == [letter(world).message_id]


def test_after_the_last_wait_the_letter_has_failed(world: World, at: datetime) -> None:
    moment = at
    with post_office(at_data="451 try later") as (_office, _port):
        for tries, wait in enumerate(WAITS, start=1):
            try_one(world, moment)
            moment += wait
            assert stands(world) == ("queued", tries, moment, "postponed", "451 try later")
        try_one(world, moment)
    assert stands(world) == ("failed", 6, None, "postponed", "451 try later")
    assert moment - at == timedelta(hours=10, minutes=36)


def test_a_dropped_connection_is_no_refusal(world: World, at: datetime) -> None:
    with post_office(drops_at_data=True) as (_office, _port):
        try_one(world, at)
    assert stands(world) == ("queued", 1, at + WAITS[0], "unreachable", "")


def test_a_server_that_says_nothing_is_given_up(world: World, at: datetime) -> None:
    """It accepts the connection and never greets."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        with override_settings(
            SMTP_URL="smtp://127.0.0.1",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=deaf.getsockname()[1],
            EMAIL_TIMEOUT=0.2,
        ):
            try_one(world, at)
    assert stands(world) == ("queued", 1, at + WAITS[0], "unreachable", "")


def test_a_server_that_hangs_after_the_words_may_have_taken_them(
    world: World, at: datetime
) -> None:
    """Nobody knows: so it goes again, and both bear the same Message-ID."""
    with post_office(hangs_at_data=True) as (office, _port):
        try_one(world, at)
        assert stands(world) == ("queued", 1, at + WAITS[0], "unreachable", "")
        office.hangs_at_data = False
        try_one(world, at + WAITS[0])
    assert [message["Message-ID"] for message in office.received] == [letter(world).message_id] * 2


def test_no_server_at_all(world: World, at: datetime) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        with override_settings(
            SMTP_URL="smtp://127.0.0.1", EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, EMAIL_TIMEOUT=1
        ):
            try_one(world, at)
    assert stands(world) == ("queued", 1, at + WAITS[0], "unreachable", "")


def test_a_refused_sender_is_for_the_operator_to_mend(world: World, at: datetime) -> None:
    """The password is wrong, then it is right: the letter has waited."""
    with post_office(password="right") as (office, _port):
        with override_settings(EMAIL_HOST_USER="storno", EMAIL_HOST_PASSWORD="wrong"):
            try_one(world, at)
        wrong = "535 5.7.8 Authentication credentials invalid"
        assert stands(world) == ("queued", 1, at + WAITS[0], "postponed", wrong)
        with override_settings(EMAIL_HOST_USER="storno", EMAIL_HOST_PASSWORD="right"):
            try_one(world, at + WAITS[0])
    assert stands(world) == ("sent", 2, None, "", "")
    assert len(office.received) == 1


@pytest.mark.parametrize("way", ["tls", "starttls"])
def test_a_server_must_prove_its_name(
    world: World, at: datetime, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without trust in its certificate nothing is said to it; with it the letter arrives."""
    certificate = certify(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with post_office(**{way: context}) as (office, _port):
        try_one(world, at)
        assert stands(world) == ("queued", 1, at + WAITS[0], "unreachable", "")
        assert office.received == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        try_one(world, at + WAITS[0])
    assert stands(world) == ("sent", 2, None, "", "")
    assert len(office.received) == 1


def certify(folder: Path) -> Path:
    """A certificate of 127.0.0.1 for itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = folder / "certificate.pem"
    path.write_bytes(secret + certificate.public_bytes(Encoding.PEM))
    return path


def test_one_connection_carries_many_letters_and_outlives_a_refusal(at: datetime) -> None:
    world = found(hold_seconds=0)
    for _number in range(3):
        world.invoice(at=at)
    with post_office() as (office, _port):
        out = way_out()
        assert deliver_next(world.id, composers=COMPOSERS, out=out, at=at)
        office.at_rcpt = "550 nobody"
        assert deliver_next(world.id, composers=COMPOSERS, out=out, at=at)
        office.at_rcpt = ""
        assert deliver_next(world.id, composers=COMPOSERS, out=out, at=at)
        out.close()
    assert len(office.received) == 2
    assert office.greetings == 2


def test_several_senders_never_send_a_letter_twice(at: datetime) -> None:
    world = found(hold_seconds=0)
    for _number in range(8):
        world.invoice(at=at)

    def sender() -> None:
        from django.db import connection

        out = way_out()
        while deliver_next(world.id, composers=COMPOSERS, out=out, at=at):
            pass
        out.close()
        connection.close()

    with post_office() as (office, _port):
        senders = [threading.Thread(target=sender) for _number in range(3)]
        for thread in senders:
            thread.start()
        for thread in senders:
            thread.join()
    ids = [message["Message-ID"] for message in office.received]
    assert len(ids) == len(set(ids)) == 8


SENDER = """
import sys
from datetime import datetime
from uuid import UUID
import django
django.setup()
from storno.mailroom.deliver import deliver_next
from storno.mailroom.way_out import way_out
from tests.documents.mail import COMPOSERS
deliver_next(
    UUID(sys.argv[1]), composers=COMPOSERS, out=way_out(), at=datetime.fromisoformat(sys.argv[2])
)
"""


def test_a_killed_sender_leaves_a_lease_that_runs_out(world: World, at: datetime) -> None:
    """kill -9 when the server has the words: the same letter goes again under the same id."""
    with post_office(hangs_at_data=True) as (office, port):
        sender = subprocess.Popen(
            [sys.executable, "-c", SENDER, str(world.id), at.isoformat()],
            env=os.environ | {"STORNO_SMTP_URL": f"smtp://127.0.0.1:{port}"},
        )
        assert office.has_the_words.wait(30)
        sender.send_signal(signal.SIGKILL)
        assert sender.wait() == -signal.SIGKILL
        assert stands(world) == ("sending", 1, at + LEASE, "", "")
        office.hangs_at_data = False
        assert not try_one(world, at + LEASE - SECOND)
        assert try_one(world, at + LEASE)
    assert stands(world)[:2] == ("sent", 2)
    assert [message["Message-ID"] for message in office.received] == [letter(world).message_id] * 2


def test_a_letter_whose_senders_keep_dying_is_given_up(world: World, at: datetime) -> None:
    def dies(_letter: Letter) -> Mail:
        raise SystemExit

    moment = at
    for tries in range(1, 7):
        with pytest.raises(SystemExit):
            deliver_next(world.id, composers={DOCUMENT_LETTER: dies}, out=way_out(), at=moment)
        assert stands(world) == ("sending", tries, moment + LEASE, "", "")
        moment += LEASE
    assert not try_one(world, moment)
    assert stands(world) == ("failed", 6, None, "interrupted", "")


def test_a_late_sender_of_a_lost_lease_still_tells_that_the_letter_is_out(
    world: World, at: datetime
) -> None:
    """The second sender failed meanwhile: what was sent was sent."""

    class Slow:
        media = (Medium.EMAIL,)

        def send(self, _parcel: object) -> None:
            with post_office(at_rcpt="450 later") as (_office, _port):
                try_one(world, at + LEASE)
            assert stands(world)[0] == "queued"

        def close(self) -> None: ...

    deliver_next(world.id, composers=COMPOSERS, out=Slow(), at=at)
    assert letter(world).state == "sent"
    assert letter(world).sent_at == at


class Gone(Refused):
    """What the letter is about is gone."""

    code = "gone"
    message = "Gone."


def test_a_letter_that_cannot_be_written(
    world: World, at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """A refusal is final; a defect is told without its words, and tried again."""

    def defect(_letter: Letter) -> Mail:
        raise ValueError("Daisy Duck, daisy@example.com")

    def refusal(_letter: Letter) -> Mail:
        raise Gone

    deliver_next(world.id, composers={DOCUMENT_LETTER: defect}, out=way_out(), at=at)
    assert stands(world) == ("queued", 1, at + WAITS[0], "unwritten", "")
    assert str(letter(world).id) in caplog.text
    assert "ValueError at storno/mailroom/deliver.py" in caplog.text
    assert "Daisy" not in caplog.text
    deliver_next(world.id, composers={DOCUMENT_LETTER: refusal}, out=way_out(), at=at + WAITS[0])
    assert stands(world) == ("failed", 2, None, "unwritten", "")


def test_a_letter_that_is_too_early_is_tried_again_and_is_no_defect(
    world: World, at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    def early(_letter: Letter) -> Mail:
        raise Undelivered(Failure.UNWRITTEN)

    deliver_next(world.id, composers={DOCUMENT_LETTER: early}, out=way_out(), at=at)
    assert stands(world) == ("queued", 1, at + WAITS[0], "unwritten", "")
    assert caplog.text == ""


def test_only_where_others_reach_the_pages_is_a_server_missed() -> None:
    for smtp_url, on_loopback, missing in (
        ("", True, False),
        ("", False, True),
        ("smtp://mail.example.com", True, False),
        ("smtp://mail.example.com", False, False),
    ):
        with override_settings(SMTP_URL=smtp_url, ON_LOOPBACK=on_loopback):
            assert is_server_missing() == missing


@pytest.mark.parametrize("mischief", ["Alice\r\nBcc: x@example.com", "Alice\nX: y", "Ålice\n\tz"])
def test_no_text_can_begin_a_header(at: datetime, mischief: str) -> None:
    world = found()
    with scope(world.id):
        queue(
            [Envelope("note", UUID(int=1), "d@example.com", "en")], organization_id=world.id, at=at
        )

    def compose(_letter: Letter) -> Mail:
        return Mail(mischief, "text", "<p>html", mischief, reply_to=f"a@example.com\r\n{mischief}")

    with post_office() as (office, _port):
        out = way_out()
        assert deliver_next(world.id, composers={"note": compose}, out=out, at=at)
        out.close()
    (message,) = office.received
    plain = " ".join(mischief.split())
    assert message["Subject"] == plain
    assert message["From"].addresses[0].display_name == plain
    assert {name.lower() for name in message.keys()} == {  # noqa: SIM118
        *("subject", "from", "to", "reply-to", "message-id", "date", "mime-version"),
        *("auto-submitted", "content-language", "content-type"),
    }
