"""A diary for a calendar program: no sign-in, no cookie, no trace."""

from hashlib import sha256

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from storno.core.clock import read_clock
from storno.core.refusals import Absent
from storno.diary.feed import calendar_behind
from storno.web.public.limit import refuse_too_often

MOST = 60
"""So often a link may be asked in an hour; a calendar program asks a few times."""


@require_safe
def diary_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar behind a link; of one that opens nothing nobody learns why."""
    at = read_clock()
    response = refuse_too_often(request, secret, at, of_link=MOST)
    if response is None:
        try:
            calendar = calendar_behind(secret, at=at)
        except Absent as absent:
            raise Http404 from absent
        response = _answer(request, calendar)
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _answer(request: HttpRequest, calendar: bytes) -> HttpResponse:
    """The calendar, or that it is still the one that the program has (RFC 9110 §13.1.2)."""
    etag = f'"{sha256(calendar).hexdigest()}"'
    whole = HttpResponse(
        calendar, content_type="text/calendar; charset=utf-8", headers={"ETag": etag}
    )
    answer = get_conditional_response(request, etag=etag, response=whole)
    assert isinstance(answer, HttpResponse), "a whole answer was given"
    return answer
