"""A deed, and the promise that the same request does it once.

A deed is one transaction in one organization's scope. When the actor brings an idempotency key, the
answer is kept in that very transaction: either the deed and its answer both stand, or neither.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Refused, invalid
from storno.organizations.models import KeptAnswer
from storno.organizations.roles import Actor
from storno.organizations.scope import scope, scope_of

P = ParamSpec("P")
R = TypeVar("R")

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a door said: HTTP status, media type aside, and the JSON body as text."""

    status: int
    body: str


@dataclass(frozen=True, slots=True)
class Once:
    """One request at a door: whose, where, under which idempotency key, and what it asks for.

    `answer` is called with the deed's result in the deed's transaction; without a key (empty) what
    it says is not kept.
    """

    token_id: UUID
    path: str
    key: str
    fingerprint: str
    answer: Callable[[Any], Answer]


class AnsweredBefore(Exception):
    """Not a refusal: the deed was done by an earlier request with this key; here is its answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


class StillInFlight(Refused):
    """Another request with this idempotency key is being worked on right now."""

    code = "request_in_flight"
    message = _("The same request is already being worked on.")
    remedy = _("Wait a moment and send it again with the same key.")


def deed(operation: Callable[P, R]) -> Callable[P, R]:
    """Make an operation one transaction in the scope of its actor (`who`), at its moment (`at`).

    Raises AnsweredBefore, StillInFlight or Invalid when the actor's idempotency key says so.
    """

    @wraps(operation)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        who, at = kwargs["who"], kwargs["at"]
        assert isinstance(who, Actor)
        assert isinstance(at, datetime)
        with scope_of(who):
            once = who.once
            if once is None:
                return operation(*args, **kwargs)
            if once.key:
                _look_up(who.organization_id, once, at)
            result = operation(*args, **kwargs)
            answer = once.answer(result)
            if once.key:
                _keep(who.organization_id, once, answer, at)
            return result

    return run


def _look_up(organization_id: UUID, once: Once, at: datetime) -> None:
    """Take the key for this transaction, or say what became of it before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"{once.token_id} {once.path} {once.key}"],
        )
        (taken,) = cursor.fetchone()
    if not taken:
        raise StillInFlight
    kept = KeptAnswer.objects.filter(
        organization_id=organization_id, token_id=once.token_id, path=once.path, key=once.key
    ).first()
    if kept is None:
        return
    if kept.kept_at <= at - KEPT_FOR:
        kept.delete()
        return
    if kept.fingerprint != once.fingerprint:
        raise invalid(
            "Idempotency-Key",
            "key_used_for_another_request",
            _("This key was used for another request. Use a new key."),
        )
    raise AnsweredBefore(Answer(kept.status, kept.body))


def _keep(organization_id: UUID, once: Once, answer: Answer, at: datetime) -> None:
    KeptAnswer.objects.create(
        organization_id=organization_id,
        token_id=once.token_id,
        path=once.path,
        key=once.key,
        fingerprint=once.fingerprint,
        status=answer.status,
        body=answer.body,
        kept_at=at,
    )


def forget_answers(*, organization_id: UUID, at: datetime) -> int:
    """Delete the answers whose time is over; return how many there were."""
    with scope(organization_id):
        gone, _by_model = KeptAnswer.objects.filter(
            organization_id=organization_id, kept_at__lte=at - KEPT_FOR
        ).delete()
    return gone
