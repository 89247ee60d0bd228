"""Which organizations customer service has looked into, for who leads it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from storno.staff.search import By, searches_before
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


@require_GET
@staff_page
def searches(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The latest searches, the newest first: by what something was found, not what was typed."""
    if not desk.leads:
        raise Http404
    rows = [
        {
            "who": name_of(each.staff, desk),
            "when": desk.said(each.searched_at),
            "by": ", ".join(str(By(by).label) for by in each.by.split(", ") if by),
            "hits": each.hits,
        }
        for each in searches_before(desk.at, limit=PAGE)
    ]
    return show_desk(request, desk, "desk/searches.html", rows=rows)
