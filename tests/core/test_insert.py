"""Rows come back as they were written, however many go at once, and an error is nobody's secret."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from storno.core.defects import told
from storno.core.ids import new_id
from storno.core.insert import FEW, insert, sent_together
from storno.documents.models import Draft, DraftLine
from storno.history.models import Event
from storno.organizations.scope import scope
from storno.organizations.sealed import sealed
from tests.world import World, found

AT = datetime(2026, 6, 16, 9, 12, 3, 456, tzinfo=UTC)
COUNTS = (1, 2, FEW, FEW + 1, 1_000)


def events(world: World, count: int) -> list[Event]:
    """Rows with bytes, nothing, and JSON with all that has a meaning in SQL."""
    return [
        sealed(
            Event(
                organization_id=world.id,
                at=AT,
                person_id=None if position % 2 else world.alice.id,
                kind="draft.issue_failed",
                subject_id=new_id(),
                facts={"code": f"{{\"'%s\\,NULL}} ä {position}", "nothing": None, "list": [1, []]},
            )
        )
        for position in range(count)
    ]


def lines(draft: Draft, count: int, **more: object) -> list[DraftLine]:
    """Rows with decimals, days, flags and empty texts."""
    return [
        DraftLine(
            organization_id=draft.organization_id,
            draft_id=draft.id,
            position=100 + position,
            description="",
            quantity=Decimal("0.001") * (position + 1),
            unit="",
            unit_price=Decimal("-12.3456"),
            includes_tax=position % 2 == 0,
            discount_percent=Decimal("33.3"),
            tax_category="S",
            tax_rate=Decimal("25.5"),
            delivered_on=date(2026, 2, 28) if position % 3 else None,
            work="",
            **more,
        )
        for position in range(count)
    ]


def columns(row: DraftLine | Event) -> dict[str, object]:
    """All that a row says."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.parametrize("count", COUNTS)
def test_rows_come_back_as_they_were_written(count: int) -> None:
    world = found()
    draft = world.draft(at=AT)
    with scope(world.id):
        with CaptureQueriesContext(connection) as captured:
            happened = insert(events(world, count))
            written = insert(lines(draft, count))
        stored = Event.objects.in_bulk([event.id for event in happened])
        kept = DraftLine.objects.in_bulk([line.id for line in written])
    assert len(captured) == 2
    assert [columns(stored[event.id]) for event in happened] == [columns(e) for e in happened]
    assert [columns(kept[line.id]) for line in written] == [columns(line) for line in written]
    assert len(stored) == len(kept) == count
    assert {row._state.adding for row in written} == {False}


def test_no_rows_ask_nothing_of_the_database() -> None:
    with CaptureQueriesContext(connection) as captured:
        assert insert(iter(())) == []
    assert len(captured) == 0


@pytest.mark.parametrize("count", [1, FEW, FEW + 1])
def test_a_text_that_is_too_long_is_refused_and_not_cut(count: int) -> None:
    world = found()
    draft = world.draft(at=AT)
    with pytest.raises(DataError), scope(world.id):
        insert(lines(draft, count, source_kind="x" * 1_000))
    with scope(world.id):
        assert DraftLine.objects.filter(draft_id=draft.id).count() == 1


@pytest.mark.parametrize("count", [1, FEW, FEW + 1])
def test_a_row_of_another_organization_is_refused(count: int) -> None:
    world, other = found(), found()
    draft = other.draft(at=AT)
    with pytest.raises(Exception, match="row-level security"), scope(world.id):
        insert(lines(draft, count))


def test_what_is_sent_together_stands_together() -> None:
    world = found()
    with scope(world.id):
        with sent_together():
            (first,) = insert(events(world, 1))
            assert Event.objects.filter(id=first.id).exists()
            (second,) = insert(events(world, 1))
        assert Event.objects.filter(id__in=[first.id, second.id]).count() == 2


@pytest.mark.parametrize("read_on", [True, False])
def test_an_error_in_the_middle_is_raised_as_what_it_is(read_on: bool) -> None:
    """Also where other statements follow it, which the database passes over."""
    world = found()
    twice = events(world, 1)

    @sent_together()
    def write() -> None:
        for rows in (twice, twice, events(world, 1)):
            insert(rows)
        if read_on:
            Event.objects.filter(id=twice[0].id).exists()

    with pytest.raises(IntegrityError, match="event_key") as refused, scope(world.id):
        write()
    assert told(refused.value).startswith("IntegrityError 23505 event_key")
    with scope(world.id):
        assert not Event.objects.filter(kind="draft.issue_failed").exists()
