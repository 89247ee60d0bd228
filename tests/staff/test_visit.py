"""Customer service sees an organization in a recorded visit only, and only while it serves."""

from datetime import timedelta

import pytest

from storno.core.ids import new_id
from storno.core.refusals import Absent, Invalid, NotAllowed
from storno.history.models import Event
from storno.organizations.roles import STAFF_DEEDS
from storno.organizations.scope import scope
from storno.staff.enlist import NotOfCustomerService, all_staff, dismiss, enlist, staff_of
from storno.staff.models import Visit
from storno.staff.visit import LASTS, visit
from tests.bank.told import AT
from tests.world import World, found


def visits(world: World) -> list[dict[str, object]]:
    """What the organization's history tells of visits."""
    with scope(world.id):
        told = Event.objects.filter(organization_id=world.id, kind="organization.visited")
        return [event.facts for event in told.order_by("id")]


def test_a_visit_has_a_reason_is_told_and_ends() -> None:
    world, mark = found(), new_id().hex
    email = f"sam-{mark}@example.com"
    sam = enlist(email, "agent", at=AT).person
    with pytest.raises(Invalid):
        visit(sam.id, world.id, " ", at=AT)
    with pytest.raises(Absent):
        visit(sam.id, new_id(), "a question", at=AT)
    with pytest.raises(NotAllowed):
        visit(world.alice.id, world.id, "curious", at=AT)
    assert visits(world) == []

    who = visit(sam.id, world.id, "a question", at=AT)
    assert (who.organization_id, who.person_id, who.deeds) == (world.id, sam.id, STAFF_DEEDS)
    for reason in ("a question", "a payment", " a  question"):
        assert visit(sam.id, world.id, reason, at=AT + LASTS / 2) == who
    with pytest.raises(Invalid):
        visit(sam.id, world.id, " ", at=AT)
    assert visits(world) == [
        {"visit_id": str(who.visit_id), "reason": "a question"},
        {"visit_id": str(who.visit_id), "reason": "a payment"},
    ]
    later = visit(sam.id, world.id, "the next day", at=AT + timedelta(days=1))
    assert later.visit_id != who.visit_id
    assert len(visits(world)) == 3

    assert dismiss(email, at=AT + timedelta(days=2)).ended_at is not None
    with pytest.raises(NotAllowed):
        visit(sam.id, world.id, "once more", at=AT + timedelta(days=2))
    with pytest.raises(NotOfCustomerService):
        dismiss(email, at=AT)
    assert Visit.objects.filter(organization_id=world.id).count() == 2


def test_somebody_serves_as_one_thing_at_a_time() -> None:
    email = f"sam-{new_id().hex}@example.com"
    first = enlist(email, "agent", at=AT)
    assert enlist(email, "agent", at=AT) == first
    assert enlist(email, "lead", at=AT) == first == staff_of(first.person_id)
    assert [each.role for each in all_staff() if each.person_id == first.person_id] == ["lead"]
    for wrong in (("x", "agent"), (email, "boss")):
        with pytest.raises(Invalid):
            enlist(*wrong, at=AT)
