"""Which period the accountant needs, and how the figures are written."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from storno.web.access import Here

DAY = {"type": "date"}


class PeriodForm(forms.Form):
    """A period, and the writing of the file."""

    first = forms.DateField(
        label=pgettext_lazy("period", "From"), widget=forms.DateInput(format="%Y-%m-%d", attrs=DAY)
    )
    last = forms.DateField(
        label=_("To, that day included"), widget=forms.DateInput(format="%Y-%m-%d", attrs=DAY)
    )
    style = forms.ChoiceField(
        label=_("Figures are written"),
        choices=[
            (
                "nordic",
                _("1234,50 with semicolons between the columns: Excel in Finland and Norway"),
            ),
            ("plain", _("1234.50 with commas between the columns: accounting programs")),
        ],
        widget=forms.RadioSelect,
    )


def usual_periods(today: date, here: Here) -> list[dict[str, Any]]:
    """The periods that are asked for most, each as a link that fills in its days."""
    month = today.replace(day=1)
    last_month_end = month - timedelta(days=1)
    last_month = last_month_end.replace(day=1)
    year = date(today.year, 1, 1)
    quarter = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    last_quarter_end = quarter - timedelta(days=1)
    last_quarter = date(last_quarter_end.year, last_quarter_end.month - 2, 1)
    periods = (
        (_now("Last month"), last_month, last_month_end),
        (_now("This month"), month, today),
        (_now("Last quarter"), last_quarter, last_quarter_end),
        (_now("This quarter"), quarter, today),
        (_now("Last year"), date(today.year - 1, 1, 1), year - timedelta(days=1)),
        (_now("This year"), year, today),
    )
    return [
        {
            "label": label,
            "first": first,
            "last": last,
            "url": here.url("exports", first=first.isoformat(), last=last.isoformat()),
        }
        for label, first, last in periods
    ]
