"""Setting anything about an organization by `key=value`, as its operator does."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from enum import Enum
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from django.utils.translation import gettext_lazy as _

from storno.administration.change_settings import (
    OperatorSettings,
    SettingsChanges,
    write_settings,
)
from storno.administration.seller import SellerChanges, write_seller
from storno.core.refusals import FieldError, Invalid, Words
from storno.numbering.plan import PlanChanges, write_plans
from storno.organizations.queries import organization_called
from storno.organizations.roles import system
from storno.organizations.scope import scope

C = TypeVar("C", SellerChanges, SettingsChanges, OperatorSettings, PlanChanges)

FORMS = (SellerChanges, SettingsChanges, OperatorSettings, PlanChanges)

_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)

_TRUTH = {"yes": True, "true": True, "on": True, "1": True}
_TRUTH |= {"no": False, "false": False, "off": False, "0": False}


def _kind(hint: Any) -> type:
    """The type behind `X | None`; of a list just that, for all are of whole numbers."""
    (inner,) = (each for each in get_args(hint) if each is not NoneType)
    kind = get_origin(inner) or inner
    assert isinstance(kind, type)
    return kind


KINDS: Mapping[str, type] = {
    name: _kind(hint) for form in FORMS for name, hint in get_type_hints(form).items()
}
"""Of which type each value is."""

KEYS: tuple[str, ...] = tuple(sorted(KINDS))
"""Everything that `storno organization set` knows."""


def set_by_operator(
    slug: str, assignments: Iterable[str], *, at: datetime
) -> dict[str, str | int | bool | Decimal | list[int]]:
    """Set what the assignments (`hold_seconds=0`) say, all or nothing; returns what was read.

    Raises Absent; Invalid, which names each key; NumbersGiven.
    """
    organization = organization_called(slug)
    entered = _read(assignments)
    who = system(organization.id)
    with scope(organization.id):
        write_seller(_form(SellerChanges, entered), who=who, at=at)
        write_settings(_form(SettingsChanges, entered), who=who, at=at)
        write_settings(_form(OperatorSettings, entered), who=who, at=at)
        write_plans(_form(PlanChanges, entered), who=who, at=at)
    return entered


def _read(assignments: Iterable[str]) -> dict[str, Any]:
    """The values by key, each of its type. Raises Invalid."""
    entered: dict[str, Any] = {}
    errors: list[FieldError] = []
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        key = key.strip()
        if not equals:
            errors.append(FieldError(key, "no_value", _("Write it as key=value.")))
        elif key not in KINDS:
            known = _("There is no such setting. Known: %(keys)s.") % {"keys": ", ".join(KEYS)}
            errors.append(FieldError(key, "unknown_setting", known))
        elif key in entered:
            errors.append(FieldError(key, "set_twice", _("This is set twice.")))
        else:
            try:
                entered[key] = _value(KINDS[key], text.strip())
            except ValueError:
                errors.append(FieldError(key, "wrong_value", _expected(KINDS[key])))
    if errors:
        raise Invalid(errors)
    return entered


def _value(kind: type, text: str) -> Any:
    """The text as a value of the type. Raises ValueError."""
    if kind is bool:
        if text.lower() not in _TRUTH:
            raise ValueError(text)
        return _TRUTH[text.lower()]
    if kind is list:
        return [_value(int, each.strip()) for each in text.split(",")]
    if kind is int and not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise ValueError(text)
    if kind is Decimal and not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return kind(text)


def _expected(kind: type) -> Words:
    if kind is bool:
        return _("Write yes or no.")
    if kind is list:
        return _("Write whole numbers with commas between them, like 0,14,28.")
    if kind is int:
        return _("Write a whole number.")
    if kind is Decimal:
        return _("Enter a number, like 125.50.")
    assert issubclass(kind, Enum)
    return _("Write one of %(choices)s.") % {"choices": ", ".join(each.value for each in kind)}


def _form(form: type[C], entered: Mapping[str, Any]) -> C:
    return form(**{each.name: entered[each.name] for each in fields(form) if each.name in entered})
