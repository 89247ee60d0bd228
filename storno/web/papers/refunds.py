"""Giving back what is owed back, and taking that back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from storno.core.refusals import Invalid, Refused
from storno.corrections.refund import (
    MoreThanOpenThere,
    MoreThanOwedBack,
    NothingOpen,
    NothingOwedBack,
    offset_invoice,
    refund_invoice,
    reverse_refund,
)
from storno.corrections.seen import NotAsShown
from storno.corrections.send_back import MoreThanCameByCard, NotPaidByCard
from storno.organizations.once import AnsweredBefore, StillInFlight
from storno.organizations.roles import Deed
from storno.payments.methods import CARD
from storno.web.access import Here, member_page
from storno.web.go import go
from storno.web.once import once
from storno.web.papers.refund_form import (
    OffsetForm,
    RefundForm,
    RefundReversalForm,
    read_offset_form,
    read_refund_form,
    read_refund_reversal_form,
    shown_offset,
    shown_refund,
    shown_refund_reversal,
)
from storno.web.papers.told import tell_end_of_hold
from storno.web.show import show
from storno.web.take import take_invalid, take_refused, typed_in


@require_http_methods(["GET", "POST"])
@member_page
def invoice_refund(request: HttpRequest, here: Here, invoice_id: UUID) -> HttpResponse:
    """Mark what was owed back on an invoice as refunded."""
    here.who.must(Deed.REFUND)
    with here.reading():
        form = read_refund_form(invoice_id, typed_in(request), here)
    if request.method == "GET" or not form.is_valid():
        return _show_refund(request, here, form)
    try:
        refund_invoice(
            invoice_id,
            form.given(),
            amount_minor=form.cleaned_data["amount"],
            seen=form.seen,
            who=once(request, here),
            at=here.at,
        )
    except (AnsweredBefore, StillInFlight):
        return go(request, here.url("invoice", invoice_id))
    except Invalid as wrong:
        take_invalid(form, wrong)
        return _show_refund(request, here, form)
    except (NotAsShown, NothingOwedBack):
        with here.reading():
            form = read_refund_form(invoice_id, request.POST, here)
        return _show_refund(request, here, form, status=409)
    except (MoreThanOwedBack, MoreThanCameByCard, NotPaidByCard) as more:
        take_refused(form, more)
        return _show_refund(request, here, form, status=409)
    if form.cleaned_data["method"] == CARD.code:
        messages.success(request, _("It goes back to the card. This page says how far it is."))
    else:
        messages.success(request, _("It is marked as refunded."))
    return go(request, here.url("invoice", invoice_id))


def _show_refund(
    request: HttpRequest, here: Here, form: RefundForm, *, status: int = 0
) -> HttpResponse:
    status = status or (422 if form.is_bound else 200)
    with here.reading():
        shown = shown_refund(form, here)
        return show(request, here, "papers/refund.html", status=status, **shown)


@require_http_methods(["GET", "POST"])
@member_page
def invoice_offset(request: HttpRequest, here: Here, invoice_id: UUID) -> HttpResponse:
    """Use what is owed back on an invoice for another one of the same recipient."""
    here.who.must(Deed.REFUND)
    with here.reading():
        form = read_offset_form(invoice_id, typed_in(request), here)
    if request.method == "GET" or not form.is_valid():
        return _show_offset(request, here, form)
    target_id = UUID(form.cleaned_data["target"])
    try:
        offset_invoice(
            invoice_id,
            target_id,
            amount_minor=form.cleaned_data["amount"],
            who=once(request, here),
            at=here.at,
        )
    except (AnsweredBefore, StillInFlight):
        return go(request, here.url("invoice", invoice_id))
    except Invalid as wrong:
        take_invalid(form, wrong)
        return _show_offset(request, here, form)
    except (NothingOwedBack, NothingOpen, MoreThanOwedBack, MoreThanOpenThere) as refused:
        return _offset_anew(request, here, invoice_id, refused)
    tell_end_of_hold(request, here, target_id, _("It is used for the other invoice."))
    return go(request, here.url("invoice", invoice_id))


def _offset_anew(
    request: HttpRequest, here: Here, invoice_id: UUID, refused: Refused
) -> HttpResponse:
    with here.reading():
        form = read_offset_form(invoice_id, request.POST, here)
    if form.is_valid():
        take_refused(form, refused)
    return _show_offset(request, here, form, status=409)


def _show_offset(
    request: HttpRequest, here: Here, form: OffsetForm, *, status: int = 0
) -> HttpResponse:
    status = status or (422 if form.is_bound else 200)
    with here.reading():
        shown = shown_offset(form, here)
        return show(request, here, "papers/offset.html", status=status, **shown)


@require_http_methods(["GET", "POST"])
@member_page
def refund_reversal(request: HttpRequest, here: Here, refund_id: UUID) -> HttpResponse:
    """Take a refund back: with a reason, after a recent sign-in."""
    here.who.must(Deed.REVERSE_PAYMENT)
    with here.reading():
        form = read_refund_reversal_form(refund_id, typed_in(request), here)
    if request.method == "GET" or not form.is_valid():
        return _show_reversal(request, here, form)
    try:
        reverse_refund(refund_id, form.grounds(), who=here.who, at=here.at)
    except Invalid as wrong:
        take_invalid(form, wrong)
        return _show_reversal(request, here, form)
    messages.success(request, _("The refund is reversed. Both stay in the history."))
    return go(request, here.url("invoice", form.refund.invoice_id))


def _show_reversal(request: HttpRequest, here: Here, form: RefundReversalForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    with here.reading():
        shown = shown_refund_reversal(form, here)
        return show(request, here, "papers/refund_reversal.html", status=status, **shown)
