"""Reading bodies: JSON as RFC 8259 has it, and no more."""

import json
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser


class NotJson(Exception):
    """The body is said to be something else."""


class StrictJson(Parser):
    """No NaN and no Infinity, and no name twice in one object. Raises ValueError, NotJson."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as plain values."""
        if request.content_type != "application/json":
            raise NotJson(request.content_type)
        return json.loads(
            request.body, parse_constant=_no_number, object_pairs_hook=_without_doubles
        )


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found
