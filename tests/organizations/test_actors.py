"""From a person to the actor, by one query."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from storno.core.refusals import Absent
from storno.organizations.actors import actor_of
from storno.organizations.models import Membership
from storno.organizations.roles import DEEDS, STAFF_DEEDS, Actor, Deed, Role
from tests.world import World, found


@pytest.fixture(scope="module")
def world() -> World:
    return found()


def test_one_query_tells_who_it_is(world: World) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        organization, membership, alice = actor_of(
            world.alice.id, world.organization.slug, fresh=True
        )
    assert len(queries) == 1
    assert organization == world.organization
    assert (membership.person_id, membership.roles) == (world.alice.id, ["administrator"])
    assert alice == Actor(world.id, world.alice.id, frozenset(Deed) - STAFF_DEEDS, fresh=True)
    assert actor_of(world.bob.id, world.organization.slug, fresh=False)[2] == Actor(
        world.id, world.bob.id, frozenset(), fresh=False
    )


def test_several_roles_add_up(world: World) -> None:
    other = found()
    Membership.objects.filter(organization_id=other.id, person=other.bob).update(
        roles=["reader", "office", "practitioner"]
    )
    bob = actor_of(other.bob.id, other.organization.slug, fresh=False)[2]
    assert bob.deeds == DEEDS[Role.PRACTITIONER] | DEEDS[Role.OFFICE]


def test_strangers_find_nothing(world: World) -> None:
    other = found()
    for person, slug in (
        (other.alice, world.organization.slug),
        (world.alice, other.organization.slug),
        (world.alice, "nobody-here"),
        (world.alice, world.organization.slug.upper()),
        (world.alice, ""),
        (world.alice, "a\x00b"),
        (world.alice, "🙂"),
        (world.alice, "a" * 10_000),
    ):
        with pytest.raises(Absent):
            actor_of(person.id, slug, fresh=True)


def test_a_blocked_person_finds_nothing() -> None:
    world = found()
    world.bob.is_active = False
    world.bob.save()
    with pytest.raises(Absent):
        actor_of(world.bob.id, world.organization.slug, fresh=True)
