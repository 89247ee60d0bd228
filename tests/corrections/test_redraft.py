"""The corrected draft: a copy of what is credited, linked, ready to be changed."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from storno.corrections.credit import credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.finalise import finalise_draft
from storno.corrections.give_credit import Credited
from storno.corrections.redraft import save_deleted_draft
from storno.corrections.undo import undo_credit
from storno.diary.amend import amend_draft
from storno.diary.drop import delete_draft
from storno.documents.content import DraftInput, LineInput, total_up
from storno.documents.draft import entered_in
from storno.documents.models import Document, Draft, FollowUp
from storno.organizations.models import Channel
from storno.organizations.scope import scope
from storno.tax.category import TaxCategory
from tests.deeds import (
    CANCELLED,
    CORRECT,
    HOLD,
    amount,
    credit,
    hold_credit,
    lines_of,
    part,
    quantity,
)
from tests.observe import drafts, refused, stands
from tests.world import World, found, line

SESSION = uuid4()
LINES = (
    replace(
        line("80.00", "7.5", discount="12.5", description="Doors"),
        delivered_on=date(2026, 6, 1),
        work="work",
        source_kind="session",
        source_id=SESSION,
    ),
    replace(line("100.00", gross=True, description="Paint"), delivered_on=date(2026, 6, 2)),
    replace(
        line("5.00", category=TaxCategory.EXEMPT, description="Care"),
        delivered_on=date(2026, 6, 2),
        tax_rate=None,
    ),
)


def lines_in(world: World, draft: Draft) -> tuple[LineInput, ...]:
    with scope(world.id):
        return entered_in(draft).lines


def credit_with_draft(world: World, invoice: Document, *, at: datetime) -> Draft:
    credited = credit_invoice(invoice.id, CORRECT, who=world.who(), at=at)
    assert isinstance(credited, Credited)
    assert credited.corrected is not None
    return credited.corrected


def of_the_invoice_s_day(*lines: LineInput) -> tuple[LineInput, ...]:
    """Lines of an invoice that was delivered on 2 June: theirs is the draft's."""
    day = date(2026, 6, 2)
    return tuple(replace(x, delivered_on=None) if x.delivered_on == day else x for x in lines)


def test_after_a_full_credit_it_equals_the_invoice(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(
        *LINES,
        at=at,
        channel=Channel.NONE,
        language="nb",
        delivered_on=date(2026, 6, 3),
        deliver_to="accounts@example.com",
        buyer_reference="PO 7",
        case_number="2026/118",
        opening_text="Hello",
        closing_text="Bye",
        exemption_reason="AVL 34 §",
    )
    corrected = credit_with_draft(world, invoice, at=at)
    assert lines_in(world, corrected) == LINES
    assert total_up(LINES).breakdown.payable_minor == invoice.payable_minor
    assert (corrected.replaces_id, corrected.waits_for_id, corrected.goes_at) == (
        invoice.id,
        None,
        None,
    )
    assert (corrected.recipient_id, corrected.language, corrected.channel) == (
        world.daisy.id,
        "nb",
        "none",
    )
    assert (corrected.delivered_on, corrected.deliver_to) == (
        date(2026, 6, 3),
        "accounts@example.com",
    )
    assert (
        corrected.buyer_reference,
        corrected.case_number,
        corrected.opening_text,
        corrected.closing_text,
        corrected.exemption_reason,
    ) == ("PO 7", "2026/118", "Hello", "Bye", "AVL 34 §")


def test_on_hold_it_waits_for_the_credit_note(at: datetime) -> None:
    world = found()
    held = hold_credit(world, world.invoice(*LINES, at=at), CORRECT, at=at)
    assert held.corrected is not None
    assert held.corrected.waits_for_id == held.draft.id
    assert lines_in(world, held.corrected) == of_the_invoice_s_day(*LINES)
    depart_due(world.id, at=at + HOLD)
    (corrected,) = drafts(world)
    assert (corrected.id, corrected.waits_for_id, corrected.version) == (
        held.corrected.id,
        None,
        1,
    )


def test_after_a_part_credit_it_holds_the_credited_part(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(*LINES, at=at)
    doors, paint, _care = lines_of(world, invoice)
    request = part(quantity(doors, "2.5"), amount(paint, 3_000), follow_up=FollowUp.DRAFT)
    credited = credit_invoice(invoice.id, request, who=world.who(), at=at)
    assert isinstance(credited, Credited)
    assert credited.corrected is not None
    assert lines_in(world, credited.corrected) == of_the_invoice_s_day(
        replace(LINES[0], quantity=Decimal("2.5"), source_kind="", source_id=None),
        replace(LINES[1], quantity=Decimal(1), unit="", unit_price=Decimal("30.00")),
    )
    totals = total_up(lines_in(world, credited.corrected))
    assert totals.breakdown.payable_minor == credited.credit_note.payable_minor


@pytest.mark.parametrize(
    ("taken", "times", "price"),
    [
        (9_999_999_999, 1, "99999999.99"),
        (10_000_000_000, 10, "10000000"),
        (50_000_000_001, 10, "50000000.001"),
        (99_999_999_998, 10, "99999999.998"),
    ],
)
@pytest.mark.parametrize("gross", [True, False])
def test_a_part_above_the_largest_price_can_be_invoiced_anew(
    at: datetime, taken: int, times: int, price: str, *, gross: bool
) -> None:
    world = found(hold_seconds=0)
    category = TaxCategory.STANDARD if gross else TaxCategory.EXEMPT
    huge = line("99999999.999", "10", gross=gross, category=category)
    invoice = world.invoice(huge, at=at)
    assert invoice.payable_minor == 99_999_999_999
    (only,) = lines_of(world, invoice)
    request = part(amount(only, taken), follow_up=FollowUp.DRAFT)
    credited = credit_invoice(invoice.id, request, who=world.who(), at=at)
    assert isinstance(credited, Credited)
    (row,) = lines_of(world, credited.credit_note)
    printed = (row.quantity, row.unit, row.unit_price, row.amount_minor, row.credited_quantity)
    assert printed == (Decimal(times), "", Decimal(price), taken, Decimal(0))
    assert credited.corrected is not None
    (corrected,) = lines_in(world, credited.corrected)
    assert (corrected.quantity, corrected.unit_price) == (Decimal(times), Decimal(price))
    issued = finalise_draft(credited.corrected.id, who=world.who(), at=at)
    assert isinstance(issued, Document)
    assert issued.payable_minor == credited.credit_note.payable_minor == taken


def test_nothing_follows_unless_asked(at: datetime) -> None:
    world = found(hold_seconds=0)
    credit(world, world.invoice(at=at), CANCELLED, at=at)
    assert drafts(world) == []


def test_the_setting_says_what_follows(at: datetime) -> None:
    world = found(hold_seconds=0, after_credit="draft")
    credit(world, world.invoice(at=at), CANCELLED, at=at)
    credit(world, world.invoice(at=at), replace(CANCELLED, follow_up=FollowUp.NOTHING), at=at)
    assert len(drafts(world)) == 1


def test_issued_it_names_what_it_replaces_and_can_be_credited_in_turn(at: datetime) -> None:
    world = found(hold_seconds=0)
    first = world.invoice(line("1190.00"), at=at)
    corrected = credit_with_draft(world, first, at=at)
    amend_draft(
        corrected.id, lambda now: replace(now, lines=(line("990.00"),)), who=world.who(), at=at
    )
    second = finalise_draft(corrected.id, who=world.who(), at=at)
    assert isinstance(second, Document)
    assert (second.number, second.replaces_id) == ("2026-0002", first.id)
    third = credit_with_draft(world, second, at=at)
    assert third.replaces_id == second.id
    assert stands(world, second)["state"] == "credited"


def test_a_rate_that_has_ended_stays_right_for_its_day(at: datetime) -> None:
    world = found(hold_seconds=0)
    old = replace(line("100.00", rate=Decimal(14)), delivered_on=date(2025, 12, 30))
    corrected = credit_with_draft(world, world.invoice(old, at=at), at=at)
    issued = finalise_draft(corrected.id, who=world.who(), at=at)
    assert isinstance(issued, Document)
    assert issued.tax_minor == 1_400


@pytest.mark.parametrize(("days", "agreed"), [(21, False), (7, True)])
def test_it_has_the_days_to_pay_of_the_invoice(days: int, agreed: bool, at: datetime) -> None:
    """Chosen on the invoice; the customer's own term is another. Under 14 days must be agreed."""
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at, due_in_days=days, term_agreed=agreed)
    corrected = credit_with_draft(world, invoice, at=at)
    assert (corrected.due_in_days, corrected.term_agreed) == (days, agreed)
    again = finalise_draft(corrected.id, send_now=True, who=world.who(), at=at)
    assert isinstance(again, Document)
    assert again.due_on == invoice.due_on


def typed(world: World, draft: Draft) -> DraftInput:
    """What a form that was opened on a draft sends."""
    with scope(world.id):
        entered = entered_in(draft)
    return replace(entered, lines=tuple(replace(each, id=None) for each in entered.lines))


def save_anew(world: World, draft: Draft, entered: DraftInput, *, at: datetime) -> Draft:
    return save_deleted_draft(draft.id, entered, who=world.who(), at=at)


def test_saved_in_place_of_a_deleted_one_it_stands_for_the_invoice(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=at)
    corrected = credit_with_draft(world, invoice, at=at)
    entered = typed(world, corrected)
    delete_draft(corrected.id, who=world.who(), at=at)
    saved = save_anew(world, corrected, entered, at=at)
    assert (saved.id == corrected.id, saved.replaces_id, saved.waits_for_id) == (
        False,
        invoice.id,
        None,
    )
    issued = finalise_draft(saved.id, who=world.who(), at=at)
    assert isinstance(issued, Document)
    assert issued.replaces_id == invoice.id


def test_while_the_credit_note_is_on_hold_it_waits_for_it(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    held = hold_credit(world, invoice, CORRECT, at=at)
    assert held.corrected is not None
    entered = typed(world, held.corrected)
    delete_draft(held.corrected.id, who=world.who(), at=at)
    saved = save_anew(world, held.corrected, entered, at=at)
    assert (saved.replaces_id, saved.waits_for_id) == (invoice.id, held.draft.id)
    with refused(world, "draft_was_changed"):
        undo_credit(invoice.id, who=world.who(), at=at)
    undo_credit(invoice.id, changed_draft="keep", who=world.who(), at=at)
    (kept,) = drafts(world)
    assert (kept.id, kept.replaces_id, kept.waits_for_id) == (saved.id, None, None)


def test_after_the_credit_note_has_gone_out_it_waits_for_nothing(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    held = hold_credit(world, invoice, CORRECT, at=at)
    assert held.corrected is not None
    entered = typed(world, held.corrected)
    delete_draft(held.corrected.id, who=world.who(), at=at)
    assert depart_due(world.id, at=at + HOLD) == 1
    saved = save_anew(world, held.corrected, entered, at=at + HOLD)
    assert (saved.replaces_id, saved.waits_for_id) == (invoice.id, None)


@pytest.mark.parametrize("deleted_before", [True, False])
def test_after_the_credit_was_undone_it_stands_for_nothing(
    at: datetime, deleted_before: bool
) -> None:
    world = found()
    invoice = world.invoice(at=at)
    held = hold_credit(world, invoice, CORRECT, at=at)
    assert held.corrected is not None
    entered = typed(world, held.corrected)
    if deleted_before:
        delete_draft(held.corrected.id, who=world.who(), at=at)
    undo_credit(invoice.id, who=world.who(), at=at)
    saved = save_anew(world, held.corrected, entered, at=at)
    assert (saved.replaces_id, saved.waits_for_id, saved.version) == (None, None, 1)


def test_saved_in_place_of_a_plain_draft_it_is_plain(at: datetime) -> None:
    world = found()
    plain = world.draft(at=at)
    entered = typed(world, plain)
    with refused(world, "not_allowed"):
        save_deleted_draft(plain.id, entered, who=world.who("reader"), at=at)
    delete_draft(plain.id, who=world.who(), at=at)
    for nobody in (plain.id, uuid4()):
        saved = save_deleted_draft(nobody, entered, who=world.who(), at=at)
        assert (saved.replaces_id, saved.waits_for_id, saved.version) == (None, None, 1)
    strange = found()
    invoice = strange.invoice(at=at)
    other = hold_credit(strange, invoice, CORRECT, at=at)
    assert other.corrected is not None
    delete_draft(other.corrected.id, who=strange.who(), at=at)
    assert save_anew(world, other.corrected, entered, at=at).replaces_id is None
