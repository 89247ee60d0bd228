"""One entry of a bank: matched with an invoice, set aside, and each of these undone."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from storno.bank.models import Entry
from storno.bank.queries import entry_with
from storno.bank.take_in import must_see_the_bank
from storno.core.refusals import Absent, Invalid, NotAllowed, Refused
from storno.matching.match import link_entry, match_entry, set_aside, take_up, undo_match
from storno.organizations.roles import Deed
from storno.payments.reverse import MoneyWasGivenBack
from storno.web.access import Here, member_page
from storno.web.bank.shown import entry_page, undoing_page
from storno.web.go import go
from storno.web.show import show
from storno.web.take import take_invalid, take_refused, typed_in


class AsideForm(forms.Form):
    """A note for an entry that has nothing to do with the invoices."""

    note = forms.CharField(label=_("Note"), required=False, max_length=200)


class UndoingForm(forms.Form):
    """Why a match is undone."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=200,
        help_text=_("It stays in the history, for the accountant."),
    )


@require_GET
@member_page
def bank_entry(request: HttpRequest, here: Here, entry_id: UUID) -> HttpResponse:
    """An entry: what the bank told, what became of it, and which invoice it may pay."""
    must_see_the_bank(here.who)
    return _show(request, here, entry_id, AsideForm(label_suffix=""))


def _show(request: HttpRequest, here: Here, entry_id: UUID, form: AsideForm) -> HttpResponse:
    with here.reading():
        entry = entry_with(entry_id, organization_id=here.organization.id)
        shown = entry_page(entry, request.GET, here)
        status = 422 if form.is_bound else 200
        return show(request, here, "bank/entry.html", status=status, form=form, **shown)


@require_POST
@member_page
def entry_match(request: HttpRequest, here: Here, entry_id: UUID) -> HttpResponse:
    """Match an entry with the invoice, or with the payment by hand, that was chosen."""
    try:
        if payment := request.POST.get("payment"):
            link_entry(entry_id, _id(payment), who=here.who, at=here.at)
        else:
            match_entry(entry_id, _id(request.POST.get("invoice", "")), who=here.who, at=here.at)
    except NotAllowed:
        raise
    except Refused as refused:
        messages.warning(request, f"{refused} {refused.remedy}")
        return redirect(here.url("bank_entry", entry_id))
    messages.success(request, _now("It is matched."))
    return redirect(here.url("bank"))


@require_POST
@member_page
def entry_aside(request: HttpRequest, here: Here, entry_id: UUID) -> HttpResponse:
    """Set an entry aside that has nothing to do with the invoices."""
    form = AsideForm(request.POST, label_suffix="")
    if not form.is_valid():
        here.who.must(Deed.REGISTER_PAYMENT)
        must_see_the_bank(here.who)
        return _show(request, here, entry_id, form)
    return _done(
        request,
        here,
        lambda: set_aside(entry_id, form.cleaned_data["note"], who=here.who, at=here.at),
        _now("It is set aside."),
    )


@require_POST
@member_page
def entry_taken_up(request: HttpRequest, here: Here, entry_id: UUID) -> HttpResponse:
    """Let an entry that was set aside wait again."""
    return _done(
        request,
        here,
        lambda: take_up(entry_id, who=here.who, at=here.at),
        _now("It waits to be matched again."),
    )


def _done(request: HttpRequest, here: Here, deed: Callable[[], Entry], said: str) -> HttpResponse:
    """Do it, and lead back to the list; who was too late is told."""
    try:
        deed()
    except NotAllowed:
        raise
    except Refused as refused:
        messages.warning(request, f"{refused} {refused.remedy}")
    else:
        messages.success(request, said)
    return redirect(here.url("bank"))


@require_http_methods(["GET", "POST"])
@member_page
def entry_undoing(request: HttpRequest, here: Here, entry_id: UUID) -> HttpResponse:
    """Undo a match that was wrong: with a reason, after a recent sign-in."""
    must_see_the_bank(here.who)
    here.who.must(Deed.REVERSE_PAYMENT)
    form = UndoingForm(typed_in(request), label_suffix="")
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            undo_match(entry_id, form.cleaned_data["reason"], who=here.who, at=here.at)
        except Invalid as wrong:
            take_invalid(form, wrong)
        except MoneyWasGivenBack as refused:
            take_refused(form, refused)
            status = 409
        else:
            messages.success(request, _now("The match is undone. It waits to be matched again."))
            return go(request, here.url("bank_entry", entry_id))
    with here.reading():
        entry = entry_with(entry_id, organization_id=here.organization.id)
        shown = undoing_page(entry, here)
        return show(request, here, "bank/undoing.html", status=status, form=form, **shown)


def _id(text: str) -> UUID:
    """The id that a form sends. Raises Absent."""
    try:
        return UUID(text)
    except ValueError:
        raise Absent from None
