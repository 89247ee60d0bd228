"""`prove` finds nothing in books that were kept by deeds, whatever happened in them."""

import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from storno.core import ids
from storno.corrections.settle import reverse_payment
from storno.documents.models import Document
from storno.numbering.plan import PlanChanges, plan_numbers
from storno.organizations.scope import scope
from storno.payments.models import Payment, Reversal
from storno.reports.verify.dossier import open_books
from storno.reports.verify.prove import prove, snapshot
from tests.reports.books import DAY, credit, line_ids, live, part, pay, violations
from tests.world import World, found, line

NORWAY = ("25", "15", "12")


def plan(world: World, *, at: datetime, **changes: object) -> None:
    plan_numbers(PlanChanges(**changes), who=world.who(), at=at)  # type: ignore[arg-type]


@pytest.mark.parametrize("vat_on", ["payment", "invoice"])
def test_a_life_of_deeds_is_in_order(vat_on: str, at: datetime) -> None:
    world = found(vat_on=vat_on)
    live(world, at=at)
    assert violations(world) == []


def test_so_it_is_in_norway(at: datetime) -> None:
    world = found("NO", vat_on="invoice")
    live(world, *NORWAY, at=at)
    assert violations(world) == []


def test_so_it_is_with_one_series_for_both_that_runs_on_over_the_years(at: datetime) -> None:
    world = found()
    plan(world, share=True, invoice_format="A{number:05}", first_invoice_number=700, at=at)
    live(world, at=at)
    assert violations(world) == []
    with scope(world.id):
        numbers = Document.objects.filter(organization_id=world.id).order_by("sequence")
        assert numbers.first().number == "A00700"  # type: ignore[union-attr]
        assert numbers.values("series_id").distinct().count() == 1


def test_an_organization_without_documents_is_in_order() -> None:
    assert violations(found()) == []


def test_it_counts_what_it_has_gone_through_and_tells_how_far_it_is(at: datetime) -> None:
    world = found()
    live(world, at=at)
    books = open_books(world.id, database="owner")
    heard: list[int] = []
    with snapshot("owner"):
        assert list(prove(books, heard.append)) == []
    with scope(world.id):
        assert books.documents == Document.objects.filter(organization_id=world.id).count() == 33
    assert heard == [33]


def test_the_application_can_prove_its_own_organization_in_scope(at: datetime) -> None:
    world = found()
    live(world, at=at)
    with scope(world.id):
        assert list(prove(open_books(world.id, database="default"))) == []


def test_numbers_rise_with_time_even_if_the_later_clock_was_faster(at: datetime) -> None:
    world = found()
    later = world.invoice(at=at + timedelta(days=1, seconds=1))
    earlier = world.invoice(at=at)
    assert (earlier.sequence, earlier.issued_at) == (2, later.issued_at)
    assert earlier.issued_on == later.issued_on == datetime(2026, 6, 17, tzinfo=UTC).date()
    assert earlier.due_on == later.due_on
    assert violations(world) == []


@pytest.fixture
def hosts(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Each call goes on to another host, whose clock is an hour behind that of the one before."""
    behind = itertools.count(1)

    def go_on() -> None:
        hours = next(behind)
        clock = SimpleNamespace(time_ns=lambda: time.time_ns() - hours * 3600 * 10**9)
        monkeypatch.setattr(ids, "time", clock)
        monkeypatch.setattr(ids, "_last", 0)

    return go_on


def test_clocks_of_hosts_that_differ_are_no_violation(
    hosts: Callable[[], None], at: datetime
) -> None:
    """Every deed is done by a host behind the one before: ids fall, the order is still known."""
    world = found()
    invoice = world.invoice(line(), line("500"), at=at)
    first, second = line_ids(world, invoice)
    hosts()
    paid = pay(world, invoice, 100_000, at=at)
    hosts()
    one = credit(world, invoice, part(first, amount_minor=33_333), at=at)
    hosts()
    pay(world, invoice, 80_000, at=at + DAY)
    hosts()
    two = credit(world, invoice, part(second, amount_minor=11_111), at=at + DAY)
    hosts()
    reverse_payment(paid.id, "booked twice", who=world.who(), at=at + 2 * DAY)
    hosts()
    three = credit(world, invoice, at=at + 2 * DAY)
    assert invoice.id > one.id > two.id > three.id
    with scope(world.id):
        turns = {
            model.__name__: list(
                model._default_manager.filter(organization_id=world.id)
                .order_by("-id")
                .values_list("turn", flat=True)
            )
            for model in (Document, Payment, Reversal)
        }
    assert turns == {"Document": [0, 2, 4, 6], "Payment": [1, 3], "Reversal": [5]}
    assert violations(world) == []
