"""Each column of what is written once is changed behind its back, and each change is found."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from storno.archive.models import File, FileKind
from storno.core.ids import new_id
from storno.organizations.tenant import TenantModel
from tests.reports.books import codes, live, violations
from tests.reports.tamper import GUARDED, behind_its_back, once, other, rows
from tests.world import World, found

AT = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)
COLUMNS = [(model, field) for model in GUARDED for field in model._meta.concrete_fields]


@pytest.fixture(scope="module")
def neighbour() -> World:
    """Another organization, whose books are in order too."""
    neighbour = found()
    live(neighbour, at=AT)
    return neighbour


@pytest.fixture(scope="module")
def world(neighbour: World) -> Iterator[World]:
    """A rich life, with no constraint left to protect it."""
    world = found()
    live(world, at=AT)
    with behind_its_back():
        assert violations(world) == violations(neighbour) == []
        yield world


def some(model: type[TenantModel], world: World) -> list[Any]:
    """Rows that differ: the first and the last, in the deep proof all; of files the documents."""
    found = rows(model, world.id).order_by("id")
    all_ = list(found.filter(kind=FileKind.PDF) if model is File else found)
    return all_ if os.environ.get("STORNO_PROOF") == "deep" else [all_[0], all_[-1]]


@pytest.mark.parametrize(
    ("model", "field"), COLUMNS, ids=[f"{model.__name__}.{field.name}" for model, field in COLUMNS]
)
def test_a_changed_column_is_found(
    model: type[TenantModel], field: Any, world: World, neighbour: World
) -> None:
    for row in some(model, world):
        changed = other(field, getattr(row, field.attname), neighbour=neighbour.id)
        with once():
            assert rows(model, world.id).filter(id=row.id).update(**{field.attname: changed}) == 1
            assert codes(world) or codes(neighbour), f"{row.id} became {changed!r}"


@pytest.mark.parametrize("model", GUARDED)
def test_a_deleted_row_is_found(model: type[TenantModel], world: World) -> None:
    for row in some(model, world):
        with once():
            assert rows(model, world.id).filter(id=row.id).delete()[0] == 1
            assert codes(world), row.id


@pytest.mark.parametrize("model", GUARDED)
def test_two_swapped_rows_are_found(model: type[TenantModel], world: World) -> None:
    first, *_, last = some(model, world)
    names = [field.attname for field in model._meta.concrete_fields if field.name != "id"]
    with once():
        for row, values in ((first, last), (last, first)):
            change = {name: getattr(values, name) for name in names}
            assert rows(model, world.id).filter(id=row.id).update(**change) == 1
        assert codes(world)


@pytest.mark.parametrize("model", GUARDED)
def test_a_forged_row_is_found(model: type[TenantModel], world: World) -> None:
    for row in some(model, world):
        with once():
            row.id = new_id()
            row.save(using="owner", force_insert=True)
            assert codes(world)
