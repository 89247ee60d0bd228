"""The forms by which what is open is asked for no more, each choice with what would come of it."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storno.corrections.facts import Case, gather, read_standing
from storno.corrections.seen import seen_by_payer
from storno.corrections.write_off import kinds_open_to, lost_by
from storno.documents.models import Document
from storno.documents.queries import document
from storno.payments.models import WriteOff, WriteOffKind
from storno.payments.queries import write_off_with
from storno.web.access import Here
from storno.web.once import new_once
from storno.web.papers.money_form import back_to
from storno.web.papers.seen import seen_in, shown_seen
from storno.web.say import say_date, say_money


class WriteOffForm(forms.Form):
    """As what all that is open is written off."""

    kind = forms.ChoiceField(label=gettext_lazy("As what?"), widget=forms.RadioSelect)

    def __init__(self, case: Case, data: QueryDict | None, here: Here) -> None:
        """The form for an invoice; the first that this member may do is chosen."""
        super().__init__(data, label_suffix="")
        self.case = case
        self.kinds = kinds_open_to(here.who, case)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [(each.value, _foreseen(each, case)) for each in self.kinds]
        kind.initial = self.kinds[0] if self.kinds else None
        self.seen = seen_in(data)

    def chosen(self) -> WriteOffKind:
        """What the valid form says."""
        return WriteOffKind(self.cleaned_data["kind"])


class WriteOffReversalForm(forms.Form):
    """Why a write-off is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=200,
        help_text=gettext_lazy("It stays in the history, for the accountant."),
    )

    def __init__(self, row: WriteOff, invoice: Document, data: QueryDict | None) -> None:
        """The form for a write-off on its invoice."""
        super().__init__(data, label_suffix="")
        self.row, self.invoice = row, invoice


def _foreseen(kind: WriteOffKind, case: Case) -> str:
    """What would come of it, in a line."""
    lost, back = lost_by(kind, case.facts.claim)
    currency = case.facts.invoice.currency
    amounts = {"lost": say_money(lost, currency), "vat": say_money(back, currency)}
    match kind:
        case WriteOffKind.CENT_DIFFERENCE:
            return _("Cent difference: %(lost)s") % amounts
        case WriteOffKind.BAD_DEBT_RELIEVED:
            return _("Bad debt: %(lost)s is lost, %(vat)s of VAT is taken back") % amounts
    if not any(case.facts.claim.tax.values()):
        return _("Bad debt: %(lost)s is lost") % amounts
    return _("Bad debt: %(lost)s is lost, the VAT stays as it is") % amounts


def read_write_off_form(invoice_id: UUID, data: QueryDict | None, here: Here) -> WriteOffForm:
    """The form for an invoice; inside a scope. Raises Absent."""
    standing = read_standing(invoice_id, here.organization.id)
    case = gather(standing, now=here.now, who=here.who, at=here.at)
    return WriteOffForm(case, data, here)


def read_write_off_reversal_form(
    write_off_id: UUID, data: QueryDict | None, here: Here
) -> WriteOffReversalForm:
    """The form for a write-off; inside a scope. Raises Absent."""
    row = write_off_with(write_off_id, organization_id=here.organization.id)
    return WriteOffReversalForm(row, document(row.invoice_id, here.organization.id), data)


def shown_write_off(form: WriteOffForm, here: Here) -> dict[str, Any]:
    """All that the page of a write-off shows."""
    invoice, standing = form.case.facts.invoice, form.case.standing
    return {
        "form": form,
        "once": new_once(),
        **shown_seen(form.seen, seen_by_payer(standing, at=here.at)),
        "offered": bool(form.kinds),
        "relief": WriteOffKind.BAD_DEBT_RELIEVED in form.kinds,
        "open": say_money(standing.open_minor, invoice.currency),
        "post_url": here.url("invoice_write_off", invoice.id),
        **back_to(invoice, here),
    }


def shown_write_off_reversal(form: WriteOffReversalForm, here: Here) -> dict[str, Any]:
    """All that the page shows on which a write-off is taken back."""
    row, invoice = form.row, form.invoice
    return {
        "form": form,
        "amount": say_money(row.amount_minor, invoice.currency),
        "day": say_date(row.written_on),
        "post_url": here.url("write_off_reversal", row.id),
        **back_to(invoice, here),
    }
