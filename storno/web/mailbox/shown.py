"""Letters in words."""

from typing import Any

from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storno.core.pages import Place
from storno.core.refusals import Invalid
from storno.mailroom.mailbox import KeptLetter, kept_letters
from storno.mailroom.models import Medium
from storno.mailroom.sms import segments
from storno.web.access import Here
from storno.web.say import say_moment


def letters_page(request: HttpRequest, here: Here) -> dict[str, Any]:
    """All that the list shows; inside a scope."""
    zone = here.now.seller.time_zone
    try:
        place = Place.read(request.GET["after"]) if request.GET.get("after") else None
    except Invalid:
        place = None
    page = kept_letters(here.organization.id, after=place)
    return {
        "rows": [
            {
                "url": here.url("letter", letter.id),
                "subject": letter.subject or letter.text,
                "is_sms": letter.medium == Medium.SMS,
                "icon": "phone" if letter.medium == Medium.SMS else "mailbox",
                "to": letter.to,
                "language": letter.language,
                "sent": say_moment(letter.sent_at, here.at, zone),
            }
            for letter in page.items
        ],
        "older_url": here.url("mailbox", after=page.next) if page.next else "",
    }


def shown_letter(letter: KeptLetter, here: Here, time_zone: str) -> dict[str, Any]:
    """A letter as a mail program shows it."""
    return {
        "subject": letter.subject,
        "is_sms": letter.medium == Medium.SMS,
        "length_words": _length_words(letter.text) if letter.medium == Medium.SMS else "",
        "sender": letter.sender,
        "to": letter.to,
        "reply_to": letter.reply_to,
        "language": letter.language,
        "sent": say_moment(letter.sent_at, here.at, time_zone),
        "text": letter.text,
        "html_url": here.url("letter_html", letter.id) if letter.html else "",
        "attachments": [
            {
                "name": file.name,
                "size": filesizeformat(len(file.content)),
                "url": here.url("letter_attachment", letter.id, position),
            }
            for position, file in enumerate(letter.attachments)
        ],
    }


def _length_words(text: str) -> str:
    """How long an SMS is, in characters and in what is paid for."""
    count = segments(text)
    in_segments = ngettext("%(count)s segment", "%(count)s segments", count) % {"count": count}
    return _("%(length)s characters, %(segments)s") % {
        "length": len(text),
        "segments": in_segments,
    }
