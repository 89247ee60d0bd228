"""Changing the price or the recipient of a draft, without going through all of it."""

from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from storno.clients.queries import client_with
from storno.core.refusals import Absent, Invalid
from storno.documents.content import for_recipient, with_prices
from storno.documents.draft import StaleDraft, amend_draft, entered_in
from storno.documents.models import Draft
from storno.documents.queries import draft as draft_with
from storno.organizations.models import Seller
from storno.organizations.queries import seller_of
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.fields import FigureField
from storno.web.go import go
from storno.web.papers.editor import sought_in
from storno.web.papers.gone import draft_page
from storno.web.papers.shown_editor import other_recipient_shown
from storno.web.show import show
from storno.web.take import take_invalid, take_refused, typed_in


class PriceForm(forms.Form):
    """The price of each line, and the version of the draft that was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, draft: Draft, seller: Seller, data: QueryDict | None) -> None:
        """The form for a draft; with one line its field is simply called the price."""
        super().__init__(data, initial={"version": draft.version}, label_suffix="")
        lines = entered_in(draft).lines
        for place, line in enumerate(lines):
            label = line.description if len(lines) > 1 else _("Price")
            self.fields[f"price-{place}"] = FigureField(
                label=label,
                initial=line.unit_price,
                least=2,
                help_text=_help(line.includes_tax) if seller.vat_registered else "",
            )

    def prices(self) -> list[Decimal]:
        """The prices of the valid form, in the order of the lines."""
        return [self.cleaned_data[name] for name in self.fields if name != "version"]

    def names(self) -> dict[str, str]:
        """What the verb calls the fields, and how they are called here."""
        fields = [name for name in self.fields if name != "version"]
        return {f"lines.{place}.unit_price": name for place, name in enumerate(fields)}


def _help(includes_tax: bool) -> str:
    return _("With VAT.") if includes_tax else _("Without VAT.")


@require_http_methods(["GET", "POST"])
@member_page
@draft_page
def draft_price(request: HttpRequest, here: Here, draft_id: UUID) -> HttpResponse:
    """Change the price of a draft's lines."""
    here.who.must(Deed.WRITE_DRAFTS)
    with here.reading():
        draft, seller = draft_with(draft_id, here.organization.id), seller_of(here.organization.id)
        form = PriceForm(draft, seller, typed_in(request))
    if not form.names():
        messages.warning(request, _("There is no line yet whose price could be changed."))
        return go(request, here.url("draft_edit", draft_id))
    if request.method == "POST" and form.is_valid():
        prices = form.prices()
        try:
            amend_draft(
                draft_id,
                partial(with_prices, prices=prices),
                version=form.cleaned_data["version"],
                who=here.who,
                at=here.at,
            )
        except Invalid as wrong:
            take_invalid(form, wrong, **form.names())
        except StaleDraft as stale:
            take_refused(form, stale)
        else:
            return _changed(request, here, draft_id, _("The price is changed."))
    status = 422 if form.errors else 200
    return _show(request, here, draft_id, "papers/price.html", status, form=form)


@require_http_methods(["GET", "POST"])
@member_page
@draft_page
def draft_recipient(request: HttpRequest, here: Here, draft_id: UUID) -> HttpResponse:
    """Choose who shall pay a draft."""
    here.who.must(Deed.WRITE_DRAFTS)
    chosen = request.POST.get("choose", "")
    if request.method == "GET" or not chosen:
        with here.reading():
            draft = draft_with(draft_id, here.organization.id)
            shown = other_recipient_shown(draft, sought_in(request.POST), here)
        return _show(request, here, draft_id, "papers/recipient.html", 200, **shown)
    recipient_id = _recipient(chosen, here)
    choose = partial(for_recipient, recipient_id=recipient_id)
    amend_draft(draft_id, choose, who=here.who, at=here.at)
    return _changed(request, here, draft_id, _("The recipient is changed."))


def _recipient(chosen: str, here: Here) -> UUID:
    """Who was chosen. Raises Absent."""
    try:
        recipient_id = UUID(chosen)
    except ValueError:
        raise Absent from None
    with here.reading():
        return client_with(recipient_id, organization_id=here.organization.id).id


def _show(
    request: HttpRequest, here: Here, draft_id: UUID, template: str, status: int, **shown: Any
) -> HttpResponse:
    with here.reading():
        draft = draft_with(draft_id, here.organization.id)
        back = {"back_url": here.url("draft", draft_id), "back_label": _("Draft")}
        return show(request, here, template, status=status, draft=draft, **back, **shown)


def _changed(request: HttpRequest, here: Here, draft_id: UUID, said: str) -> HttpResponse:
    messages.success(request, said)
    return go(request, here.url("draft", draft_id))
