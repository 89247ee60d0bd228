"""Telling a recipient to pay, keeping reminders back, and keeping back what goes by itself."""

from contextlib import suppress
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from storno.clients.models import ToldBy
from storno.clients.sight import as_seen
from storno.core.refusals import Refused
from storno.corrections.facts import read_standing
from storno.diary.automatic import NotAutomatic, bill_by_hand
from storno.diary.looks import note_look_at_paper
from storno.documents.draft import StaleDraft
from storno.documents.models import Document
from storno.documents.queries import document as document_with
from storno.mailroom.way_out import is_server_missing
from storno.notices.pause import (
    NothingPlanned,
    NotPaused,
    PauseReason,
    pause_reminders,
    resume_reminders,
)
from storno.notices.plan import days_after
from storno.notices.queries import notices_of
from storno.notices.reach import addresses_of
from storno.notices.send import NobodyToNotify, blockers_of_notice, notify
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.fields import choices_of
from storno.web.go import go
from storno.web.papers.gone import draft_page
from storno.web.papers.refused import show_refused
from storno.web.papers.version import version_shown
from storno.web.papers.ways_out import Subject, show_blockers
from storno.web.say import say_date, say_money
from storno.web.show import show
from storno.web.take import typed_in


class PauseForm(forms.Form):
    """Why reminders are paused."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why?"), choices=choices_of(PauseReason), widget=forms.RadioSelect
    )


@require_http_methods(["GET", "POST"])
@member_page
def invoice_notify(request: HttpRequest, here: Here, invoice_id: UUID) -> HttpResponse:
    """Tell the recipient of an invoice that there is something to pay."""
    here.who.must(Deed.SEND)
    if request.method == "GET":
        with here.reading():
            shown = _shown(invoice_id, here)
            return show(request, here, "papers/notify.html", **shown)
    try:
        notify(invoice_id, who=here.who, at=here.at)
    except Refused as refused:
        with here.reading():
            subject = _subject(document_with(invoice_id, here.organization.id))
        return show_refused(request, here, _("Nobody was notified"), refused, subject)
    if is_server_missing():
        messages.warning(request, _("The notification waits, because no mail server is set."))
    else:
        messages.success(request, _("The payment notification is on its way."))
    return go(request, here.url("invoice", invoice_id))


def _shown(invoice_id: UUID, here: Here) -> dict[str, Any]:
    """The dialog: to where it goes, what follows by itself, or why it cannot be."""
    mine = here.organization.id
    invoice, standing = document_with(invoice_id, mine), read_standing(invoice_id, mine)
    note_look_at_paper(invoice_id, invoice.recipient_id, who=here.who, at=here.at)
    now = here.now
    addresses = addresses_of([invoice.recipient_id], now.seller).get(invoice.recipient_id, ())
    blockers = blockers_of_notice(standing) or (() if addresses else NobodyToNotify().blockers)
    later: list[str] = []
    if not notices_of(invoice_id, mine):
        zone = ZoneInfo(now.seller.time_zone)
        planned = days_after(here.at, now.settings.notification_days, now.seller.time_zone)
        later = [say_date(moment.astimezone(zone).date()) for moment in planned]
    return {
        "amount": say_money(standing.open_minor, invoice.currency),
        "addresses": [way.address for way in addresses],
        "wish": _wish(invoice, here),
        "blockers": show_blockers(blockers, here, _subject(invoice)),
        "later": later,
        "post_url": here.url("invoice_notify", invoice_id),
        **_back(invoice, here),
    }


def _wish(invoice: Document, here: Here) -> str:
    """Why not all addresses of the recipient are there: it wants to be told by one way alone."""
    (recipient,) = as_seen([invoice.recipient], here.who)
    if recipient.told_by not in (ToldBy.EMAIL, ToldBy.SMS):
        return ""
    said = {"name": recipient, "how": ToldBy(recipient.told_by).label}
    return _("%(name)s wants to be told %(how)s.") % said


def _back(invoice: Document, here: Here) -> dict[str, str]:
    return {
        "back_url": here.url("invoice", invoice.id),
        "back_label": _("Invoice %(number)s") % {"number": invoice.number},
    }


def _subject(invoice: Document) -> Subject:
    return Subject(invoice_id=invoice.id, recipient_id=invoice.recipient_id)


@require_http_methods(["GET", "POST"])
@member_page
def invoice_pause(request: HttpRequest, here: Here, invoice_id: UUID) -> HttpResponse:
    """Keep back the reminders of an invoice."""
    here.who.must(Deed.SEND)
    form = PauseForm(typed_in(request), label_suffix="")
    if form.is_valid():
        reason = PauseReason(form.cleaned_data["reason"])
        try:
            pause_reminders(invoice_id, reason, who=here.who, at=here.at)
        except NothingPlanned as nothing:
            messages.warning(request, f"{nothing.message} {nothing.remedy}")
        else:
            messages.success(request, _("Reminders are paused."))
        return go(request, here.url("invoice", invoice_id))
    with here.reading():
        post_url = here.url("invoice_pause", invoice_id)
        back = _back(document_with(invoice_id, here.organization.id), here)
        status = 422 if form.errors else 200
        return show(
            request,
            here,
            "papers/pause.html",
            status=status,
            form=form,
            post_url=post_url,
            **back,
        )


@require_POST
@member_page
def invoice_resume(request: HttpRequest, here: Here, invoice_id: UUID) -> HttpResponse:
    """Let the reminders of an invoice go again."""
    with suppress(NotPaused):  # resumed already: what was wanted holds
        resume_reminders(invoice_id, who=here.who, at=here.at)
    messages.success(request, _("Reminders go again."))
    return go(request, here.url("invoice", invoice_id))


@require_POST
@member_page
@draft_page
def draft_by_hand(request: HttpRequest, here: Here, draft_id: UUID) -> HttpResponse:
    """Let a draft wait for a person that would have gone out by itself."""
    back = here.url("draft", draft_id)
    try:
        bill_by_hand(draft_id, version=version_shown(request.GET), who=here.who, at=here.at)
    except NotAutomatic:  # kept back already: what was wanted holds
        pass
    except StaleDraft as stale:
        messages.warning(request, f"{stale.message} {stale.remedy}")
        return go(request, back)
    messages.success(request, _("It waits for you now."))
    return go(request, back)
