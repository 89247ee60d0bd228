"""The agenda: what stands in the diaries on some days, as a list and for the grid."""

from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from storno.web.access import Here, member_page
from storno.web.diary.agenda import agenda
from storno.web.diary.asked import read_asked
from storno.web.diary.events import events
from storno.web.show import show


@require_GET
@member_page
def diary(request: HttpRequest, here: Here) -> HttpResponse:
    """Days of one's own diary, or of others': of those that are closed only when they are busy."""
    with here.reading():
        today = here.now.today
        asked = read_asked(request.GET, today)
        if not settings.DIARY_GRID:
            asked = replace(asked, grid=False)
        return show(request, here, "diary/agenda.html", **agenda(asked, here))


@require_GET
@member_page
def diary_events(request: HttpRequest, here: Here) -> HttpResponse:
    """What the grid draws between two days; of closed diaries only when they are busy."""
    with here.reading():
        return JsonResponse(events(request.GET, here))
