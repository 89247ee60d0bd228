"""Changing the price or the recipient of a draft, without going through all of it."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from storno.clients.queries import client_with
from storno.core.refusals import Absent, Invalid
from storno.diary.amend import amend_draft
from storno.documents.content import for_recipient
from storno.documents.draft import StaleDraft
from storno.documents.payer import note_look_at
from storno.documents.queries import draft as draft_with
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.go import go
from storno.web.papers.gone import draft_page
from storno.web.papers.offered import sought_in
from storno.web.papers.price_form import PriceForm
from storno.web.papers.shown_editor import other_recipient_shown
from storno.web.papers.version import version_shown
from storno.web.show import show
from storno.web.take import take_invalid, typed_in


@require_http_methods(["GET", "POST"])
@member_page
@draft_page
def draft_price(request: HttpRequest, here: Here, draft_id: UUID) -> HttpResponse:
    """Change the price of a draft's lines."""
    here.who.must(Deed.WRITE_DRAFTS)
    form = _price_form(request, here, draft_id)
    if not form.fields:
        none_yet = _("There is no line yet whose price could be changed.")
        for sentence in (*form.non_field_errors(), none_yet):
            messages.warning(request, sentence)
        return go(request, here.url("draft_edit", draft_id))
    if form.is_valid():
        try:
            amend_draft(
                draft_id,
                form.put_into,
                version=version_shown(request.POST),
                who=here.who,
                at=here.at,
            )
        except Invalid as wrong:
            take_invalid(form, wrong, **form.names())
        except StaleDraft:
            form = _price_form(request, here, draft_id)
        else:
            return _changed(request, here, draft_id, _("The price is changed."))
    status = 422 if form.errors else 200
    return _show(request, here, draft_id, "papers/price.html", status, form=form)


def _price_form(request: HttpRequest, here: Here, draft_id: UUID) -> PriceForm:
    with here.reading():
        draft = draft_with(draft_id, here.organization.id)
        return PriceForm(draft, here.now.seller, typed_in(request))


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
            note_look_at(draft, who=here.who, at=here.at)
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
