"""A batch is approved, and goes to the bank as a file; or it is dropped, or one payment of it is.

Order of locks: the batch, then its instructions by their ids; what is the sellers' is only added.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.banking.pain import Batch as File
from storno.banking.pain import Party, credit_transfers
from storno.core.refusals import Absent, Refused
from storno.custody.crossing import crossing
from storno.history.record import Happening, record
from storno.organizations.once import deed
from storno.organizations.queries import day_of, seller_of
from storno.organizations.roles import Actor
from storno.payouts.batch import payment_of
from storno.payouts.books import CURRENCY
from storno.payouts.look_again import holds_no_more
from storno.payouts.models import Batch, Instruction, InstructionState, Payout, WhyBack
from storno.payouts.rules import must_pay_out
from storno.payouts.write import write_back


class SecondPersonNeeded(Refused):
    """The sum is above the limit, so nobody approves it alone."""

    code = "second_person_needed"
    message = _("This batch is above the limit, so somebody else than its proposer approves it.")
    remedy = _("Ask a colleague to look at it and approve it.")


class BatchWasDropped(Refused):
    """The batch is not to be sent."""

    code = "batch_was_dropped"
    message = _("This batch was dropped.")
    remedy = _("Propose another one; what is payable is in it.")


class NotApproved(Refused):
    """Nobody has approved the batch yet."""

    code = "batch_not_approved"
    message = _("This batch is not approved yet, so there is no file for the bank.")
    remedy = _("Approve it first.")


class NotOnTheWay(Refused):
    """The bank has said already what became of it."""

    code = "payout_not_on_the_way"
    message = _("This has been paid out already, or is not to be paid out.")
    remedy = _("Look at how far it is: storno payout show.")


class FileWasFetched(Refused):
    """Somebody has the file, so the bank may pay it whatever is said here."""

    code = "batch_was_fetched"
    message = _("The file of this batch was fetched, so the bank may have it already.")
    remedy = _("Drop it only if the bank does not have it, and say so: --bank-has-none.")


@dataclass(frozen=True)
class BatchApproved(Happening):
    """The bank may be asked to pay a batch out."""

    kind: ClassVar = "payout.approved"
    sentence: ClassVar = _("A batch of payouts was approved.")


@dataclass(frozen=True)
class BatchFetched(Happening):
    """Somebody has the file of a batch, to hand it to the bank."""

    kind: ClassVar = "payout.fetched"
    sentence: ClassVar = _("The file of a batch was fetched for the bank.")


@dataclass(frozen=True)
class BatchDropped(Happening):
    """A batch is not to be paid out."""

    kind: ClassVar = "payout.dropped"
    sentence: ClassVar = _(
        "A batch was dropped. Payouts taken back before they left: %(payments)s."
    )
    payments: int


@dataclass(frozen=True)
class PayoutRefused(Happening):
    """The bank has refused one payment of a batch."""

    kind: ClassVar = "payout.refused"
    sentence: ClassVar = _("The bank refused a payout of %(amount_minor)s.")
    payout_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class PayoutsLeftOut(Happening):
    """Payments of a batch held no more when it was approved."""

    kind: ClassVar = "payout.left_out"
    sentence: ClassVar = _("Payouts that hold no more were left out of a batch: %(payments)s.")
    payments: int


@deed
def approve_batch(batch_id: UUID, *, who: Actor, at: datetime) -> Batch:
    """Approve a batch, without what holds no more; one of which nothing is left is dropped.

    Who has approved it before has nothing more to do. Raises Absent, BatchWasDropped,
    SecondPersonNeeded, NotAllowed, SignInAgain.
    """
    must_pay_out(who)
    who.must_be_fresh()
    batch = _lock(batch_id, who)
    if batch.dropped_at is not None:
        raise BatchWasDropped
    if batch.approved_at is not None:
        return batch
    is_another = who.person_id is not None and who.person_id != batch.proposed_by
    if batch.total_minor > batch.limit_minor and not is_another:
        raise SecondPersonNeeded
    if _leave_out(batch, who=who, at=at):
        return _drop(batch, who=who, at=at)
    batch.approved_at, batch.approved_by = at, who.person_id
    batch.save(update_fields=["approved_at", "approved_by"])
    record(BatchApproved(), subject_id=batch.id, who=who, at=at)
    return batch


def _leave_out(batch: Batch, *, who: Actor, at: datetime) -> bool:
    """Take back what holds no more; whether nothing is left."""
    asked = list(_instructions(batch))
    still = [each for each in asked if each.state == InstructionState.ON_THE_WAY]
    why_not = holds_no_more(still, who=who, at=at)
    out = [each for each in still if each.id in why_not]
    for each in out:
        each.why_not = why_not[each.id]
        each.save(update_fields=["why_not"])
    if out:
        _take_back(out, WhyBack.DROPPED, who=who, at=at)
        record(PayoutsLeftOut(len(out)), subject_id=batch.id, who=who, at=at)
    return all(each.state == InstructionState.BACK for each in asked)


@deed
def write_file(batch_id: UUID, *, who: Actor, at: datetime) -> bytes:
    """The file for the bank, pain.001: the same bytes each time, but for what the bank refused.

    Raises Absent, BatchWasDropped, NotApproved, NotOnTheWay, NotAllowed, SignInAgain.
    """
    must_pay_out(who)
    who.must_be_fresh()
    batch = _lock(batch_id, who)
    if batch.dropped_at is not None:
        raise BatchWasDropped
    if batch.approved_at is None:
        raise NotApproved
    mine = Instruction.objects.filter(organization_id=who.organization_id, batch_id=batch.id)
    still = mine.exclude(state=InstructionState.BACK, left_by_id=None)
    asked = tuple(payment_of(each) for each in still.order_by("id"))
    if not asked:
        raise NotOnTheWay
    if batch.fetched_at is None:
        batch.fetched_at = at
        batch.save(update_fields=["fetched_at"])
    payer = Party(batch.payer, batch.payer_account)
    record(BatchFetched(), subject_id=batch.id, who=who, at=at)
    return credit_transfers(File(batch.id.hex, payer, batch.approved_at, batch.pay_on, asked))


@deed
def drop_batch(batch_id: UUID, *, not_sent: bool = False, who: Actor, at: datetime) -> Batch:
    """Take a batch back of which nothing has left: it is all payable again.

    `not_sent` says of a fetched file that no bank has it. Raises Absent, NotOnTheWay,
    FileWasFetched, NotAllowed, SignInAgain.
    """
    must_pay_out(who)
    who.must_be_fresh()
    batch = _lock(batch_id, who)
    if batch.dropped_at is not None:
        return batch
    if any(each.state == InstructionState.LEFT for each in _instructions(batch)):
        raise NotOnTheWay
    if batch.fetched_at is not None and not not_sent:
        raise FileWasFetched
    return _drop(batch, who=who, at=at)


def _drop(batch: Batch, *, who: Actor, at: datetime) -> Batch:
    batch.dropped_at, batch.dropped_by = at, who.person_id
    batch.save(update_fields=["dropped_at", "dropped_by"])
    still = [each for each in _instructions(batch) if each.state == InstructionState.ON_THE_WAY]
    _take_back(still, WhyBack.DROPPED, who=who, at=at)
    record(BatchDropped(len(still)), subject_id=batch.id, who=who, at=at)
    return batch


@deed
def refuse_payout(payout_id: UUID, *, who: Actor, at: datetime) -> Instruction:
    """Say that the bank has refused one payment of an approved batch: it is payable again.

    Raises Absent, NotApproved, NotOnTheWay, NotAllowed, SignInAgain.
    """
    must_pay_out(who)
    who.must_be_fresh()
    mine = Instruction.objects.filter(organization_id=who.organization_id)
    for named in mine.filter(payout_id=payout_id):
        if _lock(named.batch_id, who).approved_at is None:
            raise NotApproved
        asked = mine.select_for_update().get(id=named.id)
        if asked.state != InstructionState.ON_THE_WAY:
            raise NotOnTheWay
        _take_back([asked], WhyBack.REFUSED, who=who, at=at)
        told = PayoutRefused(str(asked.payout_id), asked.amount_minor, CURRENCY)
        record(told, subject_id=asked.batch_id, who=who, at=at)
        return asked
    raise Absent


def _lock(batch_id: UUID, who: Actor) -> Batch:
    """Lock a batch. Raises Absent."""
    mine = Batch.objects.select_for_update().filter(organization_id=who.organization_id)
    for batch in mine.filter(id=batch_id):
        return batch
    raise Absent


def _instructions(batch: Batch) -> Iterable[Instruction]:
    mine = Instruction.objects.filter(organization_id=batch.organization_id, batch_id=batch.id)
    return mine.select_for_update().order_by("id")


def _take_back(asked: Sequence[Instruction], why: WhyBack, *, who: Actor, at: datetime) -> None:
    """Make locked instructions payable again that are on the way."""
    day = day_of(seller_of(who.organization_id), at)
    for each in asked:
        each.state = InstructionState.BACK
        each.save(update_fields=["state"])
        with crossing(each.seller_id, back_to=who.organization_id):
            payout = Payout.objects.get(organization_id=each.seller_id, id=each.payout_id)
            write_back(payout, why, day, entry_id=None, who=who.across(each.seller_id), at=at)
