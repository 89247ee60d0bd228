"""An invoice for whoever holds its link: no sign-in, no cookie, no trace in search or referrers."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from storno.core.clock import read_clock
from storno.core.refusals import Absent
from storno.documents.files import ErasedLawfully
from storno.documents.public import (
    LinkExpired,
    LinkJustRenewed,
    LinkStillOpen,
    language_behind,
    open_link,
    public_pdf,
    renew_link,
)
from storno.online.offer import is_payable
from storno.web.public.language import speak_as
from storno.web.public.limit import refuse_too_often
from storno.web.public.shown import shown_invoice

Page = Callable[..., HttpResponse]


def behind_link(page: Page) -> Page:
    """A page behind a link, in the invoice's language.

    Run out it offers a new one; what is not there is calmly not there.
    """

    @wraps(page)
    def run(request: HttpRequest, signed: str, **rest: UUID) -> HttpResponse:
        speak_as(language_behind, signed, request)
        if refusal := refuse_too_often(request, signed, read_clock()):
            return leave_no_trace(refusal)
        try:
            response = _answer(page, request, signed, **rest)
        except Absent as absent:
            raise Http404 from absent
        return leave_no_trace(response)

    return never_cache(run)


def leave_no_trace(response: HttpResponse) -> HttpResponse:
    """Keep a page behind a link out of search engines and its address out of referrers."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _answer(page: Page, request: HttpRequest, signed: str, **rest: UUID) -> HttpResponse:
    try:
        return page(request, signed, **rest)
    except LinkExpired:
        return render(request, "public/expired.html", {"signed": signed}, status=410)
    except ErasedLawfully as erased:
        return render(request, "public/erased.html", {"erased": erased}, status=410)


@behind_link
@require_safe
def invoice(request: HttpRequest, signed: str) -> HttpResponse:
    """The invoice as it was issued, and what holds of it now."""
    return render(request, "public/invoice.html", shown_page(signed, at=read_clock()))


def shown_page(signed: str, *, at: datetime) -> dict[str, Any]:
    """All that the page of an invoice shows. Raises Absent, LinkExpired, ErasedLawfully."""
    found = open_link(signed, at=at)
    return shown_invoice(found, signed, by_card=is_payable(found.document))


@behind_link
@require_safe
def pdf(_request: HttpRequest, signed: str, credit_note_id: UUID | None = None) -> HttpResponse:
    """The PDF of the invoice, or of a credit note on it, to save."""
    name, content = public_pdf(signed, credit_note_id=credit_note_id, at=read_clock())
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@csrf_exempt  # it does no more than mail its rightful reader, once an hour
@behind_link
@require_POST
def new_link(request: HttpRequest, signed: str) -> HttpResponse:
    """Mail a new link to where the invoice went."""
    try:
        renew_link(signed, at=read_clock())
    except LinkJustRenewed as refused:
        return render(request, "public/renewed.html", {"refused": refused}, status=429)
    except LinkStillOpen:
        return redirect("public_invoice", signed)
    return render(request, "public/renewed.html")
