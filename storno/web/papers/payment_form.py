"""The forms of payments: the amount prefilled with what is open, the day with today."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storno.corrections.facts import read_standing
from storno.corrections.seen import seen_by_payer
from storno.documents.models import Document, Standing
from storno.documents.queries import document
from storno.organizations.queries import Circumstances
from storno.payments.models import Payment
from storno.payments.queries import payment_with
from storno.payments.register import PaymentInput
from storno.web.access import Here
from storno.web.fields import AmountField
from storno.web.once import new_once
from storno.web.papers.held import held_credit
from storno.web.papers.money_form import ask_amount, ask_method, back_to
from storno.web.papers.seen import seen_in, shown_seen
from storno.web.say import say_date, say_money

_TOLD = re.compile(r"[0-9]{1,18}")
"""How the form hands back what it has told would be owed back: in minor units."""


class PaymentForm(forms.Form):
    """Money that came in: how much, when, how."""

    amount = AmountField(label=gettext_lazy("Amount"))
    paid_on = forms.DateField(
        label=gettext_lazy("Day of payment"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    method = forms.ChoiceField(
        label=gettext_lazy("How it came"),
    )
    settle = forms.BooleanField(required=False)

    def __init__(
        self, invoice: Document, standing: Standing, now: Circumstances, data: QueryDict | None
    ) -> None:
        """The form for an invoice; what is open and today are filled in."""
        initial = {
            "amount": standing.open_minor or None,
            "paid_on": now.today,
        }
        super().__init__(data, initial=initial, label_suffix="")
        self.invoice, self.standing, self.now = invoice, standing, now
        ask_method(self, now.seller)
        ask_amount(self, invoice)
        cents = now.settings.settled_cents
        if cents:
            most = {"amount": say_money(cents, invoice.currency)}
            self.fields["settle"].label = (
                _("If no more than %(amount)s is missing, settle it") % most
            )
        else:
            del self.fields["settle"]
        self.seen = seen_in(data)
        told = data.get("told", "") if data else ""
        self.told = int(told) if _TOLD.fullmatch(told) else 0

    def entered(self) -> PaymentInput:
        """What the valid form says."""
        return PaymentInput(
            amount_minor=self.cleaned_data["amount"],
            paid_on=self.cleaned_data["paid_on"],
            method=self.cleaned_data["method"],
        )


class ReversalForm(forms.Form):
    """Why a payment is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=200,
        help_text=gettext_lazy("It stays in the history, for the accountant."),
    )

    def __init__(self, payment: Payment, invoice: Document, data: QueryDict | None) -> None:
        """The form for a payment on its invoice."""
        super().__init__(data, label_suffix="")
        self.payment, self.invoice = payment, invoice


def read_payment_form(invoice_id: UUID, data: QueryDict | None, here: Here) -> PaymentForm:
    """The form for an invoice; inside a scope. Raises Absent."""
    mine = here.organization.id
    standing = read_standing(invoice_id, mine)
    return PaymentForm(document(invoice_id, mine), standing, here.now, data)


def read_reversal_form(payment_id: UUID, data: QueryDict | None, here: Here) -> ReversalForm:
    """The form for a payment; inside a scope. Raises Absent."""
    payment = payment_with(payment_id, organization_id=here.organization.id)
    return ReversalForm(payment, document(payment.invoice_id, here.organization.id), data)


def shown_payment(form: PaymentForm, here: Here, owed: int = 0) -> dict[str, Any]:
    """All that the page of a new payment shows; `owed` is what would be owed back of it."""
    invoice, standing = form.invoice, form.standing
    return {
        "form": form,
        "once": new_once(),
        "owed": {"told": owed, "amount": say_money(owed, invoice.currency)} if owed else None,
        **shown_seen(form.seen, seen_by_payer(standing, at=here.at)),
        "open": say_money(standing.open_minor, invoice.currency),
        "held": held_credit(standing, form.now, here),
        "post_url": here.url("invoice_payment", invoice.id),
        **back_to(invoice, here),
    }


def shown_reversal(form: ReversalForm, here: Here) -> dict[str, Any]:
    """All that the page of a reversal shows."""
    payment, invoice = form.payment, form.invoice
    return {
        "form": form,
        "amount": say_money(payment.amount_minor, invoice.currency),
        "day": say_date(payment.paid_on),
        "post_url": here.url("payment_reversal", payment.id),
        **back_to(invoice, here),
    }
