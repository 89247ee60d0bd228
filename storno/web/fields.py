"""Fields that read figures as people write them: with comma or point, with blanks in between."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from storno.money.currency import AmountTooLarge, NotWholeMinorUnits, to_decimal, to_minor
from storno.printing.labels import Language
from storno.web.say import reader_language

LONGEST_FIGURE = 40

_capital = lazy(capfirst, str)

_POINT: dict[Language, str] = {"en": ".", "fi": ",", "nb": ","}
_BLANKS = re.compile("[\\s\u00a0\u2009\u202f'’]")
_SIMPLE = re.compile(r"([+-]?)(?=[.,]?[0-9])([0-9]*)(?:([.,])([0-9]*))?")
_GROUPED = re.compile(r"([+-]?)([0-9]{1,3}([.,])[0-9]{3}(?:\3[0-9]{3})*)(?:(?!\3)[.,]([0-9]*))?")


class UnclearFigure(ValueError):
    """The figure can be read in two ways, a thousandfold apart."""


def read_figure(text: str, language: Language) -> Decimal:
    """A figure as somebody wrote it: 1255.5, 1 255,50, 1.255,50.

    A single mark parts the decimals, but the one that the language keeps for thousands, before
    exactly three digits, says two things. Raises UnclearFigure, and ValueError for no figure.
    """
    plain = _BLANKS.sub("", text).replace("−", "-")
    if len(plain) > LONGEST_FIGURE:
        raise ValueError(text)
    if simple := _SIMPLE.fullmatch(plain):
        sign, whole, mark, decimals = simple.groups(default="")
        thousands = mark and mark != _POINT[language] and len(decimals) == 3
        if thousands and re.fullmatch("[1-9][0-9]{0,2}", whole):
            raise UnclearFigure(text)
        return _exact(sign, whole or "0", decimals)
    if grouped := _GROUPED.fullmatch(plain):
        sign, whole, mark, decimals = grouped.groups(default="")
        return _exact(sign, whole.replace(mark, ""), decimals)
    raise ValueError(text)


def _exact(sign: str, whole: str, decimals: str) -> Decimal:
    """The decimal without noughts at its end, which say nothing and count as decimals."""
    decimals = decimals.rstrip("0")
    return Decimal(f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}")


def write_figure(figure: Decimal, language: Language, *, least: int = 0) -> str:
    """A figure as it stands in a field: the language's mark, no grouping, `least` decimals."""
    whole, _point, decimals = f"{figure:f}".partition(".")
    decimals = decimals.rstrip("0").ljust(least, "0")
    return f"{whole}{_POINT[language]}{decimals}" if decimals else whole


class FigureField(forms.CharField):
    """A figure in the reader's way of writing; `least` decimals are shown.

    `of` names what it is about, in a form that asks the same of several things.
    """

    default_error_messages: ClassVar = {"required": _("Enter a number, like 125.50.")}

    def __init__(self, *, least: int = 0, of: str = "", **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "class": "figure", "autocomplete": "off"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        self.least, self.of = least, of
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """The decimal, or None where nothing was entered."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_figure(text, reader_language())
        except UnclearFigure:
            raise ValidationError(
                _("This can be read in two ways. Write it without a mark for thousands."),
                code="unclear",
            ) from None
        except ValueError:
            raise ValidationError(_("Enter a number, like 125.50."), code="not_a_number") from None

    def prepare_value(self, value: Any) -> Any:
        """What was typed as it was typed; a decimal in the reader's writing."""
        if isinstance(value, Decimal):
            return write_figure(value, reader_language(), least=self.least)
        return value


class AmountField(FigureField):
    """An amount of money, in whole minor units of its currency once it is read."""

    currency = "EUR"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(least=2, **kwargs)

    def clean(self, value: Any) -> Any:
        """The amount in minor units, or None where nothing was entered."""
        figure = super().clean(value)
        if figure is None:
            return None
        try:
            return to_minor(figure, self.currency)
        except NotWholeMinorUnits:
            raise ValidationError(_("At most 2 decimals."), code="too_many_decimals") from None
        except AmountTooLarge:
            raise ValidationError(_("At most 999 999 999.99."), code="too_large") from None

    def prepare_value(self, value: Any) -> Any:
        """Minor units as a figure; what was typed as it was typed."""
        if isinstance(value, int):
            value = to_decimal(value, self.currency)
        return super().prepare_value(value)


class DaysField(forms.CharField):
    """Whole numbers of days with commas between them: 0, 14, 28."""

    def to_python(self, value: Any) -> Any:
        """The numbers; the verb says what is wrong with them."""
        if isinstance(value, list):
            return value
        if not self.required and not str(value or "").strip():
            return []
        days = [each.strip() for each in str(value or "").split(",")]
        if not all(re.fullmatch("[0-9]{1,3}", each) for each in days):
            words = _("Write whole numbers with commas between them, like 0, 14, 28.")
            raise ValidationError(words, code="not_days")
        return [int(each) for each in days]

    def run_validators(self, value: Any) -> None:
        """Numbers have no length as texts have."""

    def prepare_value(self, value: Any) -> Any:
        """The numbers as they stand in the field; what was typed as it was typed."""
        return ", ".join(map(str, value)) if isinstance(value, list) else value


def choices_of(words: type[TextChoices]) -> list[tuple[str, Any]]:
    """The choices of a field: their words as they stand alone, with a capital."""
    return capitals((word.value, word.label) for word in words)


def capitals(choices: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Choices whose words stand alone, with a capital."""
    return [(value, _capital(words)) for value, words in choices]
