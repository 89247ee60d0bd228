"""Reminding of what was not paid in time, one invoice or many, and what is disputed."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from storno.core.refusals import Absent, Refused
from storno.corrections.charges import AlreadyWaived, waive_charge
from storno.diary.looks import note_look_at_paper
from storno.documents.files import ErasedLawfully
from storno.documents.models import Dispute
from storno.documents.queries import document as document_with
from storno.organizations.roles import Deed
from storno.overdue.charge import charge_with
from storno.overdue.dispute import NotDisputed, NothingToDispute, dispute_invoice, end_dispute
from storno.overdue.paper import pdf_of_reminder
from storno.overdue.queries import reminder_with
from storno.overdue.remind import remind_of_invoice
from storno.web.access import Here, member_page
from storno.web.fields import choices_of
from storno.web.go import go
from storno.web.papers.invoice import as_pdf
from storno.web.papers.refused import show_refused
from storno.web.papers.to_remind import shown_reminder, to_remind
from storno.web.papers.ways_out import Subject
from storno.web.show import show
from storno.web.take import typed_in


class DisputeForm(forms.Form):
    """What the recipient does not agree with."""

    over = forms.ChoiceField(
        label=gettext_lazy("What does the recipient not agree with?"),
        choices=choices_of(Dispute),
        widget=forms.RadioSelect,
    )


@require_http_methods(["GET", "POST"])
@member_page
def invoice_remind(request: HttpRequest, here: Here, invoice_id: UUID) -> HttpResponse:
    """Remind the recipient of an overdue invoice, or make the paper to give."""
    here.who.must(Deed.SEND)
    if request.method == "GET":
        with here.reading():
            shown = shown_reminder(invoice_id, here)
            return show(request, here, "papers/remind.html", **shown)
    by_hand = request.POST.get("by_hand") == "1"
    try:
        remind_of_invoice(invoice_id, by_hand=by_hand, who=here.who, at=here.at)
    except Refused as refused:
        with here.reading():
            invoice = document_with(invoice_id, here.organization.id)
        subject = Subject(invoice_id=invoice.id, recipient_id=invoice.recipient_id)
        return show_refused(request, here, _("No reminder was sent"), refused, subject)
    done = _("The reminder is ready to be given.") if by_hand else _("The reminder is on its way.")
    messages.success(request, done)
    return go(request, here.url("invoice", invoice_id))


@require_http_methods(["GET", "POST"])
@member_page
def invoices_remind(request: HttpRequest, here: Here) -> HttpResponse:
    """Show what can be reminded of today, and remind of what is chosen."""
    here.who.must(Deed.SEND)
    if request.method == "GET":
        with here.reading():
            return show(request, here, "papers/remind_all.html", **to_remind(here))
    sent, refused = _remind_all(request.POST.getlist("invoice"), here)
    if sent:
        words = ngettext("%(count)d reminder sent.", "%(count)d reminders sent.", sent)
        messages.success(request, words % {"count": sent})
    if refused or not sent:
        messages.warning(request, _("What stands here was not reminded of."))
    return go(request, here.url("invoices_remind"))


def _remind_all(chosen: list[str], here: Here) -> tuple[int, int]:
    """Remind of each invoice by itself: one that is paid meanwhile keeps back no other."""
    sent = refused = 0
    for text in dict.fromkeys(chosen):
        try:
            remind_of_invoice(UUID(text), who=here.who, at=here.at)
            sent += 1
        except (Refused, Absent, ValueError):
            refused += 1
    return sent, refused


@require_POST
@member_page
def charge_waive(request: HttpRequest, here: Here, charge_id: UUID) -> HttpResponse:
    """Give up what a reminder has charged."""
    with here.reading():
        invoice_id = charge_with(charge_id, here.organization.id).invoice_id
    try:
        waive_charge(charge_id, who=here.who, at=here.at)
    except AlreadyWaived as refused:
        messages.warning(request, f"{refused.message} {refused.remedy}")
    else:
        messages.success(request, _("It is given up. What was paid of it is owed back."))
    return go(request, here.url("invoice", invoice_id))


@require_GET
@member_page
def reminder_pdf(request: HttpRequest, here: Here, reminder_id: UUID) -> HttpResponse:
    """The PDF of a reminder, as it went out."""
    mine = here.organization.id
    with here.reading():
        reminder = reminder_with(reminder_id, mine)
        invoice = document_with(reminder.invoice_id, mine)
        note_look_at_paper(invoice.id, invoice.recipient_id, who=here.who, at=here.at)
    try:
        with here.reading():
            name, content = pdf_of_reminder(reminder)
            return as_pdf(content, name)
    except ErasedLawfully as erased:
        subject = Subject(invoice_id=invoice.id)
        return show_refused(request, here, _("This paper was erased"), erased, subject)


@require_http_methods(["GET", "POST"])
@member_page
def invoice_dispute(request: HttpRequest, here: Here, invoice_id: UUID) -> HttpResponse:
    """Mark an invoice as disputed."""
    here.who.must(Deed.SEND)
    form = DisputeForm(typed_in(request), label_suffix="")
    if form.is_valid():
        try:
            over = Dispute(form.cleaned_data["over"])
            dispute_invoice(invoice_id, over, who=here.who, at=here.at)
        except NothingToDispute as nothing:
            messages.warning(request, f"{nothing.message} {nothing.remedy}")
        else:
            messages.success(request, _("It is marked as disputed. Nobody is told to pay it."))
        return go(request, here.url("invoice", invoice_id))
    with here.reading():
        shown = _dispute_shown(invoice_id, form, here)
        status = 422 if form.errors else 200
        return show(request, here, "papers/dispute.html", status=status, **shown)


def _dispute_shown(invoice_id: UUID, form: DisputeForm, here: Here) -> dict[str, Any]:
    invoice = document_with(invoice_id, here.organization.id)
    return {
        "form": form,
        "post_url": here.url("invoice_dispute", invoice_id),
        "back_url": here.url("invoice", invoice_id),
        "back_label": _("Invoice %(number)s") % {"number": invoice.number},
    }


@require_POST
@member_page
def invoice_dispute_end(request: HttpRequest, here: Here, invoice_id: UUID) -> HttpResponse:
    """Mark an invoice as not disputed any more."""
    with suppress(NotDisputed):  # ended already: what was wanted holds
        end_dispute(invoice_id, who=here.who, at=here.at)
    messages.success(request, _("It is not marked as disputed any more."))
    return go(request, here.url("invoice", invoice_id))
