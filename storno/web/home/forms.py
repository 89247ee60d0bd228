"""Beginning an organization: the four things that cannot be guessed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from storno.administration.profiles import Profile
from storno.organizations.countries import COUNTRIES
from storno.organizations.models import Country
from storno.web.say import reader_language


def _country_of(language: str) -> str:
    """The country whose own language somebody reads; the first for who reads another."""
    own = (code for code, rules in COUNTRIES.items() if rules.languages[0] == language)
    return next(own, next(iter(COUNTRIES)))


class OrganizationForm(forms.Form):
    """What an organization needs to exist; all else can wait until the first invoice."""

    name = forms.CharField(
        label=_("Name of your business"),
        max_length=100,
        help_text=_("As it shall stand on your invoices."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    profile = forms.ChoiceField(
        label=_("How do you work?"),
        widget=forms.RadioSelect,
        initial=Profile.LIGHT_ENTREPRENEUR,
        choices=[
            (
                Profile.LIGHT_ENTREPRENEUR.value,
                _("I invoice customers. Invoices go out after 20 minutes, so I can undo."),
            ),
            (
                Profile.PRACTICE.value,
                _("I see clients in a practice. Invoices are final at once and I deliver them."),
            ),
        ],
    )
    country = forms.ChoiceField(
        label=_("Country"), choices=Country.choices, initial=lambda: _country_of(reader_language())
    )
    slug = forms.CharField(
        label=_("Short name in addresses"),
        max_length=50,
        required=False,
        help_text=_("Small letters, digits and hyphens. Left empty, it is made from the name."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
