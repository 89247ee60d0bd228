"""The plan of a credit: pure, and the one source of dialog, estimate and deed.

Facts and a request come in; out come the credit note's lines and totals, the postings, the letters,
what follows, and the blockers. Nothing here reads or writes.

How much of which lines is taken stands in `take_lines.py`. Tax goes by cumulative residual, see
`tax/residual.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Blocker
from storno.corrections.blockers import ERASED, NOTHING_TO_REFUND, blockers_of_credit
from storno.corrections.sessions import session_blockers
from storno.corrections.take_lines import CreditLine, LineFacts, PlannedLine, plan_lines
from storno.documents.models import Document, FollowUp, Reason
from storno.ledger.journal import Claim, Move, credit_posting
from storno.organizations.models import Settings, VatOn
from storno.payments.refund import GivenBack
from storno.printing.effect import (
    Effect,
    NothingAsked,
    NothingToPay,
    OwedBack,
    Refunded,
    StillToPay,
)
from storno.tax.breakdown import Breakdown, PricedLine, TaxGroup
from storno.tax.category import TaxCategory
from storno.tax.residual import MoreThanLeft, credit_groups


@dataclass(frozen=True, slots=True)
class CreditRequest:
    """What somebody asks to be credited; `lines` None means everything that is left.

    `tell` is whether clients get a message of sessions that are cancelled with it; None as each
    session says, which tells of nothing past. `refund` is how all that is then owed back was given
    back, but for what lies with the operator; None leaves it owed.
    """

    reason: Reason
    reason_text: str = ""
    reason_text_printed: bool = False
    follow_up: FollowUp | None = None
    lines: tuple[CreditLine, ...] | None = None
    deliver_to: str = ""
    tell: bool | None = None
    refund: GivenBack | None = None


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """Everything that decides about a credit of one invoice, as it is under the lock.

    `addresses` are those the invoice was mailed to; `handed_over`: a member gave it to its
    recipient, as well or instead; `pending_until` is the departure of a credit note on hold;
    `fresh` and `may_credit` what is known of who asks; `by_desk`: customer service has checked that
    the money went back, but for `beyond_minor`, which lies with the operator for whoever paid;
    `is_erased`: nobody knows any more whom the invoice went to.
    """

    invoice: Document
    lines: tuple[LineFacts, ...]
    original: tuple[TaxGroup, ...]
    credited: tuple[TaxGroup, ...]
    claim: Claim
    settings: Settings
    addresses: tuple[str, ...]
    handed_over: bool
    has_credit_notes: bool
    pending_until: datetime | None
    may_credit: bool
    fresh: bool
    is_erased: bool = False
    by_desk: bool = False
    beyond_minor: int = 0

    @property
    def is_credited(self) -> bool:
        """Whether nothing of the invoice is left; a free one is credited by its one credit note."""
        return self.has_credit_notes and self.claim.gross_minor == 0

    def checked(self, beyond_minor: int) -> "InvoiceFacts":
        """The facts for a credit that customer service has checked."""
        return replace(self, by_desk=True, beyond_minor=beyond_minor)

    def released(self) -> "InvoiceFacts":
        """The facts for the credit note whose hold is over: it does not stand in its own way."""
        return replace(self, pending_until=None)


@dataclass(frozen=True, slots=True)
class CreditPlan:
    """What a credit will do, to the cent; with blockers it will do nothing.

    `goes_at` is None when the credit note is issued at once. It goes each way its invoice went:
    `addresses` get the letter, and `by_hand` says that the member gives it to the recipient.
    """

    request: CreditRequest
    blockers: tuple[Blocker, ...]
    lines: tuple[PlannedLine, ...]
    breakdown: Breakdown
    before: Claim
    after: Claim
    moves: tuple[Move, ...]
    effect: Effect
    addresses: tuple[str, ...]
    by_hand: bool
    follow_up: FollowUp
    goes_at: datetime | None
    beyond_minor: int = 0

    @property
    def payable_minor(self) -> int:
        """The total of the credit note."""
        return self.breakdown.payable_minor

    @property
    def in_part(self) -> bool:
        """Whether it leaves something of the invoice."""
        return self.after.gross_minor > 0

    @property
    def refunded_minor(self) -> int:
        """What is marked as refunded with it: what is owed back by the seller, or nothing."""
        return self.after.owed_back_minor - self.beyond_minor if self.request.refund else 0

    @property
    def owed_back_minor(self) -> int:
        """What is owed back once it is issued."""
        return self.after.owed_back_minor - self.refunded_minor


def plan_credit(facts: InvoiceFacts, request: CreditRequest, *, at: datetime) -> CreditPlan:
    """Plan a credit of an invoice at a moment. Raises Invalid for a request about other lines."""
    lines, too_much = plan_lines(facts.lines, request.lines)
    breakdown, too_much_tax = break_down(lines, original=facts.original, credited=facts.credited)
    wrong = too_much or too_much_tax or _nothing_to_credit(request, lines)
    is_over = facts.is_credited or facts.is_erased  # then it matters no more what was asked
    after = facts.claim.credited(breakdown.groups)
    moves = (
        ()
        if too_much or too_much_tax
        else credit_posting(
            facts.claim,
            after,
            breakdown.groups,
            vat_on_payment=facts.invoice.vat_on == VatOn.PAYMENT,
        )
    )
    follow_up = request.follow_up or FollowUp(facts.settings.after_credit)
    wrong += session_blockers(follow_up, lines)
    if request.refund and after.owed_back_minor <= facts.beyond_minor:
        wrong += (NOTHING_TO_REFUND,)
    hold = timedelta(seconds=facts.settings.hold_seconds)
    addresses = (request.deliver_to,) if request.deliver_to else facts.addresses
    return CreditPlan(
        request=request,
        blockers=credit_blockers(facts, at=at) + (() if is_over else wrong),
        lines=lines,
        breakdown=breakdown,
        before=facts.claim,
        after=after,
        moves=moves,
        effect=_effect(facts, after, request.refund),
        addresses=addresses,
        by_hand=facts.handed_over or not addresses,
        follow_up=follow_up,
        goes_at=at + hold if hold else None,
        beyond_minor=facts.beyond_minor,
    )


def credit_blockers(facts: InvoiceFacts, *, at: datetime) -> tuple[Blocker, ...]:
    """Why this invoice cannot be credited at a moment by who asks, whatever of it is asked."""
    if facts.is_erased:
        return (ERASED,)
    return tuple(
        blockers_of_credit(
            is_left=not facts.is_credited,
            pending_until=facts.pending_until,
            held_minor=facts.claim.held_minor,
            open_minor=facts.claim.open_minor,
            settings=facts.settings,
            may_credit=facts.may_credit,
            fresh=facts.fresh,
            by_desk=facts.by_desk,
            at=at,
        )
    )


def _nothing_to_credit(request: CreditRequest, lines: Sequence[PlannedLine]) -> tuple[Blocker, ...]:
    """A blocker for a part that is worth nothing; a whole invoice over 0.00 is cancelled by 0.00.

    A credit note amends its invoice (Directive 2006/112/EC art. 219): one that takes back no part
    of it would amend nothing.
    """
    if request.lines is None or any(line.amount_minor for line in lines):
        return ()
    return (
        Blocker(
            "nothing_to_credit",
            _("What you chose is worth 0.00, so there is nothing to credit."),
            _("Choose an amount, or all that is left."),
            "lines.0",
        ),
    )


def break_down(
    lines: Sequence[PlannedLine], *, original: Sequence[TaxGroup], credited: Sequence[TaxGroup]
) -> tuple[Breakdown, tuple[Blocker, ...]]:
    """The tax groups of the credit note, or the blocker of one that takes more than is left."""
    priced = [
        PricedLine(
            amount_minor=line.amount_minor,
            includes_tax=line.facts.line.includes_tax,
            category=TaxCategory(line.facts.line.tax_category),
            rate=line.facts.line.tax_rate,
        )
        for line in lines
    ]
    try:
        return credit_groups(priced, original=original, credited=credited), ()
    except MoreThanLeft:
        blocker = Blocker(
            "more_than_left",
            _("More is asked than is left to credit on this invoice."),
            _("Credit at most what is left."),
            "lines",
        )
        return Breakdown((), ()), (blocker,)


def _effect(facts: InvoiceFacts, after: Claim, refund: GivenBack | None) -> Effect:
    """What holds for the buyer once the credit note is issued."""
    currency = facts.invoice.currency
    if after.owed_back_minor and refund is not None:
        refunded = after.owed_back_minor - facts.beyond_minor
        return Refunded(refunded, currency, refund.refunded_on)
    if after.owed_back_minor:
        return OwedBack(after.owed_back_minor, currency)
    if after.open_minor:
        assert facts.invoice.due_on is not None, "an invoice is due"
        return StillToPay(after.open_minor, currency, facts.invoice.due_on)
    if after.gone.bad_debt_minor:
        return NothingAsked()
    return NothingToPay(cancelled=after.gross_minor == 0)
