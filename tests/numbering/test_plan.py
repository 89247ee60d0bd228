"""How numbers look and where they begin."""

from collections.abc import Sequence
from datetime import datetime
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from storno.core.refusals import Invalid, NotAllowed
from storno.history.models import Event
from storno.numbering.models import Series, SeriesKind, SeriesPlan
from storno.numbering.plan import NumbersGiven, PlanChanges, Plans, plan_numbers, plans_of
from storno.numbering.take import lock_series, next_number, save_series
from storno.organizations.scope import scope
from tests.world import World, found

INVOICE, CREDIT_NOTE = SeriesKind.INVOICE, SeriesKind.CREDIT_NOTE


@pytest.fixture(scope="module")
def untouched() -> World:
    """An organization that every test here leaves as it is."""
    return found()


def plans(world: World) -> Plans:
    with scope(world.id):
        return plans_of(world.id)


def take(world: World, kind: SeriesKind = INVOICE, *, year: int = 2026) -> str:
    """Give one number, as an issue does."""
    with scope(world.id):
        series = lock_series(kind, year=year, organization_id=world.id)
        number = next_number(series, year=year)
        save_series(series)
        return number.text


def set_(world: World, at: datetime, **changes: Any) -> Plans:
    return plan_numbers(PlanChanges(**changes), who=world.who(), at=at)


def told(world: World) -> list[tuple[UUID, dict[str, Any]]]:
    with scope(world.id):
        events = Event.objects.filter(kind="numbering.planned").order_by("id")
        return [(event.subject_id, event.facts) for event in events]


def test_nobody_must_plan() -> None:
    world = found()
    assert [take(world) for _ in range(3)] == ["2026-0001", "2026-0002", "2026-0003"]
    assert [take(world, CREDIT_NOTE) for _ in range(2)] == ["2026-K1", "2026-K2"]
    assert [take(world, year=2027), take(world, CREDIT_NOTE, year=2027)] == [
        "2027-0001",
        "2027-K1",
    ]
    assert take(world) == "2026-0004"
    with scope(world.id):
        assert SeriesPlan.objects.count() == 0
    assert plans(world).begun == {INVOICE, CREDIT_NOTE}


def test_who_switches_goes_on_counting(at: datetime) -> None:
    world = found()
    set_(
        world,
        at,
        invoice_format=" L{year}{number:05} ",
        first_invoice_number=124,
        credit_note_format="H{number}",
        first_credit_note_number=7,
    )
    assert [take(world), take(world)] == ["L202600124", "L202600125"]
    assert take(world, year=2027) == "L202700001"
    assert [take(world, CREDIT_NOTE), take(world, CREDIT_NOTE, year=2027)] == ["H7", "H8"]
    assert told(world) == [
        (world.id, {"series": "invoice", "format": "L{year}{number:05}", "first_number": 124}),
        (world.id, {"series": "credit_note", "format": "H{number}", "first_number": 7}),
    ]


def test_one_series_for_both(at: datetime) -> None:
    world = found()
    set_(world, at, share=True)
    assert [take(world), take(world, CREDIT_NOTE), take(world), take(world, CREDIT_NOTE)] == [
        "2026-0001",
        "2026-0002",
        "2026-0003",
        "2026-0004",
    ]
    with scope(world.id):
        assert list(Series.objects.values_list("kind", "year", "next_number")) == [
            ("invoice", 2026, 5)
        ]
    assert told(world)[0][1]["format"] == "{year}-{number:04}"
    assert plans(world).begun == {INVOICE, CREDIT_NOTE}
    too_late: list[dict[str, Any]] = [
        {"share": False},
        {"share": False, "credit_note_format": "CN{number}", "first_credit_note_number": 50},
        {"first_credit_note_number": 50},
        {"invoice_format": "A{number}"},
    ]
    for changes in too_late:
        with pytest.raises(NumbersGiven):
            set_(world, at, **changes)
    assert len(told(world)) == 1
    assert take(world, CREDIT_NOTE) == "2026-0005"


def test_sharing_ends_while_no_credit_note_has_been_given(at: datetime) -> None:
    world = found()
    set_(world, at, share=True)
    assert take(world) == "2026-0001"
    assert plans(world).begun == {INVOICE}
    set_(world, at, share=False, credit_note_format="CN{number}", first_credit_note_number=50)
    assert take(world, CREDIT_NOTE) == "CN50"
    with pytest.raises(NumbersGiven):
        set_(world, at, share=True)
    assert [take(world, CREDIT_NOTE), take(world)] == ["CN51", "2026-0002"]


def test_credit_notes_may_begin_a_shared_series(at: datetime) -> None:
    world = found()
    set_(world, at, share=True, first_invoice_number=50)
    assert [take(world, CREDIT_NOTE), take(world)] == ["2026-0050", "2026-0051"]


def test_what_has_been_given_stays(at: datetime) -> None:
    world = found()
    take(world)
    too_late: list[dict[str, Any]] = [
        {"invoice_format": "A{number}"},
        {"first_invoice_number": 2},
        {"credit_note_format": "B{number}", "invoice_format": "A{number}"},
    ]
    for changes in too_late:
        with pytest.raises(NumbersGiven):
            set_(world, at, **changes)
    assert (plans(world).invoice.format, plans(world).credit_note.format) == (
        "{year}-{number:04}",
        "{year}-K{number}",
    )
    assert told(world) == []
    set_(world, at, credit_note_format="B{number}", invoice_format="{year}-{number:04}")
    assert [take(world), take(world, CREDIT_NOTE)] == ["2026-0002", "B1"]
    too_late = [{"credit_note_format": "C{number}"}, {"share": True}]
    for changes in too_late:
        with pytest.raises(NumbersGiven):
            set_(world, at, **changes)


def test_setting_what_holds_does_nothing(untouched: World, at: datetime) -> None:
    set_(untouched, at)
    set_(untouched, at, invoice_format="{year}-{number:04}", first_invoice_number=1, share=False)
    with scope(untouched.id):
        assert SeriesPlan.objects.count() == 0
    assert told(untouched) == []


@pytest.mark.parametrize("roles", [("practitioner",), ("office",), ("reader",)])
def test_only_administrators_plan(untouched: World, at: datetime, roles: tuple[str, ...]) -> None:
    with pytest.raises(NotAllowed):
        plan_numbers(PlanChanges(share=True), who=untouched.who(*roles), at=at)


NOT_A_FORMAT = [("invoice_format", "not_a_format")]
TOO_LONG = [("invoice_format", "too_long")]


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"invoice_format": ""}, NOT_A_FORMAT),
        ({"invoice_format": "2026"}, NOT_A_FORMAT),
        ({"invoice_format": "{year}"}, NOT_A_FORMAT),
        ({"invoice_format": "{number}{number}"}, NOT_A_FORMAT),
        ({"invoice_format": "{year}{year}{number}"}, NOT_A_FORMAT),
        ({"invoice_format": "{number:4}"}, NOT_A_FORMAT),
        ({"invoice_format": "{number:0999}"}, NOT_A_FORMAT),
        ({"invoice_format": "{number!r}"}, NOT_A_FORMAT),
        ({"invoice_format": "{number.real}"}, NOT_A_FORMAT),
        ({"invoice_format": "{number}{"}, NOT_A_FORMAT),
        ({"invoice_format": "{}"}, NOT_A_FORMAT),
        ({"invoice_format": "{year}/{number:04}"}, []),
        ({"invoice_format": "A/{year}/{number}"}, []),
        ({"invoice_format": "/{number}"}, NOT_A_FORMAT),
        ({"invoice_format": "{number}/"}, NOT_A_FORMAT),
        ({"invoice_format": "A//{number}"}, NOT_A_FORMAT),
        ({"invoice_format": "Å{number}"}, NOT_A_FORMAT),
        ({"invoice_format": "١{number}"}, NOT_A_FORMAT),
        ({"invoice_format": "{number}\x00"}, NOT_A_FORMAT),
        ({"invoice_format": "A" * 10_000 + "{number}"}, NOT_A_FORMAT),
        ({"invoice_format": "A" * 33 + "{number}"}, NOT_A_FORMAT),
        ({"invoice_format": "A" * 32 + "{number}"}, TOO_LONG),
        ({"invoice_format": "INVOICES-{year}-{number}"}, TOO_LONG),
        ({"invoice_format": "INVOICE-{year}-{number}"}, []),
        ({"invoice_format": "LASKU-{year}-{number:09}"}, []),
        ({"invoice_format": "LASKUT-{year}-{number:09}"}, TOO_LONG),
        ({"invoice_format": "ABCDEFGHIJK{number}", "first_invoice_number": 99_999_999}, []),
        ({"invoice_format": "ABCDEFGHIJKL{number}", "first_invoice_number": 99_999_999}, TOO_LONG),
        ({"first_invoice_number": 0}, [("first_invoice_number", "out_of_range")]),
        ({"first_invoice_number": -1}, [("first_invoice_number", "out_of_range")]),
        ({"first_invoice_number": 10**30}, [("first_invoice_number", "out_of_range")]),
        (
            {"credit_note_format": "K", "first_invoice_number": 0},
            [("first_invoice_number", "out_of_range"), ("credit_note_format", "not_a_format")],
        ),
        ({"credit_note_format": "{year}-{number}"}, [("credit_note_format", "same_numbers")]),
        ({"credit_note_format": "{year}-9{number}"}, [("credit_note_format", "same_numbers")]),
        ({"invoice_format": "{year}-K{number:03}"}, [("credit_note_format", "same_numbers")]),
    ],
)
def test_formats(
    untouched: World, at: datetime, changes: dict[str, Any], errors: Sequence[tuple[str, str]]
) -> None:
    world = untouched if errors else found()
    if errors:
        with pytest.raises(Invalid) as wrong:
            set_(world, at, **changes)
        assert [(error.field, error.code) for error in wrong.value.errors] == errors
        assert told(world) == []
    else:
        set_(world, at, **changes)
        assert len(take(world)) <= 20


@pytest.mark.parametrize(
    ("kind", "shares", "changes"),
    [
        (INVOICE, False, {"invoice_format": "A{number}"}),
        (CREDIT_NOTE, True, {"share": False}),
    ],
)
def test_planning_waits_for_the_first_issue(
    at: datetime, kind: SeriesKind, shares: bool, changes: dict[str, Any]
) -> None:
    """Whoever begins the series first wins: the other sees it and is told."""
    world = found()
    set_(world, at, share=shares)
    outcome: list[str] = []

    def plan() -> None:
        try:
            set_(world, at, **changes)
            outcome.append("planned")
        except NumbersGiven:
            outcome.append("given")
        connection.close()

    with scope(world.id):
        series = lock_series(kind, year=2026, organization_id=world.id)
        number = next_number(series, year=2026)
        save_series(series)
        late = Thread(target=plan)
        late.start()
        late.join(timeout=0.3)
        assert late.is_alive(), "planning waits while a number is being given"
    late.join()
    assert (number.text, outcome) == ("2026-0001", ["given"])
    assert take(world, kind) == "2026-0002"


def test_an_issue_that_fails_begins_nothing(at: datetime) -> None:
    world = found()

    def fail() -> None:
        with scope(world.id):
            series = lock_series(INVOICE, year=2026, organization_id=world.id)
            save_series(series)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert plans(world).begun == frozenset[SeriesKind]()
    set_(world, at, invoice_format="A{number}")
    assert take(world) == "A1"
