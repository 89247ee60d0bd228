"""Marking a draft as invoiced elsewhere while it is sent, departs, or its credit is undone."""

from datetime import datetime
from functools import partial
from typing import Any

import pytest

from storno.corrections.depart import depart_due
from storno.corrections.finalise import finalise_draft
from storno.corrections.plan import CreditRequest
from storno.corrections.undo import undo_credit
from storno.documents.external import externalise_draft, internalise_draft
from storno.documents.models import Draft, FollowUp, Reason
from tests.deeds import HOLD, MOMENT, hold_credit, hold_draft
from tests.observe import documents, drafts, history
from tests.properties.invariants import prove_books
from tests.races.together import TIMES, together
from tests.world import World, found

ELSEWHERE = CreditRequest(Reason.OTHER, follow_up=FollowUp.EXTERNAL)


def issued_from(world: World, draft: Draft) -> int:
    return sum(document.draft_id == draft.id for document in documents(world))


def test_marked_while_it_is_sent_it_is_one_or_the_other(at: datetime) -> None:
    world = found(hold_seconds=0)
    for _ in range(2 * TIMES):
        draft = world.draft(at=at)
        marked, sent = together(
            partial(externalise_draft, draft.id, who=world.who(), at=at),
            partial(finalise_draft, draft.id, who=world.who(), at=at),
            gate=("documents_draft", draft.id),
        )
        if isinstance(marked, Draft):
            assert (sent, issued_from(world, draft)) == (["externalised"], 0)
        else:
            assert (marked, issued_from(world, draft)) == (["already_issued"], 1)
    prove_books(world)


def test_marked_a_moment_before_it_leaves(at: datetime) -> None:
    world = found()
    last = at + HOLD - MOMENT
    for _ in range(TIMES):
        held = hold_draft(world, at)
        marked, gone = together(
            partial(externalise_draft, held.id, who=world.who(), at=last),
            partial(depart_due, world.id, at=at + HOLD),
            gate=("documents_draft", held.id),
        )
        assert (isinstance(marked, Draft), gone) in ((True, 0), (False, 1))
        assert issued_from(world, held) == gone
    prove_books(world)


def test_marked_four_times_at_once_it_was_marked_once(at: datetime) -> None:
    world = found()
    for _ in range(TIMES):
        draft = world.draft(at=at)
        together(
            *[partial(externalise_draft, draft.id, who=world.who(), at=at)] * 4,
            gate=("documents_draft", draft.id),
        )
        told = history(world, draft.id)
        assert told == ["draft.saved", "draft.externalised", *["draft.external_noted"] * 3]


@pytest.mark.parametrize("deed", [externalise_draft, internalise_draft])
def test_decided_by_hand_while_the_credit_note_leaves_or_is_undone(deed: Any, at: datetime) -> None:
    """The corrected draft, the held credit note and the invoice are locked in one order."""
    world = found()
    last = at + HOLD - MOMENT
    for _ in range(TIMES):
        invoice = world.invoice(at=at)
        held = hold_credit(world, invoice, ELSEWHERE, at=at)
        assert held.corrected is not None
        if deed is internalise_draft:
            externalise_draft(held.corrected.id, who=world.who(), at=at)
        id_ = held.corrected.id
        done, gone, undone = together(
            partial(deed, id_, who=world.who(), at=last),
            partial(depart_due, world.id, at=at + HOLD),
            partial(undo_credit, invoice.id, changed_draft="discard", who=world.who(), at=last),
            gate=("documents_draft", held.draft.id),
        )
        (left,) = [draft for draft in drafts(world) if draft.id == id_] or (None,)
        if undone is None:
            assert (gone, left) == (0, None)
        else:
            assert (gone, undone) == (1, ["too_late_to_undo"])
            assert left is not None
            assert left.waits_for_id is None
            assert (left.external_at is None) == (
                deed is internalise_draft and isinstance(done, Draft)
            )
    prove_books(world)
