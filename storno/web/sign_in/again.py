"""Deeds that move money or trust ask for a sign-in of the last fifteen minutes.

A form that meets `SignInAgain`, or a session that is over, is parked, the person proves who they
are, and the form is sent on from a page of its own: as it was typed, and checked anew by its view.
"""

import time
from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from storno.core.refusals import SignInAgain
from storno.web.go import go
from storno.web.parked import park

_SIGNED_IN_AT = "storno_signed_in_at"
SECOND_STEP = "mfa"
"""What django-allauth calls it, in a session and among the ways to prove who one is."""


def note_sign_in(request: HttpRequest) -> None:
    """Remember in the session that the person has just gone through every step of signing in."""
    request.session[_SIGNED_IN_AT] = time.time()


def recently_signed_in(request: HttpRequest) -> bool:
    """Whether this person signed in, or proved again who they are, in the last fifteen minutes."""
    if not request.user.is_authenticated:
        return False
    proofs = get_authentication_records(request, request.user)
    moments = [proof["at"] for proof in proofs if proof.get("reauthenticated")]
    moments.append(request.session.get(_SIGNED_IN_AT, 0))
    return max(moments) > time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Ask who it is, then lead back here: to the page, or to the form that was sent."""
    ways = get_adapter().get_reauthentication_methods(request.user)
    ask = ways[0]["url"] if ways else reverse("account_login")
    return go(request, f"{ask}?{urlencode({'next': _onward(request)})}")


def proved_by_second_step(request: HttpRequest) -> bool:
    """Whether this session went through the second step: a code, or a passkey."""
    proofs = get_authentication_records(request, request.user)
    return any(proof["method"] == SECOND_STEP for proof in proofs)


def second_step_first(request: HttpRequest) -> HttpResponse | None:
    """Ask for the second step, then lead back here; None for who has not set one up."""
    ways = get_adapter().get_reauthentication_methods(request.user)
    for way in ways:
        if way["id"].startswith(SECOND_STEP):
            return go(request, f"{way['url']}?{urlencode({'next': _onward(request)})}")
    return None


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Let a visitor sign in, then lead back here: to the page, or to the form that was sent.

    Whose form it was is not known any more, so whoever signs in sends it on by a press.
    """
    return go(request, redirect_to_login(_onward(request)).url)


def _onward(request: HttpRequest) -> str:
    """Where to go on: this page, or the form that was sent to it, if it can be kept."""
    if request.method == "POST" and (key := park(request)):
        return reverse("account_onward", args=[key])
    return request.get_full_path()


class AskAgain:
    """Turns `SignInAgain`, raised anywhere below a page, into the question who it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, SignInAgain) and request.user.is_authenticated:
            return sign_in_again(request)
        return None
