"""The same request does its deed once; a refusal is evaluated anew."""

from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event as Signal
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from storno.core.ids import new_id
from storno.core.refusals import Invalid, Refused
from storno.history.models import Event
from storno.organizations.models import KeptAnswer
from storno.organizations.once import (
    KEPT_FOR,
    Answer,
    AnsweredBefore,
    Once,
    StillInFlight,
    deed,
    forget_answers,
)
from storno.organizations.roles import Actor
from storno.organizations.scope import scope
from storno.organizations.sealed import sealed
from tests.world import World, found


class NotNow(Refused):
    """A refusal of this test."""

    code = "not_now"
    message = "Not now."


@deed
def do(subject_id: UUID, *, refuse: bool = False, who: Actor, at: datetime) -> UUID:
    """Leave a trace, and refuse afterwards if told."""
    row = Event(organization_id=who.organization_id, at=at, kind="test", subject_id=subject_id)
    sealed(row).save()
    if refuse:
        raise NotNow
    return subject_id


@pytest.fixture(scope="module")
def world() -> World:
    return found()


def once(**more: Any) -> Once:
    usual: dict[str, Any] = {
        "token_id": new_id(),
        "path": "/api/v1/drafts",
        "key": "k",
        "fingerprint": "f" * 64,
        "answer": lambda subject_id: Answer(201, str(subject_id)),
    }
    return Once(**(usual | more))


def actor(world: World, promise: Once | None) -> Actor:
    return replace(world.who(), once=promise)


def done(world: World, subject_id: UUID) -> int:
    with scope(world.id):
        return Event.objects.filter(subject_id=subject_id).count()


def test_without_a_key_a_deed_is_done_each_time(world: World, at: datetime) -> None:
    subject_id = new_id()
    for _twice in range(2):
        assert do(subject_id, who=world.who(), at=at) == subject_id
    assert done(world, subject_id) == 2


def test_a_done_deed_is_answered_again(world: World, at: datetime) -> None:
    promise, subject_id, another = once(), new_id(), new_id()
    do(subject_id, who=actor(world, promise), at=at)
    almost = at + KEPT_FOR - timedelta(microseconds=1)
    for moment in (at, almost):
        with pytest.raises(AnsweredBefore) as before:
            do(another, who=actor(world, promise), at=moment)
        assert before.value.answer == Answer(201, str(subject_id))
    assert (done(world, subject_id), done(world, another)) == (1, 0)
    do(another, who=actor(world, promise), at=at + KEPT_FOR)
    assert done(world, another) == 1


def test_a_key_is_of_one_token_and_path(world: World, at: datetime) -> None:
    promise, subject_id = once(), new_id()
    for same_key in (
        promise,
        replace(promise, token_id=new_id()),
        replace(promise, path="/api/v1/clients"),
        replace(promise, key="K"),
    ):
        do(subject_id, who=actor(world, same_key), at=at)
    other = found()
    do(subject_id, who=actor(other, promise), at=at)
    assert (done(world, subject_id), done(other, subject_id)) == (4, 1)


def test_the_same_key_for_another_request_is_invalid(world: World, at: datetime) -> None:
    promise, subject_id = once(), new_id()
    do(subject_id, who=actor(world, promise), at=at)
    with pytest.raises(Invalid) as wrong:
        do(new_id(), who=actor(world, replace(promise, fingerprint="e" * 64)), at=at)
    assert [(error.field, error.code) for error in wrong.value.errors] == [
        ("Idempotency-Key", "key_used_for_another_request")
    ]


def test_a_refusal_leaves_nothing_and_is_evaluated_anew(world: World, at: datetime) -> None:
    promise, subject_id = once(), new_id()
    for _twice in range(2):
        with pytest.raises(NotNow):
            do(subject_id, refuse=True, who=actor(world, promise), at=at)
    assert done(world, subject_id) == 0
    do(subject_id, who=actor(world, promise), at=at)
    assert done(world, subject_id) == 1


def test_a_second_call_in_flight_is_refused(world: World, at: datetime) -> None:
    started, finish = Signal(), Signal()

    def slowly(subject_id: UUID) -> Answer:
        started.set()
        finish.wait(10)
        return Answer(201, str(subject_id))

    promise, subject_id = once(answer=slowly), new_id()

    def first() -> None:
        do(subject_id, who=actor(world, promise), at=at)
        connection.close()

    running = Thread(target=first)
    running.start()
    assert started.wait(10)
    with pytest.raises(StillInFlight):
        do(subject_id, who=actor(world, promise), at=at)
    finish.set()
    running.join()
    with pytest.raises(AnsweredBefore):
        do(subject_id, who=actor(world, promise), at=at)
    assert done(world, subject_id) == 1


def test_answers_are_forgotten_after_a_day(at: datetime) -> None:
    world = found()
    do(new_id(), who=actor(world, once()), at=at)
    do(new_id(), who=actor(world, once()), at=at + timedelta(hours=1))
    assert forget_answers(organization_id=world.id, at=at + KEPT_FOR) == 1
    with scope(world.id):
        assert KeptAnswer.objects.count() == 1
