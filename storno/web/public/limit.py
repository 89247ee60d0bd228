"""How often pages behind a link may be asked: so often by a link, and so often from an address.

It keeps off programs gone wild and who tries links; the links themselves are beyond guessing. Two
requests at once may count as one.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Network, ip_address

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

HOUR = timedelta(hours=1)

OF_LINK = 120
"""In an hour; somebody who looks up an appointment and changes their mind asks a few times."""

OF_ADDRESS = 2000
"""In an hour; behind one address there can be a whole hospital."""

_NETWORK = 64
"""Bits of an IPv6 address that one house has (RFC 6177)."""


def refuse_too_often(
    request: HttpRequest, key: str, at: datetime, *, of_link: int | None = None
) -> HttpResponse | None:
    """The answer to who asks too often in this hour, with when it goes on; else None, and counted.

    `key` is the link's, one that opens something or not.
    """
    asked = ((f"link-{key}", of_link or OF_LINK), (f"address-{_address(request)}", OF_ADDRESS))
    refused = [_is_too_often(what, most, at) for what, most in asked]
    if not any(refused):
        return None
    over = at.replace(minute=0, second=0, microsecond=0) + HOUR
    seconds = max(int((over - at).total_seconds()), 1)
    minutes = -(-seconds // 60)
    response = render(request, "public/too_often.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def _is_too_often(what: str, most: int, at: datetime) -> bool:
    key = f"asked-{sha256(what.encode()).hexdigest()}-{at:%Y%m%d%H}"
    asked: int = cache.get(key, 0)
    if asked < most:
        cache.set(key, asked + 1, HOUR.total_seconds())
    return asked >= most


def _address(request: HttpRequest) -> str:
    """From where somebody asks, as the sign-in knows it; IPv6 by its network."""
    try:
        address = ip_address(get_adapter().get_client_ip(request))
    except (PermissionDenied, ValueError):
        return ""
    if address.version == 4:
        return str(address)
    return str(IPv6Network((address, _NETWORK), strict=False))
