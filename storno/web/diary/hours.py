"""When a practitioner works: the weeks, the single days, and entering them."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from storno.core.refusals import Invalid
from storno.diary.hours.keep import (
    DaysAreSaid,
    drop_other_hours,
    drop_week,
    keep_other_hours,
    keep_week,
    may_keep,
    other_hours_of,
    person_of,
    weeks_of,
    whose_hours,
)
from storno.diary.hours.plan import (
    OFFICE_WEEK,
    WEEKDAYS,
    Week,
    kept_spans,
    kept_week,
    read_spans,
    read_week,
    write_spans,
)
from storno.diary.models import OtherHours, WorkingWeek
from storno.diary.queries import memberships_of
from storno.organizations.models import Membership
from storno.printing.labels import format_period
from storno.web.access import Here, member_page
from storno.web.diary.times import say_hours
from storno.web.go import go
from storno.web.put_back import removed_in
from storno.web.say import reader_language, say_date
from storno.web.show import show
from storno.web.take import take_invalid, take_refused, typed_in

_NAMES = {
    "monday": gettext_lazy("Monday"),
    "tuesday": gettext_lazy("Tuesday"),
    "wednesday": gettext_lazy("Wednesday"),
    "thursday": gettext_lazy("Thursday"),
    "friday": gettext_lazy("Friday"),
    "saturday": gettext_lazy("Saturday"),
    "sunday": gettext_lazy("Sunday"),
}


def _day_field(label: Any, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=required, widget=widget)


class WeekForm(forms.Form):
    """The usual week from a day on. The verb checks; the form only reads."""

    first_on = _day_field(gettext_lazy("From this day on"))

    def __init__(self, data: QueryDict | None = None) -> None:
        """A field for each day."""
        super().__init__(data, label_suffix="")
        for name in WEEKDAYS:
            label = capfirst(_NAMES[name])
            self.fields[name] = forms.CharField(label=label, max_length=200, required=False)
            self.fields[name].widget.attrs |= {"placeholder": "–", "autocomplete": "off"}


class OtherForm(forms.Form):
    """Single days that are otherwise. The verb checks; the form only reads."""

    first_on = _day_field(gettext_lazy("First day"))
    last_on = _day_field(gettext_lazy("Last day"), required=False)
    hours = forms.CharField(
        label=gettext_lazy("Hours on these days"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Left empty: away all day."),
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        """Its fields have ids of their own: the form of the week stands on the same page."""
        super().__init__(data, auto_id="other_%s", label_suffix="")


@require_GET
@member_page
def own_hours(request: HttpRequest, here: Here) -> HttpResponse:
    """Lead to one's own hours."""
    return go(request, here.url("hours", here.membership.id))


@require_http_methods(["GET", "POST"])
@member_page
def hours(request: HttpRequest, here: Here, membership_id: UUID) -> HttpResponse:
    """When a member works, and saying the usual week."""
    form = WeekForm(_typed(request, here, membership_id))

    def keep() -> None:
        typed = form.cleaned_data
        keep_week(membership_id, typed["first_on"], read_week(typed), who=here.who, at=here.at)

    if _kept(form, keep):
        messages.success(request, _("The working hours are saved."))
        return go(request, here.url("hours", membership_id))
    return _show(request, here, membership_id, week=form)


@require_POST
@member_page
def hours_other(request: HttpRequest, here: Here, membership_id: UUID) -> HttpResponse:
    """Say what a member works on single days instead."""
    form = OtherForm(_typed(request, here, membership_id))

    def keep() -> None:
        typed = form.cleaned_data
        keep_other_hours(
            membership_id,
            typed["first_on"],
            typed["last_on"] or typed["first_on"],
            read_spans(typed["hours"], "hours"),
            who=here.who,
            at=here.at,
        )

    if _kept(form, keep):
        messages.success(request, _("The other hours are saved."))
        return go(request, here.url("hours", membership_id))
    return _show(request, here, membership_id, other=form)


@require_POST
@member_page
def week_remove(
    request: HttpRequest, here: Here, membership_id: UUID, week_id: UUID
) -> HttpResponse:
    """Take a week back."""
    was = drop_week(membership_id, week_id, who=here.who, at=here.at)
    messages.success(request, _("Removed. The hours from before hold on."))
    days = zip(WEEKDAYS, map(write_spans, kept_week(was.week)), strict=True)
    typed = {"first_on": str(was.first_on)} | dict(days)
    return go(request, here.url("hours", membership_id, removed="week", **typed))


@require_POST
@member_page
def other_hours_remove(
    request: HttpRequest, here: Here, membership_id: UUID, other_hours_id: UUID
) -> HttpResponse:
    """Let the usual hours hold again."""
    was = drop_other_hours(membership_id, other_hours_id, who=here.who, at=here.at)
    messages.success(request, _("Removed. The usual hours hold again."))
    typed = {"first_on": str(was.first_on), "last_on": str(was.last_on), "hours": was.hours}
    return go(request, here.url("hours", membership_id, removed="other", **typed))


def _typed(request: HttpRequest, here: Here, membership_id: UUID) -> QueryDict | None:
    """What was sent by somebody who keeps these hours. Raises Absent, NotAllowed."""
    typed = typed_in(request)
    if typed is not None:
        whose_hours(membership_id, here.who)
    return typed


def _kept(form: forms.Form, keep: Callable[[], None]) -> bool:
    """Keep what a form says, or say beside its fields why not."""
    if not form.is_valid():
        return False
    try:
        keep()
    except Invalid as wrong:
        take_invalid(form, wrong)
    except DaysAreSaid as refused:
        take_refused(form, refused)
    return not form.errors


def _show(
    request: HttpRequest,
    here: Here,
    membership_id: UUID,
    *,
    week: WeekForm | None = None,
    other: OtherForm | None = None,
) -> HttpResponse:
    """The hours of a member, with forms for who may keep them. Raises Absent."""
    with here.reading():
        mine, person_id = here.organization.id, person_of(membership_id, here.who)
        today = here.now.today
        weeks = weeks_of(person_id, organization_id=mine)
        others = other_hours_of(person_id, organization_id=mine, since=date(today.year - 1, 1, 1))
        members = memberships_of(mine)
        week = week or WeekForm()
        if not week.is_bound:
            week.initial = _initial(weeks, today)
        may = may_keep(person_id, here.who)
        return show(
            request,
            here,
            "diary/hours.html",
            status=422 if week.errors or (other is not None and other.errors) else 200,
            name=str(members[person_id].person),
            tabs=_tabs(members.values(), membership_id, here),
            weeks=[_week(each, membership_id, may, here) for each in reversed(weeks)],
            others=[_other(each, membership_id, may, here) for each in others],
            week=week if may else None,
            days=[week[name] for name in WEEKDAYS],
            other=other or OtherForm(),
            removed_week=removed_in(request.GET, "week", week.fields),
            removed_other=removed_in(request.GET, "other", OtherForm.base_fields),
            other_url=here.url("hours_other", membership_id),
            back_url=here.url("diary"),
        )


def _initial(weeks: list[WorkingWeek], today: date) -> dict[str, Any]:
    """The week that holds now, to be changed from today on."""
    held = [kept_week(each.week) for each in weeks if each.first_on <= today]
    now: Week = held[-1] if held else OFFICE_WEEK
    spans = {name: say_hours(day) for name, day in zip(WEEKDAYS, now, strict=True)}
    return {"first_on": today} | spans


def _tabs(members: Iterable[Membership], membership_id: UUID, here: Here) -> list[dict[str, Any]]:
    """The members, to look at the hours of each; none where there is only one."""
    return [
        {
            "label": str(member.person),
            "url": here.url("hours", member.id),
            "current": member.id == membership_id,
        }
        for member in members
    ]


def _week(kept: WorkingWeek, membership_id: UUID, may: bool, here: Here) -> dict[str, Any]:
    """A week in words: each day with its hours."""
    days = zip(WEEKDAYS, kept_week(kept.week), strict=True)
    return {
        "title": _("From %(day)s on") % {"day": say_date(kept.first_on)},
        "days": [(capfirst(_NAMES[name]), say_hours(spans) or "–") for name, spans in days],
        "remove_url": here.url("week_remove", membership_id, kept.id) if may else "",
    }


def _other(kept: OtherHours, membership_id: UUID, may: bool, here: Here) -> dict[str, Any]:
    """Single days in words."""
    return {
        "name": capfirst(format_period(kept.first_on, kept.last_on, reader_language())),
        "told": say_hours(kept_spans(kept.hours)) or _("Away"),
        "do_url": here.url("other_hours_remove", membership_id, kept.id) if may else "",
    }
