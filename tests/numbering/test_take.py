"""Taking numbers: one after the other, given back by a rollback, written as planned."""

from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError

from storno.numbering.models import (
    PaymentReference,
    ReceivingAccount,
    Series,
    SeriesKind,
    SeriesPlan,
)
from storno.numbering.references import (
    Wanted,
    bears_finnish_reference,
    enter_references,
    give_references,
)
from storno.numbering.take import (
    NumberTooLong,
    lock_series,
    next_number,
    save_series,
    set_moment,
    written,
)
from storno.organizations.scope import scope
from tests.observe import next_numbers
from tests.world import World, found

INVOICE, CREDIT_NOTE = SeriesKind.INVOICE, SeriesKind.CREDIT_NOTE


class Rollback(Exception):
    pass


def take(world: World, kind: SeriesKind = INVOICE, *, year: int = 2026, keep: bool = True) -> str:
    with suppress(Rollback), scope(world.id):
        series = lock_series(kind, year=year, organization_id=world.id)
        text = next_number(series, year=year).text
        save_series(series)
        if not keep:
            raise Rollback
    return text


def plan(world: World, **more: object) -> None:
    with scope(world.id):
        SeriesPlan.objects.create(organization_id=world.id, **more)


def test_numbers_follow_one_another() -> None:
    world = found()
    assert [take(world) for _ in range(3)] == ["2026-0001", "2026-0002", "2026-0003"]
    assert [take(world, CREDIT_NOTE) for _ in range(2)] == ["2026-K1", "2026-K2"]
    assert next_numbers(world) == {"invoice": 4, "credit_note": 3}


def test_a_rollback_gives_the_number_back() -> None:
    world = found()
    assert take(world, keep=False) == "2026-0001"
    assert next_numbers(world) == {}
    assert take(world) == "2026-0001"
    assert take(world, keep=False) == "2026-0002"
    assert take(world) == "2026-0002"


def test_each_year_has_its_series_and_an_old_one_runs_on() -> None:
    world = found()
    assert [take(world, year=year) for year in (2026, 2027, 2026, 2027)] == [
        "2026-0001",
        "2027-0001",
        "2026-0002",
        "2027-0002",
    ]


def test_without_a_year_one_series_runs_through_all() -> None:
    world = found()
    plan(world, kind="invoice", format="A{number:03}", first_number=98)
    assert [take(world, year=year) for year in (2026, 2026, 2027)] == ["A098", "A099", "A100"]


def test_who_switches_goes_on_where_they_were_and_begins_at_1_next_year() -> None:
    world = found()
    plan(world, kind="invoice", format="{year}/{number}", first_number=235)
    assert [take(world, year=year) for year in (2026, 2026, 2027)] == [
        "2026/235",
        "2026/236",
        "2027/1",
    ]


def test_a_running_series_is_not_changed_by_its_plan() -> None:
    world = found()
    plan(world, kind="invoice", format="{year}-{number}")
    take(world)
    with scope(world.id):
        SeriesPlan.objects.filter(organization_id=world.id).update(format="X{number}")
    assert take(world) == "2026-2"


def test_a_shared_series() -> None:
    world = found()
    plan(world, kind="credit_note", format="unused", shares_invoices=True)
    assert [take(world, kind) for kind in (INVOICE, CREDIT_NOTE, INVOICE)] == [
        "2026-0001",
        "2026-0002",
        "2026-0003",
    ]
    assert next_numbers(world) == {"invoice": 4}


def test_organizations_do_not_share_their_numbers() -> None:
    alices, charlies = found(), found()
    assert (take(alices), take(charlies)) == ("2026-0001", "2026-0001")
    with scope(charlies.id):
        assert Series.objects.count() == 1


@pytest.mark.parametrize(
    ("format_", "number", "text"),
    [
        ("{year}-{number:04}", 7, "2026-0007"),
        ("{year}-{number:04}", 12_345, "2026-12345"),
        ("{number}", 1, "1"),
        ("KN{number:09}-{year}", 1, "KN000000001-2026"),
        ("{number:020}", 1, "0" * 19 + "1"),
    ],
)
def test_how_a_number_is_written(format_: str, number: int, text: str) -> None:
    assert written(format_, year=2026, number=number) == text


def test_a_number_has_at_most_20_characters() -> None:
    assert len(written("{year}-{number:015}", year=2026, number=1)) == 20
    with pytest.raises(NumberTooLong):
        written("{year}-{number:016}", year=2026, number=1)


def test_a_series_never_goes_back_in_time(at: datetime) -> None:
    series = Series()
    day = date(2026, 6, 16)
    assert set_moment(series, at=at, on=day) == (at, day)
    earlier = at - timedelta(seconds=1)
    assert set_moment(series, at=earlier, on=day - timedelta(days=1)) == (at, day)
    later = at + timedelta(seconds=1)
    assert set_moment(series, at=later, on=day) == (later, day)


def test_references_count_up_per_account() -> None:
    """From 1001: 10016 is the first, 7-3-1 weighted; nothing for no account."""
    account = f"FI{found().id.int % 10**16:016}"
    other = "FI" + account[:1:-1]
    with scope(found().id):
        given = give_references([Wanted(each) for each in (account, "", other, account, "")])
        assert give_references([Wanted(account)]) == ["10032"]
    assert given == ["10016", "", "10016", "10029", ""]


@pytest.mark.parametrize(
    ("account", "currency", "bears"),
    [
        ("FI2112345600000785", "EUR", True),
        ("FI2112345600000785", "NOK", False),
        ("NO9386011117947", "EUR", False),
        ("86011117947", "NOK", False),
        ("", "EUR", False),
    ],
)
def test_finnish_references_are_for_euros_to_finland(
    account: str, currency: str, bears: bool
) -> None:
    assert bears_finnish_reference(account, currency) is bears


def test_a_reference_has_one_owner(at: datetime) -> None:
    alices, charlies = found(), found()
    account = f"FI{alices.id.int % 10**16:016}"
    with scope(alices.id):
        enter_references([(account, "10016", alices.id)], organization_id=alices.id)
    with pytest.raises(IntegrityError), scope(charlies.id):
        enter_references([(account, "10016", charlies.id)], organization_id=charlies.id)
    assert PaymentReference.objects.get(account=account).organization_id == alices.id


def test_a_rollback_gives_references_back() -> None:
    world = found()
    account = f"FI{world.id.int % 10**16:016}"
    with suppress(Rollback), scope(world.id):
        give_references([Wanted(account)] * 5)
        raise Rollback
    assert not ReceivingAccount.objects.filter(account=account).exists()
