"""A long form in parts: the same parts to fill in, and to read for who may not change them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _

from storno.core.refusals import Words

Parts = Sequence[tuple[Words, Sequence[Sequence[str]]]]
"""Each part by its title and its rows; each row by the names of its fields."""


class ExplainedField(forms.CharField):
    """A text that may be read in other words than it is typed in."""

    def explained(self, value: str) -> str:
        """What it says to who reads it; by itself, just that."""
        return value


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a form: its rows of fields."""

    title: Words
    rows: list[list[forms.BoundField]]


@dataclass(frozen=True, slots=True)
class Fact:
    """A field as it is read."""

    label: Words
    value: str


@dataclass(frozen=True, slots=True)
class Told:
    """A part as it is read: what is empty is left out."""

    title: Words
    facts: list[Fact]


def sections(form: forms.Form, parts: Parts) -> list[Section]:
    """The parts of a form to fill in; fields that it has not are left out, so are empty parts."""
    found = [
        Section(title, [row for names in rows if (row := _row(form, names))])
        for title, rows in parts
    ]
    return [section for section in found if section.rows]


def told(form: forms.Form, parts: Parts) -> list[Told]:
    """The same parts to read, as they stand when the form is opened."""
    found = [Told(section.title, list(_facts(section))) for section in sections(form, parts)]
    return [section for section in found if section.facts]


def _row(form: forms.Form, names: Sequence[str]) -> list[forms.BoundField]:
    return [form[name] for name in names if name in form.fields]


def _facts(section: Section) -> Iterator[Fact]:
    for row in section.rows:
        for bound in row:
            if text := _text(bound):
                yield Fact(bound.label, text)


def _text(bound: forms.BoundField) -> str:
    value = bound.value()
    field = bound.field
    if isinstance(field, forms.BooleanField):
        return _("yes") if value else _("no")
    if isinstance(field, forms.ChoiceField):
        return _chosen(bound, str(value))
    if isinstance(field, ExplainedField):
        return field.explained(str(value))
    return "" if value is None else str(value)


def _chosen(bound: forms.BoundField, value: str) -> str:
    """The words of a choice, as the field's own widget says them."""
    return "".join(
        str(choice.choice_label)
        for choice in bound.subwidgets
        if str(choice.data["value"]) == value
    )
