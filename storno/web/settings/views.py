"""How the organization works."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from storno.web.access import Here, member_page
from storno.web.show import show


@require_GET
@member_page
def settings(request: HttpRequest, here: Here) -> HttpResponse:
    """Settings."""
    with here.reading():
        return show(request, here, "settings/settings.html")


@require_GET
@member_page
def seller(request: HttpRequest, here: Here) -> HttpResponse:
    """Your details."""
    with here.reading():
        return show(request, here, "settings/seller.html")


@require_GET
@member_page
def working(request: HttpRequest, here: Here) -> HttpResponse:
    """How you work."""
    with here.reading():
        return show(request, here, "settings/working.html")


@require_GET
@member_page
def numbers(request: HttpRequest, here: Here) -> HttpResponse:
    """Numbers."""
    with here.reading():
        return show(request, here, "settings/numbers.html")


@require_GET
@member_page
def tokens(request: HttpRequest, here: Here) -> HttpResponse:
    """API tokens."""
    with here.reading():
        return show(request, here, "settings/tokens.html")
