"""A refusal that no page took up: said in a sentence, never as a defect."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from storno.core.refusals import Invalid, NotAllowed, Refused, Words


class SayRefusal:
    """Turns a refusal, raised anywhere below a page, into a page that says why."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Invalid):
            wrong = [{"message": error.message} for error in exception.errors]
            return _say(request, wrong, 422)
        if isinstance(exception, Refused):
            reasons = [
                {"message": each.message, "remedy": each.remedy} for each in exception.blockers
            ]
            return _say(request, reasons, 403 if isinstance(exception, NotAllowed) else 409)
        return None


def _say(request: HttpRequest, blockers: list[dict[str, Words]], status: int) -> HttpResponse:
    return render(request, "errors/refused.html", {"blockers": blockers}, status=status)
