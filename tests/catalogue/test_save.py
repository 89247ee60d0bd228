"""What is offered is entered, changed, and put away."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError
from django.forms.models import model_to_dict

from storno.catalogue.models import Charge, Service
from storno.catalogue.queries import service_with
from storno.catalogue.save import (
    ServiceInput,
    amend_service,
    archive_service,
    create_service,
    entered_in,
    restore_service,
)
from storno.core.ids import new_id
from storno.core.refusals import Absent, Invalid, NotAllowed
from storno.custody.operate import set_by_operator
from storno.history.models import Event
from storno.organizations.scope import scope
from storno.tax.category import TaxCategory
from tests.world import World, found

HOUR = ServiceInput(
    name=" Hour of  carpentry ",
    unit=" h ",
    unit_price=Decimal("62.7500"),
    price_includes_tax=True,
    tax_category=TaxCategory.STANDARD,
    tax_rate=Decimal("25.5"),
)

SESSION = ServiceInput(
    name="Session 60 min", unit_price=Decimal(1190), tax_category=TaxCategory.EXEMPT
)


@pytest.fixture(scope="module")
def untouched() -> World:
    """An organization that every test here leaves as it is, with one service."""
    world = found()
    create_service(HOUR, who=world.who(), at=datetime(2026, 6, 16, tzinfo=UTC))
    return world


def only(world: World) -> Service:
    with scope(world.id):
        return Service.objects.get(organization_id=world.id)


def stored(world: World, service_id: UUID) -> Service:
    with scope(world.id):
        return service_with(service_id, organization_id=world.id)


def told(world: World, service_id: UUID) -> list[str]:
    with scope(world.id):
        events = Event.objects.filter(subject_id=service_id).order_by("id")
        return list(events.values_list("kind", flat=True))


def test_a_service_with_tax(at: datetime) -> None:
    world = found()
    service = create_service(HOUR, who=world.who("office"), at=at)
    kept = stored(world, service.id)
    assert (kept.name, kept.sort_key, kept.unit) == (
        "Hour of carpentry",
        "hour of carpentry",
        "h",
    )
    assert (kept.unit_price, kept.price_includes_tax) == (Decimal("62.75"), True)
    assert (kept.tax_category, kept.tax_rate) == ("standard", Decimal("25.50"))
    assert (kept.minutes, kept.free_until_hours, kept.late_charge) == (None, 24, "nothing")
    assert kept.archived_at is None
    assert told(world, service.id) == ["service.saved"]


def test_changing_enters_everything_anew(at: datetime) -> None:
    world = found()
    service = create_service(HOUR, who=world.who(), at=at)
    amend_service(service.id, lambda _now: SESSION, who=world.who("practitioner"), at=at)
    kept = stored(world, service.id)
    assert (kept.name, kept.sort_key, kept.unit) == ("Session 60 min", "session 60 min", "")
    assert (kept.unit_price, kept.price_includes_tax) == (Decimal(1190), False)
    assert (kept.tax_category, kept.tax_rate) == ("exempt", None)
    assert told(world, service.id) == ["service.saved", "service.saved"]


def test_a_service_that_is_booked_and_is_not_any_more(at: datetime) -> None:
    world = found("NO")
    booked = replace(SESSION, minutes=60, free_until_hours=48, late_charge=Charge.HALF)
    service = create_service(booked, who=world.who("practitioner"), at=at)
    kept = stored(world, service.id)
    assert (kept.minutes, kept.free_until_hours, kept.late_charge) == (60, 48, "half")
    assert entered_in(kept) == booked
    amend_service(service.id, lambda now: replace(now, minutes=None), who=world.who(), at=at)
    assert entered_in(stored(world, service.id)) == replace(booked, minutes=None)
    assert told(world, service.id) == ["service.saved", "service.saved"]


@pytest.mark.parametrize(("minutes", "hours"), [(1, 0), (1440, 336), (None, 336)])
def test_lengths_and_notices_at_the_edge(at: datetime, minutes: int | None, hours: int) -> None:
    world = found()
    entered = replace(HOUR, minutes=minutes, free_until_hours=hours, late_charge=Charge.FULL)
    kept = stored(world, create_service(entered, who=world.who(), at=at).id)
    assert (kept.minutes, kept.free_until_hours, kept.late_charge) == (minutes, hours, "full")


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"minutes": 0}, "service_lasts_a_day_at_most"),
        ({"minutes": 1441}, "service_lasts_a_day_at_most"),
        ({"free_until_hours": 337}, "service_notice_is_two_weeks_at_most"),
        ({"free_until_hours": -1}, "catalogue_service_free_until_hours_check"),
    ],
)
def test_the_database_keeps_no_other(
    untouched: World, wrong: dict[str, int], constraint: str
) -> None:
    before = model_to_dict(only(untouched))
    with pytest.raises(IntegrityError, match=constraint), scope(untouched.id):
        Service.objects.filter(organization_id=untouched.id).update(**wrong)
    assert model_to_dict(only(untouched)) == before


def test_a_category_without_tax_keeps_no_rate(at: datetime) -> None:
    world = found(zero_rate_open=True)
    entered = replace(SESSION, tax_category=TaxCategory.ZERO, tax_rate=Decimal(0))
    assert create_service(entered, who=world.who(), at=at).tax_rate is None


def test_into_the_archive_and_back(at: datetime) -> None:
    world = found()
    service = create_service(HOUR, who=world.who(), at=at)
    for _twice in range(2):
        archive_service(service.id, who=world.who(), at=at)
    assert stored(world, service.id).archived_at == at
    for _twice in range(2):
        restore_service(service.id, who=world.who(), at=at)
    assert stored(world, service.id).archived_at is None
    assert told(world, service.id) == ["service.saved", "service.archived", "service.restored"]


def test_the_rate_is_one_of_the_day_in_the_organizations_zone() -> None:
    world = found()
    reduced = replace(HOUR, tax_rate=Decimal("13.5"))
    before_midnight = datetime(2025, 12, 31, 21, 59, tzinfo=UTC)
    with pytest.raises(Invalid) as wrong:
        create_service(reduced, who=world.who(), at=before_midnight)
    assert [error.code for error in wrong.value.errors] == ["rate_not_in_force"]
    midnight = datetime(2025, 12, 31, 22, 0, tzinfo=UTC)
    assert create_service(reduced, who=world.who(), at=midnight).tax_rate == Decimal("13.5")


def test_what_the_operator_opens(at: datetime) -> None:
    world = found()
    reverse = replace(SESSION, tax_category=TaxCategory.REVERSE_CHARGE)
    with pytest.raises(Invalid) as wrong:
        create_service(reverse, who=world.who(), at=at)
    assert [error.code for error in wrong.value.errors] == ["category_closed"]
    set_by_operator(world.organization.slug, ["reverse_charge_open=yes"], at=at)
    create_service(reverse, who=world.who(), at=at)
    set_by_operator(world.organization.slug, ["vat_registered=no"], at=at)
    with pytest.raises(Invalid) as wrong:
        create_service(HOUR, who=world.who(), at=at)
    assert [error.code for error in wrong.value.errors] == ["not_vat_registered"]


@pytest.mark.parametrize(
    ("more", "errors"),
    [
        ({"name": " "}, [("name", "required")]),
        ({"name": "n" * 301}, [("name", "too_long")]),
        ({"name": "a\x00"}, [("name", "unprintable")]),
        ({"unit": "u" * 21}, [("unit", "too_long")]),
        ({"unit_price": Decimal("-0.01")}, [("unit_price", "negative")]),
        ({"unit_price": Decimal("NaN")}, [("unit_price", "not_a_number")]),
        ({"unit_price": Decimal("sNaN")}, [("unit_price", "not_a_number")]),
        ({"unit_price": Decimal("Infinity")}, [("unit_price", "not_a_number")]),
        ({"unit_price": Decimal("1E+30")}, [("unit_price", "too_large")]),
        ({"unit_price": Decimal("100000000")}, [("unit_price", "too_large")]),
        ({"unit_price": Decimal("0.00001")}, [("unit_price", "too_many_decimals")]),
        ({"unit_price": Decimal("1E-50")}, [("unit_price", "too_many_decimals")]),
        ({"minutes": 0}, [("minutes", "out_of_range")]),
        ({"minutes": -60}, [("minutes", "out_of_range")]),
        ({"minutes": 1441}, [("minutes", "out_of_range")]),
        ({"minutes": 10**30}, [("minutes", "out_of_range")]),
        ({"free_until_hours": -1}, [("free_until_hours", "out_of_range")]),
        ({"free_until_hours": 337}, [("free_until_hours", "out_of_range")]),
        (
            {"minutes": 0, "free_until_hours": 10**30},
            [("minutes", "out_of_range"), ("free_until_hours", "out_of_range")],
        ),
        ({"tax_rate": None}, [("tax_rate", "required")]),
        ({"tax_rate": Decimal("24")}, [("tax_rate", "rate_not_in_force")]),
        ({"tax_category": TaxCategory.EXEMPT}, [("tax_rate", "no_rate_here")]),
    ],
)
def test_what_is_wrong_is_named(
    untouched: World, at: datetime, more: dict[str, Any], errors: Sequence[tuple[str, str]]
) -> None:
    before = model_to_dict(only(untouched))
    entered, service_id = replace(HOUR, **more), only(untouched).id
    attempts: list[Callable[[], object]] = [
        lambda: create_service(entered, who=untouched.who(), at=at),
        lambda: amend_service(service_id, lambda _now: entered, who=untouched.who(), at=at),
    ]
    for attempt in attempts:
        with pytest.raises(Invalid) as wrong:
            attempt()
        assert [(error.field, error.code) for error in wrong.value.errors] == errors
    assert model_to_dict(only(untouched)) == before


@pytest.mark.parametrize("price", ["0", "0.0000", "99999999.9999", "1.10000000"])
def test_prices_at_the_edge(at: datetime, price: str) -> None:
    world = found()
    entered = replace(HOUR, unit_price=Decimal(price))
    service = create_service(entered, who=world.who(), at=at)
    assert stored(world, service.id).unit_price == Decimal(price)


def test_who_may_and_whose_it_is(untouched: World, at: datetime) -> None:
    service_id = only(untouched).id
    stranger, reader = found().who(), untouched.who("reader")
    for who, id_, refusal in (
        (reader, service_id, NotAllowed),
        (stranger, service_id, Absent),
        (untouched.who(), new_id(), Absent),
    ):
        attempts: list[Any] = [
            lambda who=who, id_=id_: amend_service(id_, lambda _now: SESSION, who=who, at=at),
            lambda who=who, id_=id_: archive_service(id_, who=who, at=at),
            lambda who=who, id_=id_: restore_service(id_, who=who, at=at),
        ]
        for attempt in attempts:
            with pytest.raises(refusal):
                attempt()
    with pytest.raises(NotAllowed):
        create_service(SESSION, who=reader, at=at)
    assert only(untouched).name == "Hour of carpentry"
