"""The page of a series: how it recurs, its sessions, and what can be done with all of them."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from storno.clients.looks import note_look
from storno.clients.models import Client
from storno.clients.queries import client_with
from storno.core.refusals import Invalid, NotAllowed, Refused
from storno.diary.models import Booking, BookingState, Series
from storno.diary.queries import Entry
from storno.diary.series.find import left_out, series_with, sessions_of
from storno.diary.series.restore import restore_series
from storno.diary.series.split import parts_of
from storno.history.tell import events_of, tell
from storno.organizations.queries import Circumstances
from storno.web.access import Here, member_page
from storno.web.diary.agenda import Rows
from storno.web.diary.booking import reasons
from storno.web.diary.booking_story import Fact
from storno.web.diary.say_rule import say_series
from storno.web.diary.times import say_when
from storno.web.diary.whose import Whose, whose
from storno.web.go import go
from storno.web.papers.menus import Item
from storno.web.papers.story import happenings_shown
from storno.web.say import reader_language, say_date
from storno.web.show import show
from storno.web.zones import town_of


@require_GET
@member_page
def series(request: HttpRequest, here: Here, series_id: UUID) -> HttpResponse:
    """A series with its sessions, those to come first."""
    with here.reading():
        all_ = whose(here)
        found = series_with(series_id, diaries=all_.diaries, who=here.who)
        note_look(found.client_id, who=here.who, at=here.at)
        return show(request, here, "diary/series.html", **_story(found, all_, here))


def _story(found: Series, all_: Whose, here: Here) -> dict[str, Any]:
    now = here.now
    sessions = sessions_of(found)
    rows = Rows(now, all_, here, many=False, dated=True).of([_entry(each) for each in sessions])
    to_come = [row for row in rows if row.at > here.at]
    coming = [
        each
        for each in sessions
        if each.starts_at > here.at and each.state != BookingState.CANCELLED
    ]
    may = all_.may_write(found.practitioner_id)
    client = client_with(found.client_id, organization_id=here.organization.id)
    return {
        "title": client.name,
        "client_url": here.url("client", client.id),
        "back_url": here.url("client_sessions", client.id),
        "rule": say_series(found),
        "facts": _facts(found, sessions, coming, client, all_, now, here),
        "change_url": here.url("series_change", found.id) if may and coming else "",
        "items": _menu(found, here) if may and coming else [],
        "restore_url": here.url("series_restore", found.id) if may and _is_off(sessions) else "",
        "to_come": to_come,
        "past": [row for row in reversed(rows) if row.at <= here.at],
        "happenings": _history(found, now, here),
    }


def _is_off(sessions: list[Booking]) -> bool:
    return any(each.state == BookingState.CANCELLED for each in sessions)


@require_POST
@member_page
def series_restore(request: HttpRequest, here: Here, series_id: UUID) -> HttpResponse:
    """Take back what was cancelled last in a series, or say which days are in the way."""
    try:
        restore_series(series_id, who=here.who, at=here.at)
    except NotAllowed:
        raise
    except (Refused, Invalid) as why:
        messages.warning(request, reasons(why, here))
    else:
        messages.success(request, _("The cancellation is taken back: these sessions stand again."))
    return go(request, here.url("series", series_id))


def _facts(
    found: Series,
    sessions: list[Booking],
    coming: list[Booking],
    client: Client,
    all_: Whose,
    now: Circumstances,
    here: Here,
) -> list[Fact]:
    zone = now.seller.time_zone
    facts = []
    if coming:
        when = say_when(coming[0].starts_at, coming[0].ends_at, here.at, zone)
        facts.append(Fact(_("Next session"), when, here.url("booking", coming[0].id)))
    facts.append(Fact(_("Practitioner"), all_.name(found.practitioner_id)))
    if sessions:
        facts.append(Fact(_("Service"), sessions[0].description))
    if found.recipient_id != client.id:
        payer = client_with(found.recipient_id, organization_id=here.organization.id)
        facts.append(Fact(_("Invoice recipient"), payer.name, here.url("client", payer.id)))
    if found.place:
        facts.append(Fact(_("Place"), found.place))
    facts.append(Fact(_("Time zone"), town_of(found.time_zone)))
    facts += _others(found, all_, here)
    if days := left_out(found, sessions):
        facts.append(Fact(_("Left out"), ", ".join(map(say_date, days))))
    return facts


def _others(found: Series, all_: Whose, here: Here) -> Iterator[Fact]:
    """Where the sessions are that were of this series before it was changed from a day on."""
    for part in parts_of(found):
        words = _("Those before %(day)s are another series")
        if part.follows:
            words = _("From %(day)s on it goes on as another series")
        may = all_.diaries.sight_of(part.series.practitioner_id) is not None
        url = here.url("series", part.series.id) if may else ""
        yield Fact(_("Other sessions"), words % {"day": say_date(part.since)}, url)


def _menu(found: Series, here: Here) -> list[Item]:
    url = here.url("series_cancel", found.id)
    return [Item(_("Cancel what is to come"), "delete", url, "dialog", "danger")]


def _history(found: Series, now: Circumstances, here: Here) -> list[dict[str, Any]]:
    told = tell(
        events_of(found.organization_id, [found.id]),
        language=reader_language(),
        time_zone=now.seller.time_zone,
    )
    return happenings_shown(told, now, here)


def _entry(booking: Booking) -> Entry:
    return Entry(booking.practitioner_id, booking.starts_at, booking.ends_at, booking)
