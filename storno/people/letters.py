"""Sign-in letters of an installation without a mail server: kept in a folder, told on the console.

They carry codes and links that open accounts, so only whoever runs the installation may read them:
the folder is 0700, each letter 0600, and the oldest go as new ones come. `storno mailbox` prints
them; no page and no part of the API does.
"""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage as Parsed
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from storno.core.ids import new_id

MOST_KEPT = 200


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """A sign-in letter as it was sent; `sent_at` as in its Date header (RFC 5322)."""

    sent_at: str
    to: str
    subject: str
    text: str


class KeptLetters(BaseEmailBackend):
    """Django's way out for sign-in letters where no SMTP server is set."""

    def send_messages(self, email_messages: Iterable[EmailMessage]) -> int:
        """Keep and tell each letter; returns how many there were."""
        letters = [message.message().as_bytes() for message in email_messages]
        for letter in letters:
            _keep(letter, letters_folder(Path(settings.DATA)))
            _tell(_read(letter))
        return len(letters)


def letters_folder(data: Path) -> Path:
    """Where the letters lie in `STORNO_DATA`."""
    return data / "sign-in-letters"


def kept_letters(folder: Path) -> list[KeptLetter]:
    """The letters that are still kept, newest first."""
    return [_read(path.read_bytes()) for path in _newest_first(folder)]


def _newest_first(folder: Path) -> list[Path]:
    """Names begin with an id that grows with time, so their order is the order of sending."""
    return sorted(folder.glob("*.eml"), reverse=True)


def _keep(letter: bytes, folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    unfinished = folder / f"{new_id()}.unfinished"
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(letter)
    unfinished.rename(unfinished.with_suffix(".eml"))
    for old in _newest_first(folder)[MOST_KEPT:]:
        old.unlink(missing_ok=True)


def _read(letter: bytes) -> KeptLetter:
    message = message_from_bytes(letter, _class=Parsed, policy=policy.default)
    body = message.get_body(preferencelist=("plain",))
    assert body is not None, "sign-in letters are plain text"
    return KeptLetter(
        sent_at=str(message["Date"]),
        to=str(message["To"]),
        subject=str(message["Subject"]),
        text=str(body.get_content()).strip(),
    )


def _tell(letter: KeptLetter) -> None:
    """Show the letter on the console, beside what a verb answers on standard output."""
    sys.stderr.write(f"\n--- Sign-in letter to {letter.to}: {letter.subject}\n{letter.text}\n---\n")
    sys.stderr.flush()
