"""The ways in which money comes in, as a list to be named, ordered and added to."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from storno.core.refusals import Invalid
from storno.organizations.roles import Deed
from storno.payments.methods import MethodInput, keep_methods, methods_of, words_of
from storno.payments.models import LONGEST_NAME, MoneyKind, PaymentMethod
from storno.web.access import Here, member_page
from storno.web.fields import choices_of
from storno.web.settings.pages import show_part
from storno.web.take import take_invalid, take_typed

LAST = 99


class MethodsForm(forms.Form):
    """The list: of each way its name, its place and whether it is offered; and a further one."""

    new_name = forms.CharField(
        label=gettext_lazy("Another payment method"), max_length=LONGEST_NAME, required=False
    )
    new_kind = forms.ChoiceField(
        label=gettext_lazy("What kind of money"),
        choices=choices_of(MoneyKind),
        initial=MoneyKind.OTHER,
        required=False,
    )

    def __init__(self, methods: list[PaymentMethod], data: Any = None) -> None:
        """The list as it stands."""
        super().__init__(data, label_suffix="")
        self.methods = methods
        for place, method in enumerate(methods):
            usual = capfirst(str(words_of(method)))
            self.fields[f"name-{place}"] = forms.CharField(
                label=_("Name"),
                max_length=LONGEST_NAME,
                required=False,
                initial=method.name,
                widget=forms.TextInput(
                    attrs={
                        "placeholder": usual,
                        "aria-label": _("Name of %(name)s") % {"name": usual},
                    }
                ),
            )
            self.fields[f"place-{place}"] = forms.IntegerField(
                label=_("Position"),
                min_value=1,
                max_value=LAST,
                initial=place + 1,
                widget=forms.NumberInput(
                    attrs={"aria-label": _("Position of %(name)s") % {"name": usual}}
                ),
            )
            self.fields[f"offered-{place}"] = forms.BooleanField(
                label=_("Offered"), required=False, initial=method.is_offered
            )

    def rows(self) -> list[dict[str, Any]]:
        """The list for the page."""
        return [
            {
                "label": words_of(method),
                "kind": MoneyKind(method.kind).label if method.name else "",
                "name": self[f"name-{place}"],
                "place": self[f"place-{place}"],
                "offered": self[f"offered-{place}"],
            }
            for place, method in enumerate(self.methods)
        ]

    def order(self) -> list[int]:
        """Which of the list stands where, by the places that were typed."""
        typed = self.cleaned_data
        return sorted(range(len(self.methods)), key=lambda place: (typed[f"place-{place}"], place))

    def names(self) -> dict[str, str]:
        """What the verb calls the fields of names."""
        fields = [*(f"name-{place}" for place in self.order()), "new_name"]
        return {f"methods.{place}.name": field for place, field in enumerate(fields)}

    def entered(self) -> list[MethodInput]:
        """What was typed, in the order of the places."""
        typed = self.cleaned_data
        listed = [
            MethodInput(
                code=self.methods[place].code,
                name=typed[f"name-{place}"],
                offered=typed[f"offered-{place}"],
            )
            for place in self.order()
        ]
        if typed["new_name"]:
            kind = MoneyKind(typed["new_kind"] or MoneyKind.OTHER)
            listed.append(MethodInput(name=typed["new_name"], kind=kind))
        return listed


@require_http_methods(["GET", "POST"])
@member_page
def payment_methods(request: HttpRequest, here: Here) -> HttpResponse:
    """The ways in which money comes in."""
    typed = take_typed(request, here, Deed.CHANGE_SETTINGS)
    with here.reading():
        form = MethodsForm(methods_of(here.now.seller), typed)
    if form.is_valid():
        try:
            keep_methods(form.entered(), who=here.who, at=here.at)
        except Invalid as wrong:
            take_invalid(form, wrong, **form.names())
        else:
            messages.success(request, _("The payment methods are saved."))
            return redirect(here.url("settings_payment_methods"))
    may_change = here.who.may(Deed.CHANGE_SETTINGS)
    return show_part(
        request, here, "payment_methods", form, rows=form.rows(), may_change=may_change
    )
