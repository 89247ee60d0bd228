"""What was said by hand to have left by an entry had not: that entry waits again.

Order of locks: the instructions by their ids, then the entry; what is the sellers' is only added.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.bank.books import post_waiting
from storno.bank.models import Entry, EntryState, EntryWhy
from storno.bank.queries import lock_entry
from storno.core.ids import new_id
from storno.core.refusals import Refused
from storno.custody.crossing import crossing
from storno.history.record import Happening, record
from storno.organizations.once import deed
from storno.organizations.roles import Actor
from storno.payouts.models import Instruction, InstructionState, Payout, PayoutBack, WhyBack
from storno.payouts.rules import must_pay_out
from storno.payouts.write import write_back, write_payout


class EntryIsNoPayout(Refused):
    """Nothing has left by the entry."""

    code = "entry_is_no_payout"
    message = _("This entry is no payout that has left.")
    remedy = _("Look at the list as it is now.")


class BankNamesPayout(Refused):
    """It is the bank that says what the entry is."""

    code = "bank_names_payout"
    message = _("The bank itself names the payout that this entry is.")
    remedy = _("Ask the bank if its entry is wrong.")


class PayoutCameBack(Refused):
    """A later entry says that it had left."""

    code = "payout_came_back"
    message = _("A payout of this entry came back since, so it had left.")
    remedy = _("There is nothing to undo: what came back is payable again.")


@dataclass(frozen=True)
class LeavingUndone(Happening):
    """A person had said of the wrong entry that payouts had left by it."""

    kind: ClassVar = "payout.leaving_undone"
    sentence: ClassVar = _("A bank entry is not the payout after all that it was said to be.")


@deed
def undo_left(entry_id: UUID, *, who: Actor, at: datetime) -> Entry:
    """Take back that payouts have left by an entry: they are on the way as before.

    Each ends as mistaken and is made anew, but for what had been taken back before. Raises Absent,
    EntryIsNoPayout, BankNamesPayout, PayoutCameBack, NotAllowed, SignInAgain.
    """
    must_pay_out(who)
    who.must_be_fresh()
    mine = Instruction.objects.select_for_update().filter(organization_id=who.organization_id)
    asked = list(mine.filter(left_by_id=entry_id).order_by("id"))
    entry = lock_entry(entry_id, organization_id=who.organization_id)
    if not asked:
        raise EntryIsNoPayout
    if any(each.end_to_end in (entry.end_to_end, entry.returned_id) for each in asked):
        raise BankNamesPayout
    if any(each.state != InstructionState.LEFT for each in asked):
        raise PayoutCameBack
    move_id = new_id()
    for each in asked:
        _undo(each, entry, move_id, who=who, at=at)
    post_waiting(entry, move_id, at=at, move_id=move_id)
    entry.state, entry.why = EntryState.QUEUED, EntryWhy.UNDONE
    entry.save(update_fields=["state", "why"])
    record(LeavingUndone(), subject_id=entry.id, who=who, at=at)
    return entry


def _undo(asked: Instruction, entry: Entry, move_id: UUID, *, who: Actor, at: datetime) -> None:
    them, why = who.across(asked.seller_id), WhyBack.MISTAKEN
    with crossing(asked.seller_id, back_to=who.organization_id):
        payout = Payout.objects.get(organization_id=asked.seller_id, id=asked.payout_id)
        day, by = entry.booked_on, entry.id
        write_back(payout, why, day, entry_id=by, move_id=move_id, who=them, at=at)
        if _was_taken_back(payout):
            asked.state = InstructionState.BACK
        else:
            payout.id, payout.made_at = new_id(), at
            asked.state, asked.payout_id = InstructionState.ON_THE_WAY, payout.id
            write_payout(payout, at=at)
    asked.left_by_id = None
    asked.save(update_fields=["state", "payout_id", "left_by_id"])


def _was_taken_back(payout: Payout) -> bool:
    """Whether it was dropped or refused before it was said to have left."""
    same = PayoutBack.objects.filter(
        organization_id=payout.organization_id, payout__end_to_end=payout.end_to_end
    )
    return same.filter(why__in=[WhyBack.DROPPED, WhyBack.REFUSED]).exists()
