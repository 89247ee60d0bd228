"""Payment by card on the settings' pages: the provider's keys, and what the provider is to be told.

Keys are typed in and never shown again.
"""

from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from storno.core.refusals import Invalid
from storno.online.account import NotSetUp, ProviderIsAway, account_of, hook_address
from storno.online.models import ProviderAccount
from storno.online.set_up import LONGEST_KEY, end_card_payment, keep_keys
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.say import say_moment
from storno.web.settings.pages import show_part
from storno.web.take import take_invalid, take_refused, take_typed

EVENTS = (
    "checkout.session.completed",
    "checkout.session.expired",
    "charge.dispute.created",
    "charge.dispute.closed",
    "refund.updated",
    "refund.failed",
)
"""What the provider is asked to tell; of anything else it tells nothing comes."""


class CardForm(forms.Form):
    """The keys; empty fields leave those there are, so that pressing Save checks them."""

    secret_key = forms.CharField(
        label=_("Secret key"),
        required=False,
        max_length=LONGEST_KEY,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("In Stripe under Developers, API keys. It begins with sk_ or rk_."),
    )
    hook_secret = forms.CharField(
        label=_("Signing secret of the webhook"),
        required=False,
        max_length=LONGEST_KEY,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Stripe shows it once the address below is entered there. Begins with whsec_."),
    )

    def __init__(self, account: ProviderAccount | None, data: QueryDict | None) -> None:
        """The form, with or without an account that is set up."""
        super().__init__(data, label_suffix="")
        self.account = account
        if account is not None:
            kept = _("A key is kept. Leave this empty to keep it.")
            for name in ("secret_key", "hook_secret"):
                if name == "secret_key" or account.hook_secret:
                    self.fields[name].widget.attrs["placeholder"] = "••••••••••••"
                    self.fields[name].help_text = kept

    def entered(self) -> tuple[str | None, str | None]:
        """The two keys as the verb takes them."""
        secret_key, hook_secret = (
            self.cleaned_data[name] or None for name in ("secret_key", "hook_secret")
        )
        return secret_key, hook_secret


@never_cache
@require_http_methods(["GET", "POST"])
@member_page
def card(request: HttpRequest, here: Here) -> HttpResponse:
    """Whether invoices can be paid by card, and by whose account."""
    typed = take_typed(request, here, Deed.CHANGE_SETTINGS)
    with here.reading():
        form = CardForm(account_of(here.organization.id), typed)
    if form.is_valid():
        try:
            keep_keys(*form.entered(), who=here.who, at=here.at)
        except Invalid as wrong:
            take_invalid(form, wrong)
        except ProviderIsAway as away:
            take_refused(form, away)
        else:
            messages.success(request, gettext("Stripe knows the key. Invoices can be paid online."))
            return redirect(f"{here.url('settings_card')}#main")
    with here.reading():
        shown = _shown(form, here)
    return show_part(request, here, "card", form, **shown)


def _shown(form: CardForm, here: Here) -> dict[str, Any]:
    account = form.account
    return {
        "account": account,
        "kept": account and say_moment(account.kept_at, here.at, here.now.seller.time_zone),
        "hook_url": hook_address(here.organization.id),
        "events": EVENTS,
        "may_change": here.who.may(Deed.CHANGE_SETTINGS),
        "end_url": here.url("settings_card_end"),
    }


@require_POST
@member_page
def card_end(request: HttpRequest, here: Here) -> HttpResponse:
    """Delete the keys; who presses twice finds what was wanted."""
    with suppress(NotSetUp):
        end_card_payment(who=here.who, at=here.at)
    messages.success(request, gettext("Online payment is ended. The keys are deleted."))
    return redirect(here.url("settings_card"))
