"""A form of a page from before its reader signed in anew: kept, to be sent on by a press.

Whose page a form stood on is told by its token: the secrets that a person's pages bore are
remembered as long as a session may last. A form from another site, or of another person's page, is
refused and not kept.
"""

from copy import copy

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.urls import reverse

from storno.web.go import go
from storno.web.parked import park

MOST_REMEMBERED = 5
"""So many sign-ins back the pages of one person are known."""


class _Check(CsrfViewMiddleware):
    """Django's own check of origin and token, which says only whether they are right."""

    def _reject(self, _request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason, status=403)


def remember_pages(request: HttpRequest) -> None:
    """Remember the secret that the pages of whoever has just signed in bear from now on."""
    kept = [*_secrets(request), request.META["CSRF_COOKIE"]][-MOST_REMEMBERED:]
    cache.set(_key(request), kept, settings.SESSION_COOKIE_AGE)


def old_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is not that of this session: keep it, or say why it was not sent.

    Only forms of an organization's pages are kept: those of the account may hold a password.
    """
    assert request.resolver_match is not None
    if "slug" in request.resolver_match.kwargs and _is_own(request):
        return go(request, reverse("account_onward", args=[park(request, at_once=False)]))
    return render(request, "403_csrf.html", {"reason": reason}, status=403)


def _is_own(request: HttpRequest) -> bool:
    """Whether the form stood on a page of ours that was shown to the person who is signed in."""
    if not request.user.is_authenticated or request.method != "POST":
        return False
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    told = "Sec-Fetch-Site" in request.headers or "Origin" in request.headers
    return told and site == "same-origin" and any(_bears(request, x) for x in _secrets(request))


def _bears(request: HttpRequest, secret: str) -> bool:
    """Whether the form would be right with this secret in the browser."""
    then = copy(request)
    then.COOKIES = request.COOKIES | {settings.CSRF_COOKIE_NAME: secret}
    return _Check(lambda _request: HttpResponse()).process_view(then, old_form, (), {}) is None


def _secrets(request: HttpRequest) -> list[str]:
    found: list[str] = cache.get(_key(request), [])
    return found


def _key(request: HttpRequest) -> str:
    return f"pages-of-{request.user.pk}"
