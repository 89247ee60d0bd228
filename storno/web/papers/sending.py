"""Sending what is issued: by mail once more, to another address, or by the member's own hands."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from storno.core.refusals import Invalid
from storno.documents.send import hand_over, send_again, send_document, send_to_other_address
from storno.mailroom.models import Letter
from storno.mailroom.queries import letter_of
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.go import go
from storno.web.papers.sent import page_of_document, shown_address, shown_sending, usual_address
from storno.web.papers.told import tell_sent
from storno.web.show import show
from storno.web.take import take_invalid, typed_in


class AddressForm(forms.Form):
    """Where to send it."""

    address = forms.CharField(
        label=gettext_lazy("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


@require_http_methods(["GET", "POST"])
@member_page
def invoice_send(request: HttpRequest, here: Here, document_id: UUID) -> HttpResponse:
    """Mail an issued invoice or credit note."""
    here.who.must(Deed.SEND)
    with here.reading():
        usual = {"address": usual_address(document_id, here)}
    form = AddressForm(typed_in(request), initial=usual, label_suffix="")

    def send(address: str) -> Letter:
        return send_document(document_id, address=address, who=here.who, at=here.at)

    if request.method == "POST" and (sent := _sent(request, here, form, document_id, send)):
        return sent
    with here.reading():
        shown = shown_sending(document_id, here)
        status = 422 if form.errors else 200
        return show(request, here, "papers/send.html", status=status, form=form, **shown)


@require_http_methods(["GET", "POST"])
@member_page
def letter_redirect(request: HttpRequest, here: Here, letter_id: UUID) -> HttpResponse:
    """Send what a failed letter carried to another address."""
    here.who.must(Deed.SEND)
    with here.reading():
        failed = letter_of(letter_id, organization_id=here.organization.id)
    form = AddressForm(typed_in(request), label_suffix="")

    def send(address: str) -> Letter:
        return send_to_other_address(letter_id, address, who=here.who, at=here.at)

    if request.method == "POST" and (sent := _sent(request, here, form, failed.subject_id, send)):
        return sent
    with here.reading():
        shown = shown_address(failed, here)
        status = 422 if form.errors else 200
        return show(request, here, "papers/send.html", status=status, form=form, **shown)


def _sent(
    request: HttpRequest,
    here: Here,
    form: AddressForm,
    document_id: UUID,
    send: Callable[[str], Letter],
) -> HttpResponse | None:
    """Send to the entered address; None if there is something wrong with it."""
    if not form.is_valid():
        return None
    with here.reading():
        back = page_of_document(document_id, here)
    try:
        letter = send(form.cleaned_data["address"])
    except Invalid as wrong:
        take_invalid(form, wrong)
        return None
    tell_sent(request, letter, _("It is on its way to %(to)s."))
    return go(request, back)


@require_POST
@member_page
def document_handover(request: HttpRequest, here: Here, document_id: UUID) -> HttpResponse:
    """Mark a document as given to its recipient."""
    with here.reading():
        back = page_of_document(document_id, here)
    hand_over(document_id, who=here.who, at=here.at)
    messages.success(request, _("It is marked as given."))
    return go(request, back)


@require_POST
@member_page
def letter_again(request: HttpRequest, here: Here, letter_id: UUID) -> HttpResponse:
    """Put a letter that failed into the mail once more."""
    with here.reading():
        subject_id = letter_of(letter_id, organization_id=here.organization.id).subject_id
        back = page_of_document(subject_id, here)
    letter = send_again(letter_id, who=here.who, at=here.at)
    tell_sent(request, letter, _("It is on its way to %(to)s once more."))
    return go(request, back)
