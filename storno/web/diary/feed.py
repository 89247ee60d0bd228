"""The link by which a calendar program fetches one's own diary."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from storno.diary.feed import feed_of, make_feed, withdraw_feed
from storno.organizations.once import AnsweredBefore, StillInFlight
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.go import go
from storno.web.once import new_once, once
from storno.web.say import say_moment
from storno.web.show import show


@never_cache
@require_http_methods(["GET", "POST"])
@member_page
def feed(request: HttpRequest, here: Here) -> HttpResponse:
    """Whether there is a link, and making one; it is shown this once and never again."""
    fresh = ""
    if request.method == "POST":
        names = request.POST.get("names") == "yes"
        try:
            made = make_feed(names=names, who=once(request, here), at=here.at)
        except (AnsweredBefore, StillInFlight):
            messages.info(request, _("This link was made before; it is not shown a second time."))
            return go(request, here.url("feed"))
        fresh = settings.SITE_URL + reverse("public_diary_feed", args=[made.secret])
    with here.reading():
        return show(request, here, "diary/feed.html", **_shown(here), fresh=fresh)


@require_POST
@member_page
def feed_withdraw(request: HttpRequest, here: Here) -> HttpResponse:
    """End the link."""
    withdraw_feed(who=here.who, at=here.at)
    messages.success(request, _("The link is withdrawn. It opens nothing any more."))
    return go(request, here.url("feed"))


def _shown(here: Here) -> dict[str, Any]:
    """What there is to say of the link; inside a scope."""
    zone, kept = here.now.seller.time_zone, feed_of(here.who)
    return {
        "kept": kept,
        "made": say_moment(kept.made_at, here.at, zone).words if kept else "",
        "may_make": here.who.may(Deed.BOOK),
        "withdraw_url": here.url("feed_withdraw"),
        "back_url": here.url("diary"),
        "once": new_once(),
    }
