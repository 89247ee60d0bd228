"""Taxes and payouts on the settings' pages: what is set aside, where money goes, who is told."""

from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from storno.core.refusals import Invalid
from storno.custody.models import PayoutAccount
from storno.custody.payout_account import PayoutAccounts, payout_accounts
from storno.custody.queries import must_see_client_money
from storno.custody.terms import set_withholding, terms_of
from storno.custody.wishes import Wishes, wish_to_be_told, wishes_of
from storno.organizations.queries import day_of
from storno.organizations.roles import Deed
from storno.payouts.account import (
    NoAccountWaits,
    NothingIsPaidOut,
    enter_payout_account,
    withdraw_payout_account,
)
from storno.payouts.queries import account_failed
from storno.references.creditor import spaced_in_fours
from storno.web.access import Here, member_page
from storno.web.fields import FigureField
from storno.web.say import say_date
from storno.web.settings.pages import show_part
from storno.web.take import take_invalid, take_refused, take_typed


class AccountForm(forms.Form):
    """Another account. The verb checks; the form only reads."""

    account = forms.CharField(
        label=_("Account (IBAN)"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Before it changes you are asked to confirm that it is you."),
    )


class ToldForm(forms.Form):
    """How the member who asks is told."""

    mailed = forms.BooleanField(label=_("By e-mail"), required=False)
    texted_to = forms.CharField(
        label=_("By SMS to this number"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    def entered(self) -> Wishes:
        """The wishes as the verb takes them."""
        return Wishes(self.cleaned_data["mailed"], self.cleaned_data["texted_to"])


class RateForm(forms.Form):
    """The entrepreneur's own rate of income tax."""

    withholding_percent = FigureField(
        label=_("Percent of the sum without VAT"),
        max_length=10,
        help_text=_("0 if you pay your prepayments yourself; at most 60."),
    )


@require_http_methods(["GET", "POST"])
@member_page
def payouts(request: HttpRequest, here: Here) -> HttpResponse:
    """To which account money is paid out."""
    must_see_client_money(here.who)
    form = AccountForm(take_typed(request, here, Deed.CHANGE_SETTINGS), label_suffix="")
    if form.is_valid():
        try:
            entered = enter_payout_account(form.cleaned_data["account"], who=here.who, at=here.at)
        except Invalid as wrong:
            take_invalid(form, wrong)
        except NothingIsPaidOut as refused:
            take_refused(form, refused)
        else:
            messages.success(request, _said(entered, here))
            return redirect(f"{here.url('settings_payouts')}#main")
    return _show(request, here, form)


@require_POST
@member_page
def payouts_keep(request: HttpRequest, here: Here) -> HttpResponse:
    """Keep the account that counts; who presses twice finds what was wanted."""
    with suppress(NoAccountWaits):
        withdraw_payout_account(who=here.who, at=here.at)
    messages.success(request, gettext("Your account stays as it is."))
    return redirect(here.url("settings_payouts"))


@require_POST
@member_page
def payouts_told(request: HttpRequest, here: Here) -> HttpResponse:
    """Be told of money in other ways."""
    form = ToldForm(take_typed(request, here, Deed.CHANGE_SETTINGS), label_suffix="")
    if form.is_valid():
        try:
            wish_to_be_told(form.entered(), who=here.who, at=here.at)
        except Invalid as wrong:
            take_invalid(form, wrong)
        else:
            messages.success(request, gettext("From now on you are told like this."))
            return redirect(here.url("settings_payouts"))
    return _show(request, here, AccountForm(label_suffix=""), form)


@require_POST
@member_page
def payouts_rate(request: HttpRequest, here: Here) -> HttpResponse:
    """Have another rate of income tax set aside from now on."""
    form = RateForm(take_typed(request, here, Deed.CHANGE_SETTINGS), label_suffix="")
    if form.is_valid():
        try:
            set_withholding(form.cleaned_data["withholding_percent"], who=here.who, at=here.at)
        except Invalid as wrong:
            take_invalid(form, wrong)
        else:
            messages.success(request, gettext("It holds for money that comes from now on."))
            return redirect(here.url("settings_payouts"))
    return _show(request, here, AccountForm(label_suffix=""), rate=form)


def _show(
    request: HttpRequest,
    here: Here,
    form: AccountForm,
    told: ToldForm | None = None,
    rate: RateForm | None = None,
) -> HttpResponse:
    with here.reading():
        known = payout_accounts(here.organization.id, at=here.at)
        context = _shown(known, here)
        if rate is None:
            percent = terms_of(here.organization.id).withholding_percent
            rate = RateForm(initial={"withholding_percent": percent}, label_suffix="")
        if told is None:
            now = wishes_of(here.who)
            initial = {"mailed": now.mailed, "texted_to": now.texted_to}
            told = ToldForm(initial=initial, label_suffix="")
    wrong = next((each for each in (told, rate) if each.errors), form)
    forms_shown = {"account_form": form, "told_form": told, "rate_form": rate}
    return show_part(request, here, "payouts", wrong, **forms_shown, **context)


def _shown(known: PayoutAccounts, here: Here) -> dict[str, Any]:
    """The accounts, and where the forms lead."""
    return {
        "current": known.current and spaced_in_fours(known.current.account),
        "waiting": known.waiting and _waiting(known.waiting, here),
        "failed": known.current is not None and account_failed(known.current),
        "kept": here.organization.in_custody or known.current is not None,
        "may_change": here.who.may(Deed.CHANGE_SETTINGS),
        "keep_url": here.url("settings_payouts_keep"),
        "told_url": here.url("settings_payouts_told"),
        "payouts_url": here.url("payouts"),
        "rate_url": here.url("settings_payouts_rate"),
    }


def _waiting(account: PayoutAccount, here: Here) -> dict[str, str]:
    return {"account": spaced_in_fours(account.account), "day": _day(account, here)}


def _day(account: PayoutAccount, here: Here) -> str:
    """The day from which an account counts, by the organization's clock."""
    return say_date(day_of(here.now.seller, account.counts_from))


def _said(entered: PayoutAccount, here: Here) -> str:
    if entered.counts_from <= here.at:
        return gettext("Your money is paid out to this account.")
    with here.reading():
        named = {"day": _day(entered, here)}
    return gettext("Your money goes to this account from %(day)s on.") % named
