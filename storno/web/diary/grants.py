"""Who may look into one's own diary, or book in it."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from storno.core.refusals import Invalid
from storno.diary.messages.staff import are_cancellations_mailed, mail_cancellations
from storno.diary.models import Grant, Sight
from storno.diary.queries import given_by, grants_told, memberships_of
from storno.diary.sight import DiaryOpened, close_diary, open_diary
from storno.organizations.models import Membership
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.go import go
from storno.web.say import say_moment
from storno.web.show import show


@require_http_methods(["GET", "POST"])
@member_page
def diary_access(request: HttpRequest, here: Here) -> HttpResponse:
    """To whom one's own diary is open, and opening it to another member."""
    if request.method == "POST":
        return _open(request, here)
    with here.reading():
        zone, members = here.now.seller.time_zone, memberships_of(here.organization.id)
        rows = list(_rows(members, here, zone))
        return show(
            request,
            here,
            "diary/access.html",
            rows=rows,
            sights=[(sight.value, capfirst(sight.label)) for sight in Sight],
            may_open=here.who.may(Deed.BOOK),
            mailed=are_cancellations_mailed(here.who),
            mails_url=here.url("diary_mails"),
            happenings=list(_happened(members, here, zone)),
            back_url=here.url("diary"),
        )


def _open(request: HttpRequest, here: Here) -> HttpResponse:
    """Open the diary as the form says; a mistyped one opens nothing."""
    try:
        membership_id, sight = UUID(request.POST.get("member", "")), Sight(request.POST["sight"])
    except (ValueError, KeyError):
        messages.warning(request, _("Choose what the member may do."))
        return go(request, here.url("diary_access"))
    try:
        open_diary(membership_id, sight, who=here.who, at=here.at)
    except Invalid as wrong:
        messages.warning(request, " ".join(str(error.message) for error in wrong.errors))
    else:
        messages.success(request, _("Your diary is open to this member."))
    return go(request, here.url("diary_access"))


@require_POST
@member_page
def diary_close(request: HttpRequest, here: Here, membership_id: UUID) -> HttpResponse:
    """Close one's own diary to another member."""
    close_diary(membership_id, who=here.who, at=here.at)
    messages.success(request, _("Your diary is closed to this member: it shows when you are busy."))
    return go(request, here.url("diary_access"))


@require_POST
@member_page
def diary_mails(request: HttpRequest, here: Here) -> HttpResponse:
    """Be told by e-mail that a client has cancelled, or no more."""
    wanted = request.POST.get("cancellations") == "yes"
    mail_cancellations(wanted, who=here.who, at=here.at)
    said = _("You get an e-mail when somebody cancels.")
    if not wanted:
        said = _("You get no e-mail when somebody cancels. Home tells it all the same.")
    messages.success(request, said)
    return go(request, here.url("diary_access"))


def _rows(
    members: Mapping[UUID, Membership], here: Here, time_zone: str
) -> Iterator[dict[str, Any]]:
    """The other members, and what each may do."""
    given = given_by(here.person.id, organization_id=here.organization.id)
    for person_id, member in members.items():
        if person_id == here.person.id:
            continue
        grant = given.get(person_id)
        yield {
            "id": member.id,
            "name": str(member.person),
            "sight": grant.sight if grant else "",
            "told": _told(grant, here, time_zone),
            "close_url": here.url("diary_close", member.id) if grant else "",
        }


def _happened(
    members: Mapping[UUID, Membership], here: Here, time_zone: str
) -> Iterator[dict[str, Any]]:
    """To whom one's own diary was opened and closed, and when."""
    for event in grants_told(here.person.id, organization_id=here.organization.id):
        words = _("Closed to %(name)s.")
        if event.kind == DiaryOpened.kind:
            may_book = DiaryOpened.recalled(event.facts).sight == Sight.BOOK
            words = _("Opened to %(name)s, to see and book.")
            if not may_book:
                words = _("Opened to %(name)s, to see who comes.")
        member = members.get(event.subject_id)
        name = str(member.person) if member else _("somebody who has left")
        said = say_moment(event.at, here.at, time_zone)
        sentence = words % {"name": name}
        yield {"sentence": sentence, "at": event.at, "words": said.words, "full": said.full}


def _told(grant: Grant | None, here: Here, time_zone: str) -> str:
    if grant is None:
        return _("sees only when you are busy")
    since = say_moment(grant.since, here.at, time_zone).words
    if grant.sight == Sight.BOOK:
        return _("sees who comes, and books; since %(since)s") % {"since": since}
    return _("sees who comes; since %(since)s") % {"since": since}
