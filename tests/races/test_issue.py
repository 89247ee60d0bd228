"""Issues that meet issues, edits, rollbacks and workers: numbers without gap or double."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NoReturn
from uuid import UUID

import pytest

from storno.corrections.depart import depart_due
from storno.corrections.finalise import finalise_draft, withdraw_draft
from storno.diary.amend import amend_draft
from storno.diary.drop import delete_draft
from storno.documents.issue import get_ready, issue
from storno.documents.models import Document, Draft, DraftLine, Kind
from storno.numbering.models import PaymentReference, SeriesPlan
from storno.organizations.queries import circumstances
from storno.organizations.scope import scope
from tests.deeds import HOLD, MOMENT, credit, hold_draft
from tests.observe import documents, drafts, numbers
from tests.properties.invariants import prove_books, verify_finds_nothing
from tests.races.together import TIMES, together
from tests.world import World, found

GATES = pytest.mark.parametrize("gated", [True, False], ids=["in a queue", "freely"])


class Interrupted(Exception):
    """The process that was issuing gave up before it committed."""


def give_up() -> NoReturn:
    raise Interrupted


def sending(world: World, draft_id: UUID, at: datetime, *, now: bool = True) -> Callable[[], Any]:
    return lambda: finalise_draft(draft_id, send_now=now, who=world.who(), at=at)


def interrupted(world: World, draft_id: UUID, at: datetime) -> Callable[[], Any]:
    """Take a number for a draft, write everything, and roll back."""

    def run() -> str:
        try:
            with scope(world.id):
                draft = Draft.objects.select_for_update().get(id=draft_id)
                now = circumstances(world.id, at)
                ready, _not_ready = get_ready([draft], now)
                issue(ready, now, who=world.who(), at=at)
                give_up()
        except Interrupted:
            return "rolled back"

    return run


def held_copies(world: World, count: int, at: datetime) -> list[UUID]:
    """So many held drafts at once: copies of one that was finalised."""
    held = hold_draft(world, at)
    with scope(world.id):
        (line,) = DraftLine.objects.filter(draft_id=held.id)
        copies = [Draft.objects.get(id=held.id) for _ in range(count - 1)]
        lines = []
        for copy in copies:
            copy.id = Draft().id
            lines.append(DraftLine.objects.get(id=line.id))
            lines[-1].id, lines[-1].draft_id = DraftLine().id, copy.id
        Draft.objects.bulk_create(copies)
        DraftLine.objects.bulk_create(lines)
    return [held.id, *(copy.id for copy in copies)]


@GATES
def test_a_draft_finalised_four_times_at_once_is_issued_once(gated: bool, at: datetime) -> None:
    world = found(hold_seconds=0)
    for _ in range(TIMES):
        draft = world.draft(at=at)
        results = together(
            *[sending(world, draft.id, at)] * 4,
            gate=("documents_draft", draft.id) if gated else None,
        )
        assert sum(isinstance(result, Document) for result in results) == 1
        assert results.count(["already_issued"]) == 3
    assert len(documents(world)) == TIMES
    prove_books(world)


def test_a_draft_put_on_hold_four_times_at_once_leaves_at_one_time(at: datetime) -> None:
    world = found()
    for _ in range(TIMES):
        draft = world.draft(at=at)
        results = together(
            *[sending(world, draft.id, at, now=False)] * 4, gate=("documents_draft", draft.id)
        )
        assert [result.goes_at for result in results] == [at + HOLD] * 4
    prove_books(world)


def test_the_first_invoices_of_a_year_begin_one_series(at: datetime) -> None:
    for year in range(TIMES):
        world = found()
        moment = at.replace(year=2026 + year % 2)
        ids = [world.draft(at=at).id for _ in range(6)]
        together(*[sending(world, id_, moment) for id_ in ids])
        assert numbers(world) == [f"{moment.year}-{n + 1:04}" for n in range(6)]
        prove_books(world)


def test_the_turn_of_the_year(at: datetime) -> None:
    """Clocks read on both sides of midnight in Helsinki: two series, each without a gap."""
    new_year = datetime(2026, 12, 31, 22, 0, tzinfo=UTC)
    world = found()
    for _ in range(TIMES):
        ids = [world.draft(at=at).id for _ in range(6)]
        together(
            *[sending(world, id_, new_year - MOMENT) for id_ in ids[:3]],
            *[sending(world, id_, new_year) for id_ in ids[3:]],
        )
    prove_books(world)
    assert len([number for number in numbers(world) if number.startswith("2027")]) == 3 * TIMES


def test_clocks_that_differ_do_not_turn_time_back(at: datetime) -> None:
    midnight = datetime(2026, 6, 16, 21, 0, tzinfo=UTC)
    world = found()
    for _ in range(TIMES):
        ids = [world.draft(at=at).id for _ in range(6)]
        together(
            *[
                sending(world, id_, midnight + (place - 3) * timedelta(milliseconds=1))
                for place, id_ in enumerate(ids)
            ]
        )
    prove_books(world)


def test_a_rollback_leaves_no_gap(at: datetime) -> None:
    world = found()
    for _ in range(TIMES):
        good = [world.draft(at=at).id for _ in range(3)]
        bad = [world.draft(at=at).id for _ in range(3)]
        results = together(
            *[sending(world, id_, at) for id_ in good],
            *[interrupted(world, id_, at) for id_ in bad],
        )
        assert all(isinstance(result, Document) for result in results[:3])
        assert results[3:] == ["rolled back"] * 3
    assert numbers(world) == [f"2026-{n + 1:04}" for n in range(3 * TIMES)]
    assert len(drafts(world)) == 3 * TIMES
    prove_books(world)


def test_two_workers_and_the_same_300_drafts(at: datetime) -> None:
    due = at + HOLD
    for _ in range(TIMES // 2):
        world = found()
        ids = held_copies(world, 300, at)
        gone = together(*[partial(depart_due, world.id, at=due)] * 2)
        assert sum(gone) == 300
        assert {document.draft_id for document in documents(world)} == set(ids)
        assert numbers(world) == [f"2026-{n + 1:04}" for n in range(300)]
        assert drafts(world) == []
        prove_books(world)
    verify_finds_nothing(world)


@pytest.mark.parametrize("deed", ["edit", "withdraw", "delete", "send"])
def test_work_at_the_deadline_has_one_winner(deed: str, at: datetime) -> None:
    """The member read the clock a moment before the deadline, two workers at it."""
    world = found()
    last = at + HOLD - MOMENT
    for _ in range(2 * TIMES):
        held = hold_draft(world, at)

        def work(id_: UUID = held.id) -> Any:
            if deed == "edit":
                return amend_draft(id_, lambda now: now, who=world.who(), at=last)
            if deed == "withdraw":
                return withdraw_draft(id_, who=world.who(), at=last)
            if deed == "send":
                return finalise_draft(id_, send_now=True, who=world.who(), at=last)
            return delete_draft(id_, who=world.who(), at=last)

        worked, *gone = together(
            work,
            lambda: depart_due(world.id, at=at + HOLD),
            lambda: depart_due(world.id, at=at + HOLD),
            gate=("documents_draft", held.id),
        )
        issued = [row for row in documents(world) if row.draft_id == held.id]
        if worked == ["already_issued"]:
            assert (len(issued), sum(gone)) == (1, 1)
        else:
            assert sum(gone) == 0
            assert len(issued) == (deed == "send")
        for draft in drafts(world):
            assert draft.goes_at == (last + HOLD if deed == "edit" else None)
            delete_draft(draft.id, who=world.who(), at=at)
    prove_books(world)


def test_a_stale_page_and_a_fresh_one_save_once(at: datetime) -> None:
    world = found()
    for _ in range(TIMES):
        draft = world.draft(at=at)

        def save(id_: UUID = draft.id) -> Any:
            return amend_draft(id_, lambda now: now, version=1, who=world.who(), at=at)

        results = together(*[save] * 3, gate=("documents_draft", draft.id))
        assert results.count(["draft_changed_meanwhile"]) == 2


def test_two_organizations_share_an_account(at: datetime) -> None:
    """With client money all are paid on one account: references are unique on it."""
    worlds = [found(hold_seconds=0) for _ in range(3)]
    before = PaymentReference.objects.count()
    for _ in range(TIMES):
        sends = [sending(world, world.draft(at=at).id, at) for world in worlds for _ in range(3)]
        results = together(*sends)
        assert len({invoice.payment_reference for invoice in results}) == 9
    assert PaymentReference.objects.count() == before + 9 * TIMES
    for world in worlds:
        prove_books(world)


def test_one_series_for_both_kinds(at: datetime) -> None:
    """Invoices and credit notes take from the same row, credits while holding a standing."""
    world = found(hold_seconds=0)
    with scope(world.id):
        SeriesPlan.objects.create(
            organization_id=world.id, kind="credit_note", format="-", shares_invoices=True
        )
    for _ in range(TIMES):
        invoices = [world.invoice(at=at) for _ in range(4)]
        sends = [sending(world, world.draft(at=at).id, at) for _ in range(4)]
        credits = [partial(credit, world, invoice, at=at) for invoice in invoices]
        together(*sends, *credits)
    assert numbers(world) == [f"2026-{n + 1:04}" for n in range(12 * TIMES)]
    assert len(documents(world, Kind.CREDIT_NOTE)) == 4 * TIMES
    prove_books(world)
