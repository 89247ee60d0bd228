"""Reading the directory and an organization's own rows."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from storno.core.pages import Place
from storno.core.refusals import Absent, Invalid
from storno.organizations.models import Membership, Seller
from storno.organizations.queries import (
    circumstances,
    day_of,
    members_of,
    names_of,
    organization_called,
    organizations_of,
)
from storno.organizations.scope import scope
from storno.people.models import Person
from tests.world import FOUNDED, found


def test_a_day_is_the_organizations_own() -> None:
    late = datetime(2026, 6, 16, 21, 30, tzinfo=UTC)
    assert day_of(Seller(time_zone="Europe/Helsinki"), late) == date(2026, 6, 17)
    assert day_of(Seller(time_zone="Europe/Oslo"), late) == date(2026, 6, 16)


def test_circumstances() -> None:
    world = found(hold_seconds=60)
    with scope(world.id):
        now = circumstances(world.id, datetime(2025, 12, 31, 22, 0, tzinfo=UTC))
    assert (now.seller.name, now.settings.hold_seconds) == ("Alice Example", 60)
    assert now.today == date(2026, 1, 1)


def test_an_organization_by_its_name_in_addresses() -> None:
    world = found()
    assert organization_called(world.organization.slug) == world.organization
    for slug in ("nobody-here", "", "\x00", world.organization.slug.upper()):
        with pytest.raises(Absent):
            organization_called(slug)


def test_somebody_belongs_to_several() -> None:
    one, two, other = found(), found(), found()
    Membership.objects.create(
        organization=two.organization, person=one.alice, roles=["reader"], since=FOUNDED
    )
    mine = organizations_of(one.alice.id)
    assert mine == sorted([one.organization, two.organization], key=lambda each: each.slug)
    assert names_of(mine) == [(each, "Alice Example") for each in mine]
    assert other.organization not in mine
    assert organizations_of(uuid4()) == []


def test_members_in_pages() -> None:
    world = found()
    people = [Person(email=f"{uuid4().hex}@example.com") for _ in range(3)]
    Person.objects.bulk_create(people)
    Membership.objects.bulk_create(
        Membership(organization=world.organization, person=person, roles=["office"], since=FOUNDED)
        for person in people
    )
    everybody = [world.alice, world.bob, *people]
    seen, after = [], None
    for expected in (2, 2, 1):
        page = members_of(world.id, after=after, limit=2)
        assert len(page.items) == expected
        seen += [member.person for member in page.items]
        after = Place.read(page.next) if page.next else None
    assert (seen, after) == (everybody, None)
    assert members_of(world.id, after=Place("", members_of(world.id).items[-1].id)).items == ()
    with pytest.raises(Invalid):
        members_of(world.id, limit=0)
