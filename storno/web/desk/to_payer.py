"""What lies there beyond an invoice, given back to whoever paid it; or taken off that list."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from storno.bank.queries import Payer
from storno.core.refusals import Invalid, Refused
from storno.corrections.to_payer import repay_payer, take_off_list
from storno.custody.to_payer import CURRENCY, payers_money
from storno.organizations.roles import Actor
from storno.organizations.scope import scope_of
from storno.payouts.to_payers import with_no_bank
from storno.staff.visit import visit_going_on
from storno.web.desk.door import Desk, show_desk, staff_page
from storno.web.desk.invoice_page import invoice_page
from storno.web.desk.money import UndoingForm
from storno.web.fields import AmountField
from storno.web.say import say_money
from storno.web.take import take_invalid, take_refused


class RepayForm(forms.Form):
    """How much goes back; and to whom, where the bank has not told from whom it came."""

    amount = AmountField(label=_("Amount"))
    payee = forms.CharField(
        label=_("Name of who gets it"),
        required=False,
        max_length=70,
        help_text=_("Only where the bank has not told from which account it came."),
    )
    account = forms.CharField(label=_("Their account"), required=False, max_length=42)

    def to(self) -> Payer | None:
        """Who was entered, if anybody."""
        name, account = self.cleaned_data["payee"], self.cleaned_data["account"]
        return Payer(name, account) if name or account else None


def show_invoice(
    request: HttpRequest,
    desk: Desk,
    invoice_id: UUID,
    who: Actor,
    *,
    repay: RepayForm | None = None,
    off_list: UndoingForm | None = None,
) -> HttpResponse:
    """The invoice as customer service reads it, with what is done there about a payer's money."""
    with scope_of(who):
        shown = invoice_page(invoice_id, who, desk)
        shown |= _of_payer(invoice_id, who, repay, off_list)
    status = 422 if repay is not None or off_list is not None else 200
    return show_desk(request, desk, "desk/invoice.html", status=status, **shown)


@require_POST
@staff_page
def desk_repay(
    request: HttpRequest, desk: Desk, organization_id: UUID, invoice_id: UUID
) -> HttpResponse:
    """Give back what lies there for whoever paid."""
    who = visit_going_on(desk.person.id, organization_id, at=desk.at)
    if who is None:
        return redirect("desk_invoice", organization_id, invoice_id)
    form = RepayForm(request.POST, label_suffix="")
    if form.is_valid():
        amount, to = form.cleaned_data["amount"], form.to()
        try:
            repay_payer(invoice_id, amount_minor=amount, to=to, who=who, at=desk.at)
        except Invalid as wrong:
            take_invalid(form, wrong)
        except Refused as refused:
            take_refused(form, refused)
        else:
            messages.success(request, _now("It goes back with the next payouts."))
            return redirect("desk_invoice", organization_id, invoice_id)
    return show_invoice(request, desk, invoice_id, who, repay=form)


@require_POST
@staff_page
def desk_off_list(
    request: HttpRequest, desk: Desk, organization_id: UUID, invoice_id: UUID, to_payer_id: UUID
) -> HttpResponse:
    """Take back that it goes to its payer, while no bank has it."""
    who = visit_going_on(desk.person.id, organization_id, at=desk.at)
    if who is None:
        return redirect("desk_invoice", organization_id, invoice_id)
    form = UndoingForm(request.POST, label_suffix="")
    if form.is_valid():
        try:
            take_off_list(to_payer_id, form.cleaned_data["reason"], who=who, at=desk.at)
        except Invalid as wrong:
            take_invalid(form, wrong)
        except Refused as refused:
            messages.warning(request, f"{refused} {refused.remedy}")
            return redirect("desk_invoice", organization_id, invoice_id)
        else:
            messages.success(request, _now("It is owed back again."))
            return redirect("desk_invoice", organization_id, invoice_id)
    return show_invoice(request, desk, invoice_id, who, off_list=form)


def _of_payer(
    invoice_id: UUID, who: Actor, repay: RepayForm | None, off_list: UndoingForm | None
) -> dict[str, Any]:
    """What lies there, and what is on the list; each with the form that changes it."""
    mine = who.organization_id
    lies = payers_money(invoice_id, mine)
    listed = with_no_bank(mine).filter(refund__invoice_id=invoice_id).select_related("refund")
    waits = [
        {"id": row.id, "amount": say_money(row.refund.amount_minor, CURRENCY)} for row in listed
    ]
    if repay is None and lies > 0:
        repay = RepayForm(initial={"amount": lies}, label_suffix="")
    return {
        "whose_id": mine,
        "invoice_id": invoice_id,
        "lies": say_money(lies, CURRENCY) if lies > 0 else "",
        "repay": repay,
        "waits": waits,
        "off_list": (off_list or UndoingForm(label_suffix="")) if waits else None,
    }
