"""What no page took up: said in a sentence, and a defect written down, as its page promises."""

import logging
import sys
from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from storno.core.defects import told
from storno.core.refusals import Invalid, NotAllowed, Refused, Words

log = logging.getLogger(__name__)


class SayRefusal:
    """Turns a refusal, raised anywhere below a page, into a page that says why."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and "text/html" in request.headers.get("Accept", ""):
            # Somebody opens an address that takes what a form sends: a page restored, a link typed.
            response.content = render_to_string("405.html")
            response.headers["Content-Type"] = "text/html; charset=utf-8"
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Invalid):
            wrong = [{"message": error.message} for error in exception.errors]
            return _say(request, wrong, 422)
        if isinstance(exception, Refused):
            reasons = [
                {"message": each.message, "remedy": each.remedy} for each in exception.blockers
            ]
            return _say(request, reasons, 403 if isinstance(exception, NotAllowed) else 409)
        return None


def _say(request: HttpRequest, blockers: list[dict[str, Words]], status: int) -> HttpResponse:
    return render(request, "errors/refused.html", {"blockers": blockers}, status=status)


def unreadable(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say of a request that cannot be read whether it is too large (RFC 9110 §15.5.14) or wrong."""
    too_large = isinstance(exception, RequestDataTooBig | TooManyFieldsSent)
    status = 413 if too_large else 400
    return HttpResponse(render_to_string(f"{status}.html"), status=status)


def defect(request: HttpRequest) -> HttpResponse:
    """Answer a defect and log it, by the pattern of its address, which itself may be a key."""
    error, match = sys.exc_info()[1], request.resolver_match
    assert error is not None, "a defect is answered while it is handled"
    where = match.route if match else "an unknown address"
    log.error("a defect at %s %s: %s", request.method, where, told(error))
    return HttpResponse(render_to_string("500.html"), status=500)
