"""A draft's address outlives it: it leads to the invoice it became, or says it was deleted."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from storno.core.refusals import Absent
from storno.documents.draft import HasDeparted
from storno.documents.elsewhere import InvoicedElsewhere, PaymentIsNoted
from storno.documents.queries import issued_from, thrown_away
from storno.history.models import Event
from storno.history.tell import tell
from storno.web.access import Here
from storno.web.go import go
from storno.web.papers.remains import remains_of
from storno.web.say import reader_language, say_moment
from storno.web.show import show

Page = Callable[[HttpRequest, Here, UUID], HttpResponse]


def draft_page(page: Page) -> Page:
    """Make a page of a draft answer well when the draft is none any more, or a mere record."""

    @wraps(page)
    def run(request: HttpRequest, here: Here, draft_id: UUID) -> HttpResponse:
        try:
            return page(request, here, draft_id)
        except (Absent, HasDeparted) as why:
            return _show_gone(request, here, draft_id, why)
        except (InvoicedElsewhere, PaymentIsNoted) as refused:
            messages.warning(request, f"{refused.message} {refused.remedy}")
            return go(request, here.url("draft", draft_id))

    return run


@dataclass(frozen=True, slots=True)
class Gone:
    """A draft that is none any more: what became of it in a sentence, and the paper that it is.

    `number` is that of its invoice, once it has one; `deleted` tells of its end if it was deleted.
    """

    sentence: str | Promise
    url: str
    status: int
    number: str = ""
    deleted: Event | None = None


def gone_draft(draft_id: UUID, here: Here, why: Absent | HasDeparted) -> Gone | None:
    """What became of a draft that a verb did not find, if it ever was one; inside a scope."""
    document = issued_from(draft_id, here.organization.id)
    if document is not None:
        url = here.url("invoice", document.id)
        return Gone(HasDeparted.message, url, 409, document.number)
    if deleted := thrown_away(draft_id, here.organization.id):
        return Gone(_said_deleted(deleted, here), "", 410, deleted=deleted)
    if isinstance(why, HasDeparted):  # its time has come, and the worker has not been there yet
        return Gone(why.message, here.url("draft", draft_id), 409)
    return None


def _said_deleted(deleted: Event, here: Here) -> str:
    zone = here.now.seller.time_zone
    (told,) = tell([deleted], language=reader_language(), time_zone=zone)
    if not told.who:
        return _("This draft was deleted.")
    when = say_moment(told.event.at, here.at, zone).words
    return _("%(name)s deleted this draft %(when)s.") % {"name": told.who, "when": when}


def _show_gone(
    request: HttpRequest, here: Here, draft_id: UUID, why: Absent | HasDeparted
) -> HttpResponse:
    with here.reading():
        gone = gone_draft(draft_id, here, why)
        if gone is None:
            raise why
        if gone.deleted is not None:
            back_url = here.url("invoices", state="drafts")
            shown = {"gone": gone, "back_url": back_url, "remains": remains_of(gone.deleted, here)}
            return show(request, here, "papers/deleted.html", status=gone.status, **shown)
    if gone.number and (said := _said_gone_out(request, gone.number, here.url("draft", draft_id))):
        messages.warning(request, said)
    return go(request, gone.url)


def _said_gone_out(request: HttpRequest, number: str, own_url: str) -> str:
    """What is said to whoever wanted more of a draft that has gone out than to see it."""
    if request.method != "GET":
        said = _("It had already gone out as invoice %(number)s, so nothing was changed.")
    elif request.path != own_url:
        said = _("It has already gone out, as invoice %(number)s.")
    else:
        return ""
    return said % {"number": number}
