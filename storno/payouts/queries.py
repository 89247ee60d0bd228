"""Reading payouts: the operator's batches, and what a seller was paid out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from storno.core.refusals import Absent
from storno.custody.models import PayoutAccount
from storno.custody.payout_account import payout_accounts
from storno.organizations.roles import Actor
from storno.payouts.models import (
    Batch,
    Instruction,
    InstructionState,
    Payout,
    PayoutBack,
    PayoutLeft,
    WhyBack,
)

PAGE = 50

_OWN = Q(until=None, to_payer=None)
"""What goes to the seller."""


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch with how many of its payments are how far."""

    batch: Batch
    payments: dict[InstructionState, int]


@dataclass(frozen=True, slots=True)
class PaidOut:
    """A payout of a seller, and what has become of it; on the way while neither is there."""

    payout: Payout
    left: PayoutLeft | None
    back: PayoutBack | None

    @property
    def state(self) -> InstructionState:
        """How far it is."""
        if self.back is not None:
            return InstructionState.BACK
        return InstructionState.ON_THE_WAY if self.left is None else InstructionState.LEFT


def batches_of(organization_id: UUID, *, before: UUID | None = None) -> list[BatchRow]:
    """The operator's batches, the newest first."""
    found = Batch.objects.filter(organization_id=organization_id)
    if before is not None:
        found = found.filter(id__lt=before)
    return [BatchRow(batch, _payments(batch)) for batch in found.order_by("-id")[:PAGE]]


def batch_with(batch_id: UUID, who: Actor) -> Batch:
    """The batch with this id; inside the operator's scope. Raises Absent."""
    for batch in Batch.objects.filter(organization_id=who.organization_id, id=batch_id):
        return batch
    raise Absent


def instructions_of(batch: Batch) -> QuerySet[Instruction]:
    """What the bank is asked by a batch, in its order."""
    mine = Instruction.objects.filter(organization_id=batch.organization_id, batch_id=batch.id)
    return mine.order_by("id")


def left_out_of(batch: Batch) -> QuerySet[Instruction]:
    """What held no more when a batch was approved."""
    return instructions_of(batch).exclude(why_not="")


def payouts_of(
    organization_id: UUID, *, before: UUID | None = None, limit: int = PAGE
) -> list[PaidOut]:
    """What a seller was paid out, the newest first."""
    return _newest(organization_id, _OWN, before, limit)


def remittances_of(
    organization_id: UUID, *, before: UUID | None = None, limit: int = PAGE
) -> list[PaidOut]:
    """What of a seller's reserves went to the tax office, the newest first."""
    return _newest(organization_id, Q(until__isnull=False), before, limit)


def payout_with(payout_id: UUID, organization_id: UUID) -> PaidOut:
    """A seller's payout with this id. Raises Absent."""
    mine = Payout.objects.filter(_OWN, organization_id=organization_id, id=payout_id)
    for paid in _with_ends(mine, organization_id):
        return paid
    raise Absent


def account_failed(account: PayoutAccount) -> bool:
    """Whether the bank sent money for this account back since it was entered."""
    mine = PayoutBack.objects.filter(organization_id=account.organization_id)
    back = mine.filter(noted_at__gte=account.entered_at, payout__account=account.account)
    return back.filter(why__in=[WhyBack.REFUSED, WhyBack.RETURNED]).exists()


class AccountNeed(StrEnum):
    """What is to be looked at about the account that money is paid out to."""

    MISSING = "missing"
    FAILED = "failed"
    CHANGES = "changes"


def account_need(organization_id: UUID, *, at: datetime) -> AccountNeed | None:
    """Whether a seller's account is not known, has failed, or gives way to another one soon."""
    known = payout_accounts(organization_id, at=at)
    if known.current is None:
        return AccountNeed.MISSING
    if known.waiting is not None:
        return AccountNeed.CHANGES
    return AccountNeed.FAILED if account_failed(known.current) else None


def on_the_way_now(organization_id: UUID) -> int:
    """What of a seller's money is on its way to the own account, in minor units."""
    its = {"organization_id": organization_id}
    ended = PayoutLeft.objects.filter(**its).values("payout_id")
    back = PayoutBack.objects.filter(**its).values("payout_id")
    open_ = Payout.objects.filter(_OWN, **its).exclude(id__in=ended).exclude(id__in=back)
    on_the_way: int = open_.aggregate(sum=Sum("amount_minor", default=0))["sum"]
    return on_the_way


def _newest(organization_id: UUID, which: Q, before: UUID | None, limit: int) -> list[PaidOut]:
    found = Payout.objects.filter(which, organization_id=organization_id)
    if before is not None:
        found = found.filter(id__lt=before)
    return list(_with_ends(found.order_by("-id")[:limit], organization_id))


def _with_ends(payouts: QuerySet[Payout], organization_id: UUID) -> Iterator[PaidOut]:
    rows = list(payouts)
    its = {"organization_id": organization_id, "payout_id__in": [each.id for each in rows]}
    left = {row.payout_id: row for row in PayoutLeft.objects.filter(**its)}
    back = {row.payout_id: row for row in PayoutBack.objects.filter(**its)}
    for row in rows:
        yield PaidOut(row, left.get(row.id), back.get(row.id))


def _payments(batch: Batch) -> dict[InstructionState, int]:
    counted = dict(instructions_of(batch).order_by().values_list("state").annotate(Count("id")))
    return {state: counted.get(state, 0) for state in InstructionState}
