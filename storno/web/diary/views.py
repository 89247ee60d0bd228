"""The agenda: what stands in the diaries on some days."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from storno.organizations.queries import day_of, seller_of
from storno.web.access import Here, member_page
from storno.web.diary.agenda import agenda
from storno.web.diary.asked import read_asked
from storno.web.show import show


@require_GET
@member_page
def diary(request: HttpRequest, here: Here) -> HttpResponse:
    """Days of one's own diary, or of others': of those that are closed only when they are busy."""
    with here.reading():
        today = day_of(seller_of(here.organization.id), here.at)
        return show(
            request, here, "diary/agenda.html", **agenda(read_asked(request.GET, today), here)
        )
