"""The one shape of every error: application/problem+json (RFC 9457).

A refusal names its blockers, wrong input its fields; sentences are in the language of the request
(Accept-Language), codes never change.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar, cast
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from storno.api.bearer import Caller, Request
from storno.api.reader import NotJson
from storno.api.values import Shown
from storno.core.defects import told
from storno.core.refusals import (
    Absent,
    Blocker,
    FieldError,
    Invalid,
    NotAllowed,
    Refused,
    SignInAgain,
    Words,
)
from storno.organizations.actors import Scope

MEDIA_TYPE = "application/problem+json"

MOST_ERRORS = 100
"""More wrong fields than anybody reads; the rest is seen at the next try."""

LONGEST_PATH = 200

E = TypeVar("E", bound=Exception)

log = logging.getLogger(__name__)


class BlockerShown(Shown):
    """Why a deed cannot be done now, and the way out; `field` is empty where none is to blame."""

    code: str
    message: str
    remedy: str
    field: str


class FieldErrorShown(Shown):
    """What is wrong with one field; `field` is its path, like `lines.0.quantity`."""

    field: str
    code: str
    message: str


class Problem(Shown):
    """An error: `code` is stable, `detail` is for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str


class Refusal(Problem):
    """The deed may not be done now; nothing has been changed."""

    blockers: list[BlockerShown]


class InvalidInput(Problem):
    """The input cannot be understood or is out of bounds; nothing has been changed."""

    errors: list[FieldErrorShown]


class GoneShown(Problem):
    """The thing is not here any more.

    `document` is what became of it, null where it was thrown away; then `replaced` is the invoice
    that it stood for, and `sessions` are those that it billed.
    """

    document: dict[str, Any] | None
    replaced: UUID | None = None
    sessions: tuple[UUID, ...] = ()


class Gone(Exception):
    """The thing was here and is not any more; `members` say what became of it."""

    def __init__(self, code: str, detail: Words, **members: Any) -> None:
        super().__init__()
        self.code, self.detail, self.members = code, detail, members


_LACKS: Mapping[str, tuple[Scope, Words, Words]] = {
    NotAllowed.code: (
        Scope.WRITE,
        _("This token can only read: it does not have the scope write."),
        _("Make a token with the scope write: in the settings, or by storno token create."),
    ),
    SignInAgain.code: (
        Scope.MONEY,
        _("This moves money or trust, and the token does not have the scope money."),
        _("Make a token with the scope money: in the settings, or by storno token create."),
    ),
}
"""What a token may lack: it carries less than its member's roles, and it cannot sign in again."""

UNREADABLE: Mapping[str, tuple[str, Words]] = {
    "missing": ("required", _("This is needed.")),
    "extra_forbidden": ("unknown_field", _("There is no field of this name.")),
    "string_type": ("not_a_text", _("Write a text.")),
    "string_unicode": ("unprintable", _("Remove the unprintable characters.")),
    "too_long": ("too_long", _("At most %(max_length)d characters.")),
    "string_too_long": ("too_long", _("At most %(max_length)d characters.")),
    "unprintable": ("unprintable", _("Remove the unprintable characters.")),
    "bool_type": ("not_true_or_false", _("Write true or false.")),
    "bool_parsing": ("not_true_or_false", _("Write true or false.")),
    "list_type": ("not_a_list", _("Write a list.")),
    "model_type": ("not_an_object", _("Write an object.")),
    "model_attributes_type": ("not_an_object", _("Write an object.")),
    "dict_type": ("not_an_object", _("Write an object.")),
    "int_type": ("not_a_whole_number", _("Write a whole number.")),
    "int_parsing": ("not_a_whole_number", _("Write a whole number.")),
    "int_parsing_size": ("too_large", _("This number is too large.")),
    "too_large": ("too_large", _("This number is too large.")),
    "greater_than_equal": ("out_of_range", _("At least %(ge)s.")),
    "less_than_equal": ("out_of_range", _("At most %(le)s.")),
    "enum": ("unknown", _("Choose one of: %(expected)s.")),
    "literal_error": ("unknown", _("Choose one of: %(expected)s.")),
    "not_an_amount": ("not_an_amount", _('Write the amount as a text, like "1255.00".')),
    "not_whole_cents": ("too_many_decimals", _("At most 2 decimals.")),
    "not_a_number": ("not_a_number", _('Write the number as a text, like "1.5".')),
    "not_a_moment": (
        "not_a_moment",
        _("Write a moment with its offset, like 2026-06-16T11:00:00+02:00."),
    ),
    "not_a_time": ("not_a_time", _("Write a time of day like 10:00.")),
    "not_a_day": ("not_a_day", _("Write a day like 2026-06-16.")),
    "not_an_id": ("not_an_id", _("Write an id as it was given to you.")),
}
"""What the reader of bodies calls an error, what we call it, and how we say it."""

NOT_UNDERSTOOD = ("not_understood", _("This cannot be understood."))

_FAILURES: Mapping[int, tuple[str, Words]] = {
    400: ("bad_request", _("The request cannot be understood.")),
    401: (
        "token_required",
        _("Send a valid token: Authorization: Bearer storno_…"),
    ),
    403: ("forbidden", _("This is not allowed.")),
    404: ("absent", _("There is nothing here.")),
    405: ("method_not_allowed", _("This address does not know this method.")),
    411: ("length_required", _("Send the body with its Content-Length, not in chunks.")),
    413: ("too_large", _("The request is too large.")),
    415: ("not_json", _("Send the body as JSON: Content-Type: application/json.")),
    500: ("defect", _("Something went wrong on our side. Nothing was half-done.")),
    503: ("unavailable", _("The database cannot be reached right now. Try again in a moment.")),
}


def problem(status: int, code: str, detail: Words, **members: Any) -> HttpResponse:
    """One error as it is answered."""
    shown = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": str(detail),
    }
    response = HttpResponse(json.dumps(shown | members), status=status, content_type=MEDIA_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response


def failure(status: int) -> HttpResponse:
    """An error that has nothing more to say than its status."""
    known = _FAILURES.get(status) or _FAILURES[400 if status < 500 else 500]
    return problem(status, *known)


def blockers_shown(
    blockers: Iterable[Blocker], caller: Caller, *, fields: Mapping[str, str] | None = None
) -> list[BlockerShown]:
    """Reasons as they are answered; one that lies in the token names the scope that it lacks."""
    return [
        BlockerShown(
            code=blocker.code,
            message=str(said.message),
            remedy=str(said.remedy),
            field=renamed(said.field, fields or {}),
        )
        for blocker in blockers
        for said in (_said_to(caller, blocker),)
    ]


def _said_to(caller: Caller, blocker: Blocker) -> Blocker:
    lacks = _LACKS.get(blocker.code)
    if lacks is None or lacks[0] in caller.scopes:
        return blocker
    _scope, message, remedy = lacks
    return Blocker(blocker.code, message, remedy)


def renamed(field: str, fields: Mapping[str, str]) -> str:
    """The path of a field in a body, by its name in the room."""
    head, point, last = field.rpartition(".")
    return f"{head}{point}{fields.get(last, last)}"


def refused(
    error: Refused, caller: Caller, *, fields: Mapping[str, str] | None = None
) -> HttpResponse:
    """A refusal: 403 where the caller lacks the right, else 409."""
    status = 403 if isinstance(error, NotAllowed | SignInAgain) else 409
    blockers = blockers_shown(error.blockers, caller, fields=fields)
    return problem(
        status,
        blockers[0].code,
        " ".join(dict.fromkeys(blocker.message for blocker in blockers)),
        blockers=[blocker.model_dump() for blocker in blockers],
    )


def invalid_input(
    errors: Iterable[FieldError], *, fields: Mapping[str, str] | None = None
) -> HttpResponse:
    """Wrong input, field by field."""
    shown = [error.model_dump() for error in field_errors_shown(errors, fields=fields)]
    return problem(422, "invalid", _("Some of the input is not right."), errors=shown[:MOST_ERRORS])


def field_errors_shown(
    errors: Iterable[FieldError], *, fields: Mapping[str, str] | None = None
) -> list[FieldErrorShown]:
    """What there is to say of fields, each by its path in a body."""
    return [
        FieldErrorShown(
            field=renamed(error.field, fields or {}), code=error.code, message=str(error.message)
        )
        for error in errors
    ]


def install(api: NinjaAPI) -> None:
    """Answer every error of an API in this shape."""

    def on(raised: type[E], answer: Callable[[E], HttpResponse]) -> None:
        def handle(_request: HttpRequest, error: E | type[E]) -> HttpResponse:
            assert isinstance(error, raised)
            return answer(error)

        api.add_exception_handler(raised, handle)

    def refuse(request: HttpRequest, error: Refused | type[Refused]) -> HttpResponse:
        assert isinstance(error, Refused)
        return refused(error, cast(Request, request).auth)

    api.add_exception_handler(Refused, refuse)
    on(Invalid, lambda error: invalid_input(error.errors))
    on(Absent, lambda _error: failure(404))
    on(Http404, lambda _error: failure(404))
    on(Gone, lambda gone: problem(410, gone.code, gone.detail, **gone.members))
    on(ValidationError, _unreadable)
    on(AuthenticationError, lambda _error: failure(401))
    on(HttpError, _malformed)
    on(RequestDataTooBig, lambda _error: failure(413))
    on(UnreadablePostError, lambda _error: failure(400))
    on(OperationalError, _unavailable)
    on(InterfaceError, _unavailable)


def _unreadable(error: ValidationError) -> HttpResponse:
    """An id in an address that is none belongs to nothing; all else is wrong input."""
    if any(wrong["loc"][0] == "path" for wrong in error.errors):
        return failure(404)
    return invalid_input(_field_error(wrong) for wrong in error.errors[:MOST_ERRORS])


def _field_error(wrong: Mapping[str, Any]) -> FieldError:
    """What the reader found; its path begins with where it looked and what a view calls that."""
    code, message = UNREADABLE.get(wrong["type"], NOT_UNDERSTOOD)
    _source, *steps = wrong["loc"]
    if steps[:1] in (["body"], ["asked"]):
        del steps[0]
    path = ".".join(str(step) for step in steps)[:LONGEST_PATH]
    bounds = dict(wrong.get("ctx", {}))
    if "expected" in bounds:
        bounds["expected"] = bounds["expected"].replace(" or ", ", ").replace("'", "")
    return FieldError(path or "body", code, str(message) % bounds)


def _malformed(error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, NotJson):
        return failure(415)
    if error.status_code != HTTPStatus.BAD_REQUEST:
        return failure(error.status_code)
    return problem(400, "malformed_json", _("The body is not JSON that can be read."))


def _unavailable(error: Exception) -> HttpResponse:
    log.error("the database failed: %s", told(error))
    response = failure(503)
    response["Retry-After"] = "1"
    return response
