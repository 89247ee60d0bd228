"""A letter in words, and its two forms: plain text, and HTML that says the same."""

from dataclasses import dataclass

from django.template.loader import render_to_string

from storno.mailroom.mail import Attachment, Mail


@dataclass(frozen=True, slots=True)
class Words:
    """Everything a letter says, in its recipient's language; empty parts are left out.

    `holds` is the one thing to know. `facts` are labels with what belongs to them. `link` is what
    it is called and its address; `after` is said below it. `sender` closes the letter.
    """

    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    holds: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    link: tuple[str, str] | None = None
    after: tuple[str, ...] = ()
    sender: tuple[str, ...] = ()


def mail_of(
    words: Words,
    *,
    language: str,
    from_name: str,
    reply_to: str = "",
    attachments: tuple[Attachment, ...] = (),
) -> Mail:
    """Lay a letter out in both forms."""
    context = {"words": words, "language": language}
    text = render_to_string("mailroom/letter.txt", context)
    return Mail(
        subject=words.subject,
        text=f"{text.strip()}\n",
        html=render_to_string("mailroom/letter.html", context),
        from_name=from_name,
        reply_to=reply_to,
        attachments=attachments,
    )
