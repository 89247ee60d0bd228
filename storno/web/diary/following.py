"""The sessions that follow in its series, moved to the time of day to which one was dragged."""

from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from storno.core.refusals import Absent, Invalid, Refused, invalid
from storno.diary.models import Booking, BookingState
from storno.diary.queries import booking_with
from storno.diary.series.change import SeriesChanges, change_series
from storno.diary.series.find import sessions_from
from storno.web.access import Here, member_page
from storno.web.diary.agenda import title_of
from storno.web.diary.dragged import Button, say, say_refused


@require_POST
@member_page
def booking_following(request: HttpRequest, here: Here, booking_id: UUID) -> HttpResponse:
    """Move a session's series, from it on, to the time that it has or to one that is sent."""
    try:
        with here.reading():
            session = booking_with(booking_id, who=here.who)
        series = session.series
        if series is None or not session.follows_series:
            raise Absent
        before = SeriesChanges(begins=series.begins, minutes=series.minutes)
        done = change_series(
            series.id,
            _read(request.POST, session),
            since=session.recurrence_on,
            leave_invoiced=True,
            who=here.who,
            at=here.at,
        )
    except (Refused, Invalid) as why:
        return say_refused(request, why, here)
    words = {"title": title_of(session), "time": f"{done.series.begins:%H:%M}"}
    url = here.url("booking_following", booking_id)
    if "undo" in request.POST:
        return say(
            request, _("%(title)s: this one and the following are back at %(time)s.") % words
        )
    back = {"begins": f"{before.begins:%H:%M}", "minutes": before.minutes, "undo": 1}
    text = _("%(title)s: this one and the following begin at %(time)s now.") % words
    return say(request, text, buttons=[Button(pgettext("a change", "Undo"), url, back, "undo")])


def _read(sent: QueryDict, session: Booking) -> SeriesChanges:
    """When they shall begin and how long they last: as sent, or as the session. Raises Invalid."""
    if "begins" not in sent:
        return SeriesChanges(begins=_begins(session), minutes=session.minutes)
    try:
        begins, minutes = time.fromisoformat(sent.get("begins", "")), int(sent.get("minutes", ""))
    except ValueError:
        raise invalid("begins", "unreadable", _("Enter a time.")) from None
    return SeriesChanges(begins=begins.replace(second=0, microsecond=0), minutes=minutes)


def _begins(session: Booking) -> time:
    assert session.series is not None, "it follows one"
    return _local(session.starts_at, session.series.time_zone).time()


def _local(at: datetime, time_zone: str) -> datetime:
    return at.astimezone(ZoneInfo(time_zone)).replace(second=0, microsecond=0, tzinfo=None)


def could_follow(moved: Booking, here: Here) -> bool:
    """Whether sessions to come could follow one that was moved within its day; in a scope."""
    series, day = moved.series, moved.recurrence_on
    if series is None or day is None or not moved.follows_series:
        return False
    if _local(moved.starts_at, series.time_zone).date() != day:
        return False  # a series keeps its days
    return any(
        each.starts_at > here.at and each.id != moved.id and each.state != BookingState.CANCELLED
        for each in sessions_from(series, day)
    )
