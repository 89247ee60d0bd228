"""Importing clients from a file: uploaded, looked at row by row, taken in, undone."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from storno.clients.columns import COLUMNS
from storno.clients.models import WhenThere
from storno.clients.read_csv import MOST_BYTES, MOST_COLUMNS
from storno.clients.take_in import (
    AlreadyImported,
    AlreadyUndone,
    ImportChanged,
    NothingToImport,
    NotImported,
    TooLateToUndo,
    give_up_file,
    import_with,
    keep_file,
    match_columns,
    plan_of,
    take_in,
    undo_import,
)
from storno.core.refusals import Invalid
from storno.core.sheet import sheet_of
from storno.organizations.once import AnsweredBefore, StillInFlight
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.clients.keeper import asks_for_keeper, keeper_in
from storno.web.clients.rows import imported_words, preview, wrong_rows
from storno.web.exports.sheets import csv_response
from storno.web.fields import choices_of
from storno.web.once import new_once, once
from storno.web.show import show
from storno.web.take import take_invalid, take_typed

LONGEST_CHOICE = 36
"""Characters of an id."""


class UploadForm(forms.Form):
    """A file to be looked at. All else is asked beside its rows, where a refusal leaves it kept."""

    file = forms.FileField(
        label=_("CSV file"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,.txt"}),
        help_text=_("Up to 5,000 rows and 2 MB; the first row names the columns."),
    )
    when_there = forms.ChoiceField(
        label=_("Whoever is there already"),
        choices=choices_of(WhenThere),
        initial=WhenThere.SKIP,
        widget=forms.RadioSelect,
        help_text=_("The same e-mail, the same business id, or the same name and postcode."),
    )

    def content(self) -> bytes:
        """What is in the file, as far as it may be taken."""
        return bytes(self.cleaned_data["file"].read(MOST_BYTES + 1))


@require_http_methods(["GET", "POST"])
@member_page
def client_import(request: HttpRequest, here: Here) -> HttpResponse:
    """Upload a file of clients; nothing of it is imported yet."""
    here.who.must(Deed.KEEP_CLIENTS)
    typed = take_typed(request, here, Deed.KEEP_CLIENTS)
    form = UploadForm(typed, request.FILES or None, label_suffix="")
    if form.is_valid():
        when_there = WhenThere(form.cleaned_data["when_there"])
        try:
            kept = keep_file(form.content(), when_there, who=once(request, here), at=here.at)
        except AnsweredBefore as before:
            return redirect(here.url("client_rows", UUID(before.answer.body)))
        except StillInFlight:
            return redirect(here.url("clients"))
        except Invalid as wrong:
            take_invalid(form, wrong)
        else:
            return redirect(here.url("client_rows", kept.id))
    with here.reading():
        status = 422 if form.errors else 200
        context = {"form": form, "once": new_once(), "columns": list(COLUMNS.values())}
        return show(request, here, "clients/import.html", status=status, **context)


@require_http_methods(["GET", "POST"])
@member_page
def client_rows(request: HttpRequest, here: Here, import_id: UUID) -> HttpResponse:
    """What would become of each row; the form says what the columns are."""
    here.who.must(Deed.KEEP_CLIENTS)
    wrong = ""
    if request.method == "POST":
        try:
            _match(request, here, import_id)
        except AlreadyImported:
            return redirect(here.url("client_rows", import_id))
        except Invalid as error:
            wrong = str(error.errors[0].message)
        else:
            return redirect(f"{here.url('client_rows', import_id)}#rows")
    with here.reading():
        origin = import_with(import_id, who=here.who)
        context = preview(request, here, origin) | {"wrong": wrong}
        status = 422 if wrong else 200
        return show(request, here, "clients/rows.html", status=status, **context)


@require_POST
@member_page
def client_taking(request: HttpRequest, here: Here, import_id: UUID) -> HttpResponse:
    """Import the rows that are right."""
    good = request.POST.get("good", "")
    shown = int(good) if good.isascii() and good.isdigit() and len(good) < 6 else -1
    chosen = request.POST.get("keeper", "")[:LONGEST_CHOICE]
    keeper = keeper_in(chosen) if asks_for_keeper(here) else None
    try:
        done = take_in(import_id, good=shown, keeper=keeper, who=here.who, at=here.at)
    except AlreadyImported:
        pass
    except (ImportChanged, NothingToImport) as refused:
        messages.warning(request, f"{refused.message} {refused.remedy}")
    except Invalid as wrong:  # nobody is chosen, or no colleague any more
        messages.warning(request, str(wrong.errors[0].message))
    else:
        messages.success(request, imported_words(done.plan))
    return redirect(here.url("client_rows", import_id, **({"keeper": chosen} if chosen else {})))


@require_POST
@member_page
def client_import_given_up(request: HttpRequest, here: Here, import_id: UUID) -> HttpResponse:
    """Delete a file that shall not be imported."""
    try:
        give_up_file(import_id, who=here.who, at=here.at)
    except AlreadyImported:
        return redirect(here.url("client_rows", import_id))
    messages.success(request, _now("The file is deleted; nothing of it was imported."))
    return redirect(here.url("clients"))


@require_POST
@member_page
def client_untaking(request: HttpRequest, here: Here, import_id: UUID) -> HttpResponse:
    """Undo an import."""
    try:
        undone = undo_import(import_id, who=here.who, at=here.at)
    except (AlreadyUndone, NotImported, TooLateToUndo) as refused:
        messages.info(request, f"{refused.message} {refused.remedy}")
        return redirect(here.url("clients"))
    said = _now("The import is undone: %(deleted)d deleted.") % {"deleted": undone.deleted}
    if undone.kept:
        kept = ngettext(
            "%(count)d was used meanwhile and stays.",
            "%(count)d were used meanwhile and stay.",
            undone.kept,
        )
        said = f"{said} {kept % {'count': undone.kept}}"
    messages.success(request, said)
    return redirect(here.url("clients"))


@require_GET
@member_page
def client_wrong_rows(_request: HttpRequest, here: Here, import_id: UUID) -> HttpResponseBase:
    """The rows that are wrong, each with the reason, to be mended and uploaded again."""
    here.who.must(Deed.KEEP_CLIENTS)
    with here.reading():
        origin = import_with(import_id, who=here.who)
        try:
            file = sheet_of(wrong_rows(plan_of(origin, who=here.who)), separator=";")
        except Invalid:  # undone, or nobody has said yet which column holds the name
            return redirect(here.url("client_rows", import_id))
    return csv_response(file, "wrong-rows.csv")


def _match(request: HttpRequest, here: Here, import_id: UUID) -> None:
    """Say what the columns are, and what becomes of whoever is there."""
    sent = [request.POST.get(f"column-{place}") for place in range(MOST_COLUMNS)]
    columns = [column for column in sent if column is not None]
    when_there = request.POST.get("when_there", "")
    known = WhenThere(when_there) if when_there in WhenThere.values else WhenThere.SKIP
    match_columns(import_id, columns, known, who=here.who, at=here.at)
