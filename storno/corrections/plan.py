"""The plan of a credit: pure, and the one source of dialog, estimate and deed.

Facts and a request come in; out come the credit note's lines and totals, the postings, the letters,
what follows, and the blockers. Nothing here reads or writes.

How much of a line is left is counted twice: in quantity, and in money in the line's own pricing. A
credit by quantity takes the cumulative share, a credit by amount leaves the quantity; the credit
that takes the last of the quantity takes all the money that is left. Tax goes by cumulative
residual, see `tax/residual.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.catalogue.save import DECIMALS, LARGEST_PRICE
from storno.core.entered import is_finer
from storno.core.refusals import Blocker, FieldError, Invalid
from storno.corrections.blockers import ERASED, blockers_of_credit
from storno.corrections.sessions import session_blockers
from storno.documents.content import LARGEST_QUANTITY, LARGEST_TOTAL_MINOR
from storno.documents.models import Document, FollowUp, Line, Reason
from storno.ledger.journal import Claim, Move, credit_posting
from storno.money.rounding import round_half_away
from storno.organizations.models import Settings, VatOn
from storno.printing.effect import Effect, NothingToPay, OwedBack, StillToPay
from storno.tax.breakdown import Breakdown, PricedLine, TaxGroup, line_amount
from storno.tax.category import TaxCategory
from storno.tax.residual import MoreThanLeft, credit_groups


@dataclass(frozen=True, slots=True)
class CreditLine:
    """How much of one line to credit: a quantity, or an amount in the line's own pricing."""

    line_id: UUID
    quantity: Decimal | None = None
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class CreditRequest:
    """What somebody asks to be credited; `lines` None means everything that is left.

    `tell` is whether clients get a message of sessions that are cancelled with it; None as each
    session says, which tells of nothing past.
    """

    reason: Reason
    reason_text: str = ""
    reason_text_printed: bool = False
    follow_up: FollowUp | None = None
    lines: tuple[CreditLine, ...] | None = None
    deliver_to: str = ""
    tell: bool | None = None


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line of the invoice and what earlier credit notes took of it."""

    line: Line
    description: str
    credited_quantity: Decimal
    credited_minor: int

    @property
    def quantity_left(self) -> Decimal:
        """What can still be credited by quantity."""
        return self.line.quantity - self.credited_quantity

    @property
    def left_minor(self) -> int:
        """What can still be credited, in the line's own pricing."""
        return self.line.amount_minor - self.credited_minor

    @property
    def is_left(self) -> bool:
        """Whether anything is left; a free line counts by its quantity."""
        return self.left_minor > 0 or (self.line.amount_minor == 0 and self.quantity_left > 0)


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """Everything that decides about a credit of one invoice, as it is under the lock.

    `addresses` are those the invoice was mailed to; `handed_over`: a member gave it to its
    recipient, as well or instead; `pending_until` is the departure of a credit note on hold;
    `fresh` and `may_credit` what is known of who asks; `is_erased`: nobody knows any more whom the
    invoice went to.
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

    @property
    def is_credited(self) -> bool:
        """Whether nothing of the invoice is left; a free one is credited by its one credit note."""
        return self.has_credit_notes and self.claim.gross_minor == 0

    def released(self) -> "InvoiceFacts":
        """The facts for the credit note whose hold is over: it does not stand in its own way."""
        return replace(self, pending_until=None)


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line of the credit note. `credited_quantity` is what it takes of the invoice's line."""

    facts: LineFacts
    quantity: Decimal
    unit_price: Decimal
    discount_percent: Decimal
    credited_quantity: Decimal
    amount_minor: int

    @property
    def unit(self) -> str:
        """The unit of what is printed; a mere amount has none."""
        return self.facts.line.unit if self.quantity == self.credited_quantity else ""

    @property
    def leaves_some(self) -> bool:
        """Whether the invoice still asks for a part of the line afterwards."""
        return self.amount_minor < self.facts.left_minor


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

    @property
    def payable_minor(self) -> int:
        """The total of the credit note."""
        return self.breakdown.payable_minor

    @property
    def in_part(self) -> bool:
        """Whether it leaves something of the invoice."""
        return self.after.gross_minor > 0


def plan_credit(facts: InvoiceFacts, request: CreditRequest, *, at: datetime) -> CreditPlan:
    """Plan a credit of an invoice at a moment. Raises Invalid for a request about other lines."""
    lines, too_much = plan_lines(facts.lines, request)
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
        effect=_effect(facts, after),
        addresses=addresses,
        by_hand=facts.handed_over or not addresses,
        follow_up=follow_up,
        goes_at=at + hold if hold else None,
    )


def credit_blockers(facts: InvoiceFacts, *, at: datetime) -> tuple[Blocker, ...]:
    """Why this invoice cannot be credited at a moment by who asks, whatever of it is asked."""
    if facts.is_erased:
        return (ERASED,)
    return tuple(
        blockers_of_credit(
            is_left=not facts.is_credited,
            pending_until=facts.pending_until,
            received_minor=facts.claim.received_minor,
            open_minor=facts.claim.open_minor,
            settings=facts.settings,
            may_credit=facts.may_credit,
            fresh=facts.fresh,
            at=at,
        )
    )


def plan_lines(
    lines: Sequence[LineFacts], request: CreditRequest
) -> tuple[tuple[PlannedLine, ...], tuple[Blocker, ...]]:
    """The credit note's lines, and a blocker for each line that is asked for more than is left.

    Raises Invalid for a request about other lines.
    """
    if request.lines is None:
        return tuple(_take_rest(line) for line in lines if line.is_left), ()
    known = {line.line.id: line for line in lines}
    _check_lines(request.lines, known)
    planned: list[PlannedLine] = []
    blockers: list[Blocker] = []
    for at, asked in enumerate(request.lines):
        line = known[asked.line_id]
        taken = _take(line, asked)
        if taken.amount_minor > line.left_minor or taken.credited_quantity > line.quantity_left:
            blockers.append(
                Blocker(
                    "more_than_left",
                    _("More is asked than is left to credit on this line."),
                    _("Credit at most what is left."),
                    f"lines.{at}",
                )
            )
        planned.append(taken)
    return tuple(planned), tuple(blockers)


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


def _check_lines(asked: Sequence[CreditLine], known: Mapping[UUID, LineFacts]) -> None:
    errors: list[FieldError] = []
    seen: set[UUID] = set()
    if not asked:
        errors.append(FieldError("lines", "required", _("Choose at least one line.")))
    for at, line in enumerate(asked):
        path = f"lines.{at}"
        if line.line_id not in known:
            errors.append(
                FieldError(f"{path}.line", "unknown_line", _("This invoice has no such line."))
            )
            continue
        if line.line_id in seen:
            errors.append(FieldError(f"{path}.line", "named_twice", _("Name each line once.")))
        seen.add(line.line_id)
        errors += _measure_errors(path, line)
    if errors:
        raise Invalid(errors)


def _measure_errors(path: str, line: CreditLine) -> Iterator[FieldError]:
    if (line.quantity is None) == (line.amount_minor is None):
        yield FieldError(path, "quantity_or_amount", _("Give either a quantity or an amount."))
        return
    value = line.amount_minor if line.quantity is None else line.quantity
    most = LARGEST_TOTAL_MINOR if line.quantity is None else LARGEST_QUANTITY
    assert value is not None, "one of them is given"
    field = f"{path}.amount" if line.quantity is None else f"{path}.quantity"
    if not Decimal(value).is_finite() or value <= 0:
        yield FieldError(field, "not_positive", _("Enter more than 0."))
    elif value > most:
        yield FieldError(field, "too_large", _("No line has as much as that."))
    elif is_finer(Decimal(value), DECIMALS):
        yield FieldError(
            field, "too_many_decimals", _("At most %(count)d decimals.") % {"count": DECIMALS}
        )


def _take_rest(facts: LineFacts) -> PlannedLine:
    return _planned(facts, facts.quantity_left, facts.left_minor)


def _take(facts: LineFacts, asked: CreditLine) -> PlannedLine:
    if asked.amount_minor is not None:
        return _planned(facts, Decimal(0), asked.amount_minor)
    assert asked.quantity is not None
    if asked.quantity == facts.quantity_left:
        return _take_rest(facts)
    return _planned(facts, asked.quantity, _share(facts, asked.quantity))


def _share(facts: LineFacts, quantity: Decimal) -> int:
    """What a quantity takes of the line's amount, so that all shares add up to it."""
    amount, whole = Decimal(facts.line.amount_minor), facts.line.quantity
    so_far = round_half_away(amount * facts.credited_quantity / whole)
    return round_half_away(amount * (facts.credited_quantity + quantity) / whole) - so_far


def _planned(facts: LineFacts, quantity: Decimal, amount_minor: int) -> PlannedLine:
    """Print quantity × price where that is the amount to the cent, else 1 × the amount.

    So each line can be reckoned up, and a draft of what was credited asks for just that: an amount
    above the largest price, of which no total holds ten, stands there as 10 × a tenth of it.
    """
    line = facts.line
    if 0 < quantity <= line.quantity:
        usual = line_amount(
            quantity=quantity,
            unit_price=line.unit_price,
            discount_percent=line.discount_percent,
        )
        if usual == amount_minor:
            return PlannedLine(
                facts,
                quantity,
                line.unit_price,
                line.discount_percent,
                quantity,
                amount_minor,
            )
    price, times = Decimal(amount_minor).scaleb(-2), Decimal(1)
    if price > LARGEST_PRICE:
        price, times = price.scaleb(-1), Decimal(10)
    return PlannedLine(facts, times, price, Decimal(0), quantity, amount_minor)


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


def _effect(facts: InvoiceFacts, after: Claim) -> Effect:
    """What holds for the buyer once the credit note is issued."""
    currency = facts.invoice.currency
    if after.owed_back_minor:
        return OwedBack(after.owed_back_minor, currency)
    if after.open_minor:
        assert facts.invoice.due_on is not None, "an invoice is due"
        return StillToPay(after.open_minor, currency, facts.invoice.due_on)
    return NothingToPay(cancelled=after.gross_minor == 0)
