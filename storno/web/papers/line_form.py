"""One line of a draft as it is typed."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy

from storno.catalogue.models import TAX_CATEGORIES
from storno.documents.content import LineInput
from storno.documents.models import Work
from storno.organizations.queries import Circumstances
from storno.organizations.tax_choice import categories_open
from storno.tax.category import TaxCategory
from storno.tax.rates import NoRateKnown, rates_in_force
from storno.web.fields import FigureField, choices_of
from storno.web.say import say_percent

HIGHEST_RATE = 100
"""In percent: of a higher one nobody needs to be told what it was."""


TAX = {"tax_category", "tax_rate"}
"""What the verb calls the one choice of VAT."""
_HARMLESS: dict[str, Any] = {
    "description": "…",
    "quantity": Decimal(1),
    "unit": "",
    "unit_price": Decimal(0),
    "tax": f"{TaxCategory.EXEMPT}:",
    "includes_tax": False,
    "discount_percent": None,
    "delivered_on": None,
    "work": "",
    "id": "",
}


class _Kept(forms.HiddenInput):
    """A tick that nobody is asked for: it stays as it is."""

    def format_value(self, value: Any) -> str:
        return "on" if value else ""


class LineForm(forms.Form):
    """A line. A delivery day left empty is the draft's; a line left empty is none."""

    use_required_attribute = False  # lines come and go by buttons of the same form

    description = forms.CharField(
        label=gettext_lazy("What was done or sold"),
        error_messages={"required": gettext_lazy("Say what was done or sold.")},
    )
    quantity = FigureField(label=gettext_lazy("Quantity"))
    unit = forms.CharField(label=gettext_lazy("Unit"), required=False)
    unit_price = FigureField(label=gettext_lazy("Price"), least=2)
    tax = forms.ChoiceField(label=gettext_lazy("VAT"))
    includes_tax = forms.BooleanField(label=gettext_lazy("The price includes VAT"), required=False)
    discount_percent = FigureField(label=gettext_lazy("Discount in %"), required=False)
    delivered_on = forms.DateField(
        label=gettext_lazy("Delivered on, if on another day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    work = forms.ChoiceField(
        label=gettext_lazy("For the household deduction"),
        choices=choices_of(Work),
        required=False,
    )
    id = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, now: Circumstances, on: date, prefix: str, **typed: Any) -> None:
        """A line of a draft that is delivered on a day."""
        super().__init__(prefix=prefix, label_suffix="", **typed)
        self.now, self.on = now, on
        chosen = self["tax"].value() or ""
        tax = self.fields["tax"]
        assert isinstance(tax, forms.ChoiceField)
        tax.choices = tax_choices(now, _day(self["delivered_on"].value()) or on, chosen)
        if not now.seller.vat_registered:  # no price of theirs has VAT in it, or none yet
            self.fields["includes_tax"].widget = _Kept()
        if now.seller.country != "FI":
            del self.fields["work"]

    @property
    def is_blank(self) -> bool:
        """Whether nothing was entered, so that the line is none."""
        return not any(self[name].value() for name in ("description", "unit_price"))

    def as_sent(self) -> "LineForm":
        """The line as if it had been sent as it stands."""
        if self.is_bound:
            return self
        sent = {self.add_prefix(name): self[name].value() for name in self.fields}
        return LineForm(self.now, self.on, self.prefix or "", data=sent)

    def more(self) -> Iterator[forms.BoundField]:
        """The fields that most lines do not need."""
        for name in ("includes_tax", "discount_percent", "delivered_on", "work"):
            if name in self.fields and not self[name].is_hidden:
                yield self[name]

    @property
    def unread(self) -> set[str]:
        """The fields that cannot be read, as the verb calls them; VAT hangs on the day as well."""
        names = set(self.errors)
        return names | TAX if names & {"tax", "delivered_on"} else names

    def readable(self) -> LineInput:
        """The line with what can be read of it, and something harmless for the rest."""
        self.cleaned_data = _HARMLESS | self.cleaned_data
        return self.entered()

    def entered(self) -> LineInput:
        """The line that the valid form says."""
        typed = self.cleaned_data
        category, rate = read_tax(typed["tax"])
        return LineInput(
            description=typed["description"],
            quantity=typed["quantity"],
            unit=typed["unit"],
            unit_price=typed["unit_price"],
            tax_category=category,
            tax_rate=rate,
            includes_tax=typed["includes_tax"],
            discount_percent=typed["discount_percent"] or Decimal(0),
            delivered_on=typed["delivered_on"],
            work=typed.get("work", ""),
            id=_id(typed["id"]),
        )


def line_typed(line: LineInput) -> dict[str, Any]:
    """A line as it stands in the form."""
    return {
        "description": line.description,
        "quantity": line.quantity,
        "unit": line.unit,
        "unit_price": line.unit_price,
        "tax": write_tax(line.tax_category, line.tax_rate),
        "includes_tax": line.includes_tax,
        "discount_percent": line.discount_percent or None,
        "delivered_on": line.delivered_on,
        "work": line.work,
        "id": str(line.id or ""),
    }


def write_tax(category: TaxCategory, rate: Decimal | None) -> str:
    """A category with its rate as one choice."""
    return f"{category}:{rate.normalize():f}" if rate else f"{category}:"


def read_tax(choice: str) -> tuple[TaxCategory, Decimal | None]:
    """The category and the rate of a choice."""
    category, _colon, rate = choice.partition(":")
    return TaxCategory(category), Decimal(rate) if rate else None


def usual_tax(now: Circumstances, on: date) -> str:
    """The choice for a new line."""
    if now.seller.vat_registered:
        rates = _rates(now, on)
        return write_tax(TaxCategory.STANDARD, rates[0]) if rates else ""
    outside = TaxCategory.OUTSIDE_SCOPE
    return write_tax(TaxCategory.EXEMPT if now.settings.exemption_reason else outside, None)


def tax_on(typed: Mapping[str, Any], now: Circumstances, on: date) -> str:
    """The choice of a line that is delivered on another day now: the nearest rate of that day."""
    choice = str(typed.get("tax", ""))
    rates = _rates(now, _day(typed.get("delivered_on")) or on)
    try:
        category, rate = read_tax(choice)
    except (ArithmeticError, ValueError):
        return choice
    if rate is None or not rate.is_finite() or not rates:
        return choice
    return write_tax(category, min(rates, key=lambda each: abs(each - rate)))


def tax_choices(now: Circumstances, on: date, chosen: str) -> list[tuple[str, str]]:
    """What a line of this day may bear, and what it bears already, right or wrong."""
    open_ = categories_open(now.seller, now.settings)
    rates = _rates(now, on) if TaxCategory.STANDARD in open_ else ()
    choices = [(write_tax(TaxCategory.STANDARD, rate), say_percent(rate)) for rate in rates]
    choices += [
        (write_tax(category, None), str(label)[:1].upper() + str(label)[1:])
        for category, label in TAX_CATEGORIES
        if category in open_
    ]
    if chosen and chosen not in dict(choices) and (label := _label(chosen)):
        choices.append((chosen, label))
    return choices


def _label(choice: str) -> str:
    """The words of a choice that is not offered; empty for what is none."""
    try:
        category, rate = read_tax(choice)
    except (ArithmeticError, ValueError):
        return ""
    if rate is not None:
        return say_percent(rate) if rate.is_finite() and 0 < rate <= HIGHEST_RATE else ""
    return str(dict(TAX_CATEGORIES)[category])


def _rates(now: Circumstances, on: date) -> tuple[Decimal, ...]:
    try:
        return rates_in_force(now.seller.country, on)
    except NoRateKnown:
        return ()


def _day(value: Any) -> date | None:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        return None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
