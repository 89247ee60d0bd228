"""Setting anything about an organization by `key=value`, as its operator does."""

import re
from collections.abc import Iterable, Mapping
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
from storno.organizations.roles import Actor

FORMS = (SellerChanges, SettingsChanges, OperatorSettings, PlanChanges)

Assigned = dict[str, str | int | bool | Decimal | list[int]]
"""What was read of assignments: each value by its key, of its type."""

Kinds = Mapping[str, type]
"""Of which type each value is, by its key."""

Form = TypeVar("Form")

_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)

_TRUTH = {"yes": True, "true": True, "on": True, "1": True}
_TRUTH |= {"no": False, "false": False, "off": False, "0": False}


def _kind(hint: Any) -> type:
    """The type behind `X | None`; of a list just that, for all are of whole numbers."""
    (inner,) = (each for each in get_args(hint) if each is not NoneType)
    kind = get_origin(inner) or inner
    assert isinstance(kind, type)
    return kind


def kinds_of(*forms: type) -> Kinds:
    """The keys of forms, which are their fields, with the type of each."""
    return {name: _kind(hint) for form in forms for name, hint in get_type_hints(form).items()}


def write_assigned(entered: Assigned, *, who: Actor, at: datetime) -> None:
    """Write what was read within the caller's transaction. Raises Invalid, NumbersGiven."""
    write_seller(form_of(SellerChanges, entered), who=who, at=at)
    write_settings(form_of(SettingsChanges, entered), who=who, at=at)
    write_settings(form_of(OperatorSettings, entered), who=who, at=at)
    write_plans(form_of(PlanChanges, entered), who=who, at=at)


def read_assignments(assignments: Iterable[str], kinds: Kinds) -> Assigned:
    """The values by key, each of its type. Raises Invalid."""
    entered: Assigned = {}
    all_keys = ", ".join(sorted(kinds))
    errors: list[FieldError] = []
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        key = key.strip()
        if not equals:
            errors.append(FieldError(key, "no_value", _("Write it as key=value.")))
        elif key not in kinds:
            known = _("There is no such setting. Known: %(keys)s.") % {"keys": all_keys}
            errors.append(FieldError(key, "unknown_setting", known))
        elif key in entered:
            errors.append(FieldError(key, "set_twice", _("This is set twice.")))
        else:
            try:
                entered[key] = _value(kinds[key], text.strip())
            except ValueError:
                errors.append(FieldError(key, "wrong_value", _expected(kinds[key])))
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


def form_of(form: type[Form], entered: Assigned) -> Form:
    """Of what was read that which one form takes."""
    mine = kinds_of(form)
    return form(**{name: value for name, value in entered.items() if name in mine})
