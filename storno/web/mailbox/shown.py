"""Letters in words."""

from typing import Any

from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat

from storno.core.pages import Place
from storno.core.refusals import Invalid
from storno.mailroom.mailbox import KeptLetter, kept_letters
from storno.organizations.queries import seller_of
from storno.web.access import Here
from storno.web.say import say_moment


def letters_page(request: HttpRequest, here: Here) -> dict[str, Any]:
    """All that the list shows; inside a scope."""
    zone = seller_of(here.organization.id).time_zone
    try:
        place = Place.read(request.GET["after"]) if request.GET.get("after") else None
    except Invalid:
        place = None
    page = kept_letters(here.organization.id, after=place)
    return {
        "rows": [
            {
                "url": here.url("letter", letter.id),
                "subject": letter.subject,
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
