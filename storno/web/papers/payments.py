"""Payments entered by hand, and taking one back that was a mistake."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from storno.core.refusals import Invalid
from storno.corrections.seen import NotAsShown
from storno.corrections.settle import (
    MoreThanCents,
    MoreThanOpen,
    register_payment,
    reverse_payment,
)
from storno.organizations.once import AnsweredBefore, StillInFlight
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.go import go
from storno.web.once import once
from storno.web.papers.payment_form import (
    PaymentForm,
    ReversalForm,
    read_payment_form,
    read_reversal_form,
    shown_payment,
    shown_reversal,
)
from storno.web.papers.told import tell_end_of_hold
from storno.web.show import show
from storno.web.take import take_invalid, take_refused, typed_in


@require_http_methods(["GET", "POST"])
@member_page
def invoice_payment(request: HttpRequest, here: Here, invoice_id: UUID) -> HttpResponse:
    """Register money that came in for an invoice."""
    here.who.must(Deed.REGISTER_PAYMENT)
    with here.reading():
        form = read_payment_form(invoice_id, typed_in(request), here)
    if request.method == "GET" or not form.is_valid():
        return _show_payment(request, here, form)
    try:
        register_payment(
            invoice_id,
            form.entered(),
            seen=form.seen,
            told_minor=form.told,
            settle=form.cleaned_data.get("settle", False),
            who=once(request, here),
            at=here.at,
        )
    except (AnsweredBefore, StillInFlight):
        return go(request, here.url("invoice", invoice_id))
    except Invalid as wrong:
        take_invalid(form, wrong)
        return _show_payment(request, here, form)
    except NotAsShown:
        with here.reading():
            form = read_payment_form(invoice_id, request.POST, here)
        return _show_payment(request, here, form, status=409)
    except MoreThanCents as more_left:
        take_refused(form, more_left)
        return _show_payment(request, here, form, status=409)
    except MoreThanOpen as more:
        return _show_payment(request, here, form, owed=more.owed_back_minor)
    tell_end_of_hold(request, here, invoice_id, _("The payment is registered."))
    return go(request, here.url("invoice", invoice_id))


def _show_payment(
    request: HttpRequest, here: Here, form: PaymentForm, *, status: int = 0, owed: int = 0
) -> HttpResponse:
    status = status or (422 if form.is_bound else 200)
    with here.reading():
        shown = shown_payment(form, here, owed)
        return show(request, here, "papers/payment.html", status=status, **shown)


@require_http_methods(["GET", "POST"])
@member_page
def payment_reversal(request: HttpRequest, here: Here, payment_id: UUID) -> HttpResponse:
    """Take a payment back that was entered by mistake: with a reason, after a recent sign-in."""
    here.who.must(Deed.REVERSE_PAYMENT)
    with here.reading():
        form = read_reversal_form(payment_id, typed_in(request), here)
    if request.method == "GET" or not form.is_valid():
        return _show_reversal(request, here, form)
    try:
        reverse_payment(payment_id, form.cleaned_data["reason"], who=here.who, at=here.at)
    except Invalid as wrong:
        take_invalid(form, wrong)
        return _show_reversal(request, here, form)
    messages.success(request, _("The payment is reversed. Both stay in the history."))
    return go(request, here.url("invoice", form.payment.invoice_id))


def _show_reversal(request: HttpRequest, here: Here, form: ReversalForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    with here.reading():
        shown = shown_reversal(form, here)
        return show(request, here, "papers/reversal.html", status=status, **shown)
