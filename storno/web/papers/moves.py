"""Moving a payment that was entered on the wrong invoice."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from storno.core.refusals import Invalid
from storno.corrections.facts import read_standing
from storno.corrections.move_payment import move_payment
from storno.corrections.refund import NothingOpen
from storno.documents.models import Document
from storno.documents.queries import InvoiceRow, document
from storno.organizations.roles import Deed
from storno.payments.models import Payment
from storno.payments.queries import payment_with
from storno.web.access import Here, member_page
from storno.web.go import go
from storno.web.papers.money_form import back_to
from storno.web.papers.refund_form import ask_target, targets_of
from storno.web.papers.told import tell_end_of_hold
from storno.web.say import say_date, say_money
from storno.web.show import show
from storno.web.take import take_invalid, take_refused, typed_in


class MoveForm(forms.Form):
    """To which invoice a payment belongs."""

    target = forms.ChoiceField(label=gettext_lazy("Invoice"), widget=forms.RadioSelect)

    def __init__(
        self,
        payment: Payment,
        invoice: Document,
        targets: tuple[InvoiceRow, ...],
        data: QueryDict | None,
    ) -> None:
        """The form for a payment on its invoice; `targets` are the open ones of the recipient."""
        super().__init__(data, label_suffix="")
        self.payment, self.invoice, self.targets = payment, invoice, targets
        ask_target(self, targets)


@require_http_methods(["GET", "POST"])
@member_page
def payment_move(request: HttpRequest, here: Here, payment_id: UUID) -> HttpResponse:
    """Move a payment to another invoice of its recipient, after a recent sign-in."""
    here.who.must(Deed.REVERSE_PAYMENT)
    form = _read(payment_id, typed_in(request), here)
    if request.method == "GET" or not form.is_valid():
        return _show(request, here, form, status=422 if form.is_bound else 200)
    target_id = UUID(form.cleaned_data["target"])
    try:
        move_payment(payment_id, target_id, who=here.who, at=here.at)
    except Invalid as wrong:
        take_invalid(form, wrong)
        return _show(request, here, form, status=422)
    except NothingOpen as refused:
        form = _read(payment_id, typed_in(request), here)
        if form.is_valid():
            take_refused(form, refused)
        return _show(request, here, form, status=409)
    told = _("The payment is moved. Both invoices keep it in their history.")
    tell_end_of_hold(request, here, target_id, told)
    return go(request, here.url("invoice", form.invoice.id))


def _read(payment_id: UUID, data: QueryDict | None, here: Here) -> MoveForm:
    """The form for a payment. Raises Absent."""
    mine = here.organization.id
    with here.reading():
        payment = payment_with(payment_id, organization_id=mine)
        invoice = document(payment.invoice_id, mine)
        recipient_id = read_standing(invoice.id, mine).recipient_id
        return MoveForm(payment, invoice, targets_of(invoice, recipient_id, here), data)


def _show(request: HttpRequest, here: Here, form: MoveForm, *, status: int) -> HttpResponse:
    with here.reading():
        return show(request, here, "papers/move.html", status=status, **_shown(form, here))


def _shown(form: MoveForm, here: Here) -> dict[str, Any]:
    payment, invoice = form.payment, form.invoice
    return {
        "form": form,
        "amount": say_money(payment.amount_minor, invoice.currency),
        "day": say_date(payment.paid_on),
        "post_url": here.url("payment_move", payment.id),
        **back_to(invoice, here),
    }
