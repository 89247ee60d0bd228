"""Booking a series after a look at its days: which are free, and what is in the way of the others.

The page with the days bears the form that led to it, and says which days it showed as taken. If by
then others are taken as well, nothing is booked and the days are shown anew.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storno.clients.models import Client
from storno.core.refusals import Blocked, Invalid
from storno.diary.models import Booking
from storno.diary.queries import bookings_with
from storno.diary.series.book import SeriesBooked, SeriesInput, Skip, book_series
from storno.diary.series.find import DaysAreClosed, TimesAreTaken
from storno.diary.series.foresee import Booked, foresee_series
from storno.organizations.once import AnsweredBefore, StillInFlight
from storno.web.access import Here
from storno.web.diary.agenda import title_of
from storno.web.diary.forms import BookingForm
from storno.web.diary.say_rule import say_series
from storno.web.diary.times import clock_change, day_and_clock, say_span
from storno.web.go import go
from storno.web.once import once
from storno.web.say import say_date, say_day
from storno.web.show import show
from storno.web.take import take_invalid

CLOSED_TOO = "closed"
"""The button that books the closed days as well."""

_NOT_KEPT = ("csrfmiddlewaretoken", "seen", "book")


@dataclass(frozen=True, slots=True)
class Ahead:
    """A day of a series before it is booked; where it is not free, `taken` or `closed` say why."""

    day: str
    time: str
    note: str
    taken: str
    closed: str


def look_or_book(
    request: HttpRequest, here: Here, form: BookingForm, entered: SeriesInput, client: Client
) -> HttpResponse | None:
    """Show the days of a series, or book it if they were seen; None where the form says why not."""
    try:
        if "book" in request.POST:
            asked = _asked(entered, request.POST)
            booked = book_series(asked, who=once(request, here), at=here.at)
            messages.success(request, _said(booked))
            return go(request, here.url("series", booked.id))
    except AnsweredBefore as before:
        return go(request, here.url("series", UUID(before.answer.body)))
    except StillInFlight:
        return go(request, here.url("diary"))
    except (TimesAreTaken, DaysAreClosed, Blocked):
        messages.warning(request, _("Meanwhile other days are taken. Nothing is booked yet."))
    except Invalid as wrong:
        take_invalid(form, wrong, **form.names)
        return None
    return _show(request, here, form, entered, client)


def _asked(entered: SeriesInput, sent: Mapping[str, str]) -> SeriesInput:
    """The series without the days that were shown as not free; or only without the taken ones."""
    seen = _seen(sent.get("seen", ""))
    if sent.get("book") == CLOSED_TOO:
        return replace(entered, skip=frozenset({Skip.TAKEN}), book_closed=True, skip_days=seen)
    return replace(entered, skip=frozenset(Skip), skip_days=seen)


def _seen(said: str) -> frozenset[date]:
    """The days that were shown as not free; what is mistyped was not shown."""
    days = set()
    for text in said.split():
        try:
            days.add(date.fromisoformat(text))
        except ValueError:
            continue
    return frozenset(days)


def _said(booked: SeriesBooked) -> str:
    count = len(booked.sessions)
    said = ngettext("%(count)d session is booked.", "%(count)d sessions are booked.", count)
    words = [said % {"count": count}]
    if booked.left_out:
        days = ", ".join(map(say_date, booked.left_out))
        words.append(_("Left out, because they are not free: %(days)s.") % {"days": days})
    return " ".join(words)


def _show(
    request: HttpRequest, here: Here, form: BookingForm, entered: SeriesInput, client: Client
) -> HttpResponse | None:
    with here.reading():
        try:
            foreseen = foresee_series(entered, who=here.who, at=here.at)
        except Invalid as wrong:
            take_invalid(form, wrong, **form.names)
            return None
        first = foreseen.sessions[0]
        taken = {each.recurrence_on for each in foreseen.sessions if each.id in foreseen.taken}
        shut = taken | foreseen.closed.keys()
        shown: dict[str, Any] = {
            "ahead": list(_ahead(foreseen, form, here)),
            "free": len(foreseen.sessions) - len(shut),
            "shut": len(shut),
            "closed_too": len(foreseen.sessions) - len(taken) if shut - taken else 0,
            "seen": " ".join(sorted(map(str, shut))),
            "sent": [
                (name, value)
                for name, values in request.POST.lists()
                if name not in _NOT_KEPT
                for value in values
            ],
            "client": client,
            "rule": say_series(foreseen.series),
            "time": say_span(first.starts_at, first.ends_at, form.now.seller.time_zone),
            "back_url": here.url("diary", on=form.cleaned_data["day"].isoformat()),
        }
        return show(request, here, "diary/series_new.html", **shown)


def _ahead(foreseen: Booked, form: BookingForm, here: Here) -> Iterator[Ahead]:
    zone, today = form.now.seller.time_zone, form.now.today
    ids = {other.id for other in foreseen.taken.values()}
    open_ = {other.id: other for other in bookings_with(ids, who=here.who)}
    for session in foreseen.sessions:
        day, _clock = day_and_clock(session.starts_at, zone)
        other, shut = foreseen.taken.get(session.id), foreseen.closed.get(day)
        warned = [str(each.message) for each in foreseen.warnings[session.id]]
        notes = [clock_change(day, zone), *(warned if shut is None else [])]
        yield Ahead(
            day=say_day(day, today).full,
            time=say_span(session.starts_at, session.ends_at, zone),
            note=" ".join(filter(None, notes)),
            taken=_taken(other, open_, zone) if other else "",
            closed=str(shut or ""),
        )


def _taken(other: Booking, open_: dict[UUID, Booking], zone: str) -> str:
    """What is in the way, named as far as whoever books may see it."""
    time = say_span(other.starts_at, other.ends_at, zone)
    if other.id not in open_:
        return _("busy, %(time)s") % {"time": time}
    return _("%(title)s, %(time)s") % {"title": title_of(open_[other.id]), "time": time}
