"""A session's own page behind its link: when and where, the way to the video, and to cancel."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from storno.core.clock import read_clock
from storno.core.refusals import Absent
from storno.diary.change import BookingIsCancelled
from storno.diary.public import (
    PublicSession,
    SessionIsLongOver,
    TooLateToCancel,
    cancel_behind,
    language_behind_session,
    open_session,
)
from storno.diary.words import clock, from_to, full_day, zone_called
from storno.web.public.calendar_file import calendar_file
from storno.web.public.views import leave_no_trace


def behind_session_link(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page behind the link of a session, in its client's language."""

    @wraps(page)
    def run(request: HttpRequest, key: str) -> HttpResponse:
        try:
            with translation.override(language_behind_session(key)):
                response = _answer(page, request, key)
        except Absent as absent:
            raise Http404 from absent
        return leave_no_trace(response)

    return never_cache(run)


def _answer(page: Callable[..., HttpResponse], request: HttpRequest, key: str) -> HttpResponse:
    try:
        return page(request, key)
    except SessionIsLongOver:
        return render(request, "public/session_over.html", status=410)


@require_GET
@behind_session_link
def session(request: HttpRequest, key: str) -> HttpResponse:
    """The session as it stands now."""
    found = open_session(key, at=read_clock())
    return render(request, "public/session.html", shown_session(found, key))


@csrf_exempt  # whoever holds the link may press; there is no cookie that somebody could borrow
@require_http_methods(["GET", "POST"])
@behind_session_link
def session_cancel(request: HttpRequest, key: str) -> HttpResponse:
    """Cancel, after a question; what cannot be cancelled here says whom to call."""
    at = read_clock()
    if request.method == "POST":
        with suppress(BookingIsCancelled, TooLateToCancel):  # its page says how it stands
            cancel_behind(key, at=at)
        return redirect("public_session", key)
    found = open_session(key, at=at)
    if not found.cancellable:
        return redirect("public_session", key)
    return render(request, "public/session_cancel.html", shown_session(found, key))


@require_GET
@behind_session_link
def session_calendar(_request: HttpRequest, key: str) -> HttpResponse:
    """The session for the client's own calendar."""
    at = read_clock()
    page = f"{settings.SITE_URL}{reverse('public_session', args=[key])}"
    content = calendar_file(open_session(key, at=at), page, at=at)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response


def shown_session(found: PublicSession, key: str) -> dict[str, Any]:
    """All that the page shows, in the client's language."""
    language, zone = found.language, found.zone
    day, time = (say(found.free_until, zone, language) for say in (full_day, clock))
    is_on = not (found.is_cancelled or found.is_over)
    return {
        "seller": found.clinic,
        "day": full_day(found.starts_at, zone, language),
        "time": from_to(found, zone, language),
        "zone": zone_called(zone, language),
        "place": found.place,
        "video": found.video if is_on else "",
        "is_cancelled": found.is_cancelled,
        "is_over": found.is_over,
        "cancellable": found.cancellable,
        "until": _("%(day)s at %(time)s") % {"day": day, "time": time},
        "page_url": reverse("public_session", args=[key]),
        "cancel_url": reverse("public_session_cancel", args=[key]),
        "calendar_url": reverse("public_session_calendar", args=[key]),
    }
