"""How numbers look and where they begin, as it is entered on a page."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from storno.numbering.models import SeriesKind
from storno.numbering.plan import PlanChanges, Plans
from storno.numbering.take import NumberTooLong, written
from storno.web.sections import ExplainedField, Parts
from storno.web.touched import TouchedForm

PARTS: Parts = (
    (_("Invoices"), (("invoice_format", "first_invoice_number"),)),
    (_("Credit notes"), (("share",), ("credit_note_format", "first_credit_note_number"))),
)
OF_INVOICES = ("invoice_format", "first_invoice_number")
OF_CREDIT_NOTES = ("share", "credit_note_format", "first_credit_note_number")


class FormatField(ExplainedField):
    """How numbers look; it is read by an example, in the year of its form."""

    year = 0

    def __init__(self, **options: Any) -> None:
        typed_as_it_is = forms.TextInput({"autocapitalize": "none", "spellcheck": "false"})
        super().__init__(max_length=60, widget=typed_as_it_is, **options)

    def explained(self, value: str) -> str:
        """The first number of a year, and the pattern behind it."""
        try:
            example = written(value, year=self.year, number=1)
        except NumberTooLong:
            return value
        return gettext("like %(example)s, by the pattern %(format)s") % {
            "example": example,
            "format": value,
        }


class NumbersForm(TouchedForm):
    """The plan of both series; what has begun to run can no longer be entered."""

    together = (OF_INVOICES, OF_CREDIT_NOTES)

    invoice_format = FormatField(
        label=_("How they look"),
        help_text=_("{year} is the year, {number:04} the number with four digits."),
    )
    first_invoice_number = forms.IntegerField(
        label=_("First number"), help_text=_("Higher, if you have sent invoices elsewhere.")
    )
    share = forms.BooleanField(
        label=_("Credit notes take the next number of the invoices"), required=False
    )
    credit_note_format = FormatField(label=_("How they look"))
    first_credit_note_number = forms.IntegerField(label=_("First number"))

    def __init__(self, plans: Plans, data: Any = None, *, year: int) -> None:
        """The plans as they hold, with examples of this year."""
        super().__init__(data, label_suffix="")
        for field in self.fields.values():
            if isinstance(field, FormatField):
                field.year = year
        self.initial = {
            "invoice_format": plans.invoice.format,
            "first_invoice_number": plans.invoice.first_number,
            "share": plans.credit_note.shares_invoices,
            "credit_note_format": plans.credit_note.format,
            "first_credit_note_number": plans.credit_note.first_number,
        }
        self.shut = {
            *(OF_INVOICES if SeriesKind.INVOICE in plans.begun else ()),
            *(OF_CREDIT_NOTES if SeriesKind.CREDIT_NOTE in plans.begun else ()),
        }
        for name in self.shut:
            self.fields[name].disabled = True
            self.fields[name].help_text = _("Fixed since the first number was given.")

    def entered(self) -> PlanChanges:
        """What was changed, as the verb takes it."""
        touched = self.touched - self.shut
        return PlanChanges(**{name: self.cleaned_data[name] for name in touched})
