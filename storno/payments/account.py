"""Which account of the ledger money comes from and goes to."""

from storno.ledger.journal import BANK, OFFSET, PROVIDER
from storno.payments.methods import CARD
from storno.payments.models import Payment, Refund, RefundWay


def account_of(moved: Payment | Refund) -> str:
    """Where a payment came from, or a refund went: the bank, the provider, or another invoice."""
    if moved.method == CARD.code:
        return PROVIDER
    is_offset = (
        moved.offset_id is not None if isinstance(moved, Payment) else moved.way == RefundWay.OFFSET
    )
    return OFFSET if is_offset else BANK
