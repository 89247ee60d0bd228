"""The KID on the settings' pages: what was agreed with the bank of the account."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from storno.administration.seller import SellerChanges, change_seller
from storno.core.refusals import Invalid
from storno.organizations.models import Kid, KidMadeOf, Seller
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.sections import Parts, sections, told
from storno.web.settings.pages import show_part
from storno.web.take import take_invalid, take_typed
from storno.web.touched import TouchedForm

NAMES = ("kid_algorithm", "kid_length", "kid_layout", "kid_client_digits")

WHAT_IT_IS = _(
    "With a KID your bank tells you which invoice a payment is for. Agree on it with your bank "
    "first: a payment with a KID that the bank does not know is sent back. When you change your "
    "account, KIDs stop until you set them here again."
)

PARTS: Parts = (
    (_("As agreed with your bank"), (("kid_algorithm",), ("kid_length",))),
    (_("What it is made of"), (("kid_layout",), ("kid_client_digits",))),
)


class KidForm(TouchedForm):
    """How KIDs are made. The verb checks; the form only reads."""

    together = (NAMES,)

    kid_algorithm = forms.ChoiceField(
        label=_("KID on invoices"), choices=Kid.choices, widget=forms.RadioSelect
    )
    kid_length = forms.IntegerField(
        label=_("Length"), help_text=_("All digits of the KID, with the check digit.")
    )
    kid_layout = forms.ChoiceField(
        label=_("Each KID has"), choices=KidMadeOf.choices, widget=forms.RadioSelect
    )
    kid_client_digits = forms.IntegerField(
        label=_("Digits of the recipient's number"),
        help_text=_("They stand in front. With 0 the KID does not have the recipient's number."),
    )

    def __init__(self, seller: Seller, data: Any = None) -> None:
        """What holds now."""
        super().__init__(data, label_suffix="")
        self.initial = {name: getattr(seller, name) for name in NAMES}

    def entered(self) -> SellerChanges:
        """What was changed, as the verb takes it."""
        return SellerChanges(**{name: self.cleaned_data[name] for name in self.touched})


@require_http_methods(["GET", "POST"])
@member_page
def kid(request: HttpRequest, here: Here) -> HttpResponse:
    """Whether new invoices bear a KID, and which."""
    typed = take_typed(request, here, Deed.CHANGE_SETTINGS)
    with here.reading():
        form = KidForm(here.now.seller, typed)
    if form.is_valid():
        try:
            seller = change_seller(form.entered(), who=here.who, at=here.at)
        except Invalid as wrong:
            take_invalid(form, wrong)
        else:
            messages.success(request, _said(seller))
            return redirect(f"{here.url('settings_kid')}#main")
    may = here.who.may(Deed.CHANGE_SETTINGS)
    parts = {"sections": sections(form, PARTS)} if may else {"told": told(form, PARTS)}
    return show_part(request, here, "form", form, intro=WHAT_IT_IS, **parts)


def _said(seller: Seller) -> str:
    if seller.kid_algorithm == Kid.NONE:
        return gettext("New invoices bear no KID.")
    return gettext("New invoices bear a KID.")
