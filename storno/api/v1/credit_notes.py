"""Crediting: what it would do, doing it, and taking it back while it is on hold."""

from dataclasses import replace
from enum import StrEnum
from typing import Literal
from uuid import UUID

from ninja import Query, Router

from storno.api.answers import Pdf, Told, doing, nothing, printing, reading
from storno.api.bearer import Caller, Request
from storno.api.errors import BlockerShown, blockers_shown, renamed
from storno.api.language import spoken_language
from storno.api.v1.effect import EffectShown, show_effect
from storno.api.v1.paper import (
    DraftLink,
    Issued,
    TaxGroupShown,
    Totals,
    document_link,
    groups_of,
    totals_of,
)
from storno.api.values import (
    Amount,
    Asked,
    Body,
    Chosen,
    Day,
    Id,
    Number,
    Shown,
    ShownAmount,
    ShownMoment,
    ShownNumber,
    ShownPrice,
    Text,
    moment_or_none,
    moment_text,
    number_text,
    price_text,
)
from storno.core.refusals import Absent, Invalid
from storno.corrections.credit import CreditNoteCannotBeCredited, Held, credit_invoice, read_plan
from storno.corrections.facts import Case, read_standing
from storno.corrections.give_credit import Credited
from storno.corrections.plan import CreditPlan, CreditRequest
from storno.corrections.preview import preview_of_credit
from storno.corrections.queries import pending_credit
from storno.corrections.seen import read_seen, seen_by_creditor
from storno.corrections.take_lines import CreditLine, PlannedLine
from storno.corrections.undo import undo_credit
from storno.documents.models import Draft, FollowUp, Reason
from storno.ledger.journal import Claim
from storno.money.currency import decimal_text
from storno.payments.methods import CARD
from storno.payments.refund import GivenBack

router = Router(tags=["credit notes"])

FIELDS = {
    "follow_up": "next",
    "deliver_to": "to",
    "refunded_on": "refund.paid_on",
    "method": "refund.method",
}
"""What the rooms call a field, and where it stands in a body."""


class CreditNext(StrEnum):
    """What follows a credit: something in the papers, or that the money has gone back."""

    NOTHING = "nothing"
    DRAFT = "draft"
    EXTERNAL = "external"
    CANCEL_SESSION = "cancel_session"
    REFUND = "refund"


class GivenBackIn(Body):
    """How what is owed back was paid back; `method` is the code of a payment method."""

    paid_on: Day
    method: Text


class CreditLineIn(Body):
    """How much of a line to credit: a quantity, or an amount in the line's own pricing."""

    line: Id
    quantity: Number | None = None
    amount: Amount | None = None

    def asked(self) -> CreditLine:
        """The line as the room takes it."""
        return CreditLine(self.line, self.quantity, self.amount)


class CreditIn(Body):
    """What to credit; without `lines` everything that is left.

    The document prints a neutral sentence for `reason`, and `reason_text` only with
    `reason_text_printed`. `next` is what follows, null for the organization's usual. `to` is an
    address in place of those that got the invoice. `tell` is whether clients get a message of
    sessions that are cancelled with it; null as each session says, which tells of nothing past.
    `refund` marks all that is then owed back as paid back, whatever follows; `next: refund` asks
    for it, and nothing else follows. Without `refund` it then goes back to the card that all of it
    came from.
    """

    reason: Chosen[Reason]
    reason_text: Text = ""
    reason_text_printed: bool = False
    next: Chosen[CreditNext] | None = None
    lines: list[CreditLineIn] | None = None
    to: Text = ""
    tell: bool | None = None
    refund: GivenBackIn | None = None

    def asked(self, caller: Caller) -> CreditRequest:
        """The request as the room takes it."""
        lines, back = self.lines, self.refund
        refund = None if back is None else GivenBack(back.paid_on, back.method)
        if self.next == CreditNext.REFUND and back is None:
            refund = GivenBack(caller.at.date(), CARD.code)
        return CreditRequest(
            reason=self.reason,
            reason_text=self.reason_text,
            reason_text_printed=self.reason_text_printed,
            follow_up=self._follow_up(),
            lines=None if lines is None else tuple(line.asked() for line in lines),
            deliver_to=self.to,
            tell=self.tell,
            refund=refund,
        )

    def _follow_up(self) -> FollowUp | None:
        if self.next is None:
            return None
        return FollowUp.NOTHING if self.next == CreditNext.REFUND else FollowUp(self.next.value)


class PlanIn(CreditIn):
    """What would be credited; the reason may be left open."""

    reason: Chosen[Reason] = Reason.OTHER


class CreditNoteIn(CreditIn):
    """What to credit, for good.

    `seen` is that of the plan that somebody has looked at, if anybody has: if the invoice stands
    otherwise by then, nothing is done.
    """

    seen: Text = ""


ALL_OF_IT = PlanIn()


class PlannedLineShown(Shown):
    """A line of the credit note; `line` is the invoice's, `credited_quantity` what it takes."""

    line: UUID
    description: str
    quantity: ShownNumber
    unit: str
    unit_price: ShownPrice
    discount_percent: ShownNumber
    credited_quantity: ShownNumber
    amount: ShownAmount


class ClaimShown(Shown):
    """How the invoice stands: still to be paid, and owed back before anything is refunded."""

    open: ShownAmount
    owed_back: ShownAmount


class LetterPlanned(Shown):
    """A letter that will go out with the credit note."""

    to: str


class TransferPlanned(Shown):
    """A transfer in the books."""

    debit: str
    credit: str
    amount: ShownAmount


class PlanShown(Shown):
    """What a credit would do, to the cent; with blockers it would do nothing.

    `goes_at` is the end of the hold, null where the credit note is issued at once; `refunded` is
    marked as paid back with it. With `by_hand`
    the member gives the credit note to the recipient, beside the letters or instead of them. `seen`
    is what to hand back, so that nothing else is done than is said here.
    """

    blockers: list[BlockerShown]
    lines: list[PlannedLineShown]
    totals: Totals
    tax_groups: list[TaxGroupShown]
    before: ClaimShown
    after: ClaimShown
    effect: EffectShown
    letters: list[LetterPlanned]
    by_hand: bool
    transfers: list[TransferPlanned]
    refunded: ShownAmount
    next: CreditNext
    goes_at: ShownMoment | None
    seen: str


class NothingPlanned(Shown):
    """There is nothing to plan: the id is a credit note's, which takes an invoice back itself."""

    blockers: list[BlockerShown]


class CreditHeld(Shown):
    """The credit note waits until `goes_at` and can be undone until then."""

    state: Literal["held"]
    goes_at: ShownMoment
    payable: ShownAmount
    next_draft: DraftLink | None


class CreditIssued(Issued):
    """The credit note has been issued."""

    next_draft: DraftLink | None


class UndoAsked(Asked):
    """What becomes of a corrected draft that was changed meanwhile."""

    draft: Literal["discard", "keep"] | None = None


def _line(line: PlannedLine, currency: str) -> PlannedLineShown:
    return PlannedLineShown(
        line=line.facts.line.id,
        description=line.facts.description,
        quantity=number_text(line.quantity),
        unit=line.facts.line.unit,
        unit_price=price_text(line.unit_price),
        discount_percent=number_text(line.discount_percent),
        credited_quantity=number_text(line.credited_quantity),
        amount=decimal_text(line.amount_minor, currency),
    )


def _claim(claim: Claim, currency: str) -> ClaimShown:
    return ClaimShown(
        open=decimal_text(claim.open_minor, currency),
        owed_back=decimal_text(claim.owed_back_minor, currency),
    )


def _plan(case: Case, plan: CreditPlan, caller: Caller) -> PlanShown:
    currency = case.facts.invoice.currency
    return PlanShown(
        blockers=blockers_shown(plan.blockers, caller),
        lines=[_line(line, currency) for line in plan.lines],
        totals=totals_of(plan.breakdown, currency),
        tax_groups=groups_of(plan.breakdown, currency),
        before=_claim(plan.before, currency),
        after=_claim(plan.after, currency),
        effect=show_effect(plan.effect, spoken_language()),
        letters=[LetterPlanned(to=address) for address in plan.addresses],
        by_hand=plan.by_hand,
        transfers=[
            TransferPlanned(
                debit=move.debit,
                credit=move.credit,
                amount=decimal_text(move.amount_minor, currency),
            )
            for move in plan.moves
        ],
        refunded=decimal_text(plan.refunded_minor, currency),
        next=_next(plan),
        goes_at=moment_or_none(plan.goes_at),
        seen=str(seen_by_creditor(case)),
    )


def _next(plan: CreditPlan) -> CreditNext:
    if plan.request.refund is not None and plan.follow_up is FollowUp.NOTHING:
        return CreditNext.REFUND
    return CreditNext(plan.follow_up.value)


def _link(draft: Draft | None) -> DraftLink | None:
    return None if draft is None else DraftLink(id=draft.id)


def _credited(_caller: Caller, result: Held | Credited) -> Told:
    after = _link(result.corrected)
    if isinstance(result, Credited):
        document = document_link(result.credit_note)
        return Told(201, CreditIssued(state="issued", document=document, next_draft=after))
    assert result.draft.goes_at is not None, "a credit note on hold has its departure"
    return Told(
        202,
        CreditHeld(
            state="held",
            goes_at=moment_text(result.draft.goes_at),
            payable=decimal_text(result.plan.payable_minor, result.draft.currency),
            next_draft=after,
        ),
    )


@router.post("/{invoice_id}/credit-plan", response=PlanShown | NothingPlanned)
@reading
def post_credit_plan(
    request: Request, invoice_id: Id, body: PlanIn = ALL_OF_IT
) -> PlanShown | NothingPlanned:
    """What a credit would do, with the reasons that stand in its way; nothing is done."""
    caller = request.auth
    try:
        case, plan = read_plan(invoice_id, body.asked(caller), who=caller.who, at=caller.at)
    except CreditNoteCannotBeCredited as refused:
        return NothingPlanned(blockers=blockers_shown(refused.blockers, caller))
    except Invalid as wrong:
        in_body = (replace(error, field=renamed(error.field, FIELDS)) for error in wrong.errors)
        raise Invalid(in_body) from None
    return _plan(case, plan, caller)


@router.post("/{invoice_id}/credit-notes", response={201: CreditIssued, 202: CreditHeld})
@doing(_credited, fields=FIELDS)
def post_credit_note(request: Request, invoice_id: Id, body: CreditNoteIn) -> Held | Credited:
    """Credit an invoice in full or in part: issued at once (201), or held and open to undo (202).

    While a credit note is on hold, the same content is answered with it, other content is refused.
    """
    return credit_invoice(
        invoice_id,
        body.asked(request.auth),
        seen=read_seen(body.seen),
        who=request.auth.who,
        at=request.auth.at,
    )


@router.delete("/{invoice_id}/credit-notes/pending", response={204: None})
@doing(nothing)
def remove_pending_credit_note(request: Request, invoice_id: Id, asked: Query[UndoAsked]) -> None:
    """Undo a credit note on hold: the invoice is what it was, and nobody was told.

    If the corrected draft was changed, `draft` says whether to discard or to keep it.
    """
    undo_credit(
        invoice_id,
        changed_draft=asked.draft or "ask",
        who=request.auth.who,
        at=request.auth.at,
    )


@router.get("/{invoice_id}/credit-notes/pending/pdf")
@printing
def get_pending_credit_note_pdf(request: Request, invoice_id: Id) -> Pdf:
    """The credit note on hold as PDF, without a number and marked as pending."""
    who, at = request.auth.who, request.auth.at
    held = pending_credit(read_standing(invoice_id, who.organization_id), who=who, at=at)
    if held is None:
        raise Absent
    case, pending = held
    return Pdf(preview_of_credit(case, pending.plan, at=at), f"{pending.draft.id}.pdf")
