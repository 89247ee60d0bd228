"""What a payout is of: all that became payable, or was payable no more, since the one before."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.db.models import Case, F, Q, QuerySet, Sum, When

from storno.custody.books import PAYABLE
from storno.documents.models import Document
from storno.ledger.models import Transfer
from storno.payouts.queries import PaidOut, payout_with
from storno.payouts.write import MADE


@dataclass(frozen=True, slots=True)
class Line:
    """What one posting changed of the payable, in minor units; `number` is its invoice's, if any.

    `kind` is the posting's: a set-aside, its reversal, a return, a payout that came back.
    """

    posting_id: UUID
    kind: str
    on: date
    invoice_id: UUID | None
    number: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PayoutStatement:
    """The lines of a payout, the oldest first; what was payable before and after them.

    `carried_minor` with the lines is the payout and `left_minor`. Both are 0 unless money was paid
    out that was not payable, or became payable at the very moment of a payout.
    """

    paid: PaidOut
    carried_minor: int
    lines: list[Line]
    left_minor: int


def statement_of_payout(payout_id: UUID, organization_id: UUID) -> PayoutStatement:
    """What a payout is of. Raises Absent."""
    paid = payout_with(payout_id, organization_id)
    moved = _payable(organization_id)
    own = moved.get(posting_id=payout_id)
    before = moved.filter(kind=MADE, id__lt=own.id).order_by("-id").first()
    carried, since = 0, moved.filter(id__lt=own.id)
    if before is not None:
        carried = _sum(moved.filter(id__lte=before.id))
        since = since.filter(id__gt=before.id)
    lines = _lines(since)
    rest = carried + sum(line.amount_minor for line in lines) - paid.payout.amount_minor
    return PayoutStatement(paid, carried, lines, rest)


def _payable(organization_id: UUID) -> QuerySet[Transfer]:
    mine = Transfer.objects.filter(organization_id=organization_id)
    return mine.filter(Q(credit=PAYABLE) | Q(debit=PAYABLE))


def _sum(rows: QuerySet[Transfer]) -> int:
    signed = Case(When(credit=PAYABLE, then=F("amount_minor")), default=-F("amount_minor"))
    found: int = rows.aggregate(sum=Sum(signed, default=0))["sum"]
    return found


def _lines(rows: QuerySet[Transfer]) -> list[Line]:
    found = list(rows.order_by("id"))
    subjects = {row.subject_id for row in found}
    numbers = dict(
        Document.objects.filter(
            organization_id__in={row.organization_id for row in found}, id__in=subjects
        ).values_list("id", "number")
    )
    lines = []
    for posting_id, moves in groupby(found, attrgetter("posting_id")):
        first, *_others = same = list(moves)
        number = numbers.get(first.subject_id, "")
        lines.append(
            Line(
                posting_id,
                first.kind,
                first.booked_on,
                first.subject_id if number else None,
                number,
                sum(
                    row.amount_minor if row.credit == PAYABLE else -row.amount_minor for row in same
                ),
            )
        )
    return lines
