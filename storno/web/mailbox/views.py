"""The mailbox of an installation without a mail server: what the recipients would have seen.

It is there only while letters stay on this machine; else it is not there at all.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from storno.core.refusals import Absent
from storno.diary.looks import note_look_at_history
from storno.mailroom.mailbox import KeptLetter, is_kept_here, kept_letter
from storno.web.access import Here, member_page
from storno.web.mailbox.shown import letters_page, shown_letter
from storno.web.show import show

LETTER_POLICY = {
    "default-src": [NONE],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "frame-ancestors": [SELF],
    "form-action": [NONE],
    "base-uri": [NONE],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}
"""A letter is a stranger's page: it may look as it likes, and do nothing but open its links."""


def kept_here(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a page be there only where letters stay."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_kept_here():
            raise Http404
        return view(request, *args, **kwargs)

    return run


@require_GET
@kept_here
@member_page
def mailbox(request: HttpRequest, here: Here) -> HttpResponse:
    """The letters, newest first."""
    with here.reading():
        return show(request, here, "mailbox/mailbox.html", **letters_page(request, here))


@require_GET
@kept_here
@member_page
def letter(request: HttpRequest, here: Here, letter_id: UUID) -> HttpResponse:
    """One letter as its recipient would see it."""
    with here.reading():
        found = _looked_at(letter_id, here)
        zone = here.now.seller.time_zone
        shown = shown_letter(found, here, zone)
        return show(request, here, "mailbox/letter.html", letter=shown)


@require_GET
@kept_here
@csp(LETTER_POLICY)
@xframe_options_sameorigin
@member_page
def letter_html(_request: HttpRequest, here: Here, letter_id: UUID) -> HttpResponse:
    """The page in a letter; its links open beside it."""
    with here.reading():
        found = _looked_at(letter_id, here)
    response = HttpResponse(found.html.replace("<head>", '<head><base target="_blank">', 1))
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_GET
@kept_here
@member_page
def letter_attachment(
    _request: HttpRequest, here: Here, letter_id: UUID, position: int
) -> HttpResponse:
    """A file in a letter, to save."""
    with here.reading():
        found = _looked_at(letter_id, here)
    if position >= len(found.attachments):
        raise Absent
    file = found.attachments[position]
    response = HttpResponse(file.content, content_type=file.media_type)
    response["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    return response


def _looked_at(letter_id: UUID, here: Here) -> KeptLetter:
    """The letter, and that the member has looked at whom it is about. Raises Absent."""
    found = kept_letter(letter_id, organization_id=here.organization.id)
    note_look_at_history(found.subject_id, who=here.who, at=here.at)
    return found
