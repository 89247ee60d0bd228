"""Letting an invoice be paid online, or no more, and its page turn to paid by itself."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from storno.core.refusals import Refused
from storno.corrections.facts import read_standing
from storno.documents.models import Standing
from storno.notices.by_card import NotOffered, offer_card_payment, stop_card_payment
from storno.online.offer import can_be_paid
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.go import go
from storno.web.papers.menus import Item
from storno.web.papers.refused import show_refused
from storno.web.papers.ways_out import Subject


def card_items(standing: Standing, by_card: bool | None, here: Here) -> Iterator[Item]:
    """What the menu offers about online payment; `by_card` is None where it is not set up."""
    if by_card is None or not can_be_paid(standing) or not here.who.may(Deed.SEND):
        return
    if by_card:
        url = here.url("invoice_card_end", standing.id)
        yield Item(_("Deactivate online payment"), "close", url, "post")
    else:
        url = here.url("invoice_card", standing.id)
        yield Item(_("Activate online payment"), "payment", url, "post")


def shown_card(standing: Standing, by_card: bool | None, here: Here) -> dict[str, Any] | None:
    """That an invoice can be paid online, and where its page asks whether it was."""
    if not by_card or not can_be_paid(standing):
        return None
    return {"state_url": here.url("invoice_state", standing.id, deeds=str(standing.deeds))}


@require_POST
@member_page
def invoice_card(request: HttpRequest, here: Here, invoice_id: UUID) -> HttpResponse:
    """Let an invoice be paid online, without telling anybody."""
    try:
        url = offer_card_payment(invoice_id, who=here.who, at=here.at)
    except Refused as refused:
        title = _("Online payment was not activated")
        return show_refused(request, here, title, refused, Subject(invoice_id=invoice_id))
    words = _("Online payment is active, on this page: %(url)s") % {"url": url}
    messages.success(request, words)
    return go(request, here.url("invoice", invoice_id))


@require_POST
@member_page
def invoice_card_end(request: HttpRequest, here: Here, invoice_id: UUID) -> HttpResponse:
    """Let an invoice be paid online no more; who presses twice finds what was wanted."""
    try:
        stop_card_payment(invoice_id, who=here.who, at=here.at)
    except NotOffered as nothing:
        messages.warning(request, f"{nothing.message} {nothing.remedy}")
    else:
        messages.success(
            request, _("Online payment is not active any more, and reminders are paused.")
        )
    return go(request, here.url("invoice", invoice_id))


@require_safe
@member_page
def invoice_state(request: HttpRequest, here: Here, invoice_id: UUID) -> HttpResponse:
    """Have an open page read anew once something was done to its invoice: it may be paid."""
    with here.reading():
        deeds = read_standing(invoice_id, here.organization.id).deeds
    response = HttpResponse()
    if request.GET.get("deeds", "") != str(deeds):
        response["HX-Refresh"] = "true"
    return response
