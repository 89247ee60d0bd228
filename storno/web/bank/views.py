"""What a bank told: its files are uploaded here, and what waits for a person stands in a list."""

from pathlib import PurePath
from typing import BinaryIO, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from storno.bank.queries import file_with
from storno.bank.take_in import MOST_BYTES, TakenIn, must_see_the_bank, take_in
from storno.core.refusals import NotAllowed, Refused
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.bank.listing import bank_page, file_page, files_page
from storno.web.show import show
from storno.web.take import take_refused, take_typed


class BankFileForm(forms.Form):
    """A file of a bank."""

    file = forms.FileField(
        label=_("File from your bank"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"class": "drop"}),
        help_text=_(
            "Choose it, or drop it here: camt.053 or camt.054 (XML), or OCR giro, just as your "
            "bank hands it out."
        ),
    )

    def clean_file(self) -> object:
        """The file, if it is none that would keep everybody waiting."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("This file is larger than %(most)s MB. Fetch a shorter period from your bank."),
                params={"most": MOST_BYTES // 1_000_000},
            )
        return file


@require_GET
@member_page
def bank(request: HttpRequest, here: Here) -> HttpResponse:
    """The entries that wait to be matched, or those of another state."""
    must_see_the_bank(here.who)
    with here.reading():
        return show(request, here, "bank/bank.html", **bank_page(request.GET, here))


@require_GET
@member_page
def bank_files(request: HttpRequest, here: Here) -> HttpResponse:
    """The files that were read."""
    must_see_the_bank(here.who)
    with here.reading():
        return show(request, here, "bank/files.html", **files_page(request.GET, here))


@require_GET
@member_page
def bank_file(request: HttpRequest, here: Here, file_id: UUID) -> HttpResponse:
    """What became of each entry of a file."""
    must_see_the_bank(here.who)
    with here.reading():
        file = file_with(file_id, organization_id=here.organization.id)
        return show(request, here, "bank/file.html", **file_page(file, request.GET, here))


@require_http_methods(["GET", "POST"])
@member_page
def bank_upload(request: HttpRequest, here: Here) -> HttpResponse:
    """Upload a file of a bank: it is read whole, or refused with the line and the reason."""
    must_see_the_bank(here.who)
    here.who.must(Deed.REGISTER_PAYMENT)
    typed = take_typed(request, here, Deed.REGISTER_PAYMENT)
    form = BankFileForm(typed, request.FILES or None, label_suffix="")
    status = 422
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            taken = take_in(
                cast(BinaryIO, file.file), PurePath(file.name).name, who=here.who, at=here.at
            )
        except NotAllowed:
            raise
        except Refused as refused:
            take_refused(form, refused)
            status = 409
        else:
            _tell(request, taken)
            return redirect(here.url("bank_file", taken.file.id))
    with here.reading():
        status = status if form.is_bound else 200
        return show(request, here, "bank/upload.html", form=form, status=status)


def _tell(request: HttpRequest, taken: TakenIn) -> None:
    """Say what was new."""
    new, known = taken.file.new, taken.file.entries - taken.file.new
    if taken.again:
        messages.info(request, _now("This file was read before, so nothing has changed."))
        return
    said = ngettext("%(count)d new entry was read.", "%(count)d new entries were read.", new)
    words = said % {"count": new}
    if known:
        more = ngettext("%(count)d was known already.", "%(count)d were known already.", known)
        words = f"{words} {more % {'count': known}}"
    messages.success(request, words)
