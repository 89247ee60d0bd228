"""A client as it is entered on a page."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from storno.clients.models import Client, ClientKind
from storno.clients.save import ClientInput, entered_in
from storno.organizations.models import Channel


class ClientForm(forms.Form):
    """Who is served and may be billed. The verb checks; the form only reads."""

    kind = forms.ChoiceField(
        label=_("This is"),
        choices=ClientKind.choices,
        widget=forms.RadioSelect,
        initial=ClientKind.PERSON,
    )
    name = forms.CharField(label=_("Name"), max_length=100)
    contact = forms.CharField(label=_("Contact person"), max_length=100, required=False)
    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    street = forms.CharField(label=_("Street address"), max_length=100, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=12, required=False)
    city = forms.CharField(label=_("Town"), max_length=60, required=False)
    country = forms.CharField(
        label=_("Country"),
        max_length=2,
        required=False,
        help_text=_("Two letters, like FI or NO."),
    )
    business_id = forms.CharField(label=_("Business id"), max_length=20, required=False)
    language = forms.ChoiceField(label=_("Language of invoices"), choices=settings.LANGUAGES)
    channel = forms.ChoiceField(
        label=_("Invoices are sent"),
        choices=[("", _("as usual")), *Channel.choices],
        required=False,
    )
    term_days = forms.IntegerField(
        label=_("Days to pay"),
        required=False,
        min_value=0,
        max_value=365,
        help_text=_("Left empty, your usual term holds."),
    )
    term_agreed = forms.BooleanField(
        label=_("Another term than usual is agreed in writing"), required=False
    )

    def entered(self) -> ClientInput:
        """What was typed, as the verb takes it."""
        data: dict[str, Any] = dict(self.cleaned_data)
        data["kind"] = ClientKind(data["kind"])
        data["channel"] = Channel(data["channel"]) if data["channel"] else None
        return ClientInput(**data)


def initial_of(client: Client) -> dict[str, Any]:
    """A client's present values, as the form shows them."""
    entered = entered_in(client)
    return {name: getattr(entered, name) for name in ClientForm.base_fields}
