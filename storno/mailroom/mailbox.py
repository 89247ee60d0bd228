"""The mailbox of an installation without a mail server: letters just as they would have gone.

Sign-in letters never come here (people/letters.py). Read inside an open scope.
"""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import UUID

from django.conf import settings

from storno.archive.file import fetch
from storno.archive.models import File, FileKind
from storno.core.pages import Page, Place, checked_limit, page_of
from storno.core.refusals import Absent
from storno.mailroom.mail import Attachment
from storno.mailroom.models import Letter, Medium
from storno.mailroom.way_out import has_server


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """A letter in the mailbox, as a mail program shows it; an SMS has a number and a text only."""

    id: UUID
    subject_id: UUID
    sender: str
    to: str
    reply_to: str
    subject: str
    language: str
    sent_at: datetime
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    medium: Medium = Medium.EMAIL


def is_kept_here() -> bool:
    """Whether letters stay here: a server is not set, and only this machine reaches the pages."""
    return settings.ON_LOOPBACK and not all(has_server(medium) for medium in Medium)


def kept_letters(
    organization_id: UUID, *, after: Place | None = None, limit: int = 20
) -> Page[KeptLetter]:
    """A page of the mailbox, the newest first. Raises Invalid."""
    files = File.objects.filter(organization_id=organization_id, kind=FileKind.LETTER)
    letters = Letter.objects.filter(
        organization_id=organization_id, sent_at__isnull=False, id__in=files.values("subject_id")
    )
    if after is not None:
        letters = letters.filter(id__lt=after.id)
    found = list(letters.order_by("-id")[: checked_limit(limit) + 1])
    contents = dict(
        files.filter(subject_id__in=[letter.id for letter in found]).values_list(
            "subject_id", "content"
        )
    )
    return page_of(
        (_read(letter, contents[letter.id]) for letter in found),
        limit=limit,
        place=lambda letter: Place("", letter.id),
    )


def kept_letter(letter_id: UUID, *, organization_id: UUID) -> KeptLetter:
    """One letter of the mailbox. Raises Absent."""
    letter = Letter.objects.filter(
        organization_id=organization_id, id=letter_id, sent_at__isnull=False
    ).first()
    content = fetch(letter_id, FileKind.LETTER, organization_id=organization_id)
    if letter is None or content is None:
        raise Absent
    return _read(letter, content)


def _read(letter: Letter, content: bytes | memoryview) -> KeptLetter:
    if letter.medium == Medium.SMS:
        return _read_sms(letter, bytes(content).decode())
    message = message_from_bytes(bytes(content), _class=EmailMessage, policy=policy.default)
    assert letter.sent_at is not None, "only sent letters are kept"
    return KeptLetter(
        id=letter.id,
        subject_id=letter.subject_id,
        sender=str(message["From"]),
        to=str(message["To"]),
        reply_to=str(message["Reply-To"] or ""),
        subject=str(message["Subject"]),
        language=letter.language,
        sent_at=letter.sent_at,
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=tuple(_attachment(part) for part in message.iter_attachments()),
    )


def _read_sms(letter: Letter, text: str) -> KeptLetter:
    assert letter.sent_at is not None, "only sent letters are kept"
    return KeptLetter(
        id=letter.id,
        subject_id=letter.subject_id,
        sender="",
        to=letter.to_address,
        reply_to="",
        subject="",
        language=letter.language,
        sent_at=letter.sent_at,
        text=text,
        html="",
        attachments=(),
        medium=Medium.SMS,
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return "" if part is None else str(part.get_content()).replace("\r\n", "\n")


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return Attachment(part.get_filename() or "", part.get_content_type(), content)
