"""Entries of the operator's bank say what became of payouts: they have left, or came back.

An entry names the payout by the id that the bank was given. Order of locks: the instruction, then
the entry; what is the seller's is only added.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storno.bank.books import post_waiting
from storno.bank.models import Entry, EntryState, EntryWhy
from storno.bank.queries import NotWaiting, lock_entry
from storno.core.ids import new_id
from storno.core.refusals import Absent, Refused
from storno.custody.crossing import crossing
from storno.organizations.once import deed
from storno.organizations.roles import Actor
from storno.payouts.books import CURRENCY
from storno.payouts.models import Instruction, InstructionState, Payout, WhyBack
from storno.payouts.rules import must_pay_out
from storno.payouts.to_payers import is_settled
from storno.payouts.write import write_back, write_left, write_payout


class NotThisPayout(Refused):
    """An entry of another sum is none of these payouts."""

    code = "not_this_payout"
    message = _("This entry is another sum than what is on the way.")
    remedy = _("Name the one payout that it is, or look at the batch as it is now.")


def named_payouts(entries: Iterable[Entry], organization_id: UUID) -> dict[UUID, UUID]:
    """Which instruction each entry names, if any; inside the operator's scope."""
    names = {each.id: {each.end_to_end, each.returned_id} - {""} for each in entries}
    every = set().union(*names.values())
    mine = Instruction.objects.filter(organization_id=organization_id, end_to_end__in=every)
    known = dict(mine.values_list("end_to_end", "id"))
    return {
        entry_id: known[name]
        for entry_id, named in names.items()
        for name in sorted(named & known.keys())
    }


@deed
def meet_payout(entry_id: UUID, instruction_id: UUID, *, who: Actor, at: datetime) -> bool:
    """Let a new entry say what became of the payout it names; False if somebody was faster."""
    mine = {"organization_id": who.organization_id}
    asked = Instruction.objects.select_for_update().get(**mine, id=instruction_id)
    entry = lock_entry(entry_id, organization_id=who.organization_id)
    if entry.state != EntryState.NEW:
        return False
    if (abs(entry.amount_minor), entry.currency) != (asked.amount_minor, CURRENCY):
        _wait(entry, EntryWhy.PAYOUT_DIFFERS, at=at)
    elif entry.amount_minor > 0:
        _meet_return(entry, asked, who=who, at=at)
    elif asked.left_by_id is not None:
        _wait(entry, EntryWhy.PAYOUT_TWICE, at=at)
    elif _is_settled(asked, who):
        _wait(entry, EntryWhy.SETTLED, at=at)
    else:
        _leave(entry, [asked], who=who, at=at)
    return True


@deed
def say_left(
    entry_id: UUID,
    batch_id: UUID,
    *,
    payout_id: UUID | None = None,
    who: Actor,
    at: datetime,
) -> Entry:
    """Say that an entry that waits is what is on the way of a batch, or one payout of it.

    For banks that book a batch whole, or leave out what it was given. Where the sum says so it is
    also what was taken back before: the bank has paid it all the same. Raises Absent, NotWaiting,
    NotThisPayout, NotAllowed, SignInAgain.
    """
    must_pay_out(who)
    who.must_be_fresh()
    mine = Instruction.objects.select_for_update().filter(organization_id=who.organization_id)
    mine = mine.filter(batch_id=batch_id, left_by_id=None).order_by("id")
    found = mine if payout_id is None else mine.filter(payout_id=payout_id)
    every = [each for each in found if not _is_settled(each, who)]
    on_the_way = [each for each in every if each.state == InstructionState.ON_THE_WAY]
    entry = _waiting(entry_id, who)
    for asked in (on_the_way, every):
        total = sum(each.amount_minor for each in asked)
        if asked and (-entry.amount_minor, entry.currency) == (total, CURRENCY):
            _leave(entry, asked, who=who, at=at)
            return entry
    raise NotThisPayout


@deed
def say_back(entry_id: UUID, payout_id: UUID, *, who: Actor, at: datetime) -> Entry:
    """Say that an entry that waits is what came back of a payout that has left.

    For banks that leave out what they were given. Raises Absent, NotWaiting, NotThisPayout,
    NotAllowed, SignInAgain.
    """
    must_pay_out(who)
    who.must_be_fresh()
    mine = Instruction.objects.select_for_update().filter(organization_id=who.organization_id)
    asked = mine.filter(payout_id=payout_id).first()
    if asked is None:
        raise Absent
    entry = _waiting(entry_id, who)
    if asked.state != InstructionState.LEFT or not _is_return(entry, asked):
        raise NotThisPayout
    _come_back(entry, asked, who=who, at=at)
    return entry


def _is_settled(asked: Instruction, who: Actor) -> bool:
    """Whether it was taken back, and what it would pay a payer goes by another payout, or no more.

    The bank has paid it all the same: that is nobody's until somebody says whose it is.
    """
    if asked.state != InstructionState.BACK:
        return False
    with crossing(asked.seller_id, back_to=who.organization_id):
        payout = Payout.objects.get(organization_id=asked.seller_id, id=asked.payout_id)
        return payout.to_payer_id is not None and is_settled(payout)


def _waiting(entry_id: UUID, who: Actor) -> Entry:
    """Lock an entry that waits. Raises Absent, NotWaiting."""
    entry = lock_entry(entry_id, organization_id=who.organization_id)
    if entry.state != EntryState.QUEUED:
        raise NotWaiting
    return entry


def _is_return(entry: Entry, asked: Instruction) -> bool:
    return (entry.amount_minor, entry.currency) == (asked.amount_minor, CURRENCY)


def _leave(entry: Entry, asked: Sequence[Instruction], *, who: Actor, at: datetime) -> None:
    """The bank has paid locked instructions out by a locked entry.

    Should one have been dropped before, the money has gone all the same: it is paid out anew, and
    what is payable less than nothing after that is a claim on the seller.
    """
    _begin_to_wait(entry, at=at)
    move_id = new_id()
    for each in asked:
        them = who.across(each.seller_id)
        with crossing(each.seller_id, back_to=who.organization_id):
            payout = Payout.objects.get(organization_id=each.seller_id, id=each.payout_id)
            if each.state == InstructionState.BACK:
                payout.id, payout.made_at = new_id(), at
                write_payout(payout, at=at)
            write_left(payout, entry.id, entry.booked_on, move_id=move_id, who=them, at=at)
        each.state, each.left_by_id, each.payout_id = InstructionState.LEFT, entry.id, payout.id
        each.save(update_fields=["state", "left_by_id", "payout_id"])
    _end(entry, EntryWhy.LEFT, move_id, at=at)
    for each in asked:
        _meet_told_before(each, who=who, at=at)


def _meet_told_before(asked: Instruction, *, who: Actor, at: datetime) -> None:
    """What has just left may have come back by an entry that was told before, and waits."""
    waiting = Entry.objects.select_for_update().filter(
        Q(end_to_end=asked.end_to_end) | Q(returned_id=asked.end_to_end),
        organization_id=who.organization_id,
        state=EntryState.QUEUED,
        why=EntryWhy.CAME_BACK,
    )
    for entry in waiting.order_by("id"):
        if _is_return(entry, asked):
            _come_back(entry, asked, who=who, at=at)
            return


def _meet_return(entry: Entry, asked: Instruction, *, who: Actor, at: datetime) -> None:
    if asked.state == InstructionState.LEFT:
        _come_back(entry, asked, who=who, at=at)
    else:
        _wait(entry, EntryWhy.CAME_BACK, at=at)


def _come_back(entry: Entry, asked: Instruction, *, who: Actor, at: datetime) -> None:
    """A locked entry has brought back what has left by a locked instruction."""
    _begin_to_wait(entry, at=at)
    with crossing(asked.seller_id, back_to=who.organization_id):
        payout = Payout.objects.get(organization_id=asked.seller_id, id=asked.payout_id)
        them, why = who.across(asked.seller_id), WhyBack.RETURNED
        back = write_back(payout, why, entry.booked_on, entry_id=entry.id, who=them, at=at)
    asked.state, asked.back_by_id = InstructionState.BACK, entry.id
    asked.save(update_fields=["state", "back_by_id"])
    _end(entry, EntryWhy.PAYOUT_BACK, back.id, at=at)


def _begin_to_wait(entry: Entry, *, at: datetime) -> None:
    """What has not waited before does so for this moment: what leaves these books stood in them."""
    if entry.state != EntryState.QUEUED:
        post_waiting(entry, entry.id, at=at)


def _end(entry: Entry, why: EntryWhy, move_id: UUID, *, at: datetime) -> None:
    post_waiting(entry, move_id, at=at, ends=True, move_id=move_id)
    _move(entry, EntryState.PAYOUT, why)


def _wait(entry: Entry, why: EntryWhy, *, at: datetime) -> None:
    post_waiting(entry, entry.id, at=at)
    _move(entry, EntryState.QUEUED, why)


def _move(entry: Entry, state: EntryState, why: EntryWhy) -> None:
    entry.state, entry.why = state, why
    entry.save(update_fields=["state", "why"])
