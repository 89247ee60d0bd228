"""What is said in the grid of what was dragged: a part of the page with the buttons that follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from storno.core.refusals import Invalid, NotAllowed, Refused
from storno.web.access import Here
from storno.web.diary.booking import reasons


@dataclass(frozen=True, slots=True)
class Button:
    """What can be done next, sent as the drag was: its words, where it is sent, and what."""

    label: str
    url: str
    sent: Mapping[str, object] = field(default_factory=dict)
    icon: str = ""


def say(
    request: HttpRequest,
    text: str,
    *,
    level: str = "success",
    status: int = 200,
    buttons: Sequence[Button] = (),
) -> HttpResponse:
    """Say what became of it."""
    told = {"text": text, "level": level, "buttons": buttons}
    return render(request, "diary/_dragged.html", told, status=status)


def say_refused(request: HttpRequest, why: Refused | Invalid, here: Here) -> HttpResponse:
    """Say why nothing was done."""
    status = 403 if isinstance(why, NotAllowed) else 409 if isinstance(why, Refused) else 422
    return say(request, reasons(why, here), level="warning", status=status)
