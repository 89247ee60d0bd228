"""The description of the API: what ninja derives from the views, and what all of them share."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.operation import Operation

from storno.api.errors import MEDIA_TYPE, GoneShown, InvalidInput, Problem, Refusal
from storno.support.files import ENDINGS

_SHAPES: dict[int, type[Problem]] = {
    403: Refusal,
    409: Refusal,
    410: GoneShown,
    422: InvalidInput,
}

_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": (
        "Send the same request with the same key as often as you need: it is done once and "
        "answered alike for 24 hours."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}


class Api(NinjaAPI):
    """An API whose description is complete, served without pages that load from elsewhere."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The name of the view: every view has its own."""
        return operation.view_func.__name__

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The description, with the shapes of the errors."""
        schema = super().get_openapi_schema(**options)
        shapes: set[type[Problem]] = {Problem, *_SHAPES.values()}
        for shape in shapes:
            described = shape.model_json_schema(ref_template=REF_TEMPLATE)
            schema.add_schema_definitions(described.pop("$defs", {}))
            schema.add_schema_definitions({shape.__name__: described})
        return schema


def describe_read(operation: Operation) -> None:
    """Add what every read may answer."""
    _describe(operation, {401, 503})


def describe_role(operation: Operation) -> None:
    """Add what is answered where a role may not read this."""
    _describe(operation, {403})


def describe_pdf(operation: Operation) -> None:
    """Add what every PDF may answer."""
    _describe(operation, {401, 409, 410, 503})
    pdf = {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}
    _extra(operation)["responses"][200] = {"description": "The paper", "content": pdf}


def describe_zip(operation: Operation) -> None:
    """Add what every ZIP may answer."""
    _describe(operation, {401, 403, 503})
    packed = {"application/zip": {"schema": {"type": "string", "format": "binary"}}}
    _extra(operation)["responses"][200] = {"description": "The file", "content": packed}


def describe_file(operation: Operation) -> None:
    """Add what every file that was sent may answer."""
    _describe(operation, {401, 503})
    sent = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in ENDINGS}
    _extra(operation)["responses"][200] = {
        "description": "The file, as it was sent",
        "content": sent,
    }


def describe_deed(operation: Operation) -> None:
    """Add what every deed may answer, and the key that makes it happen once."""
    _describe(operation, {401, 403, 409, 411, 503})
    if "POST" in operation.methods:
        _extra(operation).setdefault("parameters", []).append(_KEY)


def describe_upload(operation: Operation) -> None:
    """Add what is answered of a file that is too large."""
    _describe(operation, {400, 413})


def describe_gone(operation: Operation) -> None:
    """Add what is answered of a draft that has been issued."""
    _describe(operation, {410})


def _describe(operation: Operation, statuses: Iterable[int]) -> None:
    statuses = {*statuses, 422}  # an address with a parameter that nobody knows
    sources = {model.__ninja_param_source__ for model in operation.models}
    if "path" in sources:
        statuses.add(404)
    if "body" in sources:
        statuses |= {400, 411, 413, 415}
    operation.summary = operation.signature.docstring.partition("\n")[0].rstrip(".")
    answers = _extra(operation).setdefault("responses", {})
    for status in sorted(statuses):
        shape = REF_TEMPLATE.format(model=_SHAPES.get(status, Problem).__name__)
        answers[status] = {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": shape}}},
        }


def _extra(operation: Operation) -> dict[str, Any]:
    if operation.openapi_extra is None:
        operation.openapi_extra = {}
    return operation.openapi_extra
