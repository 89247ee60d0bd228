"""Services are found: by id, and by name as one types."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from storno.catalogue.queries import service_with, services_by_name
from storno.catalogue.save import ServiceInput, archive_service, create_service
from storno.core.ids import new_id
from storno.core.pages import Place
from storno.core.refusals import Absent, Invalid
from storno.organizations.scope import scope
from storno.tax.category import TaxCategory
from tests.world import World, found

AT = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> World:
    world = found()
    plain = ServiceInput(name="", unit_price=Decimal(100), tax_category=TaxCategory.EXEMPT)
    for name in ("Öljynvaihto", "olut 100 %", "Session 60 min", "Session 90 min", "Massage"):
        create_service(replace(plain, name=name), who=world.who(), at=AT)
    gone = create_service(replace(plain, name="Session 45 min"), who=world.who(), at=AT)
    archive_service(gone.id, who=world.who(), at=AT)
    return world


def names(world: World, text: str = "", *, archived: bool = False) -> list[str]:
    with scope(world.id):
        page = services_by_name(text, organization_id=world.id, archived=archived)
        return [service.name for service in page.items]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["Massage", "Öljynvaihto", "olut 100 %", "Session 60 min", "Session 90 min"]),
        ("ol", ["Öljynvaihto", "olut 100 %"]),
        ("ÖLJY", ["Öljynvaihto"]),
        ("vaihto", ["Öljynvaihto"]),
        ("min sess", ["Session 60 min", "Session 90 min"]),
        ("90 sess", ["Session 90 min"]),
        ("%", ["olut 100 %"]),
        ("_", []),
        ("45", []),
        ("m\x00in 6", ["Session 60 min"]),
        ("' OR 1=1 --", []),
        ("x" * 10_000, []),
    ],
)
def test_by_name(world: World, text: str, expected: list[str]) -> None:
    assert names(world, text) == expected


def test_the_archive(world: World) -> None:
    assert names(world, "session", archived=True) == ["Session 45 min"]
    assert names(world, "massage", archived=True) == []


def test_in_pages(world: World) -> None:
    seen: list[str] = []
    after = None
    with scope(world.id):
        while True:
            page = services_by_name(organization_id=world.id, after=after, limit=2)
            seen += [service.name for service in page.items]
            if not page.next:
                break
            after = Place.read(page.next)
        with pytest.raises(Invalid):
            services_by_name(organization_id=world.id, limit=0)
    assert seen == names(world)


def test_those_that_are_booked() -> None:
    world = found()
    plain = ServiceInput(name="", unit_price=Decimal(100), tax_category=TaxCategory.EXEMPT)
    booked = replace(plain, minutes=50)
    for name in ("Session B", "session a", "Walk", "Éa"):
        create_service(replace(booked, name=name), who=world.who(), at=AT)
    create_service(replace(plain, name="Session report"), who=world.who(), at=AT)
    gone = create_service(replace(booked, name="Session C"), who=world.who(), at=AT)
    archive_service(gone.id, who=world.who(), at=AT)

    def those(text: str = "", **how: Any) -> list[str]:
        page = services_by_name(text, organization_id=world.id, bookable=True, **how)
        return [service.name for service in page.items]

    with scope(world.id):
        assert those() == ["Éa", "session a", "Session B", "Walk"]
        assert those("SESS") == ["session a", "Session B"]
        assert those("report") == []
        assert those(archived=True) == ["Session C"]
        first = services_by_name(organization_id=world.id, bookable=True, limit=3)
        assert [service.name for service in first.items] == ["Éa", "session a", "Session B"]
        assert those(after=Place.read(first.next)) == ["Walk"]
        for limit in (0, 101):
            with pytest.raises(Invalid):
                those(limit=limit)
    with scope(found().id):
        assert those() == []


def test_a_service_of_others_is_not_there(world: World) -> None:
    other = found()
    with scope(world.id):
        service = services_by_name(organization_id=world.id).items[0]
        assert service_with(service.id, organization_id=world.id) == service
        with pytest.raises(Absent):
            service_with(new_id(), organization_id=world.id)
    with scope(other.id):
        for organization_id in (world.id, other.id):
            with pytest.raises(Absent):
                service_with(service.id, organization_id=organization_id)
            assert services_by_name(organization_id=organization_id).items == ()
