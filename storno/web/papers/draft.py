"""One draft: seen as the paper it will be, finalised, taken back, copied, deleted."""

from contextlib import suppress
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from storno.core.refusals import Blocked
from storno.corrections.finalise import NotOnHold, finalise_draft, withdraw_draft
from storno.documents.draft import StaleDraft, copy_draft
from storno.documents.files import preview_of_draft
from storno.documents.models import Document
from storno.documents.payer import note_look_at
from storno.documents.queries import draft as draft_with
from storno.organizations.once import AnsweredBefore, StillInFlight
from storno.web.access import Here, member_page
from storno.web.go import go
from storno.web.once import once
from storno.web.papers.booked import bills_sessions
from storno.web.papers.draft_story import draft_story
from storno.web.papers.gone import draft_page
from storno.web.papers.invoice import as_pdf
from storno.web.papers.record import record_story
from storno.web.papers.refused import show_refused
from storno.web.papers.told import tell_issued
from storno.web.papers.version import version_shown
from storno.web.papers.ways_out import Subject
from storno.web.show import show


@require_GET
@member_page
@draft_page
def draft(request: HttpRequest, here: Here, draft_id: UUID) -> HttpResponse:
    """A draft as the paper it will be, on hold or not; or what is invoiced in another system."""
    with here.reading():
        found = draft_with(draft_id, here.organization.id)
        note_look_at(found, who=here.who, at=here.at)
        if found.external_at is not None:
            return show(request, here, "papers/external.html", **record_story(found, here))
        return show(request, here, "papers/draft.html", **draft_story(found, here))


@require_GET
@member_page
@draft_page
def draft_preview(_request: HttpRequest, here: Here, draft_id: UUID) -> HttpResponse:
    """A draft as a PDF that is marked as one."""
    with here.reading():
        found = draft_with(draft_id, here.organization.id)
        note_look_at(found, who=here.who, at=here.at)
        return as_pdf(preview_of_draft(found, at=here.at), "draft.pdf")


@require_POST
@member_page
@draft_page
def draft_finalise(request: HttpRequest, here: Here, draft_id: UUID) -> HttpResponse:
    """Send a draft on its way: after the hold, or now."""
    try:
        done = finalise_draft(
            draft_id,
            send_now="now" in request.GET,
            version=version_shown(request.GET),
            who=here.who,
            at=here.at,
        )
    except Blocked as blocked:
        return _not_issued(request, here, draft_id, blocked)
    except StaleDraft as stale:
        return _as_it_is_now(request, here, draft_id, stale)
    if isinstance(done, Document):
        tell_issued(request, done)
        return go(request, here.url("invoice", done.id))
    return go(request, here.url("draft", draft_id))


@require_POST
@member_page
@draft_page
def draft_withdraw(request: HttpRequest, here: Here, draft_id: UUID) -> HttpResponse:
    """Take an invoice back that is on hold: a draft again, without a number."""
    with suppress(NotOnHold):  # withdrawn already: what was wanted holds
        withdraw_draft(draft_id, who=here.who, at=here.at)
    messages.success(request, _("It is a draft again. Nobody was sent anything."))
    return go(request, here.url("draft", draft_id))


@require_POST
@member_page
@draft_page
def draft_copy(request: HttpRequest, here: Here, draft_id: UUID) -> HttpResponse:
    """Make a second draft with the same content."""
    try:
        copy = copy_draft(draft_id, who=once(request, here), at=here.at)
    except AnsweredBefore as before:
        return go(request, here.url("draft", UUID(before.answer.body)))
    except StillInFlight:
        return go(request, here.url("invoices", state="drafts"))
    said = _("This is the copy.")
    if bills_sessions(draft_id, here):
        bills = _("It bills no session: the first draft does.")
        said = f"{said} {bills}"
    messages.success(request, said)
    return go(request, here.url("draft", copy.id))


def _as_it_is_now(
    request: HttpRequest, here: Here, draft_id: UUID, stale: StaleDraft
) -> HttpResponse:
    messages.warning(request, f"{stale.message} {stale.remedy}")
    return go(request, here.url("draft", draft_id))


def _not_issued(request: HttpRequest, here: Here, draft_id: UUID, blocked: Blocked) -> HttpResponse:
    with here.reading():
        recipient_id = draft_with(draft_id, here.organization.id).recipient_id
    subject = Subject(draft_id=draft_id, recipient_id=recipient_id)
    return show_refused(request, here, _("The invoice was not issued"), blocked, subject)
