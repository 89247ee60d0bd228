"""The queue: who waits, since when, and who has it; and how much each colleague has."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from storno.staff.models import Staff
from storno.support.models import Waiting
from storno.support.queue import Part, counts, loads, queue_rows
from storno.web.desk.door import Desk, show_desk, staff_page

NAMES = {
    Part.WAITING: _("Waiting"),
    Part.MINE: _("Mine"),
    Part.ANSWERED: _("Answered"),
    Part.CLOSED: _("Closed"),
}


@require_GET
@staff_page
def queue(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A part of the queue; it is read anew by itself."""
    asked = request.GET.get("part", "")
    part = Part(asked) if asked in set(Part) else Part.WAITING
    count = counts(desk.staff)
    tabs = [
        {
            "label": NAMES[each],
            "url": f"{reverse('desk')}?part={each.value}",
            "current": each is part,
            "count": count.get(each),
        }
        for each in Part
    ]
    rows = [_row(each, desk) for each in queue_rows(part, staff=desk.staff)]
    shown = [
        {"name": name_of(each.staff, desk), "has": each.has, "waiting": each.waiting}
        for each in loads()
    ]
    return show_desk(request, desk, "desk/queue.html", tabs=tabs, rows=rows, loads=shown)


def name_of(staff: Staff | None, desk: Desk) -> str:
    """What a colleague is called to who reads it."""
    if staff is None:
        return ""
    return str(_("You")) if staff.id == desk.staff.id else str(staff.person)


def _row(waiting: Waiting, desk: Desk) -> dict[str, Any]:
    since = waiting.waits_since or waiting.closed_at
    return {
        "url": reverse("desk_conversation", args=[waiting.id]),
        "organization": waiting.organization.slug,
        "waits": waiting.waits_since is not None,
        "closed": waiting.closed_at is not None,
        "when": desk.said(since) if since else None,
        "has": name_of(waiting.has_it, desk),
    }
