"""A real SMTP server for the tests, which refuses, hangs and drops as a test asks."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from django.test import override_settings


@dataclass
class PostOffice:
    """What arrived, and how the server behaves. A reply of "" is the usual one."""

    at_rcpt: str = ""
    at_data: str = ""
    password: str = ""
    drops_at_data: bool = False
    hangs_at_data: bool = False
    received: list[EmailMessage] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    greetings: int = 0
    has_the_words: threading.Event = field(default_factory=threading.Event)

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, replies: list[str]
    ) -> list[str]:
        """Count the connections."""
        session.host_name = hostname
        self.greetings += 1
        return replies

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        """Take a recipient or not."""
        if self.at_rcpt:
            return self.at_rcpt.format(address=address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Take a letter or not."""
        if self.drops_at_data:
            assert server.transport is not None
            server.transport.close()
            return "250 never heard"
        if self.at_data:
            return self.at_data
        assert isinstance(envelope.content, bytes)
        self.received.append(
            message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.default)
        )
        self.senders.append(envelope.mail_from or "")
        self.has_the_words.set()
        if self.hangs_at_data:
            await asyncio.sleep(30)
        return "250 OK"


@contextmanager
def post_office(
    *,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    **behaviour: object,
) -> Iterator[tuple[PostOffice, int]]:
    """Open a post office on a free port, and let this process send its letters there.

    With `tls` it speaks TLS from the start, with `starttls` it insists on changing over to it.
    """
    office = PostOffice(**behaviour)  # type: ignore[arg-type]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(
        office,
        hostname="127.0.0.1",
        port=port,
        ssl_context=tls,
        tls_context=starttls,
        require_starttls=starttls is not None,
        auth_require_tls=False,
        authenticator=lambda _server, _session, _envelope, _mechanism, given: AuthResult(
            success=isinstance(given, LoginPassword) and given.password.decode() == office.password,
            handled=False,
        ),
    )
    controller.start()
    try:
        with override_settings(
            SMTP_URL=f"smtp://127.0.0.1:{port}",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=port,
            EMAIL_HOST_USER="",
            EMAIL_HOST_PASSWORD="",
            EMAIL_USE_TLS=starttls is not None,
            EMAIL_USE_SSL=tls is not None,
            EMAIL_TIMEOUT=1,
        ):
            yield office, port
    finally:
        controller.stop(no_assert=True)
