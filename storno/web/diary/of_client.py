"""A client's sessions, beside the invoices."""

from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from storno.clients.queries import client_looked_after
from storno.core.pages import Page, Place
from storno.core.refusals import Invalid
from storno.diary.models import Booking, BookingState
from storno.diary.queries import Entry, series_to_come, sessions_of
from storno.organizations.queries import Circumstances
from storno.web.access import Here, member_page
from storno.web.clients.head import head_of
from storno.web.diary.agenda import Rows
from storno.web.diary.say_rule import say_series
from storno.web.diary.times import say_when
from storno.web.diary.whose import Whose, whose
from storno.web.show import show


@require_GET
@member_page
def client_sessions(request: HttpRequest, here: Here, client_id: UUID) -> HttpResponse:
    """A client's sessions, the newest first, as far as their diaries are open to the member."""
    with here.reading():
        found = client_looked_after(client_id, who=here.who)
        all_ = whose(here)
        page = _page(client_id, request.GET.get("before", ""), all_)
        rows = Rows(here.now, all_, here, True, dated=True)
        series = series_to_come(client_id, diaries=all_.diaries, who=here.who, at=here.at)
        may_book = bool(all_.bookable()) and not found.archived_at
        return show(
            request,
            here,
            "clients/sessions.html",
            **head_of(here, found, "client_sessions"),
            series=[_of_series(next_, rows.now, here) for next_ in series],
            rows=rows.of([_entry(booking) for booking in page.items]),
            older_url=here.url("client_sessions", client_id, before=page.next) if page.next else "",
            all_open=all_.are_open,
            book_url=here.url("session_new", client=str(client_id)) if may_book else "",
        )


def _of_series(next_: Booking, now: Circumstances, here: Here) -> dict[str, str]:
    """A series in one line: how it recurs, and when its next session is."""
    assert next_.series is not None, "a session of a series has its series"
    told = _("No session is to come.")
    if next_.state != BookingState.CANCELLED:
        when = say_when(next_.starts_at, next_.ends_at, here.at, now.seller.time_zone)
        told = _("Next: %(when)s") % {"when": when}
    return {
        "kind": "series",
        "title": say_series(next_.series),
        "url": here.url("series", next_.series.id),
        "told": told,
    }


def _page(client_id: UUID, before: str, all_: Whose) -> Page[Booking]:
    """A page of sessions; a mistyped place is the first page."""
    read = partial(sessions_of, client_id, diaries=all_.diaries, who=all_.here.who, at=all_.here.at)
    try:
        return read(before=Place.read(before) if before else None)
    except Invalid:
        return read()


def _entry(booking: Booking) -> Entry:
    return Entry(booking.practitioner_id, booking.starts_at, booking.ends_at, booking)
