"""Each column of what is written once is changed behind its back, and each change is found."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from storno.archive.models import File, FileKind
from storno.core.ids import new_id
from storno.documents.erase import erase_expired
from storno.documents.issue import DOCUMENT_LETTER
from storno.history.models import Event
from storno.mailroom.models import Letter
from storno.organizations.tenant import TenantModel
from storno.reports.verify.history import TELLING
from tests.properties.depth import DEEP
from tests.reports.books import codes, live, violations
from tests.reports.tamper import GUARDED, behind_its_back, once, other, rows, vouched_for
from tests.world import World, found, line

AT = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)
COLUMNS = [(model, field) for model in GUARDED for field in vouched_for(model)]

LONG_AGO = datetime(2015, 6, 16, 9, 12, tzinfo=UTC)
OVER = datetime(2022, 1, 1, 12, tzinfo=UTC)

OF_THE_BOOKS: dict[type[TenantModel], dict[str, Any]] = {
    File: {"kind": FileKind.PDF},
    Letter: {"kind": DOCUMENT_LETTER},
    Event: {"kind__in": TELLING},
}
"""Where only some rows must be there, which those are."""


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
    for _number in range(2):
        world.invoice(line(rate=Decimal(24)), at=LONG_AGO)
    erase_expired(world.id, at=OVER)
    live(world, at=AT)
    with behind_its_back():
        assert violations(world) == violations(neighbour) == []
        yield world


def some(model: type[TenantModel], world: World) -> list[Any]:
    """Rows that differ: the first and the last, in the deep proof all."""
    all_ = list(rows(model, world.id).filter(**OF_THE_BOOKS.get(model, {})).order_by("id"))
    return all_ if DEEP else [all_[0], all_[-1]]


@pytest.mark.parametrize(
    ("model", "field"), COLUMNS, ids=[f"{model.__name__}.{field.name}" for model, field in COLUMNS]
)
def test_a_changed_column_is_found(
    model: type[TenantModel], field: Any, world: World, neighbour: World
) -> None:
    rows_ = some(model, world)
    # In the quick proof one of the two, another one from column to column.
    tried = rows_ if DEEP else [rows_[len(field.name) % 2]]
    for row in tried:
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
