"""How often pages behind a link may be asked: so often by a link, and so often from an address.

It keeps off programs gone wild and who tries links; the links themselves are beyond guessing.
"""

from datetime import datetime, timedelta
from ipaddress import IPv6Network, ip_address

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from storno.organizations.count import is_too_often

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
    most = {"of_link": of_link or OF_LINK, "of_address": OF_ADDRESS}
    if not is_too_often(key, _address(request), **most, at=at):
        return None
    over = at.replace(minute=0, second=0, microsecond=0) + HOUR
    seconds = max(int((over - at).total_seconds()), 1)
    minutes = -(-seconds // 60)
    response = render(request, "public/too_often.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def _address(request: HttpRequest) -> str:
    """From where somebody asks, as the sign-in knows it; IPv6 by its network."""
    try:
        address = ip_address(get_adapter().get_client_ip(request))
    except (PermissionDenied, ValueError):
        return ""
    if address.version == 4:
        return str(address)
    return str(IPv6Network((address, _NETWORK), strict=False))
