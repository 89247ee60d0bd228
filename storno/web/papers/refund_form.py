"""The forms by which what is owed back is given back: all of it and today are filled in."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storno.corrections.facts import read_standing
from storno.corrections.refund import NothingOpen
from storno.corrections.seen import seen_by_payer
from storno.documents.models import Document, Standing
from storno.documents.queries import Filter, InvoiceRow, Tab, document, list_invoices
from storno.payments.by_card import left_by_card
from storno.payments.models import Refund, RefundWay, Why
from storno.payments.queries import refund_with
from storno.payments.refund import GivenBack
from storno.payments.reverse_refund import Grounds
from storno.web.access import Here
from storno.web.fields import AmountField, capitals
from storno.web.once import new_once
from storno.web.papers.money_form import ask_amount, ask_method, back_to
from storno.web.papers.seen import seen_in, shown_seen
from storno.web.say import say_date, say_money

TARGETS = 100
"""So many open invoices of a recipient are offered, the newest first."""


class RefundForm(forms.Form):
    """Money that was paid back: how much, when, how."""

    amount = AmountField(label=gettext_lazy("Amount"))
    refunded_on = forms.DateField(
        label=gettext_lazy("Refund date"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    method = forms.ChoiceField(label=gettext_lazy("Refund method"))

    def __init__(
        self, invoice: Document, standing: Standing, data: QueryDict | None, here: Here
    ) -> None:
        """The form for an invoice; all that is owed back and today are filled in."""
        most = max(
            (each.amount_minor for each in left_by_card(invoice.id, here.who.organization_id)),
            default=0,
        )
        owed = standing.owed_back_minor
        amount = min(owed, most) if most else owed
        initial = {"amount": amount or None, "refunded_on": here.now.today}
        super().__init__(data, initial=initial, label_suffix="")
        self.invoice, self.standing, self.by_card = invoice, standing, bool(most)
        by_card = _("Back to the card, by itself (at most %(amount)s)") % {
            "amount": say_money(most, invoice.currency)
        }
        ask_method(self, here.now.seller, by_card=by_card if most else "")
        ask_amount(self, invoice)
        self.seen = seen_in(data)

    def given(self) -> GivenBack:
        """What the valid form says of the day and the way."""
        return GivenBack(self.cleaned_data["refunded_on"], self.cleaned_data["method"])


class OffsetForm(forms.Form):
    """Which invoice is paid by what is owed back; without an amount as much as it asks for."""

    target = forms.ChoiceField(label=gettext_lazy("Invoice"), widget=forms.RadioSelect)
    amount = AmountField(
        label=gettext_lazy("Amount"),
        required=False,
        help_text=gettext_lazy("Empty: as much as that invoice asks for, or all that is owed."),
    )

    def __init__(
        self,
        invoice: Document,
        standing: Standing,
        targets: tuple[InvoiceRow, ...],
        data: QueryDict | None,
    ) -> None:
        """The form for an invoice; `targets` are the open ones of its recipient."""
        super().__init__(data, label_suffix="")
        self.invoice, self.standing, self.targets = invoice, standing, targets
        ask_target(self, targets)
        ask_amount(self, invoice)


class RefundReversalForm(forms.Form):
    """Why a refund is taken back."""

    why = forms.ChoiceField(
        label=gettext_lazy("What happened?"),
        choices=Why.choices,
        initial=Why.MISTAKE,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=200,
        help_text=gettext_lazy("It stays in the history, for the accountant."),
    )

    def __init__(self, refund: Refund, invoice: Document, data: QueryDict | None) -> None:
        """The form for a refund on its invoice."""
        super().__init__(data, label_suffix="")
        self.refund, self.invoice = refund, invoice
        why = self.fields["why"]
        assert isinstance(why, forms.ChoiceField)
        why.choices = capitals(Why.choices)

    def grounds(self) -> Grounds:
        """What the valid form says."""
        return Grounds(Why(self.cleaned_data["why"]), self.cleaned_data["reason"])


def ask_target(form: forms.Form, targets: tuple[InvoiceRow, ...]) -> None:
    """Let a form ask for its `target`, one of these invoices."""
    which = form.fields["target"]
    assert isinstance(which, forms.ChoiceField)
    which.choices = [(str(row.document.id), _target(row)) for row in targets]
    which.error_messages["invalid_choice"] = f"{NothingOpen.message} {NothingOpen.remedy}"
    if len(targets) == 1:
        which.initial = str(targets[0].document.id)


def targets_of(invoice: Document, recipient_id: UUID | None, here: Here) -> tuple[InvoiceRow, ...]:
    """The other invoices of a recipient that are still to be paid, in the same currency."""
    wanted = Filter(Tab.SENT, recipient_id=recipient_id)
    page = list_invoices(invoice.organization_id, wanted, today=here.now.today, limit=TARGETS)
    return tuple(
        row
        for row in page.rows
        if row.document.currency == invoice.currency and row.document.id != invoice.id
    )


def _target(row: InvoiceRow) -> str:
    named = {
        "number": row.document.number,
        "day": say_date(row.document.issued_on),
        "open": say_money(row.standing.open_minor, row.document.currency),
    }
    return _("Invoice %(number)s of %(day)s, %(open)s left to pay") % named


def read_refund_form(invoice_id: UUID, data: QueryDict | None, here: Here) -> RefundForm:
    """The form for an invoice; inside a scope. Raises Absent."""
    mine = here.organization.id
    return RefundForm(document(invoice_id, mine), read_standing(invoice_id, mine), data, here)


def read_offset_form(invoice_id: UUID, data: QueryDict | None, here: Here) -> OffsetForm:
    """The form for an invoice; inside a scope. Raises Absent."""
    mine = here.organization.id
    standing = read_standing(invoice_id, mine)
    invoice = document(invoice_id, mine)
    return OffsetForm(invoice, standing, targets_of(invoice, standing.recipient_id, here), data)


def read_refund_reversal_form(
    refund_id: UUID, data: QueryDict | None, here: Here
) -> RefundReversalForm:
    """The form for a refund; inside a scope. Raises Absent."""
    mine = here.organization.id
    refund = refund_with(refund_id, organization_id=mine)
    return RefundReversalForm(refund, document(refund.invoice_id, mine), data)


def shown_refund(form: RefundForm, here: Here) -> dict[str, Any]:
    """All that the page of a new refund shows."""
    return {
        "form": form,
        "once": new_once(),
        **shown_seen(form.seen, seen_by_payer(form.standing, at=here.at)),
        "post_url": here.url("invoice_refund", form.invoice.id),
        "offset_url": here.url("invoice_offset", form.invoice.id),
        "by_card": form.by_card,
        **_owed(form.invoice, form.standing, here),
    }


def shown_offset(form: OffsetForm, here: Here) -> dict[str, Any]:
    """All that the page shows on which what is owed back is used for another invoice."""
    return {
        "form": form,
        "once": new_once(),
        "post_url": here.url("invoice_offset", form.invoice.id),
        "refund_url": here.url("invoice_refund", form.invoice.id),
        **_owed(form.invoice, form.standing, here),
    }


def shown_refund_reversal(form: RefundReversalForm, here: Here) -> dict[str, Any]:
    """All that the page of a refund's reversal shows."""
    refund, invoice = form.refund, form.invoice
    return {
        "form": form,
        "is_offset": refund.way == RefundWay.OFFSET,
        "amount": say_money(refund.amount_minor, invoice.currency),
        "day": say_date(refund.refunded_on),
        "post_url": here.url("refund_reversal", refund.id),
        **back_to(invoice, here),
    }


def _owed(invoice: Document, standing: Standing, here: Here) -> dict[str, Any]:
    owed = standing.owed_back_minor
    return {"owed": say_money(owed, invoice.currency) if owed else "", **back_to(invoice, here)}
