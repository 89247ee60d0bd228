"""The SMS provider: one HTTP request for each message, as `STORNO_SMS_…` describes it.

The request bears the letter's id as its `Idempotency-Key`, the same on every try. Neither address,
text nor secret is ever logged.
"""

import base64
import http.client
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, quote_plus, unquote, urlsplit, urlunsplit
from urllib.request import (  # noqa: TID251 -- this is the way out
    HTTPRedirectHandler,
    Request,
    build_opener,
)

from storno.core.environment import SmsGateway
from storno.mailroom.models import Failure, Medium
from storno.mailroom.parcel import LONGEST_REPLY, Parcel, Undelivered
from storno.mailroom.sms import Sms

SECONDS = 20
"""How long the provider may be silent."""

NOT_ABOUT_THE_MESSAGE = frozenset({401, 402, 403, 407, 408, 429})
"""Refusals of this installation (its key, its credit, its pace), mended while the message waits."""

_SLOT = re.compile(r"\{(to|text|from|id)\}")

_TELLING = re.compile(r"https?:\S+|\+?\d[\d ()-]{5,}\d")
"""Addresses and numbers, which providers like to repeat."""


class SmsProvider:
    """Hands each message over with a request of its own."""

    media = (Medium.SMS,)

    def __init__(self, gateway: SmsGateway) -> None:
        self._gateway = gateway
        self._opener = build_opener(_NoRedirect)

    def send(self, parcel: Parcel) -> None:
        """Hand a message over to the provider. Raises Undelivered."""
        assert isinstance(parcel.message, Sms), "only an SMS goes to this provider"
        request = request_of(self._gateway, parcel, parcel.message.text)
        try:
            with self._opener.open(request, timeout=SECONDS):
                return
        except HTTPError as error:
            with error:
                raise _undelivered(error, parcel.message.text) from None
        except (OSError, http.client.HTTPException):
            # What is said here may quote the address, which may hold a password.
            raise Undelivered(Failure.SMS_UNREACHABLE) from None

    def close(self) -> None:
        """There is nothing to let go of."""


class _NoRedirect(HTTPRedirectHandler):
    """Whatever lies elsewhere is not what the environment names: a message follows nobody."""

    def redirect_request(self, *_request: Any, **_redirect: Any) -> None:
        """Follow nothing, so that the answer is an error."""


def request_of(gateway: SmsGateway, parcel: Parcel, text: str) -> Request:
    """The request that hands a text over, each slot filled in the way of where it stands."""
    letter = parcel.letter
    given = {
        "to": letter.to_address,
        "text": text,
        "from": gateway.sender,
        "id": str(letter.id),
    }
    url, user = _without_user(gateway.url)
    headers = {name: _filled(value, given, _one_line) for name, value in gateway.headers}
    headers.setdefault("Idempotency-Key", given["id"])
    if user:
        headers.setdefault("Authorization", user)
    body = None
    if gateway.body:
        escape = _in_json if gateway.is_json else quote_plus
        body = _filled(gateway.body, given, escape).encode()
        headers.setdefault(
            "Content-Type",
            "application/json" if gateway.is_json else "application/x-www-form-urlencoded",
        )
    return Request(  # noqa: S310 -- the environment allows http and https alone
        _filled(url, given, lambda value: quote(value, safe="")),
        data=body,
        headers=headers,
        method=gateway.method,
    )


def _filled(template: str, given: dict[str, str], escape: Callable[[str], str]) -> str:
    return _SLOT.sub(lambda slot: escape(given[slot[1]]), template)


def _in_json(value: str) -> str:
    """What stands between the quotation marks of a JSON string (RFC 8259 §7)."""
    return json.dumps(value)[1:-1]


def _one_line(value: str) -> str:
    """What may stand in a header: no text can begin one of its own."""
    return quote(value, safe=" +-_.")


def _without_user(url: str) -> tuple[str, str]:
    """An address without its user, who goes in a header (RFC 7617)."""
    parts = urlsplit(url)
    if parts.username is None:
        return url, ""
    user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    host = parts.netloc.rpartition("@")[2]
    basic = base64.b64encode(user.encode()).decode()
    return urlunsplit(parts._replace(netloc=host)), f"Basic {basic}"


def _undelivered(error: HTTPError, text: str) -> Undelivered:
    """What an answer means (RFC 9110 §15): 4xx about the message is final, all else passes."""
    for_good = 400 <= error.code < 500 and error.code not in NOT_ABOUT_THE_MESSAGE
    failure = Failure.SMS_REFUSED if for_good else Failure.SMS_POSTPONED
    return Undelivered(failure, _in_short(error, text), for_good=for_good)


def _in_short(error: HTTPError, text: str) -> str:
    """The provider's own words, without the message, numbers and addresses."""
    try:
        said = error.read(4 * LONGEST_REPLY).decode(errors="replace")
    except (OSError, http.client.HTTPException):
        said = ""
    for own in (text, _in_json(text)):
        said = said.replace(own, "…")
    printable = "".join(char for char in said if char.isprintable() or char.isspace())
    return " ".join(f"{error.code} {_TELLING.sub('…', printable)}".split())[:LONGEST_REPLY]
