"""The search of customer service across organizations; what it finds is opened with a reason."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from storno.core.refusals import Invalid
from storno.staff.search import LONGEST, MOST, Hit, search
from storno.web.desk.door import Desk, show_desk, staff_page
from storno.web.take import take_invalid, typed_in


class SearchForm(forms.Form):
    """What is looked for. It is sent as a form, so that no address bears a payer's name."""

    q = forms.CharField(
        label=_("Search in all organizations"),
        required=False,
        max_length=LONGEST,
        widget=forms.SearchInput(attrs={"data-search": ""}),
        help_text=_(
            "Invoice number, payment reference, amount, name or account of who pays, business id, "
            "or the name of an organization. That you searched is kept, what you typed is not."
        ),
    )


@require_http_methods(["GET", "POST"])
@staff_page
def desk_search(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Search, and see of each hit whose it is and by what it was found."""
    form = SearchForm(typed_in(request), label_suffix="")
    hits: list[Hit] | None = None
    if form.is_valid():
        try:
            hits = search(form.cleaned_data["q"], person_id=desk.person.id, at=desk.at)
        except Invalid as wrong:
            take_invalid(form, wrong)
    return show_desk(
        request,
        desk,
        "desk/search.html",
        status=422 if form.errors else 200,
        form=form,
        hits=None if hits is None else [_shown(hit) for hit in hits],
        is_full=hits is not None and len(hits) == MOST,
    )


def _shown(hit: Hit) -> dict[str, Any]:
    mine = hit.organization.id
    if hit.invoice_id is None:
        url = reverse("desk_organization", args=[mine])
    else:
        url = reverse("desk_invoice", args=[mine, hit.invoice_id])
    return {"name": hit.name, "number": hit.number, "by": hit.by.label, "url": url}
