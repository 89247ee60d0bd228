"""A member's keys to the API."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from storno.administration.tokens import FreshToken, create_token, revoke_token
from storno.core.ids import new_id
from storno.core.refusals import Absent, Invalid, NotAllowed, SignInAgain
from storno.history.models import Event
from storno.organizations.actors import bearer_of
from storno.organizations.models import ApiToken
from storno.organizations.queries import tokens_of
from storno.organizations.roles import DEEDS, Actor, Role, system
from storno.organizations.scope import scope
from tests.world import World, found


@pytest.fixture(scope="module")
def world() -> World:
    """One organization: every test makes tokens of its own."""
    return found()


def give(world: World, at: datetime, **more: Any) -> FreshToken:
    usual: dict[str, Any] = {"person_id": world.alice.id, "who": world.who()}
    return create_token(**(usual | more), at=at)


def test_only_the_hash_is_kept(world: World, at: datetime) -> None:
    given = give(world, at, label="  Till  ")
    assert re.fullmatch(r"storno_[A-Za-z0-9_-]{43}", given.text)
    row = ApiToken.objects.filter(id=given.token.id).values().get()
    assert row["hash"] == hashlib.sha256(given.text.encode()).hexdigest()
    assert given.text not in repr(row)
    assert (row["label"], row["scopes"], row["created_at"]) == (
        "Till",
        ["read", "write", "money"],
        at,
    )
    assert (row["expires_at"], row["revoked_at"]) == (None, None)
    assert give(world, at).text != given.text
    with scope(world.id):
        event = Event.objects.get(subject_id=given.token.id)
    assert (event.kind, event.person_id, event.facts) == (
        "token.created",
        world.alice.id,
        {"member": str(world.alice.id), "scopes": "read write money"},
    )


@pytest.mark.parametrize(
    ("scopes", "kept", "deeds", "fresh"),
    [
        (["read", "write", "money"], ["read", "write", "money"], DEEDS[Role.ADMINISTRATOR], True),
        (["write"], ["read", "write"], DEEDS[Role.ADMINISTRATOR], False),
        (["money"], ["read", "money"], frozenset(), False),
        (["read"], ["read"], frozenset(), False),
        ([], ["read"], frozenset(), False),
    ],
)
def test_scopes_bound_the_actor(
    world: World,
    at: datetime,
    scopes: list[str],
    kept: list[str],
    deeds: frozenset[Any],
    fresh: bool,
) -> None:
    given = give(world, at, scopes=scopes)
    assert given.token.scopes == kept
    bearer = bearer_of(given.text, at=at)
    assert bearer is not None
    assert (bearer.token_id, bearer.organization) == (given.token.id, world.organization)
    assert bearer.actor == Actor(world.id, world.alice.id, deeds, fresh=fresh)


def test_a_token_speaks_for_its_member(world: World, at: datetime) -> None:
    given = give(world, at, person_id=world.bob.id, who=system(world.id))
    bearer = bearer_of(given.text, at=at)
    assert bearer is not None
    assert (bearer.actor.person_id, bearer.actor.deeds) == (world.bob.id, frozenset())


def test_it_ends_at_its_moment(world: World, at: datetime) -> None:
    given = give(world, at, expires_at=at + timedelta(days=1))
    assert bearer_of(given.text, at=at + timedelta(hours=23, minutes=59)) is not None
    assert bearer_of(given.text, at=at + timedelta(days=1)) is None


def test_a_blocked_person_has_no_key(at: datetime) -> None:
    world = found()
    given = give(world, at)
    world.alice.is_active = False
    world.alice.save()
    assert bearer_of(given.text, at=at) is None


def test_revoking(world: World, at: datetime) -> None:
    given = give(world, at)
    later = at + timedelta(hours=1)
    revoke_token(given.token.id, who=world.who(), at=later)
    revoke_token(given.token.id, who=world.who(), at=later + timedelta(hours=1))
    assert bearer_of(given.text, at=at) is None
    assert ApiToken.objects.get(id=given.token.id).revoked_at == later
    with scope(world.id):
        kinds = Event.objects.filter(subject_id=given.token.id).order_by("id")
        assert list(kinds.values_list("kind", flat=True)) == ["token.created", "token.revoked"]
    assert given.token.id not in {token.id for token in tokens_of(world.id)}


def test_whose_token_it_is(at: datetime) -> None:
    world, other = found(), found()
    alices = give(world, at).token
    bobs = give(world, at, person_id=world.bob.id, who=system(world.id)).token
    bob = Actor(world.id, world.bob.id, frozenset())
    assert [token.id for token in tokens_of(world.id)] == [bobs.id, alices.id]
    assert [token.id for token in tokens_of(world.id, person_id=world.bob.id)] == [bobs.id]
    for token_id, who in (
        (alices.id, bob),
        (alices.id, other.who()),
        (new_id(), world.who()),
    ):
        with pytest.raises(Absent):
            revoke_token(token_id, who=who, at=at)
    assert ApiToken.objects.filter(id__in=[alices.id, bobs.id], revoked_at=None).count() == 2
    revoke_token(bobs.id, who=bob, at=at)
    revoke_token(alices.id, who=world.who(), at=at)
    assert tokens_of(world.id) == []


def test_nobody_makes_a_key_in_another_name(world: World, at: datetime) -> None:
    count = ApiToken.objects.count()
    with pytest.raises(NotAllowed):
        give(world, at, person_id=world.bob.id)
    with pytest.raises(SignInAgain):
        give(world, at, who=world.who(fresh=False))
    with pytest.raises(Absent):
        give(world, at, person_id=new_id(), who=system(world.id))
    stranger = found()
    with pytest.raises(Absent):
        give(world, at, person_id=stranger.alice.id, who=system(world.id))
    assert ApiToken.objects.count() == count


@pytest.mark.parametrize(
    ("more", "errors"),
    [
        ({"label": "x" * 51}, [("label", "too_long")]),
        ({"label": "a\x00"}, [("label", "unprintable")]),
        ({"scopes": ["all"]}, [("scopes", "unknown")]),
        ({"scopes": "read"}, [("scopes", "unknown")]),
        (
            {"expires_at": datetime.fromisoformat("2026-06-16T09:12:00Z")},
            [("expires_at", "in_the_past")],
        ),
    ],
)
def test_what_is_wrong_is_named(
    world: World, at: datetime, more: dict[str, Any], errors: Sequence[tuple[str, str]]
) -> None:
    count = ApiToken.objects.count()
    with pytest.raises(Invalid) as wrong:
        give(world, at, **more)
    assert [(error.field, error.code) for error in wrong.value.errors] == errors
    assert ApiToken.objects.count() == count


@pytest.mark.parametrize(
    "text",
    ["", "storno_", "storno_" + "x" * 43, "storno_\x00", "storno_é", "storno_" + "x" * 10_000, "x"],
)
def test_a_text_that_is_no_token(text: str, at: datetime) -> None:
    assert bearer_of(text, at=at) is None
