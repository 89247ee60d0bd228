"""What came in beyond the claim goes back to whoever paid: on the list, and off it again.

Called inside a deed with the invoice's standing locked (`corrections/to_payer.py`). A batch of
payouts takes what is on the list; to a seller it never belonged.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from storno.core.ids import new_id
from storno.custody.books import PAYER, to_payer_moves, turned
from storno.custody.models import ToPayer, ToPayerReversal
from storno.ledger.balances import credited
from storno.ledger.post import Posting, post
from storno.organizations.sealed import sealed
from storno.payments.models import Payment, Refund, RefundReversal

CURRENCY = "EUR"
"""Client money is kept in euros."""

TO_PAYER, TO_PAYER_BACK = "to_payer", "to_payer_reversal"
"""The kinds of the postings; their subject is the invoice."""


def payers_money(invoice_id: UUID, organization_id: UUID) -> int:
    """What lies there for whoever paid an invoice, in minor units, and is not on the list."""
    (lies,) = credited(organization_id, PAYER, of=Q(subject_id=invoice_id))
    return lies


@dataclass(frozen=True, slots=True)
class Beyond:
    """What lies there beyond a seller's invoice for whoever paid it."""

    organization_id: UUID
    seller: str
    invoice_id: UUID
    number: str
    lies_minor: int


def money_of_payers(*, limit: int) -> list[Beyond]:
    """What lies there for payers, of all sellers, the oldest invoice first; for the operator."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM money_of_payers(%s)", [limit])
        return [Beyond(*row) for row in cursor.fetchall()]


def write_to_payer(
    refund: Refund, payment: Payment, *, payee: str, account: str, at: datetime
) -> ToPayer:
    """Put a refund on the list of what goes back to payers."""
    assert refund.source_id is not None, "such a refund names its row"
    row = ToPayer(
        id=refund.source_id,
        organization_id=refund.organization_id,
        refund_id=refund.id,
        payment_id=payment.id,
        payee=payee,
        account=account,
    )
    sealed(row).save(force_insert=True)
    post([posting_of_to_payer(row, refund)], organization_id=refund.organization_id, at=at)
    return row


def write_to_payer_reversal(
    row: ToPayer, refund: Refund, reversal: RefundReversal, day: date, *, at: datetime
) -> ToPayerReversal:
    """Take it off the list: the refund was taken back."""
    back = ToPayerReversal(
        id=new_id(),
        organization_id=row.organization_id,
        to_payer_id=row.id,
        reversal_id=reversal.id,
    )
    sealed(back).save(force_insert=True)
    posting = posting_of_reversal(back, refund, day)
    post([posting], organization_id=row.organization_id, at=at)
    return back


def on_the_list(organization_id: UUID) -> QuerySet[ToPayer]:
    """What goes back to payers, whether a bank has it or not; the oldest first."""
    off = ToPayerReversal.objects.filter(
        organization_id=OuterRef("organization_id"), to_payer_id=OuterRef("id")
    )
    mine = ToPayer.objects.filter(organization_id=organization_id)
    return mine.exclude(Exists(off)).order_by("id")


def posting_of_to_payer(row: ToPayer, refund: Refund) -> Posting:
    """What is posted of it in the custody book."""
    moves = to_payer_moves(refund.amount_minor)
    return Posting(row.id, TO_PAYER, refund.invoice_id, CURRENCY, refund.refunded_on, moves)


def posting_of_reversal(row: ToPayerReversal, refund: Refund, day: date) -> Posting:
    """What is posted of it in the custody book."""
    moves = turned(to_payer_moves(refund.amount_minor))
    return Posting(row.id, TO_PAYER_BACK, refund.invoice_id, CURRENCY, day, moves)
