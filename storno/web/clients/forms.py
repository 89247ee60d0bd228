"""A client as it is entered on a page."""

from dataclasses import replace
from functools import cache
from typing import Any

from babel import Locale
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from storno.clients.models import Client, ClientKind, ToldBy
from storno.clients.save import ClientInput, countries, entered_in
from storno.core.folding import fold
from storno.organizations.completeness import must_show_address
from storno.organizations.countries import COUNTRIES
from storno.organizations.models import Channel, Method, Seller, Wording
from storno.web.fields import choices_of
from storno.web.methods import MethodSelect, method_choices
from storno.web.say import reader_language
from storno.web.sections import Parts
from storno.web.touched import TouchedForm
from storno.web.zones import all_zones

PARTS: Parts = (
    (_("Who it is"), (("kind",), ("name",), ("contact",), ("business_id",))),
    (_("Where invoices go"), (("email", "phone"), ("street",), ("postcode", "city"), ("country",))),
    (
        _("How invoices are made"),
        (("language", "channel"), ("term_days",), ("term_agreed",), ("buyer_reference",)),
    ),
)
PRACTICE: Parts = (
    (_("Who pays"), (("method",), ("only_pays",), ("shared",))),
    (_("Time"), (("time_zone",),)),
    (_("Messages"), (("told_by",), ("no_reminders",))),
)
OF_PRACTICES = frozenset({"method", "only_pays", "shared", "time_zone", "told_by", "no_reminders"})
"""What only a practice is asked: elsewhere whoever is served pays."""
_DENIED = {"served": "only_pays", "wants_reminders": "no_reminders"}
"""What is usual, and the field that denies it: one that was not asked leaves what is usual."""
ADDRESS = frozenset({"street", "postcode", "city"})
"""What makes up a postal address; its country is always known."""
COMMON = ("FI", "NO", "SE")
"""Countries that stand first in the choice."""


def country_choices() -> list[tuple[str, str]]:
    """The countries by name in the reader's language, those of the neighbourhood first."""
    return list(_named(reader_language()))


@cache
def _named(language: str) -> tuple[tuple[str, str], ...]:
    names = Locale(language).territories
    others = sorted(countries() - {*COMMON}, key=lambda code: fold(names[code]))
    return tuple((code, names[code]) for code in (*COMMON, *others))


class ClientForm(TouchedForm):
    """Who is served, or only pays. The verb checks; the form only reads."""

    together = (
        ("street", "postcode", "city", "country"),
        ("term_days", "term_agreed"),
        ("only_pays", "shared"),
    )

    kind = forms.ChoiceField(
        label=_("This is"),
        choices=choices_of(ClientKind),
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
    phone = forms.CharField(
        label=_("Phone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    street = forms.CharField(label=_("Street address"), max_length=100, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=12, required=False)
    city = forms.CharField(label=_("Town"), max_length=60, required=False)
    country = forms.ChoiceField(label=_("Country"), choices=country_choices)
    business_id = forms.CharField(max_length=20, required=False)
    language = forms.ChoiceField(label=_("Language of invoices"), choices=settings.LANGUAGES)
    channel = forms.ChoiceField(
        label=_("Invoices are sent"),
        choices=[("", _("As usual")), *choices_of(Channel)],
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
        label=_("We have agreed on these days in writing"), required=False
    )

    buyer_reference = forms.CharField(
        label=_("Their reference"),
        max_length=70,
        required=False,
        help_text=_("What the recipient asked to see on each invoice."),
    )
    method = forms.ChoiceField(
        label=_("Sessions are invoiced"),
        choices=lambda: [("", _("As usual")), *method_choices()],
        widget=MethodSelect,
        required=False,
        help_text=_(
            "Where this is the invoice recipient. Drafts of sessions to come follow a change."
        ),
    )
    only_pays = forms.BooleanField(
        label=_("Is no client, but only pays or gets notifications"), required=False
    )
    shared = forms.BooleanField(
        label=_("May pay for everybody here"),
        required=False,
        help_text=_("Like an employer, an insurer or a municipality."),
    )

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        help_text=_("Of a client who lives elsewhere: times are shown and sent in it as well."),
    )

    told_by = forms.ChoiceField(
        label=_("Wants to be told"),
        choices=[("", _("As usual")), *choices_of(ToldBy)],
        required=False,
        help_text=_(
            "Of sessions. What is to be paid is told the same way, and never kept back: where that"
            " way leads nowhere, by every other."
        ),
    )
    no_reminders = forms.BooleanField(
        label=_("Wants no reminders of sessions"),
        required=False,
        help_text=_("Clients can choose this themselves, on the page of an appointment."),
    )

    needed: frozenset[str] = frozenset()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """The form with the time zones, the one that was set by another door among them."""
        super().__init__(*args, **kwargs)
        zones = self.fields["time_zone"]
        assert isinstance(zones, forms.ChoiceField)
        zones.choices = [("", _("As yours")), *all_zones(self.initial.get("time_zone", ""))]

    def suit(self, seller: Seller) -> None:
        """Say what invoices need, and call the business id as the country on the form does."""
        if must_show_address(seller, self["business_id"].value() or ""):
            self.needed = ADDRESS
        rules = COUNTRIES.get(self["country"].value() or "")
        label = rules.business_id.label if rules else _("Registration number")
        self["business_id"].label = str(label)

    def entered(self) -> ClientInput:
        """What was typed, as the verb takes it."""
        data: dict[str, Any] = dict(self.cleaned_data)
        data["kind"] = ClientKind(data["kind"])
        data["channel"] = Channel(data["channel"]) if data["channel"] else None
        data["method"] = Method(data["method"]) if data["method"] else None
        data["told_by"] = ToldBy(data["told_by"]) if data["told_by"] else None
        for name, denied in _DENIED.items():
            data[name] = not data.pop(denied)
        return ClientInput(**data)

    @property
    def touched(self) -> set[str]:
        """The fields that were changed; what the page did not ask stays as it is."""
        unasked = {
            name
            for name in OF_PRACTICES
            if name not in self.data and self.add_initial_prefix(name) not in self.data
        }
        return super().touched - unasked

    def put_into(self, kept: ClientInput) -> ClientInput:
        """A client with what was changed in the form."""
        typed = self.entered()
        meant = {denied: name for name, denied in _DENIED.items()}
        names = {meant.get(name, name) for name in self.touched}
        return replace(kept, **{name: getattr(typed, name) for name in names})


def parts_of(wording: str) -> Parts:
    """What this kind of house is asked of a client."""
    return (*PARTS, *PRACTICE) if wording == Wording.PRACTICE else PARTS


def initial_of(client: Client) -> dict[str, Any]:
    """A client's present values, as the form shows them."""
    entered = entered_in(client)
    names = set(ClientForm.base_fields) - set(_DENIED.values())
    values = {name: getattr(entered, name) for name in names}
    values |= {denied: not getattr(entered, name) for name, denied in _DENIED.items()}
    rules = COUNTRIES.get(client.country)
    written = rules.written(client.business_id) if rules else client.business_id
    return values | {"business_id": written}
