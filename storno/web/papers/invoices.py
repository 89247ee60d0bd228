"""The list of invoices: on the page, and as a file."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from storno.web.access import Here, member_page
from storno.web.papers.asked import read_asked
from storno.web.papers.listing import (
    MOST_IN_FILE,
    invoices_asked,
    list_page,
    too_many_named,
)
from storno.web.papers.sheet import sheet_of
from storno.web.show import show


@require_GET
@member_page
def invoices(request: HttpRequest, here: Here) -> HttpResponse:
    """Invoices and drafts by state, found by number, name, amount or reference."""
    with here.reading():
        now = here.now
        page = list_page(read_asked(request.GET), here, now)
        return show(request, here, "papers/invoices.html", **page)


@require_GET
@member_page
def invoices_csv(request: HttpRequest, here: Here) -> HttpResponse:
    """The invoices of the same selection as a file; of drafts there is none."""
    asked = read_asked(request.GET)
    if asked.of_drafts:
        return redirect(here.url("invoices", **asked.query()))
    with here.reading():
        now = here.now
        page = invoices_asked(asked, here, now, limit=MOST_IN_FILE)
    if page.more_named:
        messages.warning(request, too_many_named())
    elif page.next:
        messages.warning(
            request, _("These are more than 10,000 invoices. Choose a period, then download.")
        )
    else:
        name = f"{here.organization.slug}-invoices-{now.today}.csv"
        return sheet_of(page.rows, name, now.settings.wording)
    return redirect(here.url("invoices", **asked.query()))
