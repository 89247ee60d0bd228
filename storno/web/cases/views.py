"""A refund case: opened from its paid invoice, what to pay back, its confirmation, and its end."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from storno.cases.ask import ask_for_refund, case_with, withdraw_case
from storno.cases.confirm import confirm_refund
from storno.cases.queries import case_of_invoice, payers_of
from storno.cases.state import OPEN, CaseNow, CaseState, read_case
from storno.core.refusals import Invalid, Refused
from storno.corrections.facts import read_standing
from storno.custody.queries import to_return
from storno.documents.models import Document
from storno.documents.queries import document
from storno.organizations.roles import Deed
from storno.references.creditor import spaced_in_fours
from storno.web.access import Here, member_page
from storno.web.cases.forms import ConfirmForm
from storno.web.papers.ways_out import Subject, show_blockers
from storno.web.say import say_departure, say_money
from storno.web.show import show
from storno.web.take import take_invalid, take_refused, take_typed


@require_http_methods(["GET", "POST"])
@member_page
def refund_case_new(request: HttpRequest, here: Here, invoice_id: UUID) -> HttpResponse:
    """What a refund case is, and the press that opens it; one that is open is shown."""
    take_typed(request, here, Deed.ASK)
    refused: tuple[Any, ...] = ()
    if request.method == "POST":
        try:
            opened = ask_for_refund(invoice_id, who=here.who, at=here.at)
        except Refused as why:
            refused = why.blockers
        else:
            return redirect(here.url("refund_case", opened.case.id))
    with here.reading():
        invoice = document(invoice_id, here.organization.id)
        there = case_of_invoice(invoice_id, here.organization.id)
        if there is not None and not there.case.ended_at:
            return redirect(here.url("refund_case", there.case.id))
        context = _of(invoice, here) | {
            "blockers": show_blockers(refused, here, Subject(invoice_id=invoice_id)),
            "may": here.who.may(Deed.ASK),
        }
        status = 409 if refused else 200
        return show(request, here, "cases/refund_case_new.html", status=status, **context)


@require_http_methods(["GET", "POST"])
@member_page
def refund_case(request: HttpRequest, here: Here, case_id: UUID) -> HttpResponse:
    """Where a case stands and what to do; while it is open, that the client was paid back."""
    typed = take_typed(request, here, Deed.ASK)
    with here.reading():
        now = read_case(case_with(case_id, here.who))
        invoice = document(now.case.invoice_id, here.organization.id)
        form = ConfirmForm(now, invoice, typed, request.FILES or None, here)
    if form.is_valid():
        try:
            confirm_refund(case_id, form.paid(), receipt=form.receipts(), who=here.who, at=here.at)
        except Invalid as wrong:
            take_invalid(form, wrong, files="receipt")
        except Refused as refused:
            take_refused(form, refused)
        else:
            return redirect(here.url("refund_case", case_id))
    with here.reading():
        now = read_case(case_with(case_id, here.who))
        context = _of(invoice, here) | _shown(now, invoice, here) | {"form": form}
        status = 422 if form.errors else 200
        return show(request, here, "cases/refund_case.html", status=status, **context)


@require_POST
@member_page
def refund_case_end(_request: HttpRequest, here: Here, case_id: UUID) -> HttpResponse:
    """Take a case back."""
    here.who.must(Deed.ASK)
    withdraw_case(case_id, who=here.who, at=here.at)
    return redirect(here.url("refund_case", case_id))


def _of(invoice: Document, here: Here) -> dict[str, Any]:
    """What both pages say of the invoice: who had paid it, and what would come back."""
    back = to_return(invoice)
    withheld, fee = back.returned.set_aside_minor, back.fee_kept_minor
    standing = read_standing(invoice.id, here.organization.id)
    held_minor = standing.received_minor - standing.returned_minor
    payers = [
        {"name": each.name, "account": spaced_in_fours(each.account), "plain": each.account}
        for each in payers_of(invoice.id, here.who)
    ]
    return {
        "number": invoice.number,
        "back_url": here.url("invoice", invoice.id),
        "back_label": _("Invoice %(number)s") % {"number": invoice.number},
        "amount": say_money(held_minor, invoice.currency),
        "payers": payers,
        "text": _("Refund of invoice %(number)s") % {"number": invoice.number},
        "returned": say_money(withheld, invoice.currency) if withheld else "",
        "fee_kept": say_money(fee, invoice.currency) if fee else "",
    }


def _shown(now: CaseNow, invoice: Document, here: Here) -> dict[str, Any]:
    is_open, returned = now.state in OPEN, now.returned
    sum_returned = 0 if returned is None else returned.shares.set_aside_minor
    goes_at = now.goes_at
    return {
        "state": now.state,
        "is_open": is_open,
        "is_stale": now.is_stale,
        "takes_it": now.held_minor > 0 and (now.state == CaseState.ASKED or now.is_stale),
        "is_unpaid": is_open and not now.held_minor,
        "reason": now.case.reason,
        "returned_now": say_money(sum_returned, invoice.currency) if sum_returned else "",
        "goes_at": say_departure(goes_at, here.at, here.now.seller.time_zone) if goes_at else "",
        "may": is_open and here.who.may(Deed.ASK),
        "chat_url": here.url("conversation_new", invoice=str(invoice.id)),
        "end_url": here.url("refund_case_end", now.case.id),
        "again_url": here.url("refund_case_new", invoice.id),
    }
