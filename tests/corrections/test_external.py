"""What follows a credit is invoiced elsewhere: at once, or when the credit note goes out."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

import pytest

from storno.corrections.credit import Held, credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.finalise import finalise_draft
from storno.corrections.give_credit import Credited
from storno.corrections.plan import CreditRequest
from storno.corrections.queries import chain_of
from storno.corrections.undo import undo_credit
from storno.diary.amend import amend_draft
from storno.diary.drop import delete_draft
from storno.documents.external import ExternalInput, externalise_draft, internalise_draft
from storno.documents.models import Document, Draft, FollowUp, Reason
from storno.documents.send import send_document
from storno.organizations.scope import scope
from tests.deeds import CORRECT, HOLD, hold_credit, lines_of, part, pay, quantity
from tests.observe import (
    balances,
    documents,
    drafts,
    everything,
    history,
    numbers,
    refused,
    stands,
)
from tests.properties.invariants import verify_finds_nothing
from tests.world import World, found, line

ELSEWHERE = CreditRequest(Reason.OTHER, follow_up=FollowUp.EXTERNAL)
DUE = HOLD


def credited(world: World, invoice: Document, at: datetime) -> Draft:
    done = credit_invoice(invoice.id, ELSEWHERE, who=world.who("practitioner"), at=at)
    assert isinstance(done, Credited)
    assert done.corrected is not None
    return done.corrected


def held(world: World, invoice: Document, at: datetime) -> tuple[Held, Draft]:
    done = hold_credit(world, invoice, ELSEWHERE, at=at)
    assert done.corrected is not None
    return done, done.corrected


def states(world: World, invoice: Document, at: datetime) -> list[tuple[str, str]]:
    with scope(world.id):
        chain = chain_of(invoice, who=world.who(), at=at, today=date(2026, 6, 16))
    return [(link.kind, link.state) for link in chain]


def test_without_a_hold_there_is_a_record_at_once(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    record = credited(world, invoice, at)
    (stored,) = drafts(world)
    assert (record.id, record.external_at, record.version) == (stored.id, at, 2)
    assert (stored.external_at, stored.version, stored.replaces_id) == (at, 2, invoice.id)
    assert history(world, record.id) == ["draft.externalised"]
    assert sorted(numbers(world)) == ["2026-0001", "2026-K1"]
    assert (stands(world, invoice)["state"], balances(world)) == ("credited", {})
    assert states(world, invoice, at) == [
        ("invoice", "credited"),
        ("credit_note", "issued"),
        ("draft", "external"),
    ]
    with refused(world, "externalised"):
        finalise_draft(record.id, who=world.who(), at=at)
    with refused(world, "already_credited"):
        credit_invoice(invoice.id, ELSEWHERE, who=world.who(), at=at)
    with refused(world, "absent"):
        credit_invoice(record.id, ELSEWHERE, who=world.who(), at=at)
    with refused(world, "absent"):
        send_document(record.id, who=world.who(), at=at)
    verify_finds_nothing(world)


def test_a_part_is_invoiced_elsewhere(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(line("100.00", "3"), at=at)
    (sold,) = lines_of(world, invoice)
    request = part(quantity(sold, "2"), follow_up=FollowUp.EXTERNAL)
    done = credit_invoice(invoice.id, request, who=world.who(), at=at)
    assert isinstance(done, Credited)
    assert [draft.external_at for draft in drafts(world)] == [at]
    assert stands(world, invoice) == {"state": "part_credited", "credited": 25_100, "open": 12_550}


def test_with_a_hold_it_takes_effect_when_the_credit_note_is_issued(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    _done, waiting = held(world, invoice, at)
    assert (waiting.external_at, waiting.version) == (None, 1)
    assert states(world, invoice, at)[-1] == ("draft", "draft")
    assert depart_due(world.id, at=at + DUE) == 1
    (record,) = drafts(world)
    assert (record.id, record.external_at, record.waits_for_id) == (waiting.id, at + DUE, None)
    assert history(world, record.id) == ["draft.externalised"]
    assert states(world, invoice, at + DUE)[-1] == ("draft", "external")


def test_pressed_again_it_is_answered_with_what_is_on_hold(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    done, waiting = held(world, invoice, at)
    again = hold_credit(world, invoice, ELSEWHERE, at=at)
    assert again.corrected is not None
    assert (again.draft.id, again.corrected.id) == (done.draft.id, waiting.id)
    with refused(world, "credit_already_on_hold"):
        credit_invoice(invoice.id, replace(ELSEWHERE, follow_up=None), who=world.who(), at=at)


def test_undo_removes_what_nobody_has_touched(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    before = everything(world)
    held(world, invoice, at)
    undo_credit(invoice.id, who=world.who(), at=at)
    after = everything(world)
    assert {table for table in after if after[table] != before[table]} == {"history_event"}


def test_what_was_written_in_it_meanwhile_is_taken_along(at: datetime) -> None:
    world = found()
    _done, waiting = held(world, world.invoice(at=at), at)
    cheaper = partial(replace, lines=(line("5.00"),))
    amend_draft(waiting.id, cheaper, who=world.who(), at=at)
    depart_due(world.id, at=at + DUE)
    assert [draft.external_at for draft in drafts(world)] == [at + DUE]


def test_finalised_meanwhile_it_is_an_invoice(at: datetime) -> None:
    """The last decision counts; deleted, there is nothing to mark."""
    world = found()
    _done, waiting = held(world, world.invoice(at=at), at)
    finalise_draft(waiting.id, who=world.who(), at=at)
    _done, unwanted = held(world, world.invoice(at=at), at)
    delete_draft(unwanted.id, who=world.who(), at=at)
    assert depart_due(world.id, at=at + DUE) == 3
    assert drafts(world) == []
    assert sorted(numbers(world)) == ["2026-0001", "2026-0002", "2026-0003", "2026-K1", "2026-K2"]


def test_taken_back_meanwhile_it_stays_a_draft(at: datetime) -> None:
    world = found()
    _done, waiting = held(world, world.invoice(at=at), at)
    externalise_draft(waiting.id, who=world.who(), at=at)
    internalise_draft(waiting.id, who=world.who(), at=at)
    depart_due(world.id, at=at + DUE)
    (draft,) = drafts(world)
    assert (draft.external_at, draft.waits_for_id) == (None, None)


@pytest.mark.parametrize("request_", [ELSEWHERE, CORRECT], ids=["external", "draft"])
def test_marked_by_hand_while_it_waits(request_: CreditRequest, at: datetime) -> None:
    """It is what was marked first, and counts on: nothing is marked twice."""
    world, soon = found(), at + timedelta(minutes=1)
    invoice = world.invoice(at=at)
    waiting = hold_credit(world, invoice, request_, at=at).corrected
    assert waiting is not None
    known = ExternalInput(number="T-77")
    externalise_draft(waiting.id, known, who=world.who(), at=soon)
    with refused(world, "draft_was_changed"):
        undo_credit(invoice.id, who=world.who(), at=soon)
    depart_due(world.id, at=at + DUE)
    (record,) = drafts(world)
    assert (record.external_at, record.external_number, record.version) == (soon, "T-77", 2)


def test_the_credit_undone_it_is_a_plain_draft_or_none(at: datetime) -> None:
    """Its invoice stands again, so nothing is invoiced elsewhere, but for what was paid there."""
    world = found()
    known = ExternalInput("T-77")
    for choice in ("keep", "discard"):
        invoice = world.invoice(at=at)
        _done, waiting = held(world, invoice, at)
        externalise_draft(waiting.id, known, who=world.who(), at=at)
        undo_credit(invoice.id, changed_draft=choice, who=world.who(), at=at)
    (kept,) = drafts(world)
    assert (kept.external_at, kept.external_number, kept.external_paid_on) == (None, "", None)
    assert (kept.external_paid_by, kept.waits_for_id, kept.replaces_id) == ("", None, None)


def test_a_payment_stops_the_credit_and_the_mark_with_it(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    _done, waiting = held(world, invoice, at)
    externalise_draft(waiting.id, who=world.who(), at=at)
    pay(world, invoice, 125_500, at=at)
    (kept,) = drafts(world)
    assert (kept.external_at, kept.waits_for_id) == (None, None)
    assert len(documents(world)) == 1
