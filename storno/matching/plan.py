"""What is to become of an entry of the bank that has just been read: a pure function of facts."""

from dataclasses import dataclass

from storno.bank.models import EntryState, EntryWhy


@dataclass(frozen=True, slots=True)
class Move:
    """What decides of an entry; `comes_back`: the bank says that it takes back another one."""

    amount_minor: int
    currency: str
    has_reference: bool
    comes_back: bool


@dataclass(frozen=True, slots=True)
class Meant:
    """The invoice that an entry names; `paid_by_hand`: somebody registered such a payment."""

    open_minor: int
    currency: str
    paid_by_hand: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where an entry goes, and why."""

    state: EntryState
    why: EntryWhy


def judge(move: Move, meant: Meant | None) -> Verdict:
    """What becomes of money that came in, or of money out that takes nothing back.

    Nothing is matched by likeness: only the reference of an invoice pays it by itself.
    """
    if move.amount_minor < 0:
        return Verdict(EntryState.ASIDE, EntryWhy.MONEY_OUT)
    if move.comes_back:
        return Verdict(EntryState.QUEUED, EntryWhy.CAME_BACK)
    if meant is None:
        why = EntryWhy.UNKNOWN_REFERENCE if move.has_reference else EntryWhy.NO_REFERENCE
        return Verdict(EntryState.QUEUED, why)
    if meant.currency != move.currency:
        return Verdict(EntryState.QUEUED, EntryWhy.OTHER_CURRENCY)
    if meant.paid_by_hand:
        return Verdict(EntryState.QUEUED, EntryWhy.PAID_BY_HAND)
    return Verdict(EntryState.MATCHED, how_it_meets(move.amount_minor, meant.open_minor))


def how_it_meets(amount_minor: int, open_minor: int) -> EntryWhy:
    """How money meets what is open on an invoice."""
    if open_minor == 0:
        return EntryWhy.OWED_BACK
    if amount_minor == open_minor:
        return EntryWhy.EXACT
    return EntryWhy.PART if amount_minor < open_minor else EntryWhy.OVER
