"""Paying an invoice by card: to the provider's page and back, and what the provider tells."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from storno.core.clock import read_clock
from storno.core.refusals import Absent, Refused
from storno.online.account import NoCardsInCustody, NotSetUp, ProviderIsAway
from storno.online.hear import hear
from storno.online.open import (
    NotByCard,
    ProviderRefuses,
    come_back,
    is_waited_for,
    open_checkout,
)
from storno.online.provider import ForgedEvent
from storno.web.public.views import behind_link, shown_page

LONGEST_EVENT = 256 * 1024
"""Bytes that an event of a provider has at most; one of Stripe's has some thousands."""


@csrf_exempt  # whoever holds the link may pay; there is no cookie that somebody could borrow
@behind_link
@require_POST
def pay(request: HttpRequest, signed: str) -> HttpResponse:
    """Go on to the provider's page.

    Not by a redirect: our own policy lets a form lead to ourselves only, and the provider's page
    may have any host.
    """
    try:
        url = open_checkout(signed, at=read_clock())
    except (NotSetUp, NoCardsInCustody, NotByCard):
        return redirect("public_invoice", signed)  # which says how it stands, and how it is paid
    except ProviderRefuses as refused:
        return _not_paid(request, signed, refused, 409)
    except ProviderIsAway as refused:
        return _not_paid(request, signed, refused, 503)
    return render(request, "public/to_provider.html", {"url": url})


def _not_paid(request: HttpRequest, signed: str, refused: Refused, status: int) -> HttpResponse:
    page_url = reverse("public_invoice", args=[signed])
    context = {"refused": refused, "page_url": page_url}
    return render(request, "public/not_paid.html", context, status=status)


@behind_link
@require_safe
def paid(request: HttpRequest, signed: str) -> HttpResponse:
    """Come back from the provider's page; until the payment is confirmed, wait for that."""
    at = read_clock()
    if not come_back(signed, at=at):
        return redirect("public_invoice", signed)
    waits = {
        "state_url": reverse("public_paid_state", args=[signed]),
        "page_url": reverse("public_invoice", args=[signed]),
    }
    shown = shown_page(signed, at=at)
    return render(request, "public/invoice.html", {**shown, "waits": waits})


@behind_link
@require_safe
def paid_state(_request: HttpRequest, signed: str) -> HttpResponse:
    """Whether a payment is still to be confirmed, for the script of the page that waits."""
    return JsonResponse({"waits": is_waited_for(signed, at=read_clock())})


@csrf_exempt  # what is told here counts by its signature
@require_POST
def hook(request: HttpRequest, address_id: UUID) -> HttpResponse:
    """Take what the provider tells; what it did not sign is refused and changes nothing."""
    if len(request.body) > LONGEST_EVENT:
        return _answer(413, "too_large")
    try:
        hear(
            address_id,
            request.body,
            request.headers.get("Stripe-Signature", ""),
            at=read_clock(),
        )
    except Absent as absent:
        raise Http404 from absent
    except ForgedEvent:
        return _answer(400, "wrong_signature")
    return _answer(200, "heard")


def _answer(status: int, code: str) -> HttpResponse:
    return JsonResponse({"code": code}, status=status)
