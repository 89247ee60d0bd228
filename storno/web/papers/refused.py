"""A page for a deed that was refused: why, and the way out."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from storno.core.refusals import NotAllowed, Refused
from storno.web.access import Here
from storno.web.papers.ways_out import Subject, show_blockers
from storno.web.show import show


def show_refused(
    request: HttpRequest, here: Here, title: str, refused: Refused, subject: Subject
) -> HttpResponse:
    """Say that nothing was done, and why; outside a scope."""
    back, label = here.url("invoices"), _("Invoices")
    if subject.invoice_id is not None:
        back, label = here.url("invoice", subject.invoice_id), _("Invoice")
    elif subject.draft_id is not None:
        back, label = here.url("draft", subject.draft_id), _("Draft")
    with here.reading():
        return show(
            request,
            here,
            "papers/refused.html",
            status=403 if isinstance(refused, NotAllowed) else 409,
            title=title,
            blockers=show_blockers(refused.blockers, here, subject),
            back_url=back,
            back_label=label,
        )
