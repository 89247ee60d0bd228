"""What is confirmed of a refund, as it is typed on a page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from storno.cases.confirm import PaidBack
from storno.cases.models import RefundedBy
from storno.cases.state import CaseNow
from storno.documents.models import Document
from storno.support.files import LARGEST, Upload
from storno.web.access import Here
from storno.web.fields import AmountField, capitals
from storno.web.papers.money_form import ask_amount


class ConfirmForm(forms.Form):
    """That the client was paid back: all of it and today are filled in."""

    amount = AmountField(label=_("Amount"))
    paid_on = forms.DateField(
        label=_("Refund date"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    way = forms.ChoiceField(label=_("Refund method"))
    receipt = forms.FileField(
        label=_("Receipt"),
        required=False,
        help_text=_("The receipt of your bank: PDF, a picture or plain text, at most 5 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.txt"}),
    )

    def __init__(self, now: CaseNow, invoice: Document, data: Any, files: Any, here: Here) -> None:
        """The form for a case."""
        initial = {"amount": now.held_minor, "paid_on": here.now.today}
        super().__init__(data, files, initial=initial, label_suffix="")
        ways = self.fields["way"]
        assert isinstance(ways, forms.ChoiceField)
        ways.choices = capitals(RefundedBy.choices)
        ask_amount(self, invoice)

    def paid(self) -> PaidBack:
        """What the valid form says."""
        entered = self.cleaned_data
        return PaidBack(entered["paid_on"], entered["amount"], RefundedBy(entered["way"]))

    def receipts(self) -> list[Upload]:
        """The receipt, with no more of it read than may be taken."""
        chosen = self.cleaned_data["receipt"]
        return [Upload(chosen.name, chosen.read(LARGEST + 1))] if chosen else []
