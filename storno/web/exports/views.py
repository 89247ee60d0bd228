"""What the accountant gets: the documents and the payments of a period as files."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from storno.core.refusals import Invalid
from storno.organizations.roles import Deed
from storno.reports.accountant import Period
from storno.web.access import Here, member_page
from storno.web.exports.forms import PeriodForm, usual_periods
from storno.web.exports.sheets import csv_response, documents_sheet, payments_sheet
from storno.web.show import show
from storno.web.take import take_invalid


@require_GET
@member_page
def exports(request: HttpRequest, here: Here) -> HttpResponse:
    """Choose a period."""
    return _choose(request, here, None)


@require_GET
@member_page
def documents(request: HttpRequest, here: Here) -> HttpResponseBase:
    """Invoices and credit notes of a period as CSV."""
    return _sheet(request, here, "documents", documents_sheet)


@require_GET
@member_page
def payments(request: HttpRequest, here: Here) -> HttpResponseBase:
    """Payments and reversals of a period as CSV."""
    return _sheet(request, here, "payments", payments_sheet)


def _sheet(
    request: HttpRequest, here: Here, name: str, write: Callable[..., bytes]
) -> HttpResponseBase:
    here.who.must(Deed.EXPORT)
    form = PeriodForm(request.GET, label_suffix="")
    if not form.is_valid():
        return _choose(request, here, form)
    try:
        period = Period(form.cleaned_data["first"], form.cleaned_data["last"])
    except Invalid as wrong:
        take_invalid(form, wrong)
        return _choose(request, here, form)
    with here.reading():
        file = write(period, form.cleaned_data["style"], who=here.who)
    title = f"{here.organization.slug}-{name}-{period.first}-{period.last}.csv"
    return csv_response(file, title)


def _choose(request: HttpRequest, here: Here, form: PeriodForm | None) -> HttpResponse:
    with here.reading():
        now = here.now
        periods = usual_periods(now.today, here)
        usual = {"first": periods[0]["first"], "last": periods[0]["last"], "style": "nordic"}
        asked = {name: value for name in usual if (value := request.GET.get(name))}
        return show(
            request,
            here,
            "exports/exports.html",
            status=422 if form else 200,
            form=form or PeriodForm(initial=usual | asked, label_suffix=""),
            periods=periods,
            may_export=here.who.may(Deed.EXPORT),
            none=_("Your role does not let you take the books out. Ask an administrator."),
        )
