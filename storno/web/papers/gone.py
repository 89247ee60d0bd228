"""A draft's address outlives it: it leads to the invoice it became, or says it was deleted."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from storno.core.refusals import Absent
from storno.documents.draft import DraftDeleted, HasDeparted
from storno.documents.queries import issued_from
from storno.history.tell import events_of
from storno.web.access import Here
from storno.web.go import go
from storno.web.show import show

Page = Callable[[HttpRequest, Here, UUID], HttpResponse]


def draft_page(page: Page) -> Page:
    """Make a page of a draft answer well when the draft is none any more."""

    @wraps(page)
    def run(request: HttpRequest, here: Here, draft_id: UUID) -> HttpResponse:
        try:
            return page(request, here, draft_id)
        except HasDeparted:
            return _departed(request, here, draft_id) or go(request, here.url("draft", draft_id))
        except Absent:
            departed = _departed(request, here, draft_id) or _deleted(request, here, draft_id)
            if departed is None:
                raise
            return departed

    return run


def _departed(request: HttpRequest, here: Here, draft_id: UUID) -> HttpResponse | None:
    with here.reading():
        document = issued_from(draft_id, here.organization.id)
    if document is None:
        return None
    if request.method != "GET":
        said = _("It had already gone out as invoice %(number)s, so nothing was changed.")
        messages.warning(request, said % {"number": document.number})
    return go(request, here.url("invoice", document.id))


def _deleted(request: HttpRequest, here: Here, draft_id: UUID) -> HttpResponse | None:
    with here.reading():
        kinds = {event.kind for event in events_of(here.organization.id, [draft_id])}
        if DraftDeleted.kind not in kinds:
            return None
        back = here.url("invoices", state="drafts")
        return show(request, here, "papers/deleted.html", status=410, back_url=back)
