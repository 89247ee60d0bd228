"""A draft that is invoiced in another system: marked so, noted of, and taken back to draft."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from storno.core.refusals import Invalid
from storno.documents.draft import StaleDraft
from storno.documents.external import (
    LONGEST,
    ExternalInput,
    NotExternal,
    externalise_draft,
    internalise_draft,
)
from storno.documents.models import Draft
from storno.documents.queries import draft as draft_with
from storno.organizations.roles import Deed
from storno.payments.methods import offered_methods, words_of
from storno.web.access import Here, member_page
from storno.web.go import go
from storno.web.papers.gone import draft_page
from storno.web.papers.version import version_shown
from storno.web.show import show
from storno.web.take import take_invalid, typed_in


class DetailsForm(forms.Form):
    """What is known of the invoice in the other system; whoever notes it last is right."""

    paid_on = forms.DateField(
        label=gettext_lazy("Paid on"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    paid_by = forms.CharField(
        label=gettext_lazy("How it was paid"),
        max_length=LONGEST,
        required=False,
        help_text=gettext_lazy("Bank transfer, card or cash, for example."),
        widget=forms.TextInput(attrs={"list": "payment-methods", "autocomplete": "off"}),
    )
    number = forms.CharField(
        label=gettext_lazy("Number of the external invoice"),
        max_length=LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, draft: Draft, data: QueryDict | None) -> None:
        """The form of a record, with what is known so far."""
        known = {
            "paid_on": draft.external_paid_on,
            "paid_by": draft.external_paid_by,
            "number": draft.external_number,
        }
        super().__init__(data, initial=known, label_suffix="")

    def entered(self) -> ExternalInput:
        """What the valid form says."""
        data = self.cleaned_data
        return ExternalInput(data["number"], data["paid_on"], data["paid_by"])


@require_http_methods(["GET", "POST"])
@member_page
@draft_page
def draft_external(request: HttpRequest, here: Here, draft_id: UUID) -> HttpResponse:
    """Mark a draft, as it was shown, as invoiced in another system, after a question."""
    here.who.must(Deed.WRITE_DRAFTS)
    with here.reading():
        draft = draft_with(draft_id, here.organization.id)
    if draft.external_at is not None:
        return go(request, here.url("draft", draft_id))
    if request.method == "GET":
        return _ask(request, here, draft, "papers/externalise.html")
    try:
        externalise_draft(draft_id, version=version_shown(request.GET), who=here.who, at=here.at)
    except StaleDraft as stale:
        messages.warning(request, f"{stale.message} {stale.remedy}")
    else:
        messages.success(request, _("It is invoiced externally. Nobody was sent anything."))
    return go(request, here.url("draft", draft_id))


@require_http_methods(["GET", "POST"])
@member_page
@draft_page
def draft_external_details(request: HttpRequest, here: Here, draft_id: UUID) -> HttpResponse:
    """Note what is known of the invoice in the other system, or note it anew."""
    here.who.must(Deed.WRITE_DRAFTS)
    with here.reading():
        draft = draft_with(draft_id, here.organization.id)
    if draft.external_at is None:
        return go(request, here.url("draft", draft_id))
    form = DetailsForm(draft, typed_in(request))
    if request.method == "POST" and form.is_valid():
        try:
            externalise_draft(draft_id, form.entered(), who=here.who, at=here.at)
        except Invalid as wrong:
            take_invalid(form, wrong)
        else:
            messages.success(request, _("The details are noted."))
            return go(request, here.url("draft", draft_id))
    with here.reading():
        offered = offered_methods(here.now.seller)
    ways = [capfirst(str(words_of(each))) for each in offered]
    return _ask(request, here, draft, "papers/details.html", form=form, ways=ways)


def _ask(
    request: HttpRequest, here: Here, draft: Draft, template: str, **shown: Any
) -> HttpResponse:
    form = shown.get("form")
    status = 422 if form is not None and form.errors else 200
    back = {"back_url": here.url("draft", draft.id), "back_label": _("Back")}
    with here.reading():
        return show(request, here, template, status=status, draft=draft, **back, **shown)


@require_POST
@member_page
@draft_page
def draft_internal(request: HttpRequest, here: Here, draft_id: UUID) -> HttpResponse:
    """Take a record back to draft."""
    try:
        internalise_draft(draft_id, version=version_shown(request.GET), who=here.who, at=here.at)
    except NotExternal:  # taken back already: what was wanted holds
        pass
    except StaleDraft as stale:
        messages.warning(request, f"{stale.message} {stale.remedy}")
        return go(request, here.url("draft", draft_id))
    messages.success(request, _("It is a draft again. Nobody was sent anything."))
    return go(request, here.url("draft", draft_id))
