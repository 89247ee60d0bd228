"""The ways in which sessions are invoiced, as a choice: closed ones are greyed and say why."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import ngettext

from storno.organizations.methods import CLOSED
from storno.organizations.models import Method
from storno.web.fields import choices_of


class _Greyed(forms.widgets.ChoiceWidget):
    """A choice some of whose options cannot be chosen."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """An option, greyed where its way is closed."""
        option = super().create_option(name, value, *args, **kwargs)
        if value in CLOSED:
            option["attrs"]["disabled"] = True
        return option


class MethodRadios(_Greyed, forms.RadioSelect):
    """The ways below each other."""


class MethodSelect(_Greyed, forms.Select):
    """The ways in a list that opens."""


def method_choices() -> list[tuple[str, Any]]:
    """The ways; a closed one with its reason."""
    return [
        (value, format_lazy("{}. {}", label, CLOSED[Method(value)]))
        if Method(value) in CLOSED
        else (value, label)
        for value, label in choices_of(Method)
    ]


def say_followed(request: HttpRequest, followed: int) -> None:
    """Say how many drafts another usual way has moved, where it has."""
    if followed:
        said = ngettext(
            "%(count)d draft of a session to come is invoiced this way as well.",
            "%(count)d drafts of sessions to come are invoiced this way as well.",
            followed,
        )
        messages.info(request, said % {"count": followed})
