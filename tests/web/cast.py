"""Further people before the pages: a member of each role, a stranger, nobody."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.test import Client

from storno.history.models import Event
from storno.organizations.models import Membership
from storno.organizations.scope import scope
from storno.people.models import Person
from tests.web.papers.member import Member
from tests.world import FOUNDED, World, found


def person_called(name: str) -> Person:
    """Somebody with a sign-in who belongs nowhere yet."""
    return Person.objects.create_user(
        f"{name.lower()}-{uuid4().hex[:8]}@example.com", "correct horse", name=name
    )


def member_as(world: World, role: str, *, name: str = "Eve", fresh: bool = True) -> Member:
    """Somebody who joined the organization with this role."""
    person = person_called(name)
    Membership.objects.create(
        organization=world.organization, person=person, roles=[role], since=FOUNDED
    )
    return Member(world, person, fresh=fresh)


def stranger(world: World) -> Member:
    """Somebody of another organization, before the pages of this one."""
    return Member(world, found().alice)


def nobody() -> Client:
    """A browser in which nobody is signed in."""
    return Client(SERVER_NAME="localhost")


def happened(world: World, *, since: datetime | None = None) -> list[str]:
    """The kinds of what stands in the history, the oldest first."""
    with scope(world.id):
        events = Event.objects.filter(organization_id=world.id)
        if since is not None:
            events = events.filter(at__gte=since)
        return list(events.order_by("id").values_list("kind", flat=True))


def row_of(model: Any, world: World, **conditions: Any) -> Any:
    """One row of the organization."""
    with scope(world.id):
        return model.objects.get(organization_id=world.id, **conditions)


def count_of(model: Any, world: World, **conditions: Any) -> int:
    """How many rows of the organization there are."""
    with scope(world.id):
        return int(model.objects.filter(organization_id=world.id, **conditions).count())
