"""What the forms of money on an invoice have in common, whether it came in or went back."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from storno.documents.models import Document
from storno.organizations.models import Seller
from storno.payments.methods import CARD, offered_methods, words_of
from storno.web.access import Here
from storno.web.fields import AmountField


def method_choices(seller: Seller, *, by_card: str = "") -> list[tuple[str, str]]:
    """The ways in which money comes, and goes; first back to the card, where `by_card` says so."""
    to_card = [(CARD.code, by_card)] if by_card else []
    return to_card + [
        (each.code, capfirst(str(words_of(each)))) for each in offered_methods(seller)
    ]


def ask_method(form: forms.Form, seller: Seller, *, by_card: str = "") -> None:
    """Let a form offer these ways as its `method`."""
    method = form.fields["method"]
    assert isinstance(method, forms.ChoiceField)
    method.choices = method_choices(seller, by_card=by_card)


def ask_amount(form: forms.Form, invoice: Document) -> None:
    """Let a form ask for its `amount` in the invoice's currency, and say so."""
    amount = form.fields["amount"]
    assert isinstance(amount, AmountField)
    amount.currency = invoice.currency
    amount.label = _("Amount in %(currency)s") % {"currency": invoice.currency}


def back_to(invoice: Document, here: Here) -> dict[str, str]:
    """The way back from a form to its invoice, and that one's number."""
    return {
        "number": invoice.number,
        "back_url": here.url("invoice", invoice.id),
        "back_label": _("Invoice %(number)s") % {"number": invoice.number},
    }
