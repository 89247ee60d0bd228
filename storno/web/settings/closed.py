"""On which days the house is closed: public holidays, and days that it names."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from storno.administration.change_settings import SettingsChanges, change_settings
from storno.core.refusals import Invalid
from storno.diary.hours.closed import (
    AlreadyClosed,
    close_days,
    closed_days_of,
    holidays_between,
    open_again,
)
from storno.organizations.queries import Circumstances
from storno.organizations.roles import Deed
from storno.printing.labels import format_period
from storno.web.access import Here, member_page
from storno.web.put_back import removed_in
from storno.web.say import reader_language, say_date
from storno.web.settings.pages import show_part
from storno.web.take import take_invalid, take_refused, take_typed


class ClosedForm(forms.Form):
    """Days on which the house is closed. The verb checks; the form only reads."""

    name = forms.CharField(
        label=_("Why you are closed"),
        max_length=100,
        help_text=_("Shown in the diary, like “Summer holidays”."),
    )
    first_on = forms.DateField(
        label=_("First day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    last_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


@require_http_methods(["GET", "POST"])
@member_page
def closed(request: HttpRequest, here: Here) -> HttpResponse:
    """The closed days, and closing further ones."""
    form = ClosedForm(take_typed(request, here, Deed.CHANGE_SETTINGS), label_suffix="")
    if form.is_valid():
        typed = form.cleaned_data
        last_on = typed["last_on"] or typed["first_on"]
        try:
            close_days(typed["name"], typed["first_on"], last_on, who=here.who, at=here.at)
        except Invalid as wrong:
            take_invalid(form, wrong)
        except AlreadyClosed as refused:
            take_refused(form, refused)
        else:
            messages.success(request, _now("Closed. What is booked then stays booked."))
            return redirect(here.url("settings_closed"))
    with here.reading():
        context = _shown(here.now, here)
    context["removed"] = removed_in(request.GET, "days", form.fields)
    return show_part(request, here, "closed", form, **context)


@require_POST
@member_page
def holidays_kept(request: HttpRequest, here: Here) -> HttpResponse:
    """Keep public holidays, or work on them."""
    kept = request.POST.get("kept") == "yes"
    change_settings(SettingsChanges(closed_on_holidays=kept), who=here.who, at=here.at)
    said = _now("You are closed on public holidays. Booking on one warns.")
    messages.success(request, said if kept else _now("You work on public holidays."))
    return redirect(here.url("settings_closed"))


@require_POST
@member_page
def closed_remove(request: HttpRequest, here: Here, closed_days_id: UUID) -> HttpResponse:
    """Open again on days that were closed."""
    was = open_again(closed_days_id, who=here.who, at=here.at)
    messages.success(request, _now("Removed. You are open on these days again."))
    typed = {"name": was.name, "first_on": str(was.first_on), "last_on": str(was.last_on)}
    return redirect(here.url("settings_closed", removed="days", **typed))


def _shown(now: Circumstances, here: Here) -> dict[str, Any]:
    """The closed days in words, and the holidays of the year to come; inside a scope."""
    may, today = here.who.may(Deed.CHANGE_SETTINGS), now.today
    days = holidays_between(now.seller.country, today, date(today.year + 1, 12, 31))
    rows = [
        {
            "name": each.name,
            "told": format_period(each.first_on, each.last_on, reader_language()),
            "do_url": here.url("settings_closed_remove", each.id) if may else "",
        }
        for each in closed_days_of(here.organization.id, since=date(today.year - 1, 1, 1))
    ]
    return {
        "rows": rows,
        "may_change": may,
        "kept": now.settings.closed_on_holidays,
        "holidays_url": here.url("settings_holidays"),
        "holidays": [(say_date(day), name) for day, name in sorted(days.items())],
    }
