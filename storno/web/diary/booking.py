"""One booking: seen with all that bills it, and what is noted of it by one press."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from storno.core.refusals import Invalid, NotAllowed, Refused, Words
from storno.diary.cancel import NotCancelled, restore_booking
from storno.diary.change import BookingChanges, change_booking, draft_session
from storno.diary.looks import booking_looked_at
from storno.diary.models import BookingState
from storno.diary.slot import TimeIsTaken
from storno.documents.send import send_again
from storno.web.access import Here, member_page
from storno.web.diary.booking_story import booking_story
from storno.web.diary.taken import in_the_way
from storno.web.diary.whose import whose
from storno.web.go import go
from storno.web.papers.version import version_shown
from storno.web.show import show

_NOTED: dict[str, Words] = {
    BookingState.HELD: gettext_lazy("Noted: the session was held."),
    BookingState.NO_SHOW: gettext_lazy("Noted: the client did not come."),
    BookingState.BOOKED: gettext_lazy("What was noted of this session was taken back."),
}


@require_GET
@member_page
def booking(request: HttpRequest, here: Here, booking_id: UUID) -> HttpResponse:
    """A session or an activity, cancelled or not."""
    with here.reading():
        all_ = whose(here)
        found = booking_looked_at(booking_id, diaries=all_.diaries, who=here.who, at=here.at)
        return show(request, here, "diary/booking.html", **booking_story(found, all_, here))


@require_POST
@member_page
def booking_attendance(request: HttpRequest, here: Here, booking_id: UUID) -> HttpResponse:
    """Note whether somebody came, or take that back."""
    state = request.POST.get("state", "")
    if state not in _NOTED:
        return go(request, here.url("booking", booking_id))
    changes, version = BookingChanges(state=BookingState(state)), version_shown(request.POST)
    try:
        change_booking(booking_id, changes, version=version, who=here.who, at=here.at)
    except NotAllowed:
        raise
    except (Refused, Invalid) as why:
        return refused(request, here, booking_id, why)
    messages.success(request, str(_NOTED[state]))
    return go(request, here.url("booking", booking_id))


@require_POST
@member_page
def booking_restore(request: HttpRequest, here: Here, booking_id: UUID) -> HttpResponse:
    """Take a cancellation back, if the time is still free."""
    try:
        restore_booking(booking_id, who=here.who, at=here.at)
    except NotCancelled:  # taken back already: what was wanted holds
        return go(request, here.url("booking", booking_id))
    except NotAllowed:
        raise
    except (Refused, Invalid) as why:
        return refused(request, here, booking_id, why)
    messages.success(request, _("The cancellation is taken back: it is booked again."))
    return go(request, here.url("booking", booking_id))


@require_POST
@member_page
def booking_draft(request: HttpRequest, here: Here, booking_id: UUID) -> HttpResponse:
    """Make the draft of a session that nothing bills."""
    try:
        draft = draft_session(booking_id, who=here.who, at=here.at)
    except NotAllowed:
        raise
    except (Refused, Invalid) as why:
        return refused(request, here, booking_id, why)
    return go(request, here.url("draft", draft.id))


@require_POST
@member_page
def booking_letter(
    request: HttpRequest, here: Here, booking_id: UUID, letter_id: UUID
) -> HttpResponse:
    """Send a message about a session again that could not be delivered."""
    try:
        send_again(letter_id, who=here.who, at=here.at)
    except NotAllowed:
        raise
    except Refused as why:
        return refused(request, here, booking_id, why)
    messages.success(request, _("The message is sent again."))
    return go(request, here.url("booking", booking_id))


def refused(
    request: HttpRequest, here: Here, booking_id: UUID, why: Refused | Invalid
) -> HttpResponse:
    """Say above the booking, as it is now, why nothing was done."""
    messages.warning(request, reasons(why, here))
    return go(request, here.url("booking", booking_id))


def reasons(why: Refused | Invalid, here: Here) -> str:
    """Why something was not done, each reason with its way out; outside a scope."""
    if isinstance(why, Invalid):
        return " ".join(str(error.message) for error in why.errors)
    if isinstance(why, TimeIsTaken):
        return f"{in_the_way(why, here)} {why.remedy}"
    return " ".join(f"{each.message} {each.remedy}".strip() for each in why.blockers)
