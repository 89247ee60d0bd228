"""Changing all sessions of a series, or one and those that follow, after a look at what changes.

As a calendar asks it (RFC 5545 §3.2.13, RANGE): this one, this and the following, or all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from storno.catalogue.models import Message
from storno.catalogue.save import told_of
from storno.clients.looks import note_look
from storno.clients.queries import client_with
from storno.core.refusals import Invalid, NotAllowed, Refused, Words
from storno.diary.change import StaleBooking
from storno.diary.models import Booking, Series
from storno.diary.series.change import Changed, SeriesChanges, change_series
from storno.diary.series.find import TimesAreTaken, series_with, sessions_from
from storno.diary.series.foresee import Changed as Foreseen
from storno.diary.series.foresee import foresee_change
from storno.organizations.models import Method
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.diary.asked import read_day
from storno.web.diary.forms import SessionForm
from storno.web.diary.say_rule import say_days_in, say_series
from storno.web.diary.told import say_reach
from storno.web.diary.whose import Whose, whose
from storno.web.go import go
from storno.web.papers.version import version_shown
from storno.web.say import say_price
from storno.web.show import show
from storno.web.take import take_invalid, take_refused, typed_in
from storno.web.zones import town_of

_NOT_KEPT = ("csrfmiddlewaretoken", "seen")


@dataclass(frozen=True, slots=True)
class Changing:
    """A series that is being changed from the day `since` on, or all of it, and what was typed.

    `on` is the day of the session from which one came, if one did.
    """

    series: Series
    sessions: list[Booking]
    since: date | None
    on: date | None
    form: SessionForm

    def changes(self) -> SeriesChanges:
        """What was typed otherwise than the series says."""
        typed = self.form.cleaned_data
        other = {name: typed[name] for name in self.other()}
        return SeriesChanges(
            practitioner=UUID(other["practitioner"]) if "practitioner" in other else None,
            begins=other.get("time"),
            minutes=other.get("minutes"),
            place=other.get("place"),
            video=other.get("video"),
            price=other.get("price"),
            recipient=UUID(other["recipient"]) if "recipient" in other else None,
            method=Method(other["method"]) if other.get("method") else None,
            messages=tuple(map(Message, other["messages"])) if "messages" in other else None,
        )

    def other(self) -> list[str]:
        """The names of what was typed otherwise than the series says."""
        typed, now = self.form.cleaned_data, self.form.initial
        unseen = [name for name in ("messages",) if not typed["messages_of"]]
        unseen += [name for name in ("practitioner",) if not typed[name]]
        names = [name for name in now if name not in ("messages_of", *unseen)]
        return [name for name in names if typed[name] != now[name]]


@require_http_methods(["GET", "POST"])
@member_page
def series_change(request: HttpRequest, here: Here, series_id: UUID) -> HttpResponse:
    """Change a series, from the day on that the address names, or all of it."""
    here.who.must(Deed.BOOK)
    try:
        changing = _read(request, here, series_id)
        if changing.form.is_valid() and "change" not in request.POST:
            return _look_or_save(request, here, changing)
    except StaleBooking as why:
        messages.warning(request, f"{why.message} {why.remedy}")
        return go(request, here.url("series", series_id))
    return _show_form(request, here, changing)


def _read(request: HttpRequest, here: Here, series_id: UUID) -> Changing:
    """The series and its form. Raises Absent, NotAllowed, Invalid."""
    with here.reading():
        all_ = whose(here)
        series = series_with(series_id, diaries=all_.diaries, who=here.who)
        note_look(series.client_id, who=here.who, at=here.at)
        all_.diaries.must_book(series.practitioner_id)
        on = read_day(request.GET.get("since", ""))
        since = None if "all" in request.GET else on
        try:
            sessions = list(sessions_from(series, since).order_by("starts_at", "id"))
        except Invalid:  # a mistyped day only narrows
            on = since = None
            sessions = list(sessions_from(series, None).order_by("starts_at", "id"))
        return Changing(series, sessions, since, on, _form(request, here, series, sessions, all_))


def _form(
    request: HttpRequest, here: Here, series: Series, sessions: Sequence[Booking], all_: Whose
) -> SessionForm:
    """What of a series can be changed: all but its days and its service."""
    now, member = here.now, all_.members.get(series.practitioner_id)
    initial = {
        "practitioner": str(member.id) if member else "",
        "time": series.begins,
        "minutes": series.minutes,
        "place": series.place,
        "video": series.video,
        "price": series.unit_price,
        "recipient": str(series.recipient_id),
        "method": series.method,
    }
    for session in [each for each in sessions if each.starts_at > here.at][:1]:
        initial["messages"] = list(told_of(session.messages))
        initial["messages_of"] = str(series.service_id)
    form = SessionForm(now, typed_in(request), initial=initial)
    for name in ("service", "day"):
        del form.fields[name]
    form.offer_diaries(all_.bookable())
    form.fields["practitioner"].required = False
    words = _("With somebody else, only what is to come: what is over stays with who held it.")
    form.fields["practitioner"].help_text = words
    form.fields["minutes"].required = form.fields["price"].required = True
    client = client_with(series.client_id, organization_id=here.organization.id)
    payer = client
    if series.recipient_id != client.id:
        payer = client_with(series.recipient_id, organization_id=here.organization.id)
    form.offer_recipients(client, payer)
    say_reach(form, client, now)
    if series.method:
        form.offer_methods(usual=None)
    for session in sessions[:1]:
        form.say_tax(session.tax_rate, includes_tax=session.price_includes_tax)
    return form


def _look_or_save(request: HttpRequest, here: Here, changing: Changing) -> HttpResponse:
    """Show what will change, or change it once that was seen; the form says why not."""
    series, changes = changing.series, changing.changes()
    if changes == SeriesChanges():
        messages.info(request, _("Nothing was changed."))
        return go(request, here.url("series", series.id))
    try:
        if "seen" in request.POST:
            done = change_series(
                series.id,
                changes,
                since=changing.since,
                leave_invoiced=True,
                version=version_shown(request.POST),
                who=here.who,
                at=here.at,
            )
            messages.success(request, _said(changing.form, changes, done))
            return go(request, here.url("series", done.series.id))
        with here.reading():
            foreseen = foresee_change(
                series.id, changes, since=changing.since, who=here.who, at=here.at
            )
    except Invalid as wrong:
        take_invalid(changing.form, wrong, begins="time", starts_at="time")
    except TimesAreTaken as taken:
        days = " ".join(str(each.message) for each in taken.blockers)
        field = "time" if changes.practitioner is None else "practitioner"
        changing.form.add_error(field, f"{taken.message} {days} {taken.remedy}")
    except (StaleBooking, NotAllowed):
        raise
    except Refused as why:
        take_refused(changing.form, why)
    else:
        return _show_change(request, here, changing, foreseen)
    return _show_form(request, here, changing)


def _said(form: SessionForm, changes: SeriesChanges, done: Changed) -> str:
    """What was done, and what was left because it is invoiced."""
    said = [_("The changes are saved.")]
    if changes.practitioner is not None:
        name = form.diaries[str(changes.practitioner)]
        words = _("They are in the diary of %(name)s now. The client is not told of that.")
        said = [words % {"name": name}]
    if done.left:
        words = _("Invoiced, so their price, recipient and method stay: %(days)s.")
        said.append(words % {"days": say_days_in(done.left)})
    return " ".join(said)


def _show_form(request: HttpRequest, here: Here, changing: Changing) -> HttpResponse:
    status = 422 if changing.form.errors else 200
    with here.reading():
        shown = _shown(request, here, changing) | {"form": changing.form}
        return show(request, here, "diary/series_change.html", status=status, **shown)


def _shown(request: HttpRequest, here: Here, changing: Changing) -> dict[str, Any]:
    series, on = changing.series, changing.on
    client = client_with(series.client_id, organization_id=here.organization.id)
    of_day = [each for each in changing.sessions if each.recurrence_on == on]
    return {
        "title": client.name,
        "rule": say_series(series),
        "version": request.POST.get("version", series.version),
        "zone": town_of(series.time_zone),
        "back_url": here.url("series", series.id),
        "tabs": tabs_of(of_day[0], here, since=changing.since) if of_day else [],
    }


def tabs_of(
    session: Booking, here: Here, *, since: date | None = None, alone: bool = False
) -> list[dict[str, Any]]:
    """What of its series is changed from the page of a session: it `alone`, from it on, or all."""
    if session.recurrence_on is None or not session.follows_series:
        return []
    on = session.recurrence_on.isoformat()
    address = here.url("series_change", session.series_id, since=on)
    whole = here.url("series_change", session.series_id, since=on, all="1")
    one = here.url("booking_change", session.id)
    return [
        {"label": _("This one"), "url": one, "current": alone},
        {
            "label": _("This and the following"),
            "url": address,
            "current": not alone and since is not None,
        },
        {"label": _("All"), "url": whole, "current": not alone and since is None},
    ]


def _show_change(
    request: HttpRequest, here: Here, changing: Changing, foreseen: Foreseen
) -> HttpResponse:
    with here.reading():
        shown = _shown(request, here, changing) | {
            "count": len(foreseen.sessions),
            "what": list(_what(changing)),
            "left": list(_left(foreseen)),
            "sent": [
                (name, text)
                for name, texts in request.POST.lists()
                if name not in _NOT_KEPT
                for text in texts
            ],
        }
        return show(request, here, "diary/series_look.html", **shown)


def _what(changing: Changing) -> Iterator[dict[str, str]]:
    """What becomes of each field that was typed otherwise."""
    form, typed, was = changing.form, changing.form.cleaned_data, changing.form.initial
    for name in changing.other():
        words = _("%(before)s becomes %(after)s")
        said = {"before": _read_out(form, name, was), "after": _read_out(form, name, typed)}
        yield {"label": str(form.fields[name].label), "value": words % said}


def _read_out(form: SessionForm, name: str, values: Mapping[str, Any]) -> str:
    """A value as it is read; what is empty is a dash."""
    value = values[name]
    match name:
        case "time":
            return f"{value:%H:%M}"
        case "price":
            return say_price(value, form.now.seller.currency)
        case "practitioner" | "recipient" | "method":
            choices = dict(form.fields[name].choices)  # type: ignore[attr-defined]
            return str(choices.get(value, "–"))
        case "messages":
            return ", ".join(str(each.label) for each in told_of(value)) or "–"
    return str(value) if value != "" else "–"


_SHUT: dict[str, Words] = {
    "outside_hours": gettext_lazy("Outside working hours there: %(days)s."),
    "away": gettext_lazy("While the practitioner is away: %(days)s."),
    "closed_day": gettext_lazy("On a day on which you are closed: %(days)s."),
    "holiday": gettext_lazy("On a public holiday: %(days)s."),
}
"""Why sessions are at no time of work, by the codes of the warnings."""


def _is_warned(foreseen: Foreseen, session: Booking, code: str) -> bool:
    return any(each.code == code for each in foreseen.warnings.get(session.id, ()))


def _left(foreseen: Foreseen) -> Iterator[str]:
    """What stays as it is, and why."""
    if begun := foreseen.begun:
        words = ngettext(
            "%(count)d is over: its time and place stay.",
            "%(count)d are over: their time and place stay.",
            len(begun),
        )
        yield words % {"count": len(begun)}
    for code, why in _SHUT.items():
        if warned := [each for each in foreseen.sessions if _is_warned(foreseen, each, code)]:
            yield str(why) % {"days": say_days_in(warned)}
    if by_hand := foreseen.by_hand:
        words = ngettext(
            "%(count)d was changed by hand and keeps that: %(days)s.",
            "%(count)d were changed by hand and keep that: %(days)s.",
            len(by_hand),
        )
        yield words % {"count": len(by_hand), "days": say_days_in(by_hand)}
    if invoiced := foreseen.invoiced:
        words = ngettext(
            "%(count)d is invoiced: its price, recipient and method stay. Credit the invoice first "
            "to change them: %(days)s.",
            "%(count)d are invoiced: their price, recipient and method stay. Credit the invoices "
            "first to change them: %(days)s.",
            len(invoiced),
        )
        yield words % {"count": len(invoiced), "days": say_days_in(invoiced)}
