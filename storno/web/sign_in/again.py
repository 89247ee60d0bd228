"""Deeds that move money or trust ask for a sign-in of the last fifteen minutes.

A form that meets `SignInAgain` is parked in the session, the person proves who they are, and the
form is sent on from a page of its own: as it was typed, and checked anew by its own view.
"""

import time
from collections.abc import Callable
from typing import TypedDict

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from storno.core.ids import new_id
from storno.core.refusals import SignInAgain

MOST_PARKED = 3
"""More open forms than these are not kept for one session: the oldest goes."""

_PARKED = "storno_parked_forms"
_SIGNED_IN_AT = "storno_signed_in_at"


class ParkedForm(TypedDict):
    """A form as it was sent: where to, and each field's values."""

    path: str
    fields: list[tuple[str, list[str]]]


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
    onward = request.get_full_path()
    if request.method == "POST":
        onward = reverse("account_onward", args=[_park(request)])
    ways = get_adapter().get_reauthentication_methods(request.user)
    ask = ways[0]["url"] if ways else reverse("account_login")
    address = f"{ask}?{urlencode({'next': onward})}"
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(address)
    return HttpResponseRedirect(address)


def parked_form(request: HttpRequest, key: str) -> ParkedForm | None:
    """The form that was parked under this key in this session, if it is still kept."""
    parked: dict[str, ParkedForm] = request.session.get(_PARKED, {})
    return parked.get(key)


def _park(request: HttpRequest) -> str:
    key = new_id().hex
    fields = [(name, list(values)) for name, values in request.POST.lists()]
    form = ParkedForm(
        path=request.get_full_path(),
        fields=[(name, values) for name, values in fields if name != "csrfmiddlewaretoken"],
    )
    parked: dict[str, ParkedForm] = request.session.get(_PARKED, {})
    newest = sorted(parked)[-(MOST_PARKED - 1) :]
    request.session[_PARKED] = {kept: parked[kept] for kept in newest} | {key: form}
    return key


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
