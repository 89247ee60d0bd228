"""Finalising: issued at once, or on hold until its time; withdrawn, or sent now."""

from datetime import datetime, timedelta

import pytest

from storno.corrections.depart import depart_due
from storno.corrections.finalise import finalise_draft, withdraw_draft
from storno.corrections.undo import undo_credit
from storno.diary.amend import amend_draft
from storno.diary.drop import delete_draft
from storno.documents.models import Document, Draft, Kind
from storno.organizations.models import Settings
from storno.organizations.scope import scope
from tests.deeds import CORRECT, HOLD, hold_credit, hold_draft
from tests.observe import (
    documents,
    drafts,
    everything,
    history,
    letters,
    next_numbers,
    numbers,
    refused,
)
from tests.world import World, found, line


def corrected_draft(world: World, at: datetime) -> Draft:
    """The corrected draft beside a credit note that has just been put on hold."""
    invoice = world.invoice(at=at)
    held = hold_credit(world, invoice, CORRECT, at=at)
    assert held.corrected is not None
    return held.corrected


def test_on_hold_nothing_has_happened(at: datetime) -> None:
    world = found()
    draft = hold_draft(world, at)
    assert (draft.goes_at, draft.finalised_by) == (at + HOLD, world.alice.id)
    assert (documents(world), letters(world), next_numbers(world)) == ([], [], {})
    assert history(world, draft.id) == ["draft.saved", "draft.finalised"]


def test_without_a_hold_it_is_issued_at_once(at: datetime) -> None:
    world = found(hold_seconds=0)
    issued = finalise_draft(world.draft(at=at).id, who=world.who(), at=at)
    assert isinstance(issued, Document)
    assert (issued.number, issued.issued_at, drafts(world)) == ("2026-0001", at, [])


def test_send_now_does_not_wait(at: datetime) -> None:
    world = found()
    issued = finalise_draft(world.draft(at=at).id, send_now=True, who=world.who(), at=at)
    assert isinstance(issued, Document)


def test_a_held_draft_can_be_sent_now(at: datetime) -> None:
    world = found()
    draft = hold_draft(world, at)
    then = at + timedelta(minutes=3)
    issued = finalise_draft(draft.id, send_now=True, who=world.who(), at=then)
    assert isinstance(issued, Document)
    assert issued.issued_at == then
    assert depart_due(world.id, at=at + HOLD) == 0


def test_finalising_twice_keeps_the_first_departure(at: datetime) -> None:
    world = found()
    draft = hold_draft(world, at)
    before = everything(world)
    again = finalise_draft(draft.id, who=world.who(), at=at + timedelta(minutes=5))
    assert isinstance(again, Draft)
    assert again.goes_at == at + HOLD
    assert everything(world) == before


def test_who_comes_too_late_hears_that_it_has_gone(at: datetime) -> None:
    world = found(hold_seconds=0)
    draft = world.draft(at=at)
    finalise_draft(draft.id, who=world.who(), at=at)
    with refused(world, "already_issued"):
        finalise_draft(draft.id, who=world.who(), at=at)
    with refused(world, "already_issued"):
        withdraw_draft(draft.id, who=world.who(), at=at)


def test_withdrawn_it_is_a_draft_again(at: datetime) -> None:
    world = found()
    draft = hold_draft(world, at)
    last_moment = at + HOLD - timedelta(microseconds=1)
    assert withdraw_draft(draft.id, who=world.who(), at=last_moment).goes_at is None
    assert depart_due(world.id, at=at + timedelta(days=1)) == 0
    assert (documents(world), letters(world), next_numbers(world)) == ([], [], {})
    assert history(world, draft.id)[-1] == "draft.withdrawn"
    with refused(world, "not_on_hold"):
        withdraw_draft(draft.id, who=world.who(), at=at)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=1)])
def test_the_deadline_counts_even_if_the_worker_sleeps(late: timedelta, at: datetime) -> None:
    world = found()
    draft = hold_draft(world, at)
    with refused(world, "already_issued"):
        withdraw_draft(draft.id, who=world.who(), at=at + HOLD + late)
    with refused(world, "already_issued"):
        finalise_draft(draft.id, send_now=True, who=world.who(), at=at + HOLD + late)


def test_only_members_who_may_finalise(at: datetime) -> None:
    world = found()
    draft, held = world.draft(at=at), hold_draft(world, at)
    bob = world.who("reader")
    with refused(world, "not_allowed"):
        finalise_draft(draft.id, who=bob, at=at)
    with refused(world, "not_allowed"):
        withdraw_draft(held.id, who=bob, at=at)
    issued = finalise_draft(draft.id, send_now=True, who=world.who("office"), at=at)
    assert isinstance(issued, Document)


def test_another_organizations_draft_is_absent(at: datetime) -> None:
    alices, charlies = found(), found()
    draft = alices.draft(at=at)
    with refused(alices, "absent"):
        finalise_draft(draft.id, who=charlies.who(), at=at)
    with refused(alices, "absent"):
        withdraw_draft(draft.id, who=charlies.who(), at=at)


@pytest.mark.parametrize("send_now", [True, False])
def test_a_corrected_draft_leaves_no_earlier_than_its_credit_note(
    send_now: bool, at: datetime
) -> None:
    """Finalised five minutes after the press: with its own hold it leaves five minutes after the
    credit note, sent now it leaves with it, and the number of the credit note is the earlier one.
    """
    world = found()
    corrected = corrected_draft(world, at)
    then = at + timedelta(minutes=5)
    held = finalise_draft(corrected.id, send_now=send_now, who=world.who(), at=then)
    assert isinstance(held, Draft)
    assert held.goes_at == (at + HOLD if send_now else then + HOLD)
    assert depart_due(world.id, at=at + HOLD) == (2 if send_now else 1)
    assert depart_due(world.id, at=then + HOLD) == (0 if send_now else 1)
    note, first, second = *documents(world, Kind.CREDIT_NOTE), *documents(world, Kind.INVOICE)
    assert second.replaces_id == first.id == note.corrects_id
    assert second.issued_at >= note.issued_at
    assert history(world, first.id)[-1] == "invoice.credited"


def test_editing_a_held_corrected_draft_keeps_it_behind_its_credit_note(at: datetime) -> None:
    world = found()
    corrected = corrected_draft(world, at)
    finalise_draft(corrected.id, send_now=True, who=world.who(), at=at)
    with scope(world.id):
        Settings.objects.filter(organization_id=world.id).update(hold_seconds=60)
    changed = amend_draft(corrected.id, lambda now: now, who=world.who(), at=at)
    assert changed.goes_at == at + HOLD


def test_a_corrected_draft_waits_even_where_the_hold_has_been_given_up(at: datetime) -> None:
    world = found()
    corrected = corrected_draft(world, at)
    with scope(world.id):
        Settings.objects.filter(organization_id=world.id).update(hold_seconds=0)
    held = finalise_draft(corrected.id, who=world.who(), at=at)
    assert isinstance(held, Draft)
    assert held.goes_at == at + HOLD


def test_a_credit_note_that_is_due_goes_before_its_corrected_draft(at: datetime) -> None:
    """The worker sleeps; the corrected draft is sent now: first the credit note, then it."""
    world = found()
    corrected = corrected_draft(world, at)
    issued = finalise_draft(corrected.id, send_now=True, who=world.who(), at=at + HOLD)
    assert isinstance(issued, Document)
    assert sorted(numbers(world)) == ["2026-0001", "2026-0002", "2026-K1"]
    (note,) = documents(world, Kind.CREDIT_NOTE)
    assert note.id < issued.id


def test_deleting_the_corrected_draft_does_not_end_the_hold(at: datetime) -> None:
    world = found()
    delete_draft(corrected_draft(world, at).id, who=world.who(), at=at)
    assert depart_due(world.id, at=at + HOLD) == 1
    assert [document.number for document in documents(world, Kind.CREDIT_NOTE)] == ["2026-K1"]
    assert drafts(world) == []


def test_a_kept_draft_waits_for_nothing(at: datetime) -> None:
    """Undone, the corrected draft that had been finalised is a plain draft and leaves no more."""
    world = found()
    corrected = corrected_draft(world, at)
    invoice_id = corrected.replaces_id
    assert invoice_id is not None
    finalise_draft(corrected.id, who=world.who(), at=at)
    undo_credit(invoice_id, changed_draft="keep", who=world.who(), at=at)
    (kept,) = drafts(world)
    assert (kept.goes_at, kept.waits_for_id, kept.replaces_id) == (None, None, None)
    issued = finalise_draft(kept.id, send_now=True, who=world.who(), at=at)
    assert isinstance(issued, Document)
    assert issued.replaces_id is None


def test_the_price_of_zero_is_settled_at_once(at: datetime) -> None:
    world = found(hold_seconds=0)
    issued = finalise_draft(world.draft(line("0"), at=at).id, who=world.who(), at=at)
    assert isinstance(issued, Document)
    assert issued.payable_minor == 0
