"""A service as it is entered on a page."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from storno.catalogue.models import Charge, Message, Service
from storno.catalogue.save import ServiceInput, entered_in
from storno.organizations.models import Wording
from storno.organizations.queries import Circumstances
from storno.web.fields import FigureField, choices_of
from storno.web.papers.line_form import read_tax, tax_choices, usual_tax, write_tax
from storno.web.sections import Parts, Section, Told, sections, told
from storno.web.touched import TouchedForm

PARTS: Parts = (
    (_("What it is"), (("name",), ("name_on_papers",), ("unit",))),
    (_("What it costs"), (("unit_price", "tax"), ("price_includes_tax",))),
)
DIARY: Parts = (
    (
        _("Booked in the diary"),
        (("minutes",), ("free_until_hours", "late_charge"), ("messages",)),
    ),
)
OF_THE_DIARY = frozenset({"minutes", "free_until_hours", "late_charge", "messages"})
ON_THEIR_OWN = OF_THE_DIARY | {"name", "name_on_papers", "unit"}
"""What is saved by itself; all else belongs to the price."""


class ServiceForm(TouchedForm):
    """A service or product with its price. The verb checks; the form only reads."""

    together = (("unit_price", "tax", "price_includes_tax"),)

    name = forms.CharField(label=_("Name"), max_length=300)
    name_on_papers = forms.CharField(
        label=_("Name on papers"),
        max_length=300,
        required=False,
        help_text=_(
            "What recipients read instead. A paper should not tell why somebody comes to you."
        ),
    )
    unit = forms.CharField(
        label=_("Unit"), max_length=20, required=False, help_text=_("Like h, pcs or km.")
    )
    unit_price = FigureField(label=_("Price"), least=2)
    price_includes_tax = forms.BooleanField(label=_("The price includes VAT"), required=False)
    tax = forms.ChoiceField(label=_("VAT"))
    minutes = forms.IntegerField(
        label=_("Length in minutes"),
        required=False,
        help_text=_("Left empty, it is not booked in the diary."),
    )
    free_until_hours = forms.IntegerField(
        label=_("Free to cancel until (hours before)"), initial=24
    )
    late_charge = forms.ChoiceField(
        label=_("Charge for cancelling later"),
        choices=choices_of(Charge),
        initial=Charge.NOTHING,
        help_text=_("Proposed then; whoever cancels can choose another."),
    )

    messages = forms.MultipleChoiceField(
        label=_("Messages about a session"),
        choices=choices_of(Message),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("They say when it is, and never what for. Each session can send others."),
    )

    def __init__(self, now: Circumstances, *args: Any, **kwargs: Any) -> None:
        """A service offered today; outside the VAT register no price has VAT in it or none yet."""
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self._in_practice = now.settings.wording == Wording.PRACTICE
        self.fields["tax"].initial = usual_tax(now, now.today)
        chosen = self["tax"].value() or ""
        tax = self.fields["tax"]
        assert isinstance(tax, forms.ChoiceField)
        tax.choices = tax_choices(now, now.today, chosen)
        if not now.seller.vat_registered:
            del self.fields["price_includes_tax"]

    def entered(self) -> ServiceInput:
        """What was typed, as the verb takes it."""
        typed = self.cleaned_data
        category, rate = read_tax(typed["tax"])
        return ServiceInput(
            name=typed["name"],
            name_on_papers=typed["name_on_papers"],
            unit=typed["unit"],
            unit_price=typed["unit_price"],
            price_includes_tax=typed.get("price_includes_tax", False),
            tax_category=category,
            tax_rate=rate,
            minutes=typed["minutes"],
            free_until_hours=typed["free_until_hours"],
            late_charge=Charge(typed["late_charge"]),
            messages=tuple(Message(each) for each in typed["messages"]),
        )

    def put_into(self, kept: ServiceInput) -> ServiceInput:
        """A service with what was changed in the form; its price goes with its VAT."""
        typed, touched = self.entered(), self.touched
        if "price_includes_tax" not in self.fields:
            typed = replace(typed, price_includes_tax=kept.price_includes_tax)
        own = {name: getattr(typed if name in touched else kept, name) for name in ON_THEIR_OWN}
        return replace(typed if "tax" in touched else kept, **own)

    def parts(self) -> dict[str, list[Section]]:
        """The form in its parts; folded away is what only practices usually need."""
        if self._in_practice or self["minutes"].value() or OF_THE_DIARY & self.errors.keys():
            return {"sections": sections(self, (*PARTS, *DIARY))}
        return {"sections": sections(self, PARTS), "further": sections(self, DIARY)}

    def told(self) -> list[Told]:
        """The same to read; of what is not booked in the diary nothing is said of it."""
        return told(self, (*PARTS, *DIARY) if self["minutes"].value() else PARTS)


def initial_of(service: Service) -> dict[str, Any]:
    """A service's present values, as the form shows them."""
    entered = entered_in(service)
    return {
        "name": entered.name,
        "name_on_papers": entered.name_on_papers,
        "unit": entered.unit,
        "unit_price": entered.unit_price,
        "price_includes_tax": entered.price_includes_tax,
        "tax": write_tax(entered.tax_category, entered.tax_rate),
        "minutes": entered.minutes,
        "free_until_hours": entered.free_until_hours,
        "late_charge": entered.late_charge,
        "messages": list(entered.messages),
    }
