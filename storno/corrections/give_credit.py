"""The credit note itself: number, date, frozen content, transfers, standing, letters, history.

Called inside the transaction of a deed or of a departure, with the standing locked.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.insert import sent_together
from storno.corrections.charges import drop_charges
from storno.corrections.facts import Case
from storno.corrections.plan import CreditPlan
from storno.corrections.redraft import write_corrected_draft
from storno.corrections.send_back import send_back
from storno.corrections.sessions import cancel_sessions, lock_credited_sessions
from storno.custody.set_aside import return_withheld
from storno.documents.credit_note import Grounds, credit_note_content, credited_line
from storno.documents.freeze import Content, freeze
from storno.documents.issue import DOCUMENT_LETTER
from storno.documents.models import Document, Draft
from storno.documents.standing import stand_at
from storno.history.record import Happening, record_all
from storno.ledger.post import Posting, post
from storno.mailroom.queue import Envelope, queue
from storno.organizations.roles import Actor
from storno.payments.by_card import left_by_card
from storno.payments.methods import CARD, method_called
from storno.payments.refund import GivenBack, Went, tell_refund, write_refund


@dataclass(frozen=True)
class InvoiceCredited(Happening):
    """A credit note was issued on the invoice."""

    kind: ClassVar = "invoice.credited"
    sentence: ClassVar = _("Credit note %(number)s over %(amount_minor)s was issued.")
    number: str
    credit_note_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Credited:
    """An issued credit note, and the corrected draft that follows it."""

    credit_note: Document
    plan: CreditPlan
    corrected: Draft | None


@sent_together()
def give_credit(
    case: Case,
    plan: CreditPlan,
    *,
    draft_id: UUID,
    issued_by: UUID | None,
    who: Actor,
    at: datetime,
) -> Credited:
    """Issue the planned credit note now; what follows comes with it.

    `draft_id` is the press: the held draft's id, or a new one; it can be issued once only.
    `issued_by` pressed it, even if `who` lets it go later. A corrected draft that was made with the
    press is not made again.
    """
    invoice, mine = case.facts.invoice, who.organization_id
    on = day_of_credit(case)
    content = planned_content(case, plan, draft_id=draft_id, issued_by=issued_by)
    in_turn = replace(content, turn=case.standing.next_turn)
    sessions = lock_credited_sessions(plan, who=who)
    (credit_note,) = freeze([in_turn], organization_id=mine, at=at, on=on)
    was_on_hold = case.standing.cancelling_at is not None
    case.standing.cancelling_at, case.standing.cancelling_minor = None, 0
    case.standing.notes_to_give += int(case.facts.handed_over)
    stand_at(case.standing, plan.after, has_credit_notes=True)
    day, currency = credit_note.issued_on, invoice.currency
    posting = Posting(credit_note.id, "credit", invoice.id, currency, day, plan.moves)
    post([posting], organization_id=mine, at=at)
    letters = [
        Envelope(DOCUMENT_LETTER, credit_note.id, address, invoice.language)
        for address in plan.addresses
    ]
    queue(letters, organization_id=mine, at=at)
    happened = InvoiceCredited(
        number=credit_note.number,
        credit_note_id=str(credit_note.id),
        amount_minor=credit_note.payable_minor,
        currency=credit_note.currency,
    )
    record_all([(invoice.id, happened)], who=who, at=at)
    if plan.request.refund is not None:
        presser = replace(who, person_id=issued_by)
        _refund(plan.request.refund, case, plan, who=presser, at=at)
    if not plan.after.gross_minor and plan.before.held_minor:
        return_withheld(credit_note, invoice, who=who, at=at)
    if not plan.after.gross_minor:
        drop_charges(case.standing, case.now, currency, who=who, at=at)
    corrected = None
    if plan.follow_up.has_draft and not was_on_hold:
        corrected = write_corrected_draft(case, plan, waits_for_id=None, who=who, at=at)
    cancel_sessions(sessions, tell=plan.request.tell, pressed_by=issued_by, who=who, at=at)
    return Credited(credit_note, plan, corrected)


def _refund(
    given: GivenBack,
    case: Case,
    plan: CreditPlan,
    *,
    who: Actor,
    at: datetime,
) -> None:
    """Mark as refunded what the credit note leaves owed back."""
    if given.method == CARD.code:
        _send_back(case, plan, who=who, at=at)
        return
    invoice = case.facts.invoice
    refund = write_refund(
        plan.refunded_minor,
        invoice,
        case.standing,
        plan.after,
        Went(given.refunded_on, method_called(given.method, case.now.seller)),
        has_credit_notes=True,
        who=who,
        at=at,
    )
    tell_refund(refund, invoice, who=who, at=at)


def _send_back(case: Case, plan: CreditPlan, *, who: Actor, at: datetime) -> None:
    """Have the provider pay back what the credit note leaves owed back, card by card."""
    claim, rest = plan.after, plan.refunded_minor
    for each in left_by_card(case.standing.id, who.organization_id):
        if amount := min(rest, each.amount_minor):
            send_back(amount, [each], case, claim, has_credit_notes=True, who=who, at=at)
            claim, rest = claim.refunded(amount), rest - amount


def day_of_credit(case: Case) -> date:
    """The date of a credit note given now, never before its invoice's."""
    return max(case.now.today, case.facts.invoice.issued_on)


def planned_content(
    case: Case, plan: CreditPlan, *, draft_id: UUID, issued_by: UUID | None
) -> Content:
    """The content of the planned credit note, for the preview as for the issue."""
    request = plan.request
    lines = [
        credited_line(
            line.facts.line,
            line.facts.description,
            quantity=line.quantity,
            unit=line.unit,
            unit_price=line.unit_price,
            discount_percent=line.discount_percent,
            credited_quantity=line.credited_quantity,
            amount_minor=line.amount_minor,
        )
        for line in plan.lines
    ]
    return credit_note_content(
        case.facts.invoice,
        lines,
        plan.breakdown,
        draft_id=draft_id,
        issued_by=issued_by,
        grounds=Grounds(request.reason, request.reason_text, request.reason_text_printed),
        effect=plan.effect,
        parts=case.parts,
        on=day_of_credit(case),
    )
