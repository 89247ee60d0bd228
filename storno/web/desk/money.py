"""Money on the operator's account that no invoice could be told for, and wrong matches undone.

Customer service does it in a visit to the operator, which its history tells.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from storno.bank.models import Entry, EntryState
from storno.bank.queries import entry_with, list_entries
from storno.core.refusals import Absent, Invalid, Refused
from storno.custody.to_payer import CURRENCY, Beyond, money_of_payers
from storno.matching.look import look_into_money
from storno.matching.match import NotMatched, match_entry, undo_match
from storno.matching.queries import matches_of
from storno.matching.sellers import SellersInvoice, find_sellers, suggest_sellers, takes_invoice
from storno.organizations.scope import scope_of
from storno.references.creditor import spaced_in_fours
from storno.web.bank.rows import likenesses_in_words, outcome, said_by_payer, title_of, why_of
from storno.web.desk.door import Desk, sent_id, show_desk, staff_page
from storno.web.say import say_date, say_day, say_money
from storno.web.take import take_invalid, take_refused, typed_in

STATES = {"": EntryState.QUEUED, "beyond": None, "matched": EntryState.MATCHED}
"""The tabs: entries in a state, and what lies there for payers."""
_MOST = 100


class FindForm(forms.Form):
    """Which invoice is meant, sent as a form so that no address bears a name."""

    q = forms.CharField(
        label=_("Find the invoice"),
        required=False,
        max_length=100,
        help_text=_("Its number, its payment reference, or the name of who pays."),
    )


class UndoingForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(
        label=_("Why?"),
        required=False,
        max_length=200,
        help_text=_("It stays in the history, for the accountant."),
    )


@require_GET
@staff_page
def desk_money(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The entries that wait or are matched, the newest first; or what lies there for payers."""
    who = look_into_money(desk.person.id, at=desk.at)
    asked = request.GET.get("state", "")
    state = asked if asked in STATES else ""
    older, url = "", reverse("desk_money")
    before = sent_id(request.GET.get("before", ""))
    with scope_of(who):
        if (of := STATES[state]) is None:
            rows = [_beyond(each) for each in money_of_payers(limit=_MOST)]
        else:
            page = list_entries(who.organization_id, states=[of], before=before)
            rows = [_row(each, desk) for each in page.rows]
            older = f"{url}?state={state}&before={page.next}" if page.next else ""
    labels = {"": _now("To match"), "beyond": _now("Beyond invoices"), "matched": _now("Matched")}
    tabs = [
        {"label": label, "url": f"{url}?state={each}" if each else url, "current": each == state}
        for each, label in labels.items()
    ]
    shown: dict[str, Any] = {"rows": rows, "tabs": tabs, "older_url": older}
    return show_desk(request, desk, "desk/money.html", state=state, **shown)


@require_http_methods(["GET", "POST"])
@staff_page
def desk_entry(request: HttpRequest, desk: Desk, entry_id: UUID) -> HttpResponse:
    """An entry with the invoices of sellers that it may pay, or that somebody looks for."""
    return _entry(request, desk, entry_id, find=FindForm(typed_in(request), label_suffix=""))


@require_POST
@staff_page
def desk_match(request: HttpRequest, desk: Desk, entry_id: UUID) -> HttpResponse:
    """Pay the seller's invoice that was chosen."""
    who = look_into_money(desk.person.id, at=desk.at)
    invoice_id = sent_id(request.POST.get("invoice", ""))
    if invoice_id is None:
        raise Absent
    try:
        match_entry(entry_id, invoice_id, who=who, at=desk.at)
    except Refused as refused:
        messages.warning(request, f"{refused} {refused.remedy}")
        return redirect("desk_entry", entry_id)
    messages.success(request, _now("It is matched."))
    return redirect("desk_money")


@require_POST
@staff_page
def desk_unmatch(request: HttpRequest, desk: Desk, entry_id: UUID) -> HttpResponse:
    """Undo a wrong match: the payment is taken back, and the entry waits again."""
    who = look_into_money(desk.person.id, at=desk.at)
    form = UndoingForm(request.POST, label_suffix="")
    if form.is_valid():
        try:
            undo_match(entry_id, form.cleaned_data["reason"], who=who, at=desk.at)
        except Invalid as wrong:
            take_invalid(form, wrong)
        except NotMatched as refused:
            messages.warning(request, f"{refused} {refused.remedy}")
            return redirect("desk_entry", entry_id)
        except Refused as refused:
            take_refused(form, refused)
        else:
            messages.success(request, _now("The match is undone. It waits to be matched again."))
            return redirect("desk_entry", entry_id)
    return _entry(request, desk, entry_id, undoing=form)


def _entry(
    request: HttpRequest,
    desk: Desk,
    entry_id: UUID,
    *,
    find: FindForm | None = None,
    undoing: UndoingForm | None = None,
) -> HttpResponse:
    who = look_into_money(desk.person.id, at=desk.at)
    find = find or FindForm(label_suffix="")
    asked = find.cleaned_data["q"] if find.is_valid() else ""
    with scope_of(who):
        entry = entry_with(entry_id, organization_id=who.organization_id)
        match = matches_of([entry], who.organization_id).get(entry.id)
        shown = {
            "takes_invoice": takes_invoice(entry),
            "likely": [_choice(each, entry) for each in suggest_sellers(entry)],
            "found": [_choice(each, entry) for each in find_sellers(entry, asked)] if asked else [],
            "query": asked,
        }
    if match is not None:
        undoing = undoing or UndoingForm(label_suffix="")
        paid = [match.paid_organization_id, match.invoice_id]
        shown |= {"paid_url": reverse("desk_invoice", args=paid)}
    status = 422 if undoing is not None and undoing.is_bound else 200
    shown |= _shown(entry) | {"find": find, "undoing": undoing if match else None}
    return show_desk(request, desk, "desk/entry.html", status=status, **shown)


def _row(entry: Entry, desk: Desk) -> dict[str, Any]:
    return {
        "url": reverse("desk_entry", args=[entry.id]),
        "title": title_of(entry),
        "said": said_by_payer(entry),
        "why": why_of(entry),
        "day": say_day(entry.booked_on, desk.today),
        "waits": entry.state == EntryState.QUEUED,
    }


def _beyond(lies: Beyond) -> dict[str, Any]:
    amount = say_money(lies.lies_minor, CURRENCY)
    return {
        "url": reverse("desk_invoice", args=[lies.organization_id, lies.invoice_id]),
        "title": _now("%(amount)s beyond invoice %(number)s")
        % {"amount": amount, "number": lies.number},
        "said": lies.seller,
        "waits": True,
    }


def _shown(entry: Entry) -> dict[str, Any]:
    told = (
        (_now("Day"), say_date(entry.booked_on)),
        (_now("Paid by"), entry.party),
        (_now("Their account"), spaced_in_fours(entry.party_account)),
        (_now("Reference"), entry.reference),
        (_now("Text"), entry.text),
        (_now("Note"), entry.note),
    )
    return {
        "title": title_of(entry),
        "why": why_of(entry),
        "waits": entry.state == EntryState.QUEUED,
        "facts": [{"label": label, "value": value} for label, value in told if value],
        "money_url": reverse("desk_money"),
        "entry_url": reverse("desk_entry", args=[entry.id]),
        "undoing_url": reverse("desk_unmatch", args=[entry.id]),
    }


def _choice(invoice: SellersInvoice, entry: Entry) -> dict[str, str]:
    why = ", ".join(likenesses_in_words(invoice.likenesses))
    return {
        "number": invoice.number,
        "name": invoice.seller,
        "url": reverse("desk_invoice", args=[invoice.organization_id, invoice.invoice_id]),
        "why": f"{capfirst(why)}.",
        "outcome": outcome(entry.amount_minor, invoice.open_minor, entry.currency),
        "action": reverse("desk_match", args=[entry.id]),
        "field": "invoice",
        "value": str(invoice.invoice_id),
        "label": _now("Match"),
    }
