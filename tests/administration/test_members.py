"""Who belongs to an organization, and as what."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from storno.administration.members import (
    LastAdministrator,
    change_roles,
    leave_organization,
    remove_member,
)
from storno.administration.tokens import create_token
from storno.core.ids import new_id
from storno.core.refusals import Absent, Invalid, NotAllowed, SignInAgain
from storno.history.models import Event
from storno.organizations.actors import actor_of, bearer_of
from storno.organizations.models import Membership
from storno.organizations.roles import Actor, system
from storno.organizations.scope import scope
from storno.people.models import Person
from tests.world import World, found


@pytest.fixture(scope="module")
def untouched() -> World:
    """An organization that every test here leaves as it is."""
    return found()


def membership(world: World, person: Person) -> Membership:
    return Membership.objects.get(organization_id=world.id, person=person)


def give(world: World, person: Person, *roles: str) -> None:
    Membership.objects.filter(organization_id=world.id, person=person).update(roles=list(roles))


def actor(world: World, person: Person) -> Actor:
    return actor_of(person.id, world.organization.slug, fresh=True)[2]


def roles(world: World) -> dict[UUID, list[str]]:
    rows = Membership.objects.filter(organization_id=world.id)
    return {row.person_id: row.roles for row in rows}


def told(world: World) -> list[tuple[str, UUID, UUID | None, dict[str, Any]]]:
    with scope(world.id):
        events = Event.objects.filter(kind__startswith="member.").order_by("id")
        return [(event.kind, event.subject_id, event.person_id, event.facts) for event in events]


def test_other_roles(at: datetime) -> None:
    world = found()
    bob = membership(world, world.bob)
    changed = change_roles(bob.id, ["reader", "practitioner", "reader"], who=world.who(), at=at)
    assert changed.roles == ["practitioner", "reader"]
    change_roles(bob.id, ["practitioner", "reader"], who=world.who(), at=at)
    assert roles(world) == {
        world.alice.id: ["administrator"],
        world.bob.id: ["practitioner", "reader"],
    }
    assert told(world) == [
        (
            "member.roles_changed",
            world.bob.id,
            world.alice.id,
            {"before": "reader", "after": "practitioner reader"},
        )
    ]


def test_removing_ends_the_tokens_too(at: datetime) -> None:
    world = found()
    token = create_token(person_id=world.bob.id, who=system(world.id), at=at)
    assert bearer_of(token.text, at=at) is not None
    remove_member(membership(world, world.bob).id, who=world.who(), at=at)
    assert roles(world) == {world.alice.id: ["administrator"]}
    assert bearer_of(token.text, at=at) is None
    with pytest.raises(Absent):
        actor(world, world.bob)
    assert Person.objects.filter(id=world.bob.id).exists()
    assert told(world) == [("member.removed", world.bob.id, world.alice.id, {})]


def test_leaving(at: datetime) -> None:
    world = found()
    leave_organization(who=actor(world, world.bob), at=at)
    assert roles(world) == {world.alice.id: ["administrator"]}
    assert told(world) == [("member.left", world.bob.id, world.bob.id, {})]


def test_the_last_administrator_stays_and_is_named(untouched: World, at: datetime) -> None:
    alice = membership(untouched, untouched.alice)
    ways: list[Callable[[], object]] = [
        lambda: remove_member(alice.id, who=untouched.who(), at=at),
        lambda: leave_organization(who=untouched.who(), at=at),
        lambda: change_roles(alice.id, ["practitioner"], who=untouched.who(), at=at),
        lambda: remove_member(alice.id, who=system(untouched.id), at=at),
    ]
    for way in ways:
        with pytest.raises(LastAdministrator) as refused:
            way()
        (blocker,) = refused.value.blockers
        assert (blocker.code, str(blocker.message), str(blocker.remedy)) == (
            "last_administrator",
            "Alice is the only administrator.",
            "Make somebody else an administrator first.",
        )
    assert roles(untouched)[untouched.alice.id] == ["administrator"]
    assert told(untouched) == []


def test_who_may(untouched: World, at: datetime) -> None:
    bob = membership(untouched, untouched.bob)
    for role in ("practitioner", "office", "reader"):
        with pytest.raises(NotAllowed):
            change_roles(bob.id, ["administrator"], who=untouched.who(role), at=at)
        with pytest.raises(NotAllowed):
            remove_member(bob.id, who=untouched.who(role), at=at)
    with pytest.raises(SignInAgain):
        change_roles(bob.id, ["administrator"], who=untouched.who(fresh=False), at=at)
    assert roles(untouched)[untouched.bob.id] == ["reader"]


@pytest.mark.parametrize("wanted", [[], ["owner"], ["reader", ""], ["\x00"]])
def test_roles_that_do_not_exist(untouched: World, at: datetime, wanted: list[str]) -> None:
    bob = membership(untouched, untouched.bob)
    with pytest.raises(Invalid) as wrong:
        change_roles(bob.id, wanted, who=untouched.who(), at=at)
    assert [(error.field, error.code) for error in wrong.value.errors] == [("roles", "unknown")]
    assert roles(untouched)[untouched.bob.id] == ["reader"]


def test_members_of_others_are_not_there(untouched: World, at: datetime) -> None:
    other = found()
    for stranger in (membership(other, other.bob).id, new_id()):
        with pytest.raises(Absent):
            change_roles(stranger, ["administrator"], who=untouched.who(), at=at)
        with pytest.raises(Absent):
            remove_member(stranger, who=untouched.who(), at=at)
    assert roles(other)[other.bob.id] == ["reader"]


def test_who_lost_the_role_meanwhile_does_nothing(at: datetime) -> None:
    world = found()
    give(world, world.bob, "administrator")
    stale = actor(world, world.bob)
    give(world, world.bob, "reader")
    with pytest.raises(NotAllowed):
        remove_member(membership(world, world.alice).id, who=stale, at=at)
    assert len(roles(world)) == 2


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """How deeds end that begin at the same moment, in the order of their names."""
    outcomes, start = [], Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> None:
        start.wait()
        try:
            deed()
            outcomes.append("done")
        except (LastAdministrator, NotAllowed) as refused:
            outcomes.append(type(refused).__name__)
        connection.close()

    threads = [Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_two_administrators_remove_each_other(at: datetime) -> None:
    for _round in range(5):
        world = found()
        give(world, world.bob, "administrator")
        alice, bob = actor(world, world.alice), actor(world, world.bob)
        alices, bobs = membership(world, world.alice).id, membership(world, world.bob).id
        assert at_once(
            partial(remove_member, bobs, who=alice, at=at),
            partial(remove_member, alices, who=bob, at=at),
        ) == ["NotAllowed", "done"]
        assert list(roles(world).values()) == [["administrator"]]


def test_two_administrators_leave(at: datetime) -> None:
    world = found()
    give(world, world.bob, "administrator")
    alice, bob = actor(world, world.alice), actor(world, world.bob)
    assert at_once(
        lambda: leave_organization(who=alice, at=at), lambda: leave_organization(who=bob, at=at)
    ) == ["LastAdministrator", "done"]
    assert list(roles(world).values()) == [["administrator"]]
