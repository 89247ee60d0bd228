"""The only way to the pages of customer service: staff who went through a second step, or 404.

They lie outside of all organizations. What is of one is seen in a visit alone, which a page begins
before it reads, and each reading and deed is of the actor that the visit gave.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from storno.core.clock import read_clock
from storno.core.refusals import Absent
from storno.people.models import Person
from storno.staff.enlist import staff_of
from storno.staff.models import Staff, StaffRole
from storno.support.operate import hours
from storno.web.say import Said, say_moment
from storno.web.show import person_shown
from storno.web.sign_in.again import proved_by_second_step, second_step_first, sign_in_first

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Desk:
    """Customer service as one of them sees it at one moment."""

    staff: Staff
    person: Person
    at: datetime
    zone: ZoneInfo

    @property
    def leads(self) -> bool:
        """Whether they see what colleagues have done."""
        return self.staff.role == StaffRole.LEAD

    @property
    def today(self) -> date:
        """The day where customer service is."""
        return self.at.astimezone(self.zone).date()

    def said(self, at: datetime) -> Said:
        """A moment, where customer service is."""
        return say_moment(at, self.at, str(self.zone))


Page = Callable[Concatenate[HttpRequest, Desk, P], HttpResponseBase]


def staff_page(page: Page[P]) -> Callable[..., HttpResponseBase]:
    """Open a page to customer service alone, after a second step; to others it is not there."""

    @wraps(page)
    def run(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, Person):
            return sign_in_first(request)
        staff = staff_of(request.user.id)
        if staff is None:
            raise Http404
        desk = Desk(staff, request.user, read_clock(), hours().zone)
        if not proved_by_second_step(request):
            return second_step_first(request) or _set_it_up(request, desk)
        try:
            response = page(request, desk, *args, **kwargs)
        except Absent as absent:
            raise Http404 from absent
        response.setdefault("Cache-Control", "private, no-cache")
        return response

    return run


def show_desk(
    request: HttpRequest, desk: Desk, template: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """Render a page of customer service."""
    frame = {
        "organization": {"name": _("Customer service"), "slug": ""},
        "member": person_shown(desk.person),
        "nav": _navigation(request.path, desk),
        "now": desk.at,
    }
    return render(request, template, frame | context, status=status)


def sent_id(text: str) -> UUID | None:
    """An id that was sent, if one was. Raises Absent."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Absent from None


def version_shown(request: HttpRequest) -> int:
    """The version that the form was shown with; none that is, where none was sent."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 10 else 0


def _set_it_up(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Say how a second step is set up; the address leads on once there is one."""
    return show_desk(request, desk, "desk/second_step.html", status=403)


def _navigation(path: str, desk: Desk) -> dict[str, Any]:
    places = [
        _place("desk", _("Queue"), "chat", path),
        _place("desk_cases", pgettext("place", "Refund cases"), "undo", path),
        _place("desk_money", pgettext("place", "Unmatched money"), "bank", path),
        _place("desk_search", _("Search"), "search", path),
    ]
    if desk.leads:
        places.append(_place("desk_visits", _("Visits"), "clock", path))
    return {
        "home_url": reverse("desk"),
        "places": places,
        "account": [
            {"label": _("Your account"), "url": reverse("account"), "icon": "person"},
            {"label": _("Switch organization"), "url": reverse("organizations"), "icon": "chooser"},
        ],
    }


def _place(name: str, label: str, icon: str, path: str) -> dict[str, Any]:
    url = reverse(name)
    return {"label": label, "url": url, "icon": icon, "current": _is_at(path, url)}


def _is_at(path: str, url: str) -> bool:
    """Whether a page is one of a place; all pages are below the queue's address."""
    return path == url or (url != reverse("desk") and path.startswith(url))
