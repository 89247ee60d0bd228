"""The prices of a draft in a form: each stays with its line, whatever becomes of the draft.

The form says also what it showed: the draft's version, and of each line its words and its price.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from storno.documents.content import DraftInput, LineInput, with_prices
from storno.documents.draft import StaleDraft, entered_in
from storno.documents.models import Draft
from storno.organizations.models import Seller
from storno.web.fields import FigureField, write_figure
from storno.web.papers.version import version_shown
from storno.web.say import reader_language

_PRICE = re.compile("price-([0-9a-f-]{36})")


class PriceForm(forms.Form):
    """The price of each line.

    Sent for a draft that was saved since, it is not valid and shows that draft as it is now, with
    what was typed in its lines; it tells what was typed for a line that is gone.
    """

    def __init__(self, draft: Draft, seller: Seller, sent: QueryDict | None) -> None:
        """The form for a draft; with one line its field is simply called the price."""
        self.version, self.lines = draft.version, entered_in(draft).lines
        self._said = sent or QueryDict()
        self.is_stale = version_shown(self._said) not in (None, draft.version)
        self._typed = _typed_in(self._said) if self.is_stale else {}
        super().__init__(self._as_it_is_now() if self.is_stale else sent, label_suffix="")
        alone = len(self.lines) == 1 and not self.is_stale
        for line in self.lines:
            self.fields[f"price-{line.id}"] = FigureField(
                label=_("Price") if alone else line.description,
                initial=line.unit_price,
                least=2,
                help_text=" ".join(self._help(line, seller)),
                show_hidden_initial=True,
            )
        if sent is None and self.lines:
            self.fields[f"price-{self.lines[0].id}"].widget.attrs["autofocus"] = ""

    def _as_it_is_now(self) -> dict[str, str]:
        """What a form of the draft as it is now sends, with what was typed for its lines."""
        data = {}
        for line in self.lines:
            data[f"initial-price-{line.id}"] = _written(line.unit_price)
            data[f"price-{line.id}"] = self._typed.get(str(line.id), _written(line.unit_price))
        return data

    def _help(self, line: LineInput, seller: Seller) -> Iterator[str]:
        if seller.vat_registered:
            yield _("With VAT.") if line.includes_tax else _("Without VAT.")
        if str(line.id) in self._typed:
            price = _written(line.unit_price)
            yield _("In the draft it is %(price)s now.") % {"price": price}

    def clean(self) -> dict[str, Any]:
        """What was read. Raises ValidationError where it was typed for a draft that has changed."""
        if self.is_stale:
            stale = f"{StaleDraft.message} {StaleDraft.remedy}"
            raise ValidationError([stale, *self._typed_for_gone()])
        return self.cleaned_data

    def _typed_for_gone(self) -> Iterator[str]:
        there = {str(line.id) for line in self.lines}
        for id_, price in self._typed.items():
            if price.strip() and id_ not in there:
                said = _("You typed %(price)s for “%(line)s”, which is no longer in the draft.")
                yield said % {"price": price, "line": self._said.get(f"line-{id_}", "")}

    def put_into(self, entered: DraftInput) -> DraftInput:
        """The draft with the prices of the valid form."""
        prices = {line.id: self.cleaned_data[f"price-{line.id}"] for line in self.lines}
        return with_prices(
            entered, [prices.get(line.id, line.unit_price) for line in entered.lines]
        )

    def names(self) -> dict[str, str]:
        """What the verb calls the fields, and how they are called here."""
        return {f"lines.{place}.unit_price": name for place, name in enumerate(self.fields)}


def _typed_in(said: Mapping[str, str]) -> dict[str, str]:
    """By the ids of the lines, the prices that are other than the form showed them."""
    return {
        found[1]: said[name]
        for name in said
        if (found := _PRICE.fullmatch(name)) and said[name] != said.get(f"initial-{name}")
    }


def _written(price: Decimal) -> str:
    return write_figure(price, reader_language(), least=2)
