"""Calling the API as programs do: with a token, in JSON."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import uuid4

from django.test import Client

from storno.administration.tokens import create_token
from storno.api.v1 import api
from storno.organizations.models import Membership
from storno.organizations.roles import system
from storno.people.models import Person
from tests.world import FOUNDED, World

PROBLEM = "application/problem+json"


@dataclass
class Answer:
    """What the API said."""

    status: int
    body: Any
    raw: bytes
    headers: dict[str, str]

    @property
    def codes(self) -> list[str]:
        """The codes of the blockers or of the wrong fields."""
        return [each["code"] for each in self.body.get("blockers", self.body.get("errors", []))]

    @property
    def fields(self) -> dict[str, str]:
        """The wrong fields with their codes."""
        return {error["field"]: error["code"] for error in self.body["errors"]}


@dataclass
class Caller:
    """Somebody with a token, or with none."""

    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send a request; a body that is not text is sent as JSON.

        Whatever is answered must stand in the description of the operation.
        """
        sent: dict[str, str] = dict(self.headers)
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        content = (
            body if isinstance(body, str | bytes) else b"" if body is None else json.dumps(body)
        )
        media_type = sent.pop("Content-Type", "application/json")
        answer = _answer(
            _programs().generic(
                method, f"/api/v1{path}", content, content_type=media_type, headers=sent
            )
        )
        told = told_statuses(method, path)
        assert told is None or answer.status in told, (method, path, answer.status, answer.raw)
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.call("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Answer:
        return self.call("DELETE", path, **headers)


def told_statuses(method: str, path: str) -> frozenset[int] | None:
    """The statuses that the description promises for a request; None where it knows of none."""
    asked = f"{method.lower()} /api/v1{path.partition('?')[0]}"
    found = (statuses for operation, statuses in _described() if operation.fullmatch(asked))
    return next(found, None)


@cache
def _described() -> list[tuple[re.Pattern[str], frozenset[int]]]:
    return [
        (
            re.compile(f"{method} " + re.sub(r"\{[a-z_]+\}", "[^/]+", path)),
            frozenset(int(status) for status in operation["responses"]),
        )
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method, operation in methods.items()
    ]


@cache
def _programs() -> Client:
    """A client without cookies, whose middleware is loaded once."""
    return Client(SERVER_NAME="localhost")


def _answer(response: Any) -> Answer:
    media_type = response.headers.get("Content-Type", "")
    raw = response.content
    if response.status_code >= 400:
        assert media_type == PROBLEM, (response.status_code, media_type, raw)
    body = json.loads(raw) if media_type in ("application/json", PROBLEM) else None
    return Answer(response.status_code, body, raw, dict(response.headers))


def caller(
    world: World,
    person: Person | None = None,
    scopes: Iterable[str] = ("read", "write", "money"),
    **more: Any,
) -> Caller:
    """A caller with a fresh token of Alice, or of another member."""
    made = create_token(
        person_id=(person or world.alice).id,
        scopes=scopes,
        who=system(world.id),
        at=more.pop("at", FOUNDED),
        **more,
    )
    return Caller(made.text)


def member(world: World, *roles: str) -> Person:
    """Another member with these roles."""
    person = Person.objects.create_user(f"{uuid4().hex}@example.com", "correct horse")
    Membership.objects.create(
        organization=world.organization, person=person, roles=list(roles), since=FOUNDED
    )
    return person


def line(**more: Any) -> dict[str, Any]:
    """A line of 1000.00 + 25.5 % as it is sent."""
    return {
        "description": "Carpentry",
        "quantity": "1",
        "unit": "h",
        "unit_price": "1000.00",
        "tax_category": "standard",
        "tax_rate": "25.5",
    } | more
