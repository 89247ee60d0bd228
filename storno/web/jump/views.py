"""Jumping: one field that leads to a page, an invoice, a client, or to the beginning of a deed."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from storno.web.access import Here, member_page
from storno.web.jump.found import LONGEST, jumps
from storno.web.show import show


@require_GET
@member_page
def jump(request: HttpRequest, here: Here) -> HttpResponse:
    """Where one may go, or what the typed words find."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    with here.reading():
        return show(
            request,
            here,
            "jump/jump.html",
            text=text,
            groups=jumps(text, here),
            jump_url=here.url("jump"),
            back_url=here.url("home"),
            back_label=_("Home"),
        )
