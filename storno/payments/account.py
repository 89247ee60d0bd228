"""Which account of the ledger money comes from and goes to."""

from storno.ledger.journal import BANK, HELD, LATE, OFFSET, PROVIDER
from storno.payments.methods import CARD, CLIENT_MONEY
from storno.payments.models import Payment, Refund, RefundWay


def account_of(moved: Payment | Refund) -> str:
    """Where money came from, or went: the bank, provider, operator, or another invoice."""
    if moved.method == CARD.code:
        return PROVIDER
    if isinstance(moved, Refund) and moved.way == RefundWay.CHARGES:
        return LATE
    is_offset = (
        moved.offset_id is not None if isinstance(moved, Payment) else moved.way == RefundWay.OFFSET
    )
    if is_offset:
        return OFFSET
    return HELD if moved.method == CLIENT_MONEY.code else BANK
