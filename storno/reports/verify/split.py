"""What was set aside of payments, and returned: planned again from the stored rates."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from storno.custody.books import charge_moves, return_moves, set_aside_moves, turned
from storno.custody.models import Return, SetAside, SetAsideReversal, ToPayer, ToPayerReversal
from storno.custody.plan import Earlier, given_up, is_even, returned_of, shares_now
from storno.custody.set_aside import RETURN, SET_ASIDE, SET_ASIDE_BACK
from storno.custody.split import Shares
from storno.custody.to_payer import posting_of_reversal, posting_of_to_payer
from storno.documents.models import Document
from storno.ledger.journal import Claim, Move
from storno.ledger.post import Posting
from storno.organizations.sealed import is_whole
from storno.organizations.tenant import TenantModel
from storno.payments.methods import CLIENT_MONEY
from storno.payments.models import Payment, Refund, RefundReversal, RefundWay, Reversal
from storno.reports.verify.dossier import Dossier
from storno.reports.verify.violation import Violation, named

Row = SetAside | SetAsideReversal | Return
Sealed = Row | ToPayer | ToPayerReversal


@dataclass(frozen=True, slots=True)
class Step:
    """A deed on an invoice, where the claim stood after it, and on which day it was booked."""

    row: TenantModel
    claim: Claim
    day: date


@dataclass
class Split:
    """What must be posted for what was set aside, and what is wrong with it."""

    dossier: Dossier
    postings: list[Posting] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    made: dict[UUID, SetAside] = field(default_factory=dict)
    backs: dict[UUID, SetAsideReversal] = field(default_factory=dict)
    standing: dict[object, SetAside] = field(default_factory=dict)
    returned: Return | None = None
    to_payers: dict[UUID, Refund] = field(default_factory=dict)
    off_the_list: int = 0

    @property
    def earlier(self) -> list[Earlier]:
        """The set-asides that stand, in their order."""
        rows = sorted(self.standing.values(), key=lambda row: row.id)
        return [Earlier(row.shares, row.rates) for row in rows]

    def violation(self, code: str, sentence: str) -> None:
        """Note that something is wrong."""
        invoice = self.dossier.invoice.document
        self.violations.append(Violation(code, invoice.id, sentence.format(named(invoice))))

    def is_(
        self,
        row: Row,
        shares: Shares,
        kind: str,
        moves: tuple[Move, ...],
        day: date,
        move_id: UUID | None = None,
    ) -> None:
        """A row must bear these shares, and the two postings of them."""
        if row.shares != shares:
            self.violation("split_wrong", "The shares of money on {} are not what they must be.")
        own = charge_moves(shares) if kind == SET_ASIDE else turned(charge_moves(shares))
        invoice = self.dossier.invoice.document
        named_ = (kind, invoice.id, invoice.currency, day)
        self.postings.append(Posting(row.id, *named_, moves, move_id))
        self.postings.append(Posting(row.own_id, *named_, own))


def reckon_split(dossier: Dossier, steps: Iterable[Step]) -> Split:
    """Go through the deeds on an invoice once more, and plan what each had set aside."""
    split = Split(dossier)
    split.made = {row.cause_id: row for row in dossier.set_asides}
    split.backs = {row.set_aside_id: row for row in dossier.set_aside_reversals}
    for step in steps:
        _go(split, step)
    if split.made or split.backs or (dossier.returns and split.returned is None):
        split.violation("split_astray", "Money on {} was set aside or returned without a cause.")
    listed = {row.refund_id for row in dossier.to_payers}
    if listed != split.to_payers.keys() or len(dossier.to_payer_reversals) != split.off_the_list:
        split.violation("to_payer_astray", "Money on {} goes back to its payer without a refund.")
    for its in _rows(dossier):
        if not is_whole(its):
            split.violation("split_seal_broken", "What was set aside on {} is not what was sealed.")
    return split


def _go(split: Split, step: Step) -> None:
    """Plan what one deed had set aside, given up, returned or given back."""
    row = step.row
    if isinstance(row, Payment) and row.method == CLIENT_MONEY.code:
        _set_aside(split, split.made.pop(row.id, None), row.amount_minor, step)
    elif isinstance(row, Reversal) and row.payment_id in split.standing:
        former = split.standing.pop(row.payment_id)
        _give_up(split, former, split.backs.pop(former.id, None), row, step)
        _meet_claim(split, row, step)
    elif isinstance(row, Refund) and row.way == RefundWay.CUSTODY:
        _to_payer(split, row)
    elif isinstance(row, RefundReversal) and row.refund_id in split.to_payers:
        _off_the_list(split, row, step)
        _meet_claim(split, row, step)
    elif isinstance(row, Document) and not step.claim.gross_minor and split.standing:
        _return(split, step)


def _meet_claim(split: Split, row: Reversal | RefundReversal, step: Step) -> None:
    """What lay there unclaimed and meets the claim after it was set aside."""
    if row.id in split.made or (split.returned is None and not is_even(step.claim, split.earlier)):
        _set_aside(split, split.made.pop(row.id, None), 0, step)


def _rows(dossier: Dossier) -> Iterator[Sealed]:
    yield from dossier.set_asides
    yield from dossier.set_aside_reversals
    yield from dossier.returns
    yield from dossier.to_payers
    yield from dossier.to_payer_reversals


def _to_payer(split: Split, refund: Refund) -> None:
    split.to_payers[refund.id] = refund
    for row in split.dossier.to_payers:
        if (row.id, row.refund_id) == (refund.source_id, refund.id):
            split.postings.append(posting_of_to_payer(row, refund))


def _off_the_list(split: Split, reversal: RefundReversal, step: Step) -> None:
    refund = split.to_payers[reversal.refund_id]
    for row in split.dossier.to_payer_reversals:
        if (row.reversal_id, row.to_payer_id) == (reversal.id, refund.source_id):
            split.postings.append(posting_of_reversal(row, refund, step.day))
            split.off_the_list += 1
            return
    split.violation("to_payer_stays", "A refund on {} was reversed, but it goes to its payer.")


def _set_aside(split: Split, row: SetAside | None, received_minor: int, step: Step) -> None:
    if row is None or row.received_minor != received_minor:
        split.violation(
            "set_aside_missing", "Of a payment on {} nothing, or another sum, is set aside."
        )
        return
    returned = split.returned is not None
    shares = shares_now(step.claim, split.earlier, row.rates, returned=returned)
    moves = set_aside_moves(received_minor, shares)
    moved = step.row.source_id if isinstance(step.row, Payment) else None
    split.is_(row, shares, SET_ASIDE, moves, step.day, moved)
    split.standing[row.cause_id] = row


def _give_up(
    split: Split, former: SetAside, row: SetAsideReversal | None, reversal: Reversal, step: Step
) -> None:
    if row is None or row.reversal_id != reversal.id:
        split.violation(
            "set_aside_stays", "A payment on {} was reversed, and its set-aside was not."
        )
        return
    returned = None if split.returned is None else split.returned.shares
    shares = given_up(former.shares, returned)
    moves = turned(set_aside_moves(former.received_minor, shares))
    split.is_(row, shares, SET_ASIDE_BACK, moves, step.day, reversal.id)


def _return(split: Split, step: Step) -> None:
    row = next(iter(split.dossier.returns), None)
    if row is None or row.credit_note_id != step.row.id or len(split.dossier.returns) > 1:
        split.violation(
            "return_missing", "{} is credited, and what was withheld did not go back once."
        )
        return
    with_fee = bool(row.fee_minor or row.fee_vat_minor)
    shares = returned_of([each.shares for each in split.earlier], with_fee=with_fee)
    split.is_(row, shares, RETURN, return_moves(shares, row.waiting_minor), step.day)
    split.returned = row
