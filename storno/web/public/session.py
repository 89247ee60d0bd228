"""A session's own page behind its link: when and where, the way to the video, and to cancel."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from storno.clients.save import ClientIsErased, ClientIsForgotten
from storno.core.clock import read_clock
from storno.core.refusals import Absent
from storno.diary.change import BookingIsCancelled, StaleBooking
from storno.diary.public import (
    PublicPage,
    PublicSession,
    SessionIsLongOver,
    TooLateToCancel,
    calendar_of_session,
    cancel_behind,
    language_behind_session,
    open_session,
    wish_reminders_behind,
)
from storno.diary.words import clock, from_to, full_day, zone_called
from storno.printing.labels import Language
from storno.web.public.language import speak_as
from storno.web.public.limit import refuse_too_often
from storno.web.public.views import leave_no_trace


def behind_session_link(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page behind the link of a session, in its client's language."""

    @wraps(page)
    def run(request: HttpRequest, key: str, **rest: UUID) -> HttpResponse:
        speak_as(language_behind_session, key, request)
        if refusal := refuse_too_often(request, key, read_clock()):
            return leave_no_trace(refusal)
        try:
            response = _answer(page, request, key, **rest)
        except Absent as absent:
            raise Http404 from absent
        return leave_no_trace(response)

    return never_cache(run)


def _answer(
    page: Callable[..., HttpResponse], request: HttpRequest, key: str, **rest: UUID
) -> HttpResponse:
    try:
        return page(request, key, **rest)
    except SessionIsLongOver:
        return render(request, "public/session_over.html", status=410)


@behind_session_link
@require_safe
def session(request: HttpRequest, key: str, session_id: UUID | None = None) -> HttpResponse:
    """The session as it stands now, and the others of its series that are to come."""
    found = open_session(key, session_id, at=read_clock())
    return render(request, "public/session.html", shown_session(found, key, session_id))


@csrf_exempt  # whoever holds the link may press; there is no cookie that somebody could borrow
@behind_session_link
@require_http_methods(["GET", "HEAD", "POST"])
def session_cancel(request: HttpRequest, key: str, session_id: UUID | None = None) -> HttpResponse:
    """Cancel, after a question; what cannot be cancelled here says whom to call."""
    at = read_clock()
    if request.method == "POST":
        # Its page says how it stands.
        with suppress(BookingIsCancelled, StaleBooking, TooLateToCancel):
            cancel_behind(key, session_id, at=at)
        return redirect(path_of("public_session", key, session_id))
    found = open_session(key, session_id, at=at)
    if not found.session.cancellable:
        return redirect(path_of("public_session", key, session_id))
    return render(request, "public/session_cancel.html", shown_session(found, key, session_id))


@csrf_exempt  # as for cancelling
@behind_session_link
@require_POST
def session_reminders(request: HttpRequest, key: str) -> HttpResponse:
    """Let the client say whether it wants to be reminded; its page says how it stands.

    A form that says neither changes nothing: nobody has wished to hear no more.
    """
    wanted = {"yes": True, "no": False}.get(request.POST.get("wanted", ""))
    if wanted is not None:
        with suppress(ClientIsErased, ClientIsForgotten):
            wish_reminders_behind(key, wanted, at=read_clock())
    return redirect(path_of("public_session", key, None))


@behind_session_link
@require_safe
def session_calendar(_request: HttpRequest, key: str) -> HttpResponse:
    """The session, and those of its series that are to come, for the client's own calendar."""
    page = f"{settings.SITE_URL}{path_of('public_session', key, None)}"
    content = calendar_of_session(key, page, at=read_clock())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response


def path_of(page: str, key: str, session_id: UUID | None) -> str:
    """Where a page about the session of a link is, or about another one of its series."""
    return reverse(page, args=[key] if session_id is None else [key, session_id])


def shown_session(found: PublicPage, key: str, session_id: UUID | None) -> dict[str, Any]:
    """All that the page shows, in the client's language."""
    session, language = found.session, found.language
    return {
        "seller": found.clinic,
        **_when(session, language),
        "place": session.place,
        "video": "" if session.is_cancelled or session.is_over else session.video,
        "is_cancelled": session.is_cancelled,
        "is_over": session.is_over,
        "wants_reminders": found.wants_reminders,
        "reminders_url": reverse("public_session_reminders", args=[key]),
        "cancellable": session.cancellable,
        "page_url": path_of("public_session", key, session_id),
        "cancel_url": path_of("public_session_cancel", key, session_id),
        "calendar_url": reverse("public_session_calendar", args=[key]),
        "coming": [
            {
                **_when(each, language),
                "cancellable": each.cancellable,
                "page_url": path_of("public_session", key, each.id),
                "cancel_url": path_of("public_session_cancel", key, each.id),
            }
            for each in found.coming
        ],
    }


def _when(session: PublicSession, language: Language) -> dict[str, str]:
    """When a session is, and until when it is cancelled freely, in words."""
    zone = session.zone
    day, time = (say(session.free_until, zone, language) for say in (full_day, clock))
    return {
        "day": full_day(session.starts_at, zone, language),
        "time": from_to(session, zone, language),
        "zone": zone_called(zone, language),
        "until": _("%(day)s at %(time)s") % {"day": day, "time": time},
    }
