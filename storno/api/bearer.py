"""Who calls: the bearer of a token, and nobody by any other means."""

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from django.http import HttpRequest
from ninja.security import HttpBearer

from storno.core.clock import read_clock
from storno.organizations.actors import Scope, bearer_of
from storno.organizations.models import Organization
from storno.organizations.roles import Actor


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, with which token and its scopes, in which organization, at which moment."""

    token_id: UUID
    scopes: frozenset[Scope]
    organization: Organization
    who: Actor
    at: datetime


class Request(HttpRequest):
    """A request whose token was good; `upload` is its body where that is a large file."""

    auth: Caller
    upload: BinaryIO


class ApiToken(HttpBearer):
    """A member's token: `Authorization: Bearer storno_…`."""

    def authenticate(
        self,
        request: HttpRequest,  # noqa: ARG002 - ninja's signature
        token: str,
    ) -> Caller | None:
        """The caller; None for a token that is unknown, expired or revoked."""
        at = read_clock()
        bearer = bearer_of(token, at=at)
        if bearer is None:
            return None
        return Caller(bearer.token_id, bearer.scopes, bearer.organization, bearer.actor, at)
