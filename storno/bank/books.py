"""The books of what waits: an entry that has met no invoice yet stands on UNMATCHED.

Money that is matched at once goes straight to its invoice. What waits is posted when it begins to
wait and posted back when that ends, so that UNMATCHED is the sum of all that waits at any moment.

What is set aside leaves these books. It stays in the operator's, on ASIDE: there all that the bank
told must be somebody's.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from storno.bank.models import Entry
from storno.ledger.journal import ASIDE, BANK, UNMATCHED, Move
from storno.ledger.post import Posting, post


def post_waiting(
    entry: Entry, because: UUID, *, at: datetime, ends: bool = False, move_id: UUID | None = None
) -> None:
    """An entry begins to wait, or no longer does; `because` is what made it so, and is posted.

    `move_id` joins it to the books of the seller whose money it is.
    """
    posting = _posting(entry, because, ends=ends, move_id=move_id)
    post([posting], organization_id=entry.organization_id, at=at)


def post_aside(entry: Entry, because: UUID, *, at: datetime, ends: bool = False) -> None:
    """An entry of the operator's is set aside, or taken up again; `because` is posted."""
    kind, (debit, credit) = "aside_no_more" if ends else "aside", _sides(entry, ASIDE, ends=ends)
    moves = (Move(debit, credit, abs(entry.amount_minor)),)
    posting = Posting(because, kind, entry.id, entry.currency, entry.booked_on, moves)
    post([posting], organization_id=entry.organization_id, at=at)


def begin_to_wait(entries: Sequence[Entry], organization_id: UUID, *, at: datetime) -> None:
    """Entries that have just been read begin to wait, for nobody but themselves."""
    postings = [_posting(each, each.id, ends=False) for each in entries]
    post(postings, organization_id=organization_id, at=at)


def _posting(entry: Entry, because: UUID, *, ends: bool, move_id: UUID | None = None) -> Posting:
    debit, credit = _sides(entry, UNMATCHED, ends=ends)
    return Posting(
        source_id=because,
        kind="waits_no_more" if ends else "waits",
        subject_id=entry.id,
        currency=entry.currency,
        booked_on=entry.booked_on,
        moves=(Move(debit, credit, abs(entry.amount_minor)),),
        move_id=move_id,
    )


def _sides(entry: Entry, account: str, *, ends: bool) -> tuple[str, str]:
    """What is debited and credited of an entry that comes to an account, or leaves it."""
    came_in = (entry.amount_minor > 0) is not ends
    return (BANK, account) if came_in else (account, BANK)
