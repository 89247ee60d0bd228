"""Members."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from storno.web.access import Here, member_page
from storno.web.show import show


@require_GET
@member_page
def members(request: HttpRequest, here: Here) -> HttpResponse:
    """Members."""
    with here.reading():
        return show(request, here, "members/members.html")
