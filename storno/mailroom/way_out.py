"""The ways out: an SMTP server, or, where none is set, the mailbox of this installation.

Only an installation on a loopback address has a mailbox. On any other letters wait for a server:
nothing may count as sent that nobody can read.
"""

import re
import smtplib  # noqa: TID251 -- this is the way out
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import SafeMIMEMultipart

from storno.archive.file import put_on_file
from storno.archive.models import FileKind
from storno.mailroom.models import Failure, Letter
from storno.organizations.scope import scope

LONGEST_REPLY = 300

_ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>]+>?")


class Undelivered(Exception):
    """A letter did not get through; `for_good` if trying again would change nothing."""

    def __init__(self, failure: Failure, reply: str = "", *, for_good: bool = False) -> None:
        super().__init__(failure)
        self.failure = failure
        self.reply = reply
        self.for_good = for_good


@dataclass(frozen=True, slots=True)
class Parcel:
    """A letter, its message, and the moment of the try."""

    letter: Letter
    message: EmailMultiAlternatives
    at: datetime


class WayOut(Protocol):
    """Where parcels are handed over, one after the other, outside of any transaction."""

    def send(self, parcel: Parcel) -> None:
        """Hand a parcel over. Raises Undelivered."""

    def close(self) -> None:
        """Let go of the server."""


def way_out() -> WayOut:
    """The way that `STORNO_SMTP_URL` says; nothing is opened before the first message."""
    assert not is_server_missing(), "letters wait"
    return SmtpServer() if settings.SMTP_URL else Mailbox()


def is_server_missing() -> bool:
    """Whether no letter can leave: no mail server is set where others reach the pages."""
    return not settings.SMTP_URL and not settings.ON_LOOPBACK


class SmtpServer:
    """One connection for many messages, opened anew when the server has let go of it."""

    def __init__(self) -> None:
        self._backend = EmailBackend()

    def send(self, parcel: Parcel) -> None:
        """Hand a message over to the server. Raises Undelivered."""
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

    def send(self, parcel: Parcel) -> None:
        """Put a message on file, with the line ends of the wire."""
        letter, mine = parcel.letter, parcel.letter.organization_id
        message = parcel.message.message()
        assert isinstance(message, SafeMIMEMultipart), "a letter has two forms"
        content = message.as_bytes(linesep="\r\n")
        with scope(mine):
            put_on_file(letter.id, FileKind.LETTER, content, organization_id=mine, at=parcel.at)

    def close(self) -> None:
        """There is nothing to let go of."""


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
