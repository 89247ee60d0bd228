"""Deleting a draft after a question, and deciding in it what becomes of the sessions it bills."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from storno.catalogue.models import Message
from storno.core.refusals import NotAllowed, Refused
from storno.diary.drop import delete_draft
from storno.diary.messages.tell import tells_by_itself
from storno.diary.models import Booking, Sight
from storno.diary.queries import billed_by
from storno.diary.sight import diaries_of
from storno.documents.draft import HasDeparted
from storno.documents.models import Draft
from storno.documents.queries import draft as draft_with
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.diary.cancel_series import ticked
from storno.web.diary.times import day_and_clock, say_when
from storno.web.go import go
from storno.web.papers.gone import draft_page
from storno.web.papers.version import version_shown
from storno.web.show import show

Billed = Sequence[tuple[Booking, Sight | None]]
"""Sessions with what may be done in the diary of each."""


@require_http_methods(["GET", "POST"])
@member_page
@draft_page
def draft_delete(request: HttpRequest, here: Here, draft_id: UUID) -> HttpResponse:
    """Delete a draft, as it was shown, after a question."""
    here.who.must(Deed.WRITE_DRAFTS)
    with here.reading():
        found = draft_with(draft_id, here.organization.id)
        billed = _billed(found, here)
        asked = _asked(found, billed, here)
        if request.method == "GET":
            asked |= {"back_url": here.url("draft", draft_id), "back_label": _("Draft")}
            return show(request, here, "papers/delete.html", **asked)
        onward = _onward(found, billed, here)
    cancels = request.POST.get("session") == "cancel"
    try:
        delete_draft(
            draft_id,
            session="cancel" if cancels else "keep",
            tell=ticked(request),
            version=version_shown(request.GET),
            who=here.who,
            at=here.at,
        )
    except (HasDeparted, NotAllowed):
        raise
    except Refused as why:
        messages.warning(request, f"{why.message} {why.remedy}")
        return go(request, here.url("draft", draft_id))
    said = [_("The draft is deleted. No number was used."), *_said_of_sessions(asked, cancels)]
    messages.success(request, format_html_join(" ", "{}", ((part,) for part in said)))
    return go(request, onward)


def _billed(draft: Draft, here: Here) -> Billed:
    """The sessions that a draft bills, and what may be done in the diary of each; in a scope."""
    sessions = billed_by(draft.id, organization_id=here.organization.id)
    if not sessions:
        return []
    diaries = diaries_of(here.who)
    return [(session, diaries.sight_of(session.practitioner_id)) for session in sessions]


def _onward(draft: Draft, billed: Billed, here: Here) -> str:
    """Where one goes on: to the day of its session, to the papers of its recipient, to all drafts.

    In a scope.
    """
    for session, sight in billed:
        if sight is not None:
            day, _clock = day_and_clock(session.starts_at, here.now.seller.time_zone)
            return here.url("diary", view="day", on=day.isoformat())
    if draft.recipient_id is not None:
        return here.url("client_invoices", draft.recipient_id)
    return here.url("invoices", state="drafts")


def _asked(draft: Draft, billed: Billed, here: Here) -> dict[str, Any]:
    """The sessions that a draft bills, of closed diaries only how many; in a scope."""
    if not billed:
        return {}
    zone, open_ = here.now.seller.time_zone, [sight for _session, sight in billed]
    return {
        "sessions": [
            {
                "url": here.url("booking", session.id),
                "name": session.client.name if session.client else "",
                "when": say_when(session.starts_at, session.ends_at, here.at, zone),
            }
            for session, sight in billed
            if sight is not None
        ],
        "closed": open_.count(None),
        "may_cancel": here.who.may(Deed.BOOK) and set(open_) == {Sight.BOOK},
        "waits": draft.waits_for_id is not None,
        "tells": any(
            tells_by_itself(session, Message.CANCELLATION, at=here.at) for session, _sight in billed
        ),
    }


def _said_of_sessions(asked: dict[str, Any], cancels: bool) -> Iterator[str]:
    """What became of the bookings, and the way to each, where that can be taken back."""
    if not asked:
        return
    if not cancels:
        yield _("The booking is kept, and nothing bills it.")
        label = _("Make a new draft there")
    elif asked["waits"]:
        yield _("The booking is cancelled when the credit note is issued.")
        label = _("See the booking")
    else:
        yield _("The booking is cancelled, and its time is free again.")
        label = _("Take that back there")
    for session in asked["sessions"]:
        yield format_html('<a href="{}">{}</a>', session["url"], label)
