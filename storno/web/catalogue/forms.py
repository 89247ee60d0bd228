"""A service as it is entered on a page."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from storno.catalogue.models import Service
from storno.catalogue.save import ServiceInput, entered_in
from storno.organizations.queries import Circumstances
from storno.web.fields import FigureField
from storno.web.papers.line_form import read_tax, tax_choices, usual_tax, write_tax
from storno.web.sections import Parts
from storno.web.touched import TouchedForm

PARTS: Parts = (
    (_("What it is"), (("name",), ("unit",))),
    (_("What it costs"), (("unit_price", "tax"), ("price_includes_tax",))),
)


class ServiceForm(TouchedForm):
    """A service or product with its price. The verb checks; the form only reads."""

    together = (("unit_price", "tax", "price_includes_tax"),)

    name = forms.CharField(label=_("Name"), max_length=300)
    unit = forms.CharField(
        label=_("Unit"), max_length=20, required=False, help_text=_("Like h, pcs or km.")
    )
    unit_price = FigureField(label=_("Price"), least=2)
    price_includes_tax = forms.BooleanField(label=_("The price includes VAT"), required=False)
    tax = forms.ChoiceField(label=_("VAT"))

    def __init__(self, now: Circumstances, *args: Any, **kwargs: Any) -> None:
        """A service offered today; outside the VAT register no price has VAT in it or none yet."""
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
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
            unit=typed["unit"],
            unit_price=typed["unit_price"],
            price_includes_tax=typed.get("price_includes_tax", False),
            tax_category=category,
            tax_rate=rate,
        )

    def put_into(self, kept: ServiceInput) -> ServiceInput:
        """A service with what was changed in the form; its price goes with its VAT."""
        typed, touched = self.entered(), self.touched
        if "price_includes_tax" not in self.fields:
            typed = replace(typed, price_includes_tax=kept.price_includes_tax)
        return replace(
            typed if "tax" in touched else kept,
            name=typed.name if "name" in touched else kept.name,
            unit=typed.unit if "unit" in touched else kept.unit,
        )


def initial_of(service: Service) -> dict[str, Any]:
    """A service's present values, as the form shows them."""
    entered = entered_in(service)
    return {
        "name": entered.name,
        "unit": entered.unit,
        "unit_price": entered.unit_price,
        "price_includes_tax": entered.price_includes_tax,
        "tax": write_tax(entered.tax_category, entered.tax_rate),
    }
