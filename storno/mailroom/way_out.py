"""The ways out: an SMTP server and an SMS provider, or the mailbox of this installation.

Only an installation on a loopback address has a mailbox, which takes what no server is set for. On
any other letters wait for their server: nothing may count as sent that nobody can read.
"""

import re
import smtplib  # noqa: TID251 -- this is the way out
from collections.abc import Collection, Mapping
from contextlib import suppress

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import SafeMIMEMultipart

from storno.archive.file import put_on_file
from storno.archive.models import FileKind
from storno.mailroom.models import Failure, Medium
from storno.mailroom.parcel import LONGEST_REPLY, Parcel, Undelivered, WayOut
from storno.mailroom.sms import Sms
from storno.mailroom.sms_provider import SmsProvider
from storno.organizations.scope import scope

_ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>]+>?")


def way_out() -> WayOut:
    """The way that the environment says for each medium; nothing is opened before its first use.

    A medium whose server is missing has none: its letters wait.
    """
    found = {medium: _way_of(medium) for medium in Medium if not is_server_missing(medium)}
    return WaysOut(found)


def _way_of(medium: Medium) -> WayOut:
    if medium is Medium.EMAIL:
        return SmtpServer() if settings.SMTP_URL else Mailbox()
    return SmsProvider(settings.SMS) if settings.SMS else Mailbox()


def has_server(medium: Medium) -> bool:
    """Whether a server is set that takes what travels by this medium."""
    return bool(settings.SMTP_URL if medium is Medium.EMAIL else settings.SMS)


def is_server_missing(medium: Medium = Medium.EMAIL) -> bool:
    """Whether nothing can leave by a medium: no server is set where others reach the pages."""
    return not has_server(medium) and not settings.ON_LOOPBACK


class WaysOut:
    """Each letter by the way of its medium."""

    def __init__(self, ways: Mapping[Medium, WayOut]) -> None:
        self._ways = ways

    @property
    def media(self) -> Collection[Medium]:
        """By what something can leave now."""
        return self._ways.keys()

    def send(self, parcel: Parcel) -> None:
        """Hand a parcel over. Raises Undelivered."""
        self._ways[Medium(parcel.letter.medium)].send(parcel)

    def close(self) -> None:
        """Let go of every server."""
        for way in self._ways.values():
            way.close()


class SmtpServer:
    """One connection for many messages, opened anew when the server has let go of it."""

    media = (Medium.EMAIL,)

    def __init__(self) -> None:
        self._backend = EmailBackend()

    def send(self, parcel: Parcel) -> None:
        """Hand a message over to the server. Raises Undelivered."""
        assert not isinstance(parcel.message, Sms), "only an e-mail goes to this server"
        try:
            self._open()
            self._backend.send_messages([parcel.message])
        except OSError as error:
            self.close()
            raise _undelivered(error) from error

    def close(self) -> None:
        """Say goodbye; what the server makes of that matters to nobody."""
        with suppress(OSError):
            self._backend.close()
        self._backend.connection = None

    def _open(self) -> None:
        connection = self._backend.connection
        if connection is not None:
            try:
                connection.noop()
            except OSError:
                self.close()
        self._backend.open()


class Mailbox:
    """Keeps each message on file, exactly as a server would have got it."""

    media = tuple(Medium)

    def send(self, parcel: Parcel) -> None:
        """Put a message on file, with the line ends of the wire."""
        letter, mine = parcel.letter, parcel.letter.organization_id
        content = _on_the_wire(parcel.message)
        with scope(mine):
            put_on_file(letter.id, FileKind.LETTER, content, organization_id=mine, at=parcel.at)

    def close(self) -> None:
        """There is nothing to let go of."""


def _on_the_wire(message: EmailMultiAlternatives | Sms) -> bytes:
    if isinstance(message, Sms):
        return message.text.encode()
    mime = message.message()
    assert isinstance(mime, SafeMIMEMultipart), "an e-mail has two forms"
    return mime.as_bytes(linesep="\r\n")


def _undelivered(error: OSError) -> Undelivered:
    """What an SMTP error means (RFC 5321 §4.2.1): 5yz about the recipient or the letter is final.

    A refusal of this installation itself (its sender, its password) is not: the operator mends it
    while the letter waits.
    """
    reply: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, reply = error.smtp_code, error.smtp_error
    else:
        return Undelivered(Failure.UNREACHABLE)
    about_the_letter = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
    for_good = about_the_letter and 500 <= code < 600
    failure = Failure.REFUSED if for_good else Failure.POSTPONED
    return Undelivered(failure, _in_short(code, reply), for_good=for_good)


def _in_short(code: int, reply: bytes | str) -> str:
    """The server's words without the addresses that they like to repeat."""
    words = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
    return " ".join(f"{code} {_ADDRESS.sub('…', words)}".split())[:LONGEST_REPLY]
