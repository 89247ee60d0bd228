"""Asking no more for what is open, and asking for it again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from storno.core.refusals import Invalid
from storno.corrections.seen import NotAsShown
from storno.corrections.settle import MoreThanCents
from storno.corrections.write_off import (
    BeingCancelled,
    NothingToWriteOff,
    reverse_write_off,
    settle_difference,
    write_off_invoice,
)
from storno.organizations.once import AnsweredBefore, StillInFlight
from storno.organizations.roles import Deed
from storno.payments.models import WriteOffKind
from storno.web.access import Here, member_page
from storno.web.go import go
from storno.web.once import once
from storno.web.papers.write_off_form import (
    WriteOffForm,
    WriteOffReversalForm,
    read_write_off_form,
    read_write_off_reversal_form,
    shown_write_off,
    shown_write_off_reversal,
)
from storno.web.show import show
from storno.web.take import take_invalid, typed_in


@require_http_methods(["GET", "POST"])
@member_page
def invoice_write_off(request: HttpRequest, here: Here, invoice_id: UUID) -> HttpResponse:
    """Write off what is open on an invoice, or settle its cents."""
    here.who.must(Deed.REGISTER_PAYMENT)
    with here.reading():
        form = read_write_off_form(invoice_id, typed_in(request), here)
    if request.method == "GET" or not form.is_valid():
        return _show_write_off(request, here, form)
    try:
        _write_off(form, invoice_id, request, here)
    except (AnsweredBefore, StillInFlight):
        return go(request, here.url("invoice", invoice_id))
    except (NotAsShown, NothingToWriteOff, BeingCancelled, MoreThanCents):
        with here.reading():
            form = read_write_off_form(invoice_id, request.POST, here)
        return _show_write_off(request, here, form, status=409)
    messages.success(request, _("It is not asked for any more. It can be taken back."))
    return go(request, here.url("invoice", invoice_id))


def _write_off(form: WriteOffForm, invoice_id: UUID, request: HttpRequest, here: Here) -> None:
    who, kind = once(request, here), form.chosen()
    if kind == WriteOffKind.CENT_DIFFERENCE:
        settle_difference(invoice_id, seen=form.seen, who=who, at=here.at)
    else:
        relieved = kind == WriteOffKind.BAD_DEBT_RELIEVED
        write_off_invoice(invoice_id, relieved=relieved, seen=form.seen, who=who, at=here.at)


def _show_write_off(
    request: HttpRequest, here: Here, form: WriteOffForm, *, status: int = 0
) -> HttpResponse:
    faulty = 422 if form.kinds else 409
    status = status or (faulty if form.is_bound else 200)
    with here.reading():
        shown = shown_write_off(form, here)
        return show(request, here, "papers/write_off.html", status=status, **shown)


@require_http_methods(["GET", "POST"])
@member_page
def write_off_reversal(request: HttpRequest, here: Here, write_off_id: UUID) -> HttpResponse:
    """Ask again for what was written off: with a reason, after a recent sign-in."""
    here.who.must(Deed.REVERSE_PAYMENT)
    with here.reading():
        form = read_write_off_reversal_form(write_off_id, typed_in(request), here)
    if request.method == "GET" or not form.is_valid():
        return _show_reversal(request, here, form)
    try:
        reverse_write_off(write_off_id, form.cleaned_data["reason"], who=here.who, at=here.at)
    except Invalid as wrong:
        take_invalid(form, wrong)
        return _show_reversal(request, here, form)
    messages.success(request, _("It is asked for again. Both stay in the history."))
    return go(request, here.url("invoice", form.row.invoice_id))


def _show_reversal(request: HttpRequest, here: Here, form: WriteOffReversalForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    with here.reading():
        shown = shown_write_off_reversal(form, here)
        return show(request, here, "papers/write_off_reversal.html", status=status, **shown)
