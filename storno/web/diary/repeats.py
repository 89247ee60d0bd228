"""How a new session repeats: read from the form as a rule (RFC 5545), or not at all."""

from datetime import date
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storno.clients.models import Client
from storno.diary.series.book import SeriesInput
from storno.diary.series.recurrence import MOST
from storno.diary.series.recurrence import WEEKDAYS as CODES
from storno.web.diary.forms import SessionForm

_OFTEN = [
    ("", gettext_lazy("Does not repeat")),
    ("1", gettext_lazy("Every week")),
    ("2", gettext_lazy("Every 2 weeks")),
    ("4", gettext_lazy("Every 4 weeks")),
    ("weeks", gettext_lazy("Every so many weeks, on chosen days")),
    ("months", gettext_lazy("Every so many months")),
]


class RepeatingForm(SessionForm):
    """A new session, which can be the first of a series. What does not repeat needs no more."""

    repeats = forms.ChoiceField(label=gettext_lazy("Repeats"), choices=_OFTEN, required=False)
    every = forms.IntegerField(
        label=gettext_lazy("Every how many weeks or months"),
        required=False,
        min_value=1,
        max_value=99,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("On these days of the week"),
        choices=[(code, WEEKDAYS[place]) for place, code in enumerate(CODES)],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    monthly = forms.ChoiceField(
        label=gettext_lazy("On which day of the month"),
        choices=[
            ("date", gettext_lazy("On the same date")),
            ("weekday", gettext_lazy("On the same weekday, like the second Tuesday")),
        ],
        required=False,
    )
    times = forms.IntegerField(
        label=gettext_lazy("How many times"),
        required=False,
        min_value=1,
        max_value=MOST,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    until = forms.DateField(
        label=gettext_lazy("Or until this day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy(
            "Fill in one of the two. A series has at most 200 times, and lasts two years at most."
        ),
    )

    field_order = (
        "practitioner", "service", "day", "time", "minutes", "repeats", "every", "weekdays",
        "monthly", "times", "until", "place", "video", "price", "recipient", "method",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """What repeats says when it ends, in one way."""
        typed = super().clean()
        ends = [name for name in ("times", "until") if typed.get(name)]
        if typed.get("repeats") and len(ends) != 1 and not {"times", "until"} & self.errors.keys():
            words = _("Say when it ends: after so many times, or on a day.")
            self.add_error("times", words)
        # All that the form can get wrong in a rule is its end.
        end = "times" if typed.get("times") else "until"
        self.names = {**SessionForm.names, "rule": end}
        return typed

    def series(self, client: Client) -> SeriesInput | None:
        """The series as it was typed; None for what does not repeat."""
        if not self.cleaned_data["repeats"]:
            return None
        return SeriesInput(session=self.entered(client), rule=self._rule())

    def _rule(self) -> str:
        typed = self.cleaned_data
        end = f"COUNT={typed['times']}" if typed["times"] else f"UNTIL={typed['until']:%Y%m%d}"
        match typed["repeats"]:
            case "months":
                days = _by_weekday(typed["day"]) if typed["monthly"] == "weekday" else ""
                return f"FREQ=MONTHLY;INTERVAL={typed['every'] or 1}{days};{end}"
            case "weeks":
                days = f";BYDAY={','.join(typed['weekdays'])}" if typed["weekdays"] else ""
                return f"FREQ=WEEKLY;INTERVAL={typed['every'] or 1}{days};{end}"
            case weeks:
                return f"FREQ=WEEKLY;INTERVAL={weeks};{end}"


def _by_weekday(day: date) -> str:
    """The second Tuesday of each month for one that is; the fifth is the last, as all have one."""
    nth = (day.day + 6) // 7
    return f";BYDAY={nth if nth < 5 else -1}{CODES[day.weekday()]}"
