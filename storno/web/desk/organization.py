"""An organization as customer service sees it: opened with a reason, read, and nothing changed.

What alone is changed here are the lines that customer service opens: 0 % VAT and reverse charge.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from storno.administration.open_lines import LONGEST_REASON, Lines, open_lines
from storno.core.refusals import Invalid
from storno.organizations.roles import Actor
from storno.organizations.scope import scope_of
from storno.staff.visit import visit, visit_going_on
from storno.web.desk.door import Desk, sent_id, show_desk, staff_page
from storno.web.desk.organization_page import organization_page
from storno.web.desk.to_payer import show_invoice
from storno.web.take import take_invalid


class ReasonForm(forms.Form):
    """Why somebody looks into an organization."""

    reason = forms.CharField(
        label=_("Why do you look into it?"),
        required=False,
        max_length=100,
        help_text=_("Its members read it in their history, so name nobody."),
    )


class LinesForm(forms.Form):
    """Which lines are opened or closed, and why."""

    lines = forms.ChoiceField(choices=Lines.choices, widget=forms.HiddenInput)
    is_open = forms.ChoiceField(choices=[("on", "on"), ("off", "off")], widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why?"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=_("Its members read it in their history."),
    )


@require_GET
@staff_page
def desk_organization(request: HttpRequest, desk: Desk, organization_id: UUID) -> HttpResponse:
    """Its facts, latest invoices, refund cases and history; first of all, why one looks."""
    return _organization(request, desk, organization_id)


@require_GET
@staff_page
def desk_invoice(
    request: HttpRequest, desk: Desk, organization_id: UUID, invoice_id: UUID
) -> HttpResponse:
    """An invoice with its payments, what was set aside of them, and its story."""
    who = visit_going_on(desk.person.id, organization_id, at=desk.at)
    if who is None:
        return _ask(request, desk, organization_id, ReasonForm(label_suffix=""), invoice_id)
    return show_invoice(request, desk, invoice_id, who)


@require_POST
@staff_page
def desk_visit(request: HttpRequest, desk: Desk, organization_id: UUID) -> HttpResponse:
    """Begin to look into an organization, for a reason that its history tells."""
    form = ReasonForm(request.POST, label_suffix="")
    invoice_id = sent_id(request.POST.get("invoice", ""))
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            visit(desk.person.id, organization_id, reason, at=desk.at)
        except Invalid as wrong:
            take_invalid(form, wrong)
        else:
            if invoice_id is None:
                return redirect("desk_organization", organization_id)
            return redirect("desk_invoice", organization_id, invoice_id)
    return _ask(request, desk, organization_id, form, invoice_id)


@require_POST
@staff_page
def desk_lines(request: HttpRequest, desk: Desk, organization_id: UUID) -> HttpResponse:
    """Open or close a kind of lines."""
    who = visit_going_on(desk.person.id, organization_id, at=desk.at)
    if who is None:
        return redirect("desk_organization", organization_id)
    form = LinesForm(request.POST, label_suffix="")
    if form.is_valid():
        entered = form.cleaned_data
        try:
            open_lines(
                Lines(entered["lines"]),
                entered["reason"],
                is_open=entered["is_open"] == "on",
                who=who,
                at=desk.at,
            )
        except Invalid as wrong:
            take_invalid(form, wrong)
        else:
            messages.success(request, _now("It is changed, and its administrators are told."))
            return redirect("desk_organization", organization_id)
    return _organization(request, desk, organization_id, form)


def _organization(
    request: HttpRequest, desk: Desk, organization_id: UUID, lines: LinesForm | None = None
) -> HttpResponse:
    who = visit_going_on(desk.person.id, organization_id, at=desk.at)
    if who is None:
        return _ask(request, desk, organization_id, ReasonForm(label_suffix=""), None)
    with scope_of(who):
        shown = organization_page(who, sent_id(request.GET.get("before", "")), desk)
    status = 422 if lines is not None else 200
    forms_ = {"lines_forms": _lines_forms(shown["open"], lines), "lines_url": _lines_url(who)}
    return show_desk(request, desk, "desk/organization.html", status=status, **shown, **forms_)


def _lines_url(who: Actor) -> str:
    return reverse("desk_lines", args=[who.organization_id])


def _lines_forms(is_open: dict[Lines, bool], sent: LinesForm | None) -> list[dict[str, Any]]:
    """A form for each kind of lines, the one that was sent as it was."""
    shown = []
    for lines, now in is_open.items():
        mine = sent is not None and sent.data.get("lines") == lines.value
        initial = {"lines": lines.value, "is_open": "off" if now else "on"}
        form = sent if mine else LinesForm(initial=initial, label_suffix="", auto_id=f"{lines}_%s")
        shown.append({"label": lines.label, "is_open": now, "form": form})
    return shown


def _ask(
    request: HttpRequest,
    desk: Desk,
    organization_id: UUID,
    form: ReasonForm,
    invoice_id: UUID | None,
) -> HttpResponse:
    """Ask for the reason; of the organization nothing is shown."""
    return show_desk(
        request,
        desk,
        "desk/reason.html",
        status=422 if form.errors else 200,
        form=form,
        invoice=invoice_id or "",
        visit_url=reverse("desk_visit", args=[organization_id]),
    )
