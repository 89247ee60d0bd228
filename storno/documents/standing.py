"""Bringing an invoice's standing to where its claim is, in the claim's own transaction."""

from collections.abc import Iterable

from django.db.models import Q, Sum

from storno.core.insert import rewrite
from storno.documents.models import Standing, State
from storno.ledger.journal import OFFSET, Claim
from storno.ledger.models import Transfer
from storno.printing.effect import (
    Effect,
    NothingAsked,
    NothingToPay,
    OwedBack,
    Refunded,
    StillToPay,
)


def state_of(payable_minor: int, claim: Claim, *, has_credit_notes: bool) -> State:
    """The state of an invoice, the first that holds; the day and holds are read elsewhere."""
    if has_credit_notes and claim.gross_minor == 0:
        return State.CREDITED
    if claim.open_minor == 0 and claim.gone.bad_debt_minor:
        return State.WRITTEN_OFF
    if claim.open_minor == 0:
        return State.PAID
    if claim.gross_minor < payable_minor:
        return State.PART_CREDITED
    if claim.held_minor:
        return State.PART_PAID
    return State.SENT


def stand_at(standing: Standing, claim: Claim, *, has_credit_notes: bool) -> None:
    """Write a locked standing so that it says what the claim is after one more deed.

    Clears no hold by itself; a deed that gives money back says the day of it in the standing.
    """
    _set(standing, claim, has_credit_notes=has_credit_notes)
    save_standing(standing)


def stand_paid(stood: Iterable[tuple[Standing, Claim]]) -> None:
    """Write many locked standings after money came in on each, with one statement.

    None of them has credit notes.
    """
    rows = []
    for standing, claim in stood:
        _set(standing, claim, has_credit_notes=False)
        rows.append(standing)
    rewrite(rows, _MOVES)


def _set(standing: Standing, claim: Claim, *, has_credit_notes: bool) -> None:
    standing.deeds = standing.next_turn
    standing.credited_minor = standing.payable_minor - claim.gross_minor
    standing.received_minor = claim.received_minor
    standing.returned_minor = claim.returned_minor
    standing.open_minor = claim.open_minor
    standing.owed_back_minor = claim.owed_back_minor
    standing.unapplied_minor = claim.unapplied_minor
    standing.rounded_minor = claim.written.rounded_minor
    standing.relieved_minor = claim.written.relieved_minor
    standing.lost_minor = claim.written.lost_minor
    standing.written_minor = claim.gone.total_minor
    standing.state = state_of(standing.payable_minor, claim, has_credit_notes=has_credit_notes)


def what_holds(standing: Standing, currency: str) -> Effect:
    """What holds for the buyer of an invoice now, in the words of its credit notes; in a scope."""
    if standing.owed_back_minor:
        return OwedBack(standing.owed_back_minor, currency)
    if standing.is_refunded:
        assert standing.refunded_on is not None, "what is given back has its day"
        used = _used_elsewhere(standing)
        return Refunded(standing.returned_minor, currency, standing.refunded_on, used)
    if standing.open_minor:
        return StillToPay(standing.open_minor, currency, standing.due_on)
    if standing.state == State.WRITTEN_OFF:
        return NothingAsked()
    return NothingToPay(cancelled=standing.state == State.CREDITED)


def _used_elsewhere(standing: Standing) -> int:
    """What of the money given back pays another invoice, as the ledger has it."""
    mine = Transfer.objects.filter(organization_id=standing.organization_id, subject_id=standing.id)
    gone = Sum("amount_minor", filter=Q(kind="refund", credit=OFFSET), default=0)
    back = Sum("amount_minor", filter=Q(kind="refund_reversal", debit=OFFSET), default=0)
    used: int = mine.aggregate(used=gone - back)["used"]
    return used


_MOVES = (
    *("credited_minor", "received_minor", "returned_minor", "refunded_on", "open_minor"),
    *(
        "owed_back_minor",
        "unapplied_minor",
        "rounded_minor",
        "relieved_minor",
        "lost_minor",
        "written_minor",
        "state",
        "deeds",
        "cancelling_at",
    ),
    *("cancelling_minor", "notes_to_give"),
)
"""What changes in a standing as time goes by."""


def save_standing(standing: Standing) -> None:
    """Write a locked standing back with one statement."""
    Standing.objects.filter(organization_id=standing.organization_id, id=standing.id).update(
        **{name: getattr(standing, name) for name in _MOVES}
    )
