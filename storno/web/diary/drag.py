"""The time to which a booking is dragged in the grid: said in a part of the page, not in a page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from storno.catalogue.models import Message
from storno.core.refusals import Invalid, Refused, invalid
from storno.diary.change import BookingChanges, change_booking
from storno.diary.messages.tell import what_is_told
from storno.diary.models import Booking
from storno.diary.queries import booking_with, memberships_of
from storno.organizations.models import Membership
from storno.organizations.queries import Circumstances
from storno.web.access import Here, member_page
from storno.web.diary.agenda import title_of
from storno.web.diary.asked import FIRST_YEAR, LAST_YEAR
from storno.web.diary.dragged import Button, say, say_refused
from storno.web.diary.following import could_follow
from storno.web.diary.times import NoSuchTime, moment_of, say_when
from storno.web.diary.told import NOBODY_IS_TOLD, reached
from storno.web.diary.worked import warned
from storno.web.papers.version import version_shown


@dataclass(frozen=True, slots=True)
class Dragged:
    """A booking as it stands, and the time it shall have."""

    before: Booking
    now: Circumstances
    changes: BookingChanges


@require_POST
@member_page
def booking_time(request: HttpRequest, here: Here, booking_id: UUID) -> HttpResponse:
    """Give a booking another time, or back the one it had."""
    try:
        dragged = _read(request.POST, here, booking_id)
        moved = change_booking(
            booking_id,
            dragged.changes,
            version=version_shown(request.POST),
            who=here.who,
            at=here.at,
        )
    except (Refused, Invalid) as why:
        return say_refused(request, why, here)
    return _say_moved(request, here, dragged, moved)


def _read(sent: QueryDict, here: Here, booking_id: UUID) -> Dragged:
    """What was sent: when it begins, when it ends, with whom it is. Raises Absent, Invalid."""
    with here.reading():
        before = booking_with(booking_id, who=here.who)
        now = here.now
    zone = now.seller.time_zone
    starts = _moment(sent.get("starts", ""), zone) if "starts" in sent else None
    ends = _moment(sent.get("ends", ""), zone) if "ends" in sent else None
    lasts = ends - (starts or before.starts_at) if ends else None
    changes = BookingChanges(
        practitioner=_member(sent.get("who", "")) if "who" in sent else None,
        starts_at=starts,
        minutes=None if lasts is None else int(lasts.total_seconds()) // 60,
    )
    return Dragged(before, now, changes)


def _member(text: str) -> UUID:
    """The member above whose column it was let go. Raises Invalid."""
    try:
        return UUID(text)
    except ValueError:
        raise invalid("practitioner", "unreadable", _("Choose one of the members.")) from None


def _moment(text: str, zone: str) -> datetime:
    """A time as the clocks here show it, or one with its offset. Raises Invalid."""
    try:
        said = datetime.fromisoformat(text).replace(second=0, microsecond=0)
    except ValueError:
        said = None
    if said is None or not FIRST_YEAR <= said.year <= LAST_YEAR:
        raise invalid("starts_at", "unreadable", _("Enter a time."))
    if said.tzinfo is not None:
        return said.astimezone(UTC)
    try:
        return moment_of(said.date(), said.time(), zone)
    except NoSuchTime:
        words = gettext_lazy("The clocks go forward in this night: there is no such time.")
        raise invalid("starts_at", "no_such_time", words) from None


def _say_moved(request: HttpRequest, here: Here, dragged: Dragged, moved: Booking) -> HttpResponse:
    """Who or what is when now, whom a message tells it, and the way back to when it was."""
    before, now, is_undone = dragged.before, dragged.now, "undo" in request.POST
    when = say_when(moved.starts_at, moved.ends_at, here.at, now.seller.time_zone)
    is_given = moved.practitioner_id != before.practitioner_id
    if is_undone:
        words = _("%(title)s: put back to %(when)s.")
    elif is_given:
        words = _("%(title)s: now with %(name)s, %(when)s.")
    elif moved.starts_at != before.starts_at:
        words = _("%(title)s: moved to %(when)s.")
    else:
        words = _("%(title)s: now %(when)s.")
    with here.reading():
        members, warnings = memberships_of(here.organization.id), warned(moved, now)
        given_by = members.get(before.practitioner_id) if is_given else None
        name = members[moved.practitioner_id].person if is_given else ""
        said = [words % {"title": title_of(before), "name": name, "when": when}]
        said += [*warnings, *_told(before, moved, now, here)]
        buttons = [] if is_undone else _next(before, moved, given_by, here)
    if before.follows_series and not is_undone:
        said.append(_("The other sessions of the series stay where they are."))
    level = "warning" if warnings else "success"
    return say(request, " ".join(said), level=level, buttons=buttons)


def _next(before: Booking, moved: Booking, given_by: Membership | None, here: Here) -> list[Button]:
    """What can be done about a drag: taken back, or done with what follows; in a scope."""
    back: dict[str, object] = {
        "version": moved.version,
        "starts": before.starts_at.isoformat(),
        "ends": before.ends_at.isoformat(),
        **({"who": given_by.id} if given_by else {}),
        "undo": 1,
    }
    buttons = [
        Button(pgettext("a change", "Undo"), here.url("booking_time", moved.id), back, "undo")
    ]
    if could_follow(moved, here):
        url = here.url("booking_following", moved.id)
        buttons.append(Button(_("Move the following too"), url))
    return buttons


def _told(before: Booking, moved: Booking, now: Circumstances, here: Here) -> Iterator[str]:
    """Whom a message tells of it, if one goes out."""
    is_told = what_is_told(moved) != what_is_told(before) and moved.starts_at > here.at
    if is_told and Message.CHANGE in moved.messages:
        to = reached(before.client, now)
        yield _("A message about it goes to %(to)s.") % {"to": to} if to else str(NOBODY_IS_TOLD)
