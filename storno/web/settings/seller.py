"""The seller's details as they are entered on a page."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from storno.administration.seller import SellerChanges
from storno.organizations.completeness import required_for_issue
from storno.organizations.countries import COUNTRIES
from storno.organizations.models import Seller
from storno.web.sections import Parts
from storno.web.touched import TouchedForm
from storno.web.zones import zones_near

PARTS: Parts = (
    (
        _("Who you are"),
        (("name",), ("business_id",), ("vat_registered",), ("enterprise_register",)),
    ),
    (_("Address"), (("street",), ("postcode", "city"))),
    (_("How to reach you"), (("email", "phone"), ("website",))),
    (_("Where the money comes"), (("account",), ("bic",))),
    (_("Language and time"), (("language",), ("time_zone",))),
)


class SellerForm(TouchedForm):
    """What stands about the seller on new documents. The verb checks; the form only reads."""

    together = (("street", "postcode", "city"),)

    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    business_id = forms.CharField(label=_("Business id"), max_length=30, required=False)
    vat_registered = forms.BooleanField(
        label=_("In the VAT register"),
        required=False,
        help_text=_("Only then may VAT stand on your invoices."),
    )
    enterprise_register = forms.BooleanField(
        label=_("In the register of business enterprises"), required=False
    )
    street = forms.CharField(
        label=_("Street address"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    postcode = forms.CharField(
        label=_("Postcode"),
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    city = forms.CharField(
        label=_("Town"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    email = forms.CharField(
        label=_("E-mail on invoices"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    website = forms.CharField(label=_("Website"), max_length=100, required=False)
    account = forms.CharField(
        label=_("Account"),
        max_length=60,
        required=False,
        help_text=_("Before it changes you are asked to confirm that it is you."),
    )
    bic = forms.CharField(
        label=_("BIC"),
        max_length=20,
        required=False,
        help_text=_("With a new account it is found by itself where the bank is known."),
    )
    language = forms.ChoiceField(label=_("Usual language of invoices"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("By its clock your invoices are dated and your pages tell the time."),
    )

    def __init__(self, seller: Seller, *args: Any, **kwargs: Any) -> None:
        """The details as they stand; what another country's law knows is left out."""
        super().__init__(*args, **kwargs)
        rules = COUNTRIES[seller.country]
        self.initial = {name: getattr(seller, name) for name in self.fields}
        self.initial["business_id"] = rules.written(seller.business_id)
        if not rules.enterprise_register_named:
            del self.fields["enterprise_register"]
        self.fields["business_id"].label = str(rules.business_id.label)
        self.fields["account"].label = str(rules.account_label)
        if seller.organization.in_custody:
            del self.fields["bic"]
            self.fields["account"].disabled = True
            self.fields["account"].help_text = _(
                "Invoices are paid to the client money account. What is yours of it is paid out to "
                "your own account."
            )
        zones = self.fields["time_zone"]
        assert isinstance(zones, forms.ChoiceField)
        zones.choices = zones_near(seller.time_zone)
        self.needed = frozenset(required_for_issue(seller)) - {"name"}

    def entered(self) -> SellerChanges:
        """What was changed, as the verb takes it; the BIC of the old account goes with it."""
        return SellerChanges(**{name: self.cleaned_data[name] for name in self.touched})
