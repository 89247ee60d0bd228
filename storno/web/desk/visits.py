"""Which organizations customer service has looked into, for who leads it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from storno.staff.visit import visits_before
from storno.web.desk.door import Desk, show_desk, staff_page
from storno.web.desk.queue import name_of

PAGE = 50


@require_GET
@staff_page
def visits(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The latest visits, the newest first; why is told in each organization's history."""
    if not desk.leads:
        raise Http404
    rows = [
        {
            "organization": each.organization.slug,
            "who": name_of(each.staff, desk),
            "when": desk.said(each.began_at),
        }
        for each in visits_before(desk.at, limit=PAGE)
    ]
    return show_desk(request, desk, "desk/visits.html", rows=rows)
