"""Answering: a read within one scope, a deed from within its own transaction.

A view parses, makes one call and returns what came of it. How that is shown is a function beside
it, called while the transaction is open; so a kept answer and the deed stand or fall together, and
the same request with the same Idempotency-Key gets the same bytes again.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from ninja.utils import contribute_operation_callback
from pydantic import BaseModel

from storno.api.bearer import Caller, Request
from storno.api.errors import invalid_input, refused
from storno.api.openapi import (
    describe_deed,
    describe_file,
    describe_pdf,
    describe_read,
    describe_role,
    describe_upload,
    describe_zip,
)
from storno.api.upload import upload_of
from storno.api.values import Asked, Shown
from storno.core.refusals import FieldError, Invalid, Refused, invalid
from storno.organizations.once import Answer, AnsweredBefore, Once
from storno.organizations.scope import scope_of
from storno.reports.client_file import ClientFile

P = ParamSpec("P")
R = TypeVar("R")

JSON = "application/json"

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: its status and, unless there is nothing to say, its body."""

    status: int
    body: Shown | None = None


@dataclass(frozen=True, slots=True)
class Pdf:
    """A paper to look at, and what it is called where it is saved."""

    content: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as somebody sent it."""

    content: bytes
    name: str
    media_type: str


def nothing(_caller: Caller, _result: object) -> Told:
    """The deed is done, and there is no more to say (204)."""
    return Told(204)


def reading(
    view: Callable[Concatenate[Request, P], Shown],
) -> Callable[Concatenate[Request, P], HttpResponse]:
    """Run a view that reads, and write its answer, in the scope of the caller's organization."""

    @wraps(view)
    def run(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        _check_query(request, kwargs)
        with scope_of(request.auth.who):
            return _response(_answer(Told(200, view(request, *args, **kwargs))))

    contribute_operation_callback(run, describe_read)
    return run


def reading_by_role(
    view: Callable[Concatenate[Request, P], Shown],
) -> Callable[Concatenate[Request, P], HttpResponse]:
    """Run a view that reads what is not for every member."""
    run = reading(view)
    contribute_operation_callback(run, describe_role)
    return run


def printing(
    view: Callable[Concatenate[Request, P], Pdf],
) -> Callable[Concatenate[Request, P], HttpResponse]:
    """Run a view that reads and prints, in the scope of the caller's organization."""
    run = _handing_out(view, "application/pdf", "inline")
    contribute_operation_callback(run, describe_pdf)
    return run


def packing(
    view: Callable[Concatenate[Request, P], ClientFile],
) -> Callable[Concatenate[Request, P], HttpResponse]:
    """Run a view that reads and packs, in the scope of the caller's organization."""
    run = _handing_out(view, "application/zip", "attachment")
    contribute_operation_callback(run, describe_zip)
    return run


def handing_out(
    view: Callable[Concatenate[Request, P], Kept],
) -> Callable[Concatenate[Request, P], HttpResponse]:
    """Run a view that hands out what somebody sent: a browser saves it and runs nothing of it."""

    @wraps(view)
    def run(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        _check_query(request, kwargs)
        with scope_of(request.auth.who):
            file = view(request, *args, **kwargs)
        response = HttpResponse(file.content, content_type=file.media_type)
        disposition = content_disposition_header(True, file.name)
        response["Content-Disposition"] = disposition or "attachment"
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return response

    contribute_operation_callback(run, describe_file)
    return run


def _handing_out(
    view: Callable[Concatenate[Request, P], Pdf | ClientFile], content_type: str, disposition: str
) -> Callable[Concatenate[Request, P], HttpResponse]:
    """Run a view whose answer is a file."""

    @wraps(view)
    def run(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        _check_query(request, kwargs)
        with scope_of(request.auth.who):
            file = view(request, *args, **kwargs)
        response = HttpResponse(file.content, content_type=content_type)
        response["Content-Disposition"] = f'{disposition}; filename="{file.name}"'
        return response

    return run


def doing(
    show: Callable[[Caller, R], Told],
    *,
    fields: Mapping[str, str] | None = None,
    most_bytes: int = 0,
) -> Callable[
    [Callable[Concatenate[Request, P], R]], Callable[Concatenate[Request, P], HttpResponse]
]:
    """Run a view that calls one deed; `show` says what came of it, in the deed's transaction.

    `fields` renames the room's fields to those of the body, where they differ. With `most_bytes`
    the body is a file of at most so many, which the view finds at `request.upload`, and closes.
    """

    def decorate(
        view: Callable[Concatenate[Request, P], R],
    ) -> Callable[Concatenate[Request, P], HttpResponse]:
        @wraps(view)
        def run(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            caller = request.auth
            answers: list[Answer] = []

            def answer(result: R) -> Answer:
                answers.append(_answer(show(caller, result)))
                return answers[-1]

            try:
                _check_query(request, kwargs)
                key, file = _key(request), b""
                if most_bytes:
                    request.upload, file = upload_of(request, most_bytes)
                elif request.content_type != JSON:
                    file = request.body
                once = Once(
                    token_id=caller.token_id,
                    path=request.path,
                    key=key,
                    fingerprint=_fingerprint(file, kwargs),
                    answer=answer,
                )
                request.auth = replace(caller, who=replace(caller.who, once=once))
                view(request, *args, **kwargs)
            except AnsweredBefore as before:
                return _response(before.answer, replayed=True)
            except Invalid as error:
                return invalid_input(error.errors, fields=fields)
            except Refused as error:
                return refused(error, caller, fields=fields)
            return _response(answers[-1])

        contribute_operation_callback(run, describe_deed)
        if most_bytes:
            contribute_operation_callback(run, describe_upload)
        return run

    return decorate


def _answer(told: Told) -> Answer:
    return Answer(told.status, "" if told.body is None else told.body.model_dump_json())


def _response(answer: Answer, *, replayed: bool = False) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status, content_type=JSON)
    if not answer.body:
        del response["Content-Type"]
    if replayed:
        response["Idempotency-Replayed"] = "true"
    return response


def _check_query(request: HttpRequest, given: Mapping[str, Any]) -> None:
    """Refuse parameters of the address that the view does not know. Raises Invalid."""
    asked = [type(value) for value in given.values() if isinstance(value, Asked)]
    known = {name for schema in asked for name in schema.model_fields}
    if unknown := sorted(set(request.GET) - known):
        raise Invalid(
            FieldError(name[:200], "unknown_parameter", _("There is no parameter of this name."))
            for name in unknown
        )
    if doubled := sorted(name for name in known if len(request.GET.getlist(name)) > 1):
        raise Invalid(
            FieldError(name, "given_twice", _("Give this parameter once.")) for name in doubled
        )


def _key(request: HttpRequest) -> str:
    """The Idempotency-Key of a POST; empty where there is none. Raises Invalid."""
    key = request.headers.get("Idempotency-Key")
    if key is None or request.method != "POST":
        return ""
    if _KEY.fullmatch(key) is None:
        raise invalid(
            "Idempotency-Key",
            "not_a_key",
            _("A key has 1 to 255 visible ASCII characters."),
        )
    return key


def _fingerprint(file: bytes, given: Mapping[str, Any]) -> str:
    """What a request asks for, in one spelling, as SHA-256; a file as it was sent, or its hash."""
    bodies = [
        value.model_dump(mode="json", exclude_unset=True)
        for value in given.values()
        if isinstance(value, BaseModel)
    ]
    spelled = json.dumps(bodies, sort_keys=True).encode()
    return hashlib.sha256(spelled + file).hexdigest()
