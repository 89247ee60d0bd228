"""A letter in words, and its form on the wire (RFC 5322)."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from storno.mailroom.models import Letter


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a letter; `media_type` like application/pdf."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """What a composer writes: the words, and from whom; where to is the letter's business.

    It leaves from the installation's address under `from_name`; answers go to `reply_to`, or
    nowhere if that is empty.
    """

    subject: str
    text: str
    html: str
    from_name: str
    reply_to: str = ""
    attachments: tuple[Attachment, ...] = ()


def message_of(letter: Letter, mail: Mail, *, at: datetime) -> EmailMultiAlternatives:
    """The message of one try; every try of a letter bears the same Message-ID.

    `Auto-Submitted` keeps answering machines quiet (RFC 3834 §5). White space in a header becomes
    single blanks, so no text can begin a header of its own.
    """
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    message = EmailMultiAlternatives(
        subject=_one_line(mail.subject),
        body=mail.text,
        from_email=formataddr((_one_line(mail.from_name), address)),
        to=[letter.to_address],
        reply_to=[_one_line(mail.reply_to)] if mail.reply_to else None,
        headers={
            "Message-ID": letter.message_id,
            "Date": format_datetime(at),
            "Auto-Submitted": "auto-generated",
            "Content-Language": letter.language,
        },
    )
    message.attach_alternative(mail.html, "text/html")
    for attachment in mail.attachments:
        message.attach(attachment.name, attachment.content, attachment.media_type)
    return message


def _one_line(text: str) -> str:
    return " ".join(text.split())
