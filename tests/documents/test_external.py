"""Drafts that are invoiced in another system: marked, noted of, taken back; never a paper here."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError

from storno.corrections.depart import depart_due
from storno.corrections.finalise import finalise_draft, withdraw_draft
from storno.diary.amend import amend_draft
from storno.diary.drop import delete_draft
from storno.documents.content import DraftInput
from storno.documents.draft import copy_draft
from storno.documents.elsewhere import InvoicedElsewhere
from storno.documents.external import (
    UNKNOWN,
    ExternalInput,
    externalise_draft,
    internalise_draft,
)
from storno.documents.files import preview_of_draft
from storno.documents.models import Draft
from storno.documents.queries import (
    DraftState,
    count_drafts,
    count_tabs,
    list_drafts,
    state_of_draft,
)
from storno.organizations.queries import circumstances
from storno.organizations.scope import scope
from storno.reports.needs import read_needs
from tests.deeds import HOLD, hold_draft
from tests.observe import (
    balances,
    documents,
    drafts,
    everything,
    history,
    letters,
    next_numbers,
    refused,
)
from tests.world import World, found, line

PAID = ExternalInput("T-77", date(2026, 6, 15), "Vipps")


def known_of(draft: Draft) -> tuple[Any, ...]:
    return (
        draft.external_at,
        draft.external_number,
        draft.external_paid_on,
        draft.external_paid_by,
    )


PLAIN = (None, "", None, "")


def marked(world: World, at: datetime, entered: ExternalInput = UNKNOWN) -> Draft:
    return externalise_draft(world.draft(at=at).id, entered, who=world.who(), at=at)


def test_marked_it_is_a_record_and_nothing_else_has_happened(at: datetime) -> None:
    world = found(hold_seconds=0)
    plain = world.draft(at=at)
    before = everything(world)
    done = externalise_draft(plain.id, version=1, who=world.who(), at=at)
    (stored,) = drafts(world)
    assert known_of(done) == known_of(stored) == (at, "", None, "")
    assert (done.version, stored.version) == (2, 2)
    after = everything(world)
    assert {table for table in after if after[table] != before[table]} == {
        "documents_draft",
        "history_event",
    }
    assert history(world, plain.id) == ["draft.saved", "draft.externalised"]
    assert (documents(world), letters(world), balances(world), next_numbers(world)) == (
        [],
        [],
        {},
        {},
    )


def test_what_is_known_is_noted_at_once_or_later_and_anew(at: datetime) -> None:
    world, later = found(), at + timedelta(days=1)
    draft = marked(world, at, replace(PAID, number=" T-77 "))
    assert known_of(drafts(world)[0]) == (at, "T-77", date(2026, 6, 15), "Vipps")
    assert history(world, draft.id) == [
        "draft.saved",
        "draft.externalised",
        "draft.external_noted",
    ]
    anew = ExternalInput(paid_on=date(2026, 6, 17))
    done = externalise_draft(draft.id, anew, version=2, who=world.who("office"), at=later)
    assert known_of(done) == (at, "", date(2026, 6, 17), "")
    externalise_draft(draft.id, who=world.who(), at=later)
    assert known_of(drafts(world)[0]) == (at, "", None, "")
    assert history(world, draft.id)[3:] == ["draft.external_noted", "draft.external_noted"]


@pytest.mark.parametrize(
    ("entered", "code"),
    [
        (ExternalInput(number="7" * 41), "number: too_long"),
        (ExternalInput(number="7\x00"), "number: unprintable"),
        (ExternalInput(paid_by="x" * 41), "paid_by: too_long"),
        (ExternalInput(paid_on=date(2026, 6, 17)), "paid_on: in_the_future"),
        (ExternalInput(paid_on=date(2012, 12, 31)), "paid_on: out_of_range"),
    ],
)
def test_details_that_cannot_be(entered: ExternalInput, code: str, at: datetime) -> None:
    world = found()
    draft = world.draft(at=at)
    with refused(world, code):
        externalise_draft(draft.id, entered, who=world.who(), at=at)


def test_today_is_the_day_where_the_organization_is(at: datetime) -> None:
    """An hour before midnight in London it is tomorrow in Helsinki."""
    world = found()
    late = at.replace(hour=23)
    draft = world.draft(at=at)
    paid = ExternalInput(paid_on=date(2026, 6, 17))
    assert externalise_draft(draft.id, paid, who=world.who(), at=late).external_paid_on == date(
        2026, 6, 17
    )


def test_it_becomes_no_paper_of_ours(at: datetime) -> None:
    world = found(hold_seconds=0)
    draft = marked(world, at)
    deeds: tuple[Callable[[], object], ...] = (
        lambda: finalise_draft(draft.id, who=world.who(), at=at),
        lambda: finalise_draft(draft.id, send_now=True, version=2, who=world.who(), at=at),
        lambda: copy_draft(draft.id, who=world.who(), at=at),
    )
    for deed in deeds:
        with refused(world, "externalised"):
            deed()
    with refused(world, "not_on_hold"):
        withdraw_draft(draft.id, who=world.who(), at=at)
    with scope(world.id), pytest.raises(InvoicedElsewhere):
        preview_of_draft(draft, at=at)
    assert depart_due(world.id, at=at + timedelta(days=400)) == 0


def test_what_it_says_can_still_be_written_anew(at: datetime) -> None:
    """The diary's price and that of the record are one; a payment that is noted was of that."""
    world = found()
    draft = marked(world, at)

    def cheaper(now: DraftInput) -> DraftInput:
        return replace(now, lines=(line("5.00"),))

    saved = amend_draft(draft.id, cheaper, who=world.who(), at=at)
    assert (saved.goes_at, saved.version) == (None, 3)
    with refused(world, "draft_changed_meanwhile"):
        externalise_draft(draft.id, version=2, who=world.who(), at=at)
    externalise_draft(draft.id, PAID, who=world.who(), at=at)

    def dearer(now: DraftInput) -> DraftInput:
        return replace(now, lines=(line("6.00"),))

    with refused(world, "external_payment_noted"):
        amend_draft(draft.id, dearer, who=world.who(), at=at)
    amend_draft(draft.id, cheaper, who=world.who(), at=at)
    assert known_of(drafts(world)[0]) == (at, "T-77", date(2026, 6, 15), "Vipps")


def test_on_hold_it_no_longer_leaves(at: datetime) -> None:
    world = found()
    held = hold_draft(world, at)
    marked_ = externalise_draft(held.id, who=world.who(), at=at + HOLD - timedelta(seconds=1))
    assert (marked_.goes_at, drafts(world)[0].goes_at) == (None, None)
    assert depart_due(world.id, at=at + HOLD) == 0
    other = hold_draft(world, at)
    with refused(world, "already_issued"):
        externalise_draft(other.id, who=world.who(), at=at + HOLD)


def test_a_draft_that_could_not_be_issued_is_none_that_waits(at: datetime) -> None:
    world = found()
    draft = world.draft(at=at)
    with scope(world.id):
        Draft.objects.filter(id=draft.id).update(failure="could_not_be_issued")
    assert externalise_draft(draft.id, who=world.who(), at=at).failure == ""
    assert drafts(world)[0].failure == ""


def test_back_to_draft_while_no_payment_is_noted(at: datetime) -> None:
    world = found(hold_seconds=0)
    draft = marked(world, at, ExternalInput(number="T-77"))
    back = internalise_draft(draft.id, version=2, who=world.who(), at=at)
    assert (known_of(back), known_of(drafts(world)[0])) == (PLAIN, PLAIN)
    assert history(world, draft.id)[-1] == "draft.internalised"
    with refused(world, "not_externalised"):
        internalise_draft(draft.id, who=world.who(), at=at)
    finalise_draft(draft.id, who=world.who(), at=at)
    assert [document.number for document in documents(world)] == ["2026-0001"]
    for deed in (externalise_draft, internalise_draft):
        with refused(world, "already_issued"):
            deed(draft.id, who=world.who(), at=at)


@pytest.mark.parametrize(
    "entered", [ExternalInput(paid_on=date(2026, 6, 15)), ExternalInput(paid_by="Cash")]
)
def test_once_a_payment_is_noted_it_stays(entered: ExternalInput, at: datetime) -> None:
    """Neither back to draft nor thrown away, until the details are emptied."""
    world = found()
    draft = marked(world, at, entered)
    with refused(world, "external_payment_noted"):
        internalise_draft(draft.id, who=world.who(), at=at)
    with refused(world, "external_payment_noted"):
        delete_draft(draft.id, who=world.who(), at=at)
    externalise_draft(draft.id, who=world.who(), at=at)
    internalise_draft(draft.id, who=world.who(), at=at)
    assert known_of(drafts(world)[0]) == PLAIN


def test_a_record_can_be_thrown_away(at: datetime) -> None:
    world = found()
    draft = marked(world, at, ExternalInput(number="T-77"))
    delete_draft(draft.id, who=world.who(), at=at)
    assert drafts(world) == []
    assert history(world, draft.id) == [
        "draft.saved",
        "draft.externalised",
        "draft.external_noted",
        "draft.deleted",
    ]


def test_whoever_writes_drafts_may_mark_them(at: datetime) -> None:
    world = found()
    for role in ("administrator", "practitioner", "office"):
        draft = world.draft(at=at)
        externalise_draft(draft.id, who=world.who(role), at=at)
        internalise_draft(draft.id, who=world.who(role), at=at)
    for deed in (externalise_draft, internalise_draft):
        with refused(world, "not_allowed"):
            deed(drafts(world)[0].id, who=world.who("reader"), at=at)


def test_nobody_marks_what_is_not_theirs(at: datetime) -> None:
    world, strange = found(), found()
    draft = marked(world, at)
    for id_ in (draft.id, uuid4(), world.invoice(at=at).id):
        for deed in (externalise_draft, internalise_draft):
            with refused(world, "absent"):
                deed(id_, who=strange.who(), at=at)
    assert known_of(drafts(world)[0]) == (at, "", None, "")


def test_nothing_counts_it_as_a_draft_or_as_owed(at: datetime) -> None:
    world = found(hold_seconds=0)
    record, plain = marked(world, at, ExternalInput(number="T-77")), world.draft(at=at)
    later = at + timedelta(days=400)
    with scope(world.id):
        now = circumstances(world.id, later)
        needs = read_needs(now, who=world.who(), at=later)
        assert (needs.drafts, needs.leaving, needs.not_issued, needs.overdue) == (1, (), (), ())
        assert count_drafts(world.id, state="draft") == 1
        assert count_drafts(world.id, state="external") == 1
        assert count_drafts(world.id, state="held") == 0
        assert set(count_tabs(world.id, today=now.today).values()) == {0}
        listed: dict[DraftState | None, list[UUID]] = {
            "draft": [plain.id],
            "held": [],
            "external": [record.id],
            None: [plain.id, record.id],
        }
        for state, ids in listed.items():
            rows, before = list_drafts(world.id, state=state)
            assert ([row.id for row in rows], before) == (ids, None)
        assert {row.id: state_of_draft(row, later) for row in rows} == {
            record.id: "external",
            plain.id: "draft",
        }


@pytest.mark.parametrize("number", ["T-77", "T-"])
def test_it_is_found_by_the_number_that_it_has_elsewhere(number: str, at: datetime) -> None:
    world = found()
    record = marked(world, at, ExternalInput(number="T-77"))
    marked(world, at, ExternalInput(number="U-77"))
    with scope(world.id):
        rows, _before = list_drafts(world.id, state="external", recipient_ids=(), numbered=number)
    assert [row.id for row in rows] == [record.id]


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"goes_at": datetime(2030, 1, 1, tzinfo=UTC)}, "external_record_does_not_leave"),
        ({"external_at": None}, "only_external_records_have_details"),
    ],
)
def test_the_database_holds_it(changed: dict[str, Any], constraint: str, at: datetime) -> None:
    world = found()
    draft = marked(world, at, PAID)
    with scope(world.id), pytest.raises(IntegrityError, match=constraint):
        Draft.objects.filter(organization_id=world.id, id=draft.id).update(**changed)
