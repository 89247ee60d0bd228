"""Posting: transfers are added once, sealed as a whole, and never touched again."""

from datetime import date, datetime
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection

from storno.ledger.journal import Move
from storno.ledger.models import Transfer
from storno.ledger.post import Posting, post, seal_of
from storno.organizations.scope import scope
from tests.observe import bookings
from tests.world import World, found


def posting(source_id: UUID, *moves: Move) -> Posting:
    return Posting(source_id, "issue", uuid4(), "EUR", date(2026, 6, 16), moves)


def read(world: World, source_id: UUID) -> list[Transfer]:
    with scope(world.id):
        found = Transfer.objects.filter(organization_id=world.id, posting_id=source_id)
        return list(found.order_by("position"))


SALE = Move("AR", "SALES[S,25.5]", 100_000)
TAX = Move("AR", "VAT[25.5]", 25_500)


def test_a_posting_keeps_its_order_and_is_sealed_as_a_whole(at: datetime) -> None:
    world = found()
    first, second = uuid4(), uuid4()
    with scope(world.id):
        post([posting(first, SALE, TAX), posting(second, SALE)], organization_id=world.id, at=at)
    assert bookings(world, first) == [
        ("AR", "SALES[S,25.5]", 100_000),
        ("AR", "VAT[25.5]", 25_500),
    ]
    for source_id in (first, second):
        transfers = read(world, source_id)
        assert {bytes(transfer.seal) for transfer in transfers} == {seal_of(transfers)}
        assert {transfer.recorded_at for transfer in transfers} == {at}


@pytest.mark.parametrize(
    ("column", "other"),
    [
        ("amount_minor", 1),
        ("debit", "BANK"),
        ("credit", "BANK"),
        ("currency", "NOK"),
        ("kind", "credit"),
        ("booked_on", date(2026, 6, 17)),
        ("subject_id", uuid4()),
        ("position", 7),
    ],
)
def test_the_seal_covers_each_column(column: str, other: object, at: datetime) -> None:
    world, source_id = found(), uuid4()
    with scope(world.id):
        post([posting(source_id, SALE, TAX)], organization_id=world.id, at=at)
    transfers = read(world, source_id)
    setattr(transfers[1], column, other)
    assert seal_of(transfers) != bytes(transfers[0].seal)


def test_a_transfer_that_is_missing_breaks_the_seal(at: datetime) -> None:
    world, source_id = found(), uuid4()
    with scope(world.id):
        post([posting(source_id, SALE, TAX)], organization_id=world.id, at=at)
    first, _second = read(world, source_id)
    assert seal_of([first]) != bytes(first.seal)


def test_nothing_is_posted_twice(at: datetime) -> None:
    world, source_id = found(), uuid4()
    with scope(world.id):
        post([posting(source_id, SALE)], organization_id=world.id, at=at)
    with pytest.raises(IntegrityError, match="posted_once"), scope(world.id):
        post([posting(source_id, TAX)], organization_id=world.id, at=at)


def test_a_posting_of_nothing_writes_nothing(at: datetime) -> None:
    world, source_id = found(), uuid4()
    with scope(world.id):
        post([posting(source_id)], organization_id=world.id, at=at)
    assert read(world, source_id) == []


@pytest.mark.parametrize(
    ("move", "constraint"),
    [
        (Move("AR", "BANK", 0), "transfer_moves_something"),
        (Move("AR", "BANK", -1), "transfer_moves_something"),
        (Move("AR", "AR", 1), "transfer_joins_two_accounts"),
    ],
)
def test_what_the_database_refuses(move: Move, constraint: str, at: datetime) -> None:
    world = found()
    with pytest.raises(IntegrityError, match=constraint), scope(world.id):
        post([posting(uuid4(), move)], organization_id=world.id, at=at)


@pytest.mark.parametrize(
    "deed",
    ["UPDATE ledger_transfer SET amount_minor = 1", "DELETE FROM ledger_transfer"],
)
def test_transfers_are_cut_in_stone(deed: str, at: datetime) -> None:
    world = found()
    with scope(world.id):
        post([posting(uuid4(), SALE)], organization_id=world.id, at=at)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        scope(world.id),
        connection.cursor() as cursor,
    ):
        cursor.execute(deed)
